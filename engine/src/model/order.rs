//! Orders and their state machine.
//!
//! An [`Order`] changes only by [`Order::apply`]. The order's class in Python is its `order_type`.

use std::{cell::RefCell, rc::Rc};

use super::{
    UnixNanos,
    enums::{LiquiditySide, OrderSide, OrderStatus, OrderType, PositionSide, TriggerType},
    event::{EventId, Fill, OrderEvent, OrderEventKind, OrderInit},
    fixed::{Money, Price, Quantity},
    identifiers::{AccountId, ClientOrderId, PositionId, TradeId, VenueOrderId},
};

/// An event that the order's status does not allow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{from} -> {to}")]
pub struct InvalidTransition {
    pub from: OrderStatus,
    pub to: OrderStatus,
}

/// An order as its strategy, the cache and its venue share it. Borrows are short: none is held while user code runs.
pub type OrderRef = Rc<RefCell<Order>>;

#[derive(Clone, Debug)]
pub struct Order {
    /// What never changes: identifiers, side, type, time in force, flags, contingencies.
    pub init: Rc<OrderInit>,
    pub status: OrderStatus,
    previous_status: OrderStatus,
    pub venue_order_id: Option<VenueOrderId>,
    pub account_id: Option<AccountId>,
    pub position_id: Option<PositionId>,
    pub last_trade_id: Option<TradeId>,
    pub quantity: Quantity,
    pub filled_qty: Quantity,
    pub leaves_qty: Quantity,
    pub price: Option<Price>,
    pub trigger_price: Option<Price>,
    pub activation_price: Option<Price>,
    /// Of a trailing stop: whether it has started to trail.
    pub is_activated: bool,
    /// Of a stop-limit or limit-if-touched order: whether its limit has become live.
    pub is_triggered: bool,
    /// The trigger price at which the order's limit became live, be it at the venue or where it was emulated.
    pub triggered_price: Option<Price>,
    /// Whether `quantity` is still in quote currency; a conversion at the venue or before clears it.
    pub is_quote_quantity: bool,
    /// Cleared when the emulator releases the order.
    pub emulation_trigger: TriggerType,
    /// Zero until the first fill.
    pub avg_px: f64,
    pub slippage: f64,
    pub liquidity_side: LiquiditySide,
    /// One amount per currency, in order of first use.
    pub commissions: Vec<Money>,
    pub trade_ids: Vec<TradeId>,
    pub venue_order_ids: Vec<VenueOrderId>,
    pub ts_submitted: UnixNanos,
    pub ts_accepted: UnixNanos,
    pub ts_triggered: UnixNanos,
    pub ts_closed: UnixNanos,
    pub ts_last: UnixNanos,
    pub events: Vec<Rc<OrderEvent>>,
}

impl Order {
    #[must_use]
    pub fn new(init: OrderInit) -> Self {
        let init = Rc::new(init);
        let event = Rc::new(OrderEvent {
            id: init.id,
            trader_id: init.trader_id,
            strategy_id: init.strategy_id,
            instrument_id: init.instrument_id,
            client_order_id: init.client_order_id,
            venue_order_id: None,
            account_id: None,
            ts_event: init.ts_init,
            ts_init: init.ts_init,
            kind: OrderEventKind::Initialized(Rc::clone(&init)),
        });
        Self {
            status: OrderStatus::Initialized,
            previous_status: OrderStatus::Initialized,
            venue_order_id: None,
            account_id: None,
            position_id: None,
            last_trade_id: None,
            quantity: init.quantity,
            filled_qty: Quantity::zero(init.quantity.precision),
            leaves_qty: init.quantity,
            price: init.price,
            trigger_price: init.trigger_price,
            activation_price: init.activation_price,
            is_activated: false,
            is_triggered: false,
            triggered_price: None,
            is_quote_quantity: init.quote_quantity,
            emulation_trigger: init.emulation_trigger,
            avg_px: 0.0,
            slippage: 0.0,
            liquidity_side: LiquiditySide::NoLiquiditySide,
            commissions: Vec::new(),
            trade_ids: Vec::new(),
            venue_order_ids: Vec::new(),
            ts_submitted: 0,
            ts_accepted: 0,
            ts_triggered: 0,
            ts_closed: 0,
            ts_last: init.ts_init,
            events: vec![event],
            init,
        }
    }

    #[must_use]
    pub fn id(&self) -> ClientOrderId {
        self.init.client_order_id
    }

    #[must_use]
    pub fn side(&self) -> OrderSide {
        self.init.side
    }

    #[must_use]
    pub fn order_type(&self) -> OrderType {
        self.init.order_type
    }

    #[must_use]
    pub fn is_buy(&self) -> bool {
        self.init.side == OrderSide::Buy
    }

    #[must_use]
    pub fn is_emulated(&self) -> bool {
        self.status == OrderStatus::Emulated
    }

    /// To be released by the emulator, which may not have got it yet.
    #[must_use]
    pub fn awaits_release(&self) -> bool {
        self.emulation_trigger != TriggerType::NoTrigger && !self.is_closed()
    }

    /// Known to this process only: not sent to a venue yet.
    #[must_use]
    pub const fn is_active_local(&self) -> bool {
        matches!(self.status, OrderStatus::Initialized | OrderStatus::Emulated | OrderStatus::Released)
    }

    #[must_use]
    pub fn is_open(&self) -> bool {
        self.emulation_trigger == TriggerType::NoTrigger
            && matches!(
                self.status,
                OrderStatus::Accepted
                    | OrderStatus::Triggered
                    | OrderStatus::PendingCancel
                    | OrderStatus::PendingUpdate
                    | OrderStatus::PartiallyFilled
            )
    }

    #[must_use]
    pub const fn is_closed(&self) -> bool {
        is_closed(self.status)
    }

    #[must_use]
    pub fn is_inflight(&self) -> bool {
        self.emulation_trigger == TriggerType::NoTrigger
            && matches!(self.status, OrderStatus::Submitted | OrderStatus::PendingCancel | OrderStatus::PendingUpdate)
    }

    /// Whether filling the leaves could only bring the position nearer to flat.
    #[must_use]
    pub fn would_reduce_only(&self, side: PositionSide, quantity: Quantity) -> bool {
        match side {
            PositionSide::Long => self.init.side == OrderSide::Sell && self.leaves_qty <= quantity,
            PositionSide::Short => self.init.side == OrderSide::Buy && self.leaves_qty <= quantity,
            PositionSide::Flat | PositionSide::NoPositionSide => false,
        }
    }

    /// Changes the order as the event says.
    ///
    /// # Errors
    /// When the order's status does not allow the event; the order is then unchanged.
    pub fn apply(&mut self, event: Rc<OrderEvent>) -> Result<(), InvalidTransition> {
        let status = self.next_status(&event.kind);
        if !is_allowed(self.status, &event.kind, status) {
            return Err(InvalidTransition { from: self.status, to: status });
        }
        match &event.kind {
            OrderEventKind::Submitted => {
                self.account_id = event.account_id;
                self.ts_submitted = event.ts_event;
            }
            OrderEventKind::Accepted => {
                self.account_id = event.account_id;
                self.know_as(event.venue_order_id);
                self.ts_accepted = event.ts_event;
            }
            OrderEventKind::Triggered => {
                self.is_triggered = true;
                self.ts_triggered = event.ts_event;
            }
            OrderEventKind::PendingUpdate | OrderEventKind::PendingCancel
                if !matches!(self.status, OrderStatus::PendingUpdate | OrderStatus::PendingCancel) =>
            {
                self.previous_status = self.status;
            }
            OrderEventKind::Updated { quantity, price, trigger_price } => {
                self.know_as(event.venue_order_id);
                self.quantity = *quantity;
                self.leaves_qty = remaining(*quantity, self.filled_qty);
                self.price = price.or(self.price);
                self.trigger_price = trigger_price.or(self.trigger_price);
            }
            OrderEventKind::Filled(fill) => self.fill(fill, &event),
            _ => {}
        }
        self.status = status;
        self.ts_last = event.ts_event;
        if is_closed(status) {
            self.ts_closed = event.ts_event;
        }
        self.events.push(event);
        Ok(())
    }

    fn next_status(&self, kind: &OrderEventKind) -> OrderStatus {
        match kind {
            OrderEventKind::Initialized(_) => OrderStatus::Initialized,
            OrderEventKind::Denied { .. } => OrderStatus::Denied,
            OrderEventKind::Emulated => OrderStatus::Emulated,
            OrderEventKind::Released { .. } => OrderStatus::Released,
            OrderEventKind::Submitted => OrderStatus::Submitted,
            // A market-to-limit order fills first and is then accepted for the rest.
            OrderEventKind::Accepted if self.status == OrderStatus::PartiallyFilled => OrderStatus::PartiallyFilled,
            OrderEventKind::Accepted => OrderStatus::Accepted,
            OrderEventKind::Rejected { .. } => OrderStatus::Rejected,
            OrderEventKind::Canceled => OrderStatus::Canceled,
            OrderEventKind::Expired => OrderStatus::Expired,
            OrderEventKind::Triggered => OrderStatus::Triggered,
            OrderEventKind::PendingUpdate => OrderStatus::PendingUpdate,
            OrderEventKind::PendingCancel => OrderStatus::PendingCancel,
            OrderEventKind::Updated { .. } | OrderEventKind::ModifyRejected { .. }
                if self.status == OrderStatus::PendingUpdate =>
            {
                self.before_request()
            }
            OrderEventKind::CancelRejected { .. } if self.status == OrderStatus::PendingCancel => self.before_request(),
            OrderEventKind::Updated { .. }
            | OrderEventKind::ModifyRejected { .. }
            | OrderEventKind::CancelRejected { .. } => self.status,
            OrderEventKind::Filled(fill) => {
                if self.filled_qty.raw + fill.last_qty.raw < self.quantity.raw {
                    OrderStatus::PartiallyFilled
                } else {
                    OrderStatus::Filled
                }
            }
        }
    }

    /// The status to go back to when a request is answered. An order that is still on its way stays pending until it
    /// is accepted (observed on 1.221.0).
    fn before_request(&self) -> OrderStatus {
        if self.previous_status == OrderStatus::Submitted { self.status } else { self.previous_status }
    }

    /// The order as another type: an emulated stop is released as a market order. It goes by the old one's id, and its
    /// events go on from there with an initialization at `now`.
    #[must_use]
    pub fn reborn(&self, init: OrderInit, now: UnixNanos) -> Self {
        let told = OrderInit { id: EventId::next(), ts_init: now, ..init.clone() };
        let mut new = Self::new(init);
        new.position_id = self.position_id;
        new.triggered_price = self.trigger_price;
        let told = Self::new(told).events;
        new.events = self.events.iter().cloned().chain(told).collect();
        new
    }

    fn know_as(&mut self, id: Option<VenueOrderId>) {
        if id.is_some() && id != self.venue_order_id {
            self.venue_order_ids.extend(self.venue_order_id);
            self.venue_order_id = id;
        }
    }

    fn fill(&mut self, fill: &Fill, event: &OrderEvent) {
        self.know_as(event.venue_order_id);
        self.account_id = event.account_id.or(self.account_id);
        self.position_id = fill.position_id;
        self.trade_ids.push(fill.trade_id);
        self.last_trade_id = Some(fill.trade_id);
        self.liquidity_side = fill.liquidity_side;
        let px = fill.last_px.as_f64();
        let is_first = self.filled_qty.raw == 0;
        self.filled_qty = Quantity::from_raw(self.filled_qty.raw + fill.last_qty.raw, self.filled_qty.precision);
        self.leaves_qty = remaining(self.quantity, self.filled_qty);
        let (filled, last) = (self.filled_qty.as_f64(), fill.last_qty.as_f64());
        // `filled - last` is not what was filled before: the tape shows the difference in the last digit.
        self.avg_px = if is_first { px } else { (self.avg_px * (filled - last) + px * last) / filled };
        if let Some(expected) = self.price.or(self.trigger_price) {
            let expected = expected.as_f64();
            self.slippage = if self.is_buy() { self.avg_px - expected } else { expected - self.avg_px };
        }
        match self.commissions.iter_mut().find(|paid| paid.currency == fill.commission.currency) {
            Some(paid) => paid.raw += fill.commission.raw,
            None => self.commissions.push(fill.commission),
        }
    }
}

fn remaining(quantity: Quantity, filled: Quantity) -> Quantity {
    Quantity::from_raw((quantity.raw - filled.raw).max(0), quantity.precision)
}

const fn is_closed(status: OrderStatus) -> bool {
    use OrderStatus as S;
    matches!(status, S::Denied | S::Rejected | S::Canceled | S::Expired | S::Filled)
}

fn is_allowed(from: OrderStatus, kind: &OrderEventKind, to: OrderStatus) -> bool {
    use OrderStatus as S;
    // These carry no status of their own: they put back the one before the request.
    if matches!(
        kind,
        OrderEventKind::Updated { .. } | OrderEventKind::ModifyRejected { .. } | OrderEventKind::CancelRejected { .. }
    ) {
        return true;
    }
    match from {
        S::Initialized => matches!(
            to,
            S::Denied
                | S::Emulated
                | S::Released
                | S::Submitted
                | S::Rejected
                | S::Accepted
                | S::Canceled
                | S::Expired
                | S::Triggered
        ),
        S::Emulated => matches!(to, S::Initialized | S::Canceled | S::Expired | S::Released),
        S::Released => matches!(to, S::Denied | S::Submitted | S::Canceled),
        S::Submitted => matches!(
            to,
            S::PendingUpdate
                | S::PendingCancel
                | S::Rejected
                | S::Canceled
                | S::Accepted
                | S::PartiallyFilled
                | S::Filled
        ),
        S::Accepted => matches!(
            to,
            S::Rejected
                | S::PendingUpdate
                | S::PendingCancel
                | S::Canceled
                | S::Triggered
                | S::Expired
                | S::PartiallyFilled
                | S::Filled
        ),
        S::Triggered => matches!(
            to,
            S::Rejected
                | S::PendingUpdate
                | S::PendingCancel
                | S::Canceled
                | S::Expired
                | S::PartiallyFilled
                | S::Filled
        ),
        S::PendingUpdate | S::PendingCancel => matches!(
            to,
            S::Rejected
                | S::Accepted
                | S::Triggered
                | S::Canceled
                | S::Expired
                | S::PendingUpdate
                | S::PendingCancel
                | S::PartiallyFilled
                | S::Filled
        ),
        S::PartiallyFilled => matches!(
            to,
            S::PendingUpdate | S::PendingCancel | S::Canceled | S::Expired | S::PartiallyFilled | S::Filled
        ),
        // A fill that crossed the cancel on its way.
        S::Canceled => matches!(to, S::PartiallyFilled | S::Filled),
        S::Denied | S::Rejected | S::Expired | S::Filled => false,
    }
}
