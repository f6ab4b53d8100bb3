//! Indicators of how far prices move.

use super::{Average, AverageKind, Window};

#[derive(Clone, Debug)]
pub struct AverageTrueRange {
    pub value: f64,
    pub average: Average,
    /// Whether a gap from the previous close counts as range.
    pub use_previous: bool,
    pub value_floor: f64,
    previous_close: Option<f64>,
}

impl AverageTrueRange {
    #[must_use]
    pub fn new(period: usize, kind: AverageKind, use_previous: bool, value_floor: f64) -> Self {
        Self { value: 0.0, average: Average::new(kind, period), use_previous, value_floor, previous_close: None }
    }

    pub fn update(&mut self, high: f64, low: f64, close: f64) {
        let range = if self.use_previous {
            let previous = self.previous_close.replace(close).unwrap_or(close);
            previous.max(high) - low.min(previous)
        } else {
            high - low
        };
        self.average.update(range);
        self.value =
            if self.value_floor == 0.0 { self.average.value } else { self.average.value.max(self.value_floor) };
    }

    pub fn reset(&mut self) {
        *self = Self::new(self.average.period, self.average.kind, self.use_previous, self.value_floor);
    }
}

/// Bands around an average of typical prices: `k` deviations from that average, whatever its kind.
#[derive(Clone, Debug)]
pub struct BollingerBands {
    pub k: f64,
    pub upper: f64,
    pub middle: f64,
    pub lower: f64,
    pub average: Average,
    prices: Window,
}

impl BollingerBands {
    #[must_use]
    pub fn new(period: usize, k: f64, kind: AverageKind) -> Self {
        let (average, prices) = (Average::new(kind, period), Window::new(period));
        Self { k, upper: 0.0, middle: 0.0, lower: 0.0, average, prices }
    }

    pub fn update(&mut self, high: f64, low: f64, close: f64) {
        let typical = (high + low + close) / 3.0;
        self.prices.push(typical);
        self.average.update(typical);
        self.middle = self.average.value;
        let width = self.k * self.prices.standard_deviation(self.middle);
        self.upper = self.middle + width;
        self.lower = self.middle - width;
    }

    #[must_use]
    pub fn initialized(&self) -> bool {
        self.prices.is_full()
    }

    pub fn reset(&mut self) {
        *self = Self::new(self.average.period, self.k, self.average.kind);
    }
}

/// The highest high and the lowest low of the last bars.
#[derive(Clone, Debug)]
pub struct DonchianChannel {
    pub upper: f64,
    pub middle: f64,
    pub lower: f64,
    highs: Window,
    lows: Window,
}

impl DonchianChannel {
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { upper: 0.0, middle: 0.0, lower: 0.0, highs: Window::new(period), lows: Window::new(period) }
    }

    #[must_use]
    pub const fn period(&self) -> usize {
        self.highs.period
    }

    #[must_use]
    pub fn has_inputs(&self) -> bool {
        !self.highs.values.is_empty()
    }

    #[must_use]
    pub fn initialized(&self) -> bool {
        self.highs.is_full()
    }

    pub fn update(&mut self, high: f64, low: f64) {
        self.highs.push(high);
        self.lows.push(low);
        self.upper = self.highs.values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        self.lower = self.lows.values.iter().copied().fold(f64::INFINITY, f64::min);
        self.middle = (self.upper + self.lower) / 2.0;
    }

    pub fn reset(&mut self) {
        *self = Self::new(self.period());
    }
}
