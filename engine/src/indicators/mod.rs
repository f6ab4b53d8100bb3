//! Indicators over prices and bars, in the order of floating-point operations that gives the same bits as 1.221.0.

mod average;
mod momentum;
mod volatility;

pub use average::{Average, AverageKind};
pub use momentum::{MovingAverageConvergenceDivergence, RelativeStrengthIndex};
pub use volatility::{AverageTrueRange, BollingerBands, DonchianChannel};

use std::collections::VecDeque;

/// The last `period` numbers, oldest first.
#[derive(Clone, Debug)]
struct Window {
    period: usize,
    values: VecDeque<f64>,
}

impl Window {
    fn new(period: usize) -> Self {
        // A user's period is no size to reserve blindly.
        Self { period, values: VecDeque::with_capacity(period.min(1024)) }
    }

    fn push(&mut self, value: f64) {
        if self.values.len() == self.period {
            self.values.pop_front();
        }
        self.values.push_back(value);
    }

    fn is_full(&self) -> bool {
        self.values.len() == self.period
    }

    fn mean(&self) -> f64 {
        #[allow(clippy::cast_precision_loss)]
        let count = self.values.len() as f64;
        self.values.iter().fold(0.0, |sum, value| sum + value) / count
    }

    /// Of the whole population, around a given mean.
    fn standard_deviation(&self, mean: f64) -> f64 {
        #[allow(clippy::cast_precision_loss)]
        let count = self.values.len() as f64;
        (self.values.iter().fold(0.0, |sum, value| sum + (value - mean) * (value - mean)) / count).sqrt()
    }
}
