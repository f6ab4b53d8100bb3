//! Indicators of how fast prices move.

use super::{Average, AverageKind};

/// Between 0 and 1, not 0 and 100.
#[derive(Clone, Debug)]
pub struct RelativeStrengthIndex {
    pub period: usize,
    pub value: f64,
    last: Option<f64>,
    gain: Average,
    loss: Average,
}

impl RelativeStrengthIndex {
    #[must_use]
    pub fn new(period: usize, kind: AverageKind) -> Self {
        Self { period, value: 0.0, last: None, gain: Average::new(kind, period), loss: Average::new(kind, period) }
    }

    #[must_use]
    pub const fn has_inputs(&self) -> bool {
        self.last.is_some()
    }

    #[must_use]
    pub const fn initialized(&self) -> bool {
        self.gain.initialized
    }

    pub fn update(&mut self, value: f64) {
        let last = self.last.replace(value).unwrap_or(value);
        let gain = value - last;
        self.gain.update(if gain > 0.0 { gain } else { 0.0 });
        self.loss.update(if gain < 0.0 { last - value } else { 0.0 });
        self.value = if self.loss.value == 0.0 { 1.0 } else { 1.0 - 1.0 / (1.0 + self.gain.value / self.loss.value) };
    }

    pub fn reset(&mut self) {
        *self = Self::new(self.period, self.gain.kind);
    }
}

#[derive(Clone, Debug)]
pub struct MovingAverageConvergenceDivergence {
    pub value: f64,
    pub fast: Average,
    pub slow: Average,
}

impl MovingAverageConvergenceDivergence {
    #[must_use]
    pub fn new(fast_period: usize, slow_period: usize, kind: AverageKind) -> Self {
        Self { value: 0.0, fast: Average::new(kind, fast_period), slow: Average::new(kind, slow_period) }
    }

    pub fn update(&mut self, value: f64) {
        self.fast.update(value);
        self.slow.update(value);
        self.value = self.fast.value - self.slow.value;
    }

    pub fn reset(&mut self) {
        *self = Self::new(self.fast.period, self.slow.period, self.fast.kind);
    }
}
