//! Rates between currencies, from the quotes of a venue's pairs.

use std::collections::VecDeque;

use indexmap::IndexMap;

use crate::model::{currency::Currency, enums::PriceType, fixed::SCALAR};

/// The market of one pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairQuote {
    pub base: Currency,
    pub quote: Currency,
    /// Raw prices.
    pub bid: i128,
    pub ask: i128,
}

/// How the rate of quote to base currency follows from a pair's bid and ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inverse {
    /// 1.221: the inverse of the same side.
    SameSide,
    /// 1.231: the inverse of the other side, since who sells the quote currency buys the base currency.
    OtherSide,
}

/// The rate by the shortest chain of pairs; among equally short ones by that which starts with the pair added first.
///
/// `None` when no chain leads from one currency to the other, and for prices that quotes do not have.
#[must_use]
pub fn rate(from: Currency, to: Currency, price_type: PriceType, pairs: &[PairQuote], inverse: Inverse) -> Option<f64> {
    if from == to {
        return Some(1.0);
    }
    if !matches!(price_type, PriceType::Bid | PriceType::Ask | PriceType::Mid) {
        return None;
    }
    let mut reached: IndexMap<Currency, f64> = IndexMap::from([(from, 1.0)]);
    let mut queue = VecDeque::from([from]);
    while let Some(at) = queue.pop_front() {
        let so_far = *reached.get(&at)?;
        for pair in pairs {
            let (next, factor) = if pair.base == at {
                (pair.quote, side(pair, price_type))
            } else if pair.quote == at {
                (pair.base, inverted(pair, price_type, inverse))
            } else {
                continue;
            };
            if reached.contains_key(&next) {
                continue;
            }
            let rate = so_far * factor;
            if next == to {
                return Some(rate);
            }
            reached.insert(next, rate);
            queue.push_back(next);
        }
    }
    None
}

#[allow(clippy::cast_precision_loss)]
fn real(raw: i128) -> f64 {
    raw as f64 / SCALAR as f64
}

fn side(pair: &PairQuote, price_type: PriceType) -> f64 {
    match price_type {
        PriceType::Bid => real(pair.bid),
        PriceType::Ask => real(pair.ask),
        _ => f64::midpoint(real(pair.bid), real(pair.ask)),
    }
}

fn inverted(pair: &PairQuote, price_type: PriceType, inverse: Inverse) -> f64 {
    let price_type = match (inverse, price_type) {
        (Inverse::OtherSide, PriceType::Bid) => PriceType::Ask,
        (Inverse::OtherSide, PriceType::Ask) => PriceType::Bid,
        (_, other) => other,
    };
    1.0 / side(pair, price_type)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::enums::CurrencyType;

    fn currency(code: &str) -> Currency {
        Currency::new(code, 2, 0, code, CurrencyType::Fiat)
    }

    fn pair(text: &str, bid: i128, ask: i128) -> PairQuote {
        let (base, quote) = text.split_once('/').unwrap();
        let cents = SCALAR / 100;
        PairQuote { base: currency(base), quote: currency(quote), bid: bid * cents, ask: ask * cents }
    }

    fn between(from: &str, to: &str, price_type: PriceType, inverse: Inverse) -> Option<f64> {
        let pairs = [pair("AUD/USD", 70, 71), pair("USD/JPY", 11_000, 11_100)];
        rate(currency(from), currency(to), price_type, &pairs, inverse)
    }

    /// The numbers are those of `get_exchange_rate` in 1.221.0.
    #[test]
    fn chains_pairs() {
        use Inverse::SameSide;
        assert_eq!(between("AUD", "JPY", PriceType::Bid, SameSide), Some(77.0));
        assert_eq!(between("JPY", "AUD", PriceType::Bid, SameSide), Some(0.012_987_012_987_012_986));
        assert_eq!(between("AUD", "JPY", PriceType::Ask, SameSide), Some(78.81));
        assert_eq!(between("AUD", "JPY", PriceType::Mid, SameSide), Some(77.902_499_999_999_99));
        assert_eq!(between("AUD", "AUD", PriceType::Last, SameSide), Some(1.0));
        assert_eq!(between("AUD", "JPY", PriceType::Last, SameSide), None);
        assert_eq!(between("AUD", "EUR", PriceType::Bid, SameSide), None);
    }

    #[test]
    fn who_sells_the_quote_currency_buys_the_base_currency() {
        assert_eq!(between("USD", "AUD", PriceType::Bid, Inverse::SameSide), Some(1.0 / 0.70));
        assert_eq!(between("USD", "AUD", PriceType::Bid, Inverse::OtherSide), Some(1.0 / 0.71));
        assert_eq!(between("USD", "AUD", PriceType::Ask, Inverse::OtherSide), Some(1.0 / 0.70));
    }

    #[test]
    fn prefers_the_direct_pair() {
        let pairs = [pair("A/B", 200, 200), pair("B/C", 300, 300), pair("A/C", 700, 700)];
        assert_eq!(rate(currency("A"), currency("C"), PriceType::Bid, &pairs, Inverse::SameSide), Some(7.0));
    }
}
