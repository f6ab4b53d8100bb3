//! The message bus, as users see it.

use std::rc::Rc;

use pyo3::{exceptions::PyValueError, prelude::*};
use ustr::Ustr;

use super::{
    host::Kept,
    rest::{Rest, rest},
};
use crate::{
    kernel::{Handler, Kernel, Message},
    py::model::identifiers::PyTraderId,
};

#[pyclass(name = "MessageBus", module = "nautilus_trader.common.component", frozen, unsendable)]
pub struct PyMessageBus {
    pub kernel: Rc<Kernel>,
    pub kept: Rc<Kept>,
    rest: Rest,
}

impl PyMessageBus {
    pub fn new(kernel: Rc<Kernel>, kept: Rc<Kept>) -> Self {
        Self { kernel, kept, rest: Rest::default() }
    }
}

#[pymethods]
impl PyMessageBus {
    /// Endpoints and requests are Python: see `common/_endpoints.py` of the compat package.
    fn __getattr__<'py>(slf: &Bound<'py, Self>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        rest(slf.as_any(), &Rc::clone(&slf.borrow().rest), "nautilus_trader.common._endpoints", name)
    }

    #[getter]
    fn trader_id(&self) -> PyTraderId {
        PyTraderId(self.kernel.config.trader_id)
    }

    #[pyo3(signature = (topic, handler, priority = 0))]
    fn subscribe(&self, topic: &str, handler: &Bound<'_, PyAny>, priority: i32) -> PyResult<()> {
        if topic.is_empty() {
            return Err(PyValueError::new_err("'topic' string was invalid, was ''"));
        }
        let handler = self.kept.handler(handler)?;
        self.kernel.bus.subscribe(Ustr::from(topic), Handler::Host(handler), priority);
        Ok(())
    }

    fn unsubscribe(&self, topic: &str, handler: &Bound<'_, PyAny>) -> PyResult<()> {
        let handler = self.kept.handler(handler)?;
        self.kernel.bus.unsubscribe(Ustr::from(topic), Handler::Host(handler));
        Ok(())
    }

    #[pyo3(signature = (topic, msg, external_pub = true))]
    fn publish(&self, topic: &str, msg: &Bound<'_, PyAny>, external_pub: bool) -> PyResult<()> {
        let _ = external_pub;
        let object = self.kept.object(msg.clone().unbind());
        let published = self.kernel.publish(Ustr::from(topic), &Message::Object(object));
        self.kept.forget(object);
        Ok(published?)
    }

    fn topics(&self) -> Vec<&'static str> {
        self.kernel.bus.topics().into_iter().map(|topic| topic.as_str()).collect()
    }

    fn is_subscribed(&self, topic: &str, handler: &Bound<'_, PyAny>) -> PyResult<bool> {
        let handler = self.kept.handler(handler)?;
        Ok(self.kernel.bus.is_subscribed(Ustr::from(topic), Handler::Host(handler)))
    }

    #[pyo3(signature = (pattern = None))]
    fn has_subscribers(&self, pattern: Option<&str>) -> bool {
        pattern.map_or_else(
            || !self.kernel.bus.topics().is_empty(),
            |pattern| self.kernel.bus.has_subscribers(Ustr::from(pattern)),
        )
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyMessageBus>()
}
