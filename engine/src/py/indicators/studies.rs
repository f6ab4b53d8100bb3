//! Indicators other than moving averages.

use pyo3::{
    exceptions::PyValueError,
    prelude::*,
    types::{PyBool, PyDict, PyFloat, PyString, PyTuple},
};

use super::base::{PyIndicator, average_kind, average_name, period, quote_price};
use crate::{
    indicators::{
        AverageKind, AverageTrueRange, BollingerBands, DonchianChannel, MovingAverageConvergenceDivergence,
        RelativeStrengthIndex,
    },
    model::enums::PriceType,
    py::model::{
        bar::PyBar,
        data::{PyQuoteTick, PyTradeTick},
        enums::E,
    },
};

macro_rules! params {
    ($py:expr; $($param:expr),+ $(,)?) => { PyIndicator::with_params([$($param.into_any()),+], $py)? };
}

/// `__new__` sets everything up: the base's `__init__` would take the arguments for the parameters to show.
macro_rules! study {
    ($class:ident { $($body:tt)* }) => {
        #[pymethods]
        impl $class {
            #[pyo3(signature = (*_args, **_kwargs))]
            fn __init__(&self, _args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) {}

            $($body)*
        }
    };
}

#[pyclass(name = "AverageTrueRange", module = "nautilus_trader.indicators.volatility", extends = PyIndicator, subclass)]
pub struct PyAverageTrueRange(AverageTrueRange);

study!(PyAverageTrueRange {
    #[new]
    #[pyo3(signature = (period, ma_type = None, use_previous = true, value_floor = 0.0))]
    fn new(
        py: Python<'_>,
        period: i64,
        ma_type: Option<&Bound<'_, PyAny>>,
        use_previous: bool,
        value_floor: f64,
    ) -> PyResult<PyClassInitializer<Self>> {
        let period = self::period(period, "period")?;
        if value_floor.is_nan() || value_floor < 0.0 {
            let message = format!("'value_floor' not greater than or equal to zero (>= 0), was {value_floor:?}");
            return Err(PyValueError::new_err(message));
        }
        let kind = average_kind(ma_type, AverageKind::Simple)?;
        let base = params!(py;
            period.into_pyobject(py)?,
            PyString::new(py, average_name(kind)),
            PyBool::new(py, use_previous).to_owned(),
            PyFloat::new(py, value_floor),
        );
        let study = AverageTrueRange::new(period, kind, use_previous, value_floor);
        Ok(PyClassInitializer::from(base).add_subclass(Self(study)))
    }

    #[getter]
    const fn period(&self) -> usize {
        self.0.average.period
    }

    #[getter]
    const fn value(&self) -> f64 {
        self.0.value
    }

    fn update_raw(mut this: PyRefMut<'_, Self>, high: f64, low: f64, close: f64) {
        this.0.update(high, low, close);
        let initialized = this.0.average.initialized;
        this.as_super().set(true, initialized);
    }

    fn handle_bar(this: PyRefMut<'_, Self>, bar: PyBar) {
        Self::update_raw(this, bar.0.high.as_f64(), bar.0.low.as_f64(), bar.0.close.as_f64());
    }

    fn _reset(&mut self) {
        self.0.reset();
    }
});

#[pyclass(name = "BollingerBands", module = "nautilus_trader.indicators.volatility", extends = PyIndicator, subclass)]
pub struct PyBollingerBands(BollingerBands);

study!(PyBollingerBands {
    #[new]
    #[pyo3(signature = (period, k, ma_type = None))]
    fn new(
        py: Python<'_>,
        period: i64,
        k: f64,
        ma_type: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let period = self::period(period, "period")?;
        if k.is_nan() || k <= 0.0 {
            return Err(PyValueError::new_err(format!("'k' not a positive real, was {k:?}")));
        }
        let kind = average_kind(ma_type, AverageKind::Simple)?;
        let base = params!(py;
            period.into_pyobject(py)?, PyFloat::new(py, k), PyString::new(py, average_name(kind)),
        );
        Ok(PyClassInitializer::from(base).add_subclass(Self(BollingerBands::new(period, k, kind))))
    }

    #[getter]
    const fn period(&self) -> usize {
        self.0.average.period
    }

    #[getter]
    const fn k(&self) -> f64 {
        self.0.k
    }

    #[getter]
    const fn upper(&self) -> f64 {
        self.0.upper
    }

    #[getter]
    const fn middle(&self) -> f64 {
        self.0.middle
    }

    #[getter]
    const fn lower(&self) -> f64 {
        self.0.lower
    }

    fn update_raw(mut this: PyRefMut<'_, Self>, high: f64, low: f64, close: f64) {
        this.0.update(high, low, close);
        let initialized = this.0.initialized();
        this.as_super().set(true, initialized);
    }

    fn handle_quote_tick(this: PyRefMut<'_, Self>, tick: PyQuoteTick) {
        let quote = tick.tick();
        let (bid, ask) = (quote.bid_price.as_f64(), quote.ask_price.as_f64());
        Self::update_raw(this, ask, bid, (ask + bid) / 2.0);
    }

    fn handle_trade_tick(this: PyRefMut<'_, Self>, tick: PyTradeTick) {
        let price = tick.tick().price.as_f64();
        Self::update_raw(this, price, price, price);
    }

    fn handle_bar(this: PyRefMut<'_, Self>, bar: PyBar) {
        Self::update_raw(this, bar.0.high.as_f64(), bar.0.low.as_f64(), bar.0.close.as_f64());
    }

    fn _reset(&mut self) {
        self.0.reset();
    }
});

#[pyclass(name = "DonchianChannel", module = "nautilus_trader.indicators.volatility", extends = PyIndicator, subclass)]
pub struct PyDonchianChannel(DonchianChannel);

study!(PyDonchianChannel {
    #[new]
    fn new(py: Python<'_>, period: i64) -> PyResult<PyClassInitializer<Self>> {
        let period = self::period(period, "period")?;
        let base = params!(py; period.into_pyobject(py)?);
        Ok(PyClassInitializer::from(base).add_subclass(Self(DonchianChannel::new(period))))
    }

    #[getter]
    const fn period(&self) -> usize {
        self.0.period()
    }

    #[getter]
    const fn upper(&self) -> f64 {
        self.0.upper
    }

    #[getter]
    const fn middle(&self) -> f64 {
        self.0.middle
    }

    #[getter]
    const fn lower(&self) -> f64 {
        self.0.lower
    }

    fn update_raw(mut this: PyRefMut<'_, Self>, high: f64, low: f64) {
        this.0.update(high, low);
        let (has_inputs, initialized) = (this.0.has_inputs(), this.0.initialized());
        this.as_super().set(has_inputs, initialized);
    }

    fn handle_quote_tick(this: PyRefMut<'_, Self>, tick: PyQuoteTick) {
        let quote = tick.tick();
        Self::update_raw(this, quote.ask_price.as_f64(), quote.bid_price.as_f64());
    }

    fn handle_trade_tick(this: PyRefMut<'_, Self>, tick: PyTradeTick) {
        let price = tick.tick().price.as_f64();
        Self::update_raw(this, price, price);
    }

    fn handle_bar(this: PyRefMut<'_, Self>, bar: PyBar) {
        Self::update_raw(this, bar.0.high.as_f64(), bar.0.low.as_f64());
    }

    fn _reset(&mut self) {
        self.0.reset();
    }
});

#[pyclass(name = "RelativeStrengthIndex", module = "nautilus_trader.indicators.momentum", extends = PyIndicator, subclass)]
pub struct PyRelativeStrengthIndex(RelativeStrengthIndex);

study!(PyRelativeStrengthIndex {
    #[new]
    #[pyo3(signature = (period, ma_type = None))]
    fn new(py: Python<'_>, period: i64, ma_type: Option<&Bound<'_, PyAny>>) -> PyResult<PyClassInitializer<Self>> {
        let period = self::period(period, "period")?;
        let kind = average_kind(ma_type, AverageKind::Exponential)?;
        let base = params!(py; period.into_pyobject(py)?, PyString::new(py, average_name(kind)));
        Ok(PyClassInitializer::from(base).add_subclass(Self(RelativeStrengthIndex::new(period, kind))))
    }

    #[getter]
    const fn period(&self) -> usize {
        self.0.period
    }

    #[getter]
    const fn value(&self) -> f64 {
        self.0.value
    }

    fn update_raw(mut this: PyRefMut<'_, Self>, value: f64) {
        this.0.update(value);
        let (has_inputs, initialized) = (this.0.has_inputs(), this.0.initialized());
        this.as_super().set(has_inputs, initialized);
    }

    fn handle_bar(this: PyRefMut<'_, Self>, bar: PyBar) {
        Self::update_raw(this, bar.0.close.as_f64());
    }

    fn _reset(&mut self) {
        self.0.reset();
    }
});

#[pyclass(
    name = "MovingAverageConvergenceDivergence",
    module = "nautilus_trader.indicators.trend",
    extends = PyIndicator,
    subclass
)]
pub struct PyMovingAverageConvergenceDivergence {
    study: MovingAverageConvergenceDivergence,
    price_type: PriceType,
}

study!(PyMovingAverageConvergenceDivergence {
    #[new]
    #[pyo3(signature = (fast_period, slow_period, ma_type = None, price_type = E(PriceType::Last)))]
    fn new(
        py: Python<'_>,
        fast_period: i64,
        slow_period: i64,
        ma_type: Option<&Bound<'_, PyAny>>,
        price_type: E<PriceType>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let (fast, slow) = (period(fast_period, "fast_period")?, period(slow_period, "slow_period")?);
        if slow <= fast {
            return Err(PyValueError::new_err("slow_period was <= fast_period"));
        }
        let kind = average_kind(ma_type, AverageKind::Exponential)?;
        let base = params!(py;
            fast.into_pyobject(py)?, slow.into_pyobject(py)?, PyString::new(py, average_name(kind)),
        );
        let study = MovingAverageConvergenceDivergence::new(fast, slow, kind);
        Ok(PyClassInitializer::from(base).add_subclass(Self { study, price_type: price_type.0 }))
    }

    #[getter]
    const fn fast_period(&self) -> usize {
        self.study.fast.period
    }

    #[getter]
    const fn slow_period(&self) -> usize {
        self.study.slow.period
    }

    #[getter]
    const fn value(&self) -> f64 {
        self.study.value
    }

    fn update_raw(mut this: PyRefMut<'_, Self>, close: f64) {
        this.study.update(close);
        let initialized = this.study.fast.initialized && this.study.slow.initialized;
        this.as_super().set(true, initialized);
    }

    fn handle_quote_tick(this: PyRefMut<'_, Self>, tick: PyQuoteTick) -> PyResult<()> {
        let value = quote_price(&tick.tick(), this.price_type)?;
        Self::update_raw(this, value);
        Ok(())
    }

    fn handle_trade_tick(this: PyRefMut<'_, Self>, tick: PyTradeTick) {
        Self::update_raw(this, tick.tick().price.as_f64());
    }

    fn handle_bar(this: PyRefMut<'_, Self>, bar: PyBar) {
        Self::update_raw(this, bar.0.close.as_f64());
    }

    fn _reset(&mut self) {
        self.study.reset();
    }
});

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyAverageTrueRange>()?;
    module.add_class::<PyBollingerBands>()?;
    module.add_class::<PyDonchianChannel>()?;
    module.add_class::<PyRelativeStrengthIndex>()?;
    module.add_class::<PyMovingAverageConvergenceDivergence>()
}
