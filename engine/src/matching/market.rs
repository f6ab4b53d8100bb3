//! Quotes, trades and book deltas at the venue: the book first, then the resting orders.

use super::{MatchingEngine, Outlet};
use crate::{
    halt::{Flow, Halt},
    model::{
        UnixNanos,
        data::{OrderBookDelta, OrderBookDepth, QuoteTick, TradeTick},
        enums::{AggressorSide, BookAction, OrderSide},
        fixed::{Price, Quantity},
    },
};

impl MatchingEngine {
    fn check_precision(&self, what: &str, price: Price, size: Quantity) -> Flow {
        let instrument = &self.instrument;
        if price.precision != instrument.price_precision {
            return Err(Halt::Runtime(format!(
                "invalid {what} price precision {}, must be {} for {}",
                price.precision, instrument.price_precision, instrument.id
            )));
        }
        if size.precision != instrument.size_precision {
            return Err(Halt::Runtime(format!(
                "invalid {what} size precision {}, must be {} for {}",
                size.precision, instrument.size_precision, instrument.id
            )));
        }
        Ok(())
    }

    fn is_stale(&self, ts_event: UnixNanos) -> bool {
        self.profile.skips_stale_data && self.is_l1() && ts_event < self.book.borrow().ts_last
    }

    /// # Errors
    /// When the precision is not the instrument's, or user code raises.
    pub fn process_quote(&self, out: &dyn Outlet, quote: &QuoteTick) -> Flow {
        self.check_precision("bid", quote.bid_price, quote.bid_size)?;
        self.check_precision("ask", quote.ask_price, quote.ask_size)?;
        if self.is_l1() && !self.is_stale(quote.ts_event) {
            self.book.borrow_mut().set_quote(quote);
            self.last_quote.set(Some(*quote));
        }
        self.iterate(out, quote.ts_init)
    }

    /// # Errors
    /// When the precision is not the instrument's, or user code raises.
    pub fn process_trade(&self, out: &dyn Outlet, trade: &TradeTick) -> Flow {
        self.check_precision("trade", trade.price, trade.size)?;
        self.now.set(trade.ts_init);
        if self.is_l1() && !self.is_stale(trade.ts_event) {
            self.book.borrow_mut().set_trade(trade.price, trade.size, trade.ts_event);
        }
        if !(self.profile.transient_trades && self.config.trade_execution) {
            self.core.last.set(Some(trade.price));
            if self.config.trade_execution {
                self.trade_at_core(trade);
                return if self.core.is_empty() { Ok(()) } else { self.match_resting(out) };
            }
            return self.iterate(out, trade.ts_init);
        }
        self.match_trade(out, trade)
    }

    /// The trade's price is where the market was for a moment: resting orders see it, then the other side goes back.
    fn match_trade(&self, out: &dyn Outlet, trade: &TradeTick) -> Flow {
        let core = &self.core;
        let price = trade.price;
        self.read_book();
        core.last.set(Some(price));
        let raise_ask = || {
            if core.ask.get().is_none_or(|ask| price > ask) {
                core.ask.set(Some(price));
            }
        };
        let lower_bid = || {
            if core.bid.get().is_none_or(|bid| price < bid) {
                core.bid.set(Some(price));
            }
        };
        match trade.aggressor_side {
            AggressorSide::Buyer => raise_ask(),
            AggressorSide::Seller => lower_bid(),
            AggressorSide::NoAggressor => {
                raise_ask();
                lower_bid();
            }
        }
        let (bid, ask) = (core.bid.get(), core.ask.get());
        let buyer = trade.aggressor_side != AggressorSide::Seller;
        let seller = trade.aggressor_side != AggressorSide::Buyer;
        if seller && ask.is_some_and(|ask| price < ask) {
            core.ask.set(Some(price));
        }
        if buyer && bid.is_some_and(|bid| price > bid) {
            core.bid.set(Some(price));
        }
        self.trade.set(Some(*trade));
        let matched = if core.is_empty() { Ok(()) } else { self.match_resting(out) };
        self.trade.set(None);
        matched?;
        // On a top-of-book venue the last quote says where the other side is; otherwise it is where it was.
        let quote = if self.is_l1() { self.last_quote.get() } else { None };
        match trade.aggressor_side {
            AggressorSide::Seller => core.ask.set(quote.map_or(ask, |q| Some(q.ask_price))),
            AggressorSide::Buyer => core.bid.set(quote.map_or(bid, |q| Some(q.bid_price))),
            AggressorSide::NoAggressor => {}
        }
        Ok(())
    }

    /// The trade is the market of its aggressor's side, whatever the book says, and the other side gives way.
    fn trade_at_core(&self, trade: &TradeTick) {
        let (bid, ask) = (&self.core.bid, &self.core.ask);
        let price = trade.price;
        match trade.aggressor_side {
            AggressorSide::Buyer => {
                ask.set(Some(price));
                if bid.get().is_some_and(|bid| price < bid) {
                    bid.set(Some(price));
                }
            }
            AggressorSide::Seller => {
                bid.set(Some(price));
                // An ask that is not known gives way too, other than a bid (observed on 1.221.0).
                if ask.get().is_none_or(|ask| price > ask) {
                    ask.set(Some(price));
                }
            }
            AggressorSide::NoAggressor => {
                bid.set(Some(price));
                ask.set(Some(price));
            }
        }
    }

    /// Applies a batch of changes of the book.
    ///
    /// # Errors
    /// When a precision is not the instrument's, or user code raises.
    pub fn process_deltas(&self, out: &dyn Outlet, deltas: &[OrderBookDelta]) -> Flow {
        if self.profile.checks_book_precisions {
            for delta in deltas.iter().filter(|d| matches!(d.action, BookAction::Add | BookAction::Update)) {
                if let Some(order) = &delta.order {
                    self.check_precision("delta", order.price, order.size)?;
                }
            }
        }
        if !(self.is_l1() && self.profile.l1_ignores_deltas) {
            let mut book = self.book.borrow_mut();
            deltas.iter().for_each(|delta| book.apply(delta));
        }
        self.iterate(out, deltas.last().map_or(self.now.get(), |delta| delta.ts_init))
    }

    /// Replaces the book by a snapshot.
    ///
    /// # Errors
    /// When a precision is not the instrument's, or user code raises.
    pub fn process_depth(&self, out: &dyn Outlet, depth: &OrderBookDepth) -> Flow {
        if self.profile.checks_book_precisions {
            for (what, orders) in [("depth bid", &depth.bids), ("depth ask", &depth.asks)] {
                for order in orders.iter().filter(|order| order.side != OrderSide::NoOrderSide) {
                    self.check_precision(what, order.price, order.size)?;
                }
            }
        }
        self.book.borrow_mut().apply_depth(depth);
        if let (Some(bid), Some(ask)) = (depth.bids.first(), depth.asks.first()) {
            self.last_quote.set(Some(QuoteTick {
                instrument_id: depth.instrument_id,
                bid_price: bid.price,
                ask_price: ask.price,
                bid_size: bid.size,
                ask_size: ask.size,
                ts_event: depth.ts_event,
                ts_init: depth.ts_init,
            }));
        }
        self.iterate(out, depth.ts_init)
    }
}
