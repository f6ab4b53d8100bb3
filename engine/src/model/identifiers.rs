//! Identifiers: interned strings, so that copies and comparisons are free.

use std::{
    fmt,
    hash::{BuildHasherDefault, Hasher},
    str::FromStr,
};

use indexmap::IndexMap;
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
    ExecAlgorithmId,
);

fn check_valid(value: &str, what: &str) -> ModelResult<()> {
    if value.trim().is_empty() {
        return Err(ModelError::Value(format!("'{what}' string was invalid, was '{value}'")));
    }
    Ok(())
}

/// A trade's id. Every trade of a feed has its own, so that interning would keep them all for good: it lies inline, and
/// only texts longer than NautilusTrader allows are interned.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TradeId(Text);

const INLINE: usize = 36;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Text {
    Inline(u8, [u8; INLINE]),
    Long(Ustr),
}

impl TradeId {
    /// # Errors
    /// When the text is empty or blank.
    pub fn new(value: &str) -> ModelResult<Self> {
        check_valid(value, "value")?;
        Ok(Self::of(value))
    }

    /// From a text that has been checked.
    #[must_use]
    pub fn of(value: &str) -> Self {
        let mut bytes = [0; INLINE];
        match (bytes.get_mut(..value.len()), u8::try_from(value.len())) {
            (Some(room), Ok(length)) => {
                room.copy_from_slice(value.as_bytes());
                Self(Text::Inline(length, bytes))
            }
            _ => Self(Text::Long(Ustr::from(value))),
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Text::Inline(length, bytes) => std::str::from_utf8(&bytes[..usize::from(*length)]).unwrap_or(""),
            Text::Long(text) => text.as_str(),
        }
    }
}

/// By text: NautilusTrader sorts identifiers as strings.
impl PartialOrd for TradeId {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for TradeId {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl fmt::Display for TradeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for TradeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TradeId({self})")
    }
}

/// Identifiers carry the hash of their text, which only needs mixing where there are several.
#[derive(Clone, Copy, Debug, Default)]
pub struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        /// The odd number nearest to 2^64 over the golden ratio.
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    }

    fn write_u8(&mut self, value: u8) {
        self.write_u64(value.into());
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

/// A map by identifiers, in order of insertion.
pub type IdMap<K, V> = IndexMap<K, V, BuildHasherDefault<IdHasher>>;

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
