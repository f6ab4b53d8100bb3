//! Bindings of the kernel and of what strategies meet: orders, events, the cache, the message bus.
//!
//! Objects of the engine are shared by reference count and not thread-safe, so their classes are `unsendable`: PyO3 lets
//! only the thread that made one use it. The Python classes are views; state lives in the engine.

use pyo3::prelude::*;

pub mod account;
mod cache;
pub mod clock;
mod component;
mod digest;
pub mod event;
mod event_dict;
mod halt;
mod handlers;
mod host;
mod instruments;
mod kernel;
mod logger;
mod models;
mod msgbus;
pub mod order;
mod order_dict;
mod order_new;
pub mod portfolio;
pub mod position;
mod rest;
mod source;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    event::register(module)?;
    order::register(module)?;
    account::register(module)?;
    clock::register(module)?;
    portfolio::register(module)?;
    position::register(module)?;
    cache::register(module)?;
    component::register(module)?;
    kernel::register(module)?;
    logger::register(module)?;
    msgbus::register(module)?;
    source::register(module)
}
