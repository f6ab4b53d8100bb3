//! A position: what the fills of an instrument add up to.

use std::rc::Rc;

use indexmap::IndexSet;

use crate::model::{
    ModelError, ModelResult, UnixNanos,
    currency::Currency,
    enums::{OrderSide, PositionSide},
    event::{EventId, Fill, OrderEvent, PositionEvent, PositionEventKind},
    fixed::{Money, Price, Quantity, grouped, raw_to_f64, round_half_even},
    identifiers::{AccountId, ClientOrderId, InstrumentId, PositionId, StrategyId, TradeId, TraderId, VenueOrderId},
    instrument::{Instrument, InstrumentKind},
};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PositionError {
    #[error("'fill' is a {0}, which no position can be made of")]
    NotAFill(&'static str),
    #[error("the fill of {0} has no position_id")]
    NoPositionId(ClientOrderId),
    #[error("Duplicate TradeId('{0}') in events")]
    Duplicate(TradeId),
    #[error(transparent)]
    Model(#[from] ModelError),
}

#[derive(Clone, Debug)]
pub struct Position {
    pub id: PositionId,
    pub trader_id: TraderId,
    pub strategy_id: StrategyId,
    pub instrument_id: InstrumentId,
    pub account_id: AccountId,
    pub opening_order_id: ClientOrderId,
    /// Of the fill that closed it; none while it is open.
    pub closing_order_id: Option<ClientOrderId>,
    pub entry: OrderSide,
    pub side: PositionSide,
    pub signed_qty: f64,
    pub quantity: Quantity,
    pub peak_qty: Quantity,
    pub price_precision: u8,
    pub size_precision: u8,
    pub multiplier: Quantity,
    pub is_inverse: bool,
    pub base_currency: Option<Currency>,
    pub quote_currency: Currency,
    /// The currency of PnL: base for inverse contracts, otherwise quote.
    pub settlement_currency: Currency,
    pub ts_init: UnixNanos,
    pub ts_opened: UnixNanos,
    pub ts_last: UnixNanos,
    /// Zero: open.
    pub ts_closed: UnixNanos,
    pub duration_ns: u64,
    pub avg_px_open: f64,
    /// Zero until the first closing fill.
    pub avg_px_close: f64,
    pub realized_return: f64,
    /// Commissions in the settlement currency included.
    pub realized_pnl: Money,
    /// One amount per currency, in order of first use.
    pub commissions: Vec<Money>,
    pub events: Vec<Rc<OrderEvent>>,
    /// Of the events, in their order.
    pub trade_ids: IndexSet<TradeId>,
    /// What fills have cost in the base currency is taken from it.
    pub pays_in_base: bool,
    /// Raw quantities bought and sold: exact, where a sum of floats would drift.
    bought: i128,
    sold: i128,
}

impl Position {
    /// `adjusts`: commissions in the base currency of a spot pair change the quantity.
    ///
    /// # Errors
    /// When the event is not a fill that names its position, or an amount is out of range.
    pub fn new(instrument: &Instrument, event: &Rc<OrderEvent>, adjusts: bool) -> Result<Self, PositionError> {
        let fill = fill_of(event)?;
        let settlement_currency = instrument.cost_currency();
        let mut position = Self {
            id: fill.position_id.ok_or(PositionError::NoPositionId(event.client_order_id))?,
            trader_id: event.trader_id,
            strategy_id: event.strategy_id,
            instrument_id: event.instrument_id,
            account_id: event.account_id.ok_or(PositionError::NoPositionId(event.client_order_id))?,
            opening_order_id: event.client_order_id,
            closing_order_id: None,
            entry: fill.order_side,
            side: PositionSide::Flat,
            signed_qty: 0.0,
            quantity: Quantity::zero(instrument.size_precision),
            peak_qty: Quantity::zero(instrument.size_precision),
            price_precision: instrument.price_precision,
            size_precision: instrument.size_precision,
            multiplier: instrument.multiplier,
            is_inverse: instrument.is_inverse,
            base_currency: instrument.base_currency,
            quote_currency: instrument.quote_currency,
            settlement_currency,
            ts_init: event.ts_init,
            ts_opened: event.ts_event,
            ts_last: event.ts_event,
            ts_closed: 0,
            duration_ns: 0,
            avg_px_open: fill.last_px.as_f64(),
            avg_px_close: 0.0,
            realized_return: 0.0,
            realized_pnl: Money::zero(settlement_currency),
            commissions: Vec::new(),
            events: Vec::new(),
            trade_ids: IndexSet::new(),
            pays_in_base: adjusts && instrument.kind == InstrumentKind::CurrencyPair,
            bought: 0,
            sold: 0,
        };
        position.apply(event)?;
        Ok(position)
    }

    /// Changes the position by a fill. A fill of a flat position begins it anew.
    ///
    /// # Errors
    /// When the event is not a fill, was applied before, or an amount is out of range.
    pub fn apply(&mut self, event: &Rc<OrderEvent>) -> Result<(), PositionError> {
        let fill = fill_of(event)?;
        if self.side == PositionSide::Flat {
            // Before the check: the fill that flips a netting position closes it and then begins it anew.
            self.begin(event, fill);
        }
        if self.trade_ids.contains(&fill.trade_id) {
            return Err(PositionError::Duplicate(fill.trade_id));
        }
        self.events.push(Rc::clone(event));
        self.trade_ids.insert(fill.trade_id);
        match self.commissions.iter_mut().find(|paid| paid.currency == fill.commission.currency) {
            Some(paid) => paid.raw += fill.commission.raw,
            None => self.commissions.push(fill.commission),
        }
        self.count(fill)?;

        if self.pays_in_base && self.base_currency == Some(fill.commission.currency) {
            self.signed_qty -= fill.commission.as_f64();
        }
        self.signed_qty = round_half_even(self.signed_qty, self.size_precision);
        self.quantity = Quantity::new(self.signed_qty.abs(), self.size_precision)?;
        if self.quantity > self.peak_qty {
            self.peak_qty = self.quantity;
        }
        self.side = side_of(self.signed_qty);
        match self.side {
            PositionSide::Long => self.entry = OrderSide::Buy,
            PositionSide::Short => self.entry = OrderSide::Sell,
            _ => {
                self.closing_order_id = Some(event.client_order_id);
                self.ts_closed = event.ts_event;
                self.duration_ns = self.ts_closed.saturating_sub(self.ts_opened);
            }
        }
        self.ts_last = event.ts_event;
        Ok(())
    }

    fn begin(&mut self, event: &OrderEvent, fill: &Fill) {
        self.events.clear();
        self.trade_ids.clear();
        self.commissions.clear();
        self.opening_order_id = event.client_order_id;
        self.closing_order_id = None;
        self.peak_qty = Quantity::zero(self.size_precision);
        self.ts_init = event.ts_init;
        self.ts_opened = event.ts_event;
        self.ts_closed = 0;
        self.duration_ns = 0;
        self.avg_px_open = fill.last_px.as_f64();
        self.avg_px_close = 0.0;
        self.realized_return = 0.0;
        self.realized_pnl = Money::zero(self.settlement_currency);
        self.bought = 0;
        self.sold = 0;
    }

    fn count(&mut self, fill: &Fill) -> ModelResult<()> {
        let (px, qty) = (fill.last_px.as_f64(), fill.last_qty.as_f64());
        let paid = fill.commission.currency == self.settlement_currency;
        let mut pnl = if paid { -fill.commission.as_f64() } else { 0.0 };
        let is_buy = fill.order_side == OrderSide::Buy;
        let adds = if is_buy { self.signed_qty > 0.0 } else { self.signed_qty < 0.0 };
        if adds {
            self.avg_px_open = average(self.quantity.as_f64(), self.avg_px_open, px, qty);
        } else if self.signed_qty != 0.0 {
            // The side that closes a long is the one that sells, and before this fill.
            let closed = raw_to_f64(if self.side == PositionSide::Long { self.sold } else { self.bought });
            self.avg_px_close = if self.avg_px_close == 0.0 { px } else { average(closed, self.avg_px_close, px, qty) };
            self.realized_return = self.points(self.avg_px_open, self.avg_px_close) / self.avg_px_open;
            pnl += self.pnl(self.avg_px_open, px, qty);
        }
        self.realized_pnl = Money::new(self.realized_pnl.as_f64() + pnl, self.settlement_currency)?;
        if is_buy {
            self.bought += fill.last_qty.raw;
            self.signed_qty += qty;
        } else {
            self.sold += fill.last_qty.raw;
            self.signed_qty -= qty;
        }
        Ok(())
    }

    /// Price points won, by the current side.
    fn points(&self, open: f64, close: f64) -> f64 {
        match self.side {
            PositionSide::Long => close - open,
            PositionSide::Short => open - close,
            _ => 0.0,
        }
    }

    fn inverse_points(&self, open: f64, close: f64) -> f64 {
        match self.side {
            PositionSide::Long => 1.0 / open - 1.0 / close,
            PositionSide::Short => 1.0 / close - 1.0 / open,
            _ => 0.0,
        }
    }

    /// Never of more than is open.
    fn pnl(&self, open: f64, close: f64, quantity: f64) -> f64 {
        let quantity = quantity.min(self.signed_qty.abs());
        let points = if self.is_inverse { self.inverse_points(open, close) } else { self.points(open, close) };
        quantity * self.multiplier.as_f64() * points
    }

    /// What closing a quantity between two prices is worth, by the current side and without commissions.
    ///
    /// # Errors
    /// When the amount is out of range.
    pub fn calculate_pnl(&self, open: f64, close: f64, quantity: Quantity) -> ModelResult<Money> {
        Money::new(self.pnl(open, close, quantity.as_f64()), self.settlement_currency)
    }

    /// # Errors
    /// When the amount is out of range.
    pub fn unrealized_pnl(&self, price: Price) -> ModelResult<Money> {
        if self.side == PositionSide::Flat {
            return Ok(Money::zero(self.settlement_currency));
        }
        Money::new(self.pnl(self.avg_px_open, price.as_f64(), self.quantity.as_f64()), self.settlement_currency)
    }

    /// # Errors
    /// When the amount is out of range.
    pub fn total_pnl(&self, price: Price) -> ModelResult<Money> {
        Money::new(self.realized_pnl.as_f64() + self.unrealized_pnl(price)?.as_f64(), self.settlement_currency)
    }

    /// # Errors
    /// When the amount is out of range.
    pub fn notional_value(&self, price: Price) -> ModelResult<Money> {
        let size = self.quantity.as_f64() * self.multiplier.as_f64();
        match self.base_currency {
            Some(base) if self.is_inverse => Money::new(size * (1.0 / price.as_f64()), base),
            _ => Money::new(size * price.as_f64(), self.quote_currency),
        }
    }

    #[must_use]
    pub fn is_open(&self) -> bool {
        self.side != PositionSide::Flat
    }

    #[must_use]
    pub fn is_opposite_side(&self, side: OrderSide) -> bool {
        match side {
            OrderSide::Buy => self.side == PositionSide::Short,
            OrderSide::Sell => self.side == PositionSide::Long,
            OrderSide::NoOrderSide => false,
        }
    }

    /// The side of an order that would close it.
    #[must_use]
    pub const fn closing_side(&self) -> OrderSide {
        match self.side {
            PositionSide::Long => OrderSide::Sell,
            PositionSide::Short => OrderSide::Buy,
            _ => OrderSide::NoOrderSide,
        }
    }

    /// The fills that made it what it is, oldest first.
    pub fn fills(&self) -> impl DoubleEndedIterator<Item = (&OrderEvent, &Fill)> {
        self.events.iter().filter_map(|event| Some((&**event, event.fill()?)))
    }

    /// Sorted, each once.
    #[must_use]
    pub fn client_order_ids(&self) -> Vec<ClientOrderId> {
        distinct(self.events.iter().map(|event| event.client_order_id))
    }

    /// Sorted, each once.
    #[must_use]
    pub fn venue_order_ids(&self) -> Vec<VenueOrderId> {
        distinct(self.events.iter().filter_map(|event| event.venue_order_id))
    }

    /// `LONG 10_000 AUD/USD.SIM`.
    #[must_use]
    pub fn info(&self) -> String {
        if self.quantity.raw == 0 {
            return format!("{} {}", self.side, self.instrument_id);
        }
        format!("{} {} {}", self.side, grouped(self.quantity.raw, self.quantity.precision), self.instrument_id)
    }

    /// As its `repr` shows it.
    #[must_use]
    pub fn describe(&self) -> String {
        format!("Position({}, id={})", self.info(), self.id)
    }

    /// What the position says of itself after the fill, which must be the one applied last.
    ///
    /// # Errors
    /// When an amount is out of range.
    pub fn event(&self, kind: PositionEventKind, fill: &Fill, ts_init: UnixNanos) -> ModelResult<PositionEvent> {
        let is_opened = kind == PositionEventKind::Opened;
        let is_closed = kind == PositionEventKind::Closed;
        let unrealized_pnl = match kind {
            PositionEventKind::Changed => self.unrealized_pnl(fill.last_px)?,
            _ => Money::zero(self.settlement_currency),
        };
        Ok(PositionEvent {
            kind,
            id: EventId::next(),
            trader_id: self.trader_id,
            strategy_id: self.strategy_id,
            instrument_id: self.instrument_id,
            position_id: self.id,
            account_id: self.account_id,
            opening_order_id: self.opening_order_id,
            closing_order_id: if is_closed { self.closing_order_id } else { None },
            entry: self.entry,
            side: self.side,
            signed_qty: self.signed_qty,
            quantity: self.quantity,
            peak_qty: self.peak_qty,
            last_qty: fill.last_qty,
            last_px: fill.last_px,
            currency: self.quote_currency,
            avg_px_open: self.avg_px_open,
            avg_px_close: if is_opened { 0.0 } else { self.avg_px_close },
            realized_return: if is_opened { 0.0 } else { self.realized_return },
            realized_pnl: self.realized_pnl,
            unrealized_pnl,
            ts_opened: self.ts_opened,
            ts_closed: if is_closed { self.ts_closed } else { 0 },
            duration_ns: if is_closed { self.duration_ns } else { 0 },
            ts_event: match kind {
                PositionEventKind::Opened => self.ts_opened,
                PositionEventKind::Changed => self.ts_last,
                PositionEventKind::Closed => self.ts_closed,
            },
            ts_init,
        })
    }
}

fn fill_of(event: &OrderEvent) -> Result<&Fill, PositionError> {
    event.fill().ok_or(PositionError::NotAFill(event.kind.name()))
}

fn distinct<T: Ord>(ids: impl Iterator<Item = T>) -> Vec<T> {
    let mut ids: Vec<_> = ids.collect();
    ids.sort();
    ids.dedup();
    ids
}

fn average(quantity: f64, avg_px: f64, last_px: f64, last_qty: f64) -> f64 {
    (avg_px * quantity + last_px * last_qty) / (quantity + last_qty)
}

fn side_of(signed_qty: f64) -> PositionSide {
    if signed_qty > 0.0 {
        PositionSide::Long
    } else if signed_qty < 0.0 {
        PositionSide::Short
    } else {
        PositionSide::Flat
    }
}
