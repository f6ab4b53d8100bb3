//! Market data as the engine moves it: small copyable records, times in UNIX nanoseconds.

use std::fmt;

use super::{
    UnixNanos,
    enums::{AggregationSource, AggressorSide, BarAggregation, PriceType},
    fixed::{Price, Quantity},
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
