//! `Clock`, `TestClock`, `TimeEvent`: a component's time and its timers.

use std::cell::{Cell, RefCell};

use pyo3::{
    exceptions::{PyKeyError, PyOverflowError, PyTypeError, PyValueError},
    intern,
    prelude::*,
    pyclass::CompareOp,
    types::{IntoPyDict, PyDateTime, PyDelta, PyList, PyString, PyTzInfo},
};

use super::event::{PyEvent, event_id_to_py};
use crate::{
    clock::{ClockError, Due, Schedule, SharedClock},
    kernel::{ActorId, Callback, HandlerId},
    model::event::TimeEvent,
    py::model::convert::{Ns, hash_str, wrong_class},
};

impl From<ClockError> for PyErr {
    fn from(error: ClockError) -> Self {
        match error {
            ClockError::NameTaken(_) | ClockError::NameUnknown(_) => PyKeyError::new_err(error.to_string()),
            ClockError::Value(message) => PyValueError::new_err(message),
        }
    }
}

#[pyclass(name = "TimeEvent", module = "nautilus_trader.common.component", extends = PyEvent, frozen)]
pub struct PyTimeEvent {
    pub event: TimeEvent,
    /// The id that the user made the event with; the engine's own are shown from the event.
    id: Option<Py<PyAny>>,
}

pub fn time_event_to_py<'py>(py: Python<'py>, event: &TimeEvent) -> PyResult<Bound<'py, PyTimeEvent>> {
    Bound::new(py, PyClassInitializer::from(PyEvent).add_subclass(PyTimeEvent { event: *event, id: None }))
}

#[pymethods]
impl PyTimeEvent {
    #[new]
    fn new(name: &str, event_id: Py<PyAny>, ts_event: Ns, ts_init: Ns) -> PyClassInitializer<Self> {
        let event = TimeEvent {
            id: crate::model::event::EventId::next(),
            name: ustr::Ustr::from(name),
            ts_event: ts_event.0,
            ts_init: ts_init.0,
        };
        PyClassInitializer::from(PyEvent).add_subclass(Self { event, id: Some(event_id) })
    }

    #[getter]
    fn name(&self) -> &'static str {
        self.event.name.as_str()
    }

    #[getter]
    fn id<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match &self.id {
            Some(id) => Ok(id.bind(py).clone()),
            None => event_id_to_py(py, self.event.id),
        }
    }

    #[getter]
    const fn ts_event(&self) -> u64 {
        self.event.ts_event
    }

    #[getter]
    const fn ts_init(&self) -> u64 {
        self.event.ts_init
    }

    fn __richcmp__(&self, py: Python<'_>, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<bool> {
        let same = match other.cast::<Self>() {
            Ok(that) => self.id(py)?.eq(that.borrow().id(py)?)?,
            Err(_) => false,
        };
        match op {
            CompareOp::Eq => Ok(same),
            CompareOp::Ne => Ok(!same),
            _ => Err(PyTypeError::new_err("events are not ordered")),
        }
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        hash_str(py, &self.id(py)?.str()?.to_cow()?)
    }

    fn __str__(&self) -> &'static str {
        self.name()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!(
            "TimeEvent(name={}, event_id={}, ts_event={}, ts_init={})",
            self.event.name,
            self.id(py)?.str()?,
            self.event.ts_event,
            self.event.ts_init
        ))
    }
}

/// An event that a clock was advanced over, and its callback.
#[pyclass(name = "TimeEventHandler", module = "nautilus_trader.common.component", frozen)]
pub struct PyTimeEventHandler {
    event: Py<PyTimeEvent>,
    callback: Py<PyAny>,
}

#[pymethods]
impl PyTimeEventHandler {
    #[getter]
    fn event(&self, py: Python<'_>) -> Py<PyTimeEvent> {
        self.event.clone_ref(py)
    }

    fn handle(&self, py: Python<'_>) -> PyResult<()> {
        self.callback.call1(py, (&self.event,)).map(drop)
    }
}

/// The callables that timers of one clock tell, by number.
#[derive(Default)]
struct Handlers {
    slots: Vec<Option<Handler>>,
    free: Vec<u32>,
}

struct Handler {
    callable: Py<PyAny>,
    /// Whether it is let go of once it was told.
    is_once: bool,
}

impl Handlers {
    fn add(&mut self, callable: Py<PyAny>, is_once: bool) -> HandlerId {
        let handler = Some(Handler { callable, is_once });
        if let Some(id) = self.free.pop() {
            self.slots[id as usize] = handler;
            return HandlerId(id);
        }
        self.slots.push(handler);
        HandlerId(u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX))
    }

    fn take(&mut self, id: HandlerId) -> Option<Handler> {
        let handler = self.slots.get_mut(id.0 as usize)?.take();
        if handler.is_some() {
            self.free.push(id.0);
        }
        handler
    }

    fn is_once(&self, id: HandlerId) -> bool {
        self.slots.get(id.0 as usize).and_then(Option::as_ref).is_some_and(|handler| handler.is_once)
    }
}

/// What the clock of any component can do; for annotations and `isinstance`.
#[pyclass(name = "Clock", module = "nautilus_trader.common.component", subclass, frozen)]
pub struct PyClock;

#[pymethods]
impl PyClock {
    #[new]
    const fn new() -> Self {
        Self
    }
}

#[pyclass(name = "TestClock", module = "nautilus_trader.common.component", extends = PyClock, frozen, unsendable)]
pub struct PyTestClock {
    pub clock: SharedClock<Callback>,
    actor: ActorId,
    handlers: RefCell<Handlers>,
    default: Cell<Option<Callback>>,
}

/// A clock that belongs to no actor of an engine.
const NOBODY: ActorId = ActorId(u32::MAX);

impl PyTestClock {
    /// The clock of an actor, whose timers without a callback tell `on_event`.
    pub fn of_actor(py: Python<'_>, clock: SharedClock<Callback>, actor: ActorId) -> PyResult<Bound<'_, Self>> {
        let default = Cell::new(Some(Callback::Actor(actor)));
        let this = Self { clock, actor, handlers: RefCell::default(), default };
        Bound::new(py, PyClassInitializer::from(PyClock).add_subclass(this))
    }

    /// The callable of a timer that has fired. That of an alert is let go of.
    pub fn handler(&self, py: Python<'_>, id: HandlerId) -> Option<Py<PyAny>> {
        let mut handlers = self.handlers.borrow_mut();
        if handlers.is_once(id) {
            return handlers.take(id).map(|handler| handler.callable);
        }
        handlers.slots.get(id.0 as usize)?.as_ref().map(|handler| handler.callable.clone_ref(py))
    }

    /// As for a timer that was not given a callback, the default handler is told.
    fn callback(&self, callable: Option<Py<PyAny>>, is_once: bool) -> PyResult<Callback> {
        match callable {
            Some(callable) => Ok(Callback::Host(self.actor, self.handlers.borrow_mut().add(callable, is_once))),
            // The real clock aborts the process here.
            None => self.default.get().ok_or_else(|| {
                PyValueError::new_err("No callbacks provided: pass `callback` or call `register_default_handler` first")
            }),
        }
    }

    /// Forgets the callable of an alert that will not fire. A repeating timer's stays: events of it that were
    /// collected before still tell it.
    fn forget(&self, callback: Callback) -> Option<Handler> {
        let Callback::Host(_, id) = callback else { return None };
        let mut handlers = self.handlers.borrow_mut();
        if handlers.is_once(id) { handlers.take(id) } else { None }
    }

    fn alert(&self, name: &str, at: u64, callable: Option<Py<PyAny>>, allow_past: bool) -> PyResult<()> {
        self.clock.borrow().check_free(name)?;
        let callback = self.callback(callable, true)?;
        let set = self.clock.borrow_mut().set_alert(name, at, callback, allow_past);
        drop(set.is_err().then(|| self.forget(callback)));
        Ok(set?)
    }

    fn timer(&self, name: &str, schedule: Schedule, callable: Option<Py<PyAny>>, allow_past: bool) -> PyResult<()> {
        self.clock.borrow().check_free(name)?;
        if schedule.interval == 0 {
            return Err(PyValueError::new_err("'interval_ns' not a positive integer, was 0"));
        }
        let callback = self.callback(callable, false)?;
        Ok(self.clock.borrow_mut().set_timer(name, schedule, callback, allow_past)?)
    }

    /// Drops outside the cell, since that may run user code.
    fn drop_timer(&self, name: &str) -> PyResult<()> {
        let callback = self.clock.borrow().callback(name).copied();
        self.clock.borrow_mut().cancel(name)?;
        drop(callback.and_then(|callback| self.forget(callback)));
        Ok(())
    }
}

#[pymethods]
impl PyTestClock {
    #[new]
    fn new() -> PyClassInitializer<Self> {
        PyClassInitializer::from(PyClock).add_subclass(Self {
            clock: SharedClock::default(),
            actor: NOBODY,
            handlers: RefCell::default(),
            default: Cell::new(None),
        })
    }

    fn timestamp(&self) -> f64 {
        #[allow(clippy::cast_precision_loss)]
        let ns = self.clock.borrow().now() as f64;
        ns / 1e9
    }

    fn timestamp_ms(&self) -> u64 {
        self.clock.borrow().now() / 1_000_000
    }

    fn timestamp_us(&self) -> u64 {
        self.clock.borrow().now() / 1_000
    }

    fn timestamp_ns(&self) -> u64 {
        self.clock.borrow().now()
    }

    fn utc_now<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let datetime = PyModule::import(py, intern!(py, "nautilus_trader.core.datetime"))?;
        datetime.call_method1(intern!(py, "unix_nanos_to_dt"), (self.timestamp_ns(),))
    }

    /// Without a time zone, UTC and naive.
    #[pyo3(signature = (tz = None))]
    fn local_now<'py>(&self, py: Python<'py>, tz: Option<Bound<'py, PyTzInfo>>) -> PyResult<Bound<'py, PyAny>> {
        self.utc_now(py)?.call_method1(intern!(py, "tz_convert"), (tz,))
    }

    fn set_time(&self, to_time_ns: Ns) {
        self.clock.borrow_mut().set_time(to_time_ns.0);
    }

    #[getter]
    fn timer_names(&self) -> Vec<&'static str> {
        self.clock.borrow().timer_names().map(|name| name.as_str()).collect()
    }

    #[getter]
    fn timer_count(&self) -> usize {
        self.clock.borrow().timer_names().len()
    }

    /// Zero for an unknown timer.
    fn next_time_ns(&self, name: &str) -> u64 {
        self.clock.borrow().next_time(name).unwrap_or(0)
    }

    fn register_default_handler(&self, callback: Py<PyAny>) {
        let id = self.handlers.borrow_mut().add(callback, false);
        self.default.set(Some(Callback::Host(self.actor, id)));
    }

    #[pyo3(signature = (name, alert_time, callback = None, r#override = false, allow_past = true))]
    fn set_time_alert(
        &self,
        name: &Bound<'_, PyString>,
        alert_time: &Bound<'_, PyAny>,
        callback: Option<Py<PyAny>>,
        r#override: bool,
        allow_past: bool,
    ) -> PyResult<()> {
        let name = name.to_cow()?;
        let at = nanos_of_datetime(alert_time, "alert_time")?
            .ok_or_else(|| PyTypeError::new_err("'dt' argument was `None`"))?;
        if r#override && self.clock.borrow().has_timer(&name) {
            self.drop_timer(&name)?;
        }
        self.alert(&name, at, callback, allow_past)
    }

    #[pyo3(signature = (name, alert_time_ns, callback = None, allow_past = true))]
    fn set_time_alert_ns(
        &self,
        name: &str,
        alert_time_ns: Ns,
        callback: Option<Py<PyAny>>,
        allow_past: bool,
    ) -> PyResult<()> {
        self.alert(name, alert_time_ns.0, callback, allow_past)
    }

    #[pyo3(signature = (
        name, interval, start_time = None, stop_time = None, callback = None, allow_past = true,
        fire_immediately = false
    ))]
    #[allow(clippy::too_many_arguments)] // the original's signature
    fn set_timer(
        &self,
        name: &str,
        interval: &Bound<'_, PyAny>,
        start_time: Option<Bound<'_, PyAny>>,
        stop_time: Option<Bound<'_, PyAny>>,
        callback: Option<Py<PyAny>>,
        allow_past: bool,
        fire_immediately: bool,
    ) -> PyResult<()> {
        let moment = |time: Option<Bound<'_, PyAny>>, argument| match time {
            Some(time) => nanos_of_datetime(&time, argument),
            None => Ok(None),
        };
        let schedule = Schedule {
            interval: nanos_of_interval(interval)?,
            start: moment(start_time, "start_time")?,
            stop: moment(stop_time, "stop_time")?,
            fire_immediately,
        };
        self.timer(name, schedule, callback, allow_past)
    }

    /// Zero as start is now, zero as stop is never.
    #[pyo3(signature = (
        name, interval_ns, start_time_ns, stop_time_ns, callback = None, allow_past = true, fire_immediately = false
    ))]
    #[allow(clippy::too_many_arguments)] // the original's signature
    fn set_timer_ns(
        &self,
        name: &str,
        interval_ns: Ns,
        start_time_ns: Ns,
        stop_time_ns: Ns,
        callback: Option<Py<PyAny>>,
        allow_past: bool,
        fire_immediately: bool,
    ) -> PyResult<()> {
        let given = |ns: Ns| (ns.0 > 0).then_some(ns.0);
        let schedule = Schedule {
            interval: interval_ns.0,
            start: given(start_time_ns),
            stop: given(stop_time_ns),
            fire_immediately,
        };
        self.timer(name, schedule, callback, allow_past)
    }

    fn cancel_timer(&self, name: &str) -> PyResult<()> {
        self.drop_timer(name)
    }

    fn cancel_timers(&self) -> PyResult<()> {
        self.timer_names().into_iter().try_for_each(|name| self.drop_timer(name))
    }

    /// The events up to and including a time, each with its callback. For clocks of one's own: those of a backtest are
    /// advanced by it.
    #[pyo3(signature = (to_time_ns, set_time = true))]
    fn advance_time<'py>(&self, py: Python<'py>, to_time_ns: Ns, set_time: bool) -> PyResult<Bound<'py, PyList>> {
        let to = to_time_ns.0;
        if to < self.timestamp_ns() {
            return Err(PyValueError::new_err("to_time_ns was < time_ns (not monotonic)"));
        }
        let mut due: Vec<Due<Callback>> = Vec::new();
        self.clock.borrow_mut().take_due(to, &mut due);
        if set_time {
            self.clock.borrow_mut().set_time(to);
        }
        let events = PyList::empty(py);
        for Due { event, callback } in due {
            let Callback::Host(_, id) = callback else { continue };
            if let Some(callback) = self.handler(py, id) {
                events.append(PyTimeEventHandler { event: time_event_to_py(py, &event)?.unbind(), callback })?;
            }
        }
        Ok(events)
    }
}

fn negative() -> PyErr {
    PyOverflowError::new_err("can't convert negative value to uint64_t")
}

/// Of a `datetime`, naive ones taken as UTC, to the nanosecond for pandas' own.
fn nanos_of_datetime(time: &Bound<'_, PyAny>, argument: &str) -> PyResult<Option<u64>> {
    if time.is_none() {
        return Ok(None);
    }
    let py = time.py();
    if time.cast::<PyDateTime>().is_err() {
        return Err(wrong_class(argument, "datetime.datetime", time));
    }
    if let Ok(nanos) = time.getattr(intern!(py, "value")) {
        return nanos.extract().map(Some).map_err(|_| negative());
    }
    let datetime = PyModule::import(py, intern!(py, "datetime"))?;
    let utc = datetime.getattr(intern!(py, "timezone"))?.getattr(intern!(py, "utc"))?;
    let kwargs = [(intern!(py, "tzinfo"), &utc)].into_py_dict(py)?;
    let aware = if time.getattr(intern!(py, "tzinfo"))?.is_none() {
        time.call_method(intern!(py, "replace"), (), Some(&kwargs))?
    } else {
        time.clone()
    };
    let epoch = datetime.getattr(intern!(py, "datetime"))?.call((1970, 1, 1), Some(&kwargs))?;
    let since = aware.sub(epoch)?;
    u64::try_from(nanos_of_delta(&since)?).map(Some).map_err(|_| negative())
}

fn nanos_of_delta(delta: &Bound<'_, PyAny>) -> PyResult<i128> {
    let py = delta.py();
    let part = |name: &Bound<'_, PyString>| delta.getattr(name)?.extract::<i128>();
    let seconds = part(intern!(py, "days"))? * 86_400 + part(intern!(py, "seconds"))?;
    Ok((seconds * 1_000_000 + part(intern!(py, "microseconds"))?) * 1_000)
}

fn nanos_of_interval(interval: &Bound<'_, PyAny>) -> PyResult<u64> {
    if interval.cast::<PyDelta>().is_err() {
        return Err(wrong_class("interval", "datetime.timedelta", interval));
    }
    let nanos = match interval.getattr(intern!(interval.py(), "value")) {
        Ok(value) => value.extract::<i128>()?,
        Err(_) => nanos_of_delta(interval)?,
    };
    u64::try_from(nanos).map_err(|_| negative())
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyTimeEvent>()?;
    module.add_class::<PyTimeEventHandler>()?;
    module.add_class::<PyClock>()?;
    module.add_class::<PyTestClock>()
}
