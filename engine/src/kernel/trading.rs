//! What strategies ask for, on its way to the venue.

use std::rc::Rc;

use super::{ActorId, Callback, Kernel, LogLevel, Message};
use crate::{
    cache::Filter,
    halt::{Flow, Halt},
    matching::{Amendment, Target},
    model::{
        UnixNanos,
        enums::{OrderSide, OrderStatus, OrderType, TimeInForce, TriggerType},
        event::{OrderEvent, OrderEventKind},
        fixed::{Price, Quantity},
        identifiers::{ClientOrderId, InstrumentId, OrderListId, PositionId, StrategyId},
        order::{Order, OrderRef},
    },
    venue::Command,
};

/// What a modification changes; the rest stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change {
    pub quantity: Option<Quantity>,
    pub price: Option<Price>,
    pub trigger_price: Option<Price>,
}

impl Kernel {
    /// # Errors
    /// When the order is not new, or user code raises.
    pub fn submit_order(&self, actor: ActorId, order: &OrderRef, position_id: Option<PositionId>) -> Flow {
        self.check_new(order)?;
        self.publish_initialized(order)?;
        self.cache.add_order(order, position_id);
        self.manage_expiry(actor, order)?;
        if order.borrow().emulation_trigger != TriggerType::NoTrigger {
            return self.emulate(order, position_id);
        }
        if self.delegate(std::slice::from_ref(order), None)? {
            return Ok(());
        }
        self.execute(std::slice::from_ref(order), None, position_id)
    }

    /// # Errors
    /// When an order is not new, or user code raises.
    pub fn submit_order_list(
        &self,
        actor: ActorId,
        id: OrderListId,
        orders: &[OrderRef],
        position_id: Option<PositionId>,
    ) -> Flow {
        for order in orders {
            self.check_new(order)?;
        }
        for order in orders {
            self.publish_initialized(order)?;
        }
        self.cache.add_order_list(id, orders.iter().map(|o| o.borrow().id()).collect());
        for order in orders {
            self.cache.add_order(order, position_id);
        }
        for order in orders {
            self.manage_expiry(actor, order)?;
        }
        if orders.iter().any(|o| o.borrow().emulation_trigger != TriggerType::NoTrigger) {
            return self.emulate_list(orders, position_id);
        }
        if self.delegate(orders, Some(id))? {
            return Ok(());
        }
        self.execute(orders, Some(id), position_id)
    }

    /// Makes new orders known and denies them at once.
    ///
    /// # Errors
    /// When an order is not new, or user code raises.
    pub fn deny_orders(&self, orders: &[OrderRef], reason: &str) -> Flow {
        orders.iter().try_for_each(|order| self.check_new(order))?;
        orders.iter().try_for_each(|order| self.publish_initialized(order))?;
        orders.iter().try_for_each(|order| self.deny(order, reason))
    }

    fn check_new(&self, order: &OrderRef) -> Flow {
        let (id, status) = (order.borrow().id(), order.borrow().status);
        if status != OrderStatus::Initialized {
            return Err(Halt::Value(format!(
                "invalid order status on submit for {id}, was {status}, expected INITIALIZED"
            )));
        }
        if self.cache.order(id).is_some() {
            return Err(Halt::Value(format!("order {id} has been submitted already: create another one")));
        }
        Ok(())
    }

    pub(super) fn publish_initialized(&self, order: &OrderRef) -> Flow {
        let event = order.borrow().events.first().cloned();
        event.map_or(Ok(()), |event| self.publish_order(&event))
    }

    pub(super) fn publish_order(&self, event: &Rc<OrderEvent>) -> Flow {
        self.publish(self.topics.order(event.strategy_id), &Message::Order(Rc::clone(event)))
    }

    pub(super) fn execute(
        &self,
        orders: &[OrderRef],
        list: Option<OrderListId>,
        position_id: Option<PositionId>,
    ) -> Flow {
        if !self.admit_position_id(orders, position_id)? {
            return Ok(());
        }
        if let [order] = orders
            && let Some(reason) = self.position_fault(orders, position_id)
        {
            return self.deny(order, &reason);
        }
        if self.admit(orders, list)? { self.send_out(orders, self.now()) } else { Ok(()) }
    }

    /// Sends orders past the risk engine; their latency counts from `made_at`.
    pub(super) fn dispatch(&self, orders: &[OrderRef], position_id: Option<PositionId>, made_at: UnixNanos) -> Flow {
        if self.admit_position_id(orders, position_id)? { self.send_out(orders, made_at) } else { Ok(()) }
    }

    /// Whether the position that the user names may be; orders that name one that may not have been denied.
    fn admit_position_id(&self, orders: &[OrderRef], position_id: Option<PositionId>) -> Flow<bool> {
        if let Some(id) = position_id
            && self.cache.position(id).is_none()
            && self.profile.denies_custom_position_ids
            && orders.first().is_some_and(|o| self.oms_type_of(o) == crate::model::enums::OmsType::Netting)
        {
            for order in orders {
                self.deny(order, &format!("Position with {id} does not exist: custom position IDs need HEDGING"))?;
            }
            return Ok(false);
        }
        Ok(true)
    }

    fn send_out(&self, orders: &[OrderRef], made_at: UnixNanos) -> Flow {
        let Some(venue_id) = orders.first().map(|o| o.borrow().init.instrument_id.venue) else { return Ok(()) };
        let Some(venue) = self.venue(venue_id) else {
            for order in orders {
                self.deny(order, &format!("no execution client found for {venue_id}"))?;
            }
            return Ok(());
        };
        for order in orders.iter().filter(|order| order.borrow().is_quote_quantity) {
            if !self.profile.converts_quote_quantity && !self.convert_quantity(order) {
                let reason = format!("no-price-to-convert-quote-qty {}", order.borrow().init.instrument_id);
                return orders.iter().try_for_each(|order| self.deny(order, &reason));
            }
        }
        for order in orders {
            let mut event = self.local_event(order, OrderEventKind::Submitted);
            event.account_id = Some(venue.account_id);
            self.process_order_event(event)?;
        }
        let command = match orders {
            [order] if order.borrow().init.order_list_id.is_none() => Command::Submit(Rc::clone(order)),
            _ => Command::SubmitList(orders.to_vec()),
        };
        venue.send(self, command, made_at)
    }

    /// From quote to base currency at the market of now, silently; false where there is none.
    fn convert_quantity(&self, order: &OrderRef) -> bool {
        let id = order.borrow().init.instrument_id;
        let Some(instrument) = self.cache.instrument(id) else { return false };
        if instrument.is_inverse {
            return true;
        }
        let is_buy = order.borrow().is_buy();
        let quoted = self.cache.quote(id, 0).map(|q| if is_buy { q.ask_price } else { q.bid_price });
        let Some(price) = quoted.or_else(|| self.cache.trade(id, 0).map(|trade| trade.price)) else { return false };
        let mut order = order.borrow_mut();
        let base = order.quantity.as_f64() * (1.0 / price.as_f64());
        let Ok(quantity) = Quantity::new(base, instrument.size_precision) else { return false };
        order.quantity = quantity;
        order.leaves_qty = quantity;
        order.is_quote_quantity = false;
        true
    }

    /// # Errors
    /// When user code raises.
    pub fn modify_order(&self, order: &OrderRef, change: &Change) -> Flow {
        {
            use OrderType as T;
            let o = order.borrow();
            // By type: a trailing stop's prices are the venue's to move, and never given (observed on both versions).
            let has_limit = matches!(o.order_type(), T::Limit | T::StopLimit | T::LimitIfTouched | T::MarketToLimit);
            let has_trigger =
                matches!(o.order_type(), T::StopMarket | T::StopLimit | T::MarketIfTouched | T::LimitIfTouched);
            for (given, has, what) in
                [(change.price, has_limit, "LIMIT price"), (change.trigger_price, has_trigger, "STOP trigger price")]
            {
                if given.is_some() && !has {
                    return Err(Halt::Value(format!("{} orders do not have a {what}", o.order_type())));
                }
            }
        }
        let (id, changes) = {
            let o = order.borrow();
            let differs = change.quantity.is_some_and(|q| q != o.quantity)
                || change.price.is_some_and(|p| Some(p) != o.price)
                || change.trigger_price.is_some_and(|p| Some(p) != o.trigger_price);
            (o.id(), differs)
        };
        if !changes {
            let text = format!("Cannot modify {id}: quantity, price and trigger price are None or as they were");
            self.log(LogLevel::Error, "Strategy", &text);
            return Ok(());
        }
        if order.borrow().is_closed() || order.borrow().status == OrderStatus::PendingCancel {
            let text = format!("Cannot modify {id}: state is {}", order.borrow().status);
            self.log(LogLevel::Warning, "Strategy", &text);
            return Ok(());
        }
        // A child that waits for its parent is not the emulator's yet: the venue does not know it.
        if order.borrow().is_emulated() {
            return self.modify_held(order, change);
        }
        if !order.borrow().is_active_local() {
            let event = Rc::new(self.local_event(order, OrderEventKind::PendingUpdate));
            if !self.apply(order, &event) {
                return Ok(());
            }
            self.publish_order(&event)?;
        }
        if !self.admit_change(order, change)? {
            return Ok(());
        }
        let instrument_id = order.borrow().init.instrument_id;
        let amendment = Amendment {
            target: Target::of(&order.borrow()),
            quantity: change.quantity,
            price: change.price,
            trigger_price: change.trigger_price,
        };
        self.send(instrument_id, Command::Modify(instrument_id, amendment))
    }

    pub(super) fn send(&self, instrument_id: InstrumentId, command: Command) -> Flow {
        match self.venue(instrument_id.venue) {
            Some(venue) => venue.send(self, command, self.now()),
            None => Ok(()),
        }
    }

    /// Whether a cancel makes sense; an order that can be canceled is marked as such, and its handlers are told.
    fn mark_pending_cancel(&self, order: &OrderRef, tell: bool) -> Flow<bool> {
        let (id, status, is_closed) = {
            let o = order.borrow();
            (o.id(), o.status, o.is_closed())
        };
        // Canceling everything marks anew what is pending already (observed on 1.221.0).
        if is_closed || (tell && status == OrderStatus::PendingCancel) {
            self.log(LogLevel::Warning, "Strategy", &format!("Cannot cancel {id}: state is {status}"));
            return Ok(false);
        }
        if !order.borrow().is_active_local() {
            let event = Rc::new(self.local_event(order, OrderEventKind::PendingCancel));
            if !self.apply(order, &event) {
                return Ok(false);
            }
            if tell {
                self.publish_order(&event)?;
            }
        }
        Ok(true)
    }

    /// # Errors
    /// When user code raises.
    pub fn cancel_order(&self, order: &OrderRef) -> Flow {
        if !self.mark_pending_cancel(order, true)? {
            return Ok(());
        }
        let (instrument_id, target) = (order.borrow().init.instrument_id, Target::of(&order.borrow()));
        self.forget_expiry(order);
        if is_with_emulator(order) {
            return self.cancel_emulated(order);
        }
        if self.delegate_cancel(order)? {
            return Ok(());
        }
        self.send(instrument_id, Command::Cancel(instrument_id, target))
    }

    /// Several orders of one instrument in one command.
    ///
    /// # Errors
    /// When the orders are of different instruments, or user code raises.
    pub fn cancel_orders(&self, orders: &[OrderRef]) -> Flow {
        let Some(instrument_id) = orders.first().map(|o| o.borrow().init.instrument_id) else { return Ok(()) };
        if orders.iter().any(|o| o.borrow().init.instrument_id != instrument_id) {
            return Err(Halt::Value("cannot cancel orders of different instruments in one command".into()));
        }
        let mut targets = Vec::new();
        for order in orders {
            if is_with_emulator(order) {
                self.log(LogLevel::Error, "Strategy", "Cannot cancel emulated orders in one command with others");
                continue;
            }
            if self.mark_pending_cancel(order, true)? {
                targets.push(Target::of(&order.borrow()));
                self.forget_expiry(order);
            }
        }
        if targets.is_empty() { Ok(()) } else { self.send(instrument_id, Command::CancelBatch(instrument_id, targets)) }
    }

    /// # Errors
    /// When user code raises.
    pub fn cancel_all_orders(&self, strategy: StrategyId, instrument_id: InstrumentId, side: OrderSide) -> Flow {
        let filter = Filter {
            instrument_id: Some(instrument_id),
            strategy_id: Some(strategy),
            order_side: Some(side),
            ..Filter::default()
        };
        let includes_inflight = self.profile.cancels_inflight;
        let wanted = |o: &Order| o.is_open() || (includes_inflight && o.is_inflight());
        let orders = self.cache.active_orders(&filter, wanted);
        let has_emulated = !self.cache.active_orders(&filter, Order::awaits_release).is_empty();
        if orders.is_empty() && !has_emulated {
            return Ok(());
        }
        for order in &orders {
            // One in flight is not pending yet: the venue cancels it if it has arrived by then (observed on 1.231.0).
            if order.borrow().is_open() {
                self.mark_pending_cancel(order, false)?;
            }
            self.forget_expiry(order);
        }
        let of_algorithms =
            self.cache.active_orders(&Filter { strategy_id: Some(strategy), ..Filter::default() }, |o| {
                o.init.exec_algorithm_id.is_some() && !o.is_closed()
            });
        for order in &of_algorithms {
            self.cancel_order(order)?;
        }
        if !orders.is_empty() {
            self.send(instrument_id, Command::CancelAll(instrument_id, side))?;
        }
        if has_emulated { self.cancel_all_held(instrument_id, side) } else { Ok(()) }
    }

    // Orders with a time limit that the strategy itself keeps

    fn manage_expiry(&self, actor: ActorId, order: &OrderRef) -> Flow {
        let Some(slot) = self.actor(actor) else { return Ok(()) };
        let (id, tif, expires) = {
            let o = order.borrow();
            (o.id(), o.init.time_in_force, o.init.expire_time_ns)
        };
        if tif != TimeInForce::Gtd || !slot.strategy.is_some_and(|s| s.manages_gtd_expiry) {
            return Ok(());
        }
        let alert = slot.clock.borrow_mut().set_alert(&expiry_timer(id), expires, Callback::Expiry(actor, id), true);
        alert.map_err(|error| Halt::Value(error.to_string()))
    }

    pub(super) fn forget_expiry(&self, order: &OrderRef) {
        let order = order.borrow();
        if order.init.time_in_force != TimeInForce::Gtd {
            return;
        }
        let name = expiry_timer(order.id());
        for actor in self.actors.borrow().iter() {
            if actor.strategy.is_some_and(|s| s.id == order.init.strategy_id) && actor.clock.borrow().has_timer(&name) {
                // It is there: nothing can fail.
                let _ = actor.clock.borrow_mut().cancel(&name);
            }
        }
    }

    pub(super) fn expire_managed(&self, _actor: ActorId, id: ClientOrderId) -> Flow {
        match self.cache.order(id) {
            Some(order) if !order.borrow().is_closed() => self.cancel_order(&order),
            _ => Ok(()),
        }
    }
}

/// Emulated orders, and those that the emulator will get once their parent has filled.
fn is_with_emulator(order: &OrderRef) -> bool {
    let order = order.borrow();
    order.is_emulated() || order.awaits_release()
}

fn expiry_timer(id: ClientOrderId) -> String {
    format!("GTD-EXPIRY:{id}")
}
