//! Market data of one instrument by column: a fifth of the memory of records, which are made one at a time as they are
//! asked for.

use std::sync::{Arc, OnceLock};

use super::{
    ModelError, ModelResult, UnixNanos,
    data::{Bar, BarType, QuoteTick, TradeTick},
    enums::AggressorSide,
    fixed::{Price, Quantity, unit},
    identifiers::{InstrumentId, TradeId},
};

/// Numbers of one precision, in units of their last place.
#[derive(Clone, Debug)]
enum Units {
    /// The same number so many times.
    Constant(i128, usize),
    Narrow(Vec<i64>),
    /// Once a number does not fit into 64 bits.
    Wide(Vec<i128>),
}

impl Units {
    fn push(&mut self, ulps: i128) {
        match self {
            Self::Narrow(values) => match i64::try_from(ulps) {
                Ok(narrow) => values.push(narrow),
                Err(_) => {
                    let wide = values.iter().map(|value| i128::from(*value)).chain([ulps]).collect();
                    *self = Self::Wide(wide);
                }
            },
            Self::Wide(values) => values.push(ulps),
            Self::Constant(..) => {}
        }
    }

    fn get(&self, at: usize) -> i128 {
        match self {
            Self::Constant(value, _) => *value,
            Self::Narrow(values) => values.get(at).map_or(0, |value| i128::from(*value)),
            Self::Wide(values) => values.get(at).copied().unwrap_or(0),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Constant(_, rows) => *rows,
            Self::Narrow(values) => values.len(),
            Self::Wide(values) => values.len(),
        }
    }
}

macro_rules! fixed_column {
    ($name:ident, $of:ident) => {
        #[derive(Clone, Debug)]
        pub struct $name {
            pub precision: u8,
            /// Raw units in the last place.
            unit: i128,
            units: Units,
            /// Whether any is zero, once that has been asked.
            has_zero: OnceLock<bool>,
        }

        impl $name {
            /// An empty column.
            ///
            /// # Errors
            /// When the precision is too large.
            pub fn new(precision: u8) -> ModelResult<Self> {
                super::fixed::check_precision(precision)?;
                let units = Units::Narrow(Vec::new());
                Ok(Self { precision, unit: unit(precision), units, has_zero: OnceLock::new() })
            }

            /// # Errors
            /// When the value is out of range or the precision too large.
            pub fn constant(value: f64, precision: u8, rows: usize) -> ModelResult<Self> {
                let value = $of::new(value, precision)?;
                let unit = unit(precision);
                let units = Units::Constant(value.raw / unit, rows);
                Ok(Self { precision, unit, units, has_zero: OnceLock::new() })
            }

            /// Appends numbers, rounded to the precision as single values are.
            ///
            /// # Errors
            /// When a value is out of range.
            pub fn extend(&mut self, values: impl ExactSizeIterator<Item = f64>) -> ModelResult<()> {
                self.has_zero.take();
                if let Units::Narrow(known) = &mut self.units {
                    known.reserve(values.len());
                }
                for value in values {
                    self.units.push($of::ulps(value, self.precision)?);
                }
                Ok(())
            }

            #[must_use]
            pub fn get(&self, at: usize) -> $of {
                $of::from_raw(self.units.get(at) * self.unit, self.precision)
            }

            #[must_use]
            pub fn len(&self) -> usize {
                self.units.len()
            }

            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            #[must_use]
            pub fn is_zero(&self, at: usize) -> bool {
                self.units.get(at) == 0
            }

            #[must_use]
            pub fn has_zero(&self) -> bool {
                *self.has_zero.get_or_init(|| (0..self.len()).any(|at| self.is_zero(at)))
            }
        }
    };
}

fixed_column!(Prices, Price);
fixed_column!(Quantities, Quantity);

/// Event times, and the way from each to its init time, which is the same for all.
#[derive(Clone, Debug, Default)]
pub struct Times {
    events: Vec<UnixNanos>,
    delta: i64,
}

impl Times {
    #[must_use]
    pub const fn new(delta: i64) -> Self {
        Self { events: Vec::new(), delta }
    }

    pub fn extend(&mut self, events: impl Iterator<Item = UnixNanos>) {
        self.events.extend(events);
    }

    #[must_use]
    pub fn event(&self, at: usize) -> UnixNanos {
        self.events.get(at).copied().unwrap_or(0)
    }

    #[must_use]
    pub fn init(&self, at: usize) -> UnixNanos {
        self.event(at).wrapping_add_signed(self.delta)
    }

    #[must_use]
    pub const fn len(&self) -> usize {
        self.events.len()
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}

/// Texts, one after the other.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    bytes: String,
    ends: Vec<u32>,
}

impl Texts {
    /// # Errors
    /// When all texts together are longer than four GiB.
    pub fn push(&mut self, text: &str) -> ModelResult<()> {
        self.bytes.push_str(text);
        let end = u32::try_from(self.bytes.len())
            .map_err(|_| ModelError::Overflow("a column of texts is longer than 4 GiB: add it in parts".into()))?;
        self.ends.push(end);
        Ok(())
    }

    #[must_use]
    pub fn get(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends.get(at - 1).map_or(0, |end| *end as usize) };
        let end = self.ends.get(at).map_or(0, |end| *end as usize);
        self.bytes.get(start..end).unwrap_or("")
    }

    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// Columns whose rows are ticks.
pub trait Rows {
    type Tick: Copy + std::fmt::Debug;

    fn row(&self, at: usize) -> Self::Tick;
}

/// A tick by itself, or by its place in columns, where its fields are read as they are asked for.
#[derive(Debug)]
pub enum Located<C: Rows> {
    Tick(C::Tick),
    Row(Arc<C>, usize),
}

impl<C: Rows> Located<C> {
    #[must_use]
    pub fn tick(&self) -> C::Tick {
        match self {
            Self::Tick(tick) => *tick,
            Self::Row(columns, at) => columns.row(*at),
        }
    }
}

impl<C: Rows> Clone for Located<C> {
    fn clone(&self) -> Self {
        match self {
            Self::Tick(tick) => Self::Tick(*tick),
            Self::Row(columns, at) => Self::Row(Arc::clone(columns), *at),
        }
    }
}

#[derive(Clone, Debug)]
pub struct QuoteColumns {
    pub instrument_id: InstrumentId,
    pub bid_prices: Prices,
    pub ask_prices: Prices,
    pub bid_sizes: Quantities,
    pub ask_sizes: Quantities,
    pub times: Times,
}

impl QuoteColumns {
    #[must_use]
    pub fn get(&self, at: usize) -> QuoteTick {
        QuoteTick {
            instrument_id: self.instrument_id,
            bid_price: self.bid_prices.get(at),
            ask_price: self.ask_prices.get(at),
            bid_size: self.bid_sizes.get(at),
            ask_size: self.ask_sizes.get(at),
            ts_event: self.times.event(at),
            ts_init: self.times.init(at),
        }
    }
}

impl Rows for QuoteColumns {
    type Tick = QuoteTick;

    fn row(&self, at: usize) -> QuoteTick {
        self.get(at)
    }
}

#[derive(Clone, Debug)]
pub struct TradeColumns {
    pub instrument_id: InstrumentId,
    pub prices: Prices,
    pub sizes: Quantities,
    pub sides: Vec<AggressorSide>,
    pub ids: Texts,
    pub times: Times,
}

impl TradeColumns {
    #[must_use]
    pub fn get(&self, at: usize) -> TradeTick {
        TradeTick {
            instrument_id: self.instrument_id,
            price: self.prices.get(at),
            size: self.sizes.get(at),
            aggressor_side: self.sides.get(at).copied().unwrap_or(AggressorSide::NoAggressor),
            trade_id: TradeId::of(self.ids.get(at)),
            ts_event: self.times.event(at),
            ts_init: self.times.init(at),
        }
    }
}

impl Rows for TradeColumns {
    type Tick = TradeTick;

    fn row(&self, at: usize) -> TradeTick {
        self.get(at)
    }
}

#[derive(Clone, Debug)]
pub struct BarColumns {
    pub bar_type: BarType,
    pub opens: Prices,
    pub highs: Prices,
    pub lows: Prices,
    pub closes: Prices,
    pub volumes: Quantities,
    pub times: Times,
}

impl BarColumns {
    #[must_use]
    pub fn get(&self, at: usize) -> Bar {
        Bar {
            bar_type: self.bar_type,
            open: self.opens.get(at),
            high: self.highs.get(at),
            low: self.lows.get(at),
            close: self.closes.get(at),
            volume: self.volumes.get(at),
            ts_event: self.times.event(at),
            ts_init: self.times.init(at),
            is_revision: false,
        }
    }
}

/// Columns of one kind, shared between those who hold them. All columns of one have the same length.
#[derive(Clone, Debug)]
pub enum Columns {
    Quotes(Arc<QuoteColumns>),
    Trades(Arc<TradeColumns>),
    Bars(Arc<BarColumns>),
}

impl Columns {
    fn times(&self) -> &Times {
        match self {
            Self::Quotes(quotes) => &quotes.times,
            Self::Trades(trades) => &trades.times,
            Self::Bars(bars) => &bars.times,
        }
    }

    #[must_use]
    pub fn instrument_id(&self) -> InstrumentId {
        match self {
            Self::Quotes(quotes) => quotes.instrument_id,
            Self::Trades(trades) => trades.instrument_id,
            Self::Bars(bars) => bars.bar_type.instrument_id,
        }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.times().len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[must_use]
    pub fn ts_init(&self, at: usize) -> UnixNanos {
        self.times().init(at)
    }

    /// How many of the rows, which must be in the order of time, are not later than `until`.
    #[must_use]
    pub fn count_until(&self, start: usize, end: usize, until: UnixNanos) -> usize {
        let times = self.times();
        let (mut low, mut high) = (start, end);
        while low < high {
            let middle = usize::midpoint(low, high);
            if times.init(middle) <= until { low = middle + 1 } else { high = middle }
        }
        low - start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_round_as_single_values_do() {
        let values = [0.700_005, -1.5, 1e12, 0.0, 17_014_118_346_046.0];
        for precision in [0, 2, 5, 16] {
            let mut prices = Prices::new(precision).unwrap();
            prices.extend(values.into_iter()).unwrap();
            for (at, value) in values.into_iter().enumerate() {
                let single = Price::new(value, precision).unwrap();
                assert_eq!((prices.get(at).raw, prices.get(at).precision), (single.raw, single.precision));
            }
        }
        let constant = Quantities::constant(2.5, 0, 3).unwrap();
        assert_eq!((constant.len(), constant.get(2).to_string()), (3, "3".to_owned()));
        assert!(Quantities::new(0).unwrap().extend([-1.0].into_iter()).is_err());
        assert!(Prices::new(0).unwrap().extend([f64::NAN].into_iter()).is_err());
    }

    #[test]
    fn texts_keep_their_borders() {
        let mut texts = Texts::default();
        for text in ["", "ab", "ü", ""] {
            texts.push(text).unwrap();
        }
        assert_eq!((0..5).map(|at| texts.get(at)).collect::<Vec<_>>(), ["", "ab", "ü", "", ""]);
    }
}
