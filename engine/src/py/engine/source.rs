//! Makes a strategy's orders, and their ids.

use std::{cell::RefCell, rc::Rc};

use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::{PyDict, PyString},
};
use ustr::Ustr;

use super::order::{PyOrderList, check_quantity, order_to_py};
use crate::{
    clock::SharedClock,
    kernel::{Callback, ids::OrderIds},
    model::{
        enums::{ContingencyType, OrderSide, OrderType, TimeInForce, TrailingOffsetType, TriggerType},
        event::{EventId, OrderInit},
        identifiers::{ClientOrderId, InstrumentId, StrategyId, TraderId},
        instrument::Decimal,
        order::Order,
    },
    py::model::{
        convert::decimal_from_py,
        enums::{E, PyEnum},
        fixed::{PyPrice, PyQuantity},
        identifiers::{PyClientOrderId, PyExecAlgorithmId, PyInstrumentId, PyOrderListId, PyStrategyId, PyTraderId},
    },
};

#[pyclass(name = "OrderSource", module = "lintkit._engine", frozen, unsendable)]
pub struct PyOrderSource {
    clock: SharedClock<Callback>,
    ids: RefCell<OrderIds>,
    use_uuids: bool,
}

impl PyOrderSource {
    pub fn new(
        clock: SharedClock<Callback>,
        trader_id: TraderId,
        strategy_id: StrategyId,
        use_uuids: bool,
        use_hyphens: bool,
    ) -> Self {
        Self { clock, ids: RefCell::new(OrderIds::new(trader_id, strategy_id, use_hyphens)), use_uuids }
    }

    fn next_id(&self) -> ClientOrderId {
        if self.use_uuids {
            let text = EventId::next().to_string();
            let has_hyphens = self.ids.borrow().use_hyphens;
            return ClientOrderId(Ustr::from(&if has_hyphens { text } else { text.replace('-', "") }));
        }
        self.ids.borrow_mut().next_order(self.clock.borrow().now())
    }
}

/// Keyword arguments by name; what is absent or `None` keeps its default.
pub(super) struct Fields<'py>(Vec<(Bound<'py, PyString>, Bound<'py, PyAny>)>);

/// Who an order is of, and when it is made.
#[derive(Clone, Copy)]
pub(super) struct Origin {
    pub trader_id: TraderId,
    pub strategy_id: StrategyId,
    pub instrument_id: InstrumentId,
    pub client_order_id: ClientOrderId,
    pub ts_init: u64,
}

impl<'py> Fields<'py> {
    /// Read once: an order has few fields, and many that it could have.
    pub fn of(given: &Bound<'py, PyDict>) -> PyResult<Self> {
        let given = given.iter().filter(|(_, value)| !value.is_none());
        given.map(|(name, value)| Ok((name.cast_into::<PyString>()?, value))).collect::<PyResult<_>>().map(Self)
    }

    pub fn get(&self, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        for (known, value) in &self.0 {
            if known.to_str()? == name {
                return Ok(Some(value.clone()));
            }
        }
        Ok(None)
    }

    fn value<T>(&self, name: &str) -> PyResult<Option<T>>
    where
        T: for<'a> FromPyObject<'a, 'py>,
    {
        match self.get(name)? {
            Some(value) => value.extract::<T>().map(Some).map_err(Into::into),
            None => Ok(None),
        }
    }

    pub fn required<T>(&self, name: &str) -> PyResult<T>
    where
        T: for<'a> FromPyObject<'a, 'py>,
    {
        self.value(name)?.ok_or_else(|| PyTypeError::new_err(format!("'{name}' argument was `None`")))
    }

    fn flag(&self, name: &str) -> PyResult<bool> {
        self.get(name)?.map_or(Ok(false), |value| value.is_truthy())
    }

    fn member<T: PyEnum>(&self, name: &str, default: T) -> PyResult<T> {
        Ok(self.value::<E<T>>(name)?.map_or(default, |member| member.0))
    }

    fn decimal(&self, name: &str) -> PyResult<Option<Decimal>> {
        self.get(name)?.map(|value| decimal_from_py(&value)).transpose()
    }

    fn price(&self, name: &str) -> PyResult<Option<crate::model::fixed::Price>> {
        Ok(self.value::<PyPrice>(name)?.map(|price| price.0))
    }
}

#[pymethods]
impl PyOrderSource {
    #[getter]
    fn trader_id(&self) -> PyTraderId {
        PyTraderId(self.ids.borrow().trader_id)
    }

    #[getter]
    fn strategy_id(&self) -> PyStrategyId {
        PyStrategyId(self.ids.borrow().strategy_id)
    }

    #[getter]
    fn order_count(&self) -> u32 {
        self.ids.borrow().orders
    }

    #[setter]
    fn set_order_count(&self, count: u32) {
        self.ids.borrow_mut().orders = count;
    }

    #[getter]
    fn list_count(&self) -> u32 {
        self.ids.borrow().lists
    }

    #[setter]
    fn set_list_count(&self, count: u32) {
        self.ids.borrow_mut().lists = count;
    }

    fn order_id(&self) -> PyClientOrderId {
        PyClientOrderId(self.next_id())
    }

    fn list_id(&self) -> PyOrderListId {
        PyOrderListId(self.ids.borrow_mut().next_list(self.clock.borrow().now()))
    }

    /// A new order. `fields` are those of `OrderInit`, with `client_order_id` where it is not to be counted up.
    #[pyo3(signature = (order_type, instrument_id, order_side, quantity, **fields))]
    fn make<'py>(
        &self,
        py: Python<'py>,
        order_type: E<OrderType>,
        instrument_id: PyInstrumentId,
        order_side: E<OrderSide>,
        quantity: PyQuantity,
        fields: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let fields = fields.map_or_else(|| Ok(Fields(Vec::new())), Fields::of)?;
        check_side(order_side.0)?;
        let client_order_id = match fields.get("client_order_id")? {
            Some(id) => id.extract::<PyClientOrderId>()?.0,
            None => self.next_id(),
        };
        let (trader_id, strategy_id) = (self.ids.borrow().trader_id, self.ids.borrow().strategy_id);
        let ts_init = self.clock.borrow().now();
        let origin = Origin { trader_id, strategy_id, instrument_id: instrument_id.0, client_order_id, ts_init };
        let init = fields.init(order_type.0, order_side.0, quantity, origin)?;
        order_to_py(py, &Rc::new(RefCell::new(Order::new(init))))
    }

    fn list(&self, id: PyOrderListId, orders: Vec<PyRef<'_, super::order::PyOrder>>) -> PyResult<PyOrderList> {
        PyOrderList::of(id.0, &orders)
    }
}

pub(super) fn check_side(side: OrderSide) -> PyResult<()> {
    if side != OrderSide::NoOrderSide {
        return Ok(());
    }
    Err(PyValueError::new_err(
        "'order_side' <flag 'OrderSide'> of 0 was equal to 'NO_ORDER_SIDE' <flag 'OrderSide'> of 0",
    ))
}

impl Fields<'_> {
    /// What an order of the type is created with; what the class's constructor checks is checked.
    pub(super) fn init(
        &self,
        order_type: OrderType,
        side: OrderSide,
        quantity: PyQuantity,
        origin: Origin,
    ) -> PyResult<OrderInit> {
        let fields = self;
        let client_order_id = origin.client_order_id;
        let time_in_force = fields.member("time_in_force", TimeInForce::Gtc)?;
        let expire_time_ns = fields.value::<u64>("expire_time_ns")?.unwrap_or(0);
        check_time_in_force(order_type, time_in_force, expire_time_ns)?;
        let display_qty = fields.value::<PyQuantity>("display_qty")?.map(|q| q.0);
        let checked_display = if order_type == OrderType::MarketToLimit { None } else { display_qty };
        check_quantity(quantity.0, checked_display)?;
        let trailing_offset_type = fields.member("trailing_offset_type", TrailingOffsetType::NoTrailingOffset)?;
        let trails = matches!(order_type, OrderType::TrailingStopMarket | OrderType::TrailingStopLimit);
        if trails && trailing_offset_type == TrailingOffsetType::NoTrailingOffset {
            return Err(PyValueError::new_err(
                "'trailing_offset_type' <flag 'TrailingOffsetType'> of 0 was equal to 'NO_TRAILING_OFFSET' <flag \
                 'TrailingOffsetType'> of 0",
            ));
        }
        let has_trigger = !matches!(order_type, OrderType::Market | OrderType::Limit | OrderType::MarketToLimit);
        let trigger_default = if has_trigger { TriggerType::Default } else { TriggerType::NoTrigger };
        let trigger_type = fields.member("trigger_type", trigger_default)?;
        if has_trigger && trigger_type == TriggerType::NoTrigger {
            return Err(PyValueError::new_err(
                "'trigger_type' <flag 'TriggerType'> of 0 was equal to 'NO_TRIGGER' <flag 'TriggerType'> of 0",
            ));
        }
        let linked = match fields.get("linked_order_ids")? {
            Some(ids) => ids.extract::<Vec<PyClientOrderId>>()?.into_iter().map(|id| id.0).collect(),
            None => Vec::new(),
        };
        let exec_algorithm_id = fields.value::<PyExecAlgorithmId>("exec_algorithm_id")?;
        let tags = fields.value::<Vec<String>>("tags")?;
        Ok(OrderInit {
            id: EventId::next(),
            trader_id: origin.trader_id,
            strategy_id: origin.strategy_id,
            instrument_id: origin.instrument_id,
            client_order_id,
            side,
            order_type,
            quantity: quantity.0,
            time_in_force,
            expire_time_ns,
            price: fields.price("price")?,
            trigger_price: fields.price("trigger_price")?,
            trigger_type,
            activation_price: fields.price("activation_price")?,
            limit_offset: fields.decimal("limit_offset")?,
            trailing_offset: fields.decimal("trailing_offset")?,
            trailing_offset_type,
            post_only: fields.flag("post_only")?,
            reduce_only: fields.flag("reduce_only")?,
            quote_quantity: fields.flag("quote_quantity")?,
            display_qty,
            emulation_trigger: fields.member("emulation_trigger", TriggerType::NoTrigger)?,
            trigger_instrument_id: fields.value::<PyInstrumentId>("trigger_instrument_id")?.map(|id| id.0),
            contingency_type: fields.member("contingency_type", ContingencyType::NoContingency)?,
            order_list_id: fields.value::<PyOrderListId>("order_list_id")?.map(|id| id.0),
            linked_order_ids: linked,
            parent_order_id: fields.value::<PyClientOrderId>("parent_order_id")?.map(|id| id.0),
            exec_algorithm_id: exec_algorithm_id.map(|id| id.0),
            exec_algorithm_params: fields.value::<String>("exec_algorithm_params")?.map(|text| Ustr::from(&text)),
            exec_spawn_id: match fields.value::<PyClientOrderId>("exec_spawn_id")? {
                Some(id) => Some(id.0),
                None => exec_algorithm_id.map(|_| client_order_id),
            },
            tags: tags.map(|tags| tags.iter().map(|tag| Ustr::from(tag)).collect()),
            ts_init: origin.ts_init,
        })
    }
}

fn check_time_in_force(order_type: OrderType, time_in_force: TimeInForce, expire_time_ns: u64) -> PyResult<()> {
    let is_auction = matches!(time_in_force, TimeInForce::AtTheOpen | TimeInForce::AtTheClose);
    if is_auction && !matches!(order_type, OrderType::Market | OrderType::Limit) {
        let number = time_in_force as u8;
        return Err(PyValueError::new_err(format!(
            "'time_in_force' <flag 'TimeInForce'> of {number} was equal to '{time_in_force}`' <flag 'TimeInForce'> of \
             {number}"
        )));
    }
    if order_type == OrderType::Market {
        if time_in_force == TimeInForce::Gtd {
            return Err(PyValueError::new_err(
                "'time_in_force' <flag 'TimeInForce'> of 4 was equal to 'GTD' <flag 'TimeInForce'> of 4",
            ));
        }
    } else if time_in_force == TimeInForce::Gtd {
        if expire_time_ns == 0 {
            return Err(PyValueError::new_err("`expire_time_ns` cannot be <= UNIX epoch."));
        }
    } else if expire_time_ns > 0 {
        return Err(PyValueError::new_err("`expire_time_ns` was set when `time_in_force` not GTD."));
    }
    Ok(())
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyOrderSource>()
}
