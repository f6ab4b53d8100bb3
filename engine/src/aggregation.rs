//! Builds bars from ticks and from other bars.

use crate::{
    clock::{civil_date, days_from_civil},
    model::{
        ModelError, ModelResult, UnixNanos,
        data::{Bar, BarSpecification, BarType, QuoteTick, TradeTick},
        enums::{AggregationSource, BarAggregation, PriceType},
        fixed::{Price, Quantity, unit},
    },
    profile::Profile,
};

const NANOS_IN_MICRO: u64 = 1_000;
const NANOS_IN_MILLI: u64 = 1_000_000;
const NANOS_IN_SECOND: u64 = 1_000_000_000;
const NANOS_IN_DAY: u64 = 86_400 * NANOS_IN_SECOND;
/// 1970-01-01 was a Thursday; weeks start on Mondays.
const FIRST_MONDAY: u64 = 4 * NANOS_IN_DAY;

/// How time bars are built.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools)]
pub struct TimeBars {
    pub build_with_no_updates: bool,
    pub timestamp_on_close: bool,
    pub skip_first_non_full_bar: bool,
    /// Left-open: a bar holds its end, not its start.
    pub left_open: bool,
    pub build_delay_us: u64,
}

/// What a bar is built from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    Quotes,
    Trades,
    Bars(BarType),
}

/// When a time bar closes for the first time, and then again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cadence {
    /// Every so many nanoseconds from `start` on; at `start` itself too when `fire_immediately`.
    Interval { start: UnixNanos, interval: u64, fire_immediately: bool },
    /// At this time; ask [`Aggregator::next_close`] for the one after it.
    Calendar { first: UnixNanos },
}

#[derive(Clone, Copy, Debug)]
struct Prices {
    open: Price,
    high: Price,
    low: Price,
    close: Price,
}

#[derive(Clone, Debug)]
struct Builder {
    bar_type: BarType,
    size_precision: u8,
    prices: Option<Prices>,
    last_close: Option<Price>,
    /// Raw units.
    volume: i128,
    count: u64,
    ts_last: UnixNanos,
}

impl Builder {
    const fn new(bar_type: BarType, size_precision: u8) -> Self {
        Self { bar_type, size_precision, prices: None, last_close: None, volume: 0, count: 0, ts_last: 0 }
    }

    fn update(&mut self, with: Prices, volume: i128, ts: UnixNanos) {
        if ts < self.ts_last {
            return;
        }
        self.prices = Some(match self.prices {
            None => with,
            Some(so_far) => Prices {
                open: so_far.open,
                high: so_far.high.max(with.high),
                low: so_far.low.min(with.low),
                close: with.close,
            },
        });
        self.volume += volume;
        self.count += 1;
        self.ts_last = ts;
    }

    /// The bar, flat at the last close when nothing has come since; nothing before the first update ever.
    fn build(&mut self, ts_event: UnixNanos, ts_init: UnixNanos) -> Option<Bar> {
        let flat = self.last_close.map(|price| Prices { open: price, high: price, low: price, close: price });
        let Prices { open, high, low, close } = self.prices.take().or(flat)?;
        let volume = Quantity::from_raw(self.volume, self.size_precision);
        self.last_close = Some(close);
        self.volume = 0;
        self.count = 0;
        let bar_type = self.bar_type.standard();
        Some(Bar { bar_type, open, high, low, close, volume, ts_event, ts_init, is_revision: false })
    }
}

#[derive(Clone, Copy, Debug)]
enum Rule {
    Ticks {
        step: u64,
    },
    /// In raw units.
    Volume {
        step: i128,
    },
    Time {
        period: Period,
        settings: TimeBars,
        skips_next: bool,
    },
}

#[derive(Clone, Copy, Debug)]
enum Period {
    Nanos { length: u64, anchor: UnixNanos },
    Months { count: u64 },
}

/// Builds the bars of one type.
#[derive(Clone, Debug)]
pub struct Aggregator {
    pub bar_type: BarType,
    pub input: Input,
    builder: Builder,
    rule: Rule,
    first_immediately: bool,
}

impl Aggregator {
    /// # Errors
    /// When the aggregation or the price type is not one that bars can be built with here.
    pub fn new(bar_type: BarType, size_precision: u8, time_bars: TimeBars, profile: &Profile) -> ModelResult<Self> {
        let input = input_of(bar_type)?;
        let composite_of_internal =
            matches!(input, Input::Bars(source) if source.source == AggregationSource::Internal);
        let extra_us = if composite_of_internal { profile.composite_delay_us } else { 0 };
        let settings = TimeBars { build_delay_us: time_bars.build_delay_us.max(extra_us), ..time_bars };
        let rule = rule_of(bar_type.spec, settings)?;
        let builder = Builder::new(bar_type, size_precision);
        Ok(Self { bar_type, input, builder, rule, first_immediately: profile.first_bar_immediately })
    }

    /// When the bar's timer has to fire; nothing for bars that are not built by time.
    pub fn start(&mut self, now: UnixNanos) -> Option<Cadence> {
        let first_immediately = self.first_immediately;
        let Rule::Time { period, settings, skips_next } = &mut self.rule else { return None };
        let floor = period.floor(now);
        *skips_next = settings.skip_first_non_full_bar && (floor != now || first_immediately);
        let start = floor + settings.build_delay_us * NANOS_IN_MICRO;
        Some(match *period {
            Period::Nanos { length, .. } => {
                Cadence::Interval { start, interval: length, fire_immediately: first_immediately && start == now }
            }
            Period::Months { count } => {
                let first = if first_immediately && start == now { start } else { add_months(start, count) };
                Cadence::Calendar { first }
            }
        })
    }

    /// The close after this one, for calendar periods.
    #[must_use]
    pub const fn next_close(&self, close: UnixNanos) -> Option<UnixNanos> {
        match self.rule {
            Rule::Time { period: Period::Months { count }, .. } => Some(add_months(close, count)),
            _ => None,
        }
    }

    /// Takes a quote and appends the bars that it completes.
    pub fn on_quote(&mut self, quote: &QuoteTick, out: &mut Vec<Bar>) {
        let (price, size) = match self.bar_type.spec.price_type {
            PriceType::Bid => (quote.bid_price, quote.bid_size.raw),
            PriceType::Ask => (quote.ask_price, quote.ask_size.raw),
            _ => (quote.mid_price(), i128::midpoint(quote.bid_size.raw, quote.ask_size.raw)),
        };
        self.apply(Prices { open: price, high: price, low: price, close: price }, size, quote.ts_init, out);
    }

    /// Takes a trade and appends the bars that it completes.
    pub fn on_trade(&mut self, trade: &TradeTick, out: &mut Vec<Bar>) {
        let price = trade.price;
        self.apply(Prices { open: price, high: price, low: price, close: price }, trade.size.raw, trade.ts_init, out);
    }

    /// Takes a smaller bar and appends the bars that it completes.
    pub fn on_bar(&mut self, bar: &Bar, out: &mut Vec<Bar>) {
        let prices = Prices { open: bar.open, high: bar.high, low: bar.low, close: bar.close };
        self.apply(prices, bar.volume.raw, bar.ts_init, out);
    }

    /// How many ticks it takes before one can complete a bar.
    #[must_use]
    pub fn room(&self) -> usize {
        match self.rule {
            Rule::Time { .. } => usize::MAX,
            Rule::Ticks { step } => usize::try_from(step.saturating_sub(self.builder.count + 1)).unwrap_or(usize::MAX),
            Rule::Volume { .. } => 0,
        }
    }

    /// Closes a time bar.
    pub fn on_timer(&mut self, now: UnixNanos) -> Option<Bar> {
        let Rule::Time { period, settings, skips_next } = &mut self.rule else { return None };
        if self.builder.count == 0 && !settings.build_with_no_updates {
            return None;
        }
        let opened = period.before(now);
        let ts_event = if settings.left_open && settings.timestamp_on_close { now } else { opened };
        let bar = self.builder.build(ts_event, now)?;
        (!std::mem::take(skips_next)).then_some(bar)
    }

    fn apply(&mut self, prices: Prices, size: i128, ts: UnixNanos, out: &mut Vec<Bar>) {
        match self.rule {
            Rule::Time { .. } => self.builder.update(prices, size, ts),
            Rule::Ticks { step } => {
                self.builder.update(prices, size, ts);
                if self.builder.count == step {
                    out.extend(self.builder.build(ts, ts));
                }
            }
            // A large tick is split over as many bars as it fills.
            Rule::Volume { step } => {
                let mut rest = size;
                while rest > 0 {
                    let room = step - self.builder.volume;
                    if rest < room {
                        self.builder.update(prices, rest, ts);
                        break;
                    }
                    self.builder.update(prices, room, ts);
                    if self.builder.volume < step {
                        break; // a tick older than the bar's last one: ignored
                    }
                    out.extend(self.builder.build(ts, ts));
                    rest -= room;
                }
            }
        }
    }
}

impl Period {
    /// The latest start of a period that is not after `now`.
    const fn floor(self, now: UnixNanos) -> UnixNanos {
        match self {
            Self::Nanos { length, anchor } => {
                let anchor = anchor_before(now, length, anchor);
                anchor + (now - anchor) / length * length
            }
            Self::Months { count } => {
                let (year, month, _) = civil_date(now / NANOS_IN_DAY);
                let months = (year * 12 + month - 1) / count * count;
                days_from_civil(months / 12, months % 12 + 1, 1) * NANOS_IN_DAY
            }
        }
    }

    /// The start of the period that closes at `close`.
    const fn before(self, close: UnixNanos) -> UnixNanos {
        match self {
            Self::Nanos { length, .. } => close.saturating_sub(length),
            Self::Months { count } => {
                let (year, month, day) = civil_date(close / NANOS_IN_DAY);
                let months = (year * 12 + month - 1).saturating_sub(count);
                days_from_civil(months / 12, months % 12 + 1, day) * NANOS_IN_DAY + close % NANOS_IN_DAY
            }
        }
    }
}

/// Periods within a day are counted from midnight, so that 7-minute bars start anew each day.
const fn anchor_before(now: UnixNanos, length: u64, anchor: UnixNanos) -> UnixNanos {
    if length < NANOS_IN_DAY {
        now - now % NANOS_IN_DAY
    } else if now < anchor {
        0
    } else {
        anchor
    }
}

const fn add_months(at: UnixNanos, count: u64) -> UnixNanos {
    let (year, month, day) = civil_date(at / NANOS_IN_DAY);
    let months = year * 12 + month - 1 + count;
    days_from_civil(months / 12, months % 12 + 1, day) * NANOS_IN_DAY + at % NANOS_IN_DAY
}

fn input_of(bar_type: BarType) -> ModelResult<Input> {
    if let Some(source) = bar_type.composite {
        let spec = BarSpecification {
            step: source.step,
            aggregation: source.aggregation,
            price_type: bar_type.spec.price_type,
        };
        return Ok(Input::Bars(BarType { spec, source: source.source, composite: None, ..bar_type }));
    }
    match bar_type.spec.price_type {
        PriceType::Last => Ok(Input::Trades),
        PriceType::Bid | PriceType::Ask | PriceType::Mid => Ok(Input::Quotes),
        PriceType::Mark => Err(unsupported(bar_type.spec)),
    }
}

fn rule_of(spec: BarSpecification, settings: TimeBars) -> ModelResult<Rule> {
    let step = spec.step;
    let nanos = |length: u64, anchor| {
        let length =
            step.checked_mul(length).ok_or_else(|| ModelError::Value(format!("`step` of {spec} is too large")))?;
        Ok(Rule::Time { period: Period::Nanos { length, anchor }, settings, skips_next: false })
    };
    let months = |count| Ok(Rule::Time { period: Period::Months { count }, settings, skips_next: false });
    match spec.aggregation {
        BarAggregation::Tick => Ok(Rule::Ticks { step }),
        BarAggregation::Volume => Ok(Rule::Volume { step: i128::from(step) * unit(0) }),
        BarAggregation::Millisecond => nanos(NANOS_IN_MILLI, 0),
        BarAggregation::Second => nanos(NANOS_IN_SECOND, 0),
        BarAggregation::Minute => nanos(60 * NANOS_IN_SECOND, 0),
        BarAggregation::Hour => nanos(3_600 * NANOS_IN_SECOND, 0),
        BarAggregation::Day => nanos(NANOS_IN_DAY, 0),
        BarAggregation::Week => nanos(7 * NANOS_IN_DAY, FIRST_MONDAY),
        BarAggregation::Month => months(step),
        BarAggregation::Year => months(step.saturating_mul(12)),
        _ => Err(unsupported(spec)),
    }
}

fn unsupported(spec: BarSpecification) -> ModelError {
    ModelError::Value(format!(
        "internal aggregation of {spec} bars is not supported by lintkit's bundled engine; run with `--engine nautilus`"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::data::CompositeSource,
        profile::{V1_221, V1_231},
    };

    const T0: u64 = 1_600_000_000 * NANOS_IN_SECOND;
    const MS: u64 = NANOS_IN_MILLI;
    const DEFAULT: TimeBars = TimeBars {
        build_with_no_updates: true,
        timestamp_on_close: true,
        skip_first_non_full_bar: false,
        left_open: true,
        build_delay_us: 0,
    };

    fn bar_type(step: u64, aggregation: BarAggregation, price_type: PriceType) -> BarType {
        let spec = BarSpecification { step, aggregation, price_type };
        let instrument_id = "AUD/USD.SIM".parse().unwrap();
        BarType { instrument_id, spec, source: AggregationSource::Internal, composite: None }
    }

    fn quote(ms: u64, bid_ulps: i128, bid_size: u32, ask_size: u32) -> QuoteTick {
        let price = |ulps| Price::from_raw(ulps * unit(5), 5);
        let size = |n| Quantity::from_raw(i128::from(n) * unit(0), 0);
        QuoteTick {
            instrument_id: "AUD/USD.SIM".parse().unwrap(),
            bid_price: price(bid_ulps),
            ask_price: price(bid_ulps + 3),
            bid_size: size(bid_size),
            ask_size: size(ask_size),
            ts_event: T0 + ms * MS,
            ts_init: T0 + ms * MS,
        }
    }

    fn show(bar: &Bar) -> String {
        let at = (bar.ts_init - T0) / MS;
        format!("{at}: {} {} {} {} {}", bar.open, bar.high, bar.low, bar.close, bar.volume)
    }

    /// The recorded scenario of tick and volume bars; both versions agree.
    #[test]
    fn counts_ticks_and_splits_volume() {
        let quotes: Vec<QuoteTick> =
            (0..7).map(|k| quote(k, 70_000 + i128::from(k), 1000 * (u32::try_from(k).unwrap() + 1), 3000)).collect();
        let run = |step, aggregation, price_type| {
            let kind = bar_type(step, aggregation, price_type);
            let mut aggregator = Aggregator::new(kind, 0, DEFAULT, &V1_221).unwrap();
            let mut out = Vec::new();
            for quote in &quotes {
                aggregator.on_quote(quote, &mut out);
            }
            out.iter().map(show).collect::<Vec<_>>()
        };
        assert_eq!(
            run(3, BarAggregation::Tick, PriceType::Mid),
            ["2: 0.700015 0.700035 0.700015 0.700035 7500", "5: 0.700045 0.700065 0.700045 0.700065 12000"]
        );
        assert_eq!(
            run(5000, BarAggregation::Volume, PriceType::Bid),
            [
                "2: 0.70000 0.70002 0.70000 0.70002 5000",
                "3: 0.70002 0.70003 0.70002 0.70003 5000",
                "4: 0.70004 0.70004 0.70004 0.70004 5000",
                "5: 0.70005 0.70005 0.70005 0.70005 5000",
                "6: 0.70005 0.70006 0.70005 0.70006 5000",
            ]
        );
    }

    #[test]
    fn the_first_bar_closes_at_once_only_in_versions_that_do() {
        for (profile, immediately) in [(&V1_221, false), (&V1_231, true)] {
            let kind = bar_type(1, BarAggregation::Second, PriceType::Bid);
            let mut aggregator = Aggregator::new(kind, 0, DEFAULT, profile).unwrap();
            let interval = NANOS_IN_SECOND;
            assert_eq!(
                aggregator.start(T0),
                Some(Cadence::Interval { start: T0, interval, fire_immediately: immediately })
            );
            assert_eq!(
                aggregator.start(T0 + 300 * MS),
                Some(Cadence::Interval { start: T0, interval, fire_immediately: false })
            );
        }
    }

    #[test]
    fn nothing_before_the_first_update_and_flat_bars_after() {
        let kind = bar_type(1, BarAggregation::Second, PriceType::Bid);
        let mut aggregator = Aggregator::new(kind, 0, DEFAULT, &V1_221).unwrap();
        aggregator.start(T0);
        assert!(aggregator.on_timer(T0 + 1000 * MS).is_none());
        aggregator.on_quote(&quote(1200, 70_003, 10, 10), &mut Vec::new());
        let shown = [2000, 3000].map(|ms| aggregator.on_timer(T0 + ms * MS).map(|bar| show(&bar)).unwrap_or_default());
        assert_eq!(shown, ["2000: 0.70003 0.70003 0.70003 0.70003 10", "3000: 0.70003 0.70003 0.70003 0.70003 0"]);
    }

    #[test]
    fn composites_of_internal_bars_wait_for_them_where_the_version_does() {
        let source =
            CompositeSource { step: 1, aggregation: BarAggregation::Second, source: AggregationSource::Internal };
        let kind = BarType { composite: Some(source), ..bar_type(3, BarAggregation::Second, PriceType::Bid) };
        for (profile, delay) in [(&V1_221, 15_000), (&V1_231, 0)] {
            let mut aggregator = Aggregator::new(kind, 0, DEFAULT, profile).unwrap();
            // 12:26:40 is one second into a period of three that is counted from midnight.
            let start = T0 - NANOS_IN_SECOND + delay;
            let interval = 3 * NANOS_IN_SECOND;
            assert_eq!(aggregator.start(T0), Some(Cadence::Interval { start, interval, fire_immediately: false }));
        }
    }

    #[test]
    fn months_follow_the_calendar() {
        let kind = bar_type(1, BarAggregation::Month, PriceType::Last);
        let mut aggregator = Aggregator::new(kind, 0, DEFAULT, &V1_221).unwrap();
        let first = days_from_civil(2020, 10, 1) * NANOS_IN_DAY;
        assert_eq!(aggregator.start(T0), Some(Cadence::Calendar { first }));
        assert_eq!(aggregator.next_close(first), Some(days_from_civil(2020, 11, 1) * NANOS_IN_DAY));
    }

    #[test]
    fn what_cannot_be_built_is_refused() {
        let kind = bar_type(10, BarAggregation::Renko, PriceType::Last);
        let error = Aggregator::new(kind, 0, DEFAULT, &V1_221).unwrap_err();
        assert!(error.to_string().contains("10-RENKO-LAST"));
    }
}
