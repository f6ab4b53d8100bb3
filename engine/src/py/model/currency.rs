//! `Currency`. The compat package registers the well-known ones (`model/currencies.py`).

use pyo3::{
    exceptions::{PyRuntimeError, PyValueError},
    prelude::*,
    pyclass::CompareOp,
};

use super::{
    convert::{compared_with_none, hash_str, wrong_class},
    enums::E,
    fixed::Precision,
};
use crate::model::{currency::Currency, enums::CurrencyType, fixed::check_precision};

#[pyclass(name = "Currency", module = "nautilus_trader.model.objects", frozen, from_py_object)]
#[derive(Clone, Copy)]
pub struct PyCurrency(pub Currency);

impl From<Currency> for PyCurrency {
    fn from(value: Currency) -> Self {
        Self(value)
    }
}

fn check_text(name: &str, value: &str) -> PyResult<()> {
    if value.trim().is_empty() {
        return Err(PyValueError::new_err(format!("'{name}' string was invalid, was '{value}'")));
    }
    Ok(())
}

/// A known currency, or else a new cryptocurrency of eight decimals, as NautilusTrader assumes.
pub fn currency_from_text(code: &str) -> PyResult<Currency> {
    check_text("code", code)?;
    Ok(Currency::lookup(code).unwrap_or_else(|| {
        let currency = Currency::new(code, 8, 0, code, CurrencyType::Crypto);
        currency.register(false);
        currency
    }))
}

fn with_none(py: Python<'_>, op: CompareOp) -> PyResult<Py<PyAny>> {
    Ok(compared_with_none::<PyRuntimeError>(op)?.into_pyobject(py)?.to_owned().into_any().unbind())
}

#[pymethods]
impl PyCurrency {
    #[new]
    fn new(
        code: &str,
        precision: Precision,
        iso4217: u16,
        name: &str,
        currency_type: E<CurrencyType>,
    ) -> PyResult<Self> {
        check_text("code", code)?;
        check_text("name", name)?;
        check_precision(precision.0)?;
        Ok(Self(Currency::new(code, precision.0, iso4217, name, currency_type.0)))
    }

    #[staticmethod]
    #[pyo3(signature = (code, strict = false))]
    fn from_str(code: &str, strict: bool) -> PyResult<Option<Self>> {
        if strict {
            return Ok(Currency::lookup(code).map(Self));
        }
        currency_from_text(code).map(|currency| Some(Self(currency)))
    }

    #[staticmethod]
    fn from_internal_map(code: &str) -> Option<Self> {
        Currency::lookup(code).map(Self)
    }

    #[staticmethod]
    #[pyo3(signature = (currency, overwrite = false))]
    fn register(currency: Self, overwrite: bool) {
        currency.0.register(overwrite);
    }

    #[staticmethod]
    fn is_fiat(code: &str) -> bool {
        Currency::lookup(code).is_some_and(|currency| currency.kind == CurrencyType::Fiat)
    }

    #[staticmethod]
    fn is_crypto(code: &str) -> bool {
        Currency::lookup(code).is_some_and(|currency| currency.kind == CurrencyType::Crypto)
    }

    #[getter]
    fn code(&self) -> &'static str {
        self.0.code.as_str()
    }

    #[getter]
    fn precision(&self) -> u8 {
        self.0.precision
    }

    #[getter]
    fn iso4217(&self) -> u16 {
        self.0.iso4217
    }

    #[getter]
    fn name(&self) -> &'static str {
        self.0.name.as_str()
    }

    #[getter]
    fn currency_type(&self) -> E<CurrencyType> {
        E(self.0.kind)
    }

    fn __str__(&self) -> &'static str {
        self.0.code.as_str()
    }

    fn __repr__(&self) -> String {
        format!(
            "Currency(code='{}', precision={}, iso4217={}, name='{}', currency_type={})",
            self.0.code, self.0.precision, self.0.iso4217, self.0.name, self.0.kind
        )
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        hash_str(py, self.0.code.as_str())
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        let py = other.py();
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(py.NotImplemented());
        }
        let equal = match other.cast::<Self>() {
            Ok(that) => that.get().0 == self.0,
            Err(_) if other.is_none() => return with_none(py, op),
            Err(_) => return Err(wrong_class("other", "nautilus_trader.model.objects.Currency", other)),
        };
        Ok((equal == matches!(op, CompareOp::Eq)).into_pyobject(py)?.to_owned().into_any().unbind())
    }

    fn __getnewargs__(&self) -> (&'static str, u8, u16, &'static str, u8) {
        (self.code(), self.0.precision, self.0.iso4217, self.name(), self.0.kind.value())
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyCurrency>()
}
