//! Bars at the venue: up to four prices, of which each is a move of the market.

use super::{MatchingEngine, Outlet};
use crate::{
    halt::Flow,
    model::{
        data::{Bar, BarType, QuoteTick},
        enums::{AggregationSource, BarAggregation, PriceType},
        fixed::{Price, Quantity, raw_from_f64, unit},
    },
    profile::BarVolume,
};

/// One of a bar's prices, with the share of its volume.
#[derive(Clone, Copy)]
struct Step {
    price: Price,
    size: Quantity,
    /// The open is a jump from the last bar; what follows passes through the prices in between.
    is_move: bool,
}

impl MatchingEngine {
    /// # Errors
    /// When user code raises.
    pub fn process_bar(&self, out: &dyn Outlet, bar: &Bar) -> Flow {
        let bar_type = bar.bar_type.standard();
        if !self.config.bar_execution
            || !self.is_l1()
            || bar_type.source != AggregationSource::External
            || (bar_type.spec.aggregation == BarAggregation::Month && !self.profile.executes_month_bars)
            || !self.executes(bar_type)
        {
            return Ok(());
        }
        self.now.set(bar.ts_init);
        match bar_type.spec.price_type {
            PriceType::Last | PriceType::Mid | PriceType::Mark => self.execute_trades(out, bar),
            PriceType::Bid => {
                self.last_bid_bar.set(Some(*bar));
                self.execute_quotes(out)
            }
            PriceType::Ask => {
                self.last_ask_bar.set(Some(*bar));
                self.execute_quotes(out)
            }
        }
    }

    /// The first bar type of an instrument is the one that executes, until a type of a shorter period takes over.
    fn executes(&self, bar_type: BarType) -> bool {
        let Some(current) = self.execution_bars.get() else {
            self.execution_bars.set(Some(bar_type));
            return true;
        };
        if current.spec.step == bar_type.spec.step && current.spec.aggregation == bar_type.spec.aggregation {
            return true;
        }
        let is_shorter = match (period(bar_type), period(current)) {
            (Some(new), Some(old)) => new <= old,
            _ => false,
        };
        if is_shorter {
            self.execution_bars.set(Some(bar_type));
        }
        is_shorter
    }

    fn execute_trades(&self, out: &dyn Outlet, bar: &Bar) -> Flow {
        // The bar counts as a trade itself; so does, in some versions, every price of it.
        self.next_trade_id();
        let (part, rest) = self.split_volume(bar.volume);
        let last = self.core.last.get();
        let step = |price, size, is_move| Step { price, size, is_move };
        if last.is_none_or(|last| bar.open != last) {
            self.trade_at(out, bar, step(bar.open, part, false))?;
        }
        let high_first = !self.config.bar_adaptive_high_low
            || (bar.high.raw - bar.open.raw).abs() < (bar.low.raw - bar.open.raw).abs();
        let highs = step(bar.high, part, true);
        let lows = step(bar.low, part, true);
        for (extreme, is_high) in
            if high_first { [(highs, true), (lows, false)] } else { [(lows, false), (highs, true)] }
        {
            let last = self.core.last.get().unwrap_or(bar.open);
            if (is_high && extreme.price > last) || (!is_high && extreme.price < last) {
                self.count_move();
                self.trade_at(out, bar, extreme)?;
            }
        }
        if self.core.last.get() != Some(bar.close) {
            self.count_move();
            self.trade_at(out, bar, step(bar.close, rest, true))?;
        }
        Ok(())
    }

    fn count_move(&self) {
        if self.profile.bar_volume == BarVolume::QuarterAndRest {
            self.next_trade_id();
        }
    }

    fn trade_at(&self, out: &dyn Outlet, bar: &Bar, step: Step) -> Flow {
        self.book.borrow_mut().set_trade(step.price, step.size, bar.ts_event);
        if self.profile.bars_set_last_first {
            self.core.last.set(Some(step.price));
        }
        self.in_bar_move.set(step.is_move);
        let matched = self.iterate(out, bar.ts_init);
        self.in_bar_move.set(false);
        self.core.last.set(Some(step.price));
        matched
    }

    /// Bid and ask bars of one time together make four quotes.
    fn execute_quotes(&self, out: &dyn Outlet) -> Flow {
        let (Some(bid), Some(ask)) = (self.last_bid_bar.get(), self.last_ask_bar.get()) else { return Ok(()) };
        if bid.ts_init != ask.ts_init {
            return Ok(());
        }
        let (bid_part, bid_rest) = self.split_volume(bid.volume);
        let (ask_part, ask_rest) = self.split_volume(ask.volume);
        let steps = [
            (bid.open, ask.open, bid_part, ask_part, false),
            (bid.high, ask.high, bid_part, ask_part, true),
            (bid.low, ask.low, bid_part, ask_part, true),
            (bid.close, ask.close, bid_rest, ask_rest, true),
        ];
        self.last_bid_bar.set(None);
        self.last_ask_bar.set(None);
        for (bid_price, ask_price, bid_size, ask_size, is_move) in steps {
            let quote = QuoteTick {
                instrument_id: self.instrument.id,
                bid_price,
                ask_price,
                bid_size,
                ask_size,
                ts_event: bid.ts_init,
                ts_init: bid.ts_init,
            };
            self.book.borrow_mut().set_quote(&quote);
            self.last_touch.set(Some((bid_price, ask_price)));
            self.note_quote(&quote);
            self.in_bar_move.set(is_move);
            let matched = self.iterate(out, bid.ts_init);
            self.in_bar_move.set(false);
            matched?;
        }
        Ok(())
    }

    /// The size of each of the first three steps, and of the last.
    fn split_volume(&self, volume: Quantity) -> (Quantity, Quantity) {
        let increment = self.instrument.size_increment.raw.max(unit(volume.precision));
        match self.profile.bar_volume {
            BarVolume::Quarter => {
                let raw = raw_from_f64(volume.as_f64() / 4.0, volume.precision).max(increment);
                let part = Quantity::from_raw(raw, volume.precision);
                (part, part)
            }
            BarVolume::QuarterAndRest => {
                let quarter = volume.raw / 4 / increment * increment;
                let part = quarter.max(increment);
                let rest = (volume.raw - 3 * part).max(increment);
                (Quantity::from_raw(part, volume.precision), Quantity::from_raw(rest, volume.precision))
            }
        }
    }
}

/// Nanoseconds of a time bar; nothing for bars that time does not end.
fn period(bar_type: BarType) -> Option<u64> {
    let unit = match bar_type.spec.aggregation {
        BarAggregation::Millisecond => 1_000_000,
        BarAggregation::Second => 1_000_000_000,
        BarAggregation::Minute => 60_000_000_000,
        BarAggregation::Hour => 3_600_000_000_000,
        BarAggregation::Day => 86_400_000_000_000,
        BarAggregation::Week => 604_800_000_000_000,
        BarAggregation::Month => 2_592_000_000_000_000,
        _ => return None,
    };
    bar_type.spec.step.checked_mul(unit)
}
