//! Moving averages.

use super::Window;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AverageKind {
    Simple,
    Exponential,
    DoubleExponential,
    Wilder,
}

/// A moving average; `value` is 0 until the first update.
#[derive(Clone, Debug)]
pub struct Average {
    pub kind: AverageKind,
    pub period: usize,
    /// How many values it has seen; a double exponential average leaves it at zero, as the original does.
    pub count: usize,
    pub value: f64,
    pub has_inputs: bool,
    pub initialized: bool,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Window(Window),
    Smoothed { alpha: f64 },
    Double { first: Box<Average>, second: Box<Average> },
}

impl Average {
    #[must_use]
    pub fn new(kind: AverageKind, period: usize) -> Self {
        #[allow(clippy::cast_precision_loss)]
        let n = period as f64;
        let state = match kind {
            AverageKind::Simple => State::Window(Window::new(period)),
            AverageKind::Exponential => State::Smoothed { alpha: 2.0 / (n + 1.0) },
            AverageKind::Wilder => State::Smoothed { alpha: 1.0 / n },
            AverageKind::DoubleExponential => State::Double {
                first: Box::new(Self::new(AverageKind::Exponential, period)),
                second: Box::new(Self::new(AverageKind::Exponential, period)),
            },
        };
        Self { kind, period, count: 0, value: 0.0, has_inputs: false, initialized: false, state }
    }

    /// The smoothing factor, where the kind has one.
    #[must_use]
    pub const fn alpha(&self) -> Option<f64> {
        match self.state {
            State::Smoothed { alpha } => Some(alpha),
            _ => None,
        }
    }

    pub fn update(&mut self, value: f64) {
        match &mut self.state {
            State::Window(window) => {
                window.push(value);
                self.value = window.mean();
                self.count += 1;
                self.initialized = window.is_full();
            }
            State::Smoothed { alpha } => {
                // The first value goes through the formula too: it can move by a rounding.
                let last = if self.has_inputs { self.value } else { value };
                self.value = *alpha * value + (1.0 - *alpha) * last;
                self.count += 1;
                self.initialized = self.count >= self.period;
            }
            State::Double { first, second } => {
                first.update(value);
                second.update(first.value);
                self.value = 2.0 * first.value - second.value;
                self.initialized = second.initialized;
            }
        }
        self.has_inputs = true;
    }

    pub fn reset(&mut self) {
        *self = Self::new(self.kind, self.period);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(kind: AverageKind) -> Vec<f64> {
        let mut average = Average::new(kind, 3);
        [1.0, 2.0, 3.0, 4.0]
            .map(|x| {
                average.update(x);
                average.value
            })
            .to_vec()
    }

    #[test]
    fn gives_the_numbers_of_1_221_0() {
        assert_eq!(values(AverageKind::Simple), [1.0, 1.5, 2.0, 3.0]);
        assert_eq!(values(AverageKind::Exponential), [1.0, 1.5, 2.25, 3.125]);
        assert_eq!(values(AverageKind::DoubleExponential), [1.0, 1.75, 2.75, 3.8125]);
    }
}
