//! New orders at the venue, and what the market does to resting ones.

use super::{MatchingEngine, Outlet, trailing};
use crate::{
    halt::Flow,
    model::{
        date::iso8601_nanos,
        describe,
        enums::{
            AccountType, ContingencyType, LiquiditySide, OrderSide, OrderStatus, OrderType, PositionSide, TimeInForce,
            TrailingOffsetType,
        },
        instrument::InstrumentKind,
        order::{Order, OrderRef},
    },
};

impl MatchingEngine {
    /// A new order arrives, or one that waited for its parent.
    ///
    /// # Errors
    /// When user code raises, or the order cannot be processed.
    pub fn process_order(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        if self.core.get(order.borrow().id()).is_some() {
            return Ok(()); // a contingent order that its parent's fill has brought here already
        }
        if let Some(reason) = self.refusal_by_dates() {
            return self.reject(out, order, &reason);
        }
        if self.config.support_contingent_orders && self.awaits_or_refused(out, order)? {
            return Ok(());
        }
        // The borrow must be over when the rejection reaches the order.
        let refusal = {
            let order = order.borrow();
            self.refusal_by_precision(&order).or_else(|| self.refusal_by_position(out, &order))
        };
        if let Some(reason) = refusal {
            return self.reject(out, order, &reason);
        }
        if !self.convert_quantity(out, order, false)? {
            return Ok(());
        }
        let order_type = order.borrow().order_type();
        match order_type {
            OrderType::Market => self.process_market(out, order),
            OrderType::MarketToLimit => self.process_market_to_limit(out, order),
            OrderType::Limit => self.process_limit(out, order),
            OrderType::StopMarket | OrderType::MarketIfTouched => self.process_stop_market(out, order),
            OrderType::StopLimit | OrderType::LimitIfTouched => self.process_stop_limit(out, order),
            OrderType::TrailingStopMarket | OrderType::TrailingStopLimit => self.process_trailing(out, order),
        }
    }

    /// From quote to base currency, at the limit price or, for a market order, at the market. A stop converts at the market
    /// when it is triggered, what trades at the market and then rests never (observed on 1.231.0). False where the order
    /// has been rejected.
    pub(super) fn convert_quantity(&self, out: &dyn Outlet, order: &OrderRef, is_triggered: bool) -> Flow<bool> {
        let (is_quote, order_type, side, limit, quantity) = {
            let o = order.borrow();
            (o.is_quote_quantity, o.order_type(), o.side(), o.price, o.quantity)
        };
        if !self.profile.converts_quote_quantity || !is_quote || self.instrument.is_inverse {
            return Ok(true);
        }
        let price = match order_type {
            OrderType::MarketToLimit => return Ok(true),
            OrderType::Market => self.opposite_price(side),
            _ if is_triggered => self.opposite_price(side),
            _ => limit,
        };
        let Some(price) = price else {
            if order_type != OrderType::Market {
                return Ok(true);
            }
            let reason = format!("no market for {} to convert quote quantity to base", self.instrument.id);
            self.reject(out, order, &reason)?;
            return Ok(false);
        };
        let base = self.instrument.make_quantity(quantity.as_f64() / price.as_f64(), false)?;
        self.emit_updated(out, order, base, None, None)?;
        order.borrow_mut().is_quote_quantity = false;
        Ok(true)
    }

    fn refusal_by_dates(&self) -> Option<String> {
        let instrument = &self.instrument;
        if !instrument.has_expiry() {
            return None;
        }
        let now = self.now.get();
        if now < instrument.activation_ns {
            let from = iso8601_nanos(instrument.activation_ns);
            return Some(format!("Contract {} not yet active, activation {from}", instrument.id));
        }
        (now > instrument.expiration_ns).then(|| {
            format!("Contract {} has expired, expiration {}", instrument.id, iso8601_nanos(instrument.expiration_ns))
        })
    }

    /// Whether contingencies keep the order from being processed now.
    fn awaits_or_refused(&self, out: &dyn Outlet, order: &OrderRef) -> Flow<bool> {
        let init = std::rc::Rc::clone(&order.borrow().init);
        let cache = out.cache();
        if let Some(parent) = init.parent_order_id.and_then(|id| cache.order(id)) {
            let status = parent.borrow().status;
            let is_oto = parent.borrow().init.contingency_type == ContingencyType::Oto;
            match status {
                // Only an order that is open already; one on its way is looked at for itself (observed on both versions).
                OrderStatus::Rejected if is_oto && order.borrow().is_open() => {
                    let parent_id = parent.borrow().id();
                    self.reject(out, order, &format!("REJECT OTO from {parent_id}"))?;
                    return Ok(true);
                }
                OrderStatus::Accepted | OrderStatus::Triggered if is_oto => return Ok(true),
                _ => {}
            }
        }
        if matches!(init.contingency_type, ContingencyType::Oco | ContingencyType::Ouo) {
            for id in &init.linked_order_ids {
                if cache.order(*id).is_some_and(|sibling| sibling.borrow().is_closed()) {
                    // An order that is closed itself goes on, and may be refused once more (observed on 1.221.0).
                    if !order.borrow().is_closed() {
                        self.reject(out, order, &format!("Contingent order {id} already closed"))?;
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }

    fn refusal_by_precision(&self, order: &Order) -> Option<String> {
        let (id, instrument) = (order.id(), &self.instrument);
        if order.quantity.precision != instrument.size_precision {
            return Some(format!(
                "Invalid size precision for order {id}, was {} when {} size precision is {}",
                order.quantity.precision, instrument.id, instrument.size_precision
            ));
        }
        let price_fault = |what: &str, price: Option<crate::model::fixed::Price>| {
            price.filter(|p| p.precision != instrument.price_precision).map(|p| {
                format!(
                    "Invalid {what} precision for order {id}, was {} when {} price precision is {}",
                    p.precision, instrument.id, instrument.price_precision
                )
            })
        };
        price_fault("price", order.price)
            .or_else(|| price_fault("trigger price", order.trigger_price))
            .or_else(|| price_fault("activation price", order.activation_price))
    }

    fn refusal_by_position(&self, out: &dyn Outlet, order: &Order) -> Option<String> {
        let position = self.position_of(out, order).filter(|p| p.is_open);
        let is_equity = self.instrument.kind == InstrumentKind::Equity;
        if is_equity
            && order.side() == OrderSide::Sell
            && self.config.account_type != AccountType::Margin
            && position.is_none_or(|p| !order.would_reduce_only(p.side, p.quantity))
        {
            let position = position.and_then(|view| out.cache().position(view.id));
            return Some(format!(
                "SHORT SELLING not permitted on a CASH account with position {} and order {}",
                position.map_or_else(|| "None".to_string(), |p| p.borrow().describe()),
                describe::full(order)
            ));
        }
        if self.config.use_reduce_only && order.init.reduce_only {
            let reduces = position.is_some_and(|p| {
                matches!(
                    (p.side, order.side()),
                    (PositionSide::Long, OrderSide::Sell) | (PositionSide::Short, OrderSide::Buy)
                )
            });
            if !order.is_closed() && !reduces {
                return Some(format!(
                    "REDUCE_ONLY {} {} order would have increased position",
                    order.order_type(),
                    order.side()
                ));
            }
        }
        None
    }

    fn has_auction_tif(order: &OrderRef) -> Option<TimeInForce> {
        let tif = order.borrow().init.time_in_force;
        matches!(tif, TimeInForce::AtTheOpen | TimeInForce::AtTheClose).then_some(tif)
    }

    /// Auctions are not simulated: the order is refused, or silently ignored by versions that do so.
    fn refuse_auction(&self, out: &dyn Outlet, order: &OrderRef, tif: TimeInForce) -> Flow {
        if self.profile.rejects_auction_orders {
            return self.reject(out, order, &format!("time in force {tif} is not currently supported"));
        }
        Ok(())
    }

    fn has_no_market(&self, side: OrderSide) -> bool {
        self.opposite_price(side).is_none()
    }

    fn process_market(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        if order.borrow().is_closed() {
            return Ok(()); // its parent's fill has brought it here before
        }
        if let Some(tif) = Self::has_auction_tif(order) {
            return self.refuse_auction(out, order, tif);
        }
        let side = order.borrow().side();
        if self.has_no_market(side) {
            return self.reject(out, order, &format!("no market for {}", self.instrument.id));
        }
        if self.config.use_market_order_acks {
            self.accept(out, order)?;
        }
        self.fill_market(out, order)
    }

    fn process_market_to_limit(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        let side = order.borrow().side();
        if self.has_no_market(side) {
            return self.reject(out, order, &format!("no market for {}", self.instrument.id));
        }
        if self.config.use_market_order_acks {
            self.accept(out, order)?;
        }
        self.fill_market(out, order)?;
        if order.borrow().is_closed() || order.borrow().filled_qty.raw == 0 {
            return Ok(());
        }
        self.rest(out, order)
    }

    fn process_limit(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        if let Some(tif) = Self::has_auction_tif(order) {
            return self.refuse_auction(out, order, tif);
        }
        let (side, price, tif) = {
            let o = order.borrow();
            (o.side(), o.price, o.init.time_in_force)
        };
        let marketable = price.is_some_and(|price| self.core.is_marketable(side, price));
        if marketable && order.borrow().init.post_only {
            let reason = format!(
                "POST_ONLY LIMIT {side} order limit px of {} would have been a TAKER: {}",
                price.map_or_else(String::new, |p| p.to_string()),
                self.market_text()
            );
            return self.reject_post_only(out, order, &reason);
        }
        self.rest(out, order)?;
        if marketable {
            self.fill_limit(out, order, LiquiditySide::Taker)?;
        }
        if matches!(tif, TimeInForce::Ioc | TimeInForce::Fok) && order.borrow().is_open() {
            self.cancel(out, order)?;
        }
        Ok(())
    }

    fn in_market_text(&self, order: &Order, what: &str) -> String {
        format!(
            "{} {} order {what} px of {} was in the market: {}",
            order.order_type(),
            order.side(),
            order.trigger_price.map_or_else(|| "None".to_string(), |p| p.to_string()),
            self.market_text()
        )
    }

    pub(super) fn is_in_market(&self, order: &Order) -> bool {
        order.trigger_price.is_some_and(|trigger| self.core.is_triggered(order.order_type(), order.side(), trigger))
    }

    fn process_stop_market(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        if !self.is_in_market(&order.borrow()) {
            return self.rest(out, order);
        }
        if self.config.reject_stop_orders {
            let reason = self.in_market_text(&order.borrow(), "stop");
            return self.reject(out, order, &reason);
        }
        self.fill_market(out, order)
    }

    fn process_stop_limit(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        if !self.is_in_market(&order.borrow()) {
            return self.rest(out, order);
        }
        if self.config.reject_stop_orders {
            let reason = self.in_market_text(&order.borrow(), "trigger stop");
            return self.reject(out, order, &reason);
        }
        self.rest(out, order)?;
        self.emit_triggered(out, order)?;
        let (side, price) = (order.borrow().side(), order.borrow().price);
        if price.is_some_and(|price| self.core.is_marketable(side, price)) {
            self.fill_limit(out, order, LiquiditySide::Taker)?;
        }
        Ok(())
    }

    fn process_trailing(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        if order.borrow().init.trailing_offset_type == TrailingOffsetType::PriceTier {
            return Err(crate::halt::Halt::Value(
                "trailing offset type PRICE_TIER is not supported: use PRICE, BASIS_POINTS or TICKS".into(),
            ));
        }
        let activation = order.borrow().activation_price;
        if let Some(activation) = activation {
            let side = order.borrow().side();
            if self.core.is_touched(side, activation) {
                if self.config.reject_stop_orders {
                    return self.reject_activated(out, order, activation);
                }
                order.borrow_mut().is_activated = true;
            }
        } else {
            self.activate_at_market(order)?;
        }
        // A trigger counts from the activation on.
        if activation.is_none() && order.borrow().trigger_price.is_some() && self.is_in_market(&order.borrow()) {
            let reason = self.in_market_text(&order.borrow(), "trigger stop");
            return self.reject(out, order, &reason);
        }
        self.rest(out, order)
    }

    fn reject_activated(&self, out: &dyn Outlet, order: &OrderRef, activation: crate::model::fixed::Price) -> Flow {
        let (order_type, side) = (order.borrow().order_type(), order.borrow().side());
        let market = self.market_text();
        let reason = format!("{order_type} {side} order activation px of {activation} was in the market: {market}");
        self.reject(out, order, &reason)
    }

    /// Accepts an order and lets it wait for the market.
    fn rest(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        if order.borrow().is_closed() {
            return Ok(()); // one that its parent's next fill has brought here again
        }
        self.accept(out, order)?;
        if order.borrow().is_closed() {
            return Ok(()); // a handler of the acceptance may have had it canceled
        }
        if trailing::is_trailing(&order.borrow()) {
            self.start_trailing(out, order)?;
        }
        self.core.add(order);
        self.enter_queue(order);
        Ok(())
    }

    /// Lets the market act on a resting order.
    pub(super) fn match_order(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        if order.borrow().is_closed() {
            return Ok(());
        }
        let (order_type, side, price, is_triggered) = {
            let o = order.borrow();
            (o.order_type(), o.side(), o.price, o.is_triggered)
        };
        if trailing::is_trailing(&order.borrow()) && !order.borrow().is_activated {
            return Ok(());
        }
        let is_marketable = || price.is_some_and(|price| self.core.is_marketable(side, price));
        match order_type {
            OrderType::Limit | OrderType::MarketToLimit => {
                if is_marketable() {
                    self.fill_limit(out, order, LiquiditySide::Maker)?;
                }
            }
            OrderType::StopMarket | OrderType::MarketIfTouched | OrderType::TrailingStopMarket => {
                if self.is_in_market(&order.borrow()) {
                    self.fill_market(out, order)?;
                }
            }
            OrderType::StopLimit | OrderType::LimitIfTouched | OrderType::TrailingStopLimit => {
                if is_triggered {
                    if is_marketable() {
                        self.fill_limit(out, order, LiquiditySide::Maker)?;
                    }
                } else if self.is_in_market(&order.borrow()) {
                    self.trigger(out, order)?;
                }
            }
            OrderType::Market => {}
        }
        Ok(())
    }

    /// The trigger of a resting stop-limit or touch-limit order is reached.
    fn trigger(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        let (side, price, trigger, post_only) = {
            let o = order.borrow();
            (o.side(), o.price, o.trigger_price, o.init.post_only)
        };
        let Some(trigger) = trigger else { return Ok(()) };
        let Some(price) = price else {
            let id = order.borrow().id();
            return Err(crate::halt::Halt::Attribute(format!(
                "order {id} is triggered without a limit price: give the trailing stop a `price`, or no `trigger_price`"
            )));
        };
        if self.profile.draws_stop_fills
            && self.opposite_price(side) == Some(trigger)
            && !self.fill_model.is_stop_filled()?
        {
            return Ok(());
        }
        self.emit_triggered(out, order)?;
        order.borrow_mut().triggered_price = Some(trigger);
        let between = match side {
            OrderSide::Buy => trigger > price && self.core.ask.get().is_some_and(|ask| price > ask),
            _ => trigger < price && self.core.bid.get().is_some_and(|bid| price < bid),
        };
        if between {
            return self.fill_limit(out, order, LiquiditySide::Maker);
        }
        if self.core.is_marketable(side, price) {
            if post_only {
                self.core.remove(order);
                let reason = format!(
                    "POST_ONLY {} {side} order limit px of {price} would have been a TAKER: {}",
                    order.borrow().order_type(),
                    self.market_text()
                );
                return self.reject_post_only(out, order, &reason);
            }
            return self.fill_limit(out, order, LiquiditySide::Taker);
        }
        Ok(())
    }
}
