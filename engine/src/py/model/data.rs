//! `Data` and the ticks: `QuoteTick`, `TradeTick`.

use pyo3::{
    exceptions::{PyAttributeError, PyKeyError, PyNotImplementedError, PyTypeError, PyValueError},
    prelude::*,
    pyclass::CompareOp,
    types::{PyDict, PyTuple, PyType},
};

use super::{
    convert::{Ns, compared_with_none, hash_str, wrong_class},
    enums::E,
    fixed::{PyPrice, PyQuantity},
    identifiers::{PyInstrumentId, PyTradeId},
};
use crate::model::{
    columns::{Located, QuoteColumns, TradeColumns},
    data::{QuoteTick, TradeTick},
    enums::{AggressorSide, PriceType},
    fixed::{FIXED_PRECISION, Price, Quantity},
};

/// The base class of everything that can be added to an engine or published; users subclass it.
#[pyclass(name = "Data", module = "nautilus_trader.core.data", subclass)]
pub struct PyData;

#[pymethods]
impl PyData {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self
    }

    #[getter]
    fn ts_event(&self) -> PyResult<u64> {
        Err(PyNotImplementedError::new_err("abstract property must be implemented"))
    }

    #[getter]
    fn ts_init(&self) -> PyResult<u64> {
        Err(PyNotImplementedError::new_err("abstract property must be implemented"))
    }

    #[classmethod]
    fn fully_qualified_name(cls: &Bound<'_, PyType>) -> PyResult<String> {
        Ok(format!("{}:{}", cls.module()?, cls.qualname()?))
    }

    #[classmethod]
    #[pyo3(signature = (name = None))]
    fn is_signal(cls: &Bound<'_, PyType>, name: Option<&str>) -> PyResult<bool> {
        let class_name = cls.name()?;
        let class_name = class_name.to_cow()?;
        Ok(match name {
            Some(name) if !name.is_empty() => class_name.eq_ignore_ascii_case(&format!("Signal{name}")),
            _ => class_name.starts_with("Signal"),
        })
    }
}

/// Equality for market data: with its own class only; nothing is ordered.
pub fn data_equality<T: pyo3::PyClass>(
    other: &Bound<'_, PyAny>,
    op: CompareOp,
    class: &str,
    equals: impl FnOnce(&T) -> bool,
) -> PyResult<Py<PyAny>> {
    let py = other.py();
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(py.NotImplemented());
    }
    let equal = match other.cast::<T>() {
        Ok(that) => equals(&*that.try_borrow()?),
        Err(_) if other.is_none() => {
            !if class.ends_with("OrderBookDeltas") {
                compared_with_none::<PyTypeError>(CompareOp::Ne)?
            } else {
                compared_with_none::<PyAttributeError>(CompareOp::Ne)?
            }
        }
        Err(_) => return Err(wrong_class("other", class, other)),
    };
    Ok((equal == matches!(op, CompareOp::Eq)).into_pyobject(py)?.to_owned().into_any().unbind())
}

/// A required entry of a dict form.
pub fn entry<'py>(values: &Bound<'py, PyDict>, key: &str) -> PyResult<Bound<'py, PyAny>> {
    values.get_item(key)?.ok_or_else(|| PyKeyError::new_err(key.to_owned()))
}

/// A required entry of a dict form, parsed from its text.
pub fn parsed<T>(values: &Bound<'_, PyDict>, key: &str) -> PyResult<T>
where
    T: std::str::FromStr,
    PyErr: From<T::Err>,
{
    Ok(entry(values, key)?.str()?.to_cow()?.parse::<T>()?)
}

fn check_precisions(name_a: &str, a: u8, name_b: &str, b: u8) -> PyResult<()> {
    if a == b {
        return Ok(());
    }
    Err(PyValueError::new_err(format!(
        "'{name_a}.precision' <class 'int'> of {a} was not equal to '{name_b}.precision' <class 'int'> of {b}"
    )))
}

macro_rules! data_into_py {
    ($class:ident) => {
        impl<'py> IntoPyObject<'py> for $class {
            type Target = Self;
            type Output = Bound<'py, Self>;
            type Error = PyErr;

            fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
                Bound::new(py, PyClassInitializer::from(PyData).add_subclass(self))
            }
        }

        impl $class {
            fn init(self) -> PyClassInitializer<Self> {
                PyClassInitializer::from(PyData).add_subclass(self)
            }
        }
    };
}
pub(super) use data_into_py;

/// A field of a tick, without the others where it lies in columns.
macro_rules! field {
    ($self:ident, $field:ident, $column:ident.$get:ident) => {
        match &$self.0 {
            Located::Tick(tick) => tick.$field,
            Located::Row(columns, at) => columns.$column.$get(*at),
        }
    };
}

#[pyclass(name = "QuoteTick", module = "nautilus_trader.model.data", extends = PyData, from_py_object)]
#[derive(Clone)]
pub struct PyQuoteTick(pub Located<QuoteColumns>);

data_into_py!(PyQuoteTick);

impl PyQuoteTick {
    pub const fn of(tick: QuoteTick) -> Self {
        Self(Located::Tick(tick))
    }

    pub fn tick(&self) -> QuoteTick {
        self.0.tick()
    }
}

#[pymethods]
impl PyQuoteTick {
    #[new]
    fn new(
        instrument_id: PyInstrumentId,
        bid_price: PyPrice,
        ask_price: PyPrice,
        bid_size: PyQuantity,
        ask_size: PyQuantity,
        ts_event: Ns,
        ts_init: Ns,
    ) -> PyResult<PyClassInitializer<Self>> {
        check_precisions("bid_price", bid_price.0.precision, "ask_price", ask_price.0.precision)?;
        check_precisions("bid_size", bid_size.0.precision, "ask_size", ask_size.0.precision)?;
        Ok(Self::of(QuoteTick {
            instrument_id: instrument_id.0,
            bid_price: bid_price.0,
            ask_price: ask_price.0,
            bid_size: bid_size.0,
            ask_size: ask_size.0,
            ts_event: ts_event.0,
            ts_init: ts_init.0,
        })
        .init())
    }

    #[staticmethod]
    #[allow(clippy::too_many_arguments)] // the public signature
    fn from_raw(
        instrument_id: PyInstrumentId,
        bid_price_raw: i128,
        ask_price_raw: i128,
        bid_price_prec: u8,
        ask_price_prec: u8,
        bid_size_raw: i128,
        ask_size_raw: i128,
        bid_size_prec: u8,
        ask_size_prec: u8,
        ts_event: Ns,
        ts_init: Ns,
    ) -> PyResult<Self> {
        check_precisions("bid_price", bid_price_prec, "ask_price", ask_price_prec)?;
        check_precisions("bid_size", bid_size_prec, "ask_size", ask_size_prec)?;
        Ok(Self::of(QuoteTick {
            instrument_id: instrument_id.0,
            bid_price: Price::checked_raw(bid_price_raw, bid_price_prec)?,
            ask_price: Price::checked_raw(ask_price_raw, ask_price_prec)?,
            bid_size: Quantity::checked_raw(bid_size_raw, bid_size_prec)?,
            ask_size: Quantity::checked_raw(ask_size_raw, ask_size_prec)?,
            ts_event: ts_event.0,
            ts_init: ts_init.0,
        }))
    }

    #[getter]
    fn instrument_id(&self) -> PyInstrumentId {
        PyInstrumentId(match &self.0 {
            Located::Tick(tick) => tick.instrument_id,
            Located::Row(columns, _) => columns.instrument_id,
        })
    }

    #[getter]
    fn bid_price(&self) -> PyPrice {
        PyPrice(field!(self, bid_price, bid_prices.get))
    }

    #[getter]
    fn ask_price(&self) -> PyPrice {
        PyPrice(field!(self, ask_price, ask_prices.get))
    }

    #[getter]
    fn bid_size(&self) -> PyQuantity {
        PyQuantity(field!(self, bid_size, bid_sizes.get))
    }

    #[getter]
    fn ask_size(&self) -> PyQuantity {
        PyQuantity(field!(self, ask_size, ask_sizes.get))
    }

    #[getter]
    fn ts_event(&self) -> u64 {
        field!(self, ts_event, times.event)
    }

    #[getter]
    fn ts_init(&self) -> u64 {
        field!(self, ts_init, times.init)
    }

    /// The price of one side, or the mid with one more decimal.
    fn extract_price(&self, price_type: E<PriceType>) -> PyResult<PyPrice> {
        let quote = self.tick();
        Ok(PyPrice(match price_type.0 {
            PriceType::Bid => quote.bid_price,
            PriceType::Ask => quote.ask_price,
            PriceType::Mid => quote.mid_price(),
            other => return Err(PyValueError::new_err(format!("Cannot extract with PriceType {other}"))),
        }))
    }

    /// The size of one side, or their mean with one more decimal.
    fn extract_size(&self, price_type: E<PriceType>) -> PyResult<PyQuantity> {
        let quote = self.tick();
        Ok(PyQuantity(match price_type.0 {
            PriceType::Bid => quote.bid_size,
            PriceType::Ask => quote.ask_size,
            PriceType::Mid => Quantity::from_raw(
                i128::midpoint(quote.bid_size.raw, quote.ask_size.raw),
                (quote.bid_size.precision + 1).min(FIXED_PRECISION),
            ),
            other => return Err(PyValueError::new_err(format!("Cannot extract with PriceType {other}"))),
        }))
    }

    #[staticmethod]
    fn to_dict<'py>(py: Python<'py>, obj: Self) -> PyResult<Bound<'py, PyDict>> {
        let quote = obj.tick();
        let values = PyDict::new(py);
        values.set_item("type", "QuoteTick")?;
        values.set_item("instrument_id", quote.instrument_id.to_string())?;
        values.set_item("bid_price", quote.bid_price.to_string())?;
        values.set_item("ask_price", quote.ask_price.to_string())?;
        values.set_item("bid_size", quote.bid_size.to_string())?;
        values.set_item("ask_size", quote.ask_size.to_string())?;
        values.set_item("ts_event", quote.ts_event)?;
        values.set_item("ts_init", quote.ts_init)?;
        Ok(values)
    }

    #[staticmethod]
    fn from_dict(values: &Bound<'_, PyDict>) -> PyResult<Self> {
        let quote = QuoteTick {
            instrument_id: parsed(values, "instrument_id")?,
            bid_price: parsed(values, "bid_price")?,
            ask_price: parsed(values, "ask_price")?,
            bid_size: parsed(values, "bid_size")?,
            ask_size: parsed(values, "ask_size")?,
            ts_event: entry(values, "ts_event")?.extract::<Ns>()?.0,
            ts_init: entry(values, "ts_init")?.extract::<Ns>()?.0,
        };
        check_precisions("bid_price", quote.bid_price.precision, "ask_price", quote.ask_price.precision)?;
        check_precisions("bid_size", quote.bid_size.precision, "ask_size", quote.ask_size.precision)?;
        Ok(Self::of(quote))
    }

    fn __str__(&self) -> String {
        let quote = self.tick();
        format!(
            "{},{},{},{},{},{}",
            quote.instrument_id, quote.bid_price, quote.ask_price, quote.bid_size, quote.ask_size, quote.ts_event
        )
    }

    fn __repr__(&self) -> String {
        format!("QuoteTick({})", self.__str__())
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        hash_str(py, &format!("{},{}", self.__str__(), self.ts_init()))
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        data_equality::<Self>(other, op, "nautilus_trader.model.data.QuoteTick", |that| that.tick() == self.tick())
    }

    fn __getnewargs__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let quote = self.tick();
        (
            PyInstrumentId(quote.instrument_id),
            PyPrice(quote.bid_price),
            PyPrice(quote.ask_price),
            PyQuantity(quote.bid_size),
            PyQuantity(quote.ask_size),
            quote.ts_event,
            quote.ts_init,
        )
            .into_pyobject(py)
    }
}

#[pyclass(name = "TradeTick", module = "nautilus_trader.model.data", extends = PyData, from_py_object)]
#[derive(Clone)]
pub struct PyTradeTick(pub Located<TradeColumns>);

data_into_py!(PyTradeTick);

impl PyTradeTick {
    pub const fn of(tick: TradeTick) -> Self {
        Self(Located::Tick(tick))
    }

    pub fn tick(&self) -> TradeTick {
        self.0.tick()
    }
}

fn check_trade_size(size: Quantity) -> PyResult<()> {
    if size.raw > 0 {
        return Ok(());
    }
    Err(PyValueError::new_err(format!("'size' not a positive integer, was {}", size.raw)))
}

#[pymethods]
impl PyTradeTick {
    #[new]
    fn new(
        instrument_id: PyInstrumentId,
        price: PyPrice,
        size: PyQuantity,
        aggressor_side: E<AggressorSide>,
        trade_id: PyTradeId,
        ts_event: Ns,
        ts_init: Ns,
    ) -> PyResult<PyClassInitializer<Self>> {
        check_trade_size(size.0)?;
        Ok(Self::of(TradeTick {
            instrument_id: instrument_id.0,
            price: price.0,
            size: size.0,
            aggressor_side: aggressor_side.0,
            trade_id: trade_id.0,
            ts_event: ts_event.0,
            ts_init: ts_init.0,
        })
        .init())
    }

    #[staticmethod]
    #[allow(clippy::too_many_arguments)] // the public signature
    fn from_raw(
        instrument_id: PyInstrumentId,
        price_raw: i128,
        price_prec: u8,
        size_raw: i128,
        size_prec: u8,
        aggressor_side: E<AggressorSide>,
        trade_id: PyTradeId,
        ts_event: Ns,
        ts_init: Ns,
    ) -> PyResult<Self> {
        let size = Quantity::checked_raw(size_raw, size_prec)?;
        check_trade_size(size)?;
        Ok(Self::of(TradeTick {
            instrument_id: instrument_id.0,
            price: Price::checked_raw(price_raw, price_prec)?,
            size,
            aggressor_side: aggressor_side.0,
            trade_id: trade_id.0,
            ts_event: ts_event.0,
            ts_init: ts_init.0,
        }))
    }

    #[getter]
    fn instrument_id(&self) -> PyInstrumentId {
        PyInstrumentId(match &self.0 {
            Located::Tick(tick) => tick.instrument_id,
            Located::Row(columns, _) => columns.instrument_id,
        })
    }

    #[getter]
    fn price(&self) -> PyPrice {
        PyPrice(field!(self, price, prices.get))
    }

    #[getter]
    fn size(&self) -> PyQuantity {
        PyQuantity(field!(self, size, sizes.get))
    }

    #[getter]
    fn aggressor_side(&self) -> E<AggressorSide> {
        E(self.tick().aggressor_side)
    }

    #[getter]
    fn trade_id(&self) -> PyTradeId {
        PyTradeId(self.tick().trade_id)
    }

    #[getter]
    fn ts_event(&self) -> u64 {
        field!(self, ts_event, times.event)
    }

    #[getter]
    fn ts_init(&self) -> u64 {
        field!(self, ts_init, times.init)
    }

    #[staticmethod]
    fn to_dict<'py>(py: Python<'py>, obj: Self) -> PyResult<Bound<'py, PyDict>> {
        let trade = obj.tick();
        let values = PyDict::new(py);
        values.set_item("type", "TradeTick")?;
        values.set_item("instrument_id", trade.instrument_id.to_string())?;
        values.set_item("price", trade.price.to_string())?;
        values.set_item("size", trade.size.to_string())?;
        values.set_item("aggressor_side", trade.aggressor_side.name())?;
        values.set_item("trade_id", trade.trade_id.as_str())?;
        values.set_item("ts_event", trade.ts_event)?;
        values.set_item("ts_init", trade.ts_init)?;
        Ok(values)
    }

    #[staticmethod]
    fn from_dict(values: &Bound<'_, PyDict>) -> PyResult<Self> {
        let side = entry(values, "aggressor_side")?;
        let trade = TradeTick {
            instrument_id: parsed(values, "instrument_id")?,
            price: parsed(values, "price")?,
            size: parsed(values, "size")?,
            aggressor_side: AggressorSide::from_name(&side.str()?.to_cow()?)
                .ok_or_else(|| PyValueError::new_err(format!("{side} is not a valid AggressorSide")))?,
            trade_id: crate::model::identifiers::TradeId::new(&entry(values, "trade_id")?.str()?.to_cow()?)?,
            ts_event: entry(values, "ts_event")?.extract::<Ns>()?.0,
            ts_init: entry(values, "ts_init")?.extract::<Ns>()?.0,
        };
        check_trade_size(trade.size)?;
        Ok(Self::of(trade))
    }

    fn __str__(&self) -> String {
        let trade = self.tick();
        format!(
            "{},{},{},{},{},{}",
            trade.instrument_id, trade.price, trade.size, trade.aggressor_side, trade.trade_id, trade.ts_event
        )
    }

    fn __repr__(&self) -> String {
        format!("TradeTick({})", self.__str__())
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        hash_str(py, &format!("{},{}", self.__str__(), self.ts_init()))
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        data_equality::<Self>(other, op, "nautilus_trader.model.data.TradeTick", |that| that.tick() == self.tick())
    }

    fn __getnewargs__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let trade = self.tick();
        (
            PyInstrumentId(trade.instrument_id),
            PyPrice(trade.price),
            PyQuantity(trade.size),
            E(trade.aggressor_side),
            PyTradeId(trade.trade_id),
            trade.ts_event,
            trade.ts_init,
        )
            .into_pyobject(py)
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyData>()?;
    module.add_class::<PyQuoteTick>()?;
    module.add_class::<PyTradeTick>()
}
