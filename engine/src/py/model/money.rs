//! `Money`, `AccountBalance` and `MarginBalance`.

use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    pyclass::CompareOp,
    types::{PyDict, PyString, PyTuple},
};

use super::{
    convert::{Reduced, raw_to_decimal, reduce_by, wrong_class},
    currency::{PyCurrency, currency_from_text},
    fixed::{Op, SAME_TYPE_ARITHMETIC, arithmetic, rounded},
    identifiers::PyInstrumentId,
};
use crate::model::{
    currency::Currency,
    fixed::{Money, SCALAR, grouped},
    identifiers::InstrumentId,
};

#[pyclass(name = "Money", module = "nautilus_trader.model.objects", frozen, from_py_object)]
#[derive(Clone, Copy)]
pub struct PyMoney(pub Money);

impl From<Money> for PyMoney {
    fn from(value: Money) -> Self {
        Self(value)
    }
}

impl PyMoney {
    fn same_type(&self, other: &Bound<'_, PyAny>) -> PyResult<Option<Money>> {
        match other.cast::<Self>() {
            Ok(other) if *SAME_TYPE_ARITHMETIC => {
                let other = other.get().0;
                if other.currency != self.0.currency {
                    return Err(PyValueError::new_err("currency != other.currency"));
                }
                Ok(Some(other))
            }
            _ => Ok(None),
        }
    }

    /// In the class's own type (since 1.223) or as a `Decimal`.
    fn signed<'py>(&self, py: Python<'py>, raw: i128) -> PyResult<Bound<'py, PyAny>> {
        if *SAME_TYPE_ARITHMETIC { self.with_raw(py, raw) } else { raw_to_decimal(py, raw) }
    }

    fn with_raw<'py>(&self, py: Python<'py>, raw: i128) -> PyResult<Bound<'py, PyAny>> {
        Ok(Self(Money::checked_raw(raw, self.0.currency)?).into_pyobject(py)?.into_any())
    }
}

#[pymethods]
impl PyMoney {
    #[new]
    fn new(value: &Bound<'_, PyAny>, currency: PyCurrency) -> PyResult<Self> {
        let amount = if value.is_none() {
            0.0
        } else if value.is_instance_of::<PyString>() {
            value.py().get_type::<pyo3::types::PyFloat>().call1((value,))?.extract()?
        } else {
            value.extract()?
        };
        Ok(Self(Money::new(amount, currency.0)?))
    }

    #[staticmethod]
    fn from_str(value: &str) -> PyResult<Self> {
        let (amount, code) = value
            .split_once(' ')
            .ok_or_else(|| PyValueError::new_err(format!("The `Money` string value was malformed, was {value}")))?;
        Ok(Self(Money::parse(amount, currency_from_text(code)?)?))
    }

    #[staticmethod]
    fn from_raw(raw: i128, currency: PyCurrency) -> PyResult<Self> {
        Ok(Self(Money::checked_raw(raw, currency.0)?))
    }

    /// A `Decimal` rounded half to even at the currency's precision (since 1.223).
    #[staticmethod]
    fn from_decimal(amount: &Bound<'_, PyAny>, currency: PyCurrency) -> PyResult<Self> {
        Ok(Self(Money::parse(&amount.str()?.to_cow()?, currency.0)?))
    }

    #[getter]
    fn raw(&self) -> i128 {
        self.0.raw
    }

    #[getter]
    fn currency(&self) -> PyCurrency {
        PyCurrency(self.0.currency)
    }

    fn as_double(&self) -> f64 {
        self.0.as_f64()
    }

    fn as_decimal<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        raw_to_decimal(py, self.0.raw)
    }

    fn to_formatted_str(&self) -> String {
        shown(self.0)
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        let amount = self.0.to_string();
        let number = amount.split_once(' ').map_or(amount.as_str(), |(number, _)| number);
        format!("Money({number}, {})", self.0.currency)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        (self.0.raw, self.0.currency.code.as_str()).into_pyobject(py)?.hash()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduce_by(py, "_restore_money", (self.0.raw, PyCurrency(self.0.currency)).into_pyobject(py)?)
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<bool> {
        if other.is_none() {
            return match op {
                CompareOp::Eq if *SAME_TYPE_ARITHMETIC => Ok(false),
                CompareOp::Ne if *SAME_TYPE_ARITHMETIC => Ok(true),
                _ => Err(PyTypeError::new_err("'other' argument was `None`")),
            };
        }
        let Ok(that) = other.cast::<Self>() else {
            return Err(wrong_class("other", "nautilus_trader.model.objects.Money", other));
        };
        let that = that.get().0;
        if that.currency != self.0.currency {
            return Err(PyValueError::new_err(format!(
                "currency {} != other.currency {}",
                self.0.currency, that.currency
            )));
        }
        Ok(op.matches(self.0.raw.cmp(&that.raw)))
    }

    fn __float__(&self) -> f64 {
        self.0.as_f64()
    }

    fn __int__(&self) -> i128 {
        self.0.raw / SCALAR
    }

    #[pyo3(signature = (digits = None))]
    fn __round__<'py>(&self, py: Python<'py>, digits: Option<i32>) -> PyResult<Bound<'py, PyAny>> {
        rounded(py, self.0.raw, digits)
    }

    fn __neg__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.signed(py, -self.0.raw)
    }

    fn __pos__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.signed(py, self.0.raw)
    }

    fn __abs__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.signed(py, self.0.raw.abs())
    }

    fn __add__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        match self.same_type(other)? {
            Some(that) => self.with_raw(other.py(), self.0.raw + that.raw),
            None => arithmetic(self.0.raw, other, Op::Add, false),
        }
    }

    fn __radd__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        arithmetic(self.0.raw, other, Op::Add, true)
    }

    fn __sub__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        match self.same_type(other)? {
            Some(that) => self.with_raw(other.py(), self.0.raw - that.raw),
            None => arithmetic(self.0.raw, other, Op::Sub, false),
        }
    }

    fn __rsub__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        arithmetic(self.0.raw, other, Op::Sub, true)
    }

    fn __mul__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        arithmetic(self.0.raw, other, Op::Mul, false)
    }

    fn __rmul__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        arithmetic(self.0.raw, other, Op::Mul, true)
    }

    fn __truediv__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        arithmetic(self.0.raw, other, Op::Div, false)
    }

    fn __rtruediv__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        arithmetic(self.0.raw, other, Op::Div, true)
    }

    fn __floordiv__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        arithmetic(self.0.raw, other, Op::FloorDiv, false)
    }

    fn __rfloordiv__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        arithmetic(self.0.raw, other, Op::FloorDiv, true)
    }

    fn __mod__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        arithmetic(self.0.raw, other, Op::Rem, false)
    }

    fn __rmod__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        arithmetic(self.0.raw, other, Op::Rem, true)
    }
}

#[pyfunction]
fn _restore_money(raw: i128, currency: PyCurrency) -> PyMoney {
    PyMoney(Money::from_raw(raw, currency.0))
}

fn check_same_currency(name_a: &str, a: Currency, name_b: &str, b: Currency) -> PyResult<()> {
    if a == b {
        return Ok(());
    }
    let class = "<class 'nautilus_trader.model.objects.Currency'>";
    Err(PyValueError::new_err(format!(
        "'{name_a}.currency' {class} of {a} was not equal to '{name_b}.currency' {class} of {b}"
    )))
}

/// The amount without its currency, as the dict forms show it.
fn amount(money: Money) -> String {
    let text = money.to_string();
    text.split_once(' ').map_or_else(|| text.clone(), |(number, _)| number.to_owned())
}

fn dict_money(values: &Bound<'_, PyDict>, key: &str, currency: Currency) -> PyResult<Money> {
    let value = values.get_item(key)?.ok_or_else(|| pyo3::exceptions::PyKeyError::new_err(key.to_owned()))?;
    Ok(Money::parse(&value.str()?.to_cow()?, currency)?)
}

fn dict_currency(values: &Bound<'_, PyDict>) -> PyResult<Currency> {
    let code = values.get_item("currency")?.ok_or_else(|| pyo3::exceptions::PyKeyError::new_err("currency"))?;
    currency_from_text(&code.str()?.to_cow()?)
}

/// The amount with `_` between thousands.
fn shown(money: Money) -> String {
    format!("{} {}", grouped(money.raw, money.currency.precision), money.currency)
}

#[pyclass(name = "AccountBalance", module = "nautilus_trader.model.objects", frozen, eq, from_py_object)]
#[derive(Clone, Copy, PartialEq)]
pub struct PyAccountBalance {
    pub total: Money,
    pub locked: Money,
    pub free: Money,
}

#[pymethods]
impl PyAccountBalance {
    #[new]
    fn new(total: PyMoney, locked: PyMoney, free: PyMoney) -> PyResult<Self> {
        check_same_currency("total", total.0.currency, "locked", locked.0.currency)?;
        check_same_currency("total", total.0.currency, "free", free.0.currency)?;
        if total.0.raw - locked.0.raw != free.0.raw {
            return Err(PyValueError::new_err(format!(
                "`total` ({}) - `locked` ({}) != `free` ({})",
                total.0, locked.0, free.0
            )));
        }
        Ok(Self { total: total.0, locked: locked.0, free: free.0 })
    }

    #[getter]
    fn total(&self) -> PyMoney {
        PyMoney(self.total)
    }

    #[getter]
    fn locked(&self) -> PyMoney {
        PyMoney(self.locked)
    }

    #[getter]
    fn free(&self) -> PyMoney {
        PyMoney(self.free)
    }

    #[getter]
    fn currency(&self) -> PyCurrency {
        PyCurrency(self.total.currency)
    }

    fn copy(&self) -> Self {
        *self
    }

    pub fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let values = PyDict::new(py);
        values.set_item("type", "AccountBalance")?;
        values.set_item("total", amount(self.total))?;
        values.set_item("locked", amount(self.locked))?;
        values.set_item("free", amount(self.free))?;
        values.set_item("currency", self.total.currency.code.as_str())?;
        Ok(values)
    }

    #[staticmethod]
    fn from_dict(values: &Bound<'_, PyDict>) -> PyResult<Self> {
        let currency = dict_currency(values)?;
        Self::new(
            PyMoney(dict_money(values, "total", currency)?),
            PyMoney(dict_money(values, "locked", currency)?),
            PyMoney(dict_money(values, "free", currency)?),
        )
    }

    fn __getnewargs__(&self) -> (PyMoney, PyMoney, PyMoney) {
        (PyMoney(self.total), PyMoney(self.locked), PyMoney(self.free))
    }

    fn __repr__(&self) -> String {
        let [total, locked, free] = [self.total, self.locked, self.free].map(shown);
        format!("AccountBalance(total={total}, locked={locked}, free={free})")
    }
}

#[pyclass(name = "MarginBalance", module = "nautilus_trader.model.objects", frozen, eq, from_py_object)]
#[derive(Clone, Copy, PartialEq)]
pub struct PyMarginBalance {
    pub initial: Money,
    pub maintenance: Money,
    pub instrument_id: Option<InstrumentId>,
}

#[pymethods]
impl PyMarginBalance {
    #[new]
    #[pyo3(signature = (initial, maintenance, instrument_id = None))]
    fn new(initial: PyMoney, maintenance: PyMoney, instrument_id: Option<PyInstrumentId>) -> PyResult<Self> {
        check_same_currency("initial", initial.0.currency, "maintenance", maintenance.0.currency)?;
        for (name, margin) in [("initial", initial.0), ("maintenance", maintenance.0)] {
            if margin.raw < 0 {
                return Err(PyValueError::new_err(format!("{name} margin was negative ({margin})")));
            }
        }
        Ok(Self { initial: initial.0, maintenance: maintenance.0, instrument_id: instrument_id.map(|id| id.0) })
    }

    #[getter]
    fn initial(&self) -> PyMoney {
        PyMoney(self.initial)
    }

    #[getter]
    fn maintenance(&self) -> PyMoney {
        PyMoney(self.maintenance)
    }

    #[getter]
    fn currency(&self) -> PyCurrency {
        PyCurrency(self.initial.currency)
    }

    #[getter]
    fn instrument_id(&self) -> Option<PyInstrumentId> {
        self.instrument_id.map(PyInstrumentId)
    }

    fn copy(&self) -> Self {
        *self
    }

    pub fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let values = PyDict::new(py);
        values.set_item("type", "MarginBalance")?;
        values.set_item("initial", amount(self.initial))?;
        values.set_item("maintenance", amount(self.maintenance))?;
        values.set_item("currency", self.initial.currency.code.as_str())?;
        values.set_item("instrument_id", self.instrument_id.map(|id| id.to_string()))?;
        Ok(values)
    }

    #[staticmethod]
    fn from_dict(values: &Bound<'_, PyDict>) -> PyResult<Self> {
        let currency = dict_currency(values)?;
        let instrument_id = match values.get_item("instrument_id")? {
            Some(text) if !text.is_none() => Some(PyInstrumentId(text.str()?.to_cow()?.parse()?)),
            _ => None,
        };
        Self::new(
            PyMoney(dict_money(values, "initial", currency)?),
            PyMoney(dict_money(values, "maintenance", currency)?),
            instrument_id,
        )
    }

    fn __getnewargs__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (PyMoney(self.initial), PyMoney(self.maintenance), self.instrument_id.map(PyInstrumentId)).into_pyobject(py)
    }

    fn __repr__(&self) -> String {
        let id = self.instrument_id.map_or_else(|| "None".to_owned(), |id| id.to_string());
        let [initial, maintenance] = [self.initial, self.maintenance].map(shown);
        format!("MarginBalance(initial={initial}, maintenance={maintenance}, instrument_id={id})")
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyMoney>()?;
    if !*SAME_TYPE_ARITHMETIC {
        module.py().get_type::<PyMoney>().delattr("from_decimal")?;
    }
    module.add_class::<PyAccountBalance>()?;
    module.add_class::<PyMarginBalance>()?;
    module.add_function(wrap_pyfunction!(_restore_money, module)?)
}
