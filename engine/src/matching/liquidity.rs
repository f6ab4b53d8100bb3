//! Others at the venue: what fills and trades leave of a level (`liquidity_consumption`), and who stands before an order at
//! its price (`queue_position`). All of it is as observed on 1.231.0.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use super::{MatchingEngine, trailing};
use crate::{
    book::Take,
    model::{
        data::{OrderBookDelta, QuoteTick, TradeTick},
        enums::{AggressorSide, BookAction, OrderSide, OrderType, TimeInForce},
        fixed::{Price, Quantity},
        identifiers::{ClientOrderId, IdMap},
        order::{Order, OrderRef},
    },
};

#[derive(Debug, Default)]
pub(super) struct Liquidity {
    /// Of bids and of asks. A level that comes again as it was is as empty as it was.
    bids: RefCell<BTreeMap<Price, Level>>,
    asks: RefCell<BTreeMap<Price, Level>>,
    /// What no order has had yet of the trade that is being matched.
    trade_left: Cell<i128>,
    queues: RefCell<IdMap<ClientOrderId, Queue>>,
}

#[derive(Clone, Copy, Debug)]
struct Level {
    size: i128,
    taken: i128,
}

#[derive(Clone, Copy, Debug)]
struct Queue {
    side: OrderSide,
    price: Price,
    /// None: the order is behind the touch of a top-of-book, where nobody sees the queue.
    ahead: Option<i128>,
    /// Of a trade at this price, what is left behind those ahead.
    share: i128,
}

impl Queue {
    /// A price that is worse than the order's for whoever has traded there: the market is through it.
    fn is_passed_by(&self, price: Price) -> bool {
        if self.side == OrderSide::Buy { price < self.price } else { price > self.price }
    }
}

impl Liquidity {
    pub fn clear(&self) {
        self.clear_levels();
        self.queues.borrow_mut().clear();
        self.trade_left.set(0);
    }

    fn clear_levels(&self) {
        self.bids.borrow_mut().clear();
        self.asks.borrow_mut().clear();
    }

    const fn levels(&self, side: OrderSide) -> &RefCell<BTreeMap<Price, Level>> {
        match side {
            OrderSide::Buy => &self.bids,
            _ => &self.asks,
        }
    }

    /// Takes up to `wanted` of a level of this side of the book; how much that was.
    fn take(&self, side: OrderSide, (price, size): Take, wanted: i128) -> i128 {
        let mut levels = self.levels(side).borrow_mut();
        let level = levels.entry(price).or_insert(Level { size: size.raw, taken: 0 });
        if level.size != size.raw {
            *level = Level { size: size.raw, taken: 0 };
        }
        let amount = wanted.min(level.size - level.taken);
        level.taken += amount;
        amount
    }

    fn left(&self, side: OrderSide, (price, size): Take) -> i128 {
        let levels = self.levels(side).borrow();
        levels.get(&price).filter(|level| level.size == size.raw).map_or(size.raw, |level| level.size - level.taken)
    }
}

/// Whose resting orders a trade can be with.
fn meets(aggressor: AggressorSide, side: OrderSide) -> bool {
    match aggressor {
        AggressorSide::Buyer => side == OrderSide::Sell,
        AggressorSide::Seller => side == OrderSide::Buy,
        AggressorSide::NoAggressor => true,
    }
}

impl MatchingEngine {
    /// What an order takes from the book, best first.
    pub(super) fn book_takes(&self, order: &Order, limit: Option<Price>) -> Vec<Take> {
        let (side, leaves) = (order.side(), order.leaves_qty);
        if !self.config.liquidity_consumption {
            return self.book.borrow().simulate(side, leaves, limit);
        }
        let levels = self.book.borrow().crossed_levels(side, limit);
        let there: i128 = levels.iter().map(|level| self.liquidity.left(side.opposite(), *level)).sum();
        if order.init.time_in_force == TimeInForce::Fok && there < leaves.raw {
            return Vec::new(); // canceled, so that it takes nothing
        }
        let mut wanted = leaves.raw;
        let mut takes = Vec::new();
        for level in levels {
            let raw = self.liquidity.take(side.opposite(), level, wanted);
            wanted -= raw;
            if raw > 0 {
                takes.push((level.0, Quantity::from_raw(raw, leaves.precision)));
            }
        }
        takes
    }

    /// What a resting order gets of the trade being matched where the book shows nothing at the trade's price.
    pub(super) fn trade_share(&self, order: &Order, trade: &TradeTick) -> Option<Quantity> {
        let shares = self.config.liquidity_consumption || self.config.queue_position;
        let there = if shares { self.liquidity.trade_left.get() } else { trade.size.raw };
        let raw = order.leaves_qty.raw.min(there).min(self.queue_share(order));
        if shares {
            self.liquidity.trade_left.set(there - raw);
        }
        (raw > 0).then(|| Quantity::from_raw(raw, order.leaves_qty.precision))
    }

    /// Cuts what a resting order takes from the book down to its part of the trade being matched.
    pub(super) fn share_trade(&self, order: &Order, takes: &mut Vec<Take>) {
        if !self.config.queue_position || self.trade.get().is_none() {
            return;
        }
        let mut left = self.liquidity.trade_left.get().min(self.queue_share(order));
        let had: i128 = takes
            .iter_mut()
            .map(|(_, size)| {
                size.raw = size.raw.min(left);
                left -= size.raw;
                size.raw
            })
            .sum();
        takes.retain(|(_, size)| size.raw > 0);
        self.liquidity.trade_left.set(self.liquidity.trade_left.get() - had);
    }

    /// The most that those ahead leave to an order: of a trade at its price only.
    fn queue_share(&self, order: &Order) -> i128 {
        let queues = self.liquidity.queues.borrow();
        let queue = queues.get(&order.id()).filter(|_| self.config.queue_position);
        match (queue, self.trade.get()) {
            (Some(queue), Some(trade)) if trade.price == queue.price => queue.share,
            _ => i128::MAX,
        }
    }

    /// A resting order is not the first at its price yet.
    pub(super) fn is_queued(&self, order: &Order) -> bool {
        if !self.config.queue_position {
            return false;
        }
        let queues = self.liquidity.queues.borrow();
        queues.get(&order.id()).is_some_and(|queue| queue.ahead != Some(0))
    }

    /// A limit order begins to wait at its price, behind all that is there.
    pub(super) fn enter_queue(&self, order: &OrderRef) {
        if !self.config.queue_position {
            return;
        }
        let order = order.borrow();
        let (OrderType::Limit, Some(price)) = (order.order_type(), order.price) else { return };
        debug_assert!(!trailing::is_trailing(&order));
        let side = order.side();
        // The side that the order itself rests on: what the opposite side would cross.
        let levels = self.book.borrow().crossed_levels(side.opposite(), None);
        let shown = levels.iter().find(|level| level.0 == price).map(|level| level.1.raw);
        let queue = Queue { side, price, ahead: Some(0), share: 0 };
        let is_behind =
            self.is_l1() && levels.first().is_none_or(|best| !queue.is_passed_by(best.0) && best.0 != price);
        let ahead = if is_behind { None } else { Some(shown.unwrap_or(0)) };
        self.liquidity.queues.borrow_mut().insert(order.id(), Queue { ahead, ..queue });
    }

    /// A quote of a top-of-book shows how far the touch has come.
    pub(super) fn note_quote(&self, quote: &QuoteTick) {
        if !self.config.queue_position {
            return;
        }
        for queue in self.liquidity.queues.borrow_mut().values_mut() {
            let (touch, size) = match queue.side {
                OrderSide::Buy => (quote.bid_price, quote.bid_size),
                _ => (quote.ask_price, quote.ask_size),
            };
            if queue.is_passed_by(touch) {
                queue.ahead = Some(0);
            } else if touch == queue.price && queue.ahead.is_none() {
                queue.ahead = Some(size.raw);
            }
        }
    }

    /// A trade serves those ahead first; on a book with levels it is also what others have taken of them.
    pub(super) fn note_trade(&self, trade: &TradeTick) {
        self.liquidity.trade_left.set(trade.size.raw);
        if self.config.queue_position {
            let mut queues = self.liquidity.queues.borrow_mut();
            queues.retain(|id, _| self.core.get(*id).is_some());
            for queue in queues.values_mut().filter(|queue| meets(trade.aggressor_side, queue.side)) {
                match queue.ahead {
                    Some(ahead) if trade.price == queue.price => {
                        queue.ahead = Some((ahead - trade.size.raw).max(0));
                        queue.share = (trade.size.raw - ahead).max(0);
                    }
                    None if queue.is_passed_by(trade.price) => queue.ahead = Some(0),
                    _ => {}
                }
            }
        }
        if self.config.liquidity_consumption && !self.is_l1() {
            let side = match trade.aggressor_side {
                AggressorSide::Buyer => OrderSide::Buy,
                AggressorSide::Seller => OrderSide::Sell,
                AggressorSide::NoAggressor => return,
            };
            let mut left = trade.size.raw;
            for level in self.book.borrow().crossed_levels(side, Some(trade.price)) {
                left -= self.liquidity.take(side.opposite(), level, left);
            }
        }
    }

    /// A level that changes is full again, and one that goes takes its queue along.
    pub(super) fn note_deltas(&self, deltas: &[OrderBookDelta]) {
        if !(self.config.liquidity_consumption || self.config.queue_position) {
            return;
        }
        for delta in deltas {
            let Some(order) = delta.order.filter(|_| delta.action != BookAction::Clear) else {
                if delta.action == BookAction::Clear {
                    self.note_snapshot();
                }
                continue;
            };
            if matches!(delta.action, BookAction::Update | BookAction::Delete) {
                self.liquidity.levels(order.side).borrow_mut().remove(&order.price);
            }
            if delta.action == BookAction::Delete || (delta.action == BookAction::Update && order.size.raw == 0) {
                let mut queues = self.liquidity.queues.borrow_mut();
                for queue in queues.values_mut().filter(|q| q.side == order.side && q.price == order.price) {
                    queue.ahead = Some(0);
                }
            }
        }
    }

    pub(super) fn note_snapshot(&self) {
        self.liquidity.clear_levels();
        for queue in self.liquidity.queues.borrow_mut().values_mut() {
            queue.ahead = Some(0);
        }
    }
}
