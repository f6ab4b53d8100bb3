//! Orders and order lists.
//!
//! A Python order is a view of the engine's own: made whenever one is asked for, equal by client order id, and up to date.

use std::rc::Rc;

use pyo3::{
    exceptions::{PyAttributeError, PyValueError},
    intern,
    prelude::*,
    pyclass::CompareOp,
    types::{PyDict, PyList},
};

use super::{event::order_event_to_py, order_new::construct};
use crate::{
    model::{
        describe,
        enums::{
            ContingencyType, LiquiditySide, OrderSide, OrderStatus, OrderType, PositionSide, TimeInForce,
            TrailingOffsetType, TriggerType,
        },
        fixed::Quantity,
        identifiers::OrderListId,
        instrument::Decimal,
        order::{Order, OrderRef},
    },
    py::model::{
        convert::{decimal_to_py, hash_str, raw_to_decimal},
        enums::E,
        fixed::{PyPrice, PyQuantity},
        identifiers::{
            PyAccountId, PyClientOrderId, PyExecAlgorithmId, PyInstrumentId, PyOrderListId, PyPositionId, PyStrategyId,
            PySymbol, PyTradeId, PyTraderId, PyVenue, PyVenueOrderId,
        },
        money::PyMoney,
    },
};

#[pyclass(name = "Order", module = "nautilus_trader.model.orders.base", subclass, frozen, unsendable)]
pub struct PyOrder(pub OrderRef);

/// The Python object of an order: of the class that its type has.
pub fn order_to_py<'py>(py: Python<'py>, order: &OrderRef) -> PyResult<Bound<'py, PyAny>> {
    let base = PyClassInitializer::from(PyOrder(Rc::clone(order)));
    let order_type = order.borrow().order_type();
    Ok(match order_type {
        OrderType::Market => Bound::new(py, base.add_subclass(PyMarketOrder))?.into_any(),
        OrderType::Limit => Bound::new(py, base.add_subclass(PyLimitOrder))?.into_any(),
        OrderType::StopMarket => Bound::new(py, base.add_subclass(PyStopMarketOrder))?.into_any(),
        OrderType::StopLimit => Bound::new(py, base.add_subclass(PyStopLimitOrder))?.into_any(),
        OrderType::MarketToLimit => Bound::new(py, base.add_subclass(PyMarketToLimitOrder))?.into_any(),
        OrderType::MarketIfTouched => Bound::new(py, base.add_subclass(PyMarketIfTouchedOrder))?.into_any(),
        OrderType::LimitIfTouched => Bound::new(py, base.add_subclass(PyLimitIfTouchedOrder))?.into_any(),
        OrderType::TrailingStopMarket => Bound::new(py, base.add_subclass(PyTrailingStopMarketOrder))?.into_any(),
        OrderType::TrailingStopLimit => Bound::new(py, base.add_subclass(PyTrailingStopLimitOrder))?.into_any(),
    })
}

pub fn orders_to_py<'py>(py: Python<'py>, orders: &[OrderRef]) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for order in orders {
        list.append(order_to_py(py, order)?)?;
    }
    Ok(list)
}

fn optional_decimal(py: Python<'_>, value: Option<Decimal>) -> PyResult<Option<Bound<'_, PyAny>>> {
    value.map(|value| decimal_to_py(py, value)).transpose()
}

/// A time as pandas has it; none for zero.
fn timestamp(py: Python<'_>, ns: u64) -> PyResult<Option<Bound<'_, PyAny>>> {
    if ns == 0 {
        return Ok(None);
    }
    let module = PyModule::import(py, intern!(py, "nautilus_trader.core.datetime"))?;
    Ok(Some(module.call_method1(intern!(py, "unix_nanos_to_dt"), (ns,))?))
}

/// Parameters of an execution algorithm, from their JSON text.
pub fn params_to_py(py: Python<'_>, params: Option<ustr::Ustr>) -> PyResult<Option<Bound<'_, PyAny>>> {
    let parse = |text: ustr::Ustr| PyModule::import(py, "json")?.call_method1("loads", (text.as_str(),));
    params.map(parse).transpose()
}

impl PyOrder {
    fn with<T>(&self, read: impl FnOnce(&Order) -> T) -> T {
        read(&self.0.borrow())
    }

    fn part<T>(
        &self,
        name: &'static str,
        has: impl FnOnce(OrderType) -> bool,
        read: impl FnOnce(&Order) -> T,
    ) -> PyResult<T> {
        let order = self.0.borrow();
        if has(order.order_type()) {
            return Ok(read(&order));
        }
        let class = describe::class_name(order.order_type());
        Err(PyAttributeError::new_err(format!("'{class}' object has no attribute '{name}'")))
    }
}

const fn has_limit(order_type: OrderType) -> bool {
    use OrderType as T;
    matches!(order_type, T::Limit | T::StopLimit | T::MarketToLimit | T::LimitIfTouched | T::TrailingStopLimit)
}

const fn has_trigger(order_type: OrderType) -> bool {
    !matches!(order_type, OrderType::Market | OrderType::Limit | OrderType::MarketToLimit)
}

const fn trails(order_type: OrderType) -> bool {
    matches!(order_type, OrderType::TrailingStopMarket | OrderType::TrailingStopLimit)
}

#[pymethods]
impl PyOrder {
    #[getter]
    fn trader_id(&self) -> PyTraderId {
        self.with(|o| PyTraderId(o.init.trader_id))
    }

    #[getter]
    fn strategy_id(&self) -> PyStrategyId {
        self.with(|o| PyStrategyId(o.init.strategy_id))
    }

    #[getter]
    fn instrument_id(&self) -> PyInstrumentId {
        self.with(|o| PyInstrumentId(o.init.instrument_id))
    }

    #[getter]
    fn symbol(&self) -> PySymbol {
        self.with(|o| PySymbol(o.init.instrument_id.symbol))
    }

    #[getter]
    fn venue(&self) -> PyVenue {
        self.with(|o| PyVenue(o.init.instrument_id.venue))
    }

    #[getter]
    fn client_order_id(&self) -> PyClientOrderId {
        self.with(|o| PyClientOrderId(o.id()))
    }

    #[getter]
    fn venue_order_id(&self) -> Option<PyVenueOrderId> {
        self.with(|o| o.venue_order_id.map(PyVenueOrderId))
    }

    #[getter]
    fn position_id(&self) -> Option<PyPositionId> {
        self.with(|o| o.position_id.map(PyPositionId))
    }

    #[getter]
    fn account_id(&self) -> Option<PyAccountId> {
        self.with(|o| o.account_id.map(PyAccountId))
    }

    #[getter]
    fn last_trade_id(&self) -> Option<PyTradeId> {
        self.with(|o| o.last_trade_id.map(PyTradeId))
    }

    #[getter]
    fn side(&self) -> E<OrderSide> {
        self.with(|o| E(o.side()))
    }

    #[getter]
    fn order_type(&self) -> E<OrderType> {
        self.with(|o| E(o.order_type()))
    }

    #[getter]
    fn status(&self) -> E<OrderStatus> {
        self.with(|o| E(o.status))
    }

    #[getter]
    fn time_in_force(&self) -> E<TimeInForce> {
        self.with(|o| E(o.init.time_in_force))
    }

    #[getter]
    fn liquidity_side(&self) -> E<LiquiditySide> {
        self.with(|o| E(o.liquidity_side))
    }

    #[getter]
    fn contingency_type(&self) -> E<ContingencyType> {
        self.with(|o| E(o.init.contingency_type))
    }

    #[getter]
    fn emulation_trigger(&self) -> E<TriggerType> {
        self.with(|o| E(o.emulation_trigger))
    }

    #[getter]
    fn trigger_instrument_id(&self) -> Option<PyInstrumentId> {
        self.with(|o| o.init.trigger_instrument_id.map(PyInstrumentId))
    }

    #[getter]
    fn quantity(&self) -> PyQuantity {
        self.with(|o| PyQuantity(o.quantity))
    }

    #[getter]
    fn filled_qty(&self) -> PyQuantity {
        self.with(|o| PyQuantity(o.filled_qty))
    }

    #[getter]
    fn leaves_qty(&self) -> PyQuantity {
        self.with(|o| PyQuantity(o.leaves_qty))
    }

    #[getter]
    fn avg_px(&self) -> f64 {
        self.with(|o| o.avg_px)
    }

    #[getter]
    fn slippage(&self) -> f64 {
        self.with(|o| o.slippage)
    }

    #[getter]
    fn order_list_id(&self) -> Option<PyOrderListId> {
        self.with(|o| o.init.order_list_id.map(PyOrderListId))
    }

    #[getter]
    fn linked_order_ids(&self) -> Option<Vec<PyClientOrderId>> {
        self.with(|o| {
            let ids = &o.init.linked_order_ids;
            (!ids.is_empty()).then(|| ids.iter().copied().map(PyClientOrderId).collect())
        })
    }

    #[getter]
    fn parent_order_id(&self) -> Option<PyClientOrderId> {
        self.with(|o| o.init.parent_order_id.map(PyClientOrderId))
    }

    #[getter]
    fn exec_algorithm_id(&self) -> Option<PyExecAlgorithmId> {
        self.with(|o| o.init.exec_algorithm_id.map(PyExecAlgorithmId))
    }

    #[getter]
    fn exec_algorithm_params<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        params_to_py(py, self.with(|o| o.init.exec_algorithm_params))
    }

    #[getter]
    fn exec_spawn_id(&self) -> Option<PyClientOrderId> {
        self.with(|o| o.init.exec_spawn_id.map(PyClientOrderId))
    }

    #[getter]
    fn tags(&self) -> Option<Vec<&'static str>> {
        self.with(|o| o.init.tags.as_ref().map(|tags| tags.iter().map(ustr::Ustr::as_str).collect()))
    }

    #[getter]
    fn init_id<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        super::event::event_id_to_py(py, self.with(|o| o.init.id))
    }

    #[getter]
    fn init_event<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let first = self.with(|o| o.events.first().cloned());
        first.map(|event| order_event_to_py(py, &event)).transpose()
    }

    #[getter]
    fn last_event<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let last = self.with(|o| o.events.last().cloned());
        last.map(|event| order_event_to_py(py, &event)).transpose()
    }

    #[getter]
    fn events<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let events = self.with(|o| o.events.clone());
        events.iter().map(|event| order_event_to_py(py, event)).collect()
    }

    #[getter]
    fn event_count(&self) -> usize {
        self.with(|o| o.events.len())
    }

    #[getter]
    fn venue_order_ids(&self) -> Vec<PyVenueOrderId> {
        self.with(|o| o.venue_order_ids.iter().copied().map(PyVenueOrderId).collect())
    }

    #[getter]
    fn trade_ids(&self) -> Vec<PyTradeId> {
        self.with(|o| o.trade_ids.iter().copied().map(PyTradeId).collect())
    }

    #[getter]
    fn ts_init(&self) -> u64 {
        self.with(|o| o.init.ts_init)
    }

    #[getter]
    fn ts_submitted(&self) -> u64 {
        self.with(|o| o.ts_submitted)
    }

    #[getter]
    fn ts_accepted(&self) -> u64 {
        self.with(|o| o.ts_accepted)
    }

    #[getter]
    fn ts_closed(&self) -> u64 {
        self.with(|o| o.ts_closed)
    }

    #[getter]
    fn ts_last(&self) -> u64 {
        self.with(|o| o.ts_last)
    }

    #[getter]
    fn has_price(&self) -> bool {
        self.with(|o| o.price.is_some())
    }

    #[getter]
    fn has_trigger_price(&self) -> bool {
        self.with(|o| o.trigger_price.is_some())
    }

    #[getter]
    fn has_activation_price(&self) -> bool {
        self.with(|o| o.activation_price.is_some())
    }

    #[getter]
    fn is_buy(&self) -> bool {
        self.with(Order::is_buy)
    }

    #[getter]
    fn is_sell(&self) -> bool {
        !self.is_buy()
    }

    #[getter]
    fn is_post_only(&self) -> bool {
        self.with(|o| o.init.post_only)
    }

    #[getter]
    fn is_reduce_only(&self) -> bool {
        self.with(|o| o.init.reduce_only)
    }

    #[getter]
    fn is_quote_quantity(&self) -> bool {
        self.with(|o| o.is_quote_quantity)
    }

    #[getter]
    fn is_passive(&self) -> bool {
        !self.is_aggressive()
    }

    #[getter]
    fn is_aggressive(&self) -> bool {
        self.with(|o| o.order_type() == OrderType::Market)
    }

    #[getter]
    fn is_emulated(&self) -> bool {
        self.with(Order::is_emulated)
    }

    #[getter]
    fn is_active_local(&self) -> bool {
        self.with(Order::is_active_local)
    }

    #[getter]
    fn is_primary(&self) -> bool {
        self.with(|o| o.init.exec_algorithm_id.is_some() && o.init.exec_spawn_id == Some(o.id()))
    }

    #[getter]
    fn is_spawned(&self) -> bool {
        self.with(|o| o.init.exec_algorithm_id.is_some() && o.init.exec_spawn_id.is_some_and(|id| id != o.id()))
    }

    #[getter]
    fn is_contingency(&self) -> bool {
        self.with(|o| o.init.contingency_type != ContingencyType::NoContingency)
    }

    #[getter]
    fn is_parent_order(&self) -> bool {
        self.with(|o| o.init.contingency_type == ContingencyType::Oto)
    }

    #[getter]
    fn is_child_order(&self) -> bool {
        self.with(|o| o.init.parent_order_id.is_some())
    }

    #[getter]
    fn is_inflight(&self) -> bool {
        self.with(Order::is_inflight)
    }

    #[getter]
    fn is_open(&self) -> bool {
        self.with(Order::is_open)
    }

    #[getter]
    fn is_canceled(&self) -> bool {
        self.with(|o| o.status == OrderStatus::Canceled)
    }

    #[getter]
    fn is_closed(&self) -> bool {
        self.with(Order::is_closed)
    }

    #[getter]
    fn is_pending_update(&self) -> bool {
        self.with(|o| o.status == OrderStatus::PendingUpdate)
    }

    #[getter]
    fn is_pending_cancel(&self) -> bool {
        self.with(|o| o.status == OrderStatus::PendingCancel)
    }

    // Parts that only some types have. On the base class, so that reading one costs a slot look-up and no more; a type
    // that lacks the part has no such attribute.

    #[getter]
    fn price(&self) -> PyResult<Option<PyPrice>> {
        self.part("price", has_limit, |o| o.price.map(PyPrice))
    }

    #[getter]
    fn trigger_price(&self) -> PyResult<Option<PyPrice>> {
        self.part("trigger_price", has_trigger, |o| o.trigger_price.map(PyPrice))
    }

    #[getter]
    fn trigger_type(&self) -> PyResult<E<TriggerType>> {
        self.part("trigger_type", has_trigger, |o| E(o.init.trigger_type))
    }

    #[getter]
    fn expire_time<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        timestamp(py, self.expire_time_ns()?)
    }

    #[getter]
    fn expire_time_ns(&self) -> PyResult<u64> {
        self.part("expire_time_ns", |t| t != OrderType::Market, |o| o.init.expire_time_ns)
    }

    #[getter]
    fn display_qty(&self) -> PyResult<Option<PyQuantity>> {
        self.part("display_qty", has_limit, |o| o.init.display_qty.map(PyQuantity))
    }

    #[getter]
    fn is_triggered(&self) -> PyResult<bool> {
        self.part("is_triggered", |t| has_limit(t) && has_trigger(t), |o| o.is_triggered)
    }

    #[getter]
    fn ts_triggered(&self) -> PyResult<u64> {
        self.part("ts_triggered", |t| has_limit(t) && has_trigger(t), |o| o.ts_triggered)
    }

    #[getter]
    fn activation_price(&self) -> PyResult<Option<PyPrice>> {
        self.part("activation_price", trails, |o| o.activation_price.map(PyPrice))
    }

    #[getter]
    fn is_activated(&self) -> PyResult<bool> {
        self.part("is_activated", trails, |o| o.is_activated)
    }

    #[getter]
    fn trailing_offset<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        optional_decimal(py, self.part("trailing_offset", trails, |o| o.init.trailing_offset)?)
    }

    #[getter]
    fn trailing_offset_type(&self) -> PyResult<E<TrailingOffsetType>> {
        self.part("trailing_offset_type", trails, |o| E(o.init.trailing_offset_type))
    }

    #[getter]
    fn limit_offset<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        optional_decimal(py, self.part("limit_offset", |t| trails(t) && has_limit(t), |o| o.init.limit_offset)?)
    }

    fn commissions(&self) -> Vec<PyMoney> {
        self.with(|o| o.commissions.iter().copied().map(PyMoney).collect())
    }

    fn side_string(&self) -> &'static str {
        self.with(|o| o.side().name())
    }

    fn type_string(&self) -> &'static str {
        self.with(|o| o.order_type().name())
    }

    fn status_string(&self) -> &'static str {
        self.with(|o| o.status.name())
    }

    fn tif_string(&self) -> &'static str {
        self.with(|o| o.init.time_in_force.name())
    }

    fn signed_decimal_qty<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let raw = self.with(|o| if o.is_buy() { o.quantity.raw } else { -o.quantity.raw });
        raw_to_decimal(py, raw)
    }

    fn would_reduce_only(&self, position_side: E<PositionSide>, position_qty: PyQuantity) -> bool {
        self.with(|o| o.would_reduce_only(position_side.0, position_qty.0))
    }

    #[staticmethod]
    fn opposite_side(side: E<OrderSide>) -> E<OrderSide> {
        E(side.0.opposite())
    }

    #[staticmethod]
    fn closing_side(position_side: E<PositionSide>) -> PyResult<E<OrderSide>> {
        match position_side.0 {
            PositionSide::Long => Ok(E(OrderSide::Sell)),
            PositionSide::Short => Ok(E(OrderSide::Buy)),
            other => Err(PyValueError::new_err(format!("invalid `PositionSide`, was {other}"))),
        }
    }

    fn info(&self) -> String {
        self.with(describe::short)
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        super::order_dict::order_to_dict(py, &self.0.borrow())
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<bool> {
        let same = other.cast::<Self>().is_ok_and(|that| self.with(Order::id) == that.borrow().with(Order::id));
        match op {
            CompareOp::Eq => Ok(same),
            CompareOp::Ne => Ok(!same),
            _ => Err(pyo3::exceptions::PyTypeError::new_err("orders are not ordered")),
        }
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        hash_str(py, self.with(Order::id).as_str())
    }

    fn __repr__(&self) -> String {
        self.with(describe::full)
    }
}

macro_rules! order_class {
    ($class:ident, $name:literal, $module:literal, $order_type:expr) => {
        #[pyclass(name = $name, module = $module, extends = PyOrder, frozen, unsendable)]
        pub struct $class;

        #[pymethods]
        impl $class {
            #[new]
            #[pyo3(signature = (*args, **kwargs))]
            fn new(
                args: &Bound<'_, pyo3::types::PyTuple>,
                kwargs: Option<&Bound<'_, PyDict>>,
            ) -> PyResult<PyClassInitializer<Self>> {
                let order = construct($order_type, args, kwargs)?;
                Ok(PyClassInitializer::from(PyOrder(order)).add_subclass(Self))
            }
        }
    };
}

order_class!(PyMarketOrder, "MarketOrder", "nautilus_trader.model.orders.market", OrderType::Market);
order_class!(PyLimitOrder, "LimitOrder", "nautilus_trader.model.orders.limit", OrderType::Limit);
order_class!(PyStopMarketOrder, "StopMarketOrder", "nautilus_trader.model.orders.stop_market", OrderType::StopMarket);
order_class!(PyStopLimitOrder, "StopLimitOrder", "nautilus_trader.model.orders.stop_limit", OrderType::StopLimit);
order_class!(
    PyMarketToLimitOrder,
    "MarketToLimitOrder",
    "nautilus_trader.model.orders.market_to_limit",
    OrderType::MarketToLimit
);
order_class!(
    PyMarketIfTouchedOrder,
    "MarketIfTouchedOrder",
    "nautilus_trader.model.orders.market_if_touched",
    OrderType::MarketIfTouched
);
order_class!(
    PyLimitIfTouchedOrder,
    "LimitIfTouchedOrder",
    "nautilus_trader.model.orders.limit_if_touched",
    OrderType::LimitIfTouched
);
order_class!(
    PyTrailingStopMarketOrder,
    "TrailingStopMarketOrder",
    "nautilus_trader.model.orders.trailing_stop_market",
    OrderType::TrailingStopMarket
);
order_class!(
    PyTrailingStopLimitOrder,
    "TrailingStopLimitOrder",
    "nautilus_trader.model.orders.trailing_stop_limit",
    OrderType::TrailingStopLimit
);

#[pyclass(name = "OrderList", module = "nautilus_trader.model.orders.list", frozen, unsendable)]
pub struct PyOrderList {
    pub id: OrderListId,
    pub orders: Vec<OrderRef>,
}

impl PyOrderList {
    /// # Errors
    /// When the orders are none, or of several instruments or strategies.
    pub fn of(id: OrderListId, orders: &[PyRef<'_, PyOrder>]) -> PyResult<Self> {
        let Some(first) = orders.first() else {
            return Err(PyValueError::new_err("'orders' collection was empty"));
        };
        let (instrument, strategy) = first.with(|o| (o.init.instrument_id, o.init.strategy_id));
        if orders.iter().any(|o| o.with(|o| (o.init.instrument_id, o.init.strategy_id)) != (instrument, strategy)) {
            return Err(PyValueError::new_err(
                "the orders of a list must be of one instrument and one strategy".to_owned(),
            ));
        }
        Ok(Self { id, orders: orders.iter().map(|o| Rc::clone(&o.0)).collect() })
    }
}

#[pymethods]
impl PyOrderList {
    #[new]
    fn new(order_list_id: PyOrderListId, orders: Vec<PyRef<'_, PyOrder>>) -> PyResult<Self> {
        Self::of(order_list_id.0, &orders)
    }

    #[getter]
    fn id(&self) -> PyOrderListId {
        PyOrderListId(self.id)
    }

    #[getter]
    fn instrument_id(&self) -> Option<PyInstrumentId> {
        self.orders.first().map(|o| PyInstrumentId(o.borrow().init.instrument_id))
    }

    #[getter]
    fn strategy_id(&self) -> Option<PyStrategyId> {
        self.orders.first().map(|o| PyStrategyId(o.borrow().init.strategy_id))
    }

    #[getter]
    fn orders<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        orders_to_py(py, &self.orders)
    }

    #[getter]
    fn first<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.orders.first().map(|order| order_to_py(py, order)).transpose()
    }

    #[getter]
    fn ts_init(&self) -> u64 {
        self.orders.first().map_or(0, |o| o.borrow().init.ts_init)
    }

    fn __len__(&self) -> usize {
        self.orders.len()
    }

    fn __eq__(&self, other: PyRef<'_, Self>) -> bool {
        self.id == other.id
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        hash_str(py, self.id.as_str())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let first = self.orders.first().map(|o| Rc::clone(&o.borrow().init));
        let (instrument, strategy) = first.map_or_else(
            || (String::new(), String::new()),
            |init| (init.instrument_id.to_string(), init.strategy_id.to_string()),
        );
        let orders = self.orders(py)?.repr()?;
        Ok(format!("OrderList(id={}, instrument_id={instrument}, strategy_id={strategy}, orders={orders})", self.id))
    }
}

/// What a market order may say about its size: positive, and shown no more of than there is.
pub fn check_quantity(quantity: Quantity, display: Option<Quantity>) -> PyResult<()> {
    if quantity.raw <= 0 {
        return Err(PyValueError::new_err(format!("'init.quantity' not a positive real, was {:?}", quantity.as_f64())));
    }
    if display.is_some_and(|display| display.raw < 0 || display > quantity) {
        return Err(PyValueError::new_err("`display_qty` was negative or greater than `quantity`"));
    }
    Ok(())
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyOrder>()?;
    module.add_class::<PyMarketOrder>()?;
    module.add_class::<PyLimitOrder>()?;
    module.add_class::<PyStopMarketOrder>()?;
    module.add_class::<PyStopLimitOrder>()?;
    module.add_class::<PyMarketToLimitOrder>()?;
    module.add_class::<PyMarketIfTouchedOrder>()?;
    module.add_class::<PyLimitIfTouchedOrder>()?;
    module.add_class::<PyTrailingStopMarketOrder>()?;
    module.add_class::<PyTrailingStopLimitOrder>()?;
    module.add_class::<PyOrderList>()
}
