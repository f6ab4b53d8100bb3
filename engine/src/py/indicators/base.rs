//! `Indicator`: what users subclass, and what every indicator here extends.

use pyo3::{
    exceptions::{PyNotImplementedError, PyValueError},
    prelude::*,
    types::{PyDict, PyList, PyString, PyTuple},
};

use crate::{
    indicators::AverageKind,
    model::{data::QuoteTick, enums::PriceType, fixed::raw_to_f64},
};

#[pyclass(name = "Indicator", module = "nautilus_trader.indicators.base", subclass)]
pub struct PyIndicator {
    params: Py<PyList>,
    pub has_inputs: bool,
    pub initialized: bool,
}

impl PyIndicator {
    /// With the parameters that `repr` shows.
    pub fn with_params<'py>(params: impl IntoIterator<Item = Bound<'py, PyAny>>, py: Python<'py>) -> PyResult<Self> {
        let params = PyList::new(py, params.into_iter().collect::<Vec<_>>())?.unbind();
        Ok(Self { params, has_inputs: false, initialized: false })
    }

    pub fn set(&mut self, has_inputs: bool, initialized: bool) {
        self.has_inputs = has_inputs;
        self.initialized = initialized;
    }
}

#[pymethods]
impl PyIndicator {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(py: Python<'_>, _args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self { params: PyList::empty(py).unbind(), has_inputs: false, initialized: false }
    }

    /// A subclass takes what arguments it likes; what it hands up here are the parameters that `repr` shows.
    #[pyo3(signature = (params))]
    fn __init__(&mut self, params: Bound<'_, PyList>) {
        self.params = params.unbind();
    }

    #[getter]
    fn name<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyString>> {
        this.get_type().name()
    }

    #[getter]
    const fn has_inputs(&self) -> bool {
        self.has_inputs
    }

    #[getter]
    const fn initialized(&self) -> bool {
        self.initialized
    }

    fn __repr__(this: &Bound<'_, Self>) -> PyResult<String> {
        let params = this.borrow().params.clone_ref(this.py());
        let shown = params.bind(this.py()).iter().map(|p| Ok(p.str()?.to_string())).collect::<PyResult<Vec<_>>>()?;
        Ok(format!("{}({})", this.get_type().name()?, shown.join(", ")))
    }

    fn handle_quote_tick(&self, tick: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(not_implemented("handle_quote_tick", tick))
    }

    fn handle_trade_tick(&self, tick: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(not_implemented("handle_trade_tick", tick))
    }

    fn handle_bar(&self, bar: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(not_implemented("handle_bar", bar))
    }

    fn reset(this: &Bound<'_, Self>) -> PyResult<()> {
        this.call_method0("_reset")?;
        this.borrow_mut().set(false, false);
        Ok(())
    }

    fn _reset(&self) -> PyResult<()> {
        Err(PyNotImplementedError::new_err("method `_reset` must be implemented in the subclass"))
    }

    const fn _set_has_inputs(&mut self, setting: bool) {
        self.has_inputs = setting;
    }

    const fn _set_initialized(&mut self, setting: bool) {
        self.initialized = setting;
    }
}

fn not_implemented(method: &str, data: &Bound<'_, PyAny>) -> PyErr {
    let shown = data.repr().map_or_else(|_| "the data".to_owned(), |r| r.to_string());
    PyNotImplementedError::new_err(format!("Cannot handle {shown}: method `{method}` not implemented in subclass"))
}

/// A period argument.
pub fn period(value: i64, name: &str) -> PyResult<usize> {
    usize::try_from(value)
        .ok()
        .filter(|p| *p > 0)
        .ok_or_else(|| PyValueError::new_err(format!("'{name}' not a positive integer, was {value}")))
}

/// The price of a quote that an indicator of this price type takes.
pub fn quote_price(quote: &QuoteTick, price_type: PriceType) -> PyResult<f64> {
    match price_type {
        PriceType::Bid => Ok(quote.bid_price.as_f64()),
        PriceType::Ask => Ok(quote.ask_price.as_f64()),
        PriceType::Mid => Ok(raw_to_f64(i128::midpoint(quote.bid_price.raw, quote.ask_price.raw))),
        other => Err(PyValueError::new_err(format!("Cannot extract with PriceType {other}"))),
    }
}

/// `MovingAverageType` members, by the numbers that NautilusTrader gives them.
pub fn average_kind(member: Option<&Bound<'_, PyAny>>, default: AverageKind) -> PyResult<AverageKind> {
    let Some(member) = member.filter(|m| !m.is_none()) else { return Ok(default) };
    match member.extract::<i64>()? {
        0 => Ok(AverageKind::Simple),
        1 => Ok(AverageKind::Exponential),
        2 => Ok(AverageKind::DoubleExponential),
        3 => Ok(AverageKind::Wilder),
        _ => Err(PyNotImplementedError::new_err(format!(
            "the moving average {} is not supported by lintkit's bundled engine; run with `--engine nautilus`",
            member.repr()?
        ))),
    }
}

pub const fn average_name(kind: AverageKind) -> &'static str {
    match kind {
        AverageKind::Simple => "SIMPLE",
        AverageKind::Exponential => "EXPONENTIAL",
        AverageKind::DoubleExponential => "DOUBLE_EXPONENTIAL",
        AverageKind::Wilder => "WILDER",
    }
}
