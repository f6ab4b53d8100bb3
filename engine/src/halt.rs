//! Why a run stops early.

use std::{any::Any, fmt};

/// A reason to leave the run at once.
pub enum Halt {
    /// User code raised; the payload is the host's own error.
    Host(Box<dyn Any>),
    /// The run ends without an error, for instance when a cash account is overdrawn.
    Stop(String),
    Value(String),
    Key(String),
    Runtime(String),
}

impl fmt::Debug for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(_) => f.write_str("user code raised"),
            Self::Stop(text) | Self::Value(text) | Self::Key(text) | Self::Runtime(text) => f.write_str(text),
        }
    }
}

impl From<crate::model::ModelError> for Halt {
    fn from(error: crate::model::ModelError) -> Self {
        Self::Value(error.to_string())
    }
}

pub type Flow<T = ()> = Result<T, Halt>;
