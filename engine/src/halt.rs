//! Why a run stops early.

use std::{any::Any, fmt};

/// A reason to leave the run at once.
pub enum Halt {
    /// User code raised; the payload is the host's own error.
    Host(Box<dyn Any>),
    /// The run ends without an error, for instance when a cash account is overdrawn.
    Stop(String),
    Value(String),
    Type(String),
    Key(String),
    /// The engine is not set up for what is asked.
    Configuration(String),
    /// Something that NautilusTrader can do and this engine cannot.
    Unsupported(String),
    Runtime(String),
    /// Where NautilusTrader meets an attribute of nothing.
    Attribute(String),
}

impl fmt::Debug for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(_) => f.write_str("user code raised"),
            Self::Stop(text)
            | Self::Value(text)
            | Self::Type(text)
            | Self::Key(text)
            | Self::Runtime(text)
            | Self::Attribute(text)
            | Self::Configuration(text)
            | Self::Unsupported(text) => f.write_str(text),
        }
    }
}

impl From<crate::model::ModelError> for Halt {
    fn from(error: crate::model::ModelError) -> Self {
        use crate::model::ModelError as E;
        match error {
            E::Type(text) => Self::Type(text),
            other => Self::Value(other.to_string()),
        }
    }
}

pub type Flow<T = ()> = Result<T, Halt>;

impl From<crate::ledger::position::PositionError> for Halt {
    fn from(error: crate::ledger::position::PositionError) -> Self {
        use crate::ledger::position::PositionError as E;
        match error {
            E::Duplicate(_) => Self::Key(error.to_string()),
            E::Model(error) => error.into(),
            E::NotAFill(_) | E::NoPositionId(_) => Self::Runtime(error.to_string()),
        }
    }
}
