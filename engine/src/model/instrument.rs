//! Instruments: one record for every class, since the engine asks all of them the same questions.

use ustr::Ustr;

use super::{
    ModelError, ModelResult, UnixNanos,
    currency::Currency,
    enums::{AssetClass, InstrumentClass},
    fixed::{Money, Price, Quantity, round_half_even, unit},
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
    IndexInstrument,
    OptionContract,
    CryptoOption,
    BinaryOption,
    BettingInstrument,
    FuturesSpread,
    OptionSpread,
    PerpetualContract,
    TokenizedAsset,
}

impl InstrumentKind {
    /// The kind of this Python class name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "CurrencyPair" => Self::CurrencyPair,
            "CryptoPerpetual" => Self::CryptoPerpetual,
            "CryptoFuture" => Self::CryptoFuture,
            "Equity" => Self::Equity,
            "FuturesContract" => Self::FuturesContract,
            "Cfd" => Self::Cfd,
            "Commodity" => Self::Commodity,
            "IndexInstrument" => Self::IndexInstrument,
            "OptionContract" => Self::OptionContract,
            "CryptoOption" => Self::CryptoOption,
            "BinaryOption" => Self::BinaryOption,
            "BettingInstrument" => Self::BettingInstrument,
            "FuturesSpread" => Self::FuturesSpread,
            "OptionSpread" => Self::OptionSpread,
            "PerpetualContract" => Self::PerpetualContract,
            "TokenizedAsset" => Self::TokenizedAsset,
            _ => return None,
        })
    }
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
    /// Rounds to the price precision as Python's `round` does, unlike `Price` itself (observed on 1.221.0, 1.231.0:
    /// 0.125 becomes 0.12 here and 0.13 there).
    ///
    /// # Errors
    /// When the value is out of range.
    pub fn make_price(&self, value: f64) -> ModelResult<Price> {
        Price::new(round_half_even(value, self.price_precision), self.price_precision)
    }

    /// Rounds half to even (or down) to the size precision.
    ///
    /// # Errors
    /// When the value is out of range, or becomes zero by rounding.
    pub fn make_quantity(&self, value: f64, round_down: bool) -> ModelResult<Quantity> {
        let rounded = if round_down {
            let power = 10_f64.powi(i32::from(self.size_precision));
            (value * power).floor() / power
        } else {
            round_half_even(value, self.size_precision)
        };
        if rounded == 0.0 && value != 0.0 {
            return Err(ModelError::Value(format!(
                "Invalid `value` for quantity: {value} was rounded to zero due to size increment {} and size precision {}",
                self.size_increment, self.size_precision
            )));
        }
        Quantity::new(rounded, self.size_precision)
    }

    /// What the quantity is worth at the price: in quote currency, for inverse contracts in base currency.
    ///
    /// # Errors
    /// When the amount is out of range.
    pub fn notional(&self, quantity: Quantity, price: Price, use_quote_for_inverse: bool) -> ModelResult<Money> {
        let (quantity, multiplier, price) = (quantity.as_f64(), self.multiplier.as_f64(), price.as_f64());
        match (self.is_inverse, self.base_currency) {
            (true, _) if use_quote_for_inverse => Money::new(quantity, self.quote_currency),
            (true, Some(base)) => Money::new(quantity * multiplier * (1.0 / price), base),
            _ => Money::new(quantity * multiplier * price, self.quote_currency),
        }
    }

    /// The quantity in base currency that this quantity in quote currency buys.
    ///
    /// # Errors
    /// When the amount is out of range.
    pub fn base_quantity(&self, quantity: Quantity, last_price: Price) -> ModelResult<Quantity> {
        Quantity::new(quantity.as_f64() * (1.0 / last_price.as_f64()), self.size_precision)
    }

    /// Whether it is traded between two dates only.
    #[must_use]
    pub const fn has_expiry(&self) -> bool {
        use InstrumentClass as C;
        matches!(self.instrument_class, C::Future | C::FuturesSpread | C::Option | C::OptionSpread)
    }

    #[must_use]
    pub const fn is_option(&self) -> bool {
        matches!(self.instrument_class, InstrumentClass::Option | InstrumentClass::BinaryOption)
    }

    #[must_use]
    pub const fn is_spread(&self) -> bool {
        matches!(self.instrument_class, InstrumentClass::FuturesSpread | InstrumentClass::OptionSpread)
    }

    /// What every constructor checks.
    ///
    /// # Errors
    /// When a precision disagrees with its increment, or a limit or margin is not positive.
    pub fn check(&self) -> ModelResult<()> {
        let positive = |name: &str, raw: Option<i128>| match raw {
            Some(raw) if raw <= 0 => {
                Err(ModelError::Value(format!("'{name}' not a positive real, was {:?}", super::fixed::raw_to_f64(raw))))
            }
            _ => Ok(()),
        };
        let not_negative = |name: &str, negative: bool, value: f64| {
            if negative {
                return Err(ModelError::Value(format!(
                    "'{name}' not greater than or equal to zero (>= 0), was {value:?}"
                )));
            }
            Ok(())
        };
        let equal = |name: &str, a: u8, increment: &str, b: u8| {
            if a == b {
                return Ok(());
            }
            Err(ModelError::Value(format!(
                "'{name}' <class 'int'> of {a} was not equal to '{increment}.precision' <class 'int'> of {b}"
            )))
        };
        positive("size_increment", Some(self.size_increment.raw))?;
        equal("size_precision", self.size_precision, "size_increment", self.size_increment.precision)?;
        positive("price_increment", Some(self.price_increment.raw))?;
        equal("price_precision", self.price_precision, "price_increment", self.price_increment.precision)?;
        positive("multiplier", Some(self.multiplier.raw))?;
        positive("lot_size", self.lot_size.map(|q| q.raw))?;
        positive("max_quantity", self.max_quantity.map(|q| q.raw))?;
        positive("max_notional", self.max_notional.map(|m| m.raw))?;
        if let Some(notional) = self.min_notional {
            not_negative("min_notional", notional.raw < 0, notional.as_f64())?;
        }
        positive("max_price", self.max_price.map(|p| p.raw))?;
        for (name, margin) in [("margin_init", self.margin_init), ("margin_maint", self.margin_maint)] {
            not_negative(name, margin.mantissa < 0, margin.as_f64())?;
        }
        Ok(())
    }

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
