//! Trailing stops: when they start, and where their trigger moves to.

use super::{MatchingEngine, Outlet};
use crate::{
    halt::{Flow, Halt},
    model::{
        enums::{OrderSide, OrderType, TrailingOffsetType, TriggerType},
        fixed::Price,
        instrument::Decimal,
        order::{Order, OrderRef},
    },
};

pub(super) fn is_trailing(order: &Order) -> bool {
    matches!(order.order_type(), OrderType::TrailingStopMarket | OrderType::TrailingStopLimit)
}

pub(super) fn is_activated(order: &Order) -> bool {
    order.is_activated
}

impl MatchingEngine {
    /// Without an activation price the order trails at once, from the market as it is.
    pub(super) fn activate_at_market(&self, order: &OrderRef) -> Flow {
        let (side, trigger_type) = (order.borrow().side(), order.borrow().init.trigger_type);
        let market = if self.profile.activates_at_last && trigger_type == TriggerType::LastPrice {
            self.last_price()?
        } else {
            self.touch_price(side)?
        };
        let mut order = order.borrow_mut();
        order.activation_price = Some(market);
        order.is_activated = true;
        Ok(())
    }

    /// After acceptance.
    pub(super) fn start_trailing(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        let needs_trigger = order.borrow().is_activated && order.borrow().trigger_price.is_none();
        if needs_trigger { self.move_trigger(out, order) } else { Ok(()) }
    }

    pub(super) fn trail(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        let (side, activation, is_activated) = {
            let o = order.borrow();
            (o.side(), o.activation_price, o.is_activated)
        };
        if !is_activated {
            if !activation.is_some_and(|price| self.core.is_touched(side, price)) {
                return Ok(());
            }
            order.borrow_mut().is_activated = true;
        }
        self.move_trigger(out, order)
    }

    fn last_price(&self) -> Flow<Price> {
        self.core.last.get().ok_or_else(|| {
            Halt::Runtime(format!(
                "cannot process trailing stop, no LAST price for {} (add trades or use bars)",
                self.instrument.id
            ))
        })
    }

    fn touch_price(&self, side: OrderSide) -> Flow<Price> {
        let (price, name) = match side {
            OrderSide::Buy => (self.core.ask.get(), "ASK"),
            _ => (self.core.bid.get(), "BID"),
        };
        price.ok_or_else(|| {
            Halt::Runtime(format!(
                "cannot process trailing stop, no {name} price for {} (add quotes or use bars)",
                self.instrument.id
            ))
        })
    }

    /// The price that the order trails.
    fn reference(&self, side: OrderSide, trigger_type: TriggerType) -> Flow<Price> {
        match trigger_type {
            TriggerType::LastPrice | TriggerType::MarkPrice => self.last_price(),
            TriggerType::Default | TriggerType::NoTrigger if !self.profile.trails_quotes_by_default => {
                self.last_price()
            }
            TriggerType::LastOrBidAsk => {
                let (touch, last) = (self.touch_price(side)?, self.last_price()?);
                // The one that gives the tighter stop.
                Ok(if side == OrderSide::Buy { last.min(touch) } else { last.max(touch) })
            }
            _ => self.touch_price(side),
        }
    }

    fn move_trigger(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        let (side, trigger_type, trigger, price, quantity) = {
            let o = order.borrow();
            (o.side(), o.init.trigger_type, o.trigger_price, o.price, o.quantity)
        };
        let (offset, limit_offset, offset_type, is_limit) = {
            let o = order.borrow();
            let init = &o.init;
            (
                init.trailing_offset,
                init.limit_offset,
                init.trailing_offset_type,
                o.order_type() == OrderType::TrailingStopLimit,
            )
        };
        let reference = self.reference(side, trigger_type)?;
        let new_trigger = self.offset(reference, side, offset, offset_type)?;
        let mut moved_trigger = better(side, new_trigger, trigger);
        let mut moved_price = None;
        if is_limit && !order.borrow().is_triggered {
            let new_price = self.offset(reference, side, limit_offset, offset_type)?;
            moved_price = better(side, new_price, price);
        }
        if order.borrow().is_triggered {
            moved_trigger = None;
        }
        if moved_trigger.is_none() && moved_price.is_none() {
            return Ok(());
        }
        self.emit_updated(out, order, quantity, moved_price, moved_trigger)
    }

    fn offset(
        &self,
        from: Price,
        side: OrderSide,
        offset: Option<Decimal>,
        offset_type: TrailingOffsetType,
    ) -> Flow<Price> {
        let offset = offset.map_or(0.0, Decimal::to_f64);
        let px = from.as_f64();
        let distance = match offset_type {
            TrailingOffsetType::BasisPoints => px * (offset / 100.0) / 100.0,
            TrailingOffsetType::Ticks => offset * self.instrument.price_increment.as_f64(),
            _ => offset,
        };
        let value = if side == OrderSide::Buy { px + distance } else { px - distance };
        Ok(Price::new(value, self.instrument.price_increment.precision)?)
    }
}

/// The new price when it is nearer to the market than the one in force.
fn better(side: OrderSide, new: Price, current: Option<Price>) -> Option<Price> {
    let improves = current.is_none_or(|current| if side == OrderSide::Buy { new < current } else { new > current });
    improves.then_some(new)
}
