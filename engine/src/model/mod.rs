//! Value types, identifiers, instruments and market data: plain data without Python.

pub mod columns;
pub mod currency;
pub mod data;
pub mod date;
pub mod decimal;
pub mod describe;
pub mod enums;
pub mod event;
pub mod fixed;
pub mod identifiers;
pub mod instrument;
pub mod order;

/// Nanoseconds since the UNIX epoch, UTC.
pub type UnixNanos = u64;

/// A value that a NautilusTrader type refuses; `Display` is the message that reaches the user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    #[error("{0}")]
    Value(String),
    #[error("{0}")]
    Type(String),
    #[error("{0}")]
    Overflow(String),
    /// Text that is no decimal number: `decimal.InvalidOperation` in Python.
    #[error("{0}")]
    Syntax(String),
}

pub type ModelResult<T> = Result<T, ModelError>;
