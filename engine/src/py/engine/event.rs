//! Order, position and account events.

use std::{cell::RefCell, rc::Rc};

use pyo3::{exceptions::PyAttributeError, prelude::*, pyclass::CompareOp, types::PyDict};

use crate::{
    model::{
        enums::{
            AccountType, ContingencyType, LiquiditySide, OrderSide, OrderType, PositionSide, TimeInForce, TriggerType,
        },
        event::{AccountState, EventId, Fill, OrderEvent, OrderEventKind, OrderInit, PositionEvent, PositionEventKind},
        fixed::grouped,
    },
    py::model::{
        convert::hash_str,
        currency::PyCurrency,
        enums::E,
        fixed::{PyPrice, PyQuantity},
        identifiers::{
            PyAccountId, PyClientOrderId, PyExecAlgorithmId, PyInstrumentId, PyOrderListId, PyPositionId, PyStrategyId,
            PyTradeId, PyTraderId, PyVenueOrderId,
        },
        money::{PyAccountBalance, PyMarginBalance, PyMoney},
    },
};

#[pyclass(name = "Event", module = "nautilus_trader.core.message", subclass)]
pub struct PyEvent;

#[pymethods]
impl PyEvent {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, pyo3::types::PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self
    }
}

/// An event's id as a `UUID4`.
pub fn event_id_to_py(py: Python<'_>, id: EventId) -> PyResult<Bound<'_, PyAny>> {
    PyModule::import(py, "nautilus_trader.core.uuid")?.getattr("UUID4")?.call_method1("from_str", (id.to_string(),))
}

fn optional(value: Option<impl std::fmt::Display>) -> String {
    value.map_or_else(|| "None".to_owned(), |value| value.to_string())
}

#[pyclass(
    name = "OrderEvent",
    module = "nautilus_trader.model.events.order",
    extends = PyEvent,
    subclass,
    frozen,
    unsendable
)]
pub struct PyOrderEvent(pub Rc<OrderEvent>);

macro_rules! event_class {
    ($class:ident, $name:literal, $module:literal, $base:ident) => {
        #[pyclass(name = $name, module = $module, extends = $base, frozen, unsendable)]
        pub struct $class;
    };
}

macro_rules! order_event_classes {
    ($($class:ident $name:literal $pattern:pat),+ $(,)?) => {
        $(event_class!($class, $name, "nautilus_trader.model.events.order", PyOrderEvent);)+

        fn make_order_event<'py>(py: Python<'py>, event: &Rc<OrderEvent>) -> PyResult<Bound<'py, PyAny>> {
            let base = PyClassInitializer::from(PyEvent).add_subclass(PyOrderEvent(Rc::clone(event)));
            Ok(match &event.kind {
                $($pattern => Bound::new(py, base.add_subclass($class))?.into_any(),)+
            })
        }

        fn register_order_events(module: &Bound<'_, PyModule>) -> PyResult<()> {
            $(module.add_class::<$class>()?;)+
            Ok(())
        }
    };
}

order_event_classes!(
    PyOrderInitialized "OrderInitialized" OrderEventKind::Initialized(_),
    PyOrderDenied "OrderDenied" OrderEventKind::Denied { .. },
    PyOrderEmulated "OrderEmulated" OrderEventKind::Emulated,
    PyOrderReleased "OrderReleased" OrderEventKind::Released { .. },
    PyOrderSubmitted "OrderSubmitted" OrderEventKind::Submitted,
    PyOrderAccepted "OrderAccepted" OrderEventKind::Accepted,
    PyOrderRejected "OrderRejected" OrderEventKind::Rejected { .. },
    PyOrderCanceled "OrderCanceled" OrderEventKind::Canceled,
    PyOrderExpired "OrderExpired" OrderEventKind::Expired,
    PyOrderTriggered "OrderTriggered" OrderEventKind::Triggered,
    PyOrderPendingUpdate "OrderPendingUpdate" OrderEventKind::PendingUpdate,
    PyOrderPendingCancel "OrderPendingCancel" OrderEventKind::PendingCancel,
    PyOrderModifyRejected "OrderModifyRejected" OrderEventKind::ModifyRejected { .. },
    PyOrderCancelRejected "OrderCancelRejected" OrderEventKind::CancelRejected { .. },
    PyOrderUpdated "OrderUpdated" OrderEventKind::Updated { .. },
    PyOrderFilled "OrderFilled" OrderEventKind::Filled(_),
);

thread_local! {
    /// The event that was shown last: usually several listeners see the same one in turn.
    static SHOWN: RefCell<Option<(Rc<OrderEvent>, Py<PyAny>)>> = const { RefCell::new(None) };
}

/// The Python object of an order event.
pub fn order_event_to_py<'py>(py: Python<'py>, event: &Rc<OrderEvent>) -> PyResult<Bound<'py, PyAny>> {
    let shown = SHOWN.with_borrow(|shown| {
        shown.as_ref().filter(|(known, _)| Rc::ptr_eq(known, event)).map(|(_, object)| object.clone_ref(py))
    });
    if let Some(object) = shown {
        return Ok(object.into_bound(py));
    }
    let object = make_order_event(py, event)?;
    let before = SHOWN.replace(Some((Rc::clone(event), object.clone().unbind())));
    drop(before); // outside the cell: dropping may run user code
    Ok(object)
}

impl PyOrderEvent {
    fn missing<T>(&self, name: &str) -> PyResult<T> {
        let class = self.0.kind.name();
        Err(PyAttributeError::new_err(format!(
            "'nautilus_trader.model.events.order.{class}' object has no attribute '{name}'"
        )))
    }

    fn init<T>(&self, name: &str, read: impl FnOnce(&OrderInit) -> T) -> PyResult<T> {
        match &self.0.kind {
            OrderEventKind::Initialized(init) => Ok(read(init)),
            _ => self.missing(name),
        }
    }

    fn fill<T>(&self, name: &str, read: impl FnOnce(&Fill) -> T) -> PyResult<T> {
        match &self.0.kind {
            OrderEventKind::Filled(fill) => Ok(read(fill)),
            _ => self.missing(name),
        }
    }
}

/// Attributes that only some events have are on the base class too, where reading them is a slot look-up; an event of
/// another class raises AttributeError, so that `hasattr` and `getattr` with a default work as with the real classes.
#[pymethods]
impl PyOrderEvent {
    #[getter]
    fn id<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        event_id_to_py(py, self.0.id)
    }

    #[getter]
    fn trader_id(&self) -> PyTraderId {
        PyTraderId(self.0.trader_id)
    }

    #[getter]
    fn strategy_id(&self) -> PyStrategyId {
        PyStrategyId(self.0.strategy_id)
    }

    #[getter]
    fn instrument_id(&self) -> PyInstrumentId {
        PyInstrumentId(self.0.instrument_id)
    }

    #[getter]
    fn client_order_id(&self) -> PyClientOrderId {
        PyClientOrderId(self.0.client_order_id)
    }

    #[getter]
    fn venue_order_id(&self) -> Option<PyVenueOrderId> {
        self.0.venue_order_id.map(PyVenueOrderId)
    }

    #[getter]
    fn account_id(&self) -> Option<PyAccountId> {
        self.0.account_id.map(PyAccountId)
    }

    #[getter]
    fn reconciliation(&self) -> bool {
        false
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
    fn reason(&self) -> PyResult<&str> {
        match &self.0.kind {
            OrderEventKind::Denied { reason }
            | OrderEventKind::Rejected { reason, .. }
            | OrderEventKind::ModifyRejected { reason }
            | OrderEventKind::CancelRejected { reason } => Ok(reason),
            _ => self.missing("reason"),
        }
    }

    #[getter]
    fn due_post_only(&self) -> PyResult<bool> {
        match &self.0.kind {
            OrderEventKind::Rejected { due_post_only, .. } => Ok(*due_post_only),
            _ => self.missing("due_post_only"),
        }
    }

    #[getter]
    fn released_price(&self) -> PyResult<PyPrice> {
        match &self.0.kind {
            OrderEventKind::Released { released_price } => Ok(PyPrice(*released_price)),
            _ => self.missing("released_price"),
        }
    }

    #[getter]
    fn quantity(&self) -> PyResult<PyQuantity> {
        match &self.0.kind {
            OrderEventKind::Updated { quantity, .. } => Ok(PyQuantity(*quantity)),
            _ => self.init("quantity", |init| PyQuantity(init.quantity)),
        }
    }

    #[getter]
    fn price(&self) -> PyResult<Option<PyPrice>> {
        match &self.0.kind {
            OrderEventKind::Updated { price, .. } => Ok(price.map(PyPrice)),
            _ => self.missing("price"),
        }
    }

    #[getter]
    fn trigger_price(&self) -> PyResult<Option<PyPrice>> {
        match &self.0.kind {
            OrderEventKind::Updated { trigger_price, .. } => Ok(trigger_price.map(PyPrice)),
            _ => self.missing("trigger_price"),
        }
    }

    #[getter]
    fn order_type(&self) -> PyResult<E<OrderType>> {
        match &self.0.kind {
            OrderEventKind::Filled(fill) => Ok(E(fill.order_type)),
            _ => self.init("order_type", |init| E(init.order_type)),
        }
    }

    #[getter]
    fn side(&self) -> PyResult<E<OrderSide>> {
        self.init("side", |init| E(init.side))
    }

    #[getter]
    fn time_in_force(&self) -> PyResult<E<TimeInForce>> {
        self.init("time_in_force", |init| E(init.time_in_force))
    }

    #[getter]
    fn post_only(&self) -> PyResult<bool> {
        self.init("post_only", |init| init.post_only)
    }

    #[getter]
    fn reduce_only(&self) -> PyResult<bool> {
        self.init("reduce_only", |init| init.reduce_only)
    }

    #[getter]
    fn quote_quantity(&self) -> PyResult<bool> {
        self.init("quote_quantity", |init| init.quote_quantity)
    }

    #[getter]
    fn options<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        match &self.0.kind {
            OrderEventKind::Initialized(init) => super::order_dict::options(py, init),
            _ => self.missing("options"),
        }
    }

    #[getter]
    fn emulation_trigger(&self) -> PyResult<E<TriggerType>> {
        self.init("emulation_trigger", |init| E(init.emulation_trigger))
    }

    #[getter]
    fn trigger_instrument_id(&self) -> PyResult<Option<PyInstrumentId>> {
        self.init("trigger_instrument_id", |init| init.trigger_instrument_id.map(PyInstrumentId))
    }

    #[getter]
    fn contingency_type(&self) -> PyResult<E<ContingencyType>> {
        self.init("contingency_type", |init| E(init.contingency_type))
    }

    #[getter]
    fn order_list_id(&self) -> PyResult<Option<PyOrderListId>> {
        self.init("order_list_id", |init| init.order_list_id.map(PyOrderListId))
    }

    #[getter]
    fn linked_order_ids(&self) -> PyResult<Option<Vec<PyClientOrderId>>> {
        self.init("linked_order_ids", |init| {
            let ids = &init.linked_order_ids;
            (!ids.is_empty()).then(|| ids.iter().copied().map(PyClientOrderId).collect())
        })
    }

    #[getter]
    fn parent_order_id(&self) -> PyResult<Option<PyClientOrderId>> {
        self.init("parent_order_id", |init| init.parent_order_id.map(PyClientOrderId))
    }

    #[getter]
    fn exec_algorithm_id(&self) -> PyResult<Option<PyExecAlgorithmId>> {
        self.init("exec_algorithm_id", |init| init.exec_algorithm_id.map(PyExecAlgorithmId))
    }

    #[getter]
    fn exec_algorithm_params<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        super::order::params_to_py(py, self.init("exec_algorithm_params", |init| init.exec_algorithm_params)?)
    }

    #[getter]
    fn exec_spawn_id(&self) -> PyResult<Option<PyClientOrderId>> {
        self.init("exec_spawn_id", |init| init.exec_spawn_id.map(PyClientOrderId))
    }

    #[getter]
    fn tags(&self) -> PyResult<Option<Vec<&'static str>>> {
        self.init("tags", |init| init.tags.as_ref().map(|tags| tags.iter().map(ustr::Ustr::as_str).collect()))
    }

    #[getter]
    fn trade_id(&self) -> PyResult<PyTradeId> {
        self.fill("trade_id", |fill| PyTradeId(fill.trade_id))
    }

    #[getter]
    fn position_id(&self) -> PyResult<Option<PyPositionId>> {
        self.fill("position_id", |fill| fill.position_id.map(PyPositionId))
    }

    #[getter]
    fn order_side(&self) -> PyResult<E<OrderSide>> {
        self.fill("order_side", |fill| E(fill.order_side))
    }

    #[getter]
    fn last_qty(&self) -> PyResult<PyQuantity> {
        self.fill("last_qty", |fill| PyQuantity(fill.last_qty))
    }

    #[getter]
    fn last_px(&self) -> PyResult<PyPrice> {
        self.fill("last_px", |fill| PyPrice(fill.last_px))
    }

    #[getter]
    fn currency(&self) -> PyResult<PyCurrency> {
        self.fill("currency", |fill| PyCurrency(fill.currency))
    }

    #[getter]
    fn commission(&self) -> PyResult<PyMoney> {
        self.fill("commission", |fill| PyMoney(fill.commission))
    }

    #[getter]
    fn liquidity_side(&self) -> PyResult<E<LiquiditySide>> {
        self.fill("liquidity_side", |fill| E(fill.liquidity_side))
    }

    #[getter]
    fn is_buy(&self) -> PyResult<bool> {
        self.fill("is_buy", |fill| fill.order_side == OrderSide::Buy)
    }

    #[getter]
    fn is_sell(&self) -> PyResult<bool> {
        self.fill("is_sell", |fill| fill.order_side == OrderSide::Sell)
    }

    #[getter]
    fn info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.fill("info", |_| PyDict::new(py))
    }

    /// The real classes have a static `to_dict(event)`; ours takes the event the same way, called on class or object.
    #[staticmethod]
    fn to_dict<'py>(obj: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        super::order_dict::event_to_dict(obj.py(), &obj.borrow().0)
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<bool> {
        let same = other.cast::<Self>().is_ok_and(|that| that.borrow().0.id == self.0.id);
        match op {
            CompareOp::Eq => Ok(same),
            CompareOp::Ne => Ok(!same),
            _ => Err(pyo3::exceptions::PyTypeError::new_err("events are not ordered")),
        }
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        hash_str(py, &self.0.id.to_string())
    }

    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        super::order_dict::event_text(py, &self.0, false)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        super::order_dict::event_text(py, &self.0, true)
    }
}

#[pyclass(
    name = "PositionEvent",
    module = "nautilus_trader.model.events.position",
    extends = PyEvent,
    subclass,
    frozen,
    unsendable
)]
pub struct PyPositionEvent(pub Rc<PositionEvent>);

event_class!(PyPositionOpened, "PositionOpened", "nautilus_trader.model.events.position", PyPositionEvent);
event_class!(PyPositionChanged, "PositionChanged", "nautilus_trader.model.events.position", PyPositionEvent);
event_class!(PyPositionClosed, "PositionClosed", "nautilus_trader.model.events.position", PyPositionEvent);

pub fn position_event_to_py<'py>(py: Python<'py>, event: &Rc<PositionEvent>) -> PyResult<Bound<'py, PyAny>> {
    let base = PyClassInitializer::from(PyEvent).add_subclass(PyPositionEvent(Rc::clone(event)));
    Ok(match event.kind {
        PositionEventKind::Opened => Bound::new(py, base.add_subclass(PyPositionOpened))?.into_any(),
        PositionEventKind::Changed => Bound::new(py, base.add_subclass(PyPositionChanged))?.into_any(),
        PositionEventKind::Closed => Bound::new(py, base.add_subclass(PyPositionClosed))?.into_any(),
    })
}

#[pymethods]
impl PyPositionEvent {
    #[getter]
    fn id<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        event_id_to_py(py, self.0.id)
    }

    #[getter]
    fn trader_id(&self) -> PyTraderId {
        PyTraderId(self.0.trader_id)
    }

    #[getter]
    fn strategy_id(&self) -> PyStrategyId {
        PyStrategyId(self.0.strategy_id)
    }

    #[getter]
    fn instrument_id(&self) -> PyInstrumentId {
        PyInstrumentId(self.0.instrument_id)
    }

    #[getter]
    fn position_id(&self) -> PyPositionId {
        PyPositionId(self.0.position_id)
    }

    #[getter]
    fn account_id(&self) -> PyAccountId {
        PyAccountId(self.0.account_id)
    }

    #[getter]
    fn opening_order_id(&self) -> PyClientOrderId {
        PyClientOrderId(self.0.opening_order_id)
    }

    #[getter]
    fn closing_order_id(&self) -> Option<PyClientOrderId> {
        self.0.closing_order_id.map(PyClientOrderId)
    }

    #[getter]
    fn entry(&self) -> E<OrderSide> {
        E(self.0.entry)
    }

    #[getter]
    fn side(&self) -> E<PositionSide> {
        E(self.0.side)
    }

    #[getter]
    fn signed_qty(&self) -> f64 {
        self.0.signed_qty
    }

    #[getter]
    fn quantity(&self) -> PyQuantity {
        PyQuantity(self.0.quantity)
    }

    #[getter]
    fn peak_qty(&self) -> PyQuantity {
        PyQuantity(self.0.peak_qty)
    }

    #[getter]
    fn last_qty(&self) -> PyQuantity {
        PyQuantity(self.0.last_qty)
    }

    #[getter]
    fn last_px(&self) -> PyPrice {
        PyPrice(self.0.last_px)
    }

    #[getter]
    fn currency(&self) -> PyCurrency {
        PyCurrency(self.0.currency)
    }

    #[getter]
    fn avg_px_open(&self) -> f64 {
        self.0.avg_px_open
    }

    #[getter]
    fn avg_px_close(&self) -> f64 {
        self.0.avg_px_close
    }

    #[getter]
    fn realized_return(&self) -> f64 {
        self.0.realized_return
    }

    #[getter]
    fn realized_pnl(&self) -> PyMoney {
        PyMoney(self.0.realized_pnl)
    }

    #[getter]
    fn unrealized_pnl(&self) -> PyMoney {
        PyMoney(self.0.unrealized_pnl)
    }

    #[getter]
    fn ts_opened(&self) -> u64 {
        self.0.ts_opened
    }

    #[getter]
    fn ts_closed(&self) -> u64 {
        self.0.ts_closed
    }

    #[getter]
    fn duration_ns(&self) -> u64 {
        self.0.duration_ns
    }

    #[getter]
    fn ts_event(&self) -> u64 {
        self.0.ts_event
    }

    #[getter]
    fn ts_init(&self) -> u64 {
        self.0.ts_init
    }

    #[staticmethod]
    fn to_dict<'py>(obj: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        super::event_dict::position_event_dict(obj.py(), &obj.borrow().0)
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<bool> {
        let same = other.cast::<Self>().is_ok_and(|that| that.borrow().0.id == self.0.id);
        match op {
            CompareOp::Eq => Ok(same),
            CompareOp::Ne => Ok(!same),
            _ => Err(pyo3::exceptions::PyTypeError::new_err("events are not ordered")),
        }
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        hash_str(py, &self.0.id.to_string())
    }

    fn __repr__(&self) -> String {
        let e = &self.0;
        let closing = if e.kind == PositionEventKind::Closed {
            format!(", closing_order_id={}", optional(e.closing_order_id))
        } else {
            String::new()
        };
        format!(
            "{}(instrument_id={}, position_id={}, account_id={}, opening_order_id={}{closing}, entry={}, side={}, \
             signed_qty={:?}, quantity={}, peak_qty={}, currency={}, avg_px_open={:?}, avg_px_close={:?}, \
             realized_return={:.5}, realized_pnl={}, unrealized_pnl={}, ts_opened={}, ts_last={}, ts_closed={}, \
             duration_ns={})",
            e.kind.name(),
            e.instrument_id,
            e.position_id,
            e.account_id,
            e.opening_order_id,
            e.entry,
            e.side,
            e.signed_qty,
            grouped(e.quantity.raw, e.quantity.precision),
            grouped(e.peak_qty.raw, e.peak_qty.precision),
            e.currency,
            e.avg_px_open,
            e.avg_px_close,
            e.realized_return,
            e.realized_pnl,
            e.unrealized_pnl,
            e.ts_opened,
            e.ts_event,
            e.ts_closed,
            e.duration_ns,
        )
    }
}

#[pyclass(
    name = "AccountState",
    module = "nautilus_trader.model.events.account",
    extends = PyEvent,
    frozen,
    unsendable
)]
pub struct PyAccountState(pub Rc<AccountState>);

pub fn account_state_to_py<'py>(py: Python<'py>, state: &Rc<AccountState>) -> PyResult<Bound<'py, PyAny>> {
    let base = PyClassInitializer::from(PyEvent).add_subclass(PyAccountState(Rc::clone(state)));
    Ok(Bound::new(py, base)?.into_any())
}

#[pymethods]
impl PyAccountState {
    #[getter]
    fn id<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        event_id_to_py(py, self.0.id)
    }

    #[getter]
    fn account_id(&self) -> PyAccountId {
        PyAccountId(self.0.account_id)
    }

    #[getter]
    fn account_type(&self) -> E<AccountType> {
        E(self.0.account_type)
    }

    #[getter]
    fn base_currency(&self) -> Option<PyCurrency> {
        self.0.base_currency.map(PyCurrency)
    }

    #[getter]
    fn balances(&self) -> Vec<PyAccountBalance> {
        let show = |b: &crate::model::event::AccountBalance| PyAccountBalance {
            total: b.total,
            locked: b.locked,
            free: b.free,
        };
        self.0.balances.iter().map(show).collect()
    }

    #[getter]
    fn margins(&self) -> Vec<PyMarginBalance> {
        let show = |m: &crate::model::event::MarginBalance| PyMarginBalance {
            initial: m.initial,
            maintenance: m.maintenance,
            instrument_id: m.instrument_id,
        };
        self.0.margins.iter().map(show).collect()
    }

    #[getter]
    fn is_reported(&self) -> bool {
        self.0.is_reported
    }

    #[getter]
    fn info<'py>(&self, py: Python<'py>) -> Bound<'py, PyDict> {
        PyDict::new(py)
    }

    #[getter]
    fn ts_event(&self) -> u64 {
        self.0.ts_event
    }

    #[getter]
    fn ts_init(&self) -> u64 {
        self.0.ts_init
    }

    #[staticmethod]
    fn to_dict<'py>(obj: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        let (py, state) = (obj.py(), obj.borrow());
        let balances: PyResult<Vec<_>> = state.balances().iter().map(|balance| balance.to_dict(py)).collect();
        let margins: PyResult<Vec<_>> = state.margins().iter().map(|margin| margin.to_dict(py)).collect();
        super::event_dict::account_state_dict(py, &state.0, balances?, margins?)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let list = |items: Bound<'_, PyAny>| -> PyResult<String> {
            let texts: PyResult<Vec<String>> = items.try_iter()?.map(|item| Ok(item?.repr()?.to_string())).collect();
            Ok(format!("[{}]", texts?.join(", ")))
        };
        Ok(format!(
            "AccountState(account_id={}, account_type={}, base_currency={}, is_reported={}, balances={}, margins={}, \
             event_id={})",
            self.0.account_id,
            self.0.account_type,
            optional(self.0.base_currency),
            if self.0.is_reported { "True" } else { "False" },
            list(self.balances().into_pyobject(py)?.into_any())?,
            list(self.margins().into_pyobject(py)?.into_any())?,
            self.0.id,
        ))
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyEvent>()?;
    module.add_class::<PyOrderEvent>()?;
    register_order_events(module)?;
    module.add_class::<PyPositionEvent>()?;
    module.add_class::<PyPositionOpened>()?;
    module.add_class::<PyPositionChanged>()?;
    module.add_class::<PyPositionClosed>()?;
    module.add_class::<PyAccountState>()
}
