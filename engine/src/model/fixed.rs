//! Fixed-point prices, quantities and money: `i128` in units of 10^-16, as the published wheels use.

use std::fmt;

use super::{ModelError, ModelResult, currency::Currency};

pub const FIXED_PRECISION: u8 = 16;
/// One, in raw units.
pub const SCALAR: i128 = 10_i128.pow(FIXED_PRECISION as u32);

pub const PRICE_MAX: f64 = 17_014_118_346_046.0;
pub const QUANTITY_MAX: f64 = 34_028_236_692_093.0;
pub const MONEY_MAX: f64 = 17_014_118_346_046.0;

/// The raw amount of one unit in the last place at this precision.
#[must_use]
pub const fn unit(precision: u8) -> i128 {
    10_i128.pow((FIXED_PRECISION - precision) as u32)
}

/// Rounds half away from zero on the binary value times 10^precision.
#[must_use]
pub fn raw_from_f64(value: f64, precision: u8) -> i128 {
    let scaled = (value * 10_f64.powi(i32::from(precision))).round();
    // The callers have checked the range, so the cast is exact for every representable integer.
    #[allow(clippy::cast_possible_truncation)]
    let ulps = scaled as i128;
    ulps * unit(precision)
}

#[must_use]
pub fn raw_to_f64(raw: i128) -> f64 {
    #[allow(clippy::cast_precision_loss)]
    let value = raw as f64;
    value / 1e16
}

fn write_raw(f: &mut fmt::Formatter<'_>, raw: i128, precision: u8) -> fmt::Result {
    let ulps = raw / unit(precision);
    let one = 10_i128.pow(u32::from(precision));
    let sign = if ulps < 0 { "-" } else { "" };
    let (whole, part) = (ulps.abs() / one, ulps.abs() % one);
    if precision == 0 {
        write!(f, "{sign}{whole}")
    } else {
        write!(f, "{sign}{whole}.{part:0width$}", width = usize::from(precision))
    }
}

/// # Errors
/// When the precision exceeds [`FIXED_PRECISION`].
pub fn check_precision(precision: u8) -> ModelResult<()> {
    if precision > FIXED_PRECISION {
        return Err(ModelError::Value(format!(
            "invalid `precision` greater than max {FIXED_PRECISION}, was {precision}"
        )));
    }
    Ok(())
}

fn check_range(value: f64, min: f64, max: f64) -> ModelResult<()> {
    if value.is_nan() || value < min || value > max {
        return Err(ModelError::Value(format!("invalid `value`, {value} was not in range [{min}, {max}]")));
    }
    Ok(())
}

/// Decimal text, optionally with `_` separators and an exponent, to (raw, decimals written).
///
/// # Errors
/// When the text is no decimal number, or has more than 16 decimals.
pub fn parse_decimal(text: &str) -> ModelResult<(i128, u8)> {
    let bad = || ModelError::Value(format!("Error parsing `input` string '{text}' as a decimal number"));
    let clean = text.trim().replace('_', "");
    let (mantissa, exponent) = match clean.find(['e', 'E']) {
        Some(at) => (&clean[..at], clean[at + 1..].parse::<i32>().map_err(|_| bad())?),
        None => (clean.as_str(), 0),
    };
    let (negative, digits) = match mantissa.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() + part.len() == 0
        || whole.len() + part.len() > 36
        || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit())
    {
        return Err(bad());
    }
    let decimals = i32::try_from(part.len()).map_err(|_| bad())?.saturating_sub(exponent);
    let mut value = format!("{whole}{part}").parse::<i128>().map_err(|_| bad())?;
    if decimals < 0 {
        value = 10_i128.checked_pow(decimals.unsigned_abs()).and_then(|p| value.checked_mul(p)).ok_or_else(bad)?;
    }
    let precision = u8::try_from(decimals.max(0)).map_err(|_| bad())?;
    check_precision(precision)?;
    let raw = value.checked_mul(unit(precision)).ok_or_else(bad)?;
    Ok((if negative { -raw } else { raw }, precision))
}

macro_rules! fixed_type {
    ($name:ident, $min:expr, $max:expr) => {
        #[derive(Clone, Copy, Debug)]
        pub struct $name {
            /// In units of 10^-16; always a multiple of `unit(precision)`.
            pub raw: i128,
            pub precision: u8,
        }

        impl $name {
            /// # Errors
            /// When the value is out of range or the precision too large.
            pub fn new(value: f64, precision: u8) -> ModelResult<Self> {
                check_range(value, $min, $max)?;
                check_precision(precision)?;
                Ok(Self { raw: raw_from_f64(value, precision), precision })
            }

            #[must_use]
            pub const fn from_raw(raw: i128, precision: u8) -> Self {
                Self { raw, precision }
            }

            #[must_use]
            pub const fn zero(precision: u8) -> Self {
                Self { raw: 0, precision }
            }

            #[must_use]
            pub fn as_f64(self) -> f64 {
                raw_to_f64(self.raw)
            }
        }

        /// By value: the precision is how it is written, not what it is.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.raw == other.raw
            }
        }

        impl Eq for $name {}

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                self.raw.cmp(&other.raw)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_raw(f, self.raw, self.precision)
            }
        }
    };
}

fixed_type!(Price, -PRICE_MAX, PRICE_MAX);
fixed_type!(Quantity, 0.0, QUANTITY_MAX);

impl std::str::FromStr for Price {
    type Err = ModelError;

    fn from_str(text: &str) -> ModelResult<Self> {
        let (raw, precision) = parse_decimal(text)?;
        check_range(raw_to_f64(raw), -PRICE_MAX, PRICE_MAX)?;
        Ok(Self { raw, precision })
    }
}

impl std::str::FromStr for Quantity {
    type Err = ModelError;

    fn from_str(text: &str) -> ModelResult<Self> {
        let (raw, precision) = parse_decimal(text)?;
        check_range(raw_to_f64(raw), 0.0, QUANTITY_MAX)?;
        Ok(Self { raw, precision })
    }
}

/// An amount of one currency, at the currency's precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    pub raw: i128,
    pub currency: Currency,
}

impl Money {
    /// Rounds to the currency's precision, half away from zero.
    ///
    /// # Errors
    /// When the amount is out of range.
    pub fn new(amount: f64, currency: Currency) -> ModelResult<Self> {
        check_range(amount, -MONEY_MAX, MONEY_MAX)?;
        Ok(Self { raw: raw_from_f64(amount, currency.precision), currency })
    }

    #[must_use]
    pub const fn from_raw(raw: i128, currency: Currency) -> Self {
        Self { raw, currency }
    }

    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { raw: 0, currency }
    }

    #[must_use]
    pub fn as_f64(self) -> f64 {
        raw_to_f64(self.raw)
    }

    /// The sum, when the currencies agree.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        (self.currency == other.currency).then_some(Self { raw: self.raw + other.raw, currency: self.currency })
    }

    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(Self { raw: -other.raw, currency: other.currency })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_raw(f, self.raw, self.currency.precision)?;
        write!(f, " {}", self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_half_away_from_zero_on_the_binary_value() {
        for (value, precision, text) in
            [(0.5, 0, "1"), (2.5, 0, "3"), (0.4, 0, "0"), (1.005, 2, "1.00"), (0.25, 1, "0.3"), (-0.25, 1, "-0.3")]
        {
            assert_eq!(Price::new(value, precision).unwrap().to_string(), text);
        }
    }

    #[test]
    fn parses_what_it_prints() {
        for text in ["0.70002", "-1.5", "100000", "0.0000000000000001"] {
            assert_eq!(text.parse::<Price>().unwrap().to_string(), text);
        }
        assert_eq!("1e-3".parse::<Price>().unwrap().to_string(), "0.001");
        assert!("".parse::<Price>().is_err() && "1..2".parse::<Price>().is_err() && "-1".parse::<Quantity>().is_err());
    }
}
