//! The resting orders of one instrument, and the prices they are matched against.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use crate::model::{
    enums::{OrderSide, OrderType},
    fixed::Price,
    identifiers::ClientOrderId,
    order::{Order, OrderRef},
};

#[derive(Debug, Default)]
pub struct MatchingCore {
    pub bid: Cell<Option<Price>>,
    pub ask: Cell<Option<Price>>,
    pub last: Cell<Option<Price>>,
    bids: RefCell<Vec<OrderRef>>,
    asks: RefCell<Vec<OrderRef>>,
}

impl MatchingCore {
    fn side(&self, side: OrderSide) -> &RefCell<Vec<OrderRef>> {
        if side == OrderSide::Buy { &self.bids } else { &self.asks }
    }

    pub fn clear(&self) {
        self.bids.borrow_mut().clear();
        self.asks.borrow_mut().clear();
        self.bid.set(None);
        self.ask.set(None);
        self.last.set(None);
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bids.borrow().is_empty() && self.asks.borrow().is_empty()
    }

    /// Buys from the highest price down, then sells from the lowest up, into `into`.
    pub fn snapshot(&self, into: &mut Vec<OrderRef>) {
        into.clear();
        into.extend(self.bids.borrow().iter().cloned());
        into.extend(self.asks.borrow().iter().cloned());
    }

    #[must_use]
    pub fn get(&self, id: ClientOrderId) -> Option<OrderRef> {
        let find = |list: &RefCell<Vec<OrderRef>>| list.borrow().iter().find(|o| o.borrow().id() == id).cloned();
        find(&self.bids).or_else(|| find(&self.asks))
    }

    /// Rests the order. Only an addition sorts: an order whose price changes keeps its place until the next one.
    pub fn add(&self, order: &OrderRef) {
        let side = order.borrow().side();
        let mut list = self.side(side).borrow_mut();
        list.push(Rc::clone(order));
        let key = |o: &OrderRef| sort_price(&o.borrow()).map_or(0, |p| p.raw);
        if side == OrderSide::Buy {
            list.sort_by_key(|o| std::cmp::Reverse(key(o)));
        } else {
            list.sort_by_key(key);
        }
    }

    pub fn remove(&self, order: &OrderRef) {
        let side = order.borrow().side();
        self.side(side).borrow_mut().retain(|o| !Rc::ptr_eq(o, order));
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
