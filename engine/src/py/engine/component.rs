//! What actors and strategies have in common: read-only references to the engine's parts.

use pyo3::{
    prelude::*,
    types::{PyDict, PyTuple},
};

/// The parts are none until the component is added to an engine.
#[pyclass(name = "Component", module = "nautilus_trader.common.component", subclass)]
#[derive(Default)]
pub struct PyComponent {
    #[pyo3(get)]
    id: Option<Py<PyAny>>,
    #[pyo3(get)]
    trader_id: Option<Py<PyAny>>,
    #[pyo3(get)]
    config: Option<Py<PyAny>>,
    #[pyo3(get)]
    clock: Option<Py<PyAny>>,
    #[pyo3(get)]
    cache: Option<Py<PyAny>>,
    #[pyo3(get)]
    portfolio: Option<Py<PyAny>>,
    #[pyo3(get)]
    msgbus: Option<Py<PyAny>>,
    #[pyo3(get)]
    log: Option<Py<PyAny>>,
    #[pyo3(get)]
    order_factory: Option<Py<PyAny>>,
    #[pyo3(get)]
    _kernel: Option<Py<PyAny>>,
    #[pyo3(get)]
    _index: u32,
}

#[pymethods]
impl PyComponent {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self::default()
    }

    /// For the base classes only: users cannot assign these attributes.
    #[pyo3(signature = (**parts))]
    fn _attach(&mut self, parts: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        for (name, part) in parts.into_iter().flatten() {
            let slot = match name.str()?.to_cow()?.as_ref() {
                "id" => &mut self.id,
                "trader_id" => &mut self.trader_id,
                "config" => &mut self.config,
                "clock" => &mut self.clock,
                "cache" => &mut self.cache,
                "portfolio" => &mut self.portfolio,
                "msgbus" => &mut self.msgbus,
                "log" => &mut self.log,
                "order_factory" => &mut self.order_factory,
                "_kernel" => &mut self._kernel,
                "_index" => {
                    self._index = part.extract()?;
                    continue;
                }
                other => return Err(pyo3::exceptions::PyTypeError::new_err(format!("unexpected part '{other}'"))),
            };
            *slot = (!part.is_none()).then(|| part.unbind());
        }
        Ok(())
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyComponent>()
}
