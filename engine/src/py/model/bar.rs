//! `BarSpecification`, `BarType` and `Bar`.

use pyo3::{
    exceptions::{PyAttributeError, PyValueError},
    prelude::*,
    pyclass::CompareOp,
    types::{PyDict, PyTuple, PyType},
};

use super::{
    convert::{Ns, compared_with_none, hash_str, wrong_class},
    data::{PyData, data_equality, data_into_py, entry, parsed},
    enums::E,
    fixed::{PyPrice, PyQuantity, SAME_TYPE_ARITHMETIC},
    identifiers::PyInstrumentId,
};
use crate::model::{
    ModelError,
    data::{Bar, BarSpecification, BarType, CompositeSource},
    enums::{AggregationSource, BarAggregation, PriceType},
};

#[pyclass(name = "BarSpecification", module = "nautilus_trader.model.data", frozen, from_py_object)]
#[derive(Clone, Copy)]
pub struct PyBarSpecification(pub BarSpecification);

/// Whether a duration counts a whole number of steps of this unit, and fewer than the next larger unit has.
fn whole_steps(duration_ns: u64, aggregation: BarAggregation) -> Option<u64> {
    let unit = aggregation.unit_ns()?;
    let limit = aggregation.periodic_limit()?;
    let steps = duration_ns / unit;
    (duration_ns.is_multiple_of(unit) && steps > 0 && (steps < limit || limit == 1 && steps == 1)).then_some(steps)
}

#[pymethods]
impl PyBarSpecification {
    #[new]
    fn new(step: i64, aggregation: E<BarAggregation>, price_type: E<PriceType>) -> PyResult<Self> {
        let step = u64::try_from(step)
            .map_err(|_| PyValueError::new_err(format!("'step' not a positive integer, was {step}")))?;
        Ok(Self(BarSpecification::new(step, aggregation.0, price_type.0)?))
    }

    #[staticmethod]
    fn from_str(value: &str) -> PyResult<Self> {
        Ok(Self(value.parse()?))
    }

    /// From a `datetime.timedelta` (or pandas' `Timedelta`) that is a whole number of one unit.
    #[classmethod]
    fn from_timedelta(
        _cls: &Bound<'_, PyType>,
        duration: &Bound<'_, PyAny>,
        price_type: E<PriceType>,
    ) -> PyResult<Self> {
        let seconds = duration.call_method0("total_seconds")?.extract::<f64>()?;
        // A Timedelta below a microsecond is no bar length, so microseconds are exact enough.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let nanoseconds = (seconds * 1e6).round().max(0.0) as u64 * 1000;
        let units = [
            BarAggregation::Week,
            BarAggregation::Day,
            BarAggregation::Hour,
            BarAggregation::Minute,
            BarAggregation::Second,
            BarAggregation::Millisecond,
        ];
        for unit in units {
            if let Some(steps) = whole_steps(nanoseconds, unit) {
                return Ok(Self(BarSpecification::new(steps, unit, price_type.0)?));
            }
        }
        Err(PyValueError::new_err(format!("Duration {} is ambiguous.", duration.repr()?)))
    }

    #[getter]
    fn step(&self) -> u64 {
        self.0.step
    }

    /// A plain integer, not the member (observed on 1.221.0 and 1.231.0).
    #[getter]
    fn aggregation(&self) -> u8 {
        self.0.aggregation.value()
    }

    #[getter]
    fn price_type(&self) -> E<PriceType> {
        E(self.0.price_type)
    }

    /// The length of a bar as a `pandas.Timedelta`.
    #[getter]
    fn timedelta<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let interval = self.get_interval_ns()?;
        PyModule::import(py, "pandas")?.getattr("Timedelta")?.call1((interval, "ns"))
    }

    fn get_interval_ns(&self) -> PyResult<u64> {
        const DAY: u64 = 86_400_000_000_000;
        let spec = self.0;
        if let Some(interval) = spec.interval_ns() {
            return Ok(interval);
        }
        match spec.aggregation {
            // Later releases take the mean lengths.
            BarAggregation::Month if *SAME_TYPE_ARITHMETIC => Ok(spec.step * 30 * DAY),
            BarAggregation::Year if *SAME_TYPE_ARITHMETIC => Ok(spec.step * 365 * DAY),
            BarAggregation::Month | BarAggregation::Year => Err(PyValueError::new_err(format!(
                "get_interval_ns not supported for the `BarAggregation.{}` aggregation `DateOffset` is used instead.",
                spec.aggregation
            ))),
            other => Err(PyValueError::new_err(format!("Aggregation not time based, was {other}"))),
        }
    }

    fn is_time_aggregated(&self) -> bool {
        self.0.aggregation.is_time()
    }

    fn is_threshold_aggregated(&self) -> bool {
        self.0.aggregation.is_threshold()
    }

    fn is_information_aggregated(&self) -> bool {
        self.0.aggregation.is_information()
    }

    #[staticmethod]
    fn check_time_aggregated(aggregation: E<BarAggregation>) -> bool {
        aggregation.0.is_time()
    }

    #[staticmethod]
    fn check_threshold_aggregated(aggregation: E<BarAggregation>) -> bool {
        aggregation.0.is_threshold()
    }

    #[staticmethod]
    fn check_information_aggregated(aggregation: E<BarAggregation>) -> bool {
        aggregation.0.is_information()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("BarSpecification({})", self.0)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        hash_str(py, &self.0.to_string())
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<bool> {
        compare_text(&self.0, other.cast::<Self>().ok().map(|that| that.get().0), other, op, "BarSpecification")
    }

    fn __getnewargs__(&self) -> (u64, E<BarAggregation>, E<PriceType>) {
        (self.0.step, E(self.0.aggregation), E(self.0.price_type))
    }
}

/// Equality by value and order by text, with the own class only.
fn compare_text<T: PartialEq + std::fmt::Display>(
    this: &T,
    that: Option<T>,
    other: &Bound<'_, PyAny>,
    op: CompareOp,
    class: &str,
) -> PyResult<bool> {
    match (that, op) {
        (Some(that), CompareOp::Eq) => Ok(*this == that),
        (Some(that), CompareOp::Ne) => Ok(*this != that),
        (Some(that), _) => Ok(op.matches(this.to_string().cmp(&that.to_string()))),
        (None, CompareOp::Eq | CompareOp::Ne) if other.is_none() => compared_with_none::<PyAttributeError>(op),
        (None, _) => Err(wrong_class("other", &format!("nautilus_trader.model.data.{class}"), other)),
    }
}

#[pyclass(name = "BarType", module = "nautilus_trader.model.data", frozen, from_py_object)]
#[derive(Clone, Copy)]
pub struct PyBarType(pub BarType);

impl PyBarType {
    /// Later releases refuse steps that do not divide their larger unit already here.
    fn check_steps(value: &str, bar_type: BarType) -> PyResult<()> {
        if !*SAME_TYPE_ARITHMETIC {
            return Ok(());
        }
        let spec = bar_type.spec;
        let checked = matches!(
            spec.aggregation,
            BarAggregation::Millisecond
                | BarAggregation::Second
                | BarAggregation::Minute
                | BarAggregation::Hour
                | BarAggregation::Month
        );
        let whole_year = spec.aggregation == BarAggregation::Month && spec.step == 12;
        if checked && !whole_year && BarSpecification::new(spec.step, spec.aggregation, spec.price_type).is_err() {
            return Err(PyValueError::new_err(format!(
                "Error parsing `BarType` from '{value}', invalid token: '{}' at position 1",
                spec.step
            )));
        }
        Ok(())
    }
}

#[pymethods]
impl PyBarType {
    #[new]
    #[pyo3(signature = (instrument_id, bar_spec, aggregation_source = E(AggregationSource::External)))]
    fn new(
        instrument_id: PyInstrumentId,
        bar_spec: PyBarSpecification,
        aggregation_source: E<AggregationSource>,
    ) -> Self {
        Self(BarType {
            instrument_id: instrument_id.0,
            spec: bar_spec.0,
            source: aggregation_source.0,
            composite: None,
        })
    }

    #[staticmethod]
    fn new_composite(
        instrument_id: PyInstrumentId,
        bar_spec: PyBarSpecification,
        aggregation_source: E<AggregationSource>,
        composite_step: u64,
        composite_aggregation: E<BarAggregation>,
        composite_aggregation_source: E<AggregationSource>,
    ) -> Self {
        Self(BarType {
            instrument_id: instrument_id.0,
            spec: bar_spec.0,
            source: aggregation_source.0,
            composite: Some(CompositeSource {
                step: composite_step,
                aggregation: composite_aggregation.0,
                source: composite_aggregation_source.0,
            }),
        })
    }

    #[staticmethod]
    fn from_str(value: &str) -> PyResult<Self> {
        if value.trim().is_empty() {
            return Err(PyValueError::new_err(format!("'value' string was invalid, was '{value}'")));
        }
        let bar_type = value.parse()?;
        Self::check_steps(value, bar_type)?;
        Ok(Self(bar_type))
    }

    #[getter]
    fn instrument_id(&self) -> PyInstrumentId {
        PyInstrumentId(self.0.instrument_id)
    }

    #[getter]
    fn spec(&self) -> PyBarSpecification {
        PyBarSpecification(self.0.spec)
    }

    #[getter]
    fn aggregation_source(&self) -> E<AggregationSource> {
        E(self.0.source)
    }

    fn id_spec_key(&self) -> (PyInstrumentId, PyBarSpecification) {
        (PyInstrumentId(self.0.instrument_id), PyBarSpecification(self.0.spec))
    }

    fn is_externally_aggregated(&self) -> bool {
        self.0.source == AggregationSource::External
    }

    fn is_internally_aggregated(&self) -> bool {
        self.0.source == AggregationSource::Internal
    }

    fn is_standard(&self) -> bool {
        self.0.composite.is_none()
    }

    fn is_composite(&self) -> bool {
        self.0.composite.is_some()
    }

    fn standard(&self) -> Self {
        Self(self.0.standard())
    }

    /// What a composite type is built from; a standard type itself.
    fn composite(&self) -> Self {
        Self(self.0.source_type())
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("BarType({})", self.0)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        hash_str(py, &self.0.to_string())
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<bool> {
        compare_text(&self.0, other.cast::<Self>().ok().map(|that| that.get().0), other, op, "BarType")
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<super::convert::Reduced<'py>> {
        super::convert::reduce_by(py, "_restore_bar_type", (self.0.to_string(),).into_pyobject(py)?)
    }
}

#[pyfunction]
fn _restore_bar_type(text: &str) -> Result<PyBarType, ModelError> {
    text.parse().map(PyBarType)
}

#[pyclass(name = "Bar", module = "nautilus_trader.model.data", extends = PyData, from_py_object)]
#[derive(Clone, Copy)]
pub struct PyBar(pub Bar);

data_into_py!(PyBar);

#[pymethods]
impl PyBar {
    #[new]
    #[pyo3(signature = (bar_type, open, high, low, close, volume, ts_event, ts_init, is_revision = false))]
    #[allow(clippy::too_many_arguments)] // the public signature
    fn new(
        bar_type: PyBarType,
        open: PyPrice,
        high: PyPrice,
        low: PyPrice,
        close: PyPrice,
        volume: PyQuantity,
        ts_event: Ns,
        ts_init: Ns,
        is_revision: bool,
    ) -> PyResult<PyClassInitializer<Self>> {
        let bar = Bar {
            bar_type: bar_type.0,
            open: open.0,
            high: high.0,
            low: low.0,
            close: close.0,
            volume: volume.0,
            ts_event: ts_event.0,
            ts_init: ts_init.0,
            is_revision,
        };
        bar.check()?;
        Ok(Self(bar).init())
    }

    #[getter]
    fn bar_type(&self) -> PyBarType {
        PyBarType(self.0.bar_type)
    }

    #[getter]
    fn open(&self) -> PyPrice {
        PyPrice(self.0.open)
    }

    #[getter]
    fn high(&self) -> PyPrice {
        PyPrice(self.0.high)
    }

    #[getter]
    fn low(&self) -> PyPrice {
        PyPrice(self.0.low)
    }

    #[getter]
    fn close(&self) -> PyPrice {
        PyPrice(self.0.close)
    }

    #[getter]
    fn volume(&self) -> PyQuantity {
        PyQuantity(self.0.volume)
    }

    #[getter]
    fn ts_event(&self) -> u64 {
        self.0.ts_event
    }

    #[getter]
    fn ts_init(&self) -> u64 {
        self.0.ts_init
    }

    #[getter]
    fn is_revision(&self) -> bool {
        self.0.is_revision
    }

    fn is_single_price(&self) -> bool {
        let bar = &self.0;
        bar.open == bar.high && bar.high == bar.low && bar.low == bar.close
    }

    #[staticmethod]
    fn to_dict<'py>(py: Python<'py>, obj: Self) -> PyResult<Bound<'py, PyDict>> {
        let bar = obj.0;
        let values = PyDict::new(py);
        values.set_item("type", "Bar")?;
        values.set_item("bar_type", bar.bar_type.to_string())?;
        values.set_item("open", bar.open.to_string())?;
        values.set_item("high", bar.high.to_string())?;
        values.set_item("low", bar.low.to_string())?;
        values.set_item("close", bar.close.to_string())?;
        values.set_item("volume", bar.volume.to_string())?;
        values.set_item("ts_event", bar.ts_event)?;
        values.set_item("ts_init", bar.ts_init)?;
        Ok(values)
    }

    #[staticmethod]
    fn from_dict(values: &Bound<'_, PyDict>) -> PyResult<Self> {
        let bar = Bar {
            bar_type: parsed(values, "bar_type")?,
            open: parsed(values, "open")?,
            high: parsed(values, "high")?,
            low: parsed(values, "low")?,
            close: parsed(values, "close")?,
            volume: parsed(values, "volume")?,
            ts_event: entry(values, "ts_event")?.extract::<Ns>()?.0,
            ts_init: entry(values, "ts_init")?.extract::<Ns>()?.0,
            is_revision: false,
        };
        bar.check()?;
        Ok(Self(bar))
    }

    fn __str__(&self) -> String {
        let bar = &self.0;
        format!("{},{},{},{},{},{},{}", bar.bar_type, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.ts_event)
    }

    fn __repr__(&self) -> String {
        format!("Bar({})", self.__str__())
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        hash_str(py, &format!("{},{}", self.__str__(), self.0.ts_init))
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        data_equality::<Self>(other, op, "nautilus_trader.model.data.Bar", |that| that.0 == self.0)
    }

    fn __getnewargs__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let bar = &self.0;
        (
            PyBarType(bar.bar_type),
            PyPrice(bar.open),
            PyPrice(bar.high),
            PyPrice(bar.low),
            PyPrice(bar.close),
            PyQuantity(bar.volume),
            bar.ts_event,
            bar.ts_init,
            bar.is_revision,
        )
            .into_pyobject(py)
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyBarSpecification>()?;
    module.add_class::<PyBarType>()?;
    if !*SAME_TYPE_ARITHMETIC {
        module.py().get_type::<PyBarType>().delattr("id_spec_key")?;
    }
    module.add_class::<PyBar>()?;
    module.add_function(wrap_pyfunction!(_restore_bar_type, module)?)
}
