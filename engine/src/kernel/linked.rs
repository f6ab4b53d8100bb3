//! What happens to orders that the emulator holds when an order that they are linked to fills, changes or closes.

use std::rc::Rc;

use super::Kernel;
use crate::{
    halt::Flow,
    model::{
        enums::ContingencyType,
        event::{Fill, OrderEvent, OrderEventKind},
        identifiers::ClientOrderId,
        order::OrderRef,
    },
};

impl Kernel {
    pub(super) fn follow_order(&self, event: &Rc<OrderEvent>) -> Flow {
        let Some(order) = self.cache.order(event.client_order_id) else { return Ok(()) };
        match &event.kind {
            OrderEventKind::Filled(fill) => self.follow_fill(&order, fill)?,
            OrderEventKind::Rejected { .. } | OrderEventKind::Canceled | OrderEventKind::Expired => {
                self.follow_leaves(&order)?;
            }
            OrderEventKind::Updated { .. } => self.follow_quantity(&order),
            _ => {}
        }
        self.drop_closed(&order);
        Ok(())
    }

    /// Linked orders that have not been sent.
    fn linked_local(&self, order: &OrderRef) -> Vec<OrderRef> {
        let init = Rc::clone(&order.borrow().init);
        let local = |id: &ClientOrderId| self.cache.order(*id).filter(|linked| linked.borrow().is_active_local());
        init.linked_order_ids.iter().filter(|id| **id != order.borrow().id()).filter_map(local).collect()
    }

    fn follow_fill(&self, order: &OrderRef, fill: &Fill) -> Flow {
        let contingency = order.borrow().init.contingency_type;
        match contingency {
            ContingencyType::NoContingency => Ok(()),
            ContingencyType::Oto => {
                let filled = order.borrow().filled_qty;
                for child in self.linked_local(order) {
                    if child.borrow().position_id.is_none() {
                        child.borrow_mut().position_id = fill.position_id;
                    }
                    if self.profile.always_resizes_children || filled != child.borrow().leaves_qty {
                        self.resize_held(&child, filled);
                    }
                    if !self.emulator.manages(child.borrow().id()) {
                        self.submit_managed(&child, fill.position_id)?;
                    }
                }
                Ok(())
            }
            ContingencyType::Oco => self.linked_local(order).iter().try_for_each(|linked| self.cancel_held(linked)),
            ContingencyType::Ouo => self.follow_leaves(order),
        }
    }

    fn follow_leaves(&self, order: &OrderRef) -> Flow {
        let (contingency, is_closed, filled, leaves) = {
            let o = order.borrow();
            (o.init.contingency_type, o.is_closed(), o.filled_qty, o.leaves_qty)
        };
        if contingency == ContingencyType::NoContingency {
            return Ok(());
        }
        for linked in self.linked_local(order) {
            match contingency {
                ContingencyType::Oto if is_closed && filled.raw == 0 => self.cancel_held(&linked)?,
                ContingencyType::Oto if filled.raw > 0 && filled != linked.borrow().quantity => {
                    self.resize_held(&linked, filled);
                }
                ContingencyType::Oco if is_closed => self.cancel_held(&linked)?,
                ContingencyType::Ouo if leaves.raw == 0 || is_closed => self.cancel_held(&linked)?,
                ContingencyType::Ouo if leaves != linked.borrow().leaves_qty => self.resize_held(&linked, leaves),
                _ => {}
            }
        }
        Ok(())
    }

    fn follow_quantity(&self, order: &OrderRef) {
        let (contingency, quantity) = (order.borrow().init.contingency_type, order.borrow().quantity);
        if !matches!(contingency, ContingencyType::Oto | ContingencyType::Ouo) {
            return;
        }
        for linked in self.linked_local(order) {
            if quantity != linked.borrow().quantity {
                self.resize_held(&linked, quantity);
            }
        }
    }
}
