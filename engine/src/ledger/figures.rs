//! What strategies ask the portfolio: results, exposure and equity, in the currency that each release answers in.

use std::sync::Arc;

use super::portfolio::Portfolio;
use crate::{
    cache::Filter,
    halt::{Flow, Halt},
    model::{
        currency::Currency,
        enums::{OrderSide, PositionSide, PriceType},
        fixed::{Money, Price},
        identifiers::{AccountId, InstrumentId, Venue},
        instrument::Instrument,
    },
};

/// What a question leaves open is answered at the market, for the account of the instrument's venue, in the currency
/// that the release answers in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Question {
    pub price: Option<Price>,
    pub account: Option<AccountId>,
    pub target: Option<Currency>,
}

impl Question {
    /// The answer where a price or a rate is missing: zero, or nothing at all to a question that names anything
    /// (observed on 1.231.0).
    fn unknown(&self, instrument: &Instrument) -> Option<Money> {
        let names_any = self.account.is_some() || self.target.is_some();
        if names_any { None } else { Some(Money::zero(instrument.cost_currency())) }
    }
}

type Known = (Arc<Instrument>, Option<Currency>);

impl Portfolio {
    /// What the open positions would win: a long one at the bid, a short one at the ask.
    ///
    /// # Errors
    /// When an amount is out of range.
    pub fn unrealized_pnl(&self, id: InstrumentId, ask: &Question) -> Flow<Option<Money>> {
        let Some((instrument, base)) = self.known_to(id, ask.account) else { return Ok(None) };
        if !self.profile.converts_results_at_mid {
            return self.unrealized_by_position(&instrument, base, ask.price);
        }
        let mut total = 0.0;
        let open = self.cache.open_positions(&Filter::instrument(id));
        if open.is_empty() {
            let of_account = ask.account.and(base);
            return Ok(Some(Money::zero(ask.target.or(of_account).unwrap_or_else(|| instrument.cost_currency()))));
        }
        for position in &open {
            let position = position.borrow();
            match ask.price.or_else(|| self.market_price(&position)) {
                Some(mark) => total += position.unrealized_pnl(mark)?.as_f64(),
                None => return Ok(ask.unknown(&instrument)),
            }
        }
        let Some(rate) = self.rate_at_mid(&instrument, base) else { return Ok(ask.unknown(&instrument)) };
        let total = Money::new(total * rate, base.unwrap_or_else(|| instrument.cost_currency()))?;
        self.in_target(total, id.venue, ask)
    }

    /// Each position's result is converted by its own side and rounded, and the first one's price is that of all
    /// (observed on 1.221.0).
    fn unrealized_by_position(
        &self,
        instrument: &Instrument,
        base: Option<Currency>,
        price: Option<Price>,
    ) -> Flow<Option<Money>> {
        let mut known = price;
        let mut total = 0.0;
        for position in self.cache.open_positions(&Filter::instrument(instrument.id)) {
            let position = position.borrow();
            let Some(mark) = known.or_else(|| self.market_price(&position)) else { return Ok(None) };
            known = known.or_else(|| self.profile.shares_mark_price.then_some(mark));
            let pnl = position.unrealized_pnl(mark)?;
            match self.rate_of(instrument, base, position.entry) {
                Some(rate) => total += in_base(pnl, rate, base)?.as_f64(),
                None => return Ok(None),
            }
        }
        Ok(Some(Money::new(total, base.unwrap_or_else(|| instrument.cost_currency()))?))
    }

    /// What all positions have won so far, closed ones included.
    ///
    /// # Errors
    /// When an amount is out of range.
    pub fn realized_pnl(&self, id: InstrumentId, ask: &Question) -> Flow<Option<Money>> {
        let Some((instrument, base)) = self.known_to(id, ask.account) else { return Ok(None) };
        let at_mid = self.profile.converts_results_at_mid;
        let positions = self.cache.positions(&Filter::instrument(id), |_| true);
        if at_mid && positions.is_empty() {
            return Ok(Some(Money::zero(ask.target.unwrap_or_else(|| instrument.cost_currency()))));
        }
        if positions.iter().any(|position| !self.cache.past_results(position.borrow().id).is_empty()) {
            self.trip_over_past(&instrument, base)?;
        }
        let mut total = 0.0;
        for position in positions {
            let position = position.borrow();
            let past = self.cache.past_results(position.id);
            let past = past.into_iter().map(|(entry, pnl)| (entry, pnl, true));
            // 1.231 does not round what the position itself has won, before the sum.
            for (entry, pnl, rounds) in past.chain([(position.entry, position.realized_pnl, !at_mid)]) {
                let rate =
                    if at_mid { self.rate_at_mid(&instrument, base) } else { self.rate_of(&instrument, base, entry) };
                match rate {
                    Some(rate) if rounds => total += in_base(pnl, rate, base)?.as_f64(),
                    Some(rate) => total += pnl.as_f64() * rate,
                    None if at_mid => return Ok(ask.unknown(&instrument)),
                    None => return Ok(None),
                }
            }
        }
        let total = Money::new(total, base.unwrap_or_else(|| instrument.cost_currency()))?;
        self.in_target(total, id.venue, ask)
    }

    /// Neither release gets through what a netting position had won before it was opened again where that has to be
    /// converted: 1.221.0 never, 1.231.0 not without a rate.
    fn trip_over_past(&self, instrument: &Instrument, base: Option<Currency>) -> Flow {
        if self.profile.converts_results_at_mid {
            let is_known = self.rate_at_mid(instrument, base).is_some();
            return if is_known { Ok(()) } else { Err(Halt::Type("must be real number, not NoneType".into())) };
        }
        if base.is_some_and(|base| base != instrument.cost_currency()) {
            return Err(Halt::Type("Cannot convert str to nautilus_trader.model.identifiers.Venue".into()));
        }
        Ok(())
    }

    fn rate_at_mid(&self, instrument: &Instrument, to: Option<Currency>) -> Option<f64> {
        to.map_or(Some(1.0), |to| self.rate(instrument.id.venue, instrument.cost_currency(), to, PriceType::Mid))
    }

    fn in_target(&self, result: Money, venue: Venue, ask: &Question) -> Flow<Option<Money>> {
        let Some(target) = ask.target else { return Ok(Some(result)) };
        let Some(rate) = self.rate(venue, result.currency, target, PriceType::Mid) else { return Ok(None) };
        Ok(Some(Money::new(result.as_f64() * rate, target)?))
    }

    /// # Errors
    /// When an amount is out of range.
    pub fn total_pnl(&self, id: InstrumentId, ask: &Question) -> Flow<Option<Money>> {
        let (realized, unrealized) = (self.realized_pnl(id, ask)?, self.unrealized_pnl(id, ask)?);
        Ok(match (realized, unrealized) {
            (Some(realized), Some(unrealized)) => realized.checked_add(unrealized),
            (one, other) => one.or(other),
        })
    }

    /// The notional value of the open positions, whatever their sides. Without any, zero in the instrument's currency.
    ///
    /// # Errors
    /// When an amount is out of range, or where 1.231.0 trips over a missing price.
    pub fn net_exposure(&self, id: InstrumentId, ask: &Question) -> Flow<Option<Money>> {
        let Some((instrument, base)) = self.known(id) else { return Ok(None) };
        let is_elsewhere = ask.account.is_some() && self.known_to(id, ask.account).is_none();
        if is_elsewhere || self.cache.open_positions(&Filter::instrument(id)).is_empty() {
            return Ok(Some(Money::zero(ask.target.unwrap_or_else(|| instrument.cost_currency()))));
        }
        let to = if self.profile.converts_results_at_mid { ask.target } else { base };
        self.exposure(&instrument, to, ask.price, false)
    }

    /// Where it `rounds`, each position counts by itself: at its own market price, rounded.
    fn exposure(
        &self,
        instrument: &Instrument,
        to: Option<Currency>,
        price: Option<Price>,
        rounds: bool,
    ) -> Flow<Option<Money>> {
        let mut shared = price;
        let mut total = 0.0;
        for position in self.cache.open_positions(&Filter::instrument(instrument.id)) {
            let position = position.borrow();
            let known = if self.profile.shares_mark_price && !rounds { shared } else { price };
            let Some(mark) = known.or_else(|| self.market_price(&position)) else {
                if self.profile.converts_results_at_mid {
                    return Err(Halt::Type("must be real number, not NoneType".into()));
                }
                if rounds {
                    return Ok(None);
                }
                continue;
            };
            shared = shared.or(Some(mark));
            let Some(rate) = self.rate_of(instrument, to, position.entry) else { return Ok(None) };
            let notional = instrument.notional_value(position.quantity, mark)?;
            let notional = if rounds { in_base(notional, rate, to)?.as_f64() } else { notional.as_f64() * rate };
            let offsets = self.profile.nets_exposure && position.side == PositionSide::Short;
            total += if offsets { -notional } else { notional };
        }
        Ok(Some(Money::new(total.abs(), to.unwrap_or_else(|| instrument.cost_currency()))?))
    }

    /// [`Portfolio::net_exposure`] of a venue's instruments with open positions, each position at its own market price,
    /// in the account's currency. Without a rate 1.231.0 leaves an instrument out, and 1.221.0 has no answer.
    ///
    /// # Errors
    /// When an amount is out of range, or where 1.231.0 trips over a missing price.
    pub fn net_exposures(&self, venue: Option<Venue>, ask: &Question) -> Flow<Option<Vec<Money>>> {
        let mut lacks_rate = false;
        let sums = self.by_currency(venue, true, |id| {
            let Some((instrument, base)) = self.known_to(id, ask.account) else { return Ok(None) };
            let open = self.cache.open_positions(&Filter::instrument(id));
            let is_priced = open.iter().all(|position| self.market_price(&position.borrow()).is_some());
            lacks_rate |= is_priced && self.rate_of(&instrument, base, OrderSide::Buy).is_none();
            self.exposure(&instrument, ask.target.or(base), None, true)
        })?;
        Ok(if lacks_rate && !self.profile.converts_results_at_mid { None } else { Some(sums) })
    }

    /// One of the sums above for each instrument of a venue that has positions, by currency.
    ///
    /// # Errors
    /// When an amount is out of range.
    pub fn by_currency(
        &self,
        venue: Option<Venue>,
        open_only: bool,
        mut amount: impl FnMut(InstrumentId) -> Flow<Option<Money>>,
    ) -> Flow<Vec<Money>> {
        let mut sums: Vec<Money> = Vec::new();
        for id in self.held(venue, open_only) {
            if let Some(money) = amount(id)? {
                add(&mut sums, money);
            }
        }
        Ok(sums)
    }

    /// # Errors
    /// When an amount is out of range.
    pub fn total_pnls(&self, venue: Option<Venue>, ask: &Question) -> Flow<Vec<Money>> {
        let mut sums: Vec<Money> = ask.target.map(Money::zero).into_iter().collect();
        for money in self.by_currency(venue, false, |id| self.realized_pnl(id, ask))? {
            add(&mut sums, money);
        }
        for money in self.by_currency(venue, true, |id| self.unrealized_pnl(id, ask))? {
            add(&mut sums, money);
        }
        Ok(sums)
    }

    /// What the open positions are worth at the market, sold ones less than nothing; what has no price or rate is left
    /// out.
    ///
    /// # Errors
    /// When an amount is out of range.
    pub fn mark_values(&self, venue: Venue) -> Flow<Vec<Money>> {
        self.by_currency(Some(venue), true, |id| {
            let Some((instrument, base)) = self.known(id) else { return Ok(None) };
            self.mark_value(&instrument, base)
        })
    }

    fn mark_value(&self, instrument: &Instrument, base: Option<Currency>) -> Flow<Option<Money>> {
        let Some(rate) = self.rate_at_mid(instrument, base) else { return Ok(None) };
        let mut total = 0.0;
        for position in self.cache.open_positions(&Filter::instrument(instrument.id)) {
            let position = position.borrow();
            let Some(mark) = self.market_price(&position) else { return Ok(None) };
            let value = instrument.notional_value(position.quantity, mark)?.as_f64() * rate;
            total += if position.side == PositionSide::Short { -value } else { value };
        }
        Ok(Some(Money::new(total, base.unwrap_or_else(|| instrument.cost_currency()))?))
    }

    /// Instruments whose open positions have no mark value.
    ///
    /// # Errors
    /// When an amount is out of range.
    pub fn missing_price_instruments(&self, venue: Venue) -> Flow<Vec<InstrumentId>> {
        let mut missing = Vec::new();
        for id in self.held(Some(venue), true) {
            let Some((instrument, base)) = self.known(id) else { continue };
            if self.mark_value(&instrument, base)?.is_none() {
                missing.push(id);
            }
        }
        Ok(missing)
    }

    /// What the venue's account would be worth if everything were closed now: what it holds, and what positions have won
    /// (on margin) or are worth (otherwise).
    ///
    /// # Errors
    /// When an amount is out of range.
    pub fn equity(&self, venue: Venue) -> Flow<Vec<Money>> {
        let Some(account) = self.account(venue) else { return Ok(Vec::new()) };
        let is_margin = account.borrow().is_margin();
        let mut sums: Vec<Money> = account.borrow().balances.values().map(|balance| balance.total).collect();
        let gained = if is_margin {
            self.by_currency(Some(venue), true, |id| self.unrealized_pnl(id, &Question::default()))?
        } else {
            self.mark_values(venue)?
        };
        for money in gained {
            add(&mut sums, money);
        }
        Ok(sums)
    }

    fn held(&self, venue: Option<Venue>, open_only: bool) -> Vec<InstrumentId> {
        let filter = Filter { venue, ..Filter::default() };
        let positions =
            if open_only { self.cache.open_positions(&filter) } else { self.cache.positions(&filter, |_| true) };
        let mut ids: Vec<InstrumentId> = Vec::new();
        for position in positions {
            let id = position.borrow().instrument_id;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }

    fn known_to(&self, id: InstrumentId, account: Option<AccountId>) -> Option<Known> {
        let is_its = |account: AccountId| self.account(id.venue).is_some_and(|its| its.borrow().id == account);
        if account.is_none_or(is_its) { self.known(id) } else { None }
    }

    /// Bids for what was bought, asks for what was sold.
    fn rate_of(&self, instrument: &Instrument, to: Option<Currency>, entry: OrderSide) -> Option<f64> {
        let Some(to) = to else { return Some(1.0) };
        let price_type = if entry == OrderSide::Buy { PriceType::Bid } else { PriceType::Ask };
        self.rate(instrument.id.venue, instrument.cost_currency(), to, price_type)
    }
}

fn in_base(amount: Money, rate: f64, base: Option<Currency>) -> Flow<Money> {
    base.map_or(Ok(amount), |base| Ok(Money::new(amount.as_f64() * rate, base)?))
}

fn add(sums: &mut Vec<Money>, money: Money) {
    match sums.iter_mut().find(|sum| sum.currency == money.currency) {
        Some(sum) => sum.raw += money.raw,
        None => sums.push(money),
    }
}
