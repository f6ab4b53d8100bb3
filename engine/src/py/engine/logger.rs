//! What components write to standard output, at the simulated time.

use std::cell::{Cell, RefCell};

use pyo3::{prelude::*, types::PyDict};

use crate::{
    clock::civil_date,
    kernel::{LogLevel, ids::timestamp},
};

/// The lowest level that is written; nothing at all when off.
pub struct Log {
    level: Cell<Option<LogLevel>>,
    trader: RefCell<String>,
    now: RefCell<Option<Box<dyn Fn() -> u64>>>,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: Cell::new(Some(LogLevel::Info)), trader: RefCell::default(), now: RefCell::default() }
    }
}

thread_local! {
    static CURRENT: RefCell<std::rc::Weak<Log>> = const { RefCell::new(std::rc::Weak::new()) };
}

impl Log {
    /// Makes this the log of components that belong to no engine yet.
    pub fn make_current(self: &std::rc::Rc<Self>) {
        CURRENT.replace(std::rc::Rc::downgrade(self));
    }

    pub fn configure(&self, level: Option<LogLevel>, trader: &str, now: Box<dyn Fn() -> u64>) {
        self.level.set(level);
        trader.clone_into(&mut self.trader.borrow_mut());
        *self.now.borrow_mut() = Some(now);
    }

    #[must_use]
    pub fn is_on(&self, level: LogLevel) -> bool {
        self.level.get().is_some_and(|lowest| level >= lowest)
    }

    pub fn write(&self, level: LogLevel, component: &str, text: &str) {
        if !self.is_on(level) {
            return;
        }
        let now = self.now.borrow().as_ref().map_or(0, |now| now());
        let name = match level {
            LogLevel::Debug => "DEBUG",
            LogLevel::Info => "INFO",
            LogLevel::Warning => "WARN",
            LogLevel::Error => "ERROR",
        };
        let line = format!("{} [{name}] {}.{component}: {text}\n", stamp(now), self.trader.borrow());
        // Through Python's own stream, so that redirecting it works and the order of lines is kept.
        let written = Python::attach(|py| -> PyResult<()> {
            PyModule::import(py, "sys")?.getattr("stdout")?.call_method1("write", (line,))?;
            Ok(())
        });
        drop(written); // a closed stream is no reason to end a backtest
    }
}

fn stamp(ns: u64) -> String {
    let (year, month, day) = civil_date(ns / 86_400_000_000_000);
    let time = timestamp(ns);
    let clock = time.rsplit_once('-').map_or("000000", |(_, clock)| clock);
    format!(
        "{year:04}-{month:02}-{day:02}T{}:{}:{}.{:09}Z",
        &clock[..2],
        &clock[2..4],
        &clock[4..6],
        ns % 1_000_000_000
    )
}

#[pyclass(name = "Logger", module = "nautilus_trader.common.component", frozen, unsendable)]
pub struct PyLogger {
    pub name: String,
    pub log: std::rc::Rc<Log>,
}

impl PyLogger {
    fn write(&self, level: LogLevel, message: &Bound<'_, PyAny>) -> PyResult<()> {
        if self.log.is_on(level) {
            self.log.write(level, &self.name, &message.str()?.to_cow()?);
        }
        Ok(())
    }
}

#[pymethods]
impl PyLogger {
    /// Writes as the engine made last is configured to.
    #[new]
    fn new(name: String) -> Self {
        Self { name, log: CURRENT.with_borrow(std::rc::Weak::upgrade).unwrap_or_default() }
    }

    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    #[pyo3(signature = (message, color = None))]
    fn debug(&self, message: &Bound<'_, PyAny>, color: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let _ = color;
        self.write(LogLevel::Debug, message)
    }

    #[pyo3(signature = (message, color = None))]
    fn info(&self, message: &Bound<'_, PyAny>, color: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let _ = color;
        self.write(LogLevel::Info, message)
    }

    #[pyo3(signature = (message, color = None))]
    fn warning(&self, message: &Bound<'_, PyAny>, color: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let _ = color;
        self.write(LogLevel::Warning, message)
    }

    #[pyo3(signature = (message, color = None))]
    fn error(&self, message: &Bound<'_, PyAny>, color: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let _ = color;
        self.write(LogLevel::Error, message)
    }

    fn exception(&self, message: &Bound<'_, PyAny>, ex: &Bound<'_, PyAny>) -> PyResult<()> {
        self.write(LogLevel::Error, message)?;
        self.write(LogLevel::Error, &ex.repr()?.into_any())
    }
}

/// The level of a configuration's text; none for `OFF`.
pub fn level_of(config: &Bound<'_, PyDict>) -> PyResult<Option<LogLevel>> {
    let Some(level) = config.get_item("log_level")? else { return Ok(Some(LogLevel::Info)) };
    Ok(match level.str()?.to_cow()?.to_ascii_uppercase().as_str() {
        "OFF" => None,
        "TRACE" | "DEBUG" => Some(LogLevel::Debug),
        "WARNING" | "WARN" => Some(LogLevel::Warning),
        "ERROR" => Some(LogLevel::Error),
        _ => Some(LogLevel::Info),
    })
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyLogger>()
}
