//! The base class `Instrument`. The classes that users construct are Python subclasses in the compat package, which
//! map their public signatures on the one constructor here.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::{
    exceptions::{PyAttributeError, PyTypeError, PyValueError},
    prelude::*,
    pyclass::CompareOp,
    types::PyFloat,
};
use ustr::Ustr;

use super::{
    convert::{Ns, compared_with_none, decimal_class, decimal_from_py, decimal_to_py, hash_str, wrong_class},
    currency::PyCurrency,
    data::PyData,
    enums::E,
    fixed::{PyPrice, PyQuantity, SAME_TYPE_ARITHMETIC},
    identifiers::{PyInstrumentId, PySymbol, PyVenue},
    money::PyMoney,
};
use crate::model::{
    enums::{AssetClass, InstrumentClass},
    fixed::{Quantity, SCALAR, check_precision},
    instrument::{Decimal, Instrument, InstrumentKind},
};

const ONE: Quantity = Quantity::from_raw(SCALAR, 0);

/// The model's record in an `Arc` that the engine shares, and what only Python code asks for.
///
/// The engine's bindings keep the object that the user added, so that `cache.instrument(id)` is that very object.
#[pyclass(name = "Instrument", module = "nautilus_trader.model.instruments.base", subclass, frozen, extends = PyData)]
pub struct PyInstrument {
    pub inner: Arc<Instrument>,
    info: Option<Py<PyAny>>,
    tick_scheme: Mutex<Option<String>>,
}

impl PyInstrument {
    fn scheme_name(&self) -> Option<String> {
        self.tick_scheme.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn scheme<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let Some(name) = self.scheme_name() else {
            return Err(PyValueError::new_err(format!(
                "No tick scheme for instrument {}. You can specify a tick scheme by passing a `tick_scheme_name` at \
                 initialization.",
                self.inner.id
            )));
        };
        schemes(py)?.call_method1("get_tick_scheme", (name,))
    }

    /// The prices around the value, best first, as decimals; a scheme that runs out of ticks ends the list.
    fn ladder<'py>(
        &self,
        py: Python<'py>,
        method: &str,
        value: f64,
        num_ticks: i64,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let scheme = self.scheme(py)?;
        let mut prices = Vec::new();
        for n in 0..num_ticks {
            let price = scheme.call_method1(method, (value, n))?;
            if price.is_none() {
                break;
            }
            prices.push(price.call_method0("as_decimal")?);
        }
        Ok(prices)
    }
}

fn schemes(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    PyModule::import(py, "nautilus_trader.model.tick_scheme.base")
}

/// A number argument: anything that `float()` takes, texts included.
fn number(value: &Bound<'_, PyAny>) -> PyResult<f64> {
    match value.extract::<f64>() {
        Ok(number) => Ok(number),
        Err(_) => value.py().get_type::<PyFloat>().call1((value,))?.extract(),
    }
}

#[pymethods]
impl PyInstrument {
    /// Checks what every class checks. `kind` is the name of the class.
    #[new]
    #[pyo3(signature = (
        *, kind, instrument_id, raw_symbol, asset_class, instrument_class, quote_currency, price_precision,
        size_precision, price_increment, size_increment, ts_event, ts_init, base_currency = None,
        settlement_currency = None, is_inverse = false, multiplier = PyQuantity(ONE), lot_size = None,
        max_quantity = None, min_quantity = None, max_notional = None, min_notional = None, max_price = None,
        min_price = None, margin_init = None, margin_maint = None, maker_fee = None, taker_fee = None,
        underlying = None, exchange = None, activation_ns = Ns(0), expiration_ns = Ns(0), tick_scheme_name = None,
        info = None,
    ))]
    #[allow(clippy::too_many_arguments)] // called by the classes' own signatures only
    fn new(
        py: Python<'_>,
        kind: &str,
        instrument_id: PyInstrumentId,
        raw_symbol: PySymbol,
        asset_class: E<AssetClass>,
        instrument_class: E<InstrumentClass>,
        quote_currency: PyCurrency,
        price_precision: &Bound<'_, PyAny>,
        size_precision: &Bound<'_, PyAny>,
        price_increment: PyPrice,
        size_increment: PyQuantity,
        ts_event: Ns,
        ts_init: Ns,
        base_currency: Option<PyCurrency>,
        settlement_currency: Option<PyCurrency>,
        is_inverse: bool,
        multiplier: PyQuantity,
        lot_size: Option<PyQuantity>,
        max_quantity: Option<PyQuantity>,
        min_quantity: Option<PyQuantity>,
        max_notional: Option<PyMoney>,
        min_notional: Option<PyMoney>,
        max_price: Option<PyPrice>,
        min_price: Option<PyPrice>,
        margin_init: Option<&Bound<'_, PyAny>>,
        margin_maint: Option<&Bound<'_, PyAny>>,
        maker_fee: Option<&Bound<'_, PyAny>>,
        taker_fee: Option<&Bound<'_, PyAny>>,
        underlying: Option<&str>,
        exchange: Option<&str>,
        activation_ns: Ns,
        expiration_ns: Ns,
        tick_scheme_name: Option<String>,
        info: Option<Py<PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let instrument = Instrument {
            kind: InstrumentKind::from_name(kind)
                .ok_or_else(|| PyValueError::new_err(format!("{kind} is no instrument class of this engine")))?,
            id: instrument_id.0,
            raw_symbol: raw_symbol.0,
            asset_class: asset_class.0,
            instrument_class: instrument_class.0,
            base_currency: base_currency.map(|c| c.0),
            quote_currency: quote_currency.0,
            settlement_currency: settlement_currency.unwrap_or(quote_currency).0,
            is_inverse,
            price_precision: precision("price_precision", price_precision)?,
            size_precision: precision("size_precision", size_precision)?,
            price_increment: price_increment.0,
            size_increment: size_increment.0,
            multiplier: multiplier.0,
            lot_size: lot_size.map(|q| q.0),
            max_quantity: max_quantity.map(|q| q.0),
            min_quantity: min_quantity.map(|q| q.0),
            max_notional: max_notional.map(|m| m.0),
            min_notional: min_notional.map(|m| m.0),
            max_price: max_price.map(|p| p.0),
            min_price: min_price.map(|p| p.0),
            margin_init: rate("margin_init", margin_init)?,
            margin_maint: rate("margin_maint", margin_maint)?,
            maker_fee: rate("maker_fee", maker_fee)?,
            taker_fee: rate("taker_fee", taker_fee)?,
            underlying: underlying.map(Ustr::from),
            exchange: exchange.map(Ustr::from),
            activation_ns: activation_ns.0,
            expiration_ns: expiration_ns.0,
            ts_event: ts_event.0,
            ts_init: ts_init.0,
        };
        instrument.check()?;
        // Later releases allow negative prices, which spreads have.
        if let Some(price) = instrument.min_price.filter(|price| price.raw < 0 && !*SAME_TYPE_ARITHMETIC) {
            return Err(PyValueError::new_err(format!(
                "'min_price' not greater than or equal to zero (>= 0), was {:?}",
                price.as_f64()
            )));
        }
        if let Some(name) = &tick_scheme_name {
            schemes(py)?.call_method1("check_registered", ("tick_scheme_name", name))?;
        }
        Ok(PyClassInitializer::from(PyData).add_subclass(Self {
            inner: Arc::new(instrument),
            info,
            tick_scheme: Mutex::new(tick_scheme_name),
        }))
    }

    #[getter]
    fn underlying(&self) -> Option<&'static str> {
        self.inner.underlying.map(|text| text.as_str())
    }

    #[getter]
    fn exchange(&self) -> Option<&'static str> {
        self.inner.exchange.map(|text| text.as_str())
    }

    #[getter]
    fn activation_ns(&self) -> u64 {
        self.inner.activation_ns
    }

    #[getter]
    fn expiration_ns(&self) -> u64 {
        self.inner.expiration_ns
    }

    #[getter]
    fn id(&self) -> PyInstrumentId {
        PyInstrumentId(self.inner.id)
    }

    #[getter]
    fn raw_symbol(&self) -> PySymbol {
        PySymbol(self.inner.raw_symbol)
    }

    #[getter]
    fn symbol(&self) -> PySymbol {
        PySymbol(self.inner.id.symbol)
    }

    #[getter]
    fn venue(&self) -> PyVenue {
        PyVenue(self.inner.id.venue)
    }

    #[getter]
    fn asset_class(&self) -> E<AssetClass> {
        E(self.inner.asset_class)
    }

    #[getter]
    fn instrument_class(&self) -> E<InstrumentClass> {
        E(self.inner.instrument_class)
    }

    #[getter]
    fn quote_currency(&self) -> PyCurrency {
        PyCurrency(self.inner.quote_currency)
    }

    #[getter]
    fn is_inverse(&self) -> bool {
        self.inner.is_inverse
    }

    #[getter]
    fn price_precision(&self) -> u8 {
        self.inner.price_precision
    }

    #[getter]
    fn size_precision(&self) -> u8 {
        self.inner.size_precision
    }

    #[getter]
    fn price_increment(&self) -> PyPrice {
        PyPrice(self.inner.price_increment)
    }

    #[getter]
    fn size_increment(&self) -> PyQuantity {
        PyQuantity(self.inner.size_increment)
    }

    #[getter]
    fn multiplier(&self) -> PyQuantity {
        PyQuantity(self.inner.multiplier)
    }

    #[getter]
    fn lot_size(&self) -> Option<PyQuantity> {
        self.inner.lot_size.map(PyQuantity)
    }

    #[getter]
    fn max_quantity(&self) -> Option<PyQuantity> {
        self.inner.max_quantity.map(PyQuantity)
    }

    #[getter]
    fn min_quantity(&self) -> Option<PyQuantity> {
        self.inner.min_quantity.map(PyQuantity)
    }

    #[getter]
    fn max_notional(&self) -> Option<PyMoney> {
        self.inner.max_notional.map(PyMoney)
    }

    #[getter]
    fn min_notional(&self) -> Option<PyMoney> {
        self.inner.min_notional.map(PyMoney)
    }

    #[getter]
    fn max_price(&self) -> Option<PyPrice> {
        self.inner.max_price.map(PyPrice)
    }

    #[getter]
    fn min_price(&self) -> Option<PyPrice> {
        self.inner.min_price.map(PyPrice)
    }

    #[getter]
    fn margin_init<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        decimal_to_py(py, self.inner.margin_init)
    }

    #[getter]
    fn margin_maint<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        decimal_to_py(py, self.inner.margin_maint)
    }

    #[getter]
    fn maker_fee<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        decimal_to_py(py, self.inner.maker_fee)
    }

    #[getter]
    fn taker_fee<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        decimal_to_py(py, self.inner.taker_fee)
    }

    #[getter]
    fn tick_scheme_name(&self) -> Option<String> {
        self.scheme_name()
    }

    #[getter]
    fn info<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        self.info.as_ref().map(|info| info.bind(py).clone())
    }

    #[getter]
    fn ts_event(&self) -> u64 {
        self.inner.ts_event
    }

    #[getter]
    fn ts_init(&self) -> u64 {
        self.inner.ts_init
    }

    fn get_base_currency(&self) -> Option<PyCurrency> {
        self.inner.base_currency.map(PyCurrency)
    }

    fn get_settlement_currency(&self) -> PyCurrency {
        PyCurrency(self.inner.settlement_currency)
    }

    fn get_cost_currency(&self) -> PyCurrency {
        PyCurrency(self.inner.cost_currency())
    }

    fn make_price(&self, value: &Bound<'_, PyAny>) -> PyResult<PyPrice> {
        Ok(PyPrice(self.inner.make_price(number(value)?)?))
    }

    #[pyo3(signature = (value, round_down = false))]
    fn make_qty(&self, value: &Bound<'_, PyAny>, round_down: bool) -> PyResult<PyQuantity> {
        Ok(PyQuantity(self.inner.make_quantity(number(value)?, round_down)?))
    }

    #[pyo3(signature = (quantity, price, use_quote_for_inverse = false))]
    fn notional_value(&self, quantity: PyQuantity, price: PyPrice, use_quote_for_inverse: bool) -> PyResult<PyMoney> {
        Ok(PyMoney(self.inner.notional(quantity.0, price.0, use_quote_for_inverse)?))
    }

    fn calculate_base_quantity(&self, quantity: PyQuantity, last_px: PyPrice) -> PyResult<PyQuantity> {
        Ok(PyQuantity(self.inner.base_quantity(quantity.0, last_px.0)?))
    }

    fn set_tick_scheme(&self, py: Python<'_>, tick_scheme_name: String) -> PyResult<()> {
        schemes(py)?.call_method1("check_registered", ("name", &tick_scheme_name))?;
        *self.tick_scheme.lock().unwrap_or_else(PoisonError::into_inner) = Some(tick_scheme_name);
        Ok(())
    }

    #[pyo3(signature = (value, num_ticks = 0))]
    fn next_bid_price<'py>(&self, py: Python<'py>, value: f64, num_ticks: i64) -> PyResult<Bound<'py, PyAny>> {
        self.scheme(py)?.call_method1("next_bid_price", (value, num_ticks))
    }

    #[pyo3(signature = (value, num_ticks = 0))]
    fn next_ask_price<'py>(&self, py: Python<'py>, value: f64, num_ticks: i64) -> PyResult<Bound<'py, PyAny>> {
        self.scheme(py)?.call_method1("next_ask_price", (value, num_ticks))
    }

    #[pyo3(signature = (value, num_ticks = 100))]
    fn next_bid_prices<'py>(&self, py: Python<'py>, value: f64, num_ticks: i64) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.ladder(py, "next_bid_price", value, num_ticks)
    }

    #[pyo3(signature = (value, num_ticks = 100))]
    fn next_ask_prices<'py>(&self, py: Python<'py>, value: f64, num_ticks: i64) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.ladder(py, "next_ask_price", value, num_ticks)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        hash_str(py, &self.inner.id.to_string())
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        let py = other.py();
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(py.NotImplemented());
        }
        let equal = match other.cast::<Self>() {
            Ok(that) => that.get().inner.id == self.inner.id,
            Err(_) if other.is_none() => !compared_with_none::<PyAttributeError>(CompareOp::Ne)?,
            Err(_) => return Err(wrong_class("other", "nautilus_trader.model.instruments.base.Instrument", other)),
        };
        Ok((equal == matches!(op, CompareOp::Eq)).into_pyobject(py)?.to_owned().into_any().unbind())
    }
}

/// A precision argument of an instrument, checked by name.
fn precision(name: &str, value: &Bound<'_, PyAny>) -> PyResult<u8> {
    let number: i64 = match value.cast::<PyFloat>() {
        Ok(float) => float.call_method0("__int__")?.extract()?,
        Err(_) => value.extract()?,
    };
    if number < 0 {
        return Err(PyValueError::new_err(format!("'{name}' not greater than or equal to zero (>= 0), was {number}")));
    }
    let precision = u8::try_from(number).unwrap_or(u8::MAX);
    check_precision(precision)?;
    Ok(precision)
}

/// A rate argument: a `Decimal`, or anything false for zero.
fn rate(name: &str, value: Option<&Bound<'_, PyAny>>) -> PyResult<Decimal> {
    match value {
        Some(value) if value.is_truthy()? => {
            if !value.is_instance(decimal_class(value.py())?)? {
                return Err(PyTypeError::new_err(format!(
                    "'{name}' argument not of type <class 'decimal.Decimal'>, was {}",
                    value.get_type().repr()?
                )));
            }
            decimal_from_py(value)
        }
        Some(value) if value.is_instance(decimal_class(value.py())?)? => decimal_from_py(value),
        _ => Ok(Decimal::ZERO),
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyInstrument>()
}
