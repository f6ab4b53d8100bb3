//! What the components share: orders, positions, accounts, instruments and recent market data.
//!
//! All methods take `&self` and hold no borrow when they return, so that user code may call any of them at any time.
//! Lists are in the order of the identifiers' text, as NautilusTrader sorts them: "…-10" comes before "…-2".

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet, VecDeque},
    ops::Range,
    rc::Rc,
    sync::Arc,
};

use ustr::Ustr;

mod recent;

use self::recent::Recent;
use crate::{
    book::Book,
    ledger::{account::Account, position::Position},
    model::{
        columns::{QuoteColumns, TradeColumns},
        data::{Bar, BarType, QuoteTick, TradeTick},
        enums::{OrderSide, PositionSide},
        event::EventId,
        fixed::{Money, Price, Quantity},
        identifiers::{
            AccountId, ClientOrderId, IdMap, InstrumentId, OrderListId, PositionId, StrategyId, Venue, VenueOrderId,
        },
        instrument::Instrument,
        order::{Order, OrderRef},
    },
};

pub type PositionRef = Rc<RefCell<Position>>;
pub type AccountRef = Rc<RefCell<Account>>;
pub type BookRef = Rc<RefCell<Book>>;

/// What a venue needs to know about a position.
#[derive(Clone, Copy, Debug)]
pub struct PositionView {
    pub id: PositionId,
    pub side: PositionSide,
    pub quantity: Quantity,
    pub is_open: bool,
}

impl PositionView {
    fn of(position: &Position) -> Self {
        Self { id: position.id, side: position.side, quantity: position.quantity, is_open: position.is_open() }
    }
}

/// Which orders or positions a query is about; what is `None` does not matter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    pub venue: Option<Venue>,
    pub instrument_id: Option<InstrumentId>,
    pub strategy_id: Option<StrategyId>,
    pub order_side: Option<OrderSide>,
    pub position_side: Option<PositionSide>,
}

impl Filter {
    #[must_use]
    pub fn instrument(id: InstrumentId) -> Self {
        Self { instrument_id: Some(id), ..Self::default() }
    }

    fn takes_ids(&self, instrument: InstrumentId, strategy: StrategyId) -> bool {
        self.venue.is_none_or(|v| v == instrument.venue)
            && self.instrument_id.is_none_or(|id| id == instrument)
            && self.strategy_id.is_none_or(|id| id == strategy)
    }

    #[must_use]
    pub fn takes_order(&self, order: &Order) -> bool {
        self.takes_ids(order.init.instrument_id, order.init.strategy_id)
            && self.order_side.is_none_or(|s| s == OrderSide::NoOrderSide || s == order.side())
    }

    #[must_use]
    pub fn takes_position(&self, position: &Position) -> bool {
        self.takes_ids(position.instrument_id, position.strategy_id)
            && self.position_side.is_none_or(|s| s == PositionSide::NoPositionSide || s == position.side)
    }
}

/// Bars of one type, the newest first, and not more than a capacity.
type RecentBars = VecDeque<Bar>;

/// Recent data of one instrument.
#[derive(Debug, Default)]
struct Market {
    quotes: Recent<QuoteColumns>,
    trades: Recent<TradeColumns>,
}

#[derive(Debug)]
pub struct Cache {
    tick_capacity: Cell<usize>,
    bar_capacity: Cell<usize>,
    instruments: RefCell<IdMap<InstrumentId, Arc<Instrument>>>,
    accounts: RefCell<IdMap<AccountId, AccountRef>>,
    account_of_venue: RefCell<IdMap<Venue, AccountId>>,
    orders: RefCell<BTreeMap<ClientOrderId, OrderRef>>,
    /// The same, to look one up.
    order_by_id: RefCell<IdMap<ClientOrderId, OrderRef>>,
    /// Orders that are not closed: what most queries are about.
    active_orders: RefCell<BTreeMap<ClientOrderId, OrderRef>>,
    order_lists: RefCell<IdMap<OrderListId, Vec<ClientOrderId>>>,
    order_of_venue_id: RefCell<IdMap<VenueOrderId, ClientOrderId>>,
    positions: RefCell<BTreeMap<PositionId, PositionRef>>,
    open_positions: RefCell<BTreeMap<PositionId, PositionRef>>,
    snapshots: RefCell<IdMap<PositionId, Vec<Position>>>,
    position_of_order: RefCell<IdMap<ClientOrderId, PositionId>>,
    netting_ids: RefCell<IdMap<(InstrumentId, StrategyId), PositionId>>,
    orders_of_position: RefCell<IdMap<PositionId, BTreeSet<ClientOrderId>>>,
    active_of_position: RefCell<IdMap<PositionId, BTreeSet<ClientOrderId>>>,
    markets: RefCell<IdMap<InstrumentId, Market>>,
    last_market: Cell<usize>,
    bars: RefCell<IdMap<BarType, RecentBars>>,
    books: RefCell<IdMap<InstrumentId, BookRef>>,
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            tick_capacity: Cell::new(10_000),
            bar_capacity: Cell::new(10_000),
            instruments: RefCell::default(),
            accounts: RefCell::default(),
            account_of_venue: RefCell::default(),
            orders: RefCell::default(),
            order_by_id: RefCell::default(),
            active_orders: RefCell::default(),
            order_lists: RefCell::default(),
            order_of_venue_id: RefCell::default(),
            positions: RefCell::default(),
            open_positions: RefCell::default(),
            snapshots: RefCell::default(),
            position_of_order: RefCell::default(),
            netting_ids: RefCell::default(),
            orders_of_position: RefCell::default(),
            active_of_position: RefCell::default(),
            markets: RefCell::default(),
            last_market: Cell::default(),
            bars: RefCell::default(),
            books: RefCell::default(),
        }
    }
}

impl Cache {
    pub fn set_capacity(&self, ticks: usize, bars: usize) {
        self.tick_capacity.set(ticks);
        self.bar_capacity.set(bars);
    }

    /// Forgets everything but instruments and the capacities.
    pub fn reset(&self) {
        self.accounts.borrow_mut().clear();
        self.account_of_venue.borrow_mut().clear();
        self.orders.borrow_mut().clear();
        self.order_by_id.borrow_mut().clear();
        self.active_orders.borrow_mut().clear();
        self.order_lists.borrow_mut().clear();
        self.order_of_venue_id.borrow_mut().clear();
        self.positions.borrow_mut().clear();
        self.open_positions.borrow_mut().clear();
        self.snapshots.borrow_mut().clear();
        self.position_of_order.borrow_mut().clear();
        self.orders_of_position.borrow_mut().clear();
        self.active_of_position.borrow_mut().clear();
        self.markets.borrow_mut().clear();
        self.bars.borrow_mut().clear();
        self.books.borrow_mut().clear();
    }

    // Instruments

    pub fn add_instrument(&self, instrument: Arc<Instrument>) {
        self.instruments.borrow_mut().insert(instrument.id, instrument);
    }

    #[must_use]
    pub fn instrument(&self, id: InstrumentId) -> Option<Arc<Instrument>> {
        self.instruments.borrow().get(&id).cloned()
    }

    #[must_use]
    pub fn instruments(&self, venue: Option<Venue>) -> Vec<Arc<Instrument>> {
        let instruments = self.instruments.borrow();
        instruments.values().filter(|i| venue.is_none_or(|v| v == i.id.venue)).cloned().collect()
    }

    // Accounts

    pub fn add_account(&self, venue: Venue, id: AccountId, account: AccountRef) {
        self.accounts.borrow_mut().insert(id, account);
        self.account_of_venue.borrow_mut().insert(venue, id);
    }

    #[must_use]
    pub fn account(&self, id: AccountId) -> Option<AccountRef> {
        self.accounts.borrow().get(&id).cloned()
    }

    #[must_use]
    pub fn account_id(&self, venue: Venue) -> Option<AccountId> {
        self.account_of_venue.borrow().get(&venue).copied()
    }

    #[must_use]
    pub fn account_for_venue(&self, venue: Venue) -> Option<AccountRef> {
        self.account(self.account_id(venue)?)
    }

    #[must_use]
    pub fn accounts(&self) -> Vec<AccountRef> {
        self.accounts.borrow().values().cloned().collect()
    }

    // Orders

    pub fn add_order(&self, order: &OrderRef, position_id: Option<PositionId>) {
        let id = order.borrow().id();
        self.orders.borrow_mut().insert(id, Rc::clone(order));
        self.order_by_id.borrow_mut().insert(id, Rc::clone(order));
        self.active_orders.borrow_mut().insert(id, Rc::clone(order));
        if let Some(position_id) = position_id {
            self.add_position_id(position_id, id);
        }
    }

    /// To be called after the order has changed.
    pub fn update_order(&self, order: &OrderRef) {
        let (id, is_closed, venue_id) = {
            let o = order.borrow();
            (o.id(), o.is_closed(), o.venue_order_id)
        };
        let position_id = self.position_id(id);
        if is_closed {
            self.active_orders.borrow_mut().remove(&id);
            if let Some(at) = position_id {
                self.active_of_position.borrow_mut().entry(at).or_default().remove(&id);
            }
        } else {
            self.active_orders.borrow_mut().entry(id).or_insert_with(|| Rc::clone(order));
            if let Some(at) = position_id {
                self.active_of_position.borrow_mut().entry(at).or_default().insert(id);
            }
        }
        if let Some(venue_id) = venue_id {
            self.order_of_venue_id.borrow_mut().insert(venue_id, id);
        }
    }

    #[must_use]
    pub fn order(&self, id: ClientOrderId) -> Option<OrderRef> {
        self.order_by_id.borrow().get(&id).cloned()
    }

    #[must_use]
    pub fn client_order_id(&self, id: VenueOrderId) -> Option<ClientOrderId> {
        self.order_of_venue_id.borrow().get(&id).copied()
    }

    /// All orders that the filter takes and the predicate wants.
    #[must_use]
    pub fn orders(&self, filter: &Filter, wanted: impl Fn(&Order) -> bool) -> Vec<OrderRef> {
        select(&self.orders.borrow(), |order| filter.takes_order(order) && wanted(order))
    }

    /// As [`Cache::orders`], of orders that are not closed.
    #[must_use]
    pub fn active_orders(&self, filter: &Filter, wanted: impl Fn(&Order) -> bool) -> Vec<OrderRef> {
        select(&self.active_orders.borrow(), |order| filter.takes_order(order) && wanted(order))
    }

    #[must_use]
    pub fn open_orders_of(&self, instrument_id: InstrumentId) -> Vec<OrderRef> {
        self.active_orders(&Filter::instrument(instrument_id), Order::is_open)
    }

    #[must_use]
    pub fn orders_for_position(&self, id: PositionId) -> Vec<OrderRef> {
        let ids = self.orders_of_position.borrow();
        ids.get(&id).into_iter().flatten().filter_map(|id| self.order(*id)).collect()
    }

    /// As [`Cache::orders_for_position`], of orders that are not closed: netting positions keep their id for good.
    #[must_use]
    pub fn active_orders_for_position(&self, id: PositionId) -> Vec<OrderRef> {
        let ids = self.active_of_position.borrow();
        ids.get(&id).into_iter().flatten().filter_map(|id| self.order(*id)).collect()
    }

    pub fn add_order_list(&self, id: OrderListId, orders: Vec<ClientOrderId>) {
        self.order_lists.borrow_mut().insert(id, orders);
    }

    #[must_use]
    pub fn order_list(&self, id: OrderListId) -> Option<Vec<ClientOrderId>> {
        self.order_lists.borrow().get(&id).cloned()
    }

    #[must_use]
    pub fn order_list_ids(&self) -> Vec<OrderListId> {
        self.order_lists.borrow().keys().copied().collect()
    }

    // Positions

    pub fn add_position_id(&self, id: PositionId, order: ClientOrderId) {
        self.position_of_order.borrow_mut().insert(order, id);
        self.orders_of_position.borrow_mut().entry(id).or_default().insert(order);
        if self.active_orders.borrow().contains_key(&order) {
            self.active_of_position.borrow_mut().entry(id).or_default().insert(order);
        }
    }

    /// The id of the one position that a strategy has of an instrument where orders net.
    #[must_use]
    pub fn netting_position_id(&self, instrument: InstrumentId, strategy: StrategyId) -> PositionId {
        let mut ids = self.netting_ids.borrow_mut();
        *ids.entry((instrument, strategy))
            .or_insert_with(|| PositionId(Ustr::from(&format!("{instrument}-{strategy}"))))
    }

    #[must_use]
    pub fn position_id(&self, order: ClientOrderId) -> Option<PositionId> {
        self.position_of_order.borrow().get(&order).copied()
    }

    pub fn add_position(&self, position: &PositionRef) {
        let id = position.borrow().id;
        self.positions.borrow_mut().insert(id, Rc::clone(position));
        self.update_position(position);
    }

    /// To be called after the position has changed.
    pub fn update_position(&self, position: &PositionRef) {
        let (id, is_open) = {
            let p = position.borrow();
            (p.id, p.is_open())
        };
        if is_open {
            self.open_positions.borrow_mut().insert(id, Rc::clone(position));
        } else {
            self.open_positions.borrow_mut().remove(&id);
        }
    }

    /// Keeps what a netting position was before its id is used again, under that id and a UUID.
    pub fn snapshot_position(&self, position: &Position) {
        let mut snapshots = self.snapshots.borrow_mut();
        let snapshots = snapshots.entry(position.id).or_default();
        let mut snapshot = position.clone();
        snapshot.id = PositionId(Ustr::from(&format!("{}-{}", position.id.0, EventId::apart(snapshots.len()))));
        snapshots.push(snapshot);
    }

    #[must_use]
    pub fn snapshots(&self, id: PositionId) -> Vec<Position> {
        self.snapshots.borrow().get(&id).cloned().unwrap_or_default()
    }

    /// By what side each was opened, and what it won.
    #[must_use]
    pub fn past_results(&self, id: PositionId) -> Vec<(OrderSide, Money)> {
        let snapshots = self.snapshots.borrow();
        snapshots.get(&id).into_iter().flatten().map(|past| (past.entry, past.realized_pnl)).collect()
    }

    #[must_use]
    pub fn snapshot_ids(&self) -> Vec<PositionId> {
        self.snapshots.borrow().keys().copied().collect()
    }

    #[must_use]
    pub fn position(&self, id: PositionId) -> Option<PositionRef> {
        self.positions.borrow().get(&id).cloned()
    }

    #[must_use]
    pub fn position_view(&self, id: PositionId) -> Option<PositionView> {
        let positions = self.positions.borrow();
        let position = positions.get(&id)?.borrow();
        Some(PositionView::of(&position))
    }

    #[must_use]
    pub fn positions(&self, filter: &Filter, wanted: impl Fn(&Position) -> bool) -> Vec<PositionRef> {
        select_positions(&self.positions.borrow(), |p| filter.takes_position(p) && wanted(p))
    }

    #[must_use]
    pub fn open_positions(&self, filter: &Filter) -> Vec<PositionRef> {
        select_positions(&self.open_positions.borrow(), |p| filter.takes_position(p))
    }

    /// By its id, the first one that is open in an instrument.
    #[must_use]
    pub fn first_open_position(&self, id: InstrumentId) -> Option<PositionView> {
        let open = self.open_positions.borrow();
        let found = open.values().find(|position| position.borrow().instrument_id == id);
        found.map(|position| PositionView::of(&position.borrow()))
    }

    // Market data

    /// Usually that of the last tick.
    fn market_of<'a>(&self, markets: &'a mut IdMap<InstrumentId, Market>, id: InstrumentId) -> &'a mut Market {
        let at = self.last_market.get();
        if markets.get_index(at).is_none_or(|(known, _)| *known != id) {
            let entry = markets.entry(id);
            self.last_market.set(entry.index());
            return entry.or_default();
        }
        &mut markets[at]
    }

    pub fn add_quote(&self, quote: &QuoteTick) {
        let mut markets = self.markets.borrow_mut();
        self.market_of(&mut markets, quote.instrument_id).quotes.push(quote, self.tick_capacity.get());
    }

    pub fn add_trade(&self, trade: &TradeTick) {
        let mut markets = self.markets.borrow_mut();
        self.market_of(&mut markets, trade.instrument_id).trades.push(trade, self.tick_capacity.get());
    }

    /// As [`Cache::add_quote`], of rows.
    pub fn add_quote_rows(&self, columns: &Arc<QuoteColumns>, rows: Range<usize>) {
        let mut markets = self.markets.borrow_mut();
        self.market_of(&mut markets, columns.instrument_id).quotes.push_rows(columns, rows, self.tick_capacity.get());
    }

    /// As [`Cache::add_trade`], of rows.
    pub fn add_trade_rows(&self, columns: &Arc<TradeColumns>, rows: Range<usize>) {
        let mut markets = self.markets.borrow_mut();
        self.market_of(&mut markets, columns.instrument_id).trades.push_rows(columns, rows, self.tick_capacity.get());
    }

    pub fn add_bar(&self, bar: &Bar) {
        let mut bars = self.bars.borrow_mut();
        let bars = bars.entry(bar.bar_type.standard()).or_default();
        while !bars.is_empty() && bars.len() >= self.bar_capacity.get() {
            bars.pop_back();
        }
        bars.push_front(*bar);
    }

    /// The quote `back` before the newest one.
    #[must_use]
    pub fn quote(&self, id: InstrumentId, back: usize) -> Option<QuoteTick> {
        self.markets.borrow().get(&id)?.quotes.get(back)
    }

    #[must_use]
    pub fn trade(&self, id: InstrumentId, back: usize) -> Option<TradeTick> {
        self.markets.borrow().get(&id)?.trades.get(back)
    }

    /// Bars are known by their type without what they are made of, and by that alone.
    #[must_use]
    pub fn bar(&self, bar_type: BarType, back: usize) -> Option<Bar> {
        self.bars.borrow().get(&bar_type)?.get(back).copied()
    }

    #[must_use]
    pub fn quotes(&self, id: InstrumentId) -> Vec<QuoteTick> {
        self.markets.borrow().get(&id).map(|m| m.quotes.all()).unwrap_or_default()
    }

    #[must_use]
    pub fn trades(&self, id: InstrumentId) -> Vec<TradeTick> {
        self.markets.borrow().get(&id).map(|m| m.trades.all()).unwrap_or_default()
    }

    #[must_use]
    pub fn bars(&self, bar_type: BarType) -> Vec<Bar> {
        self.bars.borrow().get(&bar_type).map(|b| b.iter().copied().collect()).unwrap_or_default()
    }

    #[must_use]
    pub fn bar_types(&self) -> Vec<BarType> {
        self.bars.borrow().keys().copied().collect()
    }

    #[must_use]
    pub fn quote_count(&self, id: InstrumentId) -> usize {
        self.markets.borrow().get(&id).map_or(0, |m| m.quotes.len())
    }

    #[must_use]
    pub fn trade_count(&self, id: InstrumentId) -> usize {
        self.markets.borrow().get(&id).map_or(0, |m| m.trades.len())
    }

    #[must_use]
    pub fn bar_count(&self, bar_type: BarType) -> usize {
        self.bars.borrow().get(&bar_type).map_or(0, VecDeque::len)
    }

    /// The last traded price: what a market order is valued at where there is no quote.
    #[must_use]
    pub fn last_price(&self, id: InstrumentId) -> Option<Price> {
        self.trade(id, 0).map(|t| t.price)
    }

    pub fn add_book(&self, id: InstrumentId, book: BookRef) {
        self.books.borrow_mut().insert(id, book);
    }

    #[must_use]
    pub fn book(&self, id: InstrumentId) -> Option<BookRef> {
        self.books.borrow().get(&id).cloned()
    }
}

fn select(orders: &BTreeMap<ClientOrderId, OrderRef>, wanted: impl Fn(&Order) -> bool) -> Vec<OrderRef> {
    orders.values().filter(|order| wanted(&order.borrow())).cloned().collect()
}

fn select_positions(
    positions: &BTreeMap<PositionId, PositionRef>,
    wanted: impl Fn(&Position) -> bool,
) -> Vec<PositionRef> {
    positions.values().filter(|position| wanted(&position.borrow())).cloned().collect()
}
