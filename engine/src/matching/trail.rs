//! Where a trailing stop's prices move to: the same at a venue and where the order is emulated.

use crate::{
    halt::{Flow, Halt},
    model::{
        enums::{OrderSide, OrderType, TrailingOffsetType, TriggerType},
        fixed::Price,
        instrument::{Decimal, Instrument},
        order::Order,
    },
    profile::Profile,
};

#[derive(Clone, Copy, Debug)]
pub struct TrailedMarket {
    pub bid: Option<Price>,
    pub ask: Option<Price>,
    pub last: Option<Price>,
}

#[derive(Clone, Copy)]
pub struct Trail<'a> {
    pub market: TrailedMarket,
    pub instrument: &'a Instrument,
    pub profile: &'static Profile,
}

/// The order's new price and trigger price, as far as they move.
pub type Moved = (Option<Price>, Option<Price>);

impl Trail<'_> {
    /// Where an order without an activation price starts from.
    ///
    /// # Errors
    /// When the market is not known yet.
    pub fn activation_at_market(&self, order: &Order) -> Flow<Price> {
        if self.profile.activates_at_last && order.init.trigger_type == TriggerType::LastPrice {
            self.last_price()
        } else {
            self.touch_price(order.side())
        }
    }

    /// Where an activated order's prices move to; nothing where they stay.
    ///
    /// # Errors
    /// When the price that the order trails is not known yet.
    pub fn moved(&self, order: &Order) -> Flow<Option<Moved>> {
        let (side, init) = (order.side(), &order.init);
        let reference = self.reference(side, init.trigger_type)?;
        let new_trigger = self.offset(reference, side, init.trailing_offset, init.trailing_offset_type)?;
        let trigger = better(side, new_trigger, order.trigger_price);
        let mut price = None;
        if order.order_type() == OrderType::TrailingStopLimit {
            let new_price = self.offset(reference, side, init.limit_offset, init.trailing_offset_type)?;
            price = better(side, new_price, order.price);
        }
        Ok((trigger.is_some() || price.is_some()).then_some((price, trigger)))
    }

    fn last_price(&self) -> Flow<Price> {
        self.market.last.ok_or_else(|| {
            Halt::Runtime(format!(
                "cannot process trailing stop, no LAST price for {} (add trades or use bars)",
                self.instrument.id
            ))
        })
    }

    fn touch_price(&self, side: OrderSide) -> Flow<Price> {
        let (price, name) = match side {
            OrderSide::Buy => (self.market.ask, "ASK"),
            _ => (self.market.bid, "BID"),
        };
        price.ok_or_else(|| {
            Halt::Runtime(format!(
                "cannot process trailing stop, no {name} price for {} (add quotes or use bars)",
                self.instrument.id
            ))
        })
    }

    /// The price that the order trails.
    fn reference(&self, side: OrderSide, trigger_type: TriggerType) -> Flow<Price> {
        match trigger_type {
            TriggerType::LastPrice | TriggerType::MarkPrice => self.last_price(),
            TriggerType::Default | TriggerType::NoTrigger if !self.profile.trails_quotes_by_default => {
                self.last_price()
            }
            TriggerType::LastOrBidAsk => {
                let (touch, last) = (self.touch_price(side)?, self.last_price()?);
                // The one that gives the tighter stop.
                Ok(if side == OrderSide::Buy { last.min(touch) } else { last.max(touch) })
            }
            _ => self.touch_price(side),
        }
    }

    fn offset(
        &self,
        from: Price,
        side: OrderSide,
        offset: Option<Decimal>,
        offset_type: TrailingOffsetType,
    ) -> Flow<Price> {
        let offset = offset.map_or(0.0, Decimal::to_f64);
        let px = from.as_f64();
        let distance = match offset_type {
            TrailingOffsetType::BasisPoints => px * (offset / 100.0) / 100.0,
            TrailingOffsetType::Ticks => offset * self.instrument.price_increment.as_f64(),
            _ => offset,
        };
        let value = if side == OrderSide::Buy { px + distance } else { px - distance };
        Ok(Price::new(value, self.instrument.price_increment.precision)?)
    }
}

/// The new price when it is nearer to the market than the one in force.
fn better(side: OrderSide, new: Price, current: Option<Price>) -> Option<Price> {
    let improves = current.is_none_or(|current| if side == OrderSide::Buy { new < current } else { new > current });
    improves.then_some(new)
}
