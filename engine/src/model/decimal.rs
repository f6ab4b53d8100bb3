//! Quotients as Python's decimals have them.

use super::instrument::Decimal;

/// `amount` / `leverage` x `rate`, as decimal arithmetic gives it; nothing where that does not fit.
#[must_use]
pub fn share(amount: Decimal, rate: Decimal, leverage: Decimal) -> Option<f64> {
    let product = amount.checked_mul(rate)?;
    if leverage == (Decimal { mantissa: 1, scale: 0 }) {
        return Some(product.to_f64());
    }
    // A leverage is one or more, so that its mantissa is positive. Most quotients are short.
    let (mut quotient, mut rest) = (product.mantissa / leverage.mantissa, product.mantissa % leverage.mantissa);
    for places in 0..SHORT {
        if rest == 0 && product.scale + places >= leverage.scale {
            return Some(Decimal { mantissa: quotient, scale: product.scale + places - leverage.scale }.to_f64());
        }
        let Some((next, tens)) = quotient.checked_mul(10).zip(rest.checked_mul(10)) else { break };
        quotient = next + tens / leverage.mantissa;
        rest = tens % leverage.mantissa;
    }
    let mut digits = if product.mantissa < 0 { "-".to_owned() } else { String::new() };
    digits.push_str(&(product.mantissa / leverage.mantissa).abs().to_string());
    let mut rest = (product.mantissa % leverage.mantissa).abs();
    for _ in 0..DIGITS {
        rest = rest.checked_mul(10)?;
        digits.push_str(&(rest / leverage.mantissa).to_string());
        rest %= leverage.mantissa;
    }
    let exponent = i64::from(leverage.scale) - i64::from(product.scale) - i64::from(DIGITS);
    format!("{digits}e{exponent}").parse().ok()
}

/// Places of a quotient beyond those of the dividend: as many as Python's decimals have.
const DIGITS: u8 = 28;

/// Places of a quotient up to which it is looked for as a decimal.
const SHORT: u32 = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(mantissa: i128, scale: u32) -> Decimal {
        Decimal { mantissa, scale }
    }

    #[test]
    fn divides_as_decimals_do() {
        assert_eq!(share(decimal(7_000_200, 2), decimal(3, 2), decimal(1, 0)), Some(2_100.06));
        assert_eq!(share(decimal(7_000_200, 2), decimal(3, 2), decimal(10, 0)), Some(210.006));
        assert_eq!(share(decimal(100, 0), decimal(1, 0), decimal(3, 0)), Some(100.0 / 3.0));
        assert_eq!(share(decimal(-7_000_200, 2), decimal(3, 2), decimal(200, 1)), Some(-105.003));
        assert_eq!(share(decimal(9, 0), decimal(1, 0), decimal(1_500, 3)), Some(6.0));
        assert_eq!(share(decimal(1, 0), decimal(1, 0), decimal(1_024, 0)), Some(1.0 / 1_024.0));
        assert_eq!(share(decimal(1, 2), decimal(1, 0), decimal(25, 1)), Some(0.004));
        assert_eq!(share(decimal(-1, 2), decimal(1, 0), decimal(25, 1)), Some(-0.004));
    }
}
