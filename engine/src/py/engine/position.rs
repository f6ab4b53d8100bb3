//! `Position`: a view of the engine's position, which goes on changing with it.

use std::{cell::RefCell, rc::Rc};

use pyo3::{
    exceptions::{PyKeyError, PyTypeError, PyValueError},
    prelude::*,
    pyclass::CompareOp,
    types::{PyDict, PyList},
};

use super::event::{PyOrderEvent, order_event_to_py};
use crate::{
    cache::PositionRef,
    ledger::position::{Position, PositionError},
    model::{
        enums::{OrderSide, PositionSide},
        event::OrderEvent,
        fixed::Money,
        instrument::Decimal,
    },
    py::model::{
        convert::{decimal_to_py, hash_str, is_later},
        currency::PyCurrency,
        enums::E,
        fixed::{PyPrice, PyQuantity},
        identifiers::{
            PyAccountId, PyClientOrderId, PyInstrumentId, PyPositionId, PyStrategyId, PySymbol, PyTradeId, PyTraderId,
            PyVenue, PyVenueOrderId,
        },
        instrument::PyInstrument,
        money::PyMoney,
    },
};

impl From<PositionError> for PyErr {
    fn from(error: PositionError) -> Self {
        match error {
            PositionError::Duplicate(_) => PyKeyError::new_err(error.to_string()),
            PositionError::NotAFill(_) => PyTypeError::new_err(error.to_string()),
            PositionError::NoPositionId(_) => PyValueError::new_err(error.to_string()),
            PositionError::Model(error) => error.into(),
        }
    }
}

#[pyclass(name = "Position", module = "nautilus_trader.model.position", frozen, unsendable)]
pub struct PyPosition(pub PositionRef);

pub fn position_to_py<'py>(py: Python<'py>, position: &PositionRef) -> PyResult<Bound<'py, PyPosition>> {
    Bound::new(py, PyPosition(Rc::clone(position)))
}

pub fn positions_to_py<'py>(py: Python<'py>, positions: &[PositionRef]) -> PyResult<Bound<'py, PyList>> {
    let views = positions.iter().map(|position| position_to_py(py, position)).collect::<PyResult<Vec<_>>>()?;
    PyList::new(py, views)
}

/// The record of a fill, from its Python object.
fn fill_record(fill: &Bound<'_, PyAny>) -> PyResult<Rc<OrderEvent>> {
    Ok(Rc::clone(&fill.cast::<PyOrderEvent>()?.borrow().0))
}

#[pymethods]
impl PyPosition {
    #[getter]
    fn id(&self) -> PyPositionId {
        PyPositionId(self.0.borrow().id)
    }

    #[getter]
    fn trader_id(&self) -> PyTraderId {
        PyTraderId(self.0.borrow().trader_id)
    }

    #[getter]
    fn strategy_id(&self) -> PyStrategyId {
        PyStrategyId(self.0.borrow().strategy_id)
    }

    #[getter]
    fn instrument_id(&self) -> PyInstrumentId {
        PyInstrumentId(self.0.borrow().instrument_id)
    }

    #[getter]
    fn symbol(&self) -> PySymbol {
        PySymbol(self.0.borrow().instrument_id.symbol)
    }

    #[getter]
    fn venue(&self) -> PyVenue {
        PyVenue(self.0.borrow().instrument_id.venue)
    }

    #[getter]
    fn account_id(&self) -> PyAccountId {
        PyAccountId(self.0.borrow().account_id)
    }

    #[getter]
    fn opening_order_id(&self) -> PyClientOrderId {
        PyClientOrderId(self.0.borrow().opening_order_id)
    }

    #[getter]
    fn closing_order_id(&self) -> Option<PyClientOrderId> {
        self.0.borrow().closing_order_id.map(PyClientOrderId)
    }

    #[getter]
    fn entry(&self) -> E<OrderSide> {
        E(self.0.borrow().entry)
    }

    #[getter]
    fn side(&self) -> E<PositionSide> {
        E(self.0.borrow().side)
    }

    #[getter]
    fn signed_qty(&self) -> f64 {
        self.0.borrow().signed_qty
    }

    #[getter]
    fn quantity(&self) -> PyQuantity {
        PyQuantity(self.0.borrow().quantity)
    }

    #[getter]
    fn peak_qty(&self) -> PyQuantity {
        PyQuantity(self.0.borrow().peak_qty)
    }

    #[getter]
    fn price_precision(&self) -> u8 {
        self.0.borrow().price_precision
    }

    #[getter]
    fn size_precision(&self) -> u8 {
        self.0.borrow().size_precision
    }

    #[getter]
    fn multiplier(&self) -> PyQuantity {
        PyQuantity(self.0.borrow().multiplier)
    }

    #[getter]
    fn is_inverse(&self) -> bool {
        self.0.borrow().is_inverse
    }

    #[getter]
    fn base_currency(&self) -> Option<PyCurrency> {
        self.0.borrow().base_currency.map(PyCurrency)
    }

    #[getter]
    fn quote_currency(&self) -> PyCurrency {
        PyCurrency(self.0.borrow().quote_currency)
    }

    #[getter]
    fn settlement_currency(&self) -> PyCurrency {
        PyCurrency(self.0.borrow().settlement_currency)
    }

    #[getter]
    fn ts_init(&self) -> u64 {
        self.0.borrow().ts_init
    }

    #[getter]
    fn ts_opened(&self) -> u64 {
        self.0.borrow().ts_opened
    }

    #[getter]
    fn ts_last(&self) -> u64 {
        self.0.borrow().ts_last
    }

    #[getter]
    fn ts_closed(&self) -> u64 {
        self.0.borrow().ts_closed
    }

    #[getter]
    fn duration_ns(&self) -> u64 {
        self.0.borrow().duration_ns
    }

    #[getter]
    fn avg_px_open(&self) -> f64 {
        self.0.borrow().avg_px_open
    }

    #[getter]
    fn avg_px_close(&self) -> f64 {
        self.0.borrow().avg_px_close
    }

    #[getter]
    fn realized_return(&self) -> f64 {
        self.0.borrow().realized_return
    }

    #[getter]
    fn realized_pnl(&self) -> PyMoney {
        PyMoney(self.0.borrow().realized_pnl)
    }

    #[getter]
    fn is_open(&self) -> bool {
        self.0.borrow().is_open()
    }

    #[getter]
    fn is_closed(&self) -> bool {
        !self.0.borrow().is_open()
    }

    #[getter]
    fn is_long(&self) -> bool {
        self.0.borrow().side == PositionSide::Long
    }

    #[getter]
    fn is_short(&self) -> bool {
        self.0.borrow().side == PositionSide::Short
    }

    #[getter]
    fn event_count(&self) -> usize {
        self.0.borrow().events.len()
    }

    #[getter]
    fn last_trade_id(&self) -> Option<PyTradeId> {
        self.0.borrow().trade_ids.last().copied().map(PyTradeId)
    }

    #[getter]
    fn trade_ids(&self) -> Vec<PyTradeId> {
        self.0.borrow().trade_ids.iter().copied().map(PyTradeId).collect()
    }

    #[getter]
    fn client_order_ids(&self) -> Vec<PyClientOrderId> {
        self.0.borrow().client_order_ids().into_iter().map(PyClientOrderId).collect()
    }

    #[getter]
    fn venue_order_ids(&self) -> Vec<PyVenueOrderId> {
        self.0.borrow().venue_order_ids().into_iter().map(PyVenueOrderId).collect()
    }

    #[new]
    fn new(instrument: &Bound<'_, PyInstrument>, fill: &Bound<'_, PyAny>) -> PyResult<Self> {
        let adjusts = is_later(fill.py())?;
        let position = Position::new(&instrument.borrow().inner, &fill_record(fill)?, adjusts)?;
        Ok(Self(Rc::new(RefCell::new(position))))
    }

    fn apply(&self, fill: &Bound<'_, PyAny>) -> PyResult<()> {
        let record = fill_record(fill)?;
        Ok(self.0.borrow_mut().apply(&record)?)
    }

    #[getter]
    fn events<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let events = self.0.borrow().events.clone();
        events.iter().map(|event| order_event_to_py(py, event)).collect()
    }

    #[getter]
    fn last_event<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let last = self.0.borrow().events.last().cloned();
        last.map(|event| order_event_to_py(py, &event)).transpose()
    }

    fn commissions(&self) -> Vec<PyMoney> {
        self.0.borrow().commissions.iter().copied().map(PyMoney).collect()
    }

    fn signed_decimal_qty<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let position = self.0.borrow();
        let units = position.quantity.to_decimal().mantissa;
        let mantissa = if position.side == PositionSide::Short { -units } else { units };
        decimal_to_py(py, Decimal { mantissa, scale: u32::from(position.size_precision) })
    }

    fn calculate_pnl(&self, avg_px_open: f64, avg_px_close: f64, quantity: PyQuantity) -> PyResult<PyMoney> {
        Ok(PyMoney(self.0.borrow().calculate_pnl(avg_px_open, avg_px_close, quantity.0)?))
    }

    fn unrealized_pnl(&self, price: PyPrice) -> PyResult<PyMoney> {
        Ok(PyMoney(self.0.borrow().unrealized_pnl(price.0)?))
    }

    fn total_pnl(&self, price: PyPrice) -> PyResult<PyMoney> {
        Ok(PyMoney(self.0.borrow().total_pnl(price.0)?))
    }

    fn notional_value(&self, price: PyPrice) -> PyResult<PyMoney> {
        Ok(PyMoney(self.0.borrow().notional_value(price.0)?))
    }

    fn is_opposite_side(&self, side: E<OrderSide>) -> bool {
        self.0.borrow().is_opposite_side(side.0)
    }

    fn closing_order_side(&self) -> E<OrderSide> {
        E(self.0.borrow().closing_side())
    }

    #[staticmethod]
    fn side_from_order_side(side: E<OrderSide>) -> PyResult<E<PositionSide>> {
        match side.0 {
            OrderSide::Buy => Ok(E(PositionSide::Long)),
            OrderSide::Sell => Ok(E(PositionSide::Short)),
            OrderSide::NoOrderSide => Err(PyValueError::new_err("invalid `OrderSide`, was 0")),
        }
    }

    fn info(&self) -> String {
        self.0.borrow().info()
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let p = self.0.borrow();
        let values = PyDict::new(py);
        values.set_item("position_id", p.id.as_str())?;
        values.set_item("trader_id", p.trader_id.as_str())?;
        values.set_item("strategy_id", p.strategy_id.as_str())?;
        values.set_item("instrument_id", p.instrument_id.to_string())?;
        values.set_item("account_id", p.account_id.as_str())?;
        values.set_item("opening_order_id", p.opening_order_id.as_str())?;
        values.set_item("closing_order_id", p.closing_order_id.map(|id| id.as_str()))?;
        values.set_item("entry", p.entry.to_string())?;
        values.set_item("side", p.side.to_string())?;
        values.set_item("signed_qty", p.signed_qty)?;
        values.set_item("quantity", p.quantity.to_string())?;
        values.set_item("peak_qty", p.peak_qty.to_string())?;
        values.set_item("ts_init", p.ts_init)?;
        values.set_item("ts_opened", p.ts_opened)?;
        values.set_item("ts_last", p.ts_last)?;
        values.set_item("ts_closed", (p.ts_closed > 0).then_some(p.ts_closed))?;
        values.set_item("duration_ns", (p.duration_ns > 0).then_some(p.duration_ns))?;
        values.set_item("avg_px_open", p.avg_px_open)?;
        values.set_item("avg_px_close", (p.avg_px_close != 0.0).then_some(p.avg_px_close))?;
        values.set_item("quote_currency", p.quote_currency.code.as_str())?;
        values.set_item("base_currency", p.base_currency.map(|currency| currency.code.as_str()))?;
        values.set_item("settlement_currency", p.settlement_currency.code.as_str())?;
        values.set_item("commissions", p.commissions.iter().map(Money::to_string).collect::<Vec<_>>())?;
        values.set_item("realized_return", crate::model::fixed::round_half_even(p.realized_return, 5))?;
        values.set_item("realized_pnl", p.realized_pnl.to_string())?;
        Ok(values)
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<bool> {
        let same = other.cast::<Self>().is_ok_and(|that| that.borrow().0.borrow().id == self.0.borrow().id);
        match op {
            CompareOp::Eq => Ok(same),
            CompareOp::Ne => Ok(!same),
            _ => Err(PyTypeError::new_err("positions are not ordered")),
        }
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        hash_str(py, self.0.borrow().id.as_str())
    }

    fn __repr__(&self) -> String {
        self.0.borrow().describe()
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyPosition>()
}
