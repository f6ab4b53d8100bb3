//! Bindings of [`crate::model`], and the conventions that every binding of this crate follows.
//!
//! # How a Python class wraps a model value
//! - One tuple struct per value type: `PyPrice(pub Price)`; `Py` + the model's name; the field is public, so bindings
//!   take `PyPrice` arguments by value (`from_py_object`) and return `PyPrice(model_price)`. All are frozen but
//!   the ticks, which the engine fills anew where nobody holds them.
//! - `name` and `module` of the `#[pyclass]` are those of NautilusTrader, so `type(x).__name__`, `repr` of the class and
//!   pickles look the same. The compat package re-exports the classes from `lintkit._engine`.
//! - Market data extends [`data::PyData`]; `PyQuoteTick(tick).into_pyobject(py)` and its siblings build the base too.
//! - Instruments are `Arc<Instrument>` inside [`instrument::PyInstrument`] (`inner`). Bindings of the engine keep the object that
//!   the user added, so that `cache.instrument(id)` is that very object.
//!
//! # How enumerations cross the border
//! The classes are Python `IntFlag`s of the compat package (`model/enums.py`); Rust keeps a table of their members.
//! [`enums::E`] does both ways: an argument `side: E<OrderSide>` accepts members and plain integers, a return value
//! `E(order.side)` becomes the member.
//!
//! # How errors map
//! `ModelError` converts into `PyErr` (`?` works): `Value` -> ValueError, `Type` -> TypeError, `Overflow` -> OverflowError,
//! `Syntax` -> decimal.InvalidOperation. Where the real package aborts the process we raise ValueError.
//!
//! # Numbers
//! - Times are `u64` nanoseconds; arguments take [`convert::Ns`], which accepts what Cython accepts (floats too).
//! - `decimal.Decimal` <-> [`crate::model::instrument::Decimal`]: `convert::{decimal_from_py, decimal_to_py}`.
//! - `convert::raw_to_decimal` is `as_decimal()`: the raw amount divided in Python's current decimal context.

use pyo3::prelude::*;

pub mod bar;
pub mod book;
pub mod bulk;
pub mod convert;
pub mod currency;
pub mod data;
pub mod depth;
pub mod enums;
pub mod fixed;
pub mod identifiers;
pub mod instrument;
pub mod money;
pub mod order_book;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    identifiers::register(module)?;
    currency::register(module)?;
    fixed::register(module)?;
    money::register(module)?;
    data::register(module)?;
    bar::register(module)?;
    book::register(module)?;
    depth::register(module)?;
    order_book::register(module)?;
    bulk::register(module)?;
    instrument::register(module)
}
