//! `BookOrder`, `OrderBookDelta` and `OrderBookDeltas`.

use std::sync::Arc;

use pyo3::{
    exceptions::PyValueError,
    prelude::*,
    pyclass::CompareOp,
    types::{PyDict, PyList, PyTuple},
};

use super::{
    convert::{Ns, hash_str},
    data::{PyData, data_equality, data_into_py, entry, parsed},
    enums::E,
    fixed::{PyPrice, PyQuantity},
    identifiers::PyInstrumentId,
};
use crate::model::{
    data::{BookOrder, OrderBookDelta},
    enums::{BookAction, NamedEnum, OrderSide, RecordFlag},
    fixed::{Price, Quantity},
    identifiers::InstrumentId,
};

/// What CLEAR deltas show instead of an order.
pub const NULL_ORDER: BookOrder =
    BookOrder { side: OrderSide::NoOrderSide, price: Price::zero(0), size: Quantity::zero(0), order_id: 0 };

/// An enumeration entry of a dict form, by name.
fn member<T: NamedEnum>(values: &Bound<'_, PyDict>, key: &str) -> PyResult<T> {
    let name = entry(values, key)?;
    let text = name.str()?;
    let text = text.to_cow()?;
    T::ALL
        .iter()
        .copied()
        .find(|member| member.label() == text)
        .ok_or_else(|| PyValueError::new_err(format!("{text} is not a valid {}", T::NAME)))
}

#[pyclass(name = "BookOrder", module = "nautilus_trader.model.data", frozen, from_py_object)]
#[derive(Clone, Copy)]
pub struct PyBookOrder(pub BookOrder);

impl PyBookOrder {
    fn fields<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let values = PyDict::new(py);
        values.set_item("side", self.0.side.name())?;
        values.set_item("price", self.0.price.to_string())?;
        values.set_item("size", self.0.size.to_string())?;
        values.set_item("order_id", self.0.order_id)?;
        Ok(values)
    }

    pub fn text(self) -> String {
        let order = &self.0;
        format!(
            "BookOrder(side={}, price={}, size={}, order_id={})",
            order.side, order.price, order.size, order.order_id
        )
    }
}

#[pymethods]
impl PyBookOrder {
    #[new]
    fn new(side: E<OrderSide>, price: PyPrice, size: PyQuantity, order_id: Ns) -> Self {
        Self(BookOrder { side: side.0, price: price.0, size: size.0, order_id: order_id.0 })
    }

    #[getter]
    fn side(&self) -> E<OrderSide> {
        E(self.0.side)
    }

    #[getter]
    fn price(&self) -> PyPrice {
        PyPrice(self.0.price)
    }

    #[getter]
    fn size(&self) -> PyQuantity {
        PyQuantity(self.0.size)
    }

    #[getter]
    fn order_id(&self) -> u64 {
        self.0.order_id
    }

    fn exposure(&self) -> f64 {
        self.0.price.as_f64() * self.0.size.as_f64()
    }

    fn signed_size(&self) -> f64 {
        if self.0.side == OrderSide::Sell { -self.0.size.as_f64() } else { self.0.size.as_f64() }
    }

    #[staticmethod]
    pub fn to_dict<'py>(py: Python<'py>, obj: Self) -> PyResult<Bound<'py, PyDict>> {
        let values = PyDict::new(py);
        values.set_item("type", "BookOrder")?;
        values.update(obj.fields(py)?.as_mapping())?;
        Ok(values)
    }

    #[staticmethod]
    pub fn from_dict(values: &Bound<'_, PyDict>) -> PyResult<Self> {
        Ok(Self(BookOrder {
            side: member(values, "side")?,
            price: parsed(values, "price")?,
            size: parsed(values, "size")?,
            order_id: entry(values, "order_id")?.extract::<Ns>()?.0,
        }))
    }

    fn __repr__(&self) -> String {
        self.text()
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        hash_str(py, &self.text())
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        data_equality::<Self>(other, op, "nautilus_trader.model.data.BookOrder", |that| that.0 == self.0)
    }

    fn __getnewargs__(&self) -> (E<OrderSide>, PyPrice, PyQuantity, u64) {
        (E(self.0.side), PyPrice(self.0.price), PyQuantity(self.0.size), self.0.order_id)
    }
}

#[pyclass(name = "OrderBookDelta", module = "nautilus_trader.model.data", extends = PyData, frozen, from_py_object)]
#[derive(Clone, Copy)]
pub struct PyOrderBookDelta(pub OrderBookDelta);

data_into_py!(PyOrderBookDelta);

impl PyOrderBookDelta {
    fn checked(delta: OrderBookDelta) -> PyResult<Self> {
        let sized = delta.order.is_some_and(|order| order.size.raw > 0);
        if matches!(delta.action, BookAction::Add | BookAction::Update) && !sized {
            return Err(PyValueError::new_err("'size' not a positive integer, was 0"));
        }
        Ok(Self(delta))
    }

    fn text(self) -> String {
        let delta = &self.0;
        format!(
            "OrderBookDelta(instrument_id={}, action={}, order={}, flags={}, sequence={}, ts_event={}, ts_init={})",
            delta.instrument_id,
            delta.action,
            PyBookOrder(delta.order.unwrap_or(NULL_ORDER)).text(),
            delta.flags,
            delta.sequence,
            delta.ts_event,
            delta.ts_init
        )
    }
}

#[pymethods]
impl PyOrderBookDelta {
    #[new]
    fn new(
        instrument_id: PyInstrumentId,
        action: E<BookAction>,
        order: Option<PyBookOrder>,
        flags: u8,
        sequence: Ns,
        ts_event: Ns,
        ts_init: Ns,
    ) -> PyResult<PyClassInitializer<Self>> {
        let delta = OrderBookDelta {
            instrument_id: instrument_id.0,
            action: action.0,
            order: order.map(|order| order.0),
            flags,
            sequence: sequence.0,
            ts_event: ts_event.0,
            ts_init: ts_init.0,
        };
        Ok(Self::checked(delta)?.init())
    }

    #[staticmethod]
    fn clear(instrument_id: PyInstrumentId, sequence: Ns, ts_event: Ns, ts_init: Ns) -> Self {
        Self(OrderBookDelta {
            instrument_id: instrument_id.0,
            action: BookAction::Clear,
            order: None,
            flags: 0,
            sequence: sequence.0,
            ts_event: ts_event.0,
            ts_init: ts_init.0,
        })
    }

    #[getter]
    fn instrument_id(&self) -> PyInstrumentId {
        PyInstrumentId(self.0.instrument_id)
    }

    #[getter]
    fn action(&self) -> E<BookAction> {
        E(self.0.action)
    }

    #[getter]
    fn order(&self) -> PyBookOrder {
        PyBookOrder(self.0.order.unwrap_or(NULL_ORDER))
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

    #[getter]
    fn is_add(&self) -> bool {
        self.0.action == BookAction::Add
    }

    #[getter]
    fn is_update(&self) -> bool {
        self.0.action == BookAction::Update
    }

    #[getter]
    fn is_delete(&self) -> bool {
        self.0.action == BookAction::Delete
    }

    #[getter]
    fn is_clear(&self) -> bool {
        self.0.action == BookAction::Clear
    }

    #[staticmethod]
    fn to_dict<'py>(py: Python<'py>, obj: Self) -> PyResult<Bound<'py, PyDict>> {
        let delta = obj.0;
        let values = PyDict::new(py);
        values.set_item("type", "OrderBookDelta")?;
        values.set_item("instrument_id", delta.instrument_id.to_string())?;
        values.set_item("action", delta.action.name())?;
        values.set_item("order", PyBookOrder(delta.order.unwrap_or(NULL_ORDER)).fields(py)?)?;
        values.set_item("flags", delta.flags)?;
        values.set_item("sequence", delta.sequence)?;
        values.set_item("ts_event", delta.ts_event)?;
        values.set_item("ts_init", delta.ts_init)?;
        Ok(values)
    }

    #[staticmethod]
    fn from_dict(values: &Bound<'_, PyDict>) -> PyResult<Self> {
        let action = member(values, "action")?;
        let order = PyBookOrder::from_dict(entry(values, "order")?.cast::<PyDict>()?)?.0;
        Self::checked(OrderBookDelta {
            instrument_id: parsed(values, "instrument_id")?,
            action,
            order: (action != BookAction::Clear).then_some(order),
            flags: entry(values, "flags")?.extract()?,
            sequence: entry(values, "sequence")?.extract::<Ns>()?.0,
            ts_event: entry(values, "ts_event")?.extract::<Ns>()?.0,
            ts_init: entry(values, "ts_init")?.extract::<Ns>()?.0,
        })
    }

    fn __repr__(&self) -> String {
        self.text()
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        hash_str(py, &self.text())
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        data_equality::<Self>(other, op, "nautilus_trader.model.data.OrderBookDelta", |that| that.0 == self.0)
    }

    fn __getnewargs__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let delta = &self.0;
        (
            PyInstrumentId(delta.instrument_id),
            E(delta.action),
            delta.order.map(PyBookOrder),
            delta.flags,
            delta.sequence,
            delta.ts_event,
            delta.ts_init,
        )
            .into_pyobject(py)
    }
}

/// Deltas that arrive together; times, sequence and flags are the last one's.
#[pyclass(name = "OrderBookDeltas", module = "nautilus_trader.model.data", extends = PyData, from_py_object)]
#[derive(Clone)]
pub struct PyOrderBookDeltas {
    pub instrument_id: InstrumentId,
    /// Never empty.
    pub deltas: Arc<[OrderBookDelta]>,
}

data_into_py!(PyOrderBookDeltas);

impl PyOrderBookDeltas {
    pub fn of(instrument_id: InstrumentId, deltas: impl Into<Arc<[OrderBookDelta]>>) -> PyResult<Self> {
        let deltas = deltas.into();
        if deltas.is_empty() {
            return Err(PyValueError::new_err("'deltas' collection was empty"));
        }
        Ok(Self { instrument_id, deltas })
    }

    fn of_last<T: Default>(&self, field: impl FnOnce(&OrderBookDelta) -> T) -> T {
        self.deltas.last().map(field).unwrap_or_default()
    }
}

#[pymethods]
impl PyOrderBookDeltas {
    #[new]
    fn new(instrument_id: PyInstrumentId, deltas: &Bound<'_, PyList>) -> PyResult<PyClassInitializer<Self>> {
        let deltas = deltas.iter().map(|delta| Ok(delta.extract::<PyOrderBookDelta>()?.0));
        let deltas = deltas.collect::<PyResult<Vec<_>>>()?;
        Ok(Self::of(instrument_id.0, deltas)?.init())
    }

    /// Groups deltas into batches that end with the F_LAST flag; the rest makes a last batch.
    #[staticmethod]
    fn batch(data: &Bound<'_, PyList>) -> PyResult<Vec<Self>> {
        let mut batches = Vec::new();
        let mut group: Vec<OrderBookDelta> = Vec::new();
        for delta in data.iter() {
            let delta = delta.extract::<PyOrderBookDelta>()?.0;
            group.push(delta);
            if delta.flags & RecordFlag::FLast.value() != 0 {
                batches.push(Self::of(group[0].instrument_id, std::mem::take(&mut group))?);
            }
        }
        if let Some(first) = group.first() {
            batches.push(Self::of(first.instrument_id, group)?);
        }
        Ok(batches)
    }

    #[getter]
    fn instrument_id(&self) -> PyInstrumentId {
        PyInstrumentId(self.instrument_id)
    }

    #[getter]
    fn deltas(&self) -> Vec<PyOrderBookDelta> {
        self.deltas.iter().copied().map(PyOrderBookDelta).collect()
    }

    #[getter]
    fn flags(&self) -> u8 {
        self.of_last(|delta| delta.flags)
    }

    #[getter]
    fn sequence(&self) -> u64 {
        self.of_last(|delta| delta.sequence)
    }

    #[getter]
    fn ts_event(&self) -> u64 {
        self.of_last(|delta| delta.ts_event)
    }

    #[getter]
    fn ts_init(&self) -> u64 {
        self.of_last(|delta| delta.ts_init)
    }

    #[getter]
    fn is_snapshot(&self) -> bool {
        self.deltas.first().is_some_and(|delta| delta.action == BookAction::Clear)
    }

    #[staticmethod]
    fn to_dict<'py>(py: Python<'py>, obj: Self) -> PyResult<Bound<'py, PyDict>> {
        let deltas = obj.deltas().into_iter().map(|delta| PyOrderBookDelta::to_dict(py, delta));
        let values = PyDict::new(py);
        values.set_item("type", "OrderBookDeltas")?;
        values.set_item("instrument_id", obj.instrument_id.to_string())?;
        values.set_item("deltas", deltas.collect::<PyResult<Vec<_>>>()?)?;
        Ok(values)
    }

    #[staticmethod]
    fn from_dict(values: &Bound<'_, PyDict>) -> PyResult<Self> {
        let mut deltas = Vec::new();
        for delta in entry(values, "deltas")?.try_iter()? {
            deltas.push(PyOrderBookDelta::from_dict(delta?.cast::<PyDict>()?)?.0);
        }
        Self::of(parsed(values, "instrument_id")?, deltas)
    }

    fn __repr__(&self) -> String {
        let deltas: Vec<String> = self.deltas.iter().map(|&delta| PyOrderBookDelta(delta).text()).collect();
        format!(
            "OrderBookDeltas(instrument_id={}, [{}], is_snapshot={}, sequence={}, ts_event={}, ts_init={})",
            self.instrument_id,
            deltas.join(", "),
            if self.is_snapshot() { "True" } else { "False" },
            self.sequence(),
            self.ts_event(),
            self.of_last(|delta| delta.ts_init)
        )
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        hash_str(py, &self.__repr__())
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        data_equality::<Self>(other, op, "nautilus_trader.model.data.OrderBookDeltas", |that| {
            that.instrument_id == self.instrument_id && that.deltas == self.deltas
        })
    }

    fn __getnewargs__(&self) -> (PyInstrumentId, Vec<PyOrderBookDelta>) {
        (PyInstrumentId(self.instrument_id), self.deltas())
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyBookOrder>()?;
    module.add_class::<PyOrderBookDelta>()?;
    module.add_class::<PyOrderBookDeltas>()?;
    module.add("NULL_ORDER", PyBookOrder(NULL_ORDER))
}
