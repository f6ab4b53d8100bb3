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
    ulps_from_f64(value, precision) * unit(precision)
}

/// As [`raw_from_f64`], in units of the last place.
fn ulps_from_f64(value: f64, precision: u8) -> i128 {
    /// Below it a float converts to 64 bits exactly, and much faster than to 128.
    const NARROW: f64 = 9.0e18;
    let scaled = (value * POWERS[usize::from(precision)]).round();
    // The callers have checked the range, so the casts are exact for every representable integer.
    #[allow(clippy::cast_possible_truncation)]
    if scaled.abs() < NARROW { i128::from(scaled as i64) } else { scaled as i128 }
}

/// Powers of ten; each is the nearest float, which for these is exact.
const POWERS: [f64; FIXED_PRECISION as usize + 1] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16];

/// Rounds as Python's `round(value, digits)` does: the decimal text of the exact binary value, ties to even.
#[must_use]
pub fn round_half_even(value: f64, digits: u8) -> f64 {
    round_quickly(value, digits).unwrap_or_else(|| format!("{value:.*}", usize::from(digits)).parse().unwrap_or(value))
}

/// The same where the error of a product cannot matter: which integer is nearest is then beyond doubt, and the quotient of
/// two exact floats is the float nearest to the decimal number.
fn round_quickly(value: f64, digits: u8) -> Option<f64> {
    /// So far, products are off by less than a quarter of the margin.
    const LARGEST: f64 = 4.0e12;
    const MARGIN: f64 = 1.0 / 512.0;
    let power = *POWERS.get(usize::from(digits))?;
    let scaled = value * power;
    let is_clear = scaled.abs() < LARGEST && (scaled.fract().abs() - 0.5).abs() > MARGIN;
    is_clear.then(|| scaled.round() / power)
}

#[must_use]
pub fn raw_to_f64(raw: i128) -> f64 {
    #[allow(clippy::cast_precision_loss)]
    let value = raw as f64;
    value / 1e16
}

/// `value / 10^drop`, rounded half to even; zero when the divisor exceeds the number range.
fn shift_down(value: i128, drop: u32) -> i128 {
    let Some(divisor) = 10_i128.checked_pow(drop) else { return 0 };
    let (quotient, rest) = (value / divisor, (value % divisor).abs());
    let twice = rest.saturating_mul(2);
    if twice > divisor || (twice == divisor && quotient % 2 != 0) { quotient + value.signum() } else { quotient }
}

/// Writes the raw amount with `precision` decimals, rounded half to even, optionally with `_` between thousands.
fn write_raw(f: &mut impl fmt::Write, raw: i128, precision: u8, grouped: bool) -> fmt::Result {
    let ulps = shift_down(raw, u32::from(FIXED_PRECISION - precision));
    let one = 10_i128.pow(u32::from(precision));
    if raw < 0 {
        f.write_char('-')?;
    }
    let (whole, part) = (ulps.abs() / one, ulps.abs() % one);
    if grouped {
        let digits = whole.to_string();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i) % 3 == 0 {
                f.write_char('_')?;
            }
            f.write_char(digit)?;
        }
    } else {
        write!(f, "{whole}")?;
    }
    if precision > 0 {
        write!(f, ".{part:0width$}", width = usize::from(precision))?;
    }
    Ok(())
}

/// The amount with `_` between thousands, as `to_formatted_str` shows it.
#[must_use]
pub fn grouped(raw: i128, precision: u8) -> String {
    let mut text = String::new();
    // Writing to a String never fails.
    let _ = write_raw(&mut text, raw, precision, true);
    text
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

fn check_range(value: f64, min: f64, max: f64, name: &str) -> ModelResult<()> {
    if value.is_nan() {
        return Err(ModelError::Value("invalid `value`, was nan".into()));
    }
    if value > max {
        return Err(ModelError::Value(format!("invalid `value` greater than `{name}_MAX` {max:.1}, was {value:?}")));
    }
    if value < min {
        return Err(ModelError::Value(format!("invalid `value` less than `{name}_MIN` {min:.1}, was {value:?}")));
    }
    Ok(())
}

fn check_raw(raw: i128, min: i128, max: i128, name: &str) -> ModelResult<i128> {
    if raw < min || raw > max {
        return Err(ModelError::Value(format!("invalid raw {name} value outside range [{min}, {max}], was {raw}")));
    }
    Ok(raw)
}

/// A decimal number as written: `digits` x 10^`exponent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Written {
    digits: i128,
    exponent: i32,
}

/// The text as Python's `Decimal` reads it: blanks around, `_` anywhere, an optional exponent.
fn read_decimal(text: &str) -> ModelResult<Written> {
    let bad = || ModelError::Syntax(format!("'{text}' is not a decimal number"));
    let clean = text.trim().replace('_', "").to_ascii_lowercase();
    let (negative, unsigned) = match clean.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, clean.strip_prefix('+').unwrap_or(&clean)),
    };
    match unsigned {
        "nan" => return Err(ModelError::Value("cannot convert NaN to integer".into())),
        "inf" | "infinity" => return Err(ModelError::Overflow("cannot convert Infinity to integer".into())),
        _ => {}
    }
    let (mantissa, exponent) = match unsigned.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| bad())?),
        None => (unsigned, 0),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.len() + part.len() == 0 || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) {
        return Err(bad());
    }
    let digits = format!("{whole}{part}");
    let digits = match digits.trim_start_matches('0') {
        "" => 0,
        significant => significant.parse::<i128>().map_err(|_| bad())?,
    };
    let exponent = exponent.saturating_sub(i32::try_from(part.len()).map_err(|_| bad())?);
    Ok(Written { digits: if negative { -digits } else { digits }, exponent })
}

/// The decimals that NautilusTrader takes a text to have: what follows `e-`, else what follows the point.
///
/// Hence "1.5e-2" has two decimals and becomes 0.02 (observed on 1.221.0 and 1.231.0).
fn written_precision(text: &str) -> ModelResult<u8> {
    let clean = text.trim().replace('_', "").to_ascii_lowercase();
    let decimals = match clean.split_once("e-") {
        Some((_, exponent)) => exponent.parse::<usize>().unwrap_or(usize::MAX),
        None => clean.split_once('.').map_or(0, |(_, part)| part.len()),
    };
    let precision = u8::try_from(decimals).unwrap_or(u8::MAX);
    if precision > FIXED_PRECISION {
        return Err(ModelError::Value(format!(
            "invalid `precision` greater than max {FIXED_PRECISION}, was {decimals}"
        )));
    }
    Ok(precision)
}

/// The number, rounded half to even at this precision, in raw units; `None` when out of the number range.
fn raw_at(number: Written, precision: u8) -> Option<i128> {
    let shift = number.exponent.saturating_add(i32::from(precision));
    let ulps = if number.digits == 0 {
        0
    } else if shift >= 0 {
        10_i128.checked_pow(shift.unsigned_abs()).and_then(|p| number.digits.checked_mul(p))?
    } else {
        shift_down(number.digits, shift.unsigned_abs())
    };
    ulps.checked_mul(unit(precision))
}

/// Text to (raw, precision), the precision being the written one.
///
/// # Errors
/// When the text is no decimal number, or has more than 16 decimals.
pub fn parse_decimal(text: &str) -> ModelResult<(i128, u8)> {
    let number = read_decimal(text)?;
    let precision = written_precision(text)?;
    let raw = raw_at(number, precision)
        .ok_or_else(|| ModelError::Value(format!("invalid value outside the range of numbers, was {text}")))?;
    Ok((raw, precision))
}

macro_rules! fixed_type {
    ($name:ident, $label:literal, $limits:literal, $min:expr, $max:expr) => {
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
                check_range(value, $min, $max, $limits)?;
                check_precision(precision)?;
                Ok(Self { raw: raw_from_f64(value, precision), precision })
            }

            /// What [`Self::new`] rounds to, in units of the last place.
            ///
            /// # Errors
            /// When the value is out of range. The precision has been checked.
            pub(super) fn ulps(value: f64, precision: u8) -> ModelResult<i128> {
                check_range(value, $min, $max, $limits)?;
                Ok(ulps_from_f64(value, precision))
            }

            #[must_use]
            pub const fn from_raw(raw: i128, precision: u8) -> Self {
                Self { raw, precision }
            }

            /// From raw units that may come from outside.
            ///
            /// # Errors
            /// When the amount is out of range or the precision too large.
            pub fn checked_raw(raw: i128, precision: u8) -> ModelResult<Self> {
                check_precision(precision)?;
                Ok(Self { raw: check_raw(raw, raw_limit($min), raw_limit($max), $label)?, precision })
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
                write_raw(f, self.raw, self.precision, false)
            }
        }
    };
}

fixed_type!(Price, "price", "PRICE", -PRICE_MAX, PRICE_MAX);
fixed_type!(Quantity, "quantity", "QUANTITY", 0.0, QUANTITY_MAX);

/// A limit in raw units; whole numbers below 2^53 convert exactly.
#[allow(clippy::cast_possible_truncation)]
const fn raw_limit(limit: f64) -> i128 {
    limit as i128 * SCALAR
}

impl std::str::FromStr for Price {
    type Err = ModelError;

    fn from_str(text: &str) -> ModelResult<Self> {
        let (raw, precision) = parse_decimal(text)?;
        Self::checked_raw(raw, precision)
    }
}

impl std::str::FromStr for Quantity {
    type Err = ModelError;

    fn from_str(text: &str) -> ModelResult<Self> {
        if text.trim().eq_ignore_ascii_case("nan") {
            return Err(ModelError::Syntax("a quantity is a number".into())); // comparing it with zero fails first
        }
        let (raw, precision) = parse_decimal(text)?;
        if raw < 0 {
            return Err(ModelError::Value(format!("invalid negative quantity, was {text}")));
        }
        Self::checked_raw(raw, precision)
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
        check_range(amount, -MONEY_MAX, MONEY_MAX, "MONEY")?;
        Ok(Self { raw: raw_from_f64(amount, currency.precision), currency })
    }

    /// From raw units that may come from outside.
    ///
    /// # Errors
    /// When the amount is out of range.
    pub fn checked_raw(raw: i128, currency: Currency) -> ModelResult<Self> {
        Ok(Self { raw: check_raw(raw, raw_limit(-MONEY_MAX), raw_limit(MONEY_MAX), "money")?, currency })
    }

    /// `text` rounded half to even at the currency's precision.
    ///
    /// # Errors
    /// When the text is no decimal number, or the amount out of range.
    pub fn parse(text: &str, currency: Currency) -> ModelResult<Self> {
        let raw = raw_at(read_decimal(text)?, currency.precision)
            .ok_or_else(|| ModelError::Value(format!("invalid value outside the range of numbers, was {text}")))?;
        Self::checked_raw(raw, currency)
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
        write_raw(f, self.raw, self.currency.precision, false)?;
        write!(f, " {}", self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_as_python_does() {
        for (value, digits, rounded) in [
            (1000.5, 0, 1000.0),
            (1001.5, 0, 1002.0),
            (0.123_455, 5, 0.123_45),
            (2.675, 2, 2.67),
            (0.000_005, 5, 0.000_01),
        ] {
            assert!((round_half_even(value, digits) - rounded).abs() < f64::EPSILON, "{value}");
        }
    }

    #[test]
    fn rounds_quickly_to_the_same_bits() {
        let mut state = 7_u64;
        let mut quick = 0;
        for n in 0..200_000_u32 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let magnitude = 10_f64.powi(i32::try_from(n % 18).unwrap() - 6);
            let unit = f64::from(u32::try_from(state >> 32).unwrap()) / f64::from(u32::MAX);
            let sign = if n % 2 == 0 { 1.0 } else { -1.0 };
            let digits = u8::try_from(n % 17).unwrap();
            // Every third one is short of digits, so that ties and what is next to them come up.
            let value = sign * if n % 3 == 0 { (unit * 4_000.0).round() / 8.0 } else { unit * magnitude };
            let exact: f64 = format!("{value:.*}", usize::from(digits)).parse().unwrap();
            assert_eq!(round_half_even(value, digits).to_bits(), exact.to_bits(), "{value:e} {digits}");
            quick += u32::from(round_quickly(value, digits).is_some());
        }
        assert!(quick > 100_000, "{quick}");
    }

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
        assert_eq!("1.5e-2".parse::<Price>().unwrap().to_string(), "0.02");
        assert_eq!(Price::from_raw(1_234_567_890_123_456, 4).to_string(), "0.1235");
        assert_eq!(grouped(-12_345_670_000_000_000_000_000, 1), "-1_234_567.0");
        assert_eq!("1e-3".parse::<Price>().unwrap().to_string(), "0.001");
        assert!("".parse::<Price>().is_err() && "1..2".parse::<Price>().is_err() && "-1".parse::<Quantity>().is_err());
    }
}
