//! Checks before an order goes to its venue.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use super::{Kernel, LogLevel};
use crate::{
    halt::Flow,
    model::{
        UnixNanos,
        enums::{OrderSide, TimeInForce, TradingState},
        event::{EventId, OrderEvent, OrderEventKind},
        fixed::{Price, Quantity},
        identifiers::{OrderListId, PositionId},
        instrument::Instrument,
        order::{Order, OrderRef},
    },
};

/// At most `limit` commands per `interval_ns`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub limit: usize,
    pub interval_ns: u64,
}

#[derive(Clone, Debug)]
pub struct RiskConfig {
    pub bypass: bool,
    pub submit_rate: Rate,
    pub modify_rate: Rate,
    /// Largest notional of an order, by instrument.
    pub max_notional: indexmap::IndexMap<crate::model::identifiers::InstrumentId, f64>,
}

/// A sliding window: what it refuses does not count.
#[derive(Debug)]
struct Throttler {
    rate: Rate,
    sent: RefCell<VecDeque<UnixNanos>>,
}

impl Throttler {
    fn new(rate: Rate) -> Self {
        Self { rate, sent: RefCell::default() }
    }

    fn admits(&self, now: UnixNanos) -> bool {
        let mut sent = self.sent.borrow_mut();
        if sent.len() >= self.rate.limit {
            match sent.front() {
                Some(oldest) if oldest.saturating_add(self.rate.interval_ns) > now => return false,
                _ => {
                    sent.pop_front();
                }
            }
        }
        sent.push_back(now);
        true
    }
}

#[derive(Debug)]
pub(super) struct RiskEngine {
    submits: Throttler,
    modifies: Throttler,
    state: Cell<TradingState>,
}

impl RiskEngine {
    pub fn new(config: &RiskConfig) -> Self {
        Self {
            submits: Throttler::new(config.submit_rate),
            modifies: Throttler::new(config.modify_rate),
            state: Cell::new(TradingState::Active),
        }
    }

    pub fn reset(&self) {
        self.submits.sent.borrow_mut().clear();
        self.modifies.sent.borrow_mut().clear();
        self.state.set(TradingState::Active);
    }
}

impl Kernel {
    #[must_use]
    pub fn trading_state(&self) -> TradingState {
        self.risk.state.get()
    }

    pub fn set_trading_state(&self, state: TradingState) {
        self.risk.state.set(state);
    }

    /// The orders of one command: whether they may go on to the execution engine. Those that may not have been denied.
    pub(super) fn admit(&self, orders: &[OrderRef], list: Option<OrderListId>) -> Flow<bool> {
        if self.config.risk.bypass {
            return Ok(true);
        }
        for order in orders {
            let instrument = self.cache.instrument(order.borrow().init.instrument_id);
            let fault = match instrument {
                None => Some(format!("Instrument for {} not found", order.borrow().init.instrument_id)),
                Some(instrument) => self.order_fault(&order.borrow(), &instrument),
            };
            if let Some(reason) = fault {
                if self.is_late(&order.borrow()) {
                    // The others of its list are forgotten (observed on 1.221.0 and 1.231.0).
                    self.deny(order, &reason)?;
                } else {
                    self.deny_all(orders, list, order, &reason)?;
                }
                return Ok(false);
            }
        }
        let fault = self.portfolio.check_orders(orders, &self.config.risk.max_notional)?;
        if let Some((order, reason)) = fault {
            self.deny_all(orders, list, &order, &reason)?;
            return Ok(false);
        }
        if let Some(reason) = self.state_fault(orders) {
            for order in orders {
                self.deny(order, &reason)?;
            }
            return Ok(false);
        }
        if !self.risk.submits.admits(self.now()) {
            for order in orders {
                self.deny(order, "Exceeded MAX_ORDER_SUBMIT_RATE")?;
            }
            return Ok(false);
        }
        Ok(true)
    }

    /// One order's fault denies the list it is in.
    fn deny_all(&self, orders: &[OrderRef], list: Option<OrderListId>, faulty: &OrderRef, reason: &str) -> Flow {
        self.deny(faulty, reason)?;
        let list = match list {
            Some(id) if self.profile.names_denied_lists => id.to_string(),
            _ => "{command.order_list.id.to_str()}".to_owned(),
        };
        for order in orders.iter().filter(|order| !Rc::ptr_eq(order, faulty)) {
            if order.borrow().is_closed() {
                continue;
            }
            self.deny(order, &format!("OrderList {list} DENIED"))?;
        }
        Ok(())
    }

    pub(super) fn deny(&self, order: &OrderRef, reason: &str) -> Flow {
        if order.borrow().is_closed() {
            return Ok(());
        }
        if self.cache.order(order.borrow().id()).is_none() {
            self.cache.add_order(order, None);
        }
        let event = self.local_event(order, OrderEventKind::Denied { reason: reason.into() });
        self.process_order_event(event)
    }

    /// An event that this process makes itself, now.
    pub(super) fn local_event(&self, order: &OrderRef, kind: OrderEventKind) -> OrderEvent {
        let order = order.borrow();
        OrderEvent {
            id: EventId::next(),
            trader_id: order.init.trader_id,
            strategy_id: order.init.strategy_id,
            instrument_id: order.init.instrument_id,
            client_order_id: order.id(),
            venue_order_id: order.venue_order_id,
            account_id: order.account_id,
            ts_event: self.now(),
            ts_init: self.now(),
            kind,
        }
    }

    /// Why a reduce-only order must not be sent for the position that the user names.
    pub(super) fn position_fault(&self, orders: &[OrderRef], position: Option<PositionId>) -> Option<String> {
        let id = position.filter(|_| !self.config.risk.bypass)?;
        let view = self.cache.position_view(id);
        let increases = orders.iter().map(|order| order.borrow()).any(|order| {
            order.init.reduce_only && view.is_none_or(|view| !order.would_reduce_only(view.side, view.quantity))
        });
        increases.then(|| format!("Reduce only order would increase position PositionId('{id}')"))
    }

    fn state_fault(&self, orders: &[OrderRef]) -> Option<String> {
        match self.risk.state.get() {
            TradingState::Active => None,
            TradingState::Halted => Some("TradingState::HALTED".into()),
            TradingState::Reducing => {
                let increases = orders.iter().any(|order| {
                    let order = order.borrow();
                    let id = order.init.instrument_id;
                    match order.side() {
                        OrderSide::Buy => self.portfolio.is_net_long(id),
                        _ => self.portfolio.is_net_short(id),
                    }
                });
                increases.then(|| "TradingState::REDUCING".into())
            }
        }
    }

    fn is_late(&self, order: &Order) -> bool {
        order.init.time_in_force == TimeInForce::Gtd && order.init.expire_time_ns <= self.now()
    }

    fn order_fault(&self, order: &Order, instrument: &Instrument) -> Option<String> {
        if self.is_late(order) {
            return Some(format!("GTD {} already passed", super::ids::iso8601(order.init.expire_time_ns)));
        }
        price_fault(instrument, order.price)
            .or_else(|| Some(format!("trigger {}", price_fault(instrument, order.trigger_price)?)))
            .or_else(|| quantity_fault(instrument, order.quantity, order.is_quote_quantity))
    }

    /// Whether a change may go to the venue; one that may not has been rejected.
    pub(super) fn admit_change(&self, order: &OrderRef, change: &super::Change) -> Flow<bool> {
        if self.config.risk.bypass {
            return Ok(true);
        }
        let Some(instrument) = self.cache.instrument(order.borrow().init.instrument_id) else {
            return Ok(true);
        };
        if order.borrow().is_closed() {
            let reason = format!("Order with {} already closed", order.borrow().id());
            self.refuse_change(order, &reason)?;
            return Ok(false);
        }
        if order.borrow().status == crate::model::enums::OrderStatus::PendingCancel {
            let reason = format!("Order with {} is already pending cancel", order.borrow().id());
            self.refuse_change(order, &reason)?;
            return Ok(false);
        }
        let fault = price_fault(&instrument, change.price)
            .or_else(|| price_fault(&instrument, change.trigger_price))
            .or_else(|| change.quantity.and_then(|quantity| quantity_fault(&instrument, quantity, false)))
            .or_else(|| match self.risk.state.get() {
                TradingState::Halted => Some("TradingState is HALTED".into()),
                _ => None,
            });
        if let Some(reason) = fault {
            self.refuse_change(order, &reason)?;
            return Ok(false);
        }
        if !self.risk.modifies.admits(self.now()) {
            self.refuse_change(order, "Exceeded MAX_ORDER_MODIFY_RATE")?;
            return Ok(false);
        }
        Ok(true)
    }

    fn refuse_change(&self, order: &OrderRef, reason: &str) -> Flow {
        self.log(LogLevel::Warning, "RiskEngine", &format!("ModifyOrder rejected: {reason}"));
        let event = self.local_event(order, OrderEventKind::ModifyRejected { reason: reason.into() });
        self.process_order_event(event)
    }
}

fn price_fault(instrument: &Instrument, price: Option<Price>) -> Option<String> {
    let price = price?;
    if price.precision > instrument.price_precision {
        return Some(format!("price {price} invalid (precision {} > {})", price.precision, instrument.price_precision));
    }
    let can_be_negative = matches!(
        instrument.instrument_class,
        crate::model::enums::InstrumentClass::Option
            | crate::model::enums::InstrumentClass::FuturesSpread
            | crate::model::enums::InstrumentClass::OptionSpread
    );
    (price.raw <= 0 && !can_be_negative).then(|| format!("price {price} invalid (not positive)"))
}

fn quantity_fault(instrument: &Instrument, quantity: Quantity, is_quote_quantity: bool) -> Option<String> {
    if quantity.precision > instrument.size_precision {
        return Some(format!(
            "quantity {quantity} invalid (precision {} > {})",
            quantity.precision, instrument.size_precision
        ));
    }
    if is_quote_quantity {
        return None;
    }
    if let Some(max) = instrument.max_quantity.filter(|max| quantity > *max) {
        return Some(format!("quantity {quantity} invalid (> maximum trade size of {max})"));
    }
    let min = instrument.min_quantity.filter(|min| quantity < *min)?;
    Some(format!("quantity {quantity} invalid (< minimum trade size of {min})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_commands_do_not_count() {
        let throttler = Throttler::new(Rate { limit: 2, interval_ns: 10 });
        let admitted: Vec<bool> = [0, 1, 2, 9, 10, 10, 11].iter().map(|now| throttler.admits(*now)).collect();
        assert_eq!(admitted, [true, true, false, false, true, false, true]);
    }
}
