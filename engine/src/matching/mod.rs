//! Which resting orders a market move touches, and at what price they fill.
//!
//! One [`MatchingEngine`] an instrument. Its methods take the [`Outlet`] that its events go to. An event is handled at
//! once, and user code that it reaches may send the engine further commands, so that no borrow outlives a statement here.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
};

use crate::{
    book::Book,
    cache::{Cache, PositionView},
    halt::Flow,
    model::{
        UnixNanos,
        data::Bar,
        enums::{AccountType, OmsType, OrderSide},
        event::OrderEvent,
        fixed::Price,
        identifiers::{PositionId, Venue, VenueOrderId},
        instrument::Instrument,
        order::{Order, OrderRef},
    },
    models::{FeeModel, FillModel},
    profile::Profile,
};

mod amend;
mod bars;
mod contingent;
mod core;
mod emit;
mod expiry;
mod fills;
mod held;
mod liquidity;
mod market;
mod orders;
mod quiet;
mod trail;
mod trailing;

pub use self::{
    amend::{Amendment, Target},
    core::MatchingCore,
    trail::{Trail, TrailedMarket},
};

/// Where a venue's events go, and what it may ask.
pub trait Outlet {
    fn cache(&self) -> &Cache;

    /// Handles the event completely before it returns.
    ///
    /// # Errors
    /// When user code that the event reaches raises.
    fn emit(&self, event: OrderEvent) -> Flow;
}

/// What `add_venue` says about matching.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)]
pub struct MatchingConfig {
    pub venue: Venue,
    pub oms_type: OmsType,
    pub account_type: AccountType,
    pub book_type: crate::model::enums::BookType,
    pub reject_stop_orders: bool,
    pub support_gtd_orders: bool,
    pub support_contingent_orders: bool,
    /// Children of an order wait until it has filled completely.
    pub oto_on_full_fill: bool,
    pub use_position_ids: bool,
    pub use_reduce_only: bool,
    pub use_market_order_acks: bool,
    pub bar_execution: bool,
    pub bar_adaptive_high_low: bool,
    pub trade_execution: bool,
    /// Fills and trades use up what the book shows.
    pub liquidity_consumption: bool,
    /// Limit orders wait behind what the book shows at their price.
    pub queue_position: bool,
}

pub struct MatchingEngine {
    pub instrument: Arc<Instrument>,
    /// The instrument's number at its venue, from 1.
    raw_id: u32,
    config: Rc<MatchingConfig>,
    profile: &'static Profile,
    fill_model: Rc<dyn FillModel>,
    fee_model: Rc<dyn FeeModel>,
    pub book: RefCell<Book>,
    pub core: MatchingCore,
    /// Prices to put back once an iteration that moved the market is over.
    saved: Cell<Option<Market>>,
    /// The stop being filled is due to a bar's high, low or close, so that its trigger price was traded.
    in_bar_move: Cell<bool>,
    /// The trade being matched, when it limits what resting orders can fill.
    trade: Cell<Option<crate::model::data::TradeTick>>,
    last_bid_bar: Cell<Option<Bar>>,
    last_ask_bar: Cell<Option<Bar>>,
    execution_bars: Cell<Option<crate::model::data::BarType>>,
    /// Bid and ask of the last quote.
    last_touch: Cell<Option<(Price, Price)>>,
    /// None once the contract has expired.
    expires_at: Cell<Option<UnixNanos>>,
    orders: Cell<u32>,
    trades: Cell<u32>,
    positions: Cell<u32>,
    /// The venue's time.
    now: Rc<Cell<UnixNanos>>,
    scratch: Cell<Vec<OrderRef>>,
    liquidity: liquidity::Liquidity,
    held: held::Held,
}

#[derive(Clone, Copy, Debug)]
struct Market {
    bid: Option<Price>,
    ask: Option<Price>,
    last: Option<Price>,
}

impl MatchingEngine {
    #[must_use]
    pub fn new(
        instrument: Arc<Instrument>,
        raw_id: u32,
        config: Rc<MatchingConfig>,
        profile: &'static Profile,
        (fill_model, fee_model): (Rc<dyn FillModel>, Rc<dyn FeeModel>),
        now: Rc<Cell<UnixNanos>>,
    ) -> Self {
        let book = Book::new(instrument.id, config.book_type, profile.books_keep_latest);
        let expires_at = Cell::new(expiry::expires_at(&instrument, profile));
        Self {
            instrument,
            raw_id,
            config,
            profile,
            fill_model,
            fee_model,
            book: RefCell::new(book),
            core: MatchingCore::default(),
            saved: Cell::default(),
            in_bar_move: Cell::default(),
            trade: Cell::default(),
            last_bid_bar: Cell::default(),
            last_ask_bar: Cell::default(),
            execution_bars: Cell::default(),
            last_touch: Cell::default(),
            expires_at,
            orders: Cell::default(),
            trades: Cell::default(),
            positions: Cell::default(),
            now,
            scratch: Cell::default(),
            liquidity: liquidity::Liquidity::default(),
            held: held::Held::default(),
        }
    }

    pub fn reset(&self) {
        self.forget_held();
        self.book.borrow_mut().reset();
        self.core.clear();
        self.liquidity.clear();
        self.saved.set(None);
        self.in_bar_move.set(false);
        self.trade.set(None);
        self.last_bid_bar.set(None);
        self.last_ask_bar.set(None);
        self.execution_bars.set(None);
        self.last_touch.set(None);
        self.expires_at.set(expiry::expires_at(&self.instrument, self.profile));
        self.orders.set(0);
        self.trades.set(0);
        self.positions.set(0);
    }

    fn is_l1(&self) -> bool {
        self.config.book_type == crate::model::enums::BookType::L1Mbp
    }

    /// Matches resting orders against the book as it is.
    ///
    /// # Errors
    /// When user code raises, or an order cannot be processed.
    pub fn iterate(&self, out: &dyn Outlet, ts: UnixNanos) -> Flow {
        self.show_held();
        self.now.set(ts);
        self.read_book();
        if !self.core.is_empty() {
            self.match_resting(out)?;
        }
        self.expire_contract(out)
    }

    fn read_book(&self) {
        let book = self.book.borrow();
        if let Some((bid, _)) = book.best_bid() {
            self.core.bid.set(Some(bid));
        }
        if let Some((ask, _)) = book.best_ask() {
            self.core.ask.set(Some(ask));
        }
    }

    fn match_resting(&self, out: &dyn Outlet) -> Flow {
        // Where the last iteration left no order, nothing has put the market back: the book has since.
        self.saved.set(None);
        let now = self.config.support_gtd_orders.then(|| self.now.get());
        if !self.core.may_act(now) {
            return Ok(());
        }
        let mut list = self.scratch.take();
        self.core.snapshot(&mut list);
        let matched = list.iter().try_for_each(|order| self.match_order(out, order));
        if matched.is_ok() {
            self.core.snapshot(&mut list);
        }
        let cared = matched.and_then(|()| list.iter().try_for_each(|order| self.tend(out, order)));
        list.clear();
        self.scratch.set(list);
        cared?;
        self.core.look_at_all();
        Ok(())
    }

    /// What is due for an order after matching: leave when closed, expire, trail.
    fn tend(&self, out: &dyn Outlet, order: &OrderRef) -> Flow {
        if order.borrow().is_closed() {
            self.core.remove(order);
            return Ok(());
        }
        let expires = order.borrow().init.expire_time_ns;
        if self.config.support_gtd_orders && expires > 0 && self.now.get() >= expires {
            self.core.remove(order);
            return self.expire(out, order);
        }
        if trailing::is_trailing(&order.borrow()) {
            self.trail(out, order)?;
        }
        // The first order that stays still trails the market that fills have moved (observed on both versions).
        self.restore_market();
        Ok(())
    }

    /// Remembers the market that a limit fill is about to move. The last fill counts, even where an earlier one has
    /// moved it already (observed on 1.221.0 and 1.231.0).
    fn save_market(&self) {
        let core = &self.core;
        self.saved.set(Some(Market { bid: core.bid.get(), ask: core.ask.get(), last: core.last.get() }));
    }

    fn restore_market(&self) {
        let Some(market) = self.saved.take() else { return };
        // A last price that was not known is zero from now on (observed on 1.221.0 and 1.231.0).
        self.core.last.set(market.last.or(Some(Price::from_raw(0, self.instrument.price_precision))));
        for (price, cell) in [(market.bid, &self.core.bid), (market.ask, &self.core.ask)] {
            if price.is_some() {
                cell.set(price);
            }
        }
    }

    /// The position that an order works on, as far as it is known before a fill.
    fn position_of(&self, out: &dyn Outlet, order: &Order) -> Option<PositionView> {
        let cache = out.cache();
        let id = cache.position_id(order.id()).or_else(|| {
            (self.config.oms_type == OmsType::Netting)
                .then(|| cache.netting_position_id(order.init.instrument_id, order.init.strategy_id))
        })?;
        cache.position_view(id)
    }

    /// The position that a fill meets. Where positions are netted it is the first one that is open in the instrument,
    /// whoever's that is (observed on 1.221.0 and 1.231.0).
    fn position_met(&self, out: &dyn Outlet, order: &Order) -> Option<PositionView> {
        if self.config.oms_type == OmsType::Netting {
            return out.cache().first_open_position(order.init.instrument_id);
        }
        self.position_of(out, order).filter(|position| position.is_open)
    }

    /// The venue's name for an order: given at its first sign of life.
    fn venue_order_id(&self, order: &Order) -> VenueOrderId {
        order.venue_order_id.unwrap_or_else(|| {
            let n = self.orders.get() + 1;
            self.orders.set(n);
            VenueOrderId(format!("{}-{}-{n:03}", self.config.venue, self.raw_id).as_str().into())
        })
    }

    /// The venue's name for the position that an order's fill goes to; none where the venue does not name positions.
    fn venue_position_id(&self, out: &dyn Outlet, order: &Order) -> Option<PositionId> {
        if let Some(known) = out.cache().position_id(order.id()) {
            return Some(known);
        }
        if self.config.oms_type != OmsType::Hedging || !self.config.use_position_ids {
            return None;
        }
        let n = self.positions.get() + 1;
        self.positions.set(n);
        Some(PositionId(format!("{}-{}-{n:03}", self.config.venue, self.raw_id).as_str().into()))
    }

    /// `bid=…, ask=…`, as rejections say it.
    fn market_text(&self) -> String {
        let text = |price: Option<Price>| price.map_or_else(|| "None".to_string(), |p| p.to_string());
        format!("bid={}, ask={}", text(self.core.bid.get()), text(self.core.ask.get()))
    }

    fn opposite_price(&self, side: OrderSide) -> Option<Price> {
        if side == OrderSide::Buy { self.core.ask.get() } else { self.core.bid.get() }
    }

    fn tick(&self) -> i128 {
        self.instrument.price_increment.raw
    }

    /// One tick worse for whoever aggresses.
    fn worse(&self, side: OrderSide, price: Price) -> Price {
        let raw = if side == OrderSide::Buy { price.raw + self.tick() } else { price.raw - self.tick() };
        Price::from_raw(raw, price.precision)
    }
}
