//! Instruments: one record for every class, since the engine asks all of them the same questions.

use ustr::Ustr;

use super::{
    ModelResult, UnixNanos,
    currency::Currency,
    enums::{AssetClass, InstrumentClass},
    fixed::{Money, Price, Quantity, unit},
    identifiers::{InstrumentId, Symbol},
};

/// The Python class that the instrument shows as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstrumentKind {
    CurrencyPair,
    CryptoPerpetual,
    CryptoFuture,
    Equity,
    FuturesContract,
    Cfd,
    Commodity,
    Index,
}

/// A decimal as Python's `Decimal` holds it: `mantissa` x 10^-`scale`.
///
/// Rates and fees need exactly the digits that the user wrote: `Decimal("0.00020")` keeps its five places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    pub mantissa: i128,
    pub scale: u32,
}

impl Decimal {
    pub const ZERO: Self = Self { mantissa: 0, scale: 0 };

    #[must_use]
    pub fn as_f64(self) -> f64 {
        #[allow(clippy::cast_precision_loss)]
        let mantissa = self.mantissa as f64;
        mantissa / 10_f64.powi(i32::try_from(self.scale).unwrap_or(i32::MAX))
    }

    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// The exact product, or nothing where it does not fit.
    #[must_use]
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        Some(Self { mantissa: self.mantissa.checked_mul(other.mantissa)?, scale: self.scale.checked_add(other.scale)? })
    }

    /// The nearest `f64`, as `float(Decimal)` gives it.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        // Both operands exact: one correctly rounded division.
        if self.mantissa.unsigned_abs() < 1 << 53 && self.scale <= 22 {
            return self.as_f64();
        }
        format!("{}e-{}", self.mantissa, self.scale).parse().unwrap_or(f64::NAN)
    }
}

/// Plain notation, all places written.
impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = self.mantissa.unsigned_abs().to_string();
        let scale = usize::try_from(self.scale).unwrap_or(usize::MAX);
        let sign = if self.mantissa < 0 { "-" } else { "" };
        if scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let padded = format!("{digits:0>width$}", width = scale + 1);
        let (whole, part) = padded.split_at(padded.len() - scale);
        write!(f, "{sign}{whole}.{part}")
    }
}

impl Money {
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        let precision = self.currency.precision;
        Decimal { mantissa: self.raw / unit(precision), scale: u32::from(precision) }
    }

    /// The amount times a decimal, rounded to the currency's precision by way of a float, as `Money(Decimal)` does.
    ///
    /// # Errors
    /// When the result is out of range.
    pub fn times(self, factor: Decimal) -> ModelResult<Self> {
        let exact = self.to_decimal().checked_mul(factor);
        let amount = exact.map_or_else(|| self.as_f64() * factor.to_f64(), Decimal::to_f64);
        Self::new(amount, self.currency)
    }
}

impl Quantity {
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        Decimal { mantissa: self.raw / unit(self.precision), scale: u32::from(self.precision) }
    }
}

impl Price {
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        Decimal { mantissa: self.raw / unit(self.precision), scale: u32::from(self.precision) }
    }
}

#[derive(Clone, Debug)]
pub struct Instrument {
    pub kind: InstrumentKind,
    pub id: InstrumentId,
    pub raw_symbol: Symbol,
    pub asset_class: AssetClass,
    pub instrument_class: InstrumentClass,
    pub base_currency: Option<Currency>,
    pub quote_currency: Currency,
    pub settlement_currency: Currency,
    pub is_inverse: bool,
    pub price_precision: u8,
    pub size_precision: u8,
    pub price_increment: Price,
    pub size_increment: Quantity,
    pub multiplier: Quantity,
    pub lot_size: Option<Quantity>,
    pub max_quantity: Option<Quantity>,
    pub min_quantity: Option<Quantity>,
    pub max_notional: Option<Money>,
    pub min_notional: Option<Money>,
    pub max_price: Option<Price>,
    pub min_price: Option<Price>,
    pub margin_init: Decimal,
    pub margin_maint: Decimal,
    pub maker_fee: Decimal,
    pub taker_fee: Decimal,
    /// The underlying of a future, the exchange of a contract; empty where the class has none.
    pub underlying: Option<Ustr>,
    pub exchange: Option<Ustr>,
    pub activation_ns: UnixNanos,
    pub expiration_ns: UnixNanos,
    pub ts_event: UnixNanos,
    pub ts_init: UnixNanos,
}

impl Instrument {
    /// The currency that costs and PnL are in: base for inverse contracts, otherwise quote.
    #[must_use]
    pub fn cost_currency(&self) -> Currency {
        match (self.is_inverse, self.base_currency) {
            (true, Some(base)) => base,
            _ => self.quote_currency,
        }
    }

    /// What a quantity is worth at a price: in quote currency, or in base currency for an inverse contract.
    ///
    /// # Errors
    /// When the amount is out of range.
    pub fn notional_value(&self, quantity: Quantity, price: Price) -> ModelResult<Money> {
        let size = quantity.as_f64() * self.multiplier.as_f64();
        if self.is_inverse {
            Money::new(size * (1.0 / price.as_f64()), self.cost_currency())
        } else {
            Money::new(size * price.as_f64(), self.quote_currency)
        }
    }
}
