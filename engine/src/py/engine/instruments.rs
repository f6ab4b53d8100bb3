//! The instrument objects that users made: `cache.instrument(id)` is the very one that was added.

use std::cell::RefCell;

use indexmap::IndexMap;
use pyo3::prelude::*;

use crate::model::identifiers::InstrumentId;

#[derive(Default)]
pub struct Instruments(RefCell<IndexMap<InstrumentId, Py<PyAny>>>);

impl Instruments {
    pub fn insert(&self, id: InstrumentId, object: Py<PyAny>) {
        let before = self.0.borrow_mut().insert(id, object);
        drop(before);
    }

    pub fn get<'py>(&self, py: Python<'py>, id: InstrumentId) -> Option<Bound<'py, PyAny>> {
        self.0.borrow().get(&id).map(|object| object.bind(py).clone())
    }

    pub fn clear(&self) {
        let objects = self.0.take();
        drop(objects);
    }
}
