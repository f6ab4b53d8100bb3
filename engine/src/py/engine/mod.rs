//! Bindings of the kernel and of what strategies meet: orders, events, the cache, the message bus.
//!
//! Objects of the engine are shared by reference count and not thread-safe, so their classes are `unsendable`: PyO3 lets
//! only the thread that made one use it. The Python classes are views; state lives in the engine.

use pyo3::prelude::*;

pub mod account;
pub mod clock;
pub mod event;
mod halt;
pub mod order;
mod order_dict;
pub mod portfolio;
pub mod position;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    event::register(module)?;
    order::register(module)?;
    account::register(module)?;
    clock::register(module)?;
    portfolio::register(module)?;
    position::register(module)
}
