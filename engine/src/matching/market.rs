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
        self.show_held();
        if self.is_l1() && !self.is_stale(quote.ts_event) {
            self.show_quote(quote);
            self.note_quote(quote);
        }
        self.iterate(out, quote.ts_init)
    }

    /// The top of the book is that of the quote.
    pub(super) fn show_quote(&self, quote: &QuoteTick) {
        self.book.borrow_mut().set_quote(quote);
        self.last_touch.set(Some((quote.bid_price, quote.ask_price)));
    }

    /// # Errors
    /// When the precision is not the instrument's, or user code raises.
    pub fn process_trade(&self, out: &dyn Outlet, trade: &TradeTick) -> Flow {
        self.check_precision("trade", trade.price, trade.size)?;
        self.show_held();
        self.now.set(trade.ts_init);
        if self.is_l1() && !self.is_stale(trade.ts_event) {
            self.book.borrow_mut().set_trade(trade.price, trade.size, trade.ts_event);
        }
        self.note_trade(trade);
        if !(self.profile.transient_trades && self.config.trade_execution) {
            self.core.last.set(Some(trade.price));
            if self.config.trade_execution {
                self.trade_at_core(trade);
                return if self.core.is_empty() { Ok(()) } else { self.match_resting(out) };
            }
            if self.profile.transient_trades {
                // Nothing trades with resting orders, not even at a top-of-book that shows the trade's price.
                self.read_book();
                return Ok(());
            }
            return self.iterate(out, trade.ts_init);
        }
        self.match_trade(out, trade)
    }

    /// A trade that executes nothing is the top of the book.
    pub(super) fn show_trade(&self, trade: &TradeTick) {
        self.book.borrow_mut().set_trade(trade.price, trade.size, trade.ts_event);
        self.note_trade(trade);
        self.core.last.set(Some(trade.price));
    }

    /// The trade's price is where the market was for a moment: resting orders see it, then the other side goes back. The
    /// book is not read, not even where the trade has moved it (observed on 1.231.0).
    fn match_trade(&self, out: &dyn Outlet, trade: &TradeTick) -> Flow {
        let (bid, ask) = (&self.core.bid, &self.core.ask);
        let price = trade.price;
        let is_buyer = trade.aggressor_side != AggressorSide::Seller;
        let is_seller = trade.aggressor_side != AggressorSide::Buyer;
        self.core.last.set(Some(price));
        if is_buyer && ask.get().is_none_or(|ask| price > ask) {
            ask.set(Some(price));
        }
        if is_seller && bid.get().is_none_or(|bid| price < bid) {
            bid.set(Some(price));
        }
        let before = (bid.get(), ask.get());
        if is_seller && ask.get().is_none_or(|ask| price < ask) {
            ask.set(Some(price));
        }
        if is_buyer && bid.get().is_none_or(|bid| price > bid) {
            bid.set(Some(price));
        }
        self.trade.set(Some(*trade));
        let matched = if self.core.is_empty() { Ok(()) } else { self.match_resting(out) };
        self.trade.set(None);
        matched?;
        // On a top-of-book venue the last quote says where the other side is, if there was any, and a trade without an
        // aggressor stays the market of both sides (observed on 1.231.0); otherwise it is where it was.
        let (old_bid, old_ask) =
            if self.is_l1() { self.last_touch.get().filter(|_| is_buyer != is_seller).unzip() } else { before };
        if is_seller && old_ask.is_some() {
            ask.set(old_ask);
        }
        if is_buyer && old_bid.is_some() {
            bid.set(old_bid);
        }
        Ok(())
    }

    /// The trade is the market of its aggressor's side, whatever the book says, and the other side gives way. Without an
    /// aggressor the book says what the market is (observed on 1.221.0).
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
            AggressorSide::NoAggressor => self.read_book(),
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
            drop(book);
            self.note_deltas(deltas);
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
        self.note_snapshot();
        if let (Some(bid), Some(ask)) = (depth.bids.first(), depth.asks.first()) {
            self.last_touch.set(Some((bid.price, ask.price)));
        }
        self.iterate(out, depth.ts_init)
    }
}
