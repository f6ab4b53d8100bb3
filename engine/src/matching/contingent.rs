//! What a fill, cancel or update means for linked orders.

use super::{MatchingEngine, Outlet};
use crate::{
    cache::PositionView,
    halt::Flow,
    model::{
        enums::{ContingencyType, OrderStatus, OrderType},
        fixed::Quantity,
        identifiers::PositionId,
        order::OrderRef,
    },
};

impl MatchingEngine {
    /// Children go live, siblings shrink or go, and reduce-only orders follow the position.
    ///
    /// `before` is the position that the fill met.
    pub(super) fn after_fill(
        &self,
        out: &dyn Outlet,
        order: &OrderRef,
        position_id: Option<PositionId>,
        before: Option<PositionView>,
    ) -> Flow {
        // A venue that does not know of linked orders leaves exits alone too (observed on 1.221.0 and 1.231.0).
        if !self.config.support_contingent_orders {
            return Ok(());
        }
        let contingency = order.borrow().init.contingency_type;
        match contingency {
            ContingencyType::Oto => self.release_children(out, order, position_id)?,
            ContingencyType::Oco => self.cancel_linked(out, order, true)?,
            ContingencyType::Ouo => self.shrink_linked(out, order)?,
            ContingencyType::NoContingency => {}
        }
        match before {
            // What opens a position leaves the exits of its own bracket alone (observed on 1.221.0).
            Some(before) => self.follow_position(out, before),
            None => Ok(()),
        }
    }

    fn linked(out: &dyn Outlet, order: &OrderRef) -> Vec<OrderRef> {
        let init = std::rc::Rc::clone(&order.borrow().init);
        init.linked_order_ids.iter().filter_map(|id| out.cache().order(*id)).collect()
    }

    fn release_children(&self, out: &dyn Outlet, order: &OrderRef, position_id: Option<PositionId>) -> Flow {
        if self.config.oto_on_full_fill && order.borrow().leaves_qty.raw > 0 {
            return Ok(());
        }
        for child in Self::linked(out, order) {
            if child.borrow().is_closed() || child.borrow().is_active_local() {
                continue;
            }
            let position_id = order.borrow().position_id.or(position_id);
            if let (None, Some(position_id)) = (child.borrow().position_id, position_id) {
                out.cache().add_position_id(position_id, child.borrow().id());
            }
            // A child that is live already is not processed twice.
            if !child.borrow().is_open() {
                self.process_order(out, &child)?;
            }
        }
        Ok(())
    }

    /// Cancels what is linked; with `both_ways` the siblings' own links count too, so that a partial fill of an OCO
    /// order cancels its own remainder.
    pub(super) fn cancel_linked(&self, out: &dyn Outlet, order: &OrderRef, both_ways: bool) -> Flow {
        for sibling in Self::linked(out, order) {
            if sibling.borrow().is_closed() || sibling.borrow().is_active_local() {
                continue;
            }
            if both_ways { self.cancel(out, &sibling)? } else { self.cancel_alone(out, &sibling)? }
        }
        Ok(())
    }

    fn shrink_linked(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        let (is_closed, leaves) = (order.borrow().is_closed(), order.borrow().leaves_qty);
        for sibling in Self::linked(out, order) {
            // A rejected sibling is told of its new size all the same (observed on both versions).
            let is_over = sibling.borrow().is_closed() && sibling.borrow().status != OrderStatus::Rejected;
            if is_over || sibling.borrow().is_active_local() {
                continue;
            }
            if is_closed && sibling.borrow().is_open() {
                self.cancel(out, &sibling)?;
            } else if leaves.raw != 0 && sibling.borrow().leaves_qty != leaves {
                self.resize(out, &sibling, leaves, false)?;
            }
        }
        Ok(())
    }

    fn resize(&self, out: &dyn Outlet, order: &OrderRef, quantity: Quantity, and_linked: bool) -> Flow {
        let (price, trigger) = (order.borrow().price, order.borrow().trigger_price);
        self.update(out, order, quantity, price, trigger, and_linked)
    }

    /// Keeps the reduce-only orders of the position that a fill has met within what there is to reduce.
    fn follow_position(&self, out: &dyn Outlet, before: PositionView) -> Flow {
        let position_id = before.id;
        if !self.config.use_reduce_only {
            return Ok(());
        }
        // A fill that flips the position leaves nothing of the one that the exits were for (observed on 1.221.0).
        let position = out.cache().position_view(position_id).filter(|now| before.side == now.side);
        for other in out.cache().active_orders_for_position(position_id) {
            {
                let o = other.borrow();
                if !o.init.reduce_only || !o.is_open() || o.order_type() == OrderType::Market {
                    continue;
                }
            }
            let Some(position) = position.filter(|p| p.is_open && p.quantity.raw > 0) else {
                self.cancel(out, &other)?;
                continue;
            };
            let parent = other.borrow().init.parent_order_id.and_then(|id| out.cache().order(id));
            let limit = parent.map_or(i128::MAX, |parent| parent.borrow().filled_qty.raw);
            let (filled, quantity, leaves) = {
                let o = other.borrow();
                (o.filled_qty.raw, o.quantity, o.leaves_qty.raw)
            };
            let target = position.quantity.raw.min(limit);
            let at_least_filled = Quantity::from_raw(target.max(filled), quantity.precision);
            let is_settled =
                if self.profile.reduces_by_leaves { leaves == target } else { quantity == at_least_filled };
            if !is_settled {
                // The older way also passes the change on to what is linked.
                self.resize(out, &other, at_least_filled, !self.profile.reduces_by_leaves)?;
            }
        }
        Ok(())
    }
}
