//! Updates, cancels and expiries at the venue.

use super::{MatchingEngine, Outlet, trailing};
use crate::{
    halt::Flow,
    model::{
        enums::{ContingencyType, LiquiditySide, OrderSide, OrderStatus, OrderType},
        fixed::{Price, Quantity},
        identifiers::{ClientOrderId, InstrumentId, VenueOrderId},
        order::{Order, OrderRef},
    },
};

/// The order that a command is about, as it was known when the command was made.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub client_order_id: ClientOrderId,
    pub venue_order_id: Option<VenueOrderId>,
}

impl Target {
    #[must_use]
    pub fn of(order: &Order) -> Self {
        Self { client_order_id: order.id(), venue_order_id: order.venue_order_id }
    }

    fn not_found(&self) -> String {
        format!("ClientOrderId('{}') not found", self.client_order_id)
    }
}

/// A change that a modify command asks for; what is not given stays.
#[derive(Clone, Copy, Debug)]
pub struct Amendment {
    pub target: Target,
    pub quantity: Option<Quantity>,
    pub price: Option<Price>,
    pub trigger_price: Option<Price>,
}

impl Amendment {
    fn applied_to(&self, order: &Order) -> (Quantity, Option<Price>, Option<Price>) {
        (
            self.quantity.unwrap_or(order.quantity),
            self.price.or(order.price),
            self.trigger_price.or(order.trigger_price),
        )
    }
}

impl MatchingEngine {
    /// # Errors
    /// When user code raises.
    pub fn process_modify(&self, out: &dyn Outlet, change: &Amendment) -> Flow {
        let id = change.target.client_order_id;
        let Some(order) = self.core.get(id) else {
            let Some(order) = out.cache().order(id) else { return Ok(()) };
            // The change overtakes the order on its way here: the order arrives changed.
            let is_on_its_way = {
                let o = order.borrow();
                o.ts_accepted == 0 && matches!(o.status, OrderStatus::Submitted | OrderStatus::PendingUpdate)
            };
            if is_on_its_way {
                let (quantity, price, trigger) = change.applied_to(&order.borrow());
                return self.emit_updated(out, &order, quantity, price, trigger);
            }
            return self.reject_unknown_modify(out, &order, &change.target, &change.target.not_found());
        };
        let (quantity, price, trigger) = change.applied_to(&order.borrow());
        self.update(out, &order, quantity, price, trigger, true)
    }

    /// # Errors
    /// When user code raises.
    pub fn process_cancel(&self, out: &dyn Outlet, target: &Target) -> Flow {
        match self.core.get(target.client_order_id) {
            Some(order) if order.borrow().is_open() || order.borrow().is_inflight() => self.cancel(out, &order),
            Some(_) => Ok(()),
            None => match out.cache().order(target.client_order_id) {
                Some(order) => self.reject_cancel(out, &order, target, &target.not_found()),
                None => Ok(()),
            },
        }
    }

    /// Cancels every open order of the instrument, in order of their ids.
    ///
    /// # Errors
    /// When user code raises.
    pub fn process_cancel_all(&self, out: &dyn Outlet, instrument_id: InstrumentId, side: OrderSide) -> Flow {
        for order in out.cache().open_orders_of(instrument_id) {
            if side != OrderSide::NoOrderSide && order.borrow().side() != side {
                continue;
            }
            if order.borrow().is_inflight() || order.borrow().is_open() {
                self.cancel(out, &order)?;
            }
        }
        Ok(())
    }

    pub(super) fn update(
        &self,
        out: &dyn Outlet,
        order: &OrderRef,
        quantity: Quantity,
        price: Option<Price>,
        trigger: Option<Price>,
        and_linked: bool,
    ) -> Flow {
        if self.profile.rejects_update_below_filled && quantity < order.borrow().filled_qty {
            let reason =
                format!("Cannot reduce order quantity {quantity} below filled quantity {}", order.borrow().filled_qty);
            return self.reject_modify(out, order, &reason);
        }
        let order_type = order.borrow().order_type();
        match order_type {
            OrderType::Limit | OrderType::MarketToLimit => self.update_limit(out, order, quantity, price, None)?,
            OrderType::StopMarket | OrderType::MarketIfTouched => {
                self.update_stop(out, order, quantity, None, trigger, "new stop")?;
            }
            OrderType::StopLimit | OrderType::LimitIfTouched => {
                if order.borrow().is_triggered {
                    self.update_limit(out, order, quantity, price, trigger)?;
                } else {
                    self.update_stop(out, order, quantity, price, trigger, "new trigger stop")?;
                }
            }
            OrderType::TrailingStopMarket | OrderType::TrailingStopLimit => {
                let has_no_trigger = order.borrow().trigger_price.is_none();
                if trailing::is_activated(&order.borrow()) && has_no_trigger && trigger.is_none() {
                    return Ok(()); // nothing to compare with yet
                }
                let what = if order_type == OrderType::TrailingStopMarket { "new stop" } else { "new trigger stop" };
                self.update_stop(out, order, quantity, price, trigger, what)?;
            }
            OrderType::Market => {}
        }
        if and_linked
            && self.config.support_contingent_orders
            && order.borrow().init.contingency_type != ContingencyType::NoContingency
        {
            self.match_linked_sizes(out, order)?;
        }
        Ok(())
    }

    fn match_linked_sizes(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        let leaves = order.borrow().leaves_qty;
        let init = std::rc::Rc::clone(&order.borrow().init);
        for sibling in init.linked_order_ids.iter().filter_map(|id| out.cache().order(*id)) {
            let is_out = sibling.borrow().is_closed() || sibling.borrow().is_active_local();
            if is_out || sibling.borrow().leaves_qty == leaves {
                continue;
            }
            if leaves.raw == 0 {
                self.cancel(out, &sibling)?;
                continue;
            }
            let (price, trigger) = (sibling.borrow().price, sibling.borrow().trigger_price);
            self.update(out, &sibling, leaves, price, trigger, false)?;
        }
        Ok(())
    }

    fn update_limit(
        &self,
        out: &dyn Outlet,
        order: &OrderRef,
        quantity: Quantity,
        price: Option<Price>,
        trigger: Option<Price>,
    ) -> Flow {
        let side = order.borrow().side();
        let marketable = price.is_some_and(|price| self.core.is_marketable(side, price));
        if marketable && order.borrow().init.post_only {
            let reason = format!(
                "POST_ONLY {} {side} order new limit px of {} would have been a TAKER: {}",
                order.borrow().order_type(),
                price.map_or_else(String::new, |p| p.to_string()),
                self.market_text()
            );
            return self.reject_modify(out, order, &reason);
        }
        self.emit_updated(out, order, quantity, price, trigger)?;
        self.enter_queue(order);
        if marketable {
            self.fill_limit(out, order, LiquiditySide::Taker)?;
        }
        Ok(())
    }

    fn update_stop(
        &self,
        out: &dyn Outlet,
        order: &OrderRef,
        quantity: Quantity,
        price: Option<Price>,
        trigger: Option<Price>,
        what: &str,
    ) -> Flow {
        let (order_type, side) = (order.borrow().order_type(), order.borrow().side());
        if let Some(trigger) = trigger.filter(|trigger| self.core.is_triggered(order_type, side, *trigger)) {
            let reason =
                format!("{order_type} {side} order {what} px of {trigger} was in the market: {}", self.market_text());
            return self.reject_modify(out, order, &reason);
        }
        self.emit_updated(out, order, quantity, price, trigger)
    }

    pub(super) fn cancel(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        self.cancel_alone(out, order)?;
        self.cancel_contingents(out, order)
    }

    /// Also tells of an order that is closed already: a child that its parent's fill has brought here, and that comes
    /// again with the rest of its list (observed on 1.221.0).
    pub(super) fn cancel_again(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        self.core.remove(order);
        if order.borrow().is_closed() && !self.profile.cancels_again {
            return Ok(());
        }
        self.emit_canceled(out, order)?;
        self.cancel_contingents(out, order)
    }

    pub(super) fn cancel_alone(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        self.core.remove(order);
        if order.borrow().is_closed() {
            return Ok(());
        }
        self.emit_canceled(out, order)
    }

    /// Linked orders go with a canceled or expired one.
    fn cancel_contingents(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        if !self.config.support_contingent_orders
            || order.borrow().init.contingency_type == ContingencyType::NoContingency
        {
            return Ok(());
        }
        self.cancel_linked(out, order, false)
    }

    pub(super) fn expire(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        self.cancel_contingents(out, order)?;
        self.emit_expired(out, order)
    }
}
