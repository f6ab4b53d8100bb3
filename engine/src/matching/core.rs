//! The resting orders of one instrument, and the prices they are matched against.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use crate::model::{
    enums::{OrderSide, OrderType},
    event::OrderEventKind,
    fixed::Price,
    identifiers::{ClientOrderId, IdMap},
    order::{Order, OrderRef},
};

#[derive(Debug, Default)]
pub struct MatchingCore {
    pub bid: Cell<Option<Price>>,
    pub ask: Cell<Option<Price>>,
    pub last: Cell<Option<Price>>,
    bids: RefCell<Side>,
    asks: RefCell<Side>,
    by_id: RefCell<IdMap<ClientOrderId, OrderRef>>,
    waits: Cell<Waits>,
}

/// The resting orders of a side, nearest to the market first as of the last addition.
#[derive(Debug, Default)]
struct Side {
    orders: Vec<OrderRef>,
    /// A price has changed since.
    is_unsorted: bool,
}

impl Side {
    /// Grows away from the market, and for orders without a price is that of zero.
    fn key(order: &Order) -> i128 {
        let raw = sort_price(order).map_or(0, |price| price.raw);
        if order.side() == OrderSide::Buy { -raw } else { raw }
    }

    fn first_not_before(&self, key: i128) -> usize {
        self.orders.partition_point(|order| Self::key(&order.borrow()) < key)
    }

    /// Behind those of the same price.
    fn add(&mut self, order: &OrderRef) {
        let key = Self::key(&order.borrow());
        if std::mem::take(&mut self.is_unsorted) {
            self.orders.push(Rc::clone(order));
            self.orders.sort_by_key(|order| Self::key(&order.borrow()));
        } else {
            let at = self.orders.partition_point(|order| Self::key(&order.borrow()) <= key);
            self.orders.insert(at, Rc::clone(order));
        }
    }

    fn remove(&mut self, order: &OrderRef) {
        let start = if self.is_unsorted { 0 } else { self.first_not_before(Self::key(&order.borrow())) };
        let is_it = |known: &OrderRef| Rc::ptr_eq(known, order);
        let found = self.orders[start..].iter().position(is_it).map(|at| start + at);
        if let Some(at) = found.or_else(|| self.orders.iter().position(is_it)) {
            self.orders.remove(at);
        }
    }
}

/// What the resting orders wait for, at least: while the market stays short of it, none of them can act, so that nobody
/// need look at them. Too early is harmless, too late is not: orders widen it, and a look at all of them narrows it.
#[derive(Clone, Copy, Debug, Default)]
struct Waits {
    /// The highest price at which a buyer takes an offer; the lowest for sellers and bids.
    buy_limit: Option<Price>,
    sell_limit: Option<Price>,
    /// The lowest ask that stops a buyer in; the highest bid for sellers.
    buy_stop: Option<Price>,
    sell_stop: Option<Price>,
    /// UNIX nanoseconds.
    expires: Option<u64>,
    /// An order has changed, or follows the market.
    always: bool,
}

impl Waits {
    fn widen(&mut self, order: &Order, price: Option<Price>, trigger: Option<Price>) {
        self.always |= order.is_closed();
        let expires = order.init.expire_time_ns;
        if expires > 0 {
            self.expires = Some(self.expires.map_or(expires, |known| known.min(expires)));
        }
        let (awaited, is_limit) = match order.order_type() {
            OrderType::Limit | OrderType::MarketToLimit => (price, true),
            OrderType::MarketIfTouched => (trigger, true),
            OrderType::StopMarket => (trigger, false),
            OrderType::LimitIfTouched | OrderType::StopLimit if order.is_triggered => (price, true),
            OrderType::LimitIfTouched => (trigger, true),
            OrderType::StopLimit => (trigger, false),
            OrderType::Market | OrderType::TrailingStopMarket | OrderType::TrailingStopLimit => {
                self.always = true;
                return;
            }
        };
        let Some(awaited) = awaited else { return };
        let highest = |known: Option<Price>| Some(known.map_or(awaited, |known| known.max(awaited)));
        let lowest = |known: Option<Price>| Some(known.map_or(awaited, |known| known.min(awaited)));
        match (order.side(), is_limit) {
            (OrderSide::Buy, true) => self.buy_limit = highest(self.buy_limit),
            (OrderSide::Buy, false) => self.buy_stop = lowest(self.buy_stop),
            (_, true) => self.sell_limit = lowest(self.sell_limit),
            (_, false) => self.sell_stop = highest(self.sell_stop),
        }
    }
}

impl MatchingCore {
    fn side(&self, side: OrderSide) -> &RefCell<Side> {
        if side == OrderSide::Buy { &self.bids } else { &self.asks }
    }

    pub fn clear(&self) {
        *self.bids.borrow_mut() = Side::default();
        *self.asks.borrow_mut() = Side::default();
        self.by_id.borrow_mut().clear();
        self.waits.take();
        self.bid.set(None);
        self.ask.set(None);
        self.last.set(None);
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.borrow().is_empty()
    }

    /// Buys from the highest price down, then sells from the lowest up, into `into`.
    pub fn snapshot(&self, into: &mut Vec<OrderRef>) {
        into.clear();
        into.extend(self.bids.borrow().orders.iter().cloned());
        into.extend(self.asks.borrow().orders.iter().cloned());
    }

    #[must_use]
    pub fn get(&self, id: ClientOrderId) -> Option<OrderRef> {
        self.by_id.borrow().get(&id).cloned()
    }

    /// Rests the order. Only an addition sorts: an order whose price changes keeps its place until the next one.
    pub fn add(&self, order: &OrderRef) {
        {
            let o = order.borrow();
            self.side(o.side()).borrow_mut().add(order);
            self.by_id.borrow_mut().insert(o.id(), Rc::clone(order));
            self.widen(&o, o.price, o.trigger_price);
        }
    }

    pub fn remove(&self, order: &OrderRef) {
        let (id, side) = (order.borrow().id(), order.borrow().side());
        if self.by_id.borrow_mut().swap_remove(&id).is_some() {
            self.side(side).borrow_mut().remove(order);
        }
    }

    fn widen(&self, order: &Order, price: Option<Price>, trigger: Option<Price>) {
        let mut waits = self.waits.get();
        waits.widen(order, price, trigger);
        self.waits.set(waits);
    }

    /// To be called before an event changes an order: if it rests, it may wait for something else from then on.
    pub fn note(&self, order: &Order, event: &OrderEventKind) {
        let changes = match event {
            OrderEventKind::Initialized(_)
            | OrderEventKind::Denied { .. }
            | OrderEventKind::Emulated
            | OrderEventKind::Released { .. }
            | OrderEventKind::Submitted
            | OrderEventKind::Accepted
            | OrderEventKind::PendingUpdate
            | OrderEventKind::PendingCancel
            | OrderEventKind::ModifyRejected { .. }
            | OrderEventKind::CancelRejected { .. } => false,
            OrderEventKind::Rejected { .. }
            | OrderEventKind::Canceled
            | OrderEventKind::Expired
            | OrderEventKind::Triggered
            | OrderEventKind::Updated { .. }
            | OrderEventKind::Filled(_) => true,
        };
        if !changes || !self.by_id.borrow().contains_key(&order.id()) {
            return;
        }
        if let OrderEventKind::Updated { price, trigger_price, .. } = event {
            self.widen(order, price.or(order.price), trigger_price.or(order.trigger_price));
        } else {
            self.waits.set(Waits { always: true, ..self.waits.get() });
        }
        self.side(order.side()).borrow_mut().is_unsorted = true;
    }

    /// Whether any resting order might have something to do in the market as it is; `now` where orders may expire.
    #[must_use]
    pub fn may_act(&self, now: Option<u64>) -> bool {
        self.may_act_at(self.bid.get(), self.ask.get(), now)
    }

    /// As [`MatchingCore::may_act`], in a market of these prices.
    #[must_use]
    pub fn may_act_at(&self, bid: Option<Price>, ask: Option<Price>, now: Option<u64>) -> bool {
        let waits = self.waits.get();
        waits.always
            || waits.expires.zip(now).is_some_and(|(expires, now)| expires <= now)
            || waits.buy_limit.zip(ask).is_some_and(|(limit, ask)| ask <= limit)
            || waits.sell_limit.zip(bid).is_some_and(|(limit, bid)| bid >= limit)
            || waits.buy_stop.zip(ask).is_some_and(|(trigger, ask)| ask >= trigger)
            || waits.sell_stop.zip(bid).is_some_and(|(trigger, bid)| bid <= trigger)
    }

    /// Finds out anew what the resting orders wait for.
    pub fn look_at_all(&self) {
        let mut waits = Waits::default();
        for side in [&self.bids, &self.asks] {
            for order in &side.borrow().orders {
                let order = order.borrow();
                waits.widen(&order, order.price, order.trigger_price);
            }
        }
        self.waits.set(waits);
    }

    /// A limit at `price` would trade against the market.
    #[must_use]
    pub fn is_marketable(&self, side: OrderSide, price: Price) -> bool {
        match side {
            OrderSide::Buy => self.ask.get().is_some_and(|ask| ask <= price),
            _ => self.bid.get().is_some_and(|bid| bid >= price),
        }
    }

    /// The market has reached a stop.
    #[must_use]
    pub fn is_stopped(&self, side: OrderSide, trigger: Price) -> bool {
        match side {
            OrderSide::Buy => self.ask.get().is_some_and(|ask| ask >= trigger),
            _ => self.bid.get().is_some_and(|bid| bid <= trigger),
        }
    }

    /// The market has come to a price that a touch order waits for.
    #[must_use]
    pub fn is_touched(&self, side: OrderSide, trigger: Price) -> bool {
        self.is_marketable(side, trigger)
    }

    /// Whether a trigger of this order type is in the market.
    #[must_use]
    pub fn is_triggered(&self, order_type: OrderType, side: OrderSide, trigger: Price) -> bool {
        match order_type {
            OrderType::MarketIfTouched | OrderType::LimitIfTouched => self.is_touched(side, trigger),
            _ => self.is_stopped(side, trigger),
        }
    }
}

fn sort_price(order: &Order) -> Option<Price> {
    match order.order_type() {
        OrderType::Limit | OrderType::MarketToLimit => order.price,
        OrderType::StopLimit | OrderType::LimitIfTouched | OrderType::TrailingStopLimit if order.is_triggered => {
            order.price
        }
        _ => order.trigger_price.or(order.activation_price),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_side_matches_nothing() {
        let core = MatchingCore::default();
        let price = Price::from_raw(0, 0);
        for side in [OrderSide::Buy, OrderSide::Sell] {
            assert!(!core.is_marketable(side, price) && !core.is_stopped(side, price));
        }
        core.ask.set(Some(price));
        assert!(core.is_marketable(OrderSide::Buy, price) && core.is_stopped(OrderSide::Buy, price));
        assert!(!core.is_marketable(OrderSide::Sell, price));
    }
}
