//! Rows of quotes and trades that no resting order can act on: only the last of them counts.

use super::MatchingEngine;
use crate::model::{
    UnixNanos,
    columns::{QuoteColumns, TradeColumns},
};

impl MatchingEngine {
    /// Whether rows from this event time on replace the top of the book one after the other, and nothing else.
    fn takes_rows(&self, ts_event: UnixNanos) -> bool {
        self.is_l1()
            && !self.config.queue_position
            && self.expires_at().is_none()
            && ts_event >= self.book.borrow().ts_last
    }

    /// Passes over up to `rows` rows, as long as none makes an order act and the one after them shows both sides; how many.
    pub fn pass_quotes(&self, quotes: &QuoteColumns, row: usize, rows: usize) -> usize {
        let (instrument, times) = (&self.instrument, &quotes.times);
        let prices = [&quotes.bid_prices, &quotes.ask_prices];
        let sizes = [&quotes.bid_sizes, &quotes.ask_sizes];
        let is_precise = prices.iter().all(|prices| prices.precision == instrument.price_precision)
            && sizes.iter().all(|sizes| sizes.precision == instrument.size_precision);
        if !is_precise || !self.takes_rows(times.event(row)) {
            return 0;
        }
        let mut calm = rows;
        if !self.core.is_empty() {
            let acts = |at: &usize| {
                let (bid, ask) = (quotes.bid_prices.get(*at), quotes.ask_prices.get(*at));
                self.core.may_act_at(Some(bid), Some(ask), self.config.support_gtd_orders.then(|| times.init(*at)))
            };
            calm = (row..row + rows).find(acts).map_or(rows, |at| at - row);
        }
        while calm > 0 && sizes.iter().any(|sizes| sizes.is_zero(row + calm)) {
            calm -= 1;
        }
        self.book.borrow_mut().pass(calm);
        calm
    }

    /// As [`MatchingEngine::pass_quotes`], where trades do not execute orders by themselves.
    pub fn pass_trades(&self, trades: &TradeColumns, row: usize, rows: usize) -> usize {
        let instrument = &self.instrument;
        let is_precise = trades.prices.precision == instrument.price_precision
            && trades.sizes.precision == instrument.size_precision;
        if !is_precise || self.config.trade_execution || !self.takes_rows(trades.times.event(row)) {
            return 0;
        }
        let mut calm = rows;
        if !self.core.is_empty() && !self.profile.transient_trades {
            let acts = |at: &usize| {
                let price = Some(trades.prices.get(*at));
                let now = self.config.support_gtd_orders.then(|| trades.times.init(*at));
                self.core.may_act_at(price, price, now)
            };
            calm = (row..row + rows).find(acts).map_or(rows, |at| at - row);
        }
        while calm > 0 && trades.sizes.is_zero(row + calm) {
            calm -= 1;
        }
        self.book.borrow_mut().pass(calm);
        calm
    }
}
