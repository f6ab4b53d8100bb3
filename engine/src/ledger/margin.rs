//! Margin accounts: orders and positions lock a share of their notional value, fills win or lose.

use indexmap::map::Entry;

use super::{
    account::{Account, AccountError, AccountKind, CostRate, MarginModel, Rates},
    position::Position,
};
use crate::model::{
    ModelError, ModelResult,
    decimal::share,
    enums::OrderSide,
    event::{Fill, MarginBalance},
    fixed::{Money, Price, Quantity},
    identifiers::InstrumentId,
    instrument::{Decimal, Instrument},
};

/// Which of the two margins of an instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarginPart {
    /// Of open orders.
    Initial,
    /// Of open positions.
    Maintenance,
}

impl Account {
    /// The leverage of an instrument; 1 for a cash account.
    #[must_use]
    pub fn leverage(&self, id: InstrumentId) -> Decimal {
        match &self.kind {
            AccountKind::Margin { leverages, default_leverage, .. } => {
                leverages.get(&id).copied().unwrap_or(*default_leverage)
            }
            AccountKind::Cash { .. } => Decimal { mantissa: 1, scale: 0 },
        }
    }

    /// Sets the leverage of an instrument, or the default.
    ///
    /// # Errors
    /// When it is below one.
    pub fn set_leverage(&mut self, id: Option<InstrumentId>, leverage: Decimal) -> ModelResult<()> {
        if leverage.to_f64() < 1.0 {
            return Err(ModelError::Value("leverage was not >= 1".to_owned()));
        }
        if let AccountKind::Margin { leverages, default_leverage, .. } = &mut self.kind {
            match id {
                Some(id) => {
                    leverages.insert(id, leverage);
                }
                None => *default_leverage = leverage,
            }
        }
        Ok(())
    }

    /// # Errors
    /// When the amount is out of range.
    pub fn calculate_margin(
        &mut self,
        part: MarginPart,
        instrument: &Instrument,
        quantity: Quantity,
        price: Price,
    ) -> ModelResult<Money> {
        let leverage = self.leverage(instrument.id);
        let notional = instrument.notional_value(quantity, price)?;
        let rate = match part {
            MarginPart::Initial => instrument.margin_init,
            MarginPart::Maintenance => instrument.margin_maint,
        };
        let AccountKind::Margin { leverages, model, .. } = &mut self.kind else { return notional.times(rate) };
        // Once asked for, the leverage of an instrument is its own (observed: later defaults do not change it).
        leverages.entry(instrument.id).or_insert(leverage);
        match model {
            MarginModel::Leveraged => {
                let exact = share(notional.to_decimal(), rate, leverage);
                Money::new(
                    exact.unwrap_or_else(|| notional.as_f64() / leverage.to_f64() * rate.to_f64()),
                    notional.currency,
                )
            }
            MarginModel::Standard => notional.times(rate),
        }
    }

    pub(super) fn margin_for_orders(
        &mut self,
        instrument: &Instrument,
        orders: &[(OrderSide, Quantity, Price)],
        rates: &dyn Rates,
    ) -> Result<(), AccountError> {
        let mut total = 0;
        let mut rate = CostRate::new(self, instrument, rates);
        for &(side, quantity, price) in orders {
            let margin = self.calculate_margin(MarginPart::Initial, instrument, quantity, price)?;
            total += rate.convert(margin, side)?;
        }
        self.set_margin(MarginPart::Initial, instrument, total)
    }

    /// Locks what open positions of the instrument need. `positions` are all its open ones.
    ///
    /// `nets`: of the net position, where hedges offset each other; otherwise of each.
    ///
    /// # Errors
    /// When a needed rate or balance is missing, or an amount is out of range.
    pub fn update_positions<'a>(
        &mut self,
        instrument: &Instrument,
        positions: impl Iterator<Item = &'a Position>,
        nets: bool,
        rates: &dyn Rates,
    ) -> Result<(), AccountError> {
        let mut total = 0;
        let mut rate = CostRate::new(self, instrument, rates);
        let open: Vec<&Position> = positions.filter(|position| position.is_open()).collect();
        let exposures =
            if nets && open.len() > 1 { net(instrument, &open)? } else { open.iter().map(|p| exposure(p)).collect() };
        for Exposure { side, quantity, avg_px } in exposures {
            let quantity = Quantity::new(quantity, instrument.size_precision)?;
            let price = instrument.make_price(avg_px)?;
            let margin = self.calculate_margin(MarginPart::Maintenance, instrument, quantity, price)?;
            total += rate.convert(margin, side)?;
        }
        self.set_margin(MarginPart::Maintenance, instrument, total)
    }

    /// An instrument without any margin has no entry.
    fn set_margin(&mut self, part: MarginPart, instrument: &Instrument, raw: i128) -> Result<(), AccountError> {
        let currency = self.base_currency.unwrap_or_else(|| instrument.cost_currency());
        let AccountKind::Margin { margins, .. } = &mut self.kind else { return Ok(()) };
        let amount = Money::from_raw(raw, currency);
        match margins.entry(instrument.id) {
            Entry::Vacant(_) if raw == 0 => return Ok(()),
            Entry::Vacant(vacant) => {
                let zero = Money::zero(currency);
                let (initial, maintenance) = match part {
                    MarginPart::Initial => (amount, zero),
                    MarginPart::Maintenance => (zero, amount),
                };
                vacant.insert(MarginBalance { initial, maintenance, instrument_id: Some(instrument.id) });
            }
            Entry::Occupied(mut occupied) => {
                let margin = occupied.get_mut();
                match part {
                    MarginPart::Initial => margin.initial = amount,
                    MarginPart::Maintenance => margin.maintenance = amount,
                }
                if margin.initial.raw == 0 && margin.maintenance.raw == 0 {
                    occupied.shift_remove();
                }
            }
        }
        let locked = margins
            .values()
            .filter(|margin| margin.initial.currency == currency)
            .map(|margin| margin.initial.raw + margin.maintenance.raw)
            .sum();
        self.lock(currency, locked)
    }

    /// What a reducing fill wins or loses, of no more than was open.
    pub(super) fn margin_pnls(
        instrument: &Instrument,
        fill: &Fill,
        position: Option<&Position>,
    ) -> ModelResult<Vec<Money>> {
        let Some(position) = position.filter(|p| p.quantity.raw != 0 && p.entry != fill.order_side) else {
            return Ok(Vec::new());
        };
        let quantity = Quantity::from_raw(fill.last_qty.raw.min(position.quantity.raw), instrument.size_precision);
        Ok(vec![position.calculate_pnl(position.avg_px_open, fill.last_px.as_f64(), quantity)?])
    }
}

/// What maintenance margin is of.
struct Exposure {
    side: OrderSide,
    quantity: f64,
    avg_px: f64,
}

fn exposure(position: &Position) -> Exposure {
    Exposure { side: position.entry, quantity: position.quantity.as_f64(), avg_px: position.avg_px_open }
}

/// One exposure for all positions, as if each had been traded after the other at its average price, rounded: what adds
/// to it moves the average, what reduces it does not, and what turns it over starts anew. In decimals (observed on 1.231.0).
fn net(instrument: &Instrument, positions: &[&Position]) -> ModelResult<Vec<Exposure>> {
    // `cost` / `parts` is what `signed` has cost; all in units of the instrument's precisions.
    let (mut signed, mut cost, mut parts) = (0_i128, 0_i128, 1_i128);
    for position in positions {
        let price = instrument.make_price(position.avg_px_open)?.to_decimal();
        let size = position.quantity.to_decimal();
        let amount = if position.entry == OrderSide::Buy { size.mantissa } else { -size.mantissa };
        let total = signed + amount;
        if signed == 0 || (signed > 0) == (amount > 0) {
            cost += size.mantissa * price.mantissa * parts;
        } else if total != 0 && (total > 0) == (signed > 0) {
            cost *= total.abs();
            parts *= signed.abs();
        } else {
            cost = total.abs() * price.mantissa;
            parts = 1;
        }
        signed = total;
    }
    if signed == 0 {
        return Ok(Vec::new());
    }
    let side = if signed > 0 { OrderSide::Buy } else { OrderSide::Sell };
    let quantity = Decimal { mantissa: signed.abs(), scale: u32::from(instrument.size_precision) };
    let one = Decimal { mantissa: 1, scale: 0 };
    let total = Decimal { mantissa: cost, scale: u32::from(instrument.price_precision) };
    let amount = Decimal { mantissa: signed.abs() * parts, scale: 0 };
    let avg_px = share(total, one, amount).unwrap_or_else(|| total.to_f64() / amount.to_f64());
    Ok(vec![Exposure { side, quantity: quantity.to_f64(), avg_px }])
}
