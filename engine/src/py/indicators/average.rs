//! `MovingAverage` and its kinds.

use pyo3::{exceptions::PyNotImplementedError, prelude::*};

use super::base::{PyIndicator, average_kind, period, quote_price};
use crate::{
    indicators::{Average, AverageKind},
    model::enums::PriceType,
    py::model::{
        bar::PyBar,
        data::{PyQuoteTick, PyTradeTick},
        enums::E,
    },
};

#[pyclass(name = "MovingAverage", module = "nautilus_trader.indicators.averages", extends = PyIndicator, subclass)]
pub struct PyMovingAverage {
    average: Average,
    price_type: PriceType,
}

#[pymethods]
impl PyMovingAverage {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(
        _args: &Bound<'_, pyo3::types::PyTuple>,
        _kwargs: Option<&Bound<'_, pyo3::types::PyDict>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let message = "subclassing `MovingAverage` is not supported by lintkit's bundled engine: subclass `Indicator`, \
                       or run with `--engine nautilus`";
        Err(PyNotImplementedError::new_err(message))
    }

    /// What `__new__` has set up is all: the base's `__init__` would take the arguments for the parameters to show.
    #[pyo3(signature = (*_args, **_kwargs))]
    fn __init__(&self, _args: &Bound<'_, pyo3::types::PyTuple>, _kwargs: Option<&Bound<'_, pyo3::types::PyDict>>) {}

    #[getter]
    const fn period(&self) -> usize {
        self.average.period
    }

    #[getter]
    const fn price_type(&self) -> E<PriceType> {
        E(self.price_type)
    }

    #[getter]
    const fn count(&self) -> usize {
        self.average.count
    }

    #[getter]
    const fn value(&self) -> f64 {
        self.average.value
    }

    fn update_raw(mut this: PyRefMut<'_, Self>, value: f64) {
        this.average.update(value);
        let (has_inputs, initialized) = (this.average.has_inputs, this.average.initialized);
        this.as_super().set(has_inputs, initialized);
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
        self.average.reset();
    }
}

fn make(
    py: Python<'_>,
    kind: AverageKind,
    given: i64,
    price_type: PriceType,
) -> PyResult<PyClassInitializer<PyMovingAverage>> {
    let period = period(given, "period")?;
    let base = PyIndicator::with_params([period.into_pyobject(py)?.into_any()], py)?;
    let average = Average::new(kind, period);
    Ok(PyClassInitializer::from(base).add_subclass(PyMovingAverage { average, price_type }))
}

macro_rules! moving_average {
    ($class:ident, $name:literal, $kind:expr $(, $alpha:ident)?) => {
        #[pyclass(name = $name, module = "nautilus_trader.indicators.averages", extends = PyMovingAverage, subclass)]
        pub struct $class;

        #[pymethods]
        impl $class {
            #[new]
            #[pyo3(signature = (period, price_type = E(PriceType::Last)))]
            fn new(py: Python<'_>, period: i64, price_type: E<PriceType>) -> PyResult<PyClassInitializer<Self>> {
                Ok(make(py, $kind, period, price_type.0)?.add_subclass(Self))
            }

            $(
                #[getter]
                fn $alpha(this: PyRef<'_, Self>) -> f64 {
                    this.as_super().average.alpha().unwrap_or(f64::NAN)
                }
            )?
        }
    };
}

moving_average!(PySimpleMovingAverage, "SimpleMovingAverage", AverageKind::Simple);
moving_average!(PyExponentialMovingAverage, "ExponentialMovingAverage", AverageKind::Exponential, alpha);
moving_average!(PyDoubleExponentialMovingAverage, "DoubleExponentialMovingAverage", AverageKind::DoubleExponential);
moving_average!(PyWilderMovingAverage, "WilderMovingAverage", AverageKind::Wilder, alpha);

/// Makes moving averages by type.
#[pyclass(name = "MovingAverageFactory", module = "nautilus_trader.indicators.averages")]
pub struct PyMovingAverageFactory;

#[pymethods]
impl PyMovingAverageFactory {
    #[staticmethod]
    #[pyo3(signature = (period, ma_type))]
    fn create(py: Python<'_>, period: i64, ma_type: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let kind = average_kind(Some(ma_type), AverageKind::Simple)?;
        let base = make(py, kind, period, PriceType::Last)?;
        Ok(match kind {
            AverageKind::Simple => Py::new(py, base.add_subclass(PySimpleMovingAverage))?.into_any(),
            AverageKind::Exponential => Py::new(py, base.add_subclass(PyExponentialMovingAverage))?.into_any(),
            AverageKind::DoubleExponential => {
                Py::new(py, base.add_subclass(PyDoubleExponentialMovingAverage))?.into_any()
            }
            AverageKind::Wilder => Py::new(py, base.add_subclass(PyWilderMovingAverage))?.into_any(),
        })
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyMovingAverage>()?;
    module.add_class::<PySimpleMovingAverage>()?;
    module.add_class::<PyExponentialMovingAverage>()?;
    module.add_class::<PyDoubleExponentialMovingAverage>()?;
    module.add_class::<PyWilderMovingAverage>()?;
    module.add_class::<PyMovingAverageFactory>()
}
