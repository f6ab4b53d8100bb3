//! Identifiers: interned strings, so that copies and comparisons are free.

use std::{fmt, str::FromStr};

use ustr::Ustr;

use super::{ModelError, ModelResult};

macro_rules! identifier {
    ($($name:ident),+ $(,)?) => {$(
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name(pub Ustr);

        impl $name {
            /// # Errors
            /// When the text is empty or blank.
            pub fn new(value: &str) -> ModelResult<Self> {
                check_valid(value, "value")?;
                Ok(Self(Ustr::from(value)))
            }

            #[must_use]
            pub fn as_str(&self) -> &'static str {
                self.0.as_str()
            }
        }

        /// By text: NautilusTrader sorts identifiers as strings.
        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                self.0.as_str().cmp(other.0.as_str())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

identifier!(
    Symbol,
    Venue,
    TraderId,
    StrategyId,
    ComponentId,
    ClientId,
    AccountId,
    ClientOrderId,
    VenueOrderId,
    OrderListId,
    PositionId,
    TradeId,
    ExecAlgorithmId,
);

fn check_valid(value: &str, what: &str) -> ModelResult<()> {
    if value.trim().is_empty() {
        return Err(ModelError::Value(format!("'{what}' string was invalid, was '{value}'")));
    }
    Ok(())
}

impl TraderId {
    /// The part after the last hyphen, which order identifiers carry.
    #[must_use]
    pub fn tag(&self) -> &'static str {
        self.as_str().rsplit_once('-').map_or(self.as_str(), |(_, tag)| tag)
    }
}

impl StrategyId {
    #[must_use]
    pub fn tag(&self) -> &'static str {
        self.as_str().rsplit_once('-').map_or(self.as_str(), |(_, tag)| tag)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstrumentId {
    pub symbol: Symbol,
    pub venue: Venue,
}

impl FromStr for InstrumentId {
    type Err = ModelError;

    /// `SYMBOL.VENUE`; the last dot separates, so that symbols may hold dots.
    fn from_str(text: &str) -> ModelResult<Self> {
        let (symbol, venue) = text.rsplit_once('.').ok_or_else(|| {
            ModelError::Value(format!(
                "Error parsing `InstrumentId` from '{text}': missing '.' separator between symbol and venue components"
            ))
        })?;
        Ok(Self { symbol: Symbol::new(symbol)?, venue: Venue::new(venue)? })
    }
}

impl fmt::Display for InstrumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.symbol, self.venue)
    }
}
