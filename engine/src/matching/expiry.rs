//! Contracts whose time is up: their orders go, and positions are closed at the market.

use std::{cell::RefCell, rc::Rc};

use super::{MatchingEngine, Outlet};
use crate::{
    cache::Filter,
    halt::Flow,
    ledger::position::Position,
    model::{
        UnixNanos,
        enums::{
            ContingencyType, InstrumentClass, LiquiditySide, OrderSide, OrderType, PositionSide, TimeInForce,
            TrailingOffsetType, TriggerType,
        },
        event::{EventId, OrderInit},
        fixed::Quantity,
        identifiers::ClientOrderId,
        instrument::Instrument,
        order::{Order, OrderRef},
    },
    profile::Profile,
};

/// When the venue closes the contract of its own accord; never for most instruments.
pub(super) fn expires_at(instrument: &Instrument, profile: &Profile) -> Option<UnixNanos> {
    let does = if profile.expires_on_time {
        instrument.instrument_class == InstrumentClass::Future
    } else {
        instrument.has_expiry()
    };
    does.then_some(instrument.expiration_ns)
}

impl MatchingEngine {
    /// When the contract is still to expire.
    #[must_use]
    pub fn expires_at(&self) -> Option<UnixNanos> {
        self.expires_at.get()
    }

    /// After matching at or after the time. Where contracts do not expire on time, what the market could not take is
    /// closed with the next match; otherwise it stays (observed on 1.221.0 and 1.231.0).
    ///
    /// # Errors
    /// When user code raises.
    pub fn expire_contract(&self, out: &dyn Outlet) -> Flow {
        if self.expires_at.get().is_none_or(|at| self.now.get() < at) {
            return Ok(());
        }
        if self.profile.expires_on_time {
            self.expires_at.set(None);
        }
        let mut resting = Vec::new();
        self.core.snapshot(&mut resting);
        for order in &resting {
            self.cancel(out, order)?;
        }
        for position in out.cache().open_positions(&Filter::instrument(self.instrument.id)) {
            let order = self.closing_order(&position.borrow());
            let position_id = position.borrow().id;
            out.cache().add_order(&order, Some(position_id));
            self.close_at_market(out, &order)?;
        }
        Ok(())
    }

    /// A market order that nobody is told of; only its fills are (observed on 1.221.0 and 1.231.0).
    fn closing_order(&self, position: &Position) -> OrderRef {
        let id = EventId::next();
        let name = if self.profile.expires_on_time { format!("EXPIRATION-LEG-{id}") } else { id.to_string() };
        let mut order = Order::new(OrderInit {
            id,
            trader_id: position.trader_id,
            strategy_id: position.strategy_id,
            instrument_id: position.instrument_id,
            client_order_id: ClientOrderId(name.as_str().into()),
            side: if position.side == PositionSide::Long { OrderSide::Sell } else { OrderSide::Buy },
            order_type: OrderType::Market,
            quantity: position.quantity,
            time_in_force: TimeInForce::Gtc,
            expire_time_ns: 0,
            price: None,
            trigger_price: None,
            trigger_type: TriggerType::NoTrigger,
            activation_price: None,
            limit_offset: None,
            trailing_offset: None,
            trailing_offset_type: TrailingOffsetType::NoTrailingOffset,
            post_only: false,
            reduce_only: true,
            quote_quantity: false,
            display_qty: None,
            emulation_trigger: TriggerType::NoTrigger,
            trigger_instrument_id: None,
            contingency_type: ContingencyType::NoContingency,
            order_list_id: None,
            linked_order_ids: Vec::new(),
            parent_order_id: None,
            exec_algorithm_id: None,
            exec_algorithm_params: None,
            exec_spawn_id: None,
            tags: None,
            ts_init: self.now.get(),
        });
        order.account_id = Some(position.account_id);
        Rc::new(RefCell::new(order))
    }

    /// The order stays as it was made, so that what is left of it is counted here.
    fn close_at_market(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        let (side, quantity) = (order.borrow().side(), order.borrow().quantity);
        let position_id = self.venue_position_id(out, &order.borrow());
        let mut left = quantity.raw;
        for (price, size) in self.market_takes(order) {
            let slips = self.is_l1() && self.fill_model.is_slipped()?;
            let price = if slips { self.worse(side, price) } else { price };
            let size = Quantity::from_raw(size.raw.min(left), quantity.precision);
            self.fill(out, order, price, size, LiquiditySide::Taker, position_id)?;
            left -= size.raw;
        }
        Ok(())
    }
}
