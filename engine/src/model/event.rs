//! What happened: order, position, account and time events.
//!
//! An event is immutable once made and shared by reference count: the order keeps it, handlers see it.

use std::{
    fmt,
    rc::Rc,
    sync::atomic::{AtomicU64, Ordering},
};

use ustr::Ustr;

use super::{
    UnixNanos,
    currency::Currency,
    enums::{
        AccountType, ContingencyType, LiquiditySide, OrderSide, OrderType, PositionSide, TimeInForce,
        TrailingOffsetType, TriggerType,
    },
    fixed::{Money, Price, Quantity},
    identifiers::{
        AccountId, ClientOrderId, ExecAlgorithmId, InstrumentId, OrderListId, PositionId, StrategyId, TradeId,
        TraderId, VenueOrderId,
    },
    instrument::Decimal,
};

/// Names an event. Shown as a version 4 UUID, but counted: the engine draws no random numbers of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventId(u64);

static LAST_EVENT_ID: AtomicU64 = AtomicU64::new(0);

impl EventId {
    #[must_use]
    pub fn next() -> Self {
        Self(LAST_EVENT_ID.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// For what is numbered apart from events; its text is like none of theirs.
    #[must_use]
    pub const fn apart(number: usize) -> Self {
        Self(u64::MAX - number as u64)
    }
}

/// The bijection of splitmix64: distinct inputs give distinct outputs.
const fn mix(mut z: u64) -> u64 {
    z = z.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (a, b) = (mix(self.0), mix(!self.0));
        let variant = 0x8000 | ((b >> 48) & 0x3fff);
        write!(
            f,
            "{:08x}-{:04x}-4{:03x}-{variant:04x}-{:012x}",
            a >> 32,
            (a >> 16) & 0xffff,
            a & 0xfff,
            b & 0xffff_ffff_ffff
        )
    }
}

/// Everything an order is created with; what the `OrderInitialized` event carries.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderInit {
    pub id: EventId,
    pub trader_id: TraderId,
    pub strategy_id: StrategyId,
    pub instrument_id: InstrumentId,
    pub client_order_id: ClientOrderId,
    pub side: OrderSide,
    pub order_type: OrderType,
    pub quantity: Quantity,
    pub time_in_force: TimeInForce,
    /// Zero: never.
    pub expire_time_ns: UnixNanos,
    pub price: Option<Price>,
    pub trigger_price: Option<Price>,
    pub trigger_type: TriggerType,
    pub activation_price: Option<Price>,
    pub limit_offset: Option<Decimal>,
    pub trailing_offset: Option<Decimal>,
    pub trailing_offset_type: TrailingOffsetType,
    pub post_only: bool,
    pub reduce_only: bool,
    pub quote_quantity: bool,
    pub display_qty: Option<Quantity>,
    pub emulation_trigger: TriggerType,
    pub trigger_instrument_id: Option<InstrumentId>,
    pub contingency_type: ContingencyType,
    pub order_list_id: Option<OrderListId>,
    /// Empty: none.
    pub linked_order_ids: Vec<ClientOrderId>,
    pub parent_order_id: Option<ClientOrderId>,
    pub exec_algorithm_id: Option<ExecAlgorithmId>,
    /// JSON text of the parameters.
    pub exec_algorithm_params: Option<Ustr>,
    pub exec_spawn_id: Option<ClientOrderId>,
    pub tags: Option<Vec<Ustr>>,
    pub ts_init: UnixNanos,
}

#[derive(Clone, Debug, PartialEq)]
pub struct OrderEvent {
    pub id: EventId,
    pub trader_id: TraderId,
    pub strategy_id: StrategyId,
    pub instrument_id: InstrumentId,
    pub client_order_id: ClientOrderId,
    pub venue_order_id: Option<VenueOrderId>,
    pub account_id: Option<AccountId>,
    pub ts_event: UnixNanos,
    pub ts_init: UnixNanos,
    pub kind: OrderEventKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum OrderEventKind {
    Initialized(Rc<OrderInit>),
    Denied { reason: Rc<str> },
    Emulated,
    Released { released_price: Price },
    Submitted,
    Accepted,
    Rejected { reason: Rc<str>, due_post_only: bool },
    Canceled,
    Expired,
    Triggered,
    PendingUpdate,
    PendingCancel,
    ModifyRejected { reason: Rc<str> },
    CancelRejected { reason: Rc<str> },
    Updated { quantity: Quantity, price: Option<Price>, trigger_price: Option<Price> },
    Filled(Fill),
}

/// What an `OrderFilled` event says beyond the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    pub trade_id: TradeId,
    pub position_id: Option<PositionId>,
    pub order_side: OrderSide,
    pub order_type: OrderType,
    pub last_qty: Quantity,
    pub last_px: Price,
    pub currency: Currency,
    pub commission: Money,
    pub liquidity_side: LiquiditySide,
}

impl OrderEventKind {
    /// The name of the event's Python class.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Initialized(_) => "OrderInitialized",
            Self::Denied { .. } => "OrderDenied",
            Self::Emulated => "OrderEmulated",
            Self::Released { .. } => "OrderReleased",
            Self::Submitted => "OrderSubmitted",
            Self::Accepted => "OrderAccepted",
            Self::Rejected { .. } => "OrderRejected",
            Self::Canceled => "OrderCanceled",
            Self::Expired => "OrderExpired",
            Self::Triggered => "OrderTriggered",
            Self::PendingUpdate => "OrderPendingUpdate",
            Self::PendingCancel => "OrderPendingCancel",
            Self::ModifyRejected { .. } => "OrderModifyRejected",
            Self::CancelRejected { .. } => "OrderCancelRejected",
            Self::Updated { .. } => "OrderUpdated",
            Self::Filled(_) => "OrderFilled",
        }
    }
}

impl OrderEvent {
    #[must_use]
    pub const fn fill(&self) -> Option<&Fill> {
        match &self.kind {
            OrderEventKind::Filled(fill) => Some(fill),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PositionEventKind {
    Opened,
    Changed,
    Closed,
}

impl PositionEventKind {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opened => "PositionOpened",
            Self::Changed => "PositionChanged",
            Self::Closed => "PositionClosed",
        }
    }
}

/// The state of a position after a fill.
#[derive(Clone, Debug, PartialEq)]
pub struct PositionEvent {
    pub kind: PositionEventKind,
    pub id: EventId,
    pub trader_id: TraderId,
    pub strategy_id: StrategyId,
    pub instrument_id: InstrumentId,
    pub position_id: PositionId,
    pub account_id: AccountId,
    pub opening_order_id: ClientOrderId,
    pub closing_order_id: Option<ClientOrderId>,
    pub entry: OrderSide,
    pub side: PositionSide,
    pub signed_qty: f64,
    pub quantity: Quantity,
    pub peak_qty: Quantity,
    pub last_qty: Quantity,
    pub last_px: Price,
    pub currency: Currency,
    pub avg_px_open: f64,
    pub avg_px_close: f64,
    pub realized_return: f64,
    pub realized_pnl: Money,
    pub unrealized_pnl: Money,
    pub ts_opened: UnixNanos,
    /// Zero: still open.
    pub ts_closed: UnixNanos,
    pub duration_ns: u64,
    pub ts_event: UnixNanos,
    pub ts_init: UnixNanos,
}

/// One currency of an account: `total` = `locked` + `free`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountBalance {
    pub total: Money,
    pub locked: Money,
    pub free: Money,
}

/// What an instrument's open orders (`initial`) and positions (`maintenance`) lock of a margin account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarginBalance {
    pub initial: Money,
    pub maintenance: Money,
    pub instrument_id: Option<InstrumentId>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct AccountState {
    pub id: EventId,
    pub account_id: AccountId,
    pub account_type: AccountType,
    pub base_currency: Option<Currency>,
    pub balances: Vec<AccountBalance>,
    pub margins: Vec<MarginBalance>,
    /// Said by the venue, not calculated here.
    pub is_reported: bool,
    pub ts_event: UnixNanos,
    pub ts_init: UnixNanos,
}

/// A timer or alert went off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeEvent {
    pub id: EventId,
    pub name: Ustr,
    pub ts_event: UnixNanos,
    pub ts_init: UnixNanos,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_ids_are_distinct_and_shaped_like_uuid4() {
        let texts: Vec<_> = (0..100).map(|_| EventId::next().to_string()).collect();
        for (at, text) in texts.iter().enumerate() {
            assert_eq!(text.len(), 36);
            assert_eq!(&text[14..15], "4");
            assert!("89ab".contains(&text[19..20]));
            assert!(!texts[..at].contains(text));
        }
    }
}
