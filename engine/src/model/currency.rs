//! Currencies, interned: two currencies are equal exactly when their codes are.

use std::{
    fmt,
    sync::{LazyLock, RwLock},
};

use indexmap::IndexMap;
use ustr::Ustr;

use super::enums::CurrencyType;

#[derive(Debug)]
pub struct CurrencyData {
    pub code: Ustr,
    /// Decimals of an amount.
    pub precision: u8,
    pub iso4217: u16,
    pub name: Ustr,
    pub kind: CurrencyType,
}

/// A handle on interned currency data; copying is free.
#[derive(Clone, Copy)]
pub struct Currency(&'static CurrencyData);

static REGISTRY: LazyLock<RwLock<IndexMap<Ustr, Currency>>> = LazyLock::new(RwLock::default);

impl Currency {
    /// A currency of these properties. It is known by its code only after [`Currency::register`].
    #[must_use]
    pub fn new(code: &str, precision: u8, iso4217: u16, name: &str, kind: CurrencyType) -> Self {
        Self(Box::leak(Box::new(CurrencyData {
            code: Ustr::from(code),
            precision,
            iso4217,
            name: Ustr::from(name),
            kind,
        })))
    }

    /// Makes the currency known by its code; an existing one is kept unless `overwrite`.
    pub fn register(self, overwrite: bool) {
        let mut registry = REGISTRY.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if overwrite || !registry.contains_key(&self.0.code) {
            registry.insert(self.0.code, self);
        }
    }

    #[must_use]
    pub fn lookup(code: &str) -> Option<Self> {
        REGISTRY.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(&Ustr::from(code)).copied()
    }
}

impl std::ops::Deref for Currency {
    type Target = CurrencyData;

    fn deref(&self) -> &CurrencyData {
        self.0
    }
}

impl PartialEq for Currency {
    fn eq(&self, other: &Self) -> bool {
        self.0.code == other.0.code
    }
}

impl Eq for Currency {}

impl std::hash::Hash for Currency {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.code.hash(state);
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.code)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.code)
    }
}
