//! `OrderBookDepth10`.

use std::sync::Arc;

use pyo3::{
    exceptions::PyValueError,
    prelude::*,
    pyclass::CompareOp,
    types::{PyDict, PyList},
};

use super::{
    book::{NULL_ORDER, PyBookOrder},
    convert::{Ns, hash_str},
    data::{PyData, PyQuoteTick, data_equality, data_into_py, entry, parsed},
    identifiers::PyInstrumentId,
};
use crate::model::data::{BookOrder, OrderBookDepth, QuoteTick};

const DEPTH: usize = 10;

#[pyclass(name = "OrderBookDepth10", module = "nautilus_trader.model.data", extends = PyData, frozen, from_py_object)]
#[derive(Clone)]
pub struct PyOrderBookDepth10(pub Arc<OrderBookDepth>);

data_into_py!(PyOrderBookDepth10);

fn orders(values: &Bound<'_, PyAny>) -> PyResult<Vec<BookOrder>> {
    values.try_iter()?.map(|order| Ok(order?.extract::<PyBookOrder>()?.0)).collect()
}

fn counts(values: &Bound<'_, PyAny>) -> PyResult<Vec<u32>> {
    values.try_iter()?.map(|count| count?.extract::<u32>()).collect()
}

fn check(depth: &mut OrderBookDepth) -> PyResult<()> {
    let lengths = [
        ("bids length", depth.bids.len()),
        ("asks length", depth.asks.len()),
        ("bid_counts length", depth.bid_counts.len()),
        ("ask_counts length", depth.ask_counts.len()),
    ];
    let (_, bids) = lengths[0];
    if bids == 0 {
        return Err(PyValueError::new_err("'bids' collection was empty"));
    }
    if lengths[1].1 == 0 {
        return Err(PyValueError::new_err("'asks' collection was empty"));
    }
    if bids > DEPTH {
        return Err(PyValueError::new_err(format!("bids length greater than maximum {DEPTH}, was {bids}")));
    }
    for (name, length) in lengths {
        if length != bids {
            return Err(PyValueError::new_err(format!(
                "'bids length' <class 'int'> of {bids} was not equal to '{name}' <class 'int'> of {length}"
            )));
        }
    }
    depth.bids.resize(DEPTH, NULL_ORDER);
    depth.asks.resize(DEPTH, NULL_ORDER);
    depth.bid_counts.resize(DEPTH, 0);
    depth.ask_counts.resize(DEPTH, 0);
    Ok(())
}

fn list_text(orders: &[BookOrder]) -> String {
    let texts: Vec<String> = orders.iter().map(|&order| PyBookOrder(order).text()).collect();
    format!("[{}]", texts.join(", "))
}

#[pymethods]
impl PyOrderBookDepth10 {
    #[new]
    #[allow(clippy::too_many_arguments)]
    fn new(
        instrument_id: PyInstrumentId,
        bids: &Bound<'_, PyList>,
        asks: &Bound<'_, PyList>,
        bid_counts: &Bound<'_, PyAny>,
        ask_counts: &Bound<'_, PyAny>,
        flags: u8,
        sequence: Ns,
        ts_event: Ns,
        ts_init: Ns,
    ) -> PyResult<PyClassInitializer<Self>> {
        let mut depth = OrderBookDepth {
            instrument_id: instrument_id.0,
            bids: orders(bids)?,
            asks: orders(asks)?,
            bid_counts: counts(bid_counts)?,
            ask_counts: counts(ask_counts)?,
            flags,
            sequence: sequence.0,
            ts_event: ts_event.0,
            ts_init: ts_init.0,
        };
        check(&mut depth)?;
        Ok(Self(Arc::new(depth)).init())
    }

    #[getter]
    fn instrument_id(&self) -> PyInstrumentId {
        PyInstrumentId(self.0.instrument_id)
    }

    #[getter]
    fn bids(&self) -> Vec<PyBookOrder> {
        self.0.bids.iter().copied().map(PyBookOrder).collect()
    }

    #[getter]
    fn asks(&self) -> Vec<PyBookOrder> {
        self.0.asks.iter().copied().map(PyBookOrder).collect()
    }

    #[getter]
    fn bid_counts(&self) -> Vec<u32> {
        self.0.bid_counts.clone()
    }

    #[getter]
    fn ask_counts(&self) -> Vec<u32> {
        self.0.ask_counts.clone()
    }

    #[getter]
    fn flags(&self) -> u8 {
        self.0.flags
    }

    #[getter]
    fn sequence(&self) -> u64 {
        self.0.sequence
    }

    #[getter]
    fn ts_event(&self) -> u64 {
        self.0.ts_event
    }

    #[getter]
    fn ts_init(&self) -> u64 {
        self.0.ts_init
    }

    /// The touches as a quote; none where a side is empty.
    fn to_quote_tick(&self) -> Option<PyQuoteTick> {
        let (bid, ask) = (self.0.bids.first()?, self.0.asks.first()?);
        (bid.size.raw > 0 && ask.size.raw > 0).then(|| {
            PyQuoteTick::of(QuoteTick {
                instrument_id: self.0.instrument_id,
                bid_price: bid.price,
                ask_price: ask.price,
                bid_size: bid.size,
                ask_size: ask.size,
                ts_event: self.0.ts_event,
                ts_init: self.0.ts_init,
            })
        })
    }

    #[staticmethod]
    fn to_dict<'py>(py: Python<'py>, obj: Self) -> PyResult<Bound<'py, PyDict>> {
        let depth = &obj.0;
        let side = |orders: &[BookOrder]| -> PyResult<Vec<Bound<'py, PyDict>>> {
            orders.iter().map(|&order| PyBookOrder::to_dict(py, PyBookOrder(order))).collect()
        };
        let values = PyDict::new(py);
        values.set_item("type", "OrderBookDepth10")?;
        values.set_item("instrument_id", depth.instrument_id.to_string())?;
        values.set_item("bids", side(&depth.bids)?)?;
        values.set_item("asks", side(&depth.asks)?)?;
        values.set_item("bid_counts", &depth.bid_counts)?;
        values.set_item("ask_counts", &depth.ask_counts)?;
        values.set_item("flags", depth.flags)?;
        values.set_item("sequence", depth.sequence)?;
        values.set_item("ts_event", depth.ts_event)?;
        values.set_item("ts_init", depth.ts_init)?;
        Ok(values)
    }

    #[staticmethod]
    fn from_dict(values: &Bound<'_, PyDict>) -> PyResult<Self> {
        let side = |key: &str| -> PyResult<Vec<BookOrder>> {
            let orders = entry(values, key)?;
            orders.try_iter()?.map(|order| Ok(PyBookOrder::from_dict(order?.cast::<PyDict>()?)?.0)).collect()
        };
        let mut depth = OrderBookDepth {
            instrument_id: parsed(values, "instrument_id")?,
            bids: side("bids")?,
            asks: side("asks")?,
            bid_counts: counts(&entry(values, "bid_counts")?)?,
            ask_counts: counts(&entry(values, "ask_counts")?)?,
            flags: entry(values, "flags")?.extract()?,
            sequence: entry(values, "sequence")?.extract::<Ns>()?.0,
            ts_event: entry(values, "ts_event")?.extract::<Ns>()?.0,
            ts_init: entry(values, "ts_init")?.extract::<Ns>()?.0,
        };
        check(&mut depth)?;
        Ok(Self(Arc::new(depth)))
    }

    fn __repr__(&self) -> String {
        let depth = &self.0;
        format!(
            "OrderBookDepth10(instrument_id={}, bids={}, asks={}, bid_counts={:?}, ask_counts={:?}, flags={}, \
             sequence={}, ts_event={}, ts_init={})",
            depth.instrument_id,
            list_text(&depth.bids),
            list_text(&depth.asks),
            depth.bid_counts,
            depth.ask_counts,
            depth.flags,
            depth.sequence,
            depth.ts_event,
            depth.ts_init
        )
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        hash_str(py, &self.__repr__())
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        data_equality::<Self>(other, op, "nautilus_trader.model.data.OrderBookDepth10", |that| that.0 == self.0)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyDict>,))> {
        let values = Self::to_dict(slf.py(), slf.get().clone())?;
        Ok((slf.get_type().getattr("from_dict")?, (values,)))
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyOrderBookDepth10>()
}
