//! The cache, as strategies see it.

use std::{cell::RefCell, rc::Rc};

use indexmap::IndexMap;
use pyo3::{
    exceptions::PyTypeError,
    intern,
    prelude::*,
    types::{PyBytes, PyList},
};

use super::{
    account::account_to_py,
    instruments::Instruments,
    order::{PyOrderList, order_to_py, orders_to_py},
    position::{PyPosition, positions_to_py},
    rest::{Rest, rest},
};
use crate::{
    cache::{Cache, Filter},
    kernel::Kernel,
    model::{
        enums::{AggregationSource, OrderSide, PositionSide, PriceType},
        order::Order,
    },
    py::model::{
        bar::{PyBar, PyBarType},
        currency::PyCurrency,
        data::{PyQuoteTick, PyTradeTick},
        enums::E,
        fixed::PyPrice,
        identifiers::{
            PyAccountId, PyClientOrderId, PyInstrumentId, PyOrderListId, PyPositionId, PyStrategyId, PyVenue,
            PyVenueOrderId,
        },
        instrument::PyInstrument,
        order_book::{PyOrderBook, order_book_to_py},
    },
};

#[pyclass(name = "Cache", module = "nautilus_trader.cache.cache", frozen, unsendable)]
pub struct PyCache {
    kernel: Rc<Kernel>,
    instruments: Rc<Instruments>,
    general: RefCell<IndexMap<String, Vec<u8>>>,
    rest: Rest,
}

impl PyCache {
    pub fn new(kernel: Rc<Kernel>, instruments: Rc<Instruments>) -> Self {
        Self { kernel, instruments, general: RefCell::default(), rest: Rest::default() }
    }

    /// What only Python keeps: a user's own objects, prices that the engine has no use for.
    pub fn forget(&self, py: Python<'_>) -> PyResult<()> {
        self.general.borrow_mut().clear();
        let rest = self.rest.borrow().as_ref().map(|rest| rest.clone_ref(py));
        rest.map_or(Ok(()), |rest| rest.call_method0(py, intern!(py, "reset")).map(drop))
    }

    fn cache(&self) -> &Cache {
        &self.kernel.cache
    }

    fn orders_where<'py>(
        &self,
        py: Python<'py>,
        filter: &Filter,
        wanted: impl Fn(&Order) -> bool,
    ) -> PyResult<Bound<'py, PyList>> {
        orders_to_py(py, &self.cache().orders(filter, wanted))
    }

    fn order_flag(&self, id: PyClientOrderId, flag: impl Fn(&Order) -> bool) -> bool {
        self.cache().order(id.0).is_some_and(|order| flag(&order.borrow()))
    }
}

/// The common keyword arguments of queries. `account_id` came with 1.222 and every account has one venue here.
fn filter(venue: Option<PyVenue>, instrument_id: Option<PyInstrumentId>, strategy_id: Option<PyStrategyId>) -> Filter {
    Filter {
        venue: venue.map(|v| v.0),
        instrument_id: instrument_id.map(|id| id.0),
        strategy_id: strategy_id.map(|id| id.0),
        ..Filter::default()
    }
}

fn of_side(mut filter: Filter, side: Option<E<OrderSide>>) -> Filter {
    filter.order_side = side.map(|side| side.0);
    filter
}

fn of_position_side(mut filter: Filter, side: Option<E<PositionSide>>) -> Filter {
    filter.position_side = side.map(|side| side.0);
    filter
}

#[pymethods]
impl PyCache {
    /// Rarely used queries are Python: see `cache/_rest.py` of the compat package.
    fn __getattr__<'py>(slf: &Bound<'py, Self>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        rest(slf.as_any(), &Rc::clone(&slf.borrow().rest), "nautilus_trader.cache._rest", name)
    }

    // Instruments and accounts

    fn instrument<'py>(&self, py: Python<'py>, instrument_id: PyInstrumentId) -> Option<Bound<'py, PyAny>> {
        self.cache().instrument(instrument_id.0).and_then(|known| self.instruments.get(py, known.id))
    }

    #[pyo3(signature = (venue = None, underlying = None))]
    fn instruments<'py>(
        &self,
        py: Python<'py>,
        venue: Option<PyVenue>,
        underlying: Option<&str>,
    ) -> Vec<Bound<'py, PyAny>> {
        let known = self.cache().instruments(venue.map(|v| v.0));
        let wanted = known.iter().filter(|i| underlying.is_none_or(|u| i.underlying.is_some_and(|known| known == u)));
        wanted.filter_map(|instrument| self.instruments.get(py, instrument.id)).collect()
    }

    #[pyo3(signature = (venue = None))]
    fn instrument_ids(&self, venue: Option<PyVenue>) -> Vec<PyInstrumentId> {
        let mut ids: Vec<_> = self.cache().instruments(venue.map(|v| v.0)).iter().map(|i| i.id).collect();
        ids.sort_by_key(ToString::to_string);
        ids.into_iter().map(PyInstrumentId).collect()
    }

    fn account<'py>(&self, py: Python<'py>, account_id: PyAccountId) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.cache().account(account_id.0).map(|account| account_to_py(py, &account)).transpose()
    }

    fn account_for_venue<'py>(&self, py: Python<'py>, venue: PyVenue) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.cache().account_for_venue(venue.0).map(|account| account_to_py(py, &account)).transpose()
    }

    fn account_id(&self, venue: PyVenue) -> Option<PyAccountId> {
        self.cache().account_id(venue.0).map(PyAccountId)
    }

    fn accounts<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.cache().accounts().iter().map(|account| account_to_py(py, account)).collect()
    }

    #[pyo3(signature = (venue, from_currency, to_currency, price_type = None))]
    fn get_xrate(
        &self,
        venue: PyVenue,
        from_currency: PyCurrency,
        to_currency: PyCurrency,
        price_type: Option<E<PriceType>>,
    ) -> Option<f64> {
        let price_type = price_type.map_or(PriceType::Mid, |t| t.0);
        self.kernel.portfolio.rate(venue.0, from_currency.0, to_currency.0, price_type)
    }

    // Market data, newest first

    fn add_quote_tick(&self, tick: PyQuoteTick) {
        self.cache().add_quote(&tick.tick());
    }

    fn add_trade_tick(&self, tick: PyTradeTick) {
        self.cache().add_trade(&tick.tick());
    }

    fn add_bar(&self, bar: PyBar) {
        self.cache().add_bar(&bar.0);
    }

    fn add_order_book(&self, order_book: &Bound<'_, PyOrderBook>) {
        let book = Rc::clone(&order_book.borrow().0);
        let id = book.borrow().instrument_id;
        self.cache().add_book(id, book);
    }

    fn add_instrument(&self, instrument: &Bound<'_, PyInstrument>) {
        let known = std::sync::Arc::clone(&instrument.get().inner);
        self.instruments.insert(known.id, instrument.clone().into_any().unbind());
        self.cache().add_instrument(known);
    }

    #[pyo3(signature = (instrument_id, index = 0))]
    fn quote_tick(&self, instrument_id: PyInstrumentId, index: usize) -> Option<PyQuoteTick> {
        self.cache().quote(instrument_id.0, index).map(PyQuoteTick::of)
    }

    #[pyo3(signature = (instrument_id, index = 0))]
    fn trade_tick(&self, instrument_id: PyInstrumentId, index: usize) -> Option<PyTradeTick> {
        self.cache().trade(instrument_id.0, index).map(PyTradeTick::of)
    }

    #[pyo3(signature = (bar_type, index = 0))]
    fn bar(&self, bar_type: PyBarType, index: usize) -> Option<PyBar> {
        self.cache().bar(bar_type.0, index).map(PyBar)
    }

    fn quote_ticks(&self, instrument_id: PyInstrumentId) -> Vec<PyQuoteTick> {
        self.cache().quotes(instrument_id.0).into_iter().map(PyQuoteTick::of).collect()
    }

    fn trade_ticks(&self, instrument_id: PyInstrumentId) -> Vec<PyTradeTick> {
        self.cache().trades(instrument_id.0).into_iter().map(PyTradeTick::of).collect()
    }

    fn bars(&self, bar_type: PyBarType) -> Vec<PyBar> {
        self.cache().bars(bar_type.0).into_iter().map(PyBar).collect()
    }

    fn quote_tick_count(&self, instrument_id: PyInstrumentId) -> usize {
        self.cache().quote_count(instrument_id.0)
    }

    fn trade_tick_count(&self, instrument_id: PyInstrumentId) -> usize {
        self.cache().trade_count(instrument_id.0)
    }

    fn bar_count(&self, bar_type: PyBarType) -> usize {
        self.cache().bar_count(bar_type.0)
    }

    fn has_quote_ticks(&self, instrument_id: PyInstrumentId) -> bool {
        self.quote_tick_count(instrument_id) > 0
    }

    fn has_trade_ticks(&self, instrument_id: PyInstrumentId) -> bool {
        self.trade_tick_count(instrument_id) > 0
    }

    fn has_bars(&self, bar_type: PyBarType) -> bool {
        self.bar_count(bar_type) > 0
    }

    fn has_order_book(&self, instrument_id: PyInstrumentId) -> bool {
        self.cache().book(instrument_id.0).is_some()
    }

    /// The data engine's book, kept while somebody subscribes to one; it goes on changing.
    fn order_book<'py>(&self, py: Python<'py>, instrument_id: PyInstrumentId) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.cache().book(instrument_id.0).map(|book| order_book_to_py(py, book)).transpose()
    }

    #[pyo3(signature = (instrument_id = None, price_type = None, aggregation_source = None))]
    fn bar_types(
        &self,
        instrument_id: Option<PyInstrumentId>,
        price_type: Option<E<PriceType>>,
        aggregation_source: Option<E<AggregationSource>>,
    ) -> Vec<PyBarType> {
        let types = self.cache().bar_types().into_iter();
        let wanted = types.filter(|t| {
            instrument_id.is_none_or(|id| id.0 == t.instrument_id)
                && price_type.is_none_or(|p| p.0 == t.spec.price_type)
                && aggregation_source.is_none_or(|s| s.0 == t.source)
        });
        wanted.map(PyBarType).collect()
    }

    fn price(&self, instrument_id: PyInstrumentId, price_type: E<PriceType>) -> Option<PyPrice> {
        let id = instrument_id.0;
        let quote = || self.cache().quote(id, 0);
        let price = match price_type.0 {
            PriceType::Bid => quote().map(|q| q.bid_price),
            PriceType::Ask => quote().map(|q| q.ask_price),
            PriceType::Mid => quote().map(|q| q.mid_price()),
            PriceType::Last => self.cache().last_price(id),
            PriceType::Mark => None,
        };
        price.map(PyPrice)
    }

    // Orders

    fn order<'py>(&self, py: Python<'py>, client_order_id: PyClientOrderId) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.cache().order(client_order_id.0).map(|order| order_to_py(py, &order)).transpose()
    }

    fn client_order_id(&self, venue_order_id: PyVenueOrderId) -> Option<PyClientOrderId> {
        self.cache().client_order_id(venue_order_id.0).map(PyClientOrderId)
    }

    fn venue_order_id(&self, client_order_id: PyClientOrderId) -> Option<PyVenueOrderId> {
        self.cache().order(client_order_id.0)?.borrow().venue_order_id.map(PyVenueOrderId)
    }

    fn order_exists(&self, client_order_id: PyClientOrderId) -> bool {
        self.cache().order(client_order_id.0).is_some()
    }

    fn is_order_open(&self, client_order_id: PyClientOrderId) -> bool {
        self.order_flag(client_order_id, Order::is_open)
    }

    fn is_order_closed(&self, client_order_id: PyClientOrderId) -> bool {
        self.order_flag(client_order_id, Order::is_closed)
    }

    fn is_order_inflight(&self, client_order_id: PyClientOrderId) -> bool {
        self.order_flag(client_order_id, Order::is_inflight)
    }

    fn is_order_emulated(&self, client_order_id: PyClientOrderId) -> bool {
        self.order_flag(client_order_id, Order::awaits_release)
    }

    #[pyo3(signature = (venue = None, instrument_id = None, strategy_id = None, side = None, account_id = None))]
    #[allow(clippy::too_many_arguments)]
    fn orders<'py>(
        &self,
        py: Python<'py>,
        venue: Option<PyVenue>,
        instrument_id: Option<PyInstrumentId>,
        strategy_id: Option<PyStrategyId>,
        side: Option<E<OrderSide>>,
        account_id: Option<PyAccountId>,
    ) -> PyResult<Bound<'py, PyList>> {
        let filter = of_side(filter(venue, instrument_id, strategy_id), side);
        self.orders_where(py, &filter, |o| account_id.is_none_or(|id| o.account_id == Some(id.0)))
    }

    #[pyo3(signature = (venue = None, instrument_id = None, strategy_id = None, side = None))]
    fn orders_closed<'py>(
        &self,
        py: Python<'py>,
        venue: Option<PyVenue>,
        instrument_id: Option<PyInstrumentId>,
        strategy_id: Option<PyStrategyId>,
        side: Option<E<OrderSide>>,
    ) -> PyResult<Bound<'py, PyList>> {
        self.orders_where(py, &of_side(filter(venue, instrument_id, strategy_id), side), Order::is_closed)
    }

    #[pyo3(signature = (venue = None, instrument_id = None, strategy_id = None, side = None))]
    fn orders_open<'py>(
        &self,
        py: Python<'py>,
        venue: Option<PyVenue>,
        instrument_id: Option<PyInstrumentId>,
        strategy_id: Option<PyStrategyId>,
        side: Option<E<OrderSide>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let filter = of_side(filter(venue, instrument_id, strategy_id), side);
        orders_to_py(py, &self.cache().active_orders(&filter, Order::is_open))
    }

    #[pyo3(signature = (venue = None, instrument_id = None, strategy_id = None, side = None))]
    fn orders_inflight<'py>(
        &self,
        py: Python<'py>,
        venue: Option<PyVenue>,
        instrument_id: Option<PyInstrumentId>,
        strategy_id: Option<PyStrategyId>,
        side: Option<E<OrderSide>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let filter = of_side(filter(venue, instrument_id, strategy_id), side);
        orders_to_py(py, &self.cache().active_orders(&filter, Order::is_inflight))
    }

    #[pyo3(signature = (venue = None, instrument_id = None, strategy_id = None, side = None))]
    fn orders_emulated<'py>(
        &self,
        py: Python<'py>,
        venue: Option<PyVenue>,
        instrument_id: Option<PyInstrumentId>,
        strategy_id: Option<PyStrategyId>,
        side: Option<E<OrderSide>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let filter = of_side(filter(venue, instrument_id, strategy_id), side);
        orders_to_py(py, &self.cache().active_orders(&filter, Order::awaits_release))
    }

    #[pyo3(signature = (venue = None, instrument_id = None, strategy_id = None, side = None))]
    fn orders_total_count(
        &self,
        venue: Option<PyVenue>,
        instrument_id: Option<PyInstrumentId>,
        strategy_id: Option<PyStrategyId>,
        side: Option<E<OrderSide>>,
    ) -> usize {
        self.cache().orders(&of_side(filter(venue, instrument_id, strategy_id), side), |_| true).len()
    }

    #[pyo3(signature = (venue = None, instrument_id = None, strategy_id = None, side = None))]
    fn orders_closed_count(
        &self,
        venue: Option<PyVenue>,
        instrument_id: Option<PyInstrumentId>,
        strategy_id: Option<PyStrategyId>,
        side: Option<E<OrderSide>>,
    ) -> usize {
        self.cache().orders(&of_side(filter(venue, instrument_id, strategy_id), side), Order::is_closed).len()
    }

    #[pyo3(signature = (venue = None, instrument_id = None, strategy_id = None, side = None))]
    fn orders_open_count(
        &self,
        venue: Option<PyVenue>,
        instrument_id: Option<PyInstrumentId>,
        strategy_id: Option<PyStrategyId>,
        side: Option<E<OrderSide>>,
    ) -> usize {
        self.cache().active_orders(&of_side(filter(venue, instrument_id, strategy_id), side), Order::is_open).len()
    }

    #[pyo3(signature = (venue = None, instrument_id = None, strategy_id = None, side = None))]
    fn orders_inflight_count(
        &self,
        venue: Option<PyVenue>,
        instrument_id: Option<PyInstrumentId>,
        strategy_id: Option<PyStrategyId>,
        side: Option<E<OrderSide>>,
    ) -> usize {
        let filter = of_side(filter(venue, instrument_id, strategy_id), side);
        self.cache().active_orders(&filter, Order::is_inflight).len()
    }

    #[pyo3(signature = (venue = None, instrument_id = None, strategy_id = None, side = None))]
    fn orders_emulated_count(
        &self,
        venue: Option<PyVenue>,
        instrument_id: Option<PyInstrumentId>,
        strategy_id: Option<PyStrategyId>,
        side: Option<E<OrderSide>>,
    ) -> usize {
        let filter = of_side(filter(venue, instrument_id, strategy_id), side);
        self.cache().active_orders(&filter, Order::awaits_release).len()
    }

    fn orders_for_position<'py>(&self, py: Python<'py>, position_id: PyPositionId) -> PyResult<Bound<'py, PyList>> {
        orders_to_py(py, &self.cache().orders_for_position(position_id.0))
    }

    fn order_list(&self, order_list_id: PyOrderListId) -> Option<PyOrderList> {
        let ids = self.cache().order_list(order_list_id.0)?;
        let orders = ids.iter().filter_map(|id| self.cache().order(*id)).collect();
        Some(PyOrderList { id: order_list_id.0, orders })
    }

    fn order_list_exists(&self, order_list_id: PyOrderListId) -> bool {
        self.cache().order_list(order_list_id.0).is_some()
    }

    fn strategy_id_for_order(&self, client_order_id: PyClientOrderId) -> Option<PyStrategyId> {
        self.cache().order(client_order_id.0).map(|order| PyStrategyId(order.borrow().init.strategy_id))
    }

    // Positions

    fn position(&self, position_id: PyPositionId) -> Option<PyPosition> {
        self.cache().position(position_id.0).map(PyPosition)
    }

    fn position_for_order(&self, client_order_id: PyClientOrderId) -> Option<PyPosition> {
        self.cache().position(self.cache().position_id(client_order_id.0)?).map(PyPosition)
    }

    fn position_id(&self, client_order_id: PyClientOrderId) -> Option<PyPositionId> {
        self.cache().position_id(client_order_id.0).map(PyPositionId)
    }

    fn position_exists(&self, position_id: PyPositionId) -> bool {
        self.cache().position(position_id.0).is_some()
    }

    fn is_position_open(&self, position_id: PyPositionId) -> bool {
        self.cache().position_view(position_id.0).is_some_and(|position| position.is_open)
    }

    fn is_position_closed(&self, position_id: PyPositionId) -> bool {
        self.cache().position_view(position_id.0).is_some_and(|position| !position.is_open)
    }

    #[pyo3(signature = (venue = None, instrument_id = None, strategy_id = None, side = None))]
    fn positions<'py>(
        &self,
        py: Python<'py>,
        venue: Option<PyVenue>,
        instrument_id: Option<PyInstrumentId>,
        strategy_id: Option<PyStrategyId>,
        side: Option<E<PositionSide>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let filter = of_position_side(filter(venue, instrument_id, strategy_id), side);
        positions_to_py(py, &self.cache().positions(&filter, |_| true))
    }

    #[pyo3(signature = (venue = None, instrument_id = None, strategy_id = None, side = None))]
    fn positions_open<'py>(
        &self,
        py: Python<'py>,
        venue: Option<PyVenue>,
        instrument_id: Option<PyInstrumentId>,
        strategy_id: Option<PyStrategyId>,
        side: Option<E<PositionSide>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let filter = of_position_side(filter(venue, instrument_id, strategy_id), side);
        positions_to_py(py, &self.cache().open_positions(&filter))
    }

    #[pyo3(signature = (venue = None, instrument_id = None, strategy_id = None))]
    fn positions_closed<'py>(
        &self,
        py: Python<'py>,
        venue: Option<PyVenue>,
        instrument_id: Option<PyInstrumentId>,
        strategy_id: Option<PyStrategyId>,
    ) -> PyResult<Bound<'py, PyList>> {
        let filter = filter(venue, instrument_id, strategy_id);
        positions_to_py(py, &self.cache().positions(&filter, |p| !p.is_open()))
    }

    #[pyo3(signature = (venue = None, instrument_id = None, strategy_id = None, side = None))]
    fn positions_total_count(
        &self,
        venue: Option<PyVenue>,
        instrument_id: Option<PyInstrumentId>,
        strategy_id: Option<PyStrategyId>,
        side: Option<E<PositionSide>>,
    ) -> usize {
        self.cache().positions(&of_position_side(filter(venue, instrument_id, strategy_id), side), |_| true).len()
    }

    #[pyo3(signature = (venue = None, instrument_id = None, strategy_id = None, side = None))]
    fn positions_open_count(
        &self,
        venue: Option<PyVenue>,
        instrument_id: Option<PyInstrumentId>,
        strategy_id: Option<PyStrategyId>,
        side: Option<E<PositionSide>>,
    ) -> usize {
        self.cache().open_positions(&of_position_side(filter(venue, instrument_id, strategy_id), side)).len()
    }

    #[pyo3(signature = (venue = None, instrument_id = None, strategy_id = None))]
    fn positions_closed_count(
        &self,
        venue: Option<PyVenue>,
        instrument_id: Option<PyInstrumentId>,
        strategy_id: Option<PyStrategyId>,
    ) -> usize {
        self.cache().positions(&filter(venue, instrument_id, strategy_id), |p| !p.is_open()).len()
    }

    #[pyo3(signature = (position_id = None))]
    fn position_snapshots<'py>(
        &self,
        py: Python<'py>,
        position_id: Option<PyPositionId>,
    ) -> PyResult<Bound<'py, PyList>> {
        let ids = position_id.map_or_else(|| self.cache().snapshot_ids(), |id| vec![id.0]);
        let states = ids.into_iter().flat_map(|id| self.cache().snapshots(id));
        let positions: Vec<_> = states.map(|state| Rc::new(RefCell::new(state))).collect();
        positions_to_py(py, &positions)
    }

    fn strategy_id_for_position(&self, position_id: PyPositionId) -> Option<PyStrategyId> {
        self.cache().position(position_id.0).map(|position| PyStrategyId(position.borrow().strategy_id))
    }

    // A user's own objects, by key

    fn add(&self, key: String, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let bytes = value.cast::<PyBytes>().map_err(|_| PyTypeError::new_err("'value' was not bytes"))?;
        self.general.borrow_mut().insert(key, bytes.as_bytes().to_vec());
        Ok(())
    }

    fn get<'py>(&self, py: Python<'py>, key: &str) -> Option<Bound<'py, PyBytes>> {
        self.general.borrow().get(key).map(|bytes| PyBytes::new(py, bytes))
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyCache>()
}
