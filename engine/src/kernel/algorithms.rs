//! Execution algorithms: components that get orders in the venue's place, and send orders of their own.

use std::rc::Rc;

use ustr::Ustr;

use super::{Kernel, LogLevel, Message};
use crate::{
    halt::{Flow, Halt},
    model::{
        enums::OrderStatus,
        event::OrderEventKind,
        fixed::Quantity,
        identifiers::{ExecAlgorithmId, OrderListId},
        order::OrderRef,
    },
};

/// What an execution algorithm is asked.
#[derive(Clone, Debug)]
pub enum Task {
    Order(OrderRef),
    List(OrderListId, Vec<OrderRef>),
    Cancel(OrderRef),
}

impl Kernel {
    /// Hands orders that name an execution algorithm over to it. False when they name none.
    pub(super) fn delegate(&self, orders: &[OrderRef], list: Option<OrderListId>) -> Flow<bool> {
        let Some(first) = orders.first() else { return Ok(false) };
        let Some(id) = first.borrow().init.exec_algorithm_id else { return Ok(false) };
        let task = match list {
            Some(list) => Task::List(list, orders.to_vec()),
            None => Task::Order(Rc::clone(first)),
        };
        self.ask_algorithm(id, &task)?;
        Ok(true)
    }

    /// A cancel of an order that its algorithm still holds. False when none does.
    pub(super) fn delegate_cancel(&self, order: &OrderRef) -> Flow<bool> {
        let id = order.borrow().init.exec_algorithm_id;
        match id.filter(|_| order.borrow().is_active_local()) {
            Some(id) => self.ask_algorithm(id, &Task::Cancel(Rc::clone(order))).map(|()| true),
            None => Ok(false),
        }
    }

    fn ask_algorithm(&self, id: ExecAlgorithmId, task: &Task) -> Flow {
        if !self.host()?.on_algorithm(id, task)? {
            let text = format!("Cannot send message: no endpoint registered at '{id}.execute'");
            self.log(LogLevel::Error, "MessageBus", &text);
        }
        Ok(())
    }

    /// Sends an algorithm's order on its way to the venue: a spawned one is made known first.
    ///
    /// # Errors
    /// When the order has been sent already, or user code raises.
    pub fn submit_from_algorithm(&self, order: &OrderRef) -> Flow {
        let (id, spawned_by, status) = {
            let o = order.borrow();
            let spawned_by = o.init.exec_spawn_id.filter(|by| *by != o.id());
            (o.id(), spawned_by, o.status)
        };
        if !matches!(status, OrderStatus::Initialized | OrderStatus::Released) {
            return Err(Halt::Value("order status was not either ``INITIALIZED`` or ``RELEASED``".into()));
        }
        let Some(primary) = spawned_by else {
            return self.execute(std::slice::from_ref(order), None, self.cache.position_id(id));
        };
        let Some(primary) = self.cache.order(primary) else {
            let text = format!("Cannot submit order: cannot find primary order for {primary}");
            self.log(LogLevel::Error, "ExecAlgorithm", &text);
            return Ok(());
        };
        if self.cache.order(id).is_some() {
            self.log(LogLevel::Error, "ExecAlgorithm", &format!("Cannot submit order: order already exists for {id}"));
            return Ok(());
        }
        self.cache.add_order(order, self.cache.position_id(primary.borrow().id()));
        self.publish_initialized(order)?;
        let position_id = primary.borrow().position_id;
        self.execute(std::slice::from_ref(order), None, position_id)
    }

    /// Changes the quantity of an order that has not been sent; nobody is told.
    ///
    /// # Errors
    /// When the order's status does not allow it.
    pub fn resize_locally(&self, order: &OrderRef, quantity: Quantity) {
        let kind = OrderEventKind::Updated { quantity, price: None, trigger_price: None };
        let event = Rc::new(self.local_event(order, kind));
        self.apply(order, &event);
    }

    /// Cancels an order that has not been sent.
    ///
    /// # Errors
    /// When user code raises.
    pub fn cancel_locally(&self, order: &OrderRef) -> Flow {
        let event = Rc::new(self.local_event(order, OrderEventKind::Canceled));
        if !self.apply(order, &event) {
            return Ok(());
        }
        let topic = Ustr::from(&format!("events.order.{}", event.strategy_id));
        self.publish(topic, &Message::Order(event))
    }
}
