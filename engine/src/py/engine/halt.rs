//! Why a run stopped, as a Python exception.

use pyo3::{
    exceptions::{PyAttributeError, PyKeyError, PyNotImplementedError, PyRuntimeError, PyTypeError, PyValueError},
    prelude::*,
};

use crate::halt::Halt;

impl From<Halt> for PyErr {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Host(error) => match error.downcast::<Self>() {
                Ok(error) => *error,
                Err(_) => PyRuntimeError::new_err("user code failed without a Python exception"),
            },
            Halt::Value(message) => PyValueError::new_err(message),
            Halt::Type(message) => PyTypeError::new_err(message),
            Halt::Key(message) => PyKeyError::new_err(message),
            Halt::Configuration(message) => Python::attach(|py| invalid_configuration(py, message)),
            Halt::Attribute(message) => PyAttributeError::new_err(message),
            Halt::Unsupported(message) => PyNotImplementedError::new_err(message),
            Halt::Stop(message) | Halt::Runtime(message) => PyRuntimeError::new_err(message),
        }
    }
}

fn invalid_configuration(py: Python<'_>, message: String) -> PyErr {
    let class = PyModule::import(py, "nautilus_trader.common.config").and_then(|m| m.getattr("InvalidConfiguration"));
    match class.and_then(|class| class.call1((message,))) {
        Ok(error) => PyErr::from_value(error),
        Err(error) => error,
    }
}
