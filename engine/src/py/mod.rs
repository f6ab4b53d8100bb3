//! The Python face of the engine: the only module that knows PyO3.

#![allow(clippy::wrong_self_convention)] // the methods' names are Python's, e.g. `to_dict`

use pyo3::prelude::*;

mod engine;
mod index;
mod indicators;
mod made;
mod model;
mod nodes;

#[pymodule]
mod _engine {
    use super::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("__sources__", env!("LINTKIT_SOURCES"))?;
        model::register(module)?;
        indicators::register(module)?;
        engine::register(module)
    }
}
