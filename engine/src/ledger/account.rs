//! An account: balances by currency, and what open orders and positions lock of them.

use std::rc::Rc;

use super::position::Position;
use crate::model::{
    ModelError, ModelResult, UnixNanos,
    currency::Currency,
    enums::{AccountType, LiquiditySide, OrderSide, OrderType, PriceType},
    event::{AccountBalance, AccountState, EventId, Fill, MarginBalance},
    fixed::{Money, Price, Quantity},
    identifiers::{AccountId, IdMap, InstrumentId},
    instrument::{Decimal, Instrument},
    order::Order,
};

/// What an account cannot do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// A cash account would be overdrawn; the backtest ends.
    #[error("AccountBalanceNegative(balance={}, currency={})", plain(*.0), .0.currency)]
    BalanceNegative(Money),
    /// Nothing has changed; the text says why and goes to the log.
    #[error("{0}")]
    Skipped(String),
    #[error("cannot recalculate balance when no current balance")]
    NoBalance(Currency),
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// Without trailing zeros, as Python shows the `Decimal` of an amount.
fn plain(money: Money) -> String {
    let text = money.to_string();
    let amount = text.split_once(' ').map_or(text.as_str(), |(amount, _)| amount);
    if amount.contains('.') { amount.trim_end_matches('0').trim_end_matches('.').to_owned() } else { amount.to_owned() }
}

/// Converts one unit of a currency to another at a side of the market; `None` when no quotes lead there.
pub trait Rates {
    fn rate(&self, from: Currency, to: Currency, price_type: PriceType) -> Option<f64>;
}

/// How leverage lowers margins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MarginModel {
    /// Notional value over leverage, times the instrument's rate.
    #[default]
    Leveraged,
    /// Notional value times the instrument's rate, whatever the leverage.
    Standard,
}

/// What sets the account types apart.
#[derive(Clone, Debug)]
pub enum AccountKind {
    Cash {
        /// Balances may go below zero.
        allows_borrowing: bool,
        /// What open orders lock, by instrument and currency.
        locked: IdMap<(InstrumentId, Currency), Money>,
    },
    Margin {
        default_leverage: Decimal,
        leverages: IdMap<InstrumentId, Decimal>,
        margins: IdMap<InstrumentId, MarginBalance>,
        model: MarginModel,
    },
}

#[derive(Clone, Debug)]
pub struct Account {
    pub id: AccountId,
    /// None: every currency for itself.
    pub base_currency: Option<Currency>,
    pub kind: AccountKind,
    /// Otherwise only what the venue reports changes the account.
    pub calculates_state: bool,
    /// Orders spend what they had locked even when it is less than they cost: 1.221's way.
    pub overdraws_locked: bool,
    /// A currency that open orders no longer lock is free at once: 1.231's way.
    pub frees_by_currency: bool,
    /// A contract's multiplier counts on a cash account: 1.231's way.
    pub cash_pays_multiplier: bool,
    /// Options cost a margin account their premium: 1.231's way.
    pub options_pay_premium: bool,
    /// A fill counts only where the cost currency has a rate, whatever there is to convert: 1.231's way.
    pub fills_need_rate: bool,
    /// A cash account's fills count in whole even where they turn a position over: 1.231's way.
    pub books_whole_fills: bool,
    pub balances: IdMap<Currency, AccountBalance>,
    pub starting_balances: IdMap<Currency, Money>,
    pub commissions: IdMap<Currency, Money>,
    pub events: Vec<Rc<AccountState>>,
}

impl Account {
    /// An account with the balances of its first state.
    ///
    /// # Errors
    /// For a betting account, which the bundled engine does not have.
    pub fn new(state: &Rc<AccountState>) -> ModelResult<Self> {
        let kind = match state.account_type {
            AccountType::Cash => AccountKind::Cash { allows_borrowing: false, locked: IdMap::default() },
            AccountType::Margin => AccountKind::Margin {
                default_leverage: Decimal { mantissa: 1, scale: 0 },
                leverages: IdMap::default(),
                margins: IdMap::default(),
                model: MarginModel::default(),
            },
            AccountType::Betting => {
                return Err(ModelError::Value(
                    "BETTING accounts are not supported by lintkit's bundled engine: run with `--engine nautilus`"
                        .to_owned(),
                ));
            }
        };
        let mut account = Self {
            id: state.account_id,
            base_currency: state.base_currency,
            kind,
            calculates_state: true,
            overdraws_locked: false,
            frees_by_currency: false,
            cash_pays_multiplier: false,
            options_pay_premium: false,
            fills_need_rate: false,
            books_whole_fills: false,
            balances: IdMap::default(),
            starting_balances: state.balances.iter().map(|b| (b.total.currency, b.total)).collect(),
            commissions: IdMap::default(),
            events: Vec::new(),
        };
        account.apply(state);
        Ok(account)
    }

    #[must_use]
    pub const fn account_type(&self) -> AccountType {
        match self.kind {
            AccountKind::Cash { .. } => AccountType::Cash,
            AccountKind::Margin { .. } => AccountType::Margin,
        }
    }

    #[must_use]
    pub const fn is_margin(&self) -> bool {
        matches!(self.kind, AccountKind::Margin { .. })
    }

    /// Takes over the balances and margins of a state, and keeps it as the last one.
    pub fn apply(&mut self, state: &Rc<AccountState>) {
        for balance in &state.balances {
            self.balances.insert(balance.total.currency, *balance);
        }
        if let AccountKind::Margin { margins, .. } = &mut self.kind {
            for margin in &state.margins {
                if let Some(id) = margin.instrument_id {
                    margins.insert(id, *margin);
                }
            }
        }
        self.events.push(Rc::clone(state));
    }

    /// What the account looks like now, as the state to be applied and published.
    #[must_use]
    pub fn state(&self, is_reported: bool, ts_event: UnixNanos, ts_init: UnixNanos) -> AccountState {
        AccountState {
            id: EventId::next(),
            account_id: self.id,
            account_type: self.account_type(),
            base_currency: self.base_currency,
            balances: self.balances.values().copied().collect(),
            margins: match &self.kind {
                AccountKind::Margin { margins, .. } => margins.values().copied().collect(),
                AccountKind::Cash { .. } => Vec::new(),
            },
            is_reported,
            ts_event,
            ts_init,
        }
    }

    #[must_use]
    pub fn last_state(&self) -> Option<Rc<AccountState>> {
        self.events.last().cloned()
    }

    /// The last state tells of balances as they are now: what was told shares them (observed on 1.231.0).
    pub fn revise_last_state(&mut self) {
        let balances = self.balances.values().copied().collect();
        if let Some(last) = self.events.last_mut() {
            *last = Rc::new(AccountState { balances, ..(**last).clone() });
        }
    }

    /// The balance of a currency; without one, of the base currency.
    #[must_use]
    pub fn balance(&self, currency: Option<Currency>) -> Option<&AccountBalance> {
        self.balances.get(&currency.or(self.base_currency)?)
    }

    /// # Errors
    /// When a cash account would be overdrawn; the balances before that one are then set.
    pub fn update_balances(&mut self, balances: &[AccountBalance]) -> Result<(), AccountError> {
        for balance in balances {
            let may_be_negative =
                matches!(self.kind, AccountKind::Margin { .. } | AccountKind::Cash { allows_borrowing: true, .. });
            if balance.total.raw < 0 && !may_be_negative {
                return Err(AccountError::BalanceNegative(balance.total));
            }
            self.balances.insert(balance.total.currency, *balance);
        }
        Ok(())
    }

    pub fn update_commissions(&mut self, commission: Money) {
        if commission.raw == 0 {
            return;
        }
        self.commissions.entry(commission.currency).and_modify(|paid| paid.raw += commission.raw).or_insert(commission);
    }

    /// Locks this much of a currency's total, or all of it when that is less.
    pub(super) fn lock(&mut self, currency: Currency, locked: i128) -> Result<(), AccountError> {
        let balance = self.balances.get_mut(&currency).ok_or(AccountError::NoBalance(currency))?;
        let total = balance.total.raw;
        let (locked, free) = if total - locked < 0 { (total, 0) } else { (locked, total - locked) };
        balance.locked = Money::from_raw(locked, currency);
        balance.free = Money::from_raw(free, currency);
        Ok(())
    }

    /// Books a fill: what it wins, loses or exchanges, and its commission. `position` is as it was before the fill.
    ///
    /// # Errors
    /// When a cash account would be overdrawn, a needed rate or balance is missing, or an amount is out of range.
    pub fn book_fill(
        &mut self,
        instrument: &Instrument,
        fill: &Fill,
        position: Option<&Position>,
        rates: &dyn Rates,
    ) -> Result<(), AccountError> {
        let pnls = self.calculate_pnls(instrument, fill, position)?;
        match self.base_currency {
            Some(base) => self.book_in_base(instrument, fill, base, pnls.first().copied(), rates),
            None => self.book_by_currency(fill, pnls),
        }
    }

    fn book_in_base(
        &mut self,
        instrument: &Instrument,
        fill: &Fill,
        base: Currency,
        pnl: Option<Money>,
        rates: &dyn Rates,
    ) -> Result<(), AccountError> {
        let convert = |amount: Money| -> Result<Money, AccountError> {
            if amount.currency == base {
                return Ok(amount);
            }
            // Who sells gets the bid.
            let side = if fill.order_side == OrderSide::Sell { PriceType::Bid } else { PriceType::Ask };
            let rate = rates.rate(amount.currency, base, side).ok_or_else(|| {
                AccountError::Skipped(format!(
                    "Cannot calculate account state: insufficient data for {}/{base}, which the fill of {} needs",
                    amount.currency, instrument.id
                ))
            })?;
            Ok(Money::new(amount.as_f64() * rate, base)?)
        };
        if self.fills_need_rate {
            convert(Money::zero(instrument.cost_currency()))?;
        }
        let commission = convert(fill.commission)?;
        let pnl = pnl.map_or_else(|| Ok(Money::zero(base)), convert)?;
        let change = pnl.raw - commission.raw;
        if change == 0 {
            return Ok(());
        }
        let balance = *self.balance(None).ok_or_else(|| {
            AccountError::Skipped(format!("Cannot calculate account balance for {base}: no cash balance"))
        })?;
        self.update_balances(&[AccountBalance {
            total: Money::from_raw(balance.total.raw + change, base),
            locked: balance.locked,
            free: Money::from_raw(balance.free.raw + change, base),
        }])?;
        self.update_commissions(commission);
        Ok(())
    }

    fn book_by_currency(&mut self, fill: &Fill, mut pnls: Vec<Money>) -> Result<(), AccountError> {
        let commission = fill.commission;
        let mut is_paid = commission.raw == 0;
        for pnl in &mut pnls {
            if !is_paid && pnl.currency == commission.currency {
                pnl.raw -= commission.raw;
                is_paid = true;
            }
        }
        let mut changed = Vec::with_capacity(pnls.len() + 1);
        for pnl in pnls {
            changed.push(self.after_change(pnl, fill.order_type)?);
        }
        if !is_paid {
            changed.push(match self.balances.get(&commission.currency) {
                Some(balance) => moved(balance, -commission.raw, 0),
                None => self.opened(Money::from_raw(-commission.raw, commission.currency))?,
            });
        }
        if changed.is_empty() {
            return Ok(());
        }
        self.update_balances(&changed)?;
        self.update_commissions(commission);
        Ok(())
    }

    /// Income, and what market orders spend, changes what is free. Other orders spend what they had locked, all of
    /// it from there even when it is more: the next calculation of what is locked evens that out (observed on
    /// 1.221.0).
    fn after_change(&self, pnl: Money, order_type: OrderType) -> Result<AccountBalance, AccountError> {
        let Some(balance) = self.balances.get(&pnl.currency) else { return self.opened(pnl) };
        if pnl.raw >= 0 || order_type == OrderType::Market {
            return Ok(moved(balance, pnl.raw, 0));
        }
        let locked = if self.overdraws_locked { pnl.raw } else { pnl.raw.max(-balance.locked.raw) };
        Ok(moved(balance, pnl.raw - locked, locked))
    }

    fn opened(&self, amount: Money) -> Result<AccountBalance, AccountError> {
        if amount.raw < 0 {
            return Err(AccountError::Skipped(format!(
                "Cannot calculate account balance for {}: no cash balance of account {}",
                amount.currency, self.id
            )));
        }
        Ok(AccountBalance { total: amount, locked: Money::zero(amount.currency), free: amount })
    }

    /// What a fill changes, before commission.
    ///
    /// # Errors
    /// When an amount is out of range.
    pub fn calculate_pnls(
        &self,
        instrument: &Instrument,
        fill: &Fill,
        position: Option<&Position>,
    ) -> ModelResult<Vec<Money>> {
        match self.kind {
            AccountKind::Cash { .. } => self.cash_pnls(instrument, fill, position),
            AccountKind::Margin { .. } if self.options_pay_premium && instrument.is_option() => {
                let value = instrument.notional_value(fill.last_qty, fill.last_px)?;
                let sign = if fill.order_side == OrderSide::Buy { -1 } else { 1 };
                Ok(vec![Money::from_raw(sign * value.raw, value.currency)])
            }
            AccountKind::Margin { .. } => Self::margin_pnls(instrument, fill, position),
        }
    }

    /// Locks what open orders of the instrument need. `orders` are all its open ones.
    ///
    /// # Errors
    /// When a needed rate or balance is missing, or an amount is out of range.
    pub fn update_orders<'a>(
        &mut self,
        instrument: &Instrument,
        orders: impl Iterator<Item = &'a Order>,
        rates: &dyn Rates,
    ) -> Result<(), AccountError> {
        let mut locking = Vec::new();
        for order in orders.filter(|order| order.is_open() && !order.init.reduce_only) {
            if let Some(price) = order.price.or(order.trigger_price) {
                locking.push((order.side(), order.quantity, price));
            }
        }
        match self.kind {
            AccountKind::Cash { .. } => self.lock_for_orders(instrument, &locking, rates),
            AccountKind::Margin { .. } => self.margin_for_orders(instrument, &locking, rates),
        }
    }

    /// # Errors
    /// When the liquidity side is unknown, or the amount is out of range.
    pub fn calculate_commission(
        instrument: &Instrument,
        quantity: Quantity,
        price: Price,
        side: LiquiditySide,
    ) -> ModelResult<Money> {
        let fee = match side {
            LiquiditySide::Maker => instrument.maker_fee,
            LiquiditySide::Taker => instrument.taker_fee,
            LiquiditySide::NoLiquiditySide => {
                return Err(ModelError::Value(
                    "'liquidity_side' <flag 'LiquiditySide'> of 0 was equal to 'NO_LIQUIDITY_SIDE' \
                     <flag 'LiquiditySide'> of 0"
                        .to_owned(),
                ));
            }
        };
        instrument.notional_value(quantity, price)?.times(fee)
    }
}

/// The balance after changes of what is free and of what is locked.
const fn moved(balance: &AccountBalance, free: i128, locked: i128) -> AccountBalance {
    let currency = balance.total.currency;
    AccountBalance {
        total: Money::from_raw(balance.total.raw + free + locked, currency),
        locked: Money::from_raw(balance.locked.raw + locked, currency),
        free: Money::from_raw(balance.free.raw + free, currency),
    }
}

/// The rate at which an account's base currency sees an instrument's costs: 1 without a base currency.
///
/// Looked up once for a batch, by the side of its first entry, and used for all of it (observed on 1.221.0).
pub(super) struct CostRate<'a> {
    instrument: &'a Instrument,
    base: Option<Currency>,
    rates: &'a dyn Rates,
    known: Option<f64>,
}

impl<'a> CostRate<'a> {
    pub fn new(account: &Account, instrument: &'a Instrument, rates: &'a dyn Rates) -> Self {
        Self { instrument, base: account.base_currency, rates, known: None }
    }

    /// The raw amount, in base currency when there is one.
    pub fn convert(&mut self, amount: Money, side: OrderSide) -> Result<i128, AccountError> {
        let Some(base) = self.base else { return Ok(amount.raw) };
        let from = self.instrument.cost_currency();
        let rate = match self.known {
            Some(rate) => rate,
            None => {
                let price_type = if side == OrderSide::Buy { PriceType::Bid } else { PriceType::Ask };
                self.rates.rate(from, base, price_type).ok_or_else(|| {
                    AccountError::Skipped(format!(
                        "Cannot calculate what {} locks: insufficient data for {from}/{base}",
                        self.instrument.id
                    ))
                })?
            }
        };
        self.known = Some(rate);
        Ok(Money::new(amount.as_f64() * rate, base)?.raw)
    }
}
