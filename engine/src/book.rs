//! A venue's order book.
//!
//! A top-of-book venue (`L1_MBP`) has one level a side, which quotes and trades replace. The others keep every level:
//! by price (`L2_MBP`) or by order (`L3_MBO`), in order of arrival within a price.

use std::collections::BTreeMap;

use crate::model::{
    UnixNanos,
    data::{BookOrder, OrderBookDelta, QuoteTick},
    enums::{BookAction, BookType, OrderSide},
    fixed::{Price, Quantity},
};

/// What an aggressive order takes from the book: at this price, this much.
pub type Take = (Price, Quantity);

#[derive(Clone, Debug, Default)]
struct Level {
    orders: Vec<BookOrder>,
}

impl Level {
    fn size_raw(&self) -> i128 {
        self.orders.iter().map(|o| o.size.raw).sum()
    }
}

/// Levels of one side; the key grows away from the touch.
#[derive(Clone, Debug, Default)]
struct Ladder {
    levels: BTreeMap<i128, Level>,
}

#[derive(Clone, Debug)]
pub struct Book {
    pub book_type: BookType,
    pub price_precision: u8,
    pub size_precision: u8,
    pub ts_last: UnixNanos,
    top: [Option<Take>; 2],
    ladders: [Ladder; 2],
}

const BIDS: usize = 0;
const ASKS: usize = 1;

const fn side_index(side: OrderSide) -> usize {
    match side {
        OrderSide::Sell => ASKS,
        _ => BIDS,
    }
}

const fn key(side: usize, price: Price) -> i128 {
    if side == BIDS { -price.raw } else { price.raw }
}

impl Book {
    #[must_use]
    pub fn new(book_type: BookType, price_precision: u8, size_precision: u8) -> Self {
        Self {
            book_type,
            price_precision,
            size_precision,
            ts_last: 0,
            top: [None; 2],
            ladders: [Ladder::default(), Ladder::default()],
        }
    }

    #[must_use]
    pub fn is_l1(&self) -> bool {
        self.book_type == BookType::L1Mbp
    }

    pub fn clear(&mut self) {
        self.top = [None; 2];
        self.ladders = [Ladder::default(), Ladder::default()];
        self.ts_last = 0;
    }

    pub fn set_quote(&mut self, quote: &QuoteTick) {
        self.top = [Some((quote.bid_price, quote.bid_size)), Some((quote.ask_price, quote.ask_size))];
        self.ts_last = quote.ts_event;
    }

    /// Both sides at the trade's price, with its size: all that a top-of-book venue knows after a trade.
    pub fn set_trade(&mut self, price: Price, size: Quantity, ts: UnixNanos) {
        self.top = [Some((price, size)); 2];
        self.ts_last = ts;
    }

    fn best(&self, side: usize) -> Option<Take> {
        if self.is_l1() {
            return self.top[side];
        }
        let level = self.ladders[side].levels.first_key_value()?.1;
        let price = level.orders.first()?.price;
        Some((price, Quantity::from_raw(level.size_raw(), self.size_precision)))
    }

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
    pub fn size_at(&self, side: OrderSide, price: Price) -> Quantity {
        let at = side_index(side);
        let raw = if self.is_l1() {
            self.top[at].filter(|(p, _)| *p == price).map_or(0, |(_, size)| size.raw)
        } else {
            self.ladders[at].levels.get(&key(at, price)).map_or(0, Level::size_raw)
        };
        Quantity::from_raw(raw, self.size_precision)
    }

    /// Every level on the other side that an order at `limit` would cross, best first; all of them without a limit.
    #[must_use]
    pub fn crossed_levels(&self, order_side: OrderSide, limit: Option<Price>) -> Vec<Take> {
        let at = side_index(order_side.opposite());
        let crosses = |price: Price| limit.is_none_or(|limit| key(at, price) <= key(at, limit));
        if self.is_l1() {
            return self.top[at].into_iter().filter(|(price, _)| crosses(*price)).collect();
        }
        let levels = self.ladders[at].levels.values();
        levels
            .filter_map(|level| level.orders.first().map(|o| (o.price, level.size_raw())))
            .take_while(|(price, _)| crosses(*price))
            .map(|(price, raw)| (price, Quantity::from_raw(raw, self.size_precision)))
            .collect()
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
        for order in self.ladders[at].levels.values().flat_map(|level| &level.orders) {
            if !crosses(order.price) || !take(order.price, order.size) {
                break;
            }
        }
        takes
    }

    pub fn add(&mut self, order: BookOrder) {
        if order.size.raw == 0 {
            return;
        }
        let at = side_index(order.side);
        let level = self.ladders[at].levels.entry(key(at, order.price)).or_default();
        if self.book_type == BookType::L2Mbp {
            level.orders.clear();
        }
        level.orders.push(order);
    }

    /// Changes an order's size in place; a new price or an unknown order is an addition, size zero a removal.
    pub fn update(&mut self, order: BookOrder) {
        if order.size.raw == 0 {
            self.delete(order);
            return;
        }
        if self.book_type == BookType::L2Mbp {
            self.add(order);
            return;
        }
        let at = side_index(order.side);
        if let Some(level) = self.ladders[at].levels.get_mut(&key(at, order.price))
            && let Some(known) = level.orders.iter_mut().find(|o| o.order_id == order.order_id)
        {
            known.size = order.size;
            return;
        }
        self.delete(order);
        self.add(order);
    }

    pub fn delete(&mut self, order: BookOrder) {
        let at = side_index(order.side);
        let levels = &mut self.ladders[at].levels;
        if self.book_type == BookType::L2Mbp {
            levels.remove(&key(at, order.price));
            return;
        }
        for level in levels.values_mut() {
            level.orders.retain(|o| o.order_id != order.order_id);
        }
        levels.retain(|_, level| !level.orders.is_empty());
    }

    /// One change of a feed.
    pub fn apply(&mut self, delta: &OrderBookDelta) {
        match (delta.action, delta.order) {
            (BookAction::Add, Some(order)) => self.add(order),
            (BookAction::Update, Some(order)) => self.update(order),
            (BookAction::Delete, Some(order)) => self.delete(order),
            (BookAction::Clear, _) => self.clear(),
            (_, None) => {}
        }
        self.ts_last = delta.ts_event;
    }

    pub fn clear_side(&mut self, side: OrderSide) {
        self.ladders[side_index(side)] = Ladder::default();
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

    /// Levels of a side, best first: price and the orders there.
    pub fn levels(&self, side: OrderSide) -> impl Iterator<Item = (Price, &[BookOrder])> {
        self.ladders[side_index(side)]
            .levels
            .values()
            .filter_map(|level| level.orders.first().map(|o| (o.price, level.orders.as_slice())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(side: OrderSide, price: &str, size: &str, order_id: u64) -> BookOrder {
        BookOrder { side, price: price.parse().unwrap(), size: size.parse().unwrap(), order_id }
    }

    fn texts(takes: &[Take]) -> Vec<String> {
        takes.iter().map(|(price, size)| format!("{size}@{price}")).collect()
    }

    #[test]
    fn walks_levels_best_first_and_leaves_them() {
        let mut book = Book::new(BookType::L2Mbp, 1, 0);
        for (price, size) in [("10.3", "7"), ("10.1", "2"), ("10.2", "5")] {
            book.add(order(OrderSide::Sell, price, size, 0));
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
        let mut book = Book::new(BookType::L3Mbo, 1, 0);
        book.add(order(OrderSide::Buy, "9.9", "1", 1));
        book.add(order(OrderSide::Buy, "9.9", "2", 2));
        book.update(order(OrderSide::Buy, "9.9", "3", 1));
        assert_eq!(texts(&book.simulate(OrderSide::Sell, "4".parse().unwrap(), None)), ["3@9.9", "1@9.9"]);
        book.delete(order(OrderSide::Buy, "9.9", "0", 1));
        assert_eq!(book.best_bid().map(|(_, size)| size.to_string()), Some("2".to_string()));
    }
}
