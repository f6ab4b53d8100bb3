//! What orders and positions mean for accounts, and what strategies ask about both.
//!
//! The kernel calls, for each order event: `update_order` (balances by the position as it was before a fill, margins of
//! open orders), then `update_position` for each position event that follows from a fill. It then publishes the order
//! event and the position events in turn; after each it asks `state_after_order` or `state_after_position` for the
//! account state to publish.

use std::{
    cell::{Cell, OnceCell, RefCell},
    rc::Rc,
    sync::Arc,
};

use indexmap::IndexMap;

use super::{
    account::{Account, AccountError, AccountKind, Rates},
    exchange_rates::{self, Inverse, PairQuote},
    position::Position,
};
use crate::{
    cache::{AccountRef, Cache, Filter},
    halt::{Flow, Halt},
    model::{
        UnixNanos,
        currency::Currency,
        enums::{AccountType, AggregationSource, OrderStatus, OrderType, PositionSide, PriceType},
        event::{AccountBalance, AccountState, EventId, OrderEvent, OrderEventKind, PositionEvent, PositionEventKind},
        fixed::{Money, Price},
        identifiers::{AccountId, IdMap, InstrumentId, PositionId, Venue},
        instrument::{Decimal, Instrument, InstrumentKind},
        order::{Order, OrderRef},
    },
    profile::Profile,
    venue::AccountConfig,
};

/// Told why an account could not be calculated.
pub type Log = Rc<dyn Fn(&str)>;

pub struct Portfolio {
    pub(super) cache: Rc<Cache>,
    pub profile: &'static Profile,
    /// Signed, by instrument; kept because strategies ask at every tick.
    net: RefCell<IdMap<InstrumentId, Decimal>>,
    /// 1.221 forgets with a reset which instruments are pairs, so that no conversion succeeds any more.
    knows_pairs: Cell<bool>,
    log: OnceCell<Log>,
    /// What closed positions won, each also in the account's currency, as they closed; for statistics.
    closed: RefCell<Vec<ClosedTrade>>,
}

/// The result of a position and when its last fill was.
#[derive(Debug, Clone, Copy)]
pub struct ClosedTrade {
    pub position_id: PositionId,
    pub pnl: Money,
    pub ts_last: UnixNanos,
}

/// Rates of one venue.
struct VenueRates<'a> {
    portfolio: &'a Portfolio,
    venue: Venue,
}

impl Rates for VenueRates<'_> {
    fn rate(&self, from: Currency, to: Currency, price_type: PriceType) -> Option<f64> {
        self.portfolio.rate(self.venue, from, to, price_type)
    }
}

impl Portfolio {
    #[must_use]
    pub fn new(cache: Rc<Cache>, profile: &'static Profile) -> Self {
        Self {
            cache,
            profile,
            net: RefCell::default(),
            knows_pairs: Cell::new(true),
            log: OnceCell::new(),
            closed: RefCell::default(),
        }
    }

    /// Says whom to tell why an account could not be calculated; the first call counts.
    pub fn set_log(&self, log: Log) {
        let _ = self.log.set(log);
    }

    pub fn reset(&self) {
        self.net.borrow_mut().clear();
        self.closed.borrow_mut().clear();
        if !self.profile.resets_quietly {
            self.knows_pairs.set(false);
        }
    }

    /// Makes the venue's account, puts it into the cache and gives its first state (`is_reported`), to be published.
    ///
    /// # Errors
    /// When the account's type is not supported.
    pub fn open_account(
        &self,
        venue: Venue,
        id: AccountId,
        account_type: AccountType,
        config: &AccountConfig,
        ts: UnixNanos,
    ) -> Flow<Option<Rc<AccountState>>> {
        let balance =
            |total: &Money| AccountBalance { total: *total, locked: Money::zero(total.currency), free: *total };
        let state = Rc::new(AccountState {
            id: EventId::next(),
            account_id: id,
            account_type,
            base_currency: config.base_currency,
            balances: config.starting_balances.iter().map(balance).collect(),
            margins: Vec::new(),
            is_reported: true,
            ts_event: ts,
            ts_init: ts,
        });
        let mut account = Account::new(&state)?;
        account.calculates_state = !config.is_frozen;
        account.overdraws_locked = self.profile.overdraws_locked;
        account.fills_need_rate = self.profile.fills_need_rate;
        account.frees_by_currency = self.profile.frees_by_currency;
        account.cash_pays_multiplier = self.profile.cash_pays_multiplier;
        account.options_pay_premium = self.profile.options_pay_premium;
        account.books_whole_fills = self.profile.books_whole_fills;
        match &mut account.kind {
            AccountKind::Cash { allows_borrowing, .. } => *allows_borrowing = config.allows_borrowing,
            AccountKind::Margin { default_leverage, leverages, model, .. } => {
                let too_low = |leverage: &Decimal| leverage.mantissa < 10_i128.pow(leverage.scale);
                if std::iter::once(&config.default_leverage).chain(config.leverages.values()).any(too_low) {
                    let hint = "`default_leverage` and `leverages` of `add_venue` must be 1 or more";
                    return Err(Halt::Value(format!("leverage was not >= 1: {hint}, venue {venue}")));
                }
                *model = config.margin_model;
                *default_leverage = config.default_leverage;
                leverages.clone_from(&config.leverages);
            }
        }
        self.cache.add_account(venue, id, Rc::new(RefCell::new(account)));
        Ok(Some(state))
    }

    /// Adds to a balance, as a venue reports it; nothing when the account has no such balance.
    #[must_use]
    pub fn adjust(&self, account: &AccountRef, adjustment: Money, ts: UnixNanos) -> Option<Rc<AccountState>> {
        let mut account = account.borrow_mut();
        let mut balance = *account.balances.get(&adjustment.currency)?;
        balance.total.raw += adjustment.raw;
        balance.free.raw += adjustment.raw;
        let mut state = account.state(true, ts, ts);
        state.balances = vec![balance];
        let state = Rc::new(state);
        account.apply(&state);
        Some(state)
    }

    /// # Errors
    /// `Halt::Stop` when a cash account's balance becomes negative; other halts when an amount is out of range or a
    /// margin account lacks the currency of a margin.
    pub fn update_order(&self, event: &Rc<OrderEvent>) -> Flow {
        let Some(account) = event.account_id.and_then(|id| self.cache.account(id)) else { return Ok(()) };
        if !account.borrow().calculates_state || !touches_account(&event.kind) {
            return Ok(());
        }
        let Some(order) = self.cache.order(event.client_order_id) else { return Ok(()) };
        if !self.profile.expires_on_time && order.borrow().status == OrderStatus::Initialized {
            return Ok(());
        }
        let is_rejected = matches!(event.kind, OrderEventKind::Rejected { .. });
        if is_rejected && order.borrow().order_type() != OrderType::StopLimit {
            return Ok(());
        }
        let Some(instrument) = self.cache.instrument(event.instrument_id) else { return Ok(()) };
        let rates = self.rates(event.instrument_id.venue);
        if let Some(fill) = event.fill() {
            let position = fill.position_id.and_then(|id| self.cache.position(id));
            let position = position.as_ref().map(|position| position.borrow());
            let booked = account.borrow_mut().book_fill(&instrument, fill, position.as_deref(), &rates);
            self.noted(booked)?;
        }
        let orders = self.cache.open_orders_of(event.instrument_id);
        let orders: Vec<_> = orders.iter().map(|order| order.borrow()).collect();
        let locked = account.borrow_mut().update_orders(&instrument, orders.iter().map(|order| &**order), &rates);
        // The state that follows from a fill is that of its position event.
        let is_calculated = self.noted(locked)? || self.profile.states_without_rates;
        if is_calculated && event.fill().is_none() {
            apply_new_state(&account, event.ts_event, event.ts_init);
        }
        Ok(())
    }

    /// # Errors
    /// When an amount is out of range, or a margin account lacks the currency of a margin.
    pub fn update_position(&self, event: &Rc<PositionEvent>) -> Flow {
        let id = event.instrument_id;
        let positions = self.cache.open_positions(&Filter::instrument(id));
        let positions: Vec<_> = positions.iter().map(|position| position.borrow()).collect();
        let mantissa = positions.iter().map(|position| signed(position)).sum();
        let scale = positions.first().map_or(0, |position| u32::from(position.size_precision));
        self.net.borrow_mut().insert(id, Decimal { mantissa, scale });

        let Some(account) = self.cache.account(event.account_id) else { return Ok(()) };
        if self.profile.records_trades && event.kind == PositionEventKind::Closed {
            self.record(event, account.borrow().base_currency)?;
        }
        if !account.borrow().calculates_state {
            return Ok(());
        }
        if account.borrow().is_margin() {
            let Some(instrument) = self.cache.instrument(id) else { return Ok(()) };
            let updated = account.borrow_mut().update_positions(
                &instrument,
                positions.iter().map(|position| &**position),
                self.profile.nets_maintenance_margin,
                &self.rates(id.venue),
            );
            if !self.noted(updated)? {
                return Ok(());
            }
        }
        apply_new_state(&account, event.ts_event, event.ts_init);
        Ok(())
    }

    fn record(&self, event: &PositionEvent, base: Option<Currency>) -> Flow {
        let trade = |pnl| ClosedTrade { position_id: event.position_id, pnl, ts_last: event.ts_event };
        let pnl = event.realized_pnl;
        self.closed.borrow_mut().push(trade(pnl));
        if let Some(base) = base.filter(|base| *base != pnl.currency)
            && let Some(rate) = self.rate(event.instrument_id.venue, pnl.currency, base, PriceType::Mid)
        {
            self.closed.borrow_mut().push(trade(Money::new(pnl.as_f64() * rate, base)?));
        }
        Ok(())
    }

    /// The trades of the run so far, in the order in which positions closed; none where the profile records none.
    #[must_use]
    pub fn closed_trades(&self) -> Vec<ClosedTrade> {
        self.closed.borrow().clone()
    }

    /// The account's last state after an event that may have changed it; that of a fill waits for its position.
    #[must_use]
    pub fn state_after_order(&self, event: &OrderEvent) -> Option<Rc<AccountState>> {
        if !touches_account(&event.kind) || event.fill().is_some() {
            return None;
        }
        self.cache.account(event.account_id?)?.borrow().last_state()
    }

    #[must_use]
    pub fn state_after_position(&self, event: &PositionEvent) -> Option<Rc<AccountState>> {
        self.cache.account(event.account_id)?.borrow().last_state()
    }

    /// Whether the account was calculated. What it lacked to be calculated goes to the log.
    fn noted(&self, result: Result<(), AccountError>) -> Flow<bool> {
        match result {
            Ok(()) => Ok(true),
            Err(AccountError::Skipped(why)) => {
                if let Some(log) = self.log.get() {
                    log(&why);
                }
                Ok(false)
            }
            Err(error @ AccountError::BalanceNegative(_)) => Err(Halt::Stop(error.to_string())),
            Err(error @ AccountError::NoBalance(_)) => Err(Halt::Runtime(error.to_string())),
            Err(AccountError::Model(error)) => Err(error.into()),
        }
    }

    const fn rates(&self, venue: Venue) -> VenueRates<'_> {
        VenueRates { portfolio: self, venue }
    }

    /// The rate between two currencies by the venue's pairs; `None` when they do not lead there or have no market yet.
    #[must_use]
    pub fn rate(&self, venue: Venue, from: Currency, to: Currency, price_type: PriceType) -> Option<f64> {
        if from == to {
            return Some(1.0);
        }
        if !self.knows_pairs.get() {
            return None;
        }
        let inverse = if self.profile.crosses_inverse_rates { Inverse::OtherSide } else { Inverse::SameSide };
        let instruments = self.cache.instruments(Some(venue));
        let pairs: Vec<PairQuote> = instruments.iter().filter_map(|instrument| self.pair_quote(instrument)).collect();
        exchange_rates::rate(from, to, price_type, &pairs, inverse)
    }

    fn pair_quote(&self, instrument: &Instrument) -> Option<PairQuote> {
        if !matches!(instrument.kind, InstrumentKind::CurrencyPair | InstrumentKind::CryptoPerpetual) {
            return None;
        }
        let (base, quote) = (instrument.base_currency?, instrument.quote_currency);
        if let Some(tick) = self.cache.quote(instrument.id, 0) {
            return Some(PairQuote { base, quote, bid: tick.bid_price.raw, ask: tick.ask_price.raw });
        }
        let close = |wanted| self.last_close(|t| t.instrument_id == instrument.id && t.spec.price_type == wanted);
        Some(PairQuote { base, quote, bid: close(PriceType::Bid)?.raw, ask: close(PriceType::Ask)?.raw })
    }

    /// The close of the latest bar of the wanted types.
    fn last_close(&self, wanted: impl Fn(&crate::model::data::BarType) -> bool) -> Option<Price> {
        let types = self.cache.bar_types().into_iter().filter(wanted);
        types.filter_map(|bar_type| self.cache.bar(bar_type, 0)).max_by_key(|bar| bar.ts_init).map(|bar| bar.close)
    }

    // What strategies ask

    /// Signed and exact; zero for an instrument without open positions.
    #[must_use]
    pub fn net_position(&self, id: InstrumentId) -> Decimal {
        self.net.borrow().get(&id).copied().unwrap_or(Decimal::ZERO)
    }

    #[must_use]
    pub fn is_net_long(&self, id: InstrumentId) -> bool {
        self.net_position(id).mantissa > 0
    }

    #[must_use]
    pub fn is_net_short(&self, id: InstrumentId) -> bool {
        self.net_position(id).mantissa < 0
    }

    #[must_use]
    pub fn is_flat(&self, id: InstrumentId) -> bool {
        self.net_position(id).is_zero()
    }

    /// Also when hedged positions are open that offset each other.
    #[must_use]
    pub fn is_completely_flat(&self) -> bool {
        self.net.borrow().values().all(|net| net.is_zero())
    }

    #[must_use]
    pub fn account(&self, venue: Venue) -> Option<AccountRef> {
        self.cache.account_for_venue(venue)
    }

    pub(super) fn known(&self, id: InstrumentId) -> Option<(Arc<Instrument>, Option<Currency>)> {
        let base = self.cache.account_for_venue(id.venue)?.borrow().base_currency;
        Some((self.cache.instrument(id)?, base))
    }

    pub(super) fn market_price(&self, position: &Position) -> Option<Price> {
        let id = position.instrument_id;
        if let Some(quote) = self.cache.quote(id, 0) {
            return Some(if position.side == PositionSide::Long { quote.bid_price } else { quote.ask_price });
        }
        self.cache
            .trade(id, 0)
            .map(|trade| trade.price)
            .or_else(|| self.last_close(|t| t.instrument_id == id && t.source == AggregationSource::External))
    }

    /// The first order of a command that a cash account cannot bear, with the reason. `per_order` holds the largest
    /// notional value that the user allows an order, by instrument.
    ///
    /// # Errors
    /// When an amount is out of range.
    pub fn check_orders(
        &self,
        orders: &[OrderRef],
        per_order: &IndexMap<InstrumentId, f64>,
    ) -> Flow<Option<(OrderRef, String)>> {
        let mut sums = Spending::default();
        for order in orders {
            if let Some(reason) = self.check_order(&order.borrow(), per_order, &mut sums)? {
                return Ok(Some((Rc::clone(order), reason)));
            }
        }
        Ok(None)
    }

    fn check_order(
        &self,
        order: &Order,
        per_order: &IndexMap<InstrumentId, f64>,
        sums: &mut Spending,
    ) -> Flow<Option<String>> {
        let id = order.init.instrument_id;
        let (Some(instrument), Some(account)) = (self.cache.instrument(id), self.account(id.venue)) else {
            return Ok(None);
        };
        let account = account.borrow();
        if account.is_margin() {
            return Ok(None);
        }
        if !sums.is_begun {
            *sums =
                Spending { is_begun: true, free: free_of(&account, instrument.quote_currency), ..Spending::default() };
        }
        let Some(price) = self.expected_price(order, sums) else { return Ok(None) };
        let notional = instrument.notional_value(order.quantity, price)?;
        let user_max = per_order.get(&id).map(|max| Money::new(*max, notional.currency)).transpose()?;
        if let Some(reason) = notional_fault(&instrument, notional, user_max) {
            return Ok(Some(reason));
        }
        let impact = Account::balance_impact(&instrument, order.quantity, price, order.side())?;
        // After a sale `free` is of the base currency, and purchases behind it are measured by that (observed on
        // 1.221.0).
        if let Some(free) = sums.free.filter(|free| free.raw + impact.raw < 0) {
            return Ok(Some(format!("NOTIONAL_EXCEEDS_FREE_BALANCE: free={free}, balance_impact={impact}")));
        }
        let sum = if order.is_buy() {
            grown(&mut sums.bought, Money::from_raw(-impact.raw, impact.currency))
        } else if order.init.reduce_only {
            return Ok(None);
        } else if self.profile.permits_reducing_sells && self.holds(order) {
            sums.free = instrument.base_currency.map_or(sums.free, |base| free_of(&account, base));
            return Ok(None);
        } else if account.base_currency.is_some() {
            grown(&mut sums.sold, impact)
        } else if let Some(base) = instrument.base_currency {
            sums.free = free_of(&account, base);
            grown(&mut sums.sold, Money::new(order.quantity.as_f64(), base)?)
        } else {
            return Ok(None);
        };
        let exceeded = sums.free.filter(|free| sum.raw > free.raw);
        Ok(exceeded.map(|free| format!("CUM_NOTIONAL_EXCEEDS_FREE_BALANCE: free={free}, cum_notional={sum}")))
    }

    /// What an order is valued at; a market order at the other side of the market, once for all orders of a command.
    fn expected_price(&self, order: &Order, sums: &mut Spending) -> Option<Price> {
        match order.order_type() {
            OrderType::Market | OrderType::MarketToLimit => {
                let id = order.init.instrument_id;
                sums.market_price = sums.market_price.or_else(|| match self.cache.quote(id, 0) {
                    Some(quote) if order.is_buy() => Some(quote.ask_price),
                    Some(quote) => Some(quote.bid_price),
                    None => self.cache.trade(id, 0).map(|trade| trade.price),
                });
                sums.market_price
            }
            OrderType::Limit | OrderType::StopLimit | OrderType::LimitIfTouched => order.price,
            _ => order.trigger_price,
        }
    }

    /// Whether a sale sells no more than is held.
    fn holds(&self, order: &Order) -> bool {
        let positions = self.cache.open_positions(&Filter::instrument(order.init.instrument_id));
        let long = positions.iter().map(|p| p.borrow()).filter(|p| p.side == PositionSide::Long);
        order.quantity.raw <= long.map(|p| p.quantity.raw).sum()
    }
}

/// What the orders of one command would do to a cash account.
#[derive(Debug, Default)]
struct Spending {
    is_begun: bool,
    free: Option<Money>,
    bought: Option<Money>,
    sold: Option<Money>,
    market_price: Option<Price>,
}

fn notional_fault(instrument: &Instrument, notional: Money, user_max: Option<Money>) -> Option<String> {
    let comparable = |limit: &Money| limit.currency == notional.currency;
    if let Some(max) = user_max.filter(|max| notional.raw > max.raw) {
        return Some(format!("NOTIONAL_EXCEEDS_MAX_PER_ORDER: max_notional={max}, notional={notional}"));
    }
    if let Some(min) = instrument.min_notional.filter(comparable).filter(|min| notional.raw < min.raw) {
        // The space before the comma is the original's.
        return Some(format!("NOTIONAL_LESS_THAN_MIN_FOR_INSTRUMENT: min_notional={min} , notional={notional}"));
    }
    let max = instrument.max_notional.filter(comparable).filter(|max| notional.raw > max.raw)?;
    Some(format!("NOTIONAL_GREATER_THAN_MAX_FOR_INSTRUMENT: max_notional={max}, notional={notional}"))
}

fn grown(sum: &mut Option<Money>, amount: Money) -> Money {
    let grown = Money::from_raw(sum.map_or(0, |sum| sum.raw) + amount.raw, amount.currency);
    *sum = Some(grown);
    grown
}

fn free_of(account: &Account, currency: Currency) -> Option<Money> {
    account.balance(Some(currency)).map(|balance| balance.free)
}

fn signed(position: &Position) -> i128 {
    let units = position.quantity.to_decimal().mantissa;
    if position.side == PositionSide::Short { -units } else { units }
}

fn apply_new_state(account: &AccountRef, ts_event: UnixNanos, ts_init: UnixNanos) {
    let state = Rc::new(account.borrow().state(false, ts_event, ts_init));
    account.borrow_mut().apply(&state);
}

const fn touches_account(kind: &OrderEventKind) -> bool {
    use OrderEventKind as K;
    matches!(kind, K::Accepted | K::Canceled | K::Rejected { .. } | K::Updated { .. } | K::Expired | K::Filled(_))
}
