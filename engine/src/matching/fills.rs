//! At what prices, and for how much, an order fills.

use super::{MatchingEngine, Outlet};
use crate::{
    book::Take,
    halt::Flow,
    model::{
        enums::{LiquiditySide, OrderSide, OrderStatus, OrderType, TimeInForce},
        event::Fill,
        fixed::{Price, Quantity},
        identifiers::{PositionId, TradeId},
        order::OrderRef,
    },
    models::Fillable,
    profile::TradeIds,
};

impl MatchingEngine {
    pub(super) fn fill_market(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        if self.lacks_position(out, order) {
            return self.cancel_again(out, order);
        }
        self.convert_quantity(out, order, true)?;
        let position_id = self.venue_position_id(out, &order.borrow());
        let takes = match self.model_takes(order, None)? {
            Some(takes) => takes,
            None => self.market_takes(order),
        };
        self.fill_all(out, order, takes, LiquiditySide::Taker, position_id)
    }

    pub(super) fn fill_limit(&self, out: &dyn Outlet, order: &OrderRef, liquidity: LiquiditySide) -> Flow {
        let Some(price) = order.borrow().price else { return Ok(()) };
        if liquidity == LiquiditySide::Maker
            && self.only_touches(order.borrow().side(), price)
            && !self.fill_model.is_limit_filled()?
        {
            return Ok(());
        }
        if liquidity == LiquiditySide::Maker && self.is_queued(&order.borrow()) {
            return Ok(());
        }
        if self.lacks_position(out, order) {
            return self.cancel_again(out, order);
        }
        let position_id = self.venue_position_id(out, &order.borrow());
        let takes = match self.model_takes(order, Some(price))? {
            Some(takes) => takes,
            None => self.limit_takes(order, price, liquidity),
        };
        self.fill_all(out, order, takes, liquidity, position_id)
    }

    /// The market stands at a resting order's price, not beyond it, so that others may be first in the queue.
    fn only_touches(&self, side: OrderSide, price: Price) -> bool {
        let market = match side {
            _ if self.trade.get().is_some() => self.core.last.get(),
            OrderSide::Buy => self.core.bid.get(),
            _ => self.core.ask.get(),
        };
        market == Some(price)
    }

    /// A reduce-only order has nothing left to reduce.
    fn lacks_position(&self, out: &dyn Outlet, order: &OrderRef) -> bool {
        let order = order.borrow();
        self.config.use_reduce_only && order.init.reduce_only && self.position_met(out, &order).is_none()
    }

    /// What the order takes from a book that the fill model makes up for it; none: what the venue's own book gives.
    /// Without both touches there is no market at all.
    fn model_takes(&self, order: &OrderRef, limit: Option<Price>) -> Flow<Option<Vec<Take>>> {
        let (Some(bid), Some(ask)) = (self.core.bid.get(), self.core.ask.get()) else { return Ok(Some(Vec::new())) };
        let Some(book) = self.fill_model.book(order, &self.instrument, bid, ask)? else { return Ok(None) };
        let (side, leaves) = (order.borrow().side(), order.borrow().leaves_qty);
        let takes = book.simulate(side, leaves, limit);
        // A market order that such a book does not fill goes to the venue's.
        Ok(if takes.is_empty() && limit.is_none() { None } else { Some(takes) })
    }

    pub(super) fn market_takes(&self, order: &OrderRef) -> Vec<Take> {
        let order = order.borrow();
        let side = order.side();
        let mut takes = self.book_takes(&order, None);
        let (true, Some(first)) = (self.is_l1(), takes.first_mut()) else { return takes };
        let passes_trigger = self.profile.stops_fill_at_trigger || self.in_bar_move.get();
        match (order.order_type(), order.trigger_price) {
            (OrderType::StopMarket | OrderType::TrailingStopMarket, Some(trigger)) if passes_trigger => {
                // The market was at the trigger on its way, and for the core it stays there until the next move.
                first.0 = trigger;
                self.set_market(side, trigger);
            }
            // Only one that has waited: a touch order that arrives in the market trades at the market.
            (OrderType::MarketIfTouched, Some(trigger)) if passes_trigger && order.status != OrderStatus::Submitted => {
                first.0 = trigger;
                if self.profile.stops_fill_at_trigger {
                    self.core.last.set(Some(trigger));
                }
            }
            _ if self.profile.stops_fill_at_trigger => {
                if let Some(price) = self.opposite_price(side) {
                    first.0 = price;
                    self.core.last.set(Some(price));
                }
            }
            _ => {}
        }
        takes
    }

    fn limit_takes(&self, order: &OrderRef, limit: Price, liquidity: LiquiditySide) -> Vec<Take> {
        let order = order.borrow();
        let side = order.side();
        let trade = self.trade.get().filter(|_| liquidity == LiquiditySide::Maker);
        if let Some(trade) = trade
            && !self
                .book
                .borrow()
                .simulate(side, order.leaves_qty, Some(limit))
                .iter()
                .any(|(at, _)| *at == trade.price)
        {
            // The book shows nothing there, but the trade was at our price or beyond.
            return self.trade_share(&order, &trade).map(|share| (limit, share)).into_iter().collect();
        }
        let mut takes = self.book_takes(&order, Some(limit));
        if let Some(trade) = trade {
            if self.config.liquidity_consumption && self.is_l1() && trade.price != limit && !takes.is_empty() {
                // Beyond its limit an order gets the whole trade, as long as anything of it is left.
                takes[0].1.raw = order.leaves_qty.raw.min(trade.size.raw);
            }
            self.share_trade(&order, &mut takes);
        }
        let Some((best, _)) = takes.first().copied() else { return takes };
        // The market was at the trigger on its way: where the limit gives it room, that is the price (observed on 1.221.0
        // and 1.231.0).
        let triggered = order.triggered_price.filter(|trigger| is_better(side, *trigger, limit));
        if liquidity == LiquiditySide::Taker {
            if let Some(trigger) = triggered {
                takes[0].0 = trigger;
                self.move_market(side, limit);
            }
            return takes;
        }
        let price = triggered.unwrap_or(limit);
        // A resting order trades at its own price: the market came to it.
        if is_better(side, best, price) {
            self.move_market(side, price);
        }
        for take in takes.iter_mut().filter(|take| is_better(side, take.0, price)) {
            take.0 = price;
        }
        takes
    }

    /// Until the end of the iteration.
    fn move_market(&self, side: OrderSide, price: Price) {
        self.save_market();
        self.set_market(side, price);
    }

    fn set_market(&self, side: OrderSide, price: Price) {
        match side {
            OrderSide::Buy => self.core.ask.set(Some(price)),
            _ => self.core.bid.set(Some(price)),
        }
        self.core.last.set(Some(price));
    }

    fn fill_all(
        &self,
        out: &dyn Outlet,
        order: &OrderRef,
        takes: Vec<Take>,
        liquidity: LiquiditySide,
        position_id: Option<PositionId>,
    ) -> Flow {
        let (tif, order_type, side, leaves) = {
            let o = order.borrow();
            (o.init.time_in_force, o.order_type(), o.side(), o.leaves_qty)
        };
        if tif == TimeInForce::Fok && takes.iter().map(|(_, size)| size.raw).sum::<i128>() < leaves.raw {
            return self.cancel(out, order);
        }
        if takes.is_empty() {
            // A top-of-book that is used up says nothing at all (observed on 1.231.0).
            let is_used_up = self.is_l1() && self.config.liquidity_consumption;
            if order.borrow().status == OrderStatus::Submitted && !is_used_up {
                return self.reject(out, order, &format!("no market with no fills for {}", self.instrument.id));
            }
            return Ok(());
        }
        let is_first_of_mtl = order_type == OrderType::MarketToLimit && order.borrow().filled_qty.raw == 0;
        let is_at_top = |price: Option<Price>| price.is_some() && self.opposite_price(side) == price;
        let was_at_top = is_at_top(order.borrow().price);
        let was_moved = self.saved.get().is_some();
        let mut last_px = takes[0].0;
        // A child that is closed comes again with the rest of its list, and may trade once more (observed on 1.221.0).
        let was_closed = order.borrow().is_closed() && self.profile.cancels_again;
        for (mut price, quantity) in takes {
            if order.borrow().is_closed() && !was_closed {
                return Ok(());
            }
            if is_first_of_mtl {
                let quantity = order.borrow().quantity;
                self.emit_updated(out, order, quantity, Some(price), None)?;
            }
            if self.is_l1() && self.fill_model.is_slipped()? {
                price = self.worse(side, price);
            }
            if !self.fill(out, order, price, quantity, liquidity, position_id)? {
                return Ok(());
            }
            if is_first_of_mtl {
                return Ok(());
            }
            last_px = price;
        }
        if tif == TimeInForce::Ioc && is_live(order) {
            return self.cancel(out, order);
        }
        if !self.is_l1() || !is_live(order) {
            return Ok(());
        }
        match order_type {
            OrderType::Market | OrderType::StopMarket | OrderType::MarketIfTouched | OrderType::TrailingStopMarket => {
                self.fill_rest(out, order, self.worse(side, last_px), liquidity, position_id)
            }
            _ => {
                if was_at_top && !was_moved {
                    return Ok(()); // what is left waits for more size at its price
                }
                let price = match liquidity {
                    LiquiditySide::Maker if self.config.liquidity_consumption => return Ok(()),
                    LiquiditySide::Maker => order.borrow().price.unwrap_or(last_px),
                    _ => self.worse(side, last_px),
                };
                self.fill_rest(out, order, price, liquidity, position_id)
            }
        }
    }

    /// One fill. False when nothing could be filled.
    pub(super) fn fill(
        &self,
        out: &dyn Outlet,
        order: &OrderRef,
        price: Price,
        mut quantity: Quantity,
        liquidity: LiquiditySide,
        position_id: Option<PositionId>,
    ) -> Flow<bool> {
        if self.config.use_reduce_only && order.borrow().init.reduce_only {
            let Some(position) = self.position_met(out, &order.borrow()) else {
                self.cancel(out, order)?;
                return Ok(false);
            };
            let by_leaves = self.profile.reduces_by_leaves;
            let filled = if by_leaves { order.borrow().filled_qty.raw } else { 0 };
            let reduced = Quantity::from_raw(filled + position.quantity.raw, quantity.precision);
            // 1.231 also sizes an order that takes just the position (observed on both versions).
            let takes_all = by_leaves && quantity == position.quantity && order.borrow().quantity != reduced;
            if quantity > position.quantity || takes_all {
                self.emit_updated(out, order, reduced, None, None)?;
                quantity = order.borrow().leaves_qty;
                if quantity.raw == 0 {
                    return Ok(false);
                }
            }
        }
        self.fill_whole(out, order, price, quantity, liquidity, position_id)?;
        Ok(true)
    }

    /// What a top-of-book leaves. 1.221 does not look at the position for it (observed there).
    fn fill_rest(
        &self,
        out: &dyn Outlet,
        order: &OrderRef,
        price: Price,
        liquidity: LiquiditySide,
        position_id: Option<PositionId>,
    ) -> Flow {
        let leaves = order.borrow().leaves_qty;
        if self.profile.reduces_by_leaves {
            self.fill(out, order, price, leaves, liquidity, position_id).map(|_| ())
        } else {
            self.fill_whole(out, order, price, leaves, liquidity, position_id)
        }
    }

    fn fill_whole(
        &self,
        out: &dyn Outlet,
        order: &OrderRef,
        price: Price,
        quantity: Quantity,
        liquidity: LiquiditySide,
        position_id: Option<PositionId>,
    ) -> Flow {
        let commission = self.fee_model.commission(&Fillable {
            order,
            quantity,
            price,
            liquidity_side: liquidity,
            instrument: &self.instrument,
        })?;
        let fill = Fill {
            trade_id: self.next_trade_id(),
            position_id,
            order_side: order.borrow().side(),
            order_type: order.borrow().order_type(),
            last_qty: quantity,
            last_px: price,
            currency: self.instrument.quote_currency,
            commission,
            liquidity_side: liquidity,
        };
        let before = self.position_met(out, &order.borrow());
        self.emit_filled(out, order, fill)?;
        if order.borrow().is_closed() {
            self.core.remove(order);
        }
        self.after_fill(out, order, position_id, before)
    }

    pub(super) fn next_trade_id(&self) -> TradeId {
        let n = self.trades.get() + 1;
        self.trades.set(n);
        let venue = self.config.venue;
        let text = match self.profile.trade_ids {
            TradeIds::Counted => format!("{venue}-{}-{n:03}", self.raw_id),
            TradeIds::Hashed => {
                let hash = trade_hash(venue.as_str(), self.raw_id, self.now.get());
                format!("T-{hash:016x}-{n:03}")
            }
        };
        TradeId::of(&text)
    }
}

fn is_live(order: &OrderRef) -> bool {
    let order = order.borrow();
    !order.is_closed() && order.leaves_qty.raw > 0
}

/// `price` is better for an order of this side than `limit`.
fn is_better(side: OrderSide, price: Price, limit: Price) -> bool {
    if side == OrderSide::Buy { price < limit } else { price > limit }
}

/// FNV-1a over venue, instrument number and time.
fn trade_hash(venue: &str, raw_id: u32, ts: u64) -> u64 {
    let bytes = venue.bytes().chain([0x1f]).chain(raw_id.to_le_bytes()).chain([0x1f]).chain(ts.to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::trade_hash;

    #[test]
    fn names_trades_as_1_231_does() {
        for (venue, raw_id, ts, hash) in [
            ("SIM", 1, 1_600_000_000_000_000_000, 0x3c1b_a4dd_e8c6_c01f),
            ("SIM", 2, 1_600_000_000_000_000_000, 0xcdbf_cf90_8eda_7f62),
            ("BINANCE", 1, 1_600_000_000_000_000_000, 0x9f20_6f28_3622_55ca),
            ("SIM", 1, 1_600_000_000_001_000_000, 0xbf48_6364_5c6d_886e),
        ] {
            assert_eq!(trade_hash(venue, raw_id, ts), hash, "{venue} {raw_id} {ts}");
        }
    }
}
