//! An order book: a venue's, the data engine's or a user's own.
//!
//! A top-of-book one (`L1_MBP`) has one level a side, which quotes and trades replace. The others keep every level: by
//! price (`L2_MBP`) or by order (`L3_MBO`), in order of arrival within a price.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::model::{
    UnixNanos,
    data::{BookOrder, OrderBookDelta, OrderBookDepth, QuoteTick},
    decimal::share,
    enums::{BookAction, BookType, OrderSide, RecordFlag},
    fixed::{Price, Quantity},
    identifiers::InstrumentId,
    instrument::Decimal,
};

/// What an aggressive order takes from the book: at this price, this much.
pub type Take = (Price, Quantity);

/// Levels of one side; the key grows away from the touch.
#[derive(Clone, Debug, Default)]
struct Ladder {
    /// Of an `L2_MBP` book.
    levels: BTreeMap<i128, Take>,
    /// Of an `L3_MBO` book; none is empty.
    queues: BTreeMap<i128, Vec<BookOrder>>,
    /// Where each order queues.
    keys: IndexMap<u64, i128>,
}

impl Ladder {
    fn best(&self) -> Option<Take> {
        if let Some((_, level)) = self.levels.first_key_value() {
            return Some(*level);
        }
        self.queues.first_key_value()?.1.first().map(|order| (order.price, order.size))
    }

    /// Price and size of each order, or of each level without orders, best first.
    fn orders(&self) -> impl Iterator<Item = Take> {
        let queued = self.queues.values().flatten().map(|order| (order.price, order.size));
        self.levels.values().copied().chain(queued)
    }

    /// As [`Ladder::orders`], of each price together.
    fn totals(&self) -> impl Iterator<Item = Take> {
        let queued = self.queues.values().filter_map(|orders| {
            let first = orders.first()?;
            Some((first.price, Quantity::from_raw(size_raw(orders), first.size.precision)))
        });
        self.levels.values().copied().chain(queued)
    }

    fn size_at(&self, key: i128) -> i128 {
        let level = self.levels.get(&key).map(|(_, size)| size.raw);
        level.or_else(|| self.queues.get(&key).map(|orders| size_raw(orders))).unwrap_or(0)
    }

    /// Takes an order out of an `L3_MBO` book.
    fn remove(&mut self, id: u64) {
        let Some(place) = self.keys.get(&id).copied() else { return };
        let Some(queue) = self.queues.get_mut(&place) else { return };
        let Some(found) = queue.iter().position(|known| known.order_id == id) else { return };
        queue.remove(found);
        if queue.is_empty() {
            self.queues.remove(&place);
        }
        self.keys.swap_remove(&id);
    }
}

/// An unfinished group of changes of a top-of-book side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Group {
    #[default]
    None,
    Levels,
    Snapshot,
}

#[derive(Clone, Debug)]
pub struct Book {
    pub instrument_id: InstrumentId,
    pub book_type: BookType,
    pub sequence: u64,
    pub ts_last: UnixNanos,
    pub update_count: u64,
    /// Sequence and time never go back, a quote or trade older than the book is skipped, and an order added again moves.
    keeps_latest: bool,
    top: [Option<Take>; 2],
    groups: [Group; 2],
    ladders: [Ladder; 2],
}

const BIDS: usize = 0;
const ASKS: usize = 1;
const SIDES: [OrderSide; 2] = [OrderSide::Buy, OrderSide::Sell];

const fn side_index(side: OrderSide) -> usize {
    match side {
        OrderSide::Sell => ASKS,
        _ => BIDS,
    }
}

const fn key(side: usize, price: Price) -> i128 {
    if side == BIDS { -price.raw } else { price.raw }
}

fn size_raw(orders: &[BookOrder]) -> i128 {
    orders.iter().map(|order| order.size.raw).sum()
}

fn has(flags: u8, flag: RecordFlag) -> bool {
    flags & flag.value() != 0
}

/// The id under which a level without orders of its own is kept: a fixed hash of its price (aHash's portable variant
/// with zero seeds, as observed on 1.221.0 and 1.231.0).
#[must_use]
pub const fn price_id(price: Price) -> u64 {
    const SEEDS: [u64; 4] =
        [0x4528_21e6_38d0_1377, 0xbe54_66cf_34e9_0c6c, 0xc0ac_29b7_c97c_50dd, 0x3f84_d5b5_b547_0917];
    const fn fold(a: u64, b: u64) -> u64 {
        let product = (a as u128).wrapping_mul(b as u128);
        (product as u64) ^ ((product >> 64) as u64)
    }
    let (low, high) = (price.raw as u64, (price.raw >> 64) as u64);
    let mixed = SEEDS[1].wrapping_add(SEEDS[0]) ^ fold(low ^ SEEDS[2], high ^ SEEDS[3]);
    let buffer = mixed.rotate_left(23);
    fold(buffer, SEEDS[0]).rotate_left((buffer & 63) as u32)
}

impl Book {
    #[must_use]
    pub fn new(instrument_id: InstrumentId, book_type: BookType, keeps_latest: bool) -> Self {
        Self {
            instrument_id,
            book_type,
            sequence: 0,
            ts_last: 0,
            update_count: 0,
            keeps_latest,
            top: [None; 2],
            groups: [Group::None; 2],
            ladders: [Ladder::default(), Ladder::default()],
        }
    }

    #[must_use]
    pub fn is_l1(&self) -> bool {
        self.book_type == BookType::L1Mbp
    }

    /// Back to a new book.
    pub fn reset(&mut self) {
        *self = Self::new(self.instrument_id, self.book_type, self.keeps_latest);
    }

    fn count(&mut self, sequence: u64, ts_event: UnixNanos) {
        if self.keeps_latest {
            self.sequence = self.sequence.max(sequence);
            self.ts_last = self.ts_last.max(ts_event);
        } else {
            self.sequence = sequence;
            self.ts_last = ts_event;
        }
        self.update_count += 1;
    }

    fn is_stale(&self, ts_event: UnixNanos) -> bool {
        self.keeps_latest && ts_event < self.ts_last
    }

    fn set_top(&mut self, sides: [Take; 2], ts_event: UnixNanos) {
        self.top = sides.map(|take| (take.1.raw > 0).then_some(take));
        self.groups = [Group::None; 2];
        self.count(self.sequence + 1, ts_event);
    }

    /// Of a top-of-book book.
    pub fn set_quote(&mut self, quote: &QuoteTick) {
        if !self.is_stale(quote.ts_event) {
            self.set_top([(quote.bid_price, quote.bid_size), (quote.ask_price, quote.ask_size)], quote.ts_event);
        }
    }

    /// Both sides at the trade's price, with its size: all that a top-of-book venue knows after a trade.
    pub fn set_trade(&mut self, price: Price, size: Quantity, ts_event: UnixNanos) {
        if !self.is_stale(ts_event) {
            self.set_top([(price, size); 2], ts_event);
        }
    }

    /// Counts so many quotes or trades of a top-of-book book that the next one replaces at once.
    pub fn pass(&mut self, ticks: usize) {
        self.sequence += ticks as u64;
        self.update_count += ticks as u64;
    }

    fn best(&self, side: usize) -> Option<Take> {
        if self.is_l1() {
            return self.top[side];
        }
        self.ladders[side].best()
    }

    /// The best price, and the size of the order that is first there.
    #[must_use]
    pub fn best_bid(&self) -> Option<Take> {
        self.best(BIDS)
    }

    #[must_use]
    pub fn best_ask(&self) -> Option<Take> {
        self.best(ASKS)
    }

    /// The size shown at exactly this price on this side.
    #[must_use]
    pub fn size_at(&self, side: OrderSide, price: Price, precision: u8) -> Quantity {
        let at = side_index(side);
        let raw = if self.is_l1() {
            self.top[at].filter(|(p, _)| p.raw == price.raw).map_or(0, |(_, size)| size.raw)
        } else {
            self.ladders[at].size_at(key(at, price))
        };
        Quantity::from_raw(raw, precision)
    }

    /// Every level on the other side that an order at `limit` would cross, best first; all of them without a limit.
    #[must_use]
    pub fn crossed_levels(&self, order_side: OrderSide, limit: Option<Price>) -> Vec<Take> {
        let at = side_index(order_side.opposite());
        let crosses = |price: Price| limit.is_none_or(|limit| key(at, price) <= key(at, limit));
        if self.is_l1() {
            return self.top[at].into_iter().filter(|(price, _)| crosses(*price)).collect();
        }
        self.ladders[at].totals().take_while(|(price, _)| crosses(*price)).collect()
    }

    /// What an order of this side and quantity would take, best first. Taking does not change the book.
    #[must_use]
    pub fn simulate(&self, order_side: OrderSide, quantity: Quantity, limit: Option<Price>) -> Vec<Take> {
        let at = side_index(order_side.opposite());
        let crosses = |price: Price| limit.is_none_or(|limit| key(at, price) <= key(at, limit));
        let mut left = quantity.raw;
        let mut takes = Vec::new();
        let mut take = |price: Price, size: Quantity| {
            let raw = left.min(size.raw);
            left -= raw;
            if raw > 0 {
                takes.push((price, Quantity::from_raw(raw, quantity.precision)));
            }
            left > 0
        };
        if self.is_l1() {
            if let Some((price, size)) = self.top[at].filter(|(price, _)| crosses(*price)) {
                take(price, size);
            }
            return takes;
        }
        for (price, size) in self.ladders[at].orders() {
            if !crosses(price) || !take(price, size) {
                break;
            }
        }
        takes
    }

    /// The average price of that much on the other side, or of what there is; zero when there is nothing.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // as the original: raw amounts in floating point
    pub fn average_price(&self, order_side: OrderSide, quantity: Quantity) -> f64 {
        let (mut taken, mut value) = (0_i128, 0.0);
        for (price, size) in self.crossed_levels(order_side, None) {
            let raw = size.raw.min(quantity.raw - taken);
            taken += raw;
            value += price.as_f64() * raw as f64;
            if taken >= quantity.raw {
                break;
            }
        }
        if taken == 0 { 0.0 } else { value / taken as f64 }
    }

    /// As [`Book::average_price`], in decimals.
    #[must_use]
    pub fn exact_average_price(&self, order_side: OrderSide, quantity: Quantity) -> f64 {
        let (mut taken, mut value, mut scale) = (0_i128, 0_i128, 0);
        for (price, size) in self.crossed_levels(order_side, None) {
            let wanted = Quantity::from_raw(quantity.raw, size.precision).to_decimal().mantissa;
            let (price, size) = (price.to_decimal(), size.to_decimal().mantissa.min(wanted - taken));
            taken += size;
            value += price.mantissa * size;
            scale = price.scale;
            if taken >= wanted {
                break;
            }
        }
        let one = Decimal { mantissa: 1, scale: 0 };
        let total = Decimal { mantissa: taken, scale: 0 };
        if taken == 0 { 0.0 } else { share(Decimal { mantissa: value, scale }, one, total).unwrap_or_default() }
    }

    /// The last price that a taker of that much reaches, or of all there is.
    #[must_use]
    pub fn worst_price(&self, order_side: OrderSide, quantity: Quantity) -> Option<Price> {
        let mut left = quantity.raw;
        let mut worst = None;
        for (price, size) in self.crossed_levels(order_side, None) {
            if left <= 0 {
                break;
            }
            worst = Some(price);
            left -= size.raw;
        }
        worst
    }

    /// How much an order with this limit could take.
    #[must_use]
    pub fn quantity_for_price(&self, order_side: OrderSide, limit: Price) -> f64 {
        let at = side_index(order_side.opposite());
        let levels = self.levels(order_side.opposite());
        let crossed = levels.into_iter().take_while(|(price, _)| key(at, *price) <= key(at, limit));
        crossed.map(|(_, orders)| orders.iter().map(|o| o.size.as_f64()).sum::<f64>()).fold(0.0, |all, size| all + size)
    }

    fn id_of(&self, order: &BookOrder, flags: u8) -> u64 {
        if has(flags, RecordFlag::FTob) {
            u64::from(order.side.value())
        } else if has(flags, RecordFlag::FMbp) {
            price_id(order.price)
        } else {
            order.order_id
        }
    }

    fn insert(&mut self, mut order: BookOrder, flags: u8) {
        let at = side_index(order.side);
        if self.is_l1() {
            self.set_side(at, order, flags);
            return;
        }
        if order.size.raw == 0 {
            return;
        }
        let place = key(at, order.price);
        if self.book_type == BookType::L2Mbp {
            self.ladders[at].levels.insert(place, (order.price, order.size));
            return;
        }
        order.order_id = self.id_of(&order, flags);
        let ladder = &mut self.ladders[at];
        if self.keeps_latest && ladder.keys.get(&order.order_id).is_some_and(|known| *known != place) {
            ladder.remove(order.order_id);
        }
        let queue = ladder.queues.entry(place).or_default();
        ladder.keys.insert(order.order_id, place);
        match queue.iter_mut().find(|known| known.order_id == order.order_id) {
            Some(known) => *known = order,
            None => queue.push(order),
        }
    }

    /// One side of a top-of-book book. Levels of one group compete for the top.
    fn set_side(&mut self, at: usize, order: BookOrder, flags: u8) {
        if order.size.raw == 0 {
            (self.top[at], self.groups[at]) = (None, Group::None);
            return;
        }
        let (snapshot, levels) = (has(flags, RecordFlag::FSnapshot), has(flags, RecordFlag::FMbp));
        let last = has(flags, RecordFlag::FLast);
        let group = self.groups[at];
        let joins = if snapshot { group == Group::Snapshot } else { levels && last && group == Group::Levels };
        let new = (order.price, order.size);
        let is_better = |old: Take| key(at, old.0) < key(at, new.0);
        self.top[at] = match self.top[at] {
            Some(old) if joins && self.keeps_latest && is_better(old) => Some(old),
            _ => Some(new),
        };
        self.groups[at] = match (snapshot, levels, last) {
            (true, _, false) => Group::Snapshot,
            (false, true, false) => Group::Levels,
            _ => Group::None,
        };
    }

    fn remove(&mut self, order: &BookOrder, flags: u8) {
        let at = side_index(order.side);
        if self.is_l1() {
            self.top[at] = None;
            return;
        }
        let ladder = &mut self.ladders[at];
        if self.book_type == BookType::L2Mbp {
            ladder.levels.remove(&key(at, order.price));
            return;
        }
        let id = self.id_of(order, flags);
        self.ladders[at].remove(id);
    }

    pub fn add(&mut self, order: BookOrder, flags: u8, sequence: u64, ts_event: UnixNanos) {
        self.insert(order, flags);
        self.count(sequence, ts_event);
    }

    /// Changes an order's size in place; a new price or an unknown order is an addition, size zero a removal.
    pub fn update(&mut self, order: BookOrder, flags: u8, sequence: u64, ts_event: UnixNanos) {
        let at = side_index(order.side);
        match self.book_type {
            BookType::L1Mbp => match self.top[at] {
                Some((price, _)) if price == order.price && order.size.raw > 0 => {
                    self.top[at] = Some((order.price, order.size));
                }
                _ => {
                    self.top[at] = None;
                    if order.size.raw > 0 {
                        self.insert(order, flags);
                    }
                }
            },
            BookType::L2Mbp if order.size.raw > 0 => self.insert(order, flags),
            BookType::L2Mbp => self.remove(&order, flags),
            BookType::L3Mbo => {
                let place = self.ladders[at].keys.get(&self.id_of(&order, flags)).copied();
                if order.size.raw == 0 || place.is_some_and(|place| place != key(at, order.price)) {
                    self.remove(&order, flags);
                }
                if order.size.raw > 0 {
                    self.insert(order, flags);
                }
            }
        }
        self.count(sequence, ts_event);
    }

    pub fn delete(&mut self, order: &BookOrder, flags: u8, sequence: u64, ts_event: UnixNanos) {
        self.remove(order, flags);
        self.count(sequence, ts_event);
    }

    fn empty_side(&mut self, at: usize) {
        self.top[at] = None;
        self.groups[at] = Group::None;
        self.ladders[at] = Ladder::default();
    }

    pub fn clear(&mut self, sequence: u64, ts_event: UnixNanos) {
        self.empty_side(BIDS);
        self.empty_side(ASKS);
        self.count(sequence, ts_event);
    }

    pub fn clear_side(&mut self, side: OrderSide, sequence: u64, ts_event: UnixNanos) {
        self.empty_side(side_index(side));
        self.count(sequence, ts_event);
    }

    /// One change of a feed. One without a side is of the order that it names.
    pub fn apply(&mut self, delta: &OrderBookDelta) {
        let (flags, sequence, ts_event) = (delta.flags, delta.sequence, delta.ts_event);
        let Some(mut order) = delta.order.filter(|_| delta.action != BookAction::Clear) else {
            if delta.action == BookAction::Clear {
                self.clear(sequence, ts_event);
            }
            return;
        };
        if order.side == OrderSide::NoOrderSide {
            match SIDES.into_iter().find(|side| self.ladders[side_index(*side)].keys.contains_key(&order.order_id)) {
                Some(side) => order.side = side,
                None => return,
            }
        }
        match delta.action {
            BookAction::Add => self.add(order, flags, sequence, ts_event),
            BookAction::Update => self.update(order, flags, sequence, ts_event),
            BookAction::Delete => self.delete(&order, flags, sequence, ts_event),
            BookAction::Clear => {}
        }
    }

    /// Replaces the book by a snapshot.
    pub fn apply_depth(&mut self, depth: &OrderBookDepth) {
        self.empty_side(BIDS);
        self.empty_side(ASKS);
        for order in depth.bids.iter().chain(&depth.asks) {
            if order.side != OrderSide::NoOrderSide && order.size.raw > 0 {
                self.insert(*order, depth.flags);
            }
        }
        self.count(depth.sequence, depth.ts_event);
    }

    /// The touches as a quote of the time of the last change; none where a side is empty.
    #[must_use]
    pub fn to_quote(&self) -> Option<QuoteTick> {
        let ((bid_price, bid_size), (ask_price, ask_size)) = (self.best_bid()?, self.best_ask()?);
        let (ts_event, ts_init) = (self.ts_last, self.ts_last);
        let instrument_id = self.instrument_id;
        Some(QuoteTick { instrument_id, bid_price, ask_price, bid_size, ask_size, ts_event, ts_init })
    }

    /// The price halfway between the touches, and the distance between them.
    #[must_use]
    pub fn midpoint(&self) -> Option<f64> {
        Some(f64::midpoint(self.best_bid()?.0.as_f64(), self.best_ask()?.0.as_f64()))
    }

    #[must_use]
    pub fn spread(&self) -> Option<f64> {
        Some(self.best_ask()?.0.as_f64() - self.best_bid()?.0.as_f64())
    }

    /// Levels of a side, best first: price and the orders there, under the ids by which the book keeps them.
    #[must_use]
    pub fn levels(&self, side: OrderSide) -> Vec<(Price, Vec<BookOrder>)> {
        let at = side_index(side);
        let one = |price: Price, size: Quantity, order_id: u64| {
            (price, vec![BookOrder { side: SIDES[at], price, size, order_id }])
        };
        match self.book_type {
            BookType::L1Mbp => {
                self.top[at].into_iter().map(|(price, size)| one(price, size, u64::from(side.value()))).collect()
            }
            BookType::L2Mbp => {
                self.ladders[at].orders().map(|(price, size)| one(price, size, price_id(price))).collect()
            }
            BookType::L3Mbo => {
                let queues = self.ladders[at].queues.values();
                queues.filter_map(|orders| orders.first().map(|order| (order.price, orders.clone()))).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(side: OrderSide, price: &str, size: &str, order_id: u64) -> BookOrder {
        BookOrder { side, price: price.parse().unwrap(), size: size.parse().unwrap(), order_id }
    }

    fn book(book_type: BookType) -> Book {
        Book::new("A.B".parse().unwrap(), book_type, true)
    }

    fn texts(takes: &[Take]) -> Vec<String> {
        takes.iter().map(|(price, size)| format!("{size}@{price}")).collect()
    }

    #[test]
    fn walks_levels_best_first_and_leaves_them() {
        let mut book = book(BookType::L2Mbp);
        for (price, size) in [("10.3", "7"), ("10.1", "2"), ("10.2", "5")] {
            book.add(order(OrderSide::Sell, price, size, 0), 0, 0, 0);
        }
        let take = |quantity: &str, limit: Option<&str>| {
            texts(&book.simulate(OrderSide::Buy, quantity.parse().unwrap(), limit.map(|l| l.parse().unwrap())))
        };
        assert_eq!(take("4", None), ["2@10.1", "2@10.2"]);
        assert_eq!(take("20", Some("10.2")), ["2@10.1", "5@10.2"]);
        assert_eq!(take("20", Some("10.0")), Vec::<String>::new());
        assert_eq!(texts(&book.crossed_levels(OrderSide::Buy, None)), ["2@10.1", "5@10.2", "7@10.3"]);
    }

    #[test]
    fn orders_of_a_price_queue_by_arrival() {
        let mut book = book(BookType::L3Mbo);
        book.add(order(OrderSide::Buy, "9.9", "1", 1), 0, 0, 0);
        book.add(order(OrderSide::Buy, "9.9", "2", 2), 0, 0, 0);
        book.update(order(OrderSide::Buy, "9.9", "3", 1), 0, 0, 0);
        assert_eq!(texts(&book.simulate(OrderSide::Sell, "4".parse().unwrap(), None)), ["3@9.9", "1@9.9"]);
        book.delete(&order(OrderSide::Buy, "9.9", "0", 1), 0, 0, 0);
        assert_eq!(book.best_bid().map(|(_, size)| size.to_string()), Some("2".to_string()));
    }
}
