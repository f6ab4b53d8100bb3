//! Cash accounts: orders lock what they would spend, fills exchange currencies.

use super::{
    account::{Account, AccountError, AccountKind, CostRate, Rates},
    position::Position,
};
use crate::model::{
    ModelResult,
    currency::Currency,
    enums::OrderSide,
    event::Fill,
    fixed::{Money, Price, Quantity},
    instrument::Instrument,
};

impl Account {
    /// What an order locks: the notional value of a purchase, the quantity of a sale. Where the instrument has no base
    /// currency, the *quantity* of a sale is locked as if it were an amount of the quote currency (observed).
    ///
    /// # Errors
    /// When the amount is out of range.
    pub fn calculate_balance_locked(
        instrument: &Instrument,
        side: OrderSide,
        quantity: Quantity,
        price: Price,
    ) -> ModelResult<Money> {
        if side == OrderSide::Buy {
            instrument.notional_value(quantity, price)
        } else {
            Money::new(quantity.as_f64(), instrument.base_currency.unwrap_or(instrument.quote_currency))
        }
    }

    pub(super) fn lock_for_orders(
        &mut self,
        instrument: &Instrument,
        orders: &[(OrderSide, Quantity, Price)],
        rates: &dyn Rates,
    ) -> Result<(), AccountError> {
        if orders.is_empty() {
            return self.unlock(instrument);
        }
        let mut totals: Vec<Money> = Vec::new();
        let mut rate = CostRate::new(self, instrument, rates);
        for &(side, quantity, price) in orders {
            let locked = Self::calculate_balance_locked(instrument, side, quantity, price)?;
            let raw = rate.convert(locked, side)?;
            let currency = self.base_currency.unwrap_or(locked.currency);
            match totals.iter_mut().find(|total| total.currency == currency) {
                Some(total) => total.raw += raw,
                None => totals.push(Money::from_raw(raw, currency)),
            }
        }
        if self.frees_by_currency {
            self.unlock(instrument)?;
        }
        for total in totals {
            if let AccountKind::Cash { locked, .. } = &mut self.kind {
                if !self.frees_by_currency {
                    // One amount an instrument is known: that of another currency stays locked, and nobody frees it
                    // (observed on 1.221.0).
                    locked.retain(|(id, _), _| *id != instrument.id);
                }
                locked.insert((instrument.id, total.currency), total);
            }
            self.lock_currency(total.currency)?;
        }
        Ok(())
    }

    fn unlock(&mut self, instrument: &Instrument) -> Result<(), AccountError> {
        let AccountKind::Cash { locked, .. } = &mut self.kind else { return Ok(()) };
        let freed: Vec<Currency> = locked.keys().filter(|(id, _)| *id == instrument.id).map(|(_, c)| *c).collect();
        locked.retain(|(id, _), _| *id != instrument.id);
        freed.into_iter().try_for_each(|currency| self.lock_currency(currency))
    }

    fn lock_currency(&mut self, currency: Currency) -> Result<(), AccountError> {
        let AccountKind::Cash { locked, .. } = &self.kind else { return Ok(()) };
        let sum = locked.values().filter(|money| money.currency == currency).map(|money| money.raw).sum();
        match self.lock(currency, sum) {
            // Nothing to lock of: a cash account does without.
            Err(AccountError::NoBalance(_)) => Ok(()),
            other => other,
        }
    }

    /// The legs of the exchange. In 1.221 the quote leg is only of what was open when the fill reduces a position; the
    /// base leg, which an account with a base currency does not have, is always of the whole fill, and a contract's multiplier does
    /// not count (observed).
    pub(super) fn cash_pnls(
        &self,
        instrument: &Instrument,
        fill: &Fill,
        position: Option<&Position>,
    ) -> ModelResult<Vec<Money>> {
        let whole = fill.last_qty.as_f64();
        let booked = match position {
            Some(p) if !self.books_whole_fills && p.quantity.raw != 0 && p.entry != fill.order_side => {
                whole.min(p.quantity.as_f64())
            }
            _ => whole,
        };
        let sign = if fill.order_side == OrderSide::Buy { 1.0 } else { -1.0 };
        let mut legs = Vec::with_capacity(2);
        if let (Some(base), None) = (instrument.base_currency, self.base_currency) {
            legs.push(Money::new(sign * whole, base)?);
        }
        let size = if self.cash_pays_multiplier { booked * instrument.multiplier.as_f64() } else { booked };
        legs.push(Money::new(-sign * (size * fill.last_px.as_f64()), instrument.quote_currency)?);
        Ok(legs)
    }

    /// What an order would change of its quote currency if it filled.
    ///
    /// # Errors
    /// When the amount is out of range.
    pub fn balance_impact(
        instrument: &Instrument,
        quantity: Quantity,
        price: Price,
        side: OrderSide,
    ) -> ModelResult<Money> {
        let notional = instrument.notional_value(quantity, price)?;
        Ok(if side == OrderSide::Buy { Money::from_raw(-notional.raw, notional.currency) } else { notional })
    }
}
