//! Emulated orders: held back here until the market reaches them, then sent to the venue as market or limit orders.
//!
//! The emulator hears of the market and of its strategies' orders like any subscriber, after them. Everything here was
//! observed on 1.221.0 and 1.231.0 (`tests/parity/scenarios/p3_emulated.py`).

use std::{cell::RefCell, rc::Rc, sync::Arc};

use indexmap::IndexSet;

use super::{Change, Handler, Kernel, LogLevel, Message, Topic};
use crate::{
    halt::{Flow, Halt},
    matching::{MatchingCore, Target, Trail, TrailedMarket},
    model::{
        UnixNanos,
        enums::{ContingencyType, OrderSide, OrderStatus, OrderType, TimeInForce, TrailingOffsetType, TriggerType},
        event::{OrderEventKind, OrderInit},
        fixed::Quantity,
        identifiers::{ClientOrderId, IdMap, InstrumentId, PositionId, StrategyId},
        instrument::Instrument,
        order::{Order, OrderRef},
    },
};

const NAME: &str = "OrderEmulator";

#[derive(Debug, Default)]
pub(super) struct Emulator {
    cores: RefCell<IdMap<InstrumentId, Rc<Held>>>,
    /// How the orders that are held were submitted.
    commands: RefCell<IdMap<ClientOrderId, Submission>>,
    /// Instruments whose quotes move their core; elsewhere trades stand for them.
    quoted: RefCell<IndexSet<InstrumentId>>,
    strategies: RefCell<IndexSet<StrategyId>>,
}

/// The held orders that one instrument triggers.
#[derive(Debug)]
struct Held {
    instrument: Arc<Instrument>,
    core: MatchingCore,
}

#[derive(Clone, Copy, Debug)]
struct Submission {
    position_id: Option<PositionId>,
    /// Latency counts from here, however late the order is released.
    at: UnixNanos,
}

impl Emulator {
    pub fn reset(&self) {
        self.cores.borrow_mut().clear();
        self.commands.borrow_mut().clear();
        self.quoted.borrow_mut().clear();
        self.strategies.borrow_mut().clear();
    }

    fn held(&self, id: InstrumentId) -> Option<Rc<Held>> {
        self.cores.borrow().get(&id).cloned()
    }

    pub fn manages(&self, id: ClientOrderId) -> bool {
        self.commands.borrow().contains_key(&id)
    }
}

fn trigger_instrument(order: &Order) -> InstrumentId {
    order.init.trigger_instrument_id.unwrap_or(order.init.instrument_id)
}

impl Kernel {
    /// Takes an order that its strategy wants emulated.
    ///
    /// # Errors
    /// When user code raises, or a trailing stop has no market to start from.
    pub(super) fn emulate(&self, order: &OrderRef, position_id: Option<PositionId>) -> Flow {
        let (id, trigger, strategy) = {
            let o = order.borrow();
            (o.id(), o.emulation_trigger, o.init.strategy_id)
        };
        let submission = Submission { position_id, at: self.now() };
        self.emulator.commands.borrow_mut().entry(id).or_insert(submission);
        if !matches!(trigger, TriggerType::Default | TriggerType::BidAsk | TriggerType::LastPrice) {
            self.log(LogLevel::Error, NAME, &format!("Cannot emulate order: trigger type {trigger} is not supported"));
            return self.cancel_held(order);
        }
        self.watch_strategy(strategy);
        let trigger_id = trigger_instrument(&order.borrow());
        let Some(held) = self.held_for(trigger_id) else {
            self.log(LogLevel::Error, NAME, &format!("Cannot emulate order: no instrument {trigger_id}"));
            return self.cancel_held(order);
        };
        self.trail_held(&held, order)?;
        self.match_held(&held, order)?;
        self.watch_market(trigger_id, trigger);
        if !self.emulator.manages(id) {
            return Ok(());
        }
        held.core.add(order);
        if order.borrow().status != OrderStatus::Initialized {
            return Ok(());
        }
        let event = Rc::new(self.local_event(order, OrderEventKind::Emulated));
        if self.apply(order, &event) { self.publish_order(&event) } else { Ok(()) }
    }

    /// Orders of one list of which some are emulated: each on its own, except for those that wait for their parent.
    pub(super) fn emulate_list(&self, orders: &[OrderRef], position_id: Option<PositionId>) -> Flow {
        if let Some(first) = orders.first() {
            self.watch_strategy(first.borrow().init.strategy_id);
        }
        for order in orders {
            let parent = order.borrow().init.parent_order_id.and_then(|id| self.cache.order(id));
            let waits = parent.is_some_and(|parent| parent.borrow().init.contingency_type == ContingencyType::Oto);
            if !waits {
                self.submit_managed(order, position_id)?;
            }
        }
        Ok(())
    }

    /// Submits an order that the emulator answers for.
    pub(super) fn submit_managed(&self, order: &OrderRef, position_id: Option<PositionId>) -> Flow {
        if order.borrow().emulation_trigger != TriggerType::NoTrigger {
            return self.emulate(order, position_id);
        }
        let id = order.borrow().id();
        self.emulator.commands.borrow_mut().insert(id, Submission { position_id, at: self.now() });
        if self.delegate(std::slice::from_ref(order), None)? {
            return Ok(());
        }
        self.execute(std::slice::from_ref(order), None, position_id)
    }

    fn held_for(&self, id: InstrumentId) -> Option<Rc<Held>> {
        if let Some(held) = self.emulator.held(id) {
            return Some(held);
        }
        let held = Rc::new(Held { instrument: self.cache.instrument(id)?, core: MatchingCore::default() });
        self.emulator.cores.borrow_mut().insert(id, Rc::clone(&held));
        Some(held)
    }

    fn watch_strategy(&self, id: StrategyId) {
        if self.emulator.strategies.borrow_mut().insert(id) {
            self.bus.subscribe(self.topics.order(id), Handler::Emulator, 0);
        }
    }

    fn watch_market(&self, id: InstrumentId, trigger: TriggerType) {
        if trigger == TriggerType::LastPrice {
            self.bus.subscribe(Topic::Trades(id).name(), Handler::Emulator, 0);
            return;
        }
        if !self.emulator.quoted.borrow_mut().insert(id) {
            return;
        }
        self.bus.subscribe(Topic::Quotes(id).name(), Handler::Emulator, 0);
        self.bus.subscribe(Topic::Deltas(id).name(), Handler::Emulator, 0);
    }

    // What the emulator hears

    pub(super) fn on_emulator(&self, message: &Message) -> Flow {
        let held = match message {
            Message::Quote(quote) => {
                let Some(held) = self.emulator.held(quote.instrument_id) else { return Ok(()) };
                held.core.bid.set(Some(quote.bid_price));
                held.core.ask.set(Some(quote.ask_price));
                held
            }
            Message::Trade(trade) => {
                let Some(held) = self.emulator.held(trade.instrument_id) else { return Ok(()) };
                held.core.last.set(Some(trade.price));
                if !self.emulator.quoted.borrow().contains(&trade.instrument_id) {
                    held.core.bid.set(Some(trade.price));
                    held.core.ask.set(Some(trade.price));
                }
                held
            }
            Message::Deltas(batch) => {
                let id = batch.instrument_id;
                let (Some(held), Some(book)) = (self.emulator.held(id), self.cache.book(id)) else { return Ok(()) };
                let (bid, ask) = {
                    let book = book.borrow();
                    (book.best_bid(), book.best_ask())
                };
                if let Some((bid, _)) = bid {
                    held.core.bid.set(Some(bid));
                }
                if let Some((ask, _)) = ask {
                    held.core.ask.set(Some(ask));
                }
                held
            }
            Message::Order(event) => return self.follow_order(event),
            _ => return Ok(()),
        };
        self.iterate_held(&held)
    }

    fn iterate_held(&self, held: &Held) -> Flow {
        let mut orders = Vec::new();
        held.core.snapshot(&mut orders);
        for order in &orders {
            if held.core.get(order.borrow().id()).is_some() {
                self.match_held(held, order)?;
            }
        }
        held.core.snapshot(&mut orders);
        for order in &orders {
            if !order.borrow().is_closed() {
                self.trail_held(held, order)?;
            }
        }
        Ok(())
    }

    /// Releases the order if the market has come to it.
    fn match_held(&self, held: &Held, order: &OrderRef) -> Flow {
        let (order_type, side, price, trigger, is_activated) = {
            let o = order.borrow();
            (o.order_type(), o.side(), o.price, o.trigger_price, o.is_activated)
        };
        let core = &held.core;
        let trigger = || trigger.ok_or_else(|| Halt::Type("'trigger_price' argument was `None`".into()));
        let (is_due, to_limit) = match order_type {
            OrderType::Market => (false, false),
            OrderType::Limit | OrderType::MarketToLimit => {
                (price.is_some_and(|price| core.is_marketable(side, price)), false)
            }
            OrderType::StopMarket => (core.is_stopped(side, trigger()?), false),
            OrderType::StopLimit => (core.is_stopped(side, trigger()?), true),
            OrderType::MarketIfTouched => (core.is_touched(side, trigger()?), false),
            OrderType::LimitIfTouched => (core.is_touched(side, trigger()?), true),
            OrderType::TrailingStopMarket | OrderType::TrailingStopLimit => {
                (is_activated && core.is_stopped(side, trigger()?), order_type == OrderType::TrailingStopLimit)
            }
        };
        if is_due { self.release(held, order, to_limit) } else { Ok(()) }
    }

    // Trailing stops

    /// Prices as the emulator knows them, or else those that were last seen.
    fn trailed_market(&self, held: &Held) -> TrailedMarket {
        let quote = self.cache.quote(held.instrument.id, 0);
        TrailedMarket {
            bid: held.core.bid.get().or(quote.map(|quote| quote.bid_price)),
            ask: held.core.ask.get().or(quote.map(|quote| quote.ask_price)),
            last: held.core.last.get().or_else(|| self.cache.last_price(held.instrument.id)),
        }
    }

    /// Starts and moves a trailing stop. Nobody is told.
    fn trail_held(&self, held: &Held, order: &OrderRef) -> Flow {
        if !matches!(order.borrow().order_type(), OrderType::TrailingStopMarket | OrderType::TrailingStopLimit) {
            return Ok(());
        }
        let market = self.trailed_market(held);
        let trail = Trail { market, instrument: &held.instrument, profile: self.profile };
        let (side, activation, is_activated) = {
            let o = order.borrow();
            (o.side(), o.activation_price, o.is_activated)
        };
        if !is_activated {
            match activation {
                None => {
                    let at = trail.activation_at_market(&order.borrow())?;
                    order.borrow_mut().activation_price = Some(at);
                }
                Some(price) if held.core.is_touched(side, price) => {}
                Some(_) => return Ok(()),
            }
            order.borrow_mut().is_activated = true;
        }
        // A price that is not known yet is no reason to stop here; at a venue it is.
        let moved = trail.moved(&order.borrow());
        let Ok(Some((price, trigger_price))) = moved else { return Ok(()) };
        let quantity = order.borrow().quantity;
        self.change_quietly(order, OrderEventKind::Updated { quantity, price, trigger_price });
        Ok(())
    }

    fn change_quietly(&self, order: &OrderRef, kind: OrderEventKind) {
        if let Some(held) = self.emulator.held(trigger_instrument(&order.borrow())) {
            held.core.note(&order.borrow(), &kind);
        }
        let event = Rc::new(self.local_event(order, kind));
        self.apply(order, &event);
    }

    /// A new quantity for an order that has not been sent. Nobody is told.
    pub(super) fn resize_held(&self, order: &OrderRef, quantity: Quantity) {
        self.change_quietly(order, OrderEventKind::Updated { quantity, price: None, trigger_price: None });
    }

    // Release

    /// Sends the order on as a market or limit order: another order of the same id, with the old one's events.
    fn release(&self, held: &Held, order: &OrderRef, to_limit: bool) -> Flow {
        let id = order.borrow().id();
        let Some(submission) = self.emulator.commands.borrow_mut().shift_remove(&id) else { return Ok(()) };
        held.core.remove(order);
        let market = self.trailed_market(held);
        let touch = if order.borrow().is_buy() { market.ask } else { market.bid };
        let Some(released_price) = touch.or(market.last) else { return Ok(()) };
        order.borrow_mut().emulation_trigger = TriggerType::NoTrigger;
        let init = transformed(&order.borrow(), to_limit);
        let sent = Rc::new(RefCell::new(order.borrow().reborn(init, self.now())));
        self.cache.add_order(&sent, submission.position_id);
        let event = sent.borrow().events.last().cloned();
        if let Some(event) = event {
            self.publish_order(&event)?;
        }
        let event = Rc::new(self.local_event(&sent, OrderEventKind::Released { released_price }));
        if self.apply(&sent, &event) {
            self.publish_order(&event)?;
        }
        if self.delegate(std::slice::from_ref(&sent), None)? {
            return Ok(());
        }
        self.dispatch(std::slice::from_ref(&sent), submission.position_id, submission.at)
    }

    // Changes

    pub(super) fn modify_held(&self, order: &OrderRef, change: &Change) -> Flow {
        let kind = {
            let o = order.borrow();
            OrderEventKind::Updated {
                quantity: change.quantity.unwrap_or(o.quantity),
                price: change.price.or(o.price),
                trigger_price: change.trigger_price.or(o.trigger_price),
            }
        };
        let held = self.emulator.held(trigger_instrument(&order.borrow()));
        if let Some(held) = &held {
            held.core.note(&order.borrow(), &kind);
        }
        let event = self.local_event(order, kind);
        self.handle_order_event(event)?;
        let id = order.borrow().id();
        match held {
            Some(held) if held.core.get(id).is_some() => self.match_held(&held, order),
            _ => Ok(()),
        }
    }

    /// Cancels an order that has not been sent, or whose sending the emulator has started.
    pub(super) fn cancel_held(&self, order: &OrderRef) -> Flow {
        if order.borrow().is_closed() {
            return Ok(());
        }
        let id = order.borrow().id();
        self.emulator.commands.borrow_mut().shift_remove(&id);
        if let Some(held) = self.emulator.held(trigger_instrument(&order.borrow())) {
            held.core.remove(order);
        }
        order.borrow_mut().emulation_trigger = TriggerType::NoTrigger;
        let event = self.local_event(order, OrderEventKind::Canceled);
        self.process_order_event(event)
    }

    /// The strategy's cancel of an order that it has as emulated. An order that has been released meanwhile and is open
    /// at the venue is canceled there.
    pub(super) fn cancel_emulated(&self, order: &OrderRef) -> Flow {
        let id = order.borrow().id();
        let Some(order) = self.cache.order(id) else { return Ok(()) };
        let instrument_id = order.borrow().init.instrument_id;
        let is_open = order.borrow().is_open() && order.borrow().status != OrderStatus::PendingCancel;
        if is_open {
            let target = Target::of(&order.borrow());
            return self.send(instrument_id, crate::venue::Command::Cancel(instrument_id, target));
        }
        self.cancel_held(&order)
    }

    pub(super) fn cancel_all_held(&self, id: InstrumentId, side: OrderSide) -> Flow {
        let Some(held) = self.emulator.held(id) else { return Ok(()) };
        let mut orders = Vec::new();
        held.core.snapshot(&mut orders);
        for order in orders {
            if side == OrderSide::NoOrderSide || order.borrow().side() == side {
                self.cancel_held(&order)?;
            }
        }
        Ok(())
    }

    /// A closed order is not held any longer.
    pub(super) fn drop_closed(&self, order: &OrderRef) {
        if order.borrow().is_closed()
            && let Some(held) = self.emulator.held(trigger_instrument(&order.borrow()))
        {
            held.core.remove(order);
        }
    }
}

/// What the order is sent as.
fn transformed(order: &Order, to_limit: bool) -> OrderInit {
    let old = &order.init;
    let time_in_force = match old.time_in_force {
        TimeInForce::Gtd if !to_limit => TimeInForce::Gtc,
        other => other,
    };
    OrderInit {
        order_type: if to_limit { OrderType::Limit } else { OrderType::Market },
        quantity: order.quantity,
        time_in_force,
        expire_time_ns: if to_limit { old.expire_time_ns } else { 0 },
        price: order.price.filter(|_| to_limit),
        trigger_price: None,
        trigger_type: TriggerType::NoTrigger,
        activation_price: None,
        limit_offset: None,
        trailing_offset: None,
        trailing_offset_type: TrailingOffsetType::NoTrailingOffset,
        post_only: old.post_only && to_limit,
        quote_quantity: order.is_quote_quantity,
        display_qty: old.display_qty.filter(|_| to_limit),
        emulation_trigger: TriggerType::NoTrigger,
        trigger_instrument_id: None,
        ..(**old).clone()
    }
}
