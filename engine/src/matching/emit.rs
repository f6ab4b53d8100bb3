//! The venue's events.

use std::rc::Rc;

use super::{MatchingEngine, Outlet, Target};
use crate::{
    halt::{Flow, Halt},
    model::{
        event::{EventId, Fill, OrderEvent, OrderEventKind},
        fixed::{Price, Quantity},
        identifiers::VenueOrderId,
        order::OrderRef,
    },
};

impl MatchingEngine {
    fn send(&self, out: &dyn Outlet, order: &OrderRef, id: Option<VenueOrderId>, kind: OrderEventKind) -> Flow {
        self.core.note(&order.borrow(), &kind);
        let event = {
            let order = order.borrow();
            OrderEvent {
                id: EventId::next(),
                trader_id: order.init.trader_id,
                strategy_id: order.init.strategy_id,
                instrument_id: order.init.instrument_id,
                client_order_id: order.id(),
                venue_order_id: id,
                account_id: order.account_id,
                ts_event: self.now.get(),
                ts_init: self.now.get(),
                kind,
            }
        };
        out.emit(event)
    }

    pub(super) fn accept(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        let id = self.venue_order_id(&order.borrow());
        self.send(out, order, Some(id), OrderEventKind::Accepted)
    }

    pub(super) fn reject(&self, out: &dyn Outlet, order: &OrderRef, reason: &str) -> Flow {
        self.send(out, order, None, OrderEventKind::Rejected { reason: reason.into(), due_post_only: false })
    }

    pub(super) fn reject_post_only(&self, out: &dyn Outlet, order: &OrderRef, reason: &str) -> Flow {
        self.send(out, order, None, OrderEventKind::Rejected { reason: reason.into(), due_post_only: true })
    }

    pub(super) fn emit_canceled(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        let id = self.venue_order_id(&order.borrow());
        self.send(out, order, Some(id), OrderEventKind::Canceled)
    }

    pub(super) fn emit_expired(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        let id = order.borrow().venue_order_id;
        self.send(out, order, id, OrderEventKind::Expired)
    }

    pub(super) fn emit_triggered(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        let id = order.borrow().venue_order_id;
        self.send(out, order, id, OrderEventKind::Triggered)
    }

    pub(super) fn emit_updated(
        &self,
        out: &dyn Outlet,
        order: &OrderRef,
        quantity: Quantity,
        price: Option<Price>,
        trigger_price: Option<Price>,
    ) -> Flow {
        if quantity.raw == 0 {
            return Err(Halt::Value(format!(
                "'quantity' not a positive real: {} would be of none",
                order.borrow().id()
            )));
        }
        let id = order.borrow().venue_order_id;
        self.send(out, order, id, OrderEventKind::Updated { quantity, price, trigger_price })
    }

    pub(super) fn reject_modify(&self, out: &dyn Outlet, order: &OrderRef, reason: &str) -> Flow {
        let id = order.borrow().venue_order_id;
        self.send(out, order, id, OrderEventKind::ModifyRejected { reason: reason.into() })
    }

    /// Names the order as the command did.
    pub(super) fn reject_unknown_modify(
        &self,
        out: &dyn Outlet,
        order: &OrderRef,
        target: &Target,
        reason: &str,
    ) -> Flow {
        self.send(out, order, target.venue_order_id, OrderEventKind::ModifyRejected { reason: reason.into() })
    }

    /// Names the order as the command did.
    pub(super) fn reject_cancel(&self, out: &dyn Outlet, order: &OrderRef, target: &Target, reason: &str) -> Flow {
        self.send(out, order, target.venue_order_id, OrderEventKind::CancelRejected { reason: reason.into() })
    }

    pub(super) fn emit_filled(&self, out: &dyn Outlet, order: &OrderRef, fill: Fill) -> Flow {
        let id = self.venue_order_id(&Rc::clone(order).borrow());
        self.send(out, order, Some(id), OrderEventKind::Filled(fill))
    }
}
