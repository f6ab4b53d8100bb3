//! Bindings of [`crate::indicators`], and the base class of users' own.

mod average;
mod base;
mod studies;

use pyo3::prelude::*;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<base::PyIndicator>()?;
    average::register(module)?;
    studies::register(module)
}
