//! Order events: applied to the order, the account and the position, then published.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use ustr::Ustr;

use super::{Kernel, LogLevel, Message};
use crate::{
    cache::PositionRef,
    halt::{Flow, Halt},
    ledger::position::Position,
    model::{
        enums::{ContingencyType, OmsType, OrderSide, OrderStatus, PositionSide},
        event::{EventId, Fill, OrderEvent, OrderEventKind, PositionEvent, PositionEventKind},
        fixed::{Money, Quantity},
        identifiers::{IdMap, PositionId, StrategyId},
        instrument::Instrument,
        order::{Order, OrderRef},
    },
};

#[derive(Debug, Default)]
pub(super) struct ExecState {
    /// Positions that this process has named, by strategy.
    position_counts: RefCell<IdMap<StrategyId, u32>>,
    /// Events of orders that were handled, applied or not.
    events: Cell<u64>,
}

impl ExecState {
    pub fn reset(&self) {
        self.position_counts.borrow_mut().clear();
        self.events.set(0);
    }
}

/// What of a position event has to be told once the order's event is.
type Pending = Vec<Rc<PositionEvent>>;

impl Kernel {
    /// Applies an event to everything it changes and publishes it, then what follows from it for positions.
    pub(super) fn process_order_event(&self, event: OrderEvent) -> Flow {
        self.exec.events.set(self.exec.events.get() + 1);
        self.handle_order_event(event)
    }

    /// How many events of orders the execution engine has been sent.
    #[must_use]
    pub fn order_events(&self) -> u64 {
        self.exec.events.get()
    }

    /// As [`Kernel::process_order_event`], of events that do not count as the execution engine's.
    pub(super) fn handle_order_event(&self, mut event: OrderEvent) -> Flow {
        let Some(order) = self.cache.order(event.client_order_id) else {
            self.log(
                LogLevel::Error,
                "ExecEngine",
                &format!("Order with {} not found in the cache to apply {}", event.client_order_id, event.kind.name()),
            );
            return Ok(());
        };
        let oms_type = self.oms_type_of(&order);
        let is_fill = event.fill().is_some();
        if is_fill {
            let fault = if self.profile.guards_fills { fill_fault(&order.borrow(), &event) } else { None };
            if let Some(fault) = fault {
                self.log(LogLevel::Warning, "ExecEngine", &fault);
                return Ok(());
            }
            let position_id = self.position_id_for(&event, oms_type);
            if let OrderEventKind::Filled(fill) = &mut event.kind {
                fill.position_id = Some(position_id);
            }
        }
        let event = Rc::new(event);
        // What the order's status does not allow changes nothing, but is told all the same (observed on 1.221.0).
        let is_applied = self.apply(&order, &event);
        let pending = match event.fill().copied() {
            // An expired contract's position is closed by an order that was never sent: its fill counts all the same.
            _ if !is_applied && order.borrow().status != OrderStatus::Initialized => Pending::new(),
            Some(fill) => self.apply_fill(&order, &event, &fill, oms_type)?,
            None => {
                self.portfolio.update_order(&event)?;
                Pending::new()
            }
        };
        if order.borrow().is_closed() {
            self.forget_expiry(&order);
        }
        let strategy = event.strategy_id;
        self.publish(self.topics.order(strategy), &Message::Order(Rc::clone(&event)))?;
        for event in pending {
            self.publish(self.topics.position(strategy), &Message::Position(event))?;
        }
        Ok(())
    }

    /// Changes the order. An event that its status does not allow is logged and dropped, as the real engine does.
    pub(super) fn apply(&self, order: &OrderRef, event: &Rc<OrderEvent>) -> bool {
        let applied = order.borrow_mut().apply(Rc::clone(event));
        if let Err(invalid) = applied {
            let id = event.client_order_id;
            let text = format!("InvalidStateTrigger: {invalid}, did not apply {} to {id}", event.kind.name());
            self.log(LogLevel::Warning, "ExecEngine", &text);
            return false;
        }
        self.cache.update_order(order);
        true
    }

    pub(super) fn oms_type_of(&self, order: &OrderRef) -> OmsType {
        let order = order.borrow();
        let of_strategy = self.strategy_of(order.init.strategy_id).map_or(OmsType::Unspecified, |s| s.oms_type);
        if of_strategy != OmsType::Unspecified {
            return of_strategy;
        }
        self.venue(order.init.instrument_id.venue).map_or(OmsType::Netting, |venue| venue.config.oms_type)
    }

    fn position_id_for(&self, event: &OrderEvent, oms_type: OmsType) -> PositionId {
        let id = event.client_order_id;
        if let Some(known) = self.cache.position_id(id) {
            return known;
        }
        if oms_type != OmsType::Hedging {
            return self.cache.netting_position_id(event.instrument_id, event.strategy_id);
        }
        let given = event.fill().and_then(|fill| fill.position_id);
        given.unwrap_or_else(|| self.new_position_id(event.strategy_id))
    }

    fn new_position_id(&self, strategy: StrategyId) -> PositionId {
        let n = {
            let mut counts = self.exec.position_counts.borrow_mut();
            let n = counts.entry(strategy).or_default();
            *n += 1;
            *n
        };
        let at = super::ids::timestamp(self.now());
        PositionId(Ustr::from(&format!("P-{at}-{}-{}-{n}", self.config.trader_id.tag(), strategy.tag())))
    }

    fn apply_fill(&self, order: &OrderRef, event: &Rc<OrderEvent>, fill: &Fill, oms_type: OmsType) -> Flow<Pending> {
        let Some(instrument) = self.cache.instrument(event.instrument_id) else {
            return Err(Halt::Runtime(format!(
                "Cannot handle order fill: no instrument found for {}",
                event.instrument_id
            )));
        };
        if self.profile.spreads_have_no_position && instrument.is_spread() {
            return Ok(Pending::new());
        }
        // The account's balances change by the position as it was before the fill.
        self.portfolio.update_order(event)?;
        let Some(id) = fill.position_id else { return Ok(Pending::new()) };
        let position = self.cache.position(id);
        let mut pending = Pending::new();
        match position {
            Some(position) if position.borrow().is_open() => {
                let (side, quantity) = (position.borrow().side, position.borrow().quantity);
                if is_opposite(side, fill.order_side) && fill.last_qty > quantity {
                    self.flip(&instrument, &position, event, fill, oms_type, &mut pending)?;
                } else {
                    self.change(&position, event, &mut pending)?;
                }
            }
            // Where every position has a name of its own, it is opened all the same (observed on 1.231.0).
            _ if self.profile.reduce_only_opens_nothing
                && oms_type == OmsType::Netting
                && order.borrow().init.reduce_only =>
            {
                if let Some(account) = event.account_id.and_then(|id| self.cache.account(id)) {
                    account.borrow_mut().revise_last_state();
                }
            }
            closed => self.open(&instrument, closed, event, oms_type, false, &mut pending)?,
        }
        if order.borrow().init.contingency_type == ContingencyType::Oto {
            self.index_children(order, id);
        }
        Ok(pending)
    }

    /// Children of a filled order work on its position.
    fn index_children(&self, order: &OrderRef, id: PositionId) {
        if !self.cache.position(id).is_some_and(|p| p.borrow().is_open()) {
            return;
        }
        let init = Rc::clone(&order.borrow().init);
        for child in init.linked_order_ids.iter().filter_map(|id| self.cache.order(*id)) {
            if child.borrow().position_id.is_none() {
                child.borrow_mut().position_id = Some(id);
                self.cache.add_position_id(id, child.borrow().id());
            }
        }
    }

    fn open(
        &self,
        instrument: &Instrument,
        closed: Option<PositionRef>,
        event: &Rc<OrderEvent>,
        oms_type: OmsType,
        flips: bool,
        pending: &mut Pending,
    ) -> Flow {
        let position = match closed {
            Some(old) if self.profile.reopens_as_new_position || oms_type == OmsType::Hedging => {
                self.cache.snapshot_position(&old.borrow());
                None
            }
            Some(old) => {
                if !flips || self.profile.snapshots_flips {
                    self.cache.snapshot_position(&old.borrow());
                }
                old.borrow_mut().apply(event)?;
                Some(old)
            }
            None => None,
        };
        let position = match position {
            Some(position) => position,
            None => Rc::new(RefCell::new(Position::new(instrument, event, self.profile.adjusts_positions)?)),
        };
        self.cache.add_position(&position);
        // Only the order that opens a position is known to belong to it (observed on 1.221.0): orders that change it
        // later are not, unless they were sent for it.
        let id = position.borrow().id;
        self.cache.add_position_id(id, event.client_order_id);
        self.conclude(&position, PositionEventKind::Opened, event, pending)
    }

    fn change(&self, position: &PositionRef, event: &Rc<OrderEvent>, pending: &mut Pending) -> Flow {
        position.borrow_mut().apply(event)?;
        self.cache.update_position(position);
        let kind = if position.borrow().is_open() { PositionEventKind::Changed } else { PositionEventKind::Closed };
        self.conclude(position, kind, event, pending)
    }

    fn conclude(
        &self,
        position: &PositionRef,
        kind: PositionEventKind,
        event: &Rc<OrderEvent>,
        pending: &mut Pending,
    ) -> Flow {
        let Some(fill) = event.fill() else { return Ok(()) };
        let told = Rc::new(position.borrow().event(kind, fill, self.now())?);
        self.portfolio.update_position(&told)?;
        pending.push(told);
        Ok(())
    }

    /// One fill closes the position and opens the opposite one.
    fn flip(
        &self,
        instrument: &Instrument,
        position: &PositionRef,
        event: &Rc<OrderEvent>,
        fill: &Fill,
        oms_type: OmsType,
        pending: &mut Pending,
    ) -> Flow {
        let closing = position.borrow().quantity;
        let opening = Quantity::from_raw(fill.last_qty.raw - closing.raw, closing.precision);
        let (first, second) = split_commission(fill.commission, closing, fill.last_qty)?;
        let part = |last_qty: Quantity, commission: Money, position_id: PositionId, id: EventId| {
            let part = Fill { last_qty, commission, position_id: Some(position_id), ..*fill };
            Rc::new(OrderEvent { id, kind: OrderEventKind::Filled(part), ..(**event).clone() })
        };
        let id = position.borrow().id;
        self.change(position, &part(closing, first, id, event.id), pending)?;
        let new_id = if oms_type == OmsType::Hedging { PositionId(Ustr::from(&format!("{id}F"))) } else { id };
        let rest = part(opening, second, new_id, EventId::next());
        let closed = self.cache.position(new_id);
        self.open(instrument, closed, &rest, oms_type, true, pending)
    }
}

/// Why a fill must not be applied: it was before, or is of more than is left.
fn fill_fault(order: &Order, event: &OrderEvent) -> Option<String> {
    let fill = event.fill()?;
    if order.trade_ids.contains(&fill.trade_id) {
        return Some(format!("Duplicate fill {} for {}", fill.trade_id, order.id()));
    }
    let overfills = order.filled_qty.raw + fill.last_qty.raw > order.quantity.raw;
    overfills.then(|| format!("Fill of {} would overfill order {}", fill.last_qty, order.id()))
}

fn is_opposite(side: PositionSide, order_side: OrderSide) -> bool {
    matches!((side, order_side), (PositionSide::Long, OrderSide::Sell) | (PositionSide::Short, OrderSide::Buy))
}

/// The commission of the closing part, rounded, and the rest.
fn split_commission(commission: Money, closing: Quantity, total: Quantity) -> Flow<(Money, Money)> {
    let share = closing.as_f64() / total.as_f64();
    let first = Money::new(commission.as_f64() * share, commission.currency)?;
    let rest = Money::from_raw(commission.raw - first.raw, commission.currency);
    Ok((first, rest))
}
