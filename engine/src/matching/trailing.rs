//! Trailing stops: when they start, and what their moves are to the venue.

use super::{MatchingEngine, Outlet, Trail, TrailedMarket};
use crate::{
    halt::Flow,
    model::{
        enums::{OrderType, TriggerType},
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
    fn trail_of_now(&self) -> Trail<'_> {
        let core = &self.core;
        let market = TrailedMarket { bid: core.bid.get(), ask: core.ask.get(), last: core.last.get() };
        Trail { market, instrument: &self.instrument, profile: self.profile }
    }

    /// Without an activation price the order trails at once, from the market as it is.
    pub(super) fn activate_at_market(&self, order: &OrderRef) -> Flow {
        // Other than the emulator, a venue that knows a last price starts from it (observed on 1.231.0).
        let last = self.core.last.get().filter(|_| {
            self.profile.activates_at_last && order.borrow().init.trigger_type == TriggerType::LastOrBidAsk
        });
        let market = match last {
            Some(last) => last,
            None => self.trail_of_now().activation_at_market(&order.borrow())?,
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

    fn move_trigger(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        let moved = self.trail_of_now().moved(&order.borrow())?;
        let quantity = order.borrow().quantity;
        match moved {
            Some((price, trigger)) => self.emit_updated(out, order, quantity, price, trigger),
            None => Ok(()),
        }
    }
}
