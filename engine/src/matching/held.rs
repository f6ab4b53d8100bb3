//! Rows of ticks that replace the market one after the other while nothing rests that they could fill: each is shown to the
//! book only when somebody looks, so that of the rows between two looks the last one alone costs anything.

use std::cell::{Cell, RefCell};

use super::MatchingEngine;
use crate::model::{
    UnixNanos,
    columns::{Columns, QuoteColumns, TradeColumns},
};

#[derive(Debug, Default)]
pub(super) struct Held {
    /// The table whose rows may be held.
    columns: RefCell<Option<Columns>>,
    /// The latest of them, if the book has not seen it.
    row: Cell<Option<usize>>,
    /// How many before it the book has not seen either.
    passed: Cell<usize>,
    /// Its event time.
    ts_event: Cell<UnixNanos>,
}

impl MatchingEngine {
    /// Whether rows of the table may be held from now on, as far as each of them allows it.
    pub fn hold_rows_of(&self, columns: &Columns) -> bool {
        self.show_held();
        let instrument = &self.instrument;
        let is_plain = match columns {
            Columns::Quotes(quotes) => {
                let (prices, sizes) =
                    (&[&quotes.bid_prices, &quotes.ask_prices], &[&quotes.bid_sizes, &quotes.ask_sizes]);
                prices.iter().all(|prices| prices.precision == instrument.price_precision)
                    && sizes.iter().all(|sizes| sizes.precision == instrument.size_precision && !sizes.has_zero())
            }
            Columns::Trades(trades) => {
                trades.prices.precision == instrument.price_precision
                    && trades.sizes.precision == instrument.size_precision
                    && !trades.sizes.has_zero()
                    && !self.config.trade_execution
            }
            Columns::Bars(_) => false,
        };
        let may_hold = is_plain
            && self.is_l1()
            && !self.config.queue_position
            && !self.config.liquidity_consumption
            && self.expires_at().is_none();
        if may_hold {
            *self.held.columns.borrow_mut() = Some(columns.clone());
        }
        may_hold
    }

    /// Holds a row of the table; false where it is to be processed as any other tick.
    pub fn hold_quote(&self, quotes: &QuoteColumns, at: usize) -> bool {
        let acts = !self.core.is_empty() && {
            let (bid, ask) = (quotes.bid_prices.get(at), quotes.ask_prices.get(at));
            self.core.may_act_at(Some(bid), Some(ask), self.config.support_gtd_orders.then(|| quotes.times.init(at)))
        };
        !acts && self.hold(quotes.times.event(at), quotes.times.init(at), at)
    }

    /// As [`MatchingEngine::hold_quote`].
    pub fn hold_trade(&self, trades: &TradeColumns, at: usize) -> bool {
        let acts = !self.core.is_empty() && !self.profile.transient_trades && {
            let price = Some(trades.prices.get(at));
            self.core.may_act_at(price, price, self.config.support_gtd_orders.then(|| trades.times.init(at)))
        };
        !acts && self.hold(trades.times.event(at), trades.times.init(at), at)
    }

    fn hold(&self, ts_event: UnixNanos, ts_init: UnixNanos, at: usize) -> bool {
        let held = &self.held;
        let is_first = held.row.get().is_none();
        let newest = if is_first { self.book.borrow().ts_last } else { held.ts_event.get() };
        if ts_event < newest {
            return false;
        }
        held.row.set(Some(at));
        held.ts_event.set(ts_event);
        if !is_first {
            held.passed.set(held.passed.get() + 1);
        }
        self.now.set(ts_init);
        true
    }

    /// Shows the book what is held. To be called before anybody looks at the market or matches.
    pub fn show_held(&self) {
        let Some(at) = self.held.row.take() else { return };
        self.book.borrow_mut().pass(self.held.passed.take());
        let are_matched = match &*self.held.columns.borrow() {
            Some(Columns::Quotes(quotes)) => {
                self.show_quote(&quotes.get(at));
                true
            }
            Some(Columns::Trades(trades)) => {
                self.show_trade(&trades.get(at));
                !self.profile.transient_trades
            }
            Some(Columns::Bars(_)) | None => return,
        };
        self.read_book();
        if are_matched && !self.core.is_empty() {
            self.saved.set(None);
        }
    }

    pub(super) fn forget_held(&self) {
        self.held.row.set(None);
        self.held.passed.set(0);
        self.held.ts_event.set(0);
    }
}
