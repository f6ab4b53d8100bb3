//! Market data as the engine moves it: small copyable records, times in UNIX nanoseconds.

use std::{fmt, str::FromStr};

use super::{
    ModelError, ModelResult, UnixNanos,
    enums::{AggregationSource, AggressorSide, BarAggregation, BookAction, OrderSide, PriceType},
    fixed::{FIXED_PRECISION, Price, Quantity},
    identifiers::{InstrumentId, TradeId},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuoteTick {
    pub instrument_id: InstrumentId,
    pub bid_price: Price,
    pub ask_price: Price,
    pub bid_size: Quantity,
    pub ask_size: Quantity,
    pub ts_event: UnixNanos,
    pub ts_init: UnixNanos,
}

impl QuoteTick {
    /// With one more decimal than the bid, where there is room for it.
    #[must_use]
    pub fn mid_price(&self) -> Price {
        let raw = i128::midpoint(self.bid_price.raw, self.ask_price.raw);
        Price::from_raw(raw, (self.bid_price.precision + 1).min(FIXED_PRECISION))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TradeTick {
    pub instrument_id: InstrumentId,
    pub price: Price,
    pub size: Quantity,
    pub aggressor_side: AggressorSide,
    pub trade_id: TradeId,
    pub ts_event: UnixNanos,
    pub ts_init: UnixNanos,
}

/// How bars are built: every `step` units of `aggregation`, from prices of `price_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BarSpecification {
    pub step: u64,
    pub aggregation: BarAggregation,
    pub price_type: PriceType,
}

impl BarAggregation {
    /// Whether bars close by the clock.
    #[must_use]
    pub const fn is_time(self) -> bool {
        self.unit_ns().is_some() || matches!(self, Self::Month | Self::Year)
    }

    #[must_use]
    pub const fn is_threshold(self) -> bool {
        matches!(
            self,
            Self::Tick
                | Self::TickImbalance
                | Self::Volume
                | Self::VolumeImbalance
                | Self::Value
                | Self::ValueImbalance
        )
    }

    #[must_use]
    pub const fn is_information(self) -> bool {
        matches!(self, Self::TickRuns | Self::VolumeRuns | Self::ValueRuns)
    }

    /// The length of one step in nanoseconds, where it is constant.
    #[must_use]
    pub const fn unit_ns(self) -> Option<u64> {
        match self {
            Self::Millisecond => Some(1_000_000),
            Self::Second => Some(1_000_000_000),
            Self::Minute => Some(60_000_000_000),
            Self::Hour => Some(3_600_000_000_000),
            Self::Day => Some(86_400_000_000_000),
            Self::Week => Some(604_800_000_000_000),
            _ => None,
        }
    }

    /// How many of these make up the next larger unit: the steps must divide it, and not be all of it.
    #[must_use]
    pub const fn periodic_limit(self) -> Option<u64> {
        match self {
            Self::Millisecond => Some(1000),
            Self::Second | Self::Minute => Some(60),
            Self::Hour => Some(24),
            Self::Day | Self::Week => Some(1),
            Self::Month => Some(12),
            _ => None,
        }
    }
}

impl BarSpecification {
    /// # Errors
    /// When the step is zero, or bars of it would not start at the same times of every larger unit.
    pub fn new(step: u64, aggregation: BarAggregation, price_type: PriceType) -> ModelResult<Self> {
        if step == 0 {
            return Err(ModelError::Value(format!("'step' not a positive integer, was {step}")));
        }
        if let Some(limit) = aggregation.periodic_limit() {
            let head = format!("Invalid step in bar_type.spec.step: {step} for aggregation={}", aggregation.value());
            if limit % step != 0 {
                return Err(ModelError::Value(format!("{head}. step must evenly divide {limit} (so it is periodic).")));
            }
            if limit > 1 && limit == step {
                return Err(ModelError::Value(format!(
                    "{head}. step must not be {limit}. Use higher aggregation unit instead."
                )));
            }
        }
        Ok(Self { step, aggregation, price_type })
    }

    /// The length of a bar in nanoseconds, where it is constant.
    #[must_use]
    pub fn interval_ns(self) -> Option<u64> {
        self.aggregation.unit_ns().map(|unit| unit * self.step)
    }
}

impl FromStr for BarSpecification {
    type Err = ModelError;

    /// `STEP-AGGREGATION-PRICE_TYPE`.
    fn from_str(text: &str) -> ModelResult<Self> {
        let parts: Vec<&str> = text.rsplitn(3, '-').collect();
        let [price_type, aggregation, step] = parts[..] else {
            return Err(ModelError::Value(format!("The `BarSpecification` string value was malformed, was {text}")));
        };
        let step = step
            .parse::<i64>()
            .map_err(|_| ModelError::Value(format!("invalid literal for int() with base 10: '{step}'")))?;
        let step =
            u64::try_from(step).map_err(|_| ModelError::Value(format!("'step' not a positive integer, was {step}")))?;
        let unknown = |what: &str| ModelError::Value(format!("'{what}' in bar specification '{text}' is unknown"));
        Self::new(
            step,
            BarAggregation::from_name(&aggregation.to_ascii_uppercase()).ok_or_else(|| unknown(aggregation))?,
            PriceType::from_name(&price_type.to_ascii_uppercase()).ok_or_else(|| unknown(price_type))?,
        )
    }
}

impl fmt::Display for BarSpecification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.step, self.aggregation, self.price_type)
    }
}

/// What a composite bar type is built from, e.g. `@1-MINUTE-EXTERNAL`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CompositeSource {
    pub step: u64,
    pub aggregation: BarAggregation,
    pub source: AggregationSource,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BarType {
    pub instrument_id: InstrumentId,
    pub spec: BarSpecification,
    pub source: AggregationSource,
    pub composite: Option<CompositeSource>,
}

impl BarType {
    /// The type itself, without what a composite is built from.
    #[must_use]
    pub const fn standard(self) -> Self {
        Self { composite: None, ..self }
    }

    /// What a composite type is built from; a standard type itself.
    #[must_use]
    pub const fn source_type(self) -> Self {
        match self.composite {
            Some(c) => Self {
                instrument_id: self.instrument_id,
                spec: BarSpecification { step: c.step, aggregation: c.aggregation, price_type: self.spec.price_type },
                source: c.source,
                composite: None,
            },
            None => self,
        }
    }
}

impl FromStr for BarType {
    type Err = ModelError;

    /// `INSTRUMENT-STEP-AGGREGATION-PRICE_TYPE-SOURCE`, a composite followed by `@STEP-AGGREGATION-SOURCE`.
    ///
    /// Steps are not checked against their larger unit: 1.221.0 takes any.
    fn from_str(text: &str) -> ModelResult<Self> {
        let bad = |token: &str, at: usize| {
            ModelError::Value(format!(
                "Error parsing `BarType` from '{text}', invalid token: '{token}' at position {at}"
            ))
        };
        let step_of = |token: &str, at: usize| match token.parse::<u64>() {
            Ok(step) if step > 0 => Ok(step),
            _ => Err(bad(token, at)),
        };
        let aggregation_of = |token: &str, at: usize| {
            BarAggregation::from_name(&token.to_ascii_uppercase()).ok_or_else(|| bad(token, at))
        };
        let source_of = |token: &str, at: usize| {
            AggregationSource::from_name(&token.to_ascii_uppercase()).ok_or_else(|| bad(token, at))
        };
        let (standard, composite) = match text.split_once('@') {
            Some((standard, composite)) => (standard, Some(composite)),
            None => (text, None),
        };
        let parts: Vec<&str> = standard.rsplitn(5, '-').collect();
        let [source, price_type, aggregation, step, id] = parts[..] else {
            return Err(bad("", 0));
        };
        let spec = BarSpecification {
            step: step_of(step, 1)?,
            aggregation: aggregation_of(aggregation, 2)?,
            price_type: PriceType::from_name(&price_type.to_ascii_uppercase()).ok_or_else(|| bad(price_type, 3))?,
        };
        let composite = match composite {
            Some(composite) => {
                let parts: Vec<&str> = composite.rsplitn(3, '-').collect();
                let [source, aggregation, step] = parts[..] else {
                    return Err(bad("", 5));
                };
                Some(CompositeSource {
                    step: step_of(step, 5)?,
                    aggregation: aggregation_of(aggregation, 6)?,
                    source: source_of(source, 7)?,
                })
            }
            None => None,
        };
        Ok(Self { instrument_id: id.parse().map_err(|_| bad(id, 0))?, spec, source: source_of(source, 4)?, composite })
    }
}

impl fmt::Display for BarType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.instrument_id, self.spec, self.source)?;
        match self.composite {
            Some(c) => write!(f, "@{}-{}-{}", c.step, c.aggregation, c.source),
            None => Ok(()),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    pub bar_type: BarType,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
    pub volume: Quantity,
    pub ts_event: UnixNanos,
    pub ts_init: UnixNanos,
    pub is_revision: bool,
}

impl Bar {
    /// # Errors
    /// When the high is not the highest or the low not the lowest of the prices.
    pub fn check(&self) -> ModelResult<()> {
        for (wrong, message) in [
            (self.high < self.open, "high was < open"),
            (self.high < self.low, "high was < low"),
            (self.high < self.close, "high was < close"),
            (self.low > self.close, "low was > close"),
            (self.low > self.open, "low was > open"),
        ] {
            if wrong {
                return Err(ModelError::Value(message.into()));
            }
        }
        Ok(())
    }
}

/// One order, or one aggregated level, of a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookOrder {
    pub side: OrderSide,
    pub price: Price,
    pub size: Quantity,
    pub order_id: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderBookDelta {
    pub instrument_id: InstrumentId,
    pub action: BookAction,
    /// Absent for CLEAR.
    pub order: Option<BookOrder>,
    /// Bits of `RecordFlag`.
    pub flags: u8,
    pub sequence: u64,
    pub ts_event: UnixNanos,
    pub ts_init: UnixNanos,
}

/// A snapshot of the ten best levels of each side; places without a level hold orders without a side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderBookDepth {
    pub instrument_id: InstrumentId,
    pub bids: Vec<BookOrder>,
    pub asks: Vec<BookOrder>,
    pub bid_counts: Vec<u32>,
    pub ask_counts: Vec<u32>,
    /// Bits of `RecordFlag`.
    pub flags: u8,
    pub sequence: u64,
    pub ts_event: UnixNanos,
    pub ts_init: UnixNanos,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bar_types_parse_to_what_prints_them() {
        for text in ["AUD/USD.SIM-1-MINUTE-BID-EXTERNAL", "A-B.X-5-MINUTE-MID-INTERNAL@1-SECOND-EXTERNAL"] {
            assert_eq!(text.parse::<BarType>().unwrap().to_string(), text);
        }
        for text in ["", "A.B", "A.B-0-TICK-BID-EXTERNAL", "A.B-1-TOCK-BID-EXTERNAL", "A.B-1-TICK-BID-INTERNAL@1-TICK"]
        {
            assert!(text.parse::<BarType>().is_err(), "{text}");
        }
    }

    #[test]
    fn time_steps_divide_their_larger_unit() {
        assert!(BarSpecification::new(15, BarAggregation::Minute, PriceType::Bid).is_ok());
        assert!(BarSpecification::new(60, BarAggregation::Minute, PriceType::Bid).is_err());
        assert!(BarSpecification::new(7, BarAggregation::Minute, PriceType::Bid).is_err());
        assert!(BarSpecification::new(7, BarAggregation::Tick, PriceType::Bid).is_ok());
    }
}
