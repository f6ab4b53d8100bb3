//! The rarely used rest of a class, in Python.

use std::{cell::RefCell, rc::Rc};

use pyo3::{exceptions::PyAttributeError, prelude::*};

/// The Python object with the rest, made when it is first asked for.
pub type Rest = Rc<RefCell<Option<Py<PyAny>>>>;

/// An attribute that `owner` itself lacks: that of `module.Rest(owner)`.
///
/// # Errors
/// AttributeError when there is no such attribute there, either.
pub fn rest<'py>(owner: &Bound<'py, PyAny>, kept: &Rest, module: &str, name: &str) -> PyResult<Bound<'py, PyAny>> {
    let py = owner.py();
    if name.starts_with("__") {
        let class = owner.get_type().name()?;
        return Err(PyAttributeError::new_err(format!("'{class}' object has no attribute '{name}'")));
    }
    let known = kept.borrow().as_ref().map(|rest| rest.bind(py).clone());
    let object = match known {
        Some(object) => object,
        None => {
            let object = PyModule::import(py, module)?.getattr("Rest")?.call1((owner,))?;
            *kept.borrow_mut() = Some(object.clone().unbind());
            object
        }
    };
    object.getattr(name)
}
