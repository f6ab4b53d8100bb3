//! The engine itself. The compat package's `BacktestEngine`, `Actor` and `Strategy` are Python over this.

use std::{rc::Rc, sync::Arc};

use indexmap::IndexMap;
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    intern,
    prelude::*,
    types::PyDict,
};
use ustr::Ustr;

use super::{
    cache::PyCache,
    clock::PyTestClock,
    component::PyComponent,
    digest::write_feed,
    host::{FedBy, PyHost},
    instruments::Instruments,
    logger::{PyLogger, level_of},
    models::{Chances, UserFees, UserFills},
    msgbus::PyMessageBus,
    order::{PyOrder, PyOrderList},
    portfolio::PyPortfolio,
    source::PyOrderSource,
};
use crate::{
    aggregation::TimeBars,
    clock::SharedClock,
    kernel::{Batch, Change, Kernel, KernelConfig, Range, Rate, RiskConfig, Strategy, Topic},
    ledger::account::MarginModel,
    matching::MatchingConfig,
    model::{
        enums::{AccountType, BookType, OmsType, OrderSide},
        identifiers::{AccountId, IdMap},
    },
    models::{FeeModel, FillModel, FixedFees, LatencyModel, MakerTakerFees, PerContractFees},
    profile::Profile,
    py::model::{
        bar::{PyBar, PyBarType},
        book::{PyOrderBookDelta, PyOrderBookDeltas},
        bulk::PyColumns,
        convert::{Ns, decimal_from_py},
        currency::PyCurrency,
        data::{PyQuoteTick, PyTradeTick},
        depth::PyOrderBookDepth10,
        enums::E,
        fixed::{PyPrice, PyQuantity},
        identifiers::{PyExecAlgorithmId, PyInstrumentId, PyPositionId, PyStrategyId, PyTraderId, PyVenue},
        instrument::PyInstrument,
        money::PyMoney,
        order_book::order_book_to_py,
    },
    venue::{AccountConfig, Venue, VenueModels},
};

#[pyclass(name = "Kernel", module = "lintkit._engine", frozen, unsendable)]
pub struct PyKernel {
    kernel: Rc<Kernel>,
    host: Rc<PyHost>,
    instruments: Rc<Instruments>,
    cache: Py<PyCache>,
    portfolio: Py<PyPortfolio>,
    msgbus: Py<PyMessageBus>,
}

/// A required entry of a configuration.
fn entry<'py>(config: &Bound<'py, PyDict>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    config.get_item(name)?.ok_or_else(|| PyTypeError::new_err(format!("missing keyword argument: '{name}'")))
}

fn flag(config: &Bound<'_, PyDict>, name: &str) -> PyResult<bool> {
    entry(config, name)?.is_truthy()
}

fn rate(config: &Bound<'_, PyDict>, name: &str) -> PyResult<Rate> {
    let (limit, interval_ns) = entry(config, name)?.extract::<(usize, u64)>()?;
    Ok(Rate { limit, interval_ns })
}

fn kernel_config(trader_id: PyTraderId, profile: &str, config: &Bound<'_, PyDict>) -> PyResult<KernelConfig> {
    let profile = Profile::of(profile)
        .ok_or_else(|| PyValueError::new_err(format!("no profile for NautilusTrader {profile}: use 1.221 or 1.231")))?;
    let mut max_notional = IndexMap::new();
    for (id, amount) in entry(config, "max_notional_per_order")?.cast::<PyDict>()? {
        max_notional.insert(id.extract::<PyInstrumentId>()?.0, amount.extract::<f64>()?);
    }
    Ok(KernelConfig {
        trader_id: trader_id.0,
        profile,
        risk: RiskConfig {
            bypass: flag(config, "bypass_risk")?,
            submit_rate: rate(config, "submit_rate")?,
            modify_rate: rate(config, "modify_rate")?,
            max_notional,
        },
        quotes_from_books: flag(config, "quotes_from_books")?,
        time_bars: TimeBars {
            build_with_no_updates: flag(config, "time_bars_build_with_no_updates")?,
            timestamp_on_close: flag(config, "time_bars_timestamp_on_close")?,
            skip_first_non_full_bar: flag(config, "time_bars_skip_first_non_full_bar")?,
            left_open: flag(config, "time_bars_left_open")?,
            build_delay_us: entry(config, "time_bars_build_delay")?.extract()?,
        },
    })
}

#[pymethods]
impl PyKernel {
    #[new]
    #[pyo3(signature = (trader_id, profile, **config))]
    fn new(py: Python<'_>, trader_id: PyTraderId, profile: &str, config: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let none = PyDict::new(py);
        let config = config.unwrap_or(&none);
        let kernel = Rc::new(Kernel::new(kernel_config(trader_id, profile, config)?));
        kernel
            .cache
            .set_capacity(entry(config, "tick_capacity")?.extract()?, entry(config, "bar_capacity")?.extract()?);
        let host = Rc::new(PyHost::default());
        let clock = Rc::downgrade(&kernel);
        let now = Box::new(move || clock.upgrade().map_or(0, |kernel| kernel.now()));
        host.log.configure(level_of(config)?, trader_id.0.as_str(), now);
        host.log.make_current();
        kernel.set_host(Rc::clone(&host) as Rc<dyn crate::kernel::Host>);
        let log = Rc::clone(&host.log);
        kernel.portfolio.set_log(Rc::new(move |text: &str| {
            log.write(crate::kernel::LogLevel::Error, "Portfolio", text);
        }));
        let instruments = Rc::new(Instruments::default());
        let cache = Py::new(py, PyCache::new(Rc::clone(&kernel), Rc::clone(&instruments)))?;
        let portfolio = Py::new(py, PyPortfolio(Rc::clone(&kernel), super::rest::Rest::default()))?;
        let msgbus = Py::new(py, PyMessageBus::new(Rc::clone(&kernel), Rc::clone(&host.kept)))?;
        Ok(Self { kernel, host, instruments, cache, portfolio, msgbus })
    }

    #[getter]
    fn cache(&self, py: Python<'_>) -> Py<PyCache> {
        self.cache.clone_ref(py)
    }

    #[getter]
    fn portfolio(&self, py: Python<'_>) -> Py<PyPortfolio> {
        self.portfolio.clone_ref(py)
    }

    #[getter]
    fn msgbus(&self, py: Python<'_>) -> Py<PyMessageBus> {
        self.msgbus.clone_ref(py)
    }

    #[getter]
    fn now(&self) -> u64 {
        self.kernel.now()
    }

    #[getter]
    fn order_events(&self) -> u64 {
        self.kernel.order_events()
    }

    #[getter]
    fn iterations(&self) -> u64 {
        self.kernel.iterations()
    }

    /// First and last time of the run so far.
    #[getter]
    fn range(&self) -> (Option<u64>, Option<u64>) {
        self.kernel.range()
    }

    #[getter]
    fn data_count(&self) -> usize {
        self.kernel.feed().len()
    }

    /// How many data there are, and the first and last time of them (ns).
    #[getter]
    fn data_ends(&self) -> (usize, Option<u64>, Option<u64>) {
        self.kernel.feed_mut().sort();
        let feed = self.kernel.feed();
        let (first, last) = feed.range().unzip();
        (feed.len(), first, last)
    }

    fn logger(&self, name: String) -> PyLogger {
        PyLogger { name, log: Rc::clone(&self.host.log) }
    }

    /// What the compat package's `add_venue` was given, under the same names.
    #[pyo3(signature = (venue, **config))]
    fn add_venue(&self, venue: PyVenue, config: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        let Some(config) = config else { return Err(PyTypeError::new_err("a venue needs its configuration")) };
        let member = |name: &str| entry(config, name);
        let account_type = member("account_type")?.extract::<E<AccountType>>()?.0;
        let matching = MatchingConfig {
            venue: venue.0,
            oms_type: member("oms_type")?.extract::<E<OmsType>>()?.0,
            account_type,
            book_type: member("book_type")?.extract::<E<BookType>>()?.0,
            reject_stop_orders: flag(config, "reject_stop_orders")?,
            support_gtd_orders: flag(config, "support_gtd_orders")?,
            support_contingent_orders: flag(config, "support_contingent_orders")?,
            oto_on_full_fill: flag(config, "oto_on_full_fill")?,
            use_position_ids: flag(config, "use_position_ids")?,
            use_reduce_only: flag(config, "use_reduce_only")?,
            use_market_order_acks: flag(config, "use_market_order_acks")?,
            bar_execution: flag(config, "bar_execution")?,
            bar_adaptive_high_low: flag(config, "bar_adaptive_high_low_ordering")?,
            trade_execution: flag(config, "trade_execution")?,
            liquidity_consumption: flag(config, "liquidity_consumption")?,
            queue_position: flag(config, "queue_position")?,
        };
        let mut leverages = IdMap::default();
        for (id, leverage) in member("leverages")?.cast::<PyDict>()? {
            leverages.insert(id.extract::<PyInstrumentId>()?.0, decimal_from_py(&leverage)?);
        }
        let base = member("base_currency")?;
        let account = AccountConfig {
            base_currency: if base.is_none() { None } else { Some(base.extract::<PyCurrency>()?.0) },
            starting_balances: member("starting_balances")?
                .extract::<Vec<PyMoney>>()?
                .into_iter()
                .map(|money| money.0)
                .collect(),
            default_leverage: decimal_from_py(&member("default_leverage")?)?,
            leverages,
            is_frozen: flag(config, "frozen_account")?,
            allows_borrowing: flag(config, "allow_cash_borrowing")?,
            margin_model: if flag(config, "ignores_leverage")? {
                MarginModel::Standard
            } else {
                MarginModel::Leveraged
            },
        };
        let latency = member("latency")?;
        let latency = if latency.is_none() {
            None
        } else {
            let (insert_ns, update_ns, cancel_ns) = latency.extract::<(u64, u64, u64)>()?;
            Some(LatencyModel { insert_ns, update_ns, cancel_ns })
        };
        let models = VenueModels {
            fill: self.fill_model(&member("fill_model")?)?,
            fee: self.fee_model(&member("fee_model")?)?,
            latency,
            use_message_queue: flag(config, "use_message_queue")?,
        };
        let account_id = AccountId(Ustr::from(&format!("{}-001", venue.0)));
        let venue = Venue::new(account_id, matching, account, models, self.kernel.profile);
        Ok(self.kernel.add_venue(venue)?)
    }

    fn add_instrument(&self, instrument: &Bound<'_, PyAny>) -> PyResult<()> {
        let known = instrument.cast::<PyInstrument>()?.get();
        self.kernel.add_instrument(Arc::clone(&known.inner))?;
        self.instruments.insert(known.inner.id, instrument.clone().unbind());
        Ok(())
    }

    /// Adds data of any kinds, in any order.
    fn add_data(&self, data: &Bound<'_, PyAny>) -> PyResult<()> {
        for item in data.try_iter()? {
            let item = item?;
            // One borrow an item: the iterator may run user code.
            let mut feed = self.kernel.feed_mut();
            if let Ok(quote) = item.cast::<PyQuoteTick>() {
                feed.add_quote(quote.borrow().tick());
            } else if let Ok(trade) = item.cast::<PyTradeTick>() {
                feed.add_trade(trade.borrow().tick());
            } else if let Ok(bar) = item.cast::<PyBar>() {
                feed.add_bar(bar.borrow().0);
            } else if let Ok(delta) = item.cast::<PyOrderBookDelta>() {
                let delta = delta.get().0;
                feed.add_batch(Batch { instrument_id: delta.instrument_id, deltas: Arc::new([delta]) });
            } else if let Ok(deltas) = item.cast::<PyOrderBookDeltas>() {
                let deltas = deltas.borrow();
                feed.add_batch(Batch { instrument_id: deltas.instrument_id, deltas: Arc::clone(&deltas.deltas) });
            } else if let Ok(depth) = item.cast::<PyOrderBookDepth10>() {
                feed.add_depth(Arc::clone(&depth.get().0));
            } else {
                drop(feed);
                let ts = item.getattr(intern!(item.py(), "ts_init"))?.extract::<Ns>()?.0;
                let object = self.host.kept.object(item.unbind());
                self.kernel.feed_mut().add_custom(ts, object);
            }
        }
        Ok(())
    }

    /// Where custom data go: a callable from a datum to its topic, or to none.
    fn set_router(&self, router: Py<PyAny>) {
        self.host.set_router(router);
    }

    fn add_module(&self, venue: PyVenue, module: &Bound<'_, PyAny>, sees_data: bool) -> PyResult<()> {
        let handler = self.host.kept.handler(module)?;
        self.kernel.add_module(venue.0, handler, sees_data);
        Ok(())
    }

    fn adjust_account(&self, venue: PyVenue, adjustment: PyMoney) -> PyResult<()> {
        Ok(self.kernel.adjust_account(venue.0, adjustment.0)?)
    }

    /// The venue's own book of an instrument, as it is now.
    fn venue_book<'py>(&self, py: Python<'py>, instrument_id: PyInstrumentId) -> PyResult<Option<Bound<'py, PyAny>>> {
        let book = self.kernel.venue_book(instrument_id.0);
        book.map(|book| order_book_to_py(py, Rc::new(std::cell::RefCell::new(book)))).transpose()
    }

    // What execution algorithms do

    /// The actor is the execution algorithm of this id.
    fn set_algorithm(&self, actor: u32, id: PyExecAlgorithmId) {
        let actor = crate::kernel::ActorId(actor);
        if let Some(actor) = self.kernel.actor(actor) {
            actor.is_algorithm.set(true);
        }
        self.host.set_algorithm(id.0, actor);
    }

    /// Makes the orders that an algorithm sends for a strategy.
    fn spawner(&self, actor: u32, strategy_id: PyStrategyId) -> PyResult<PyOrderSource> {
        let actor = self.kernel.actor(crate::kernel::ActorId(actor));
        let actor = actor.ok_or_else(|| PyValueError::new_err("the algorithm is not part of the engine"))?;
        let trader_id = self.kernel.config.trader_id;
        Ok(PyOrderSource::new(Rc::clone(&actor.clock), trader_id, strategy_id.0, false, true))
    }

    fn submit_from_algorithm(&self, order: &Bound<'_, PyOrder>) -> PyResult<()> {
        let order = Rc::clone(&order.borrow().0);
        Ok(self.kernel.submit_from_algorithm(&order)?)
    }

    fn resize_locally(&self, order: &Bound<'_, PyOrder>, quantity: PyQuantity) {
        let order = Rc::clone(&order.borrow().0);
        self.kernel.resize_locally(&order, quantity.0);
    }

    fn cancel_locally(&self, order: &Bound<'_, PyOrder>) -> PyResult<()> {
        let order = Rc::clone(&order.borrow().0);
        Ok(self.kernel.cancel_locally(&order)?)
    }

    /// Adds what a wrangler made, without making an object of each row.
    fn add_columns(&self, columns: &Bound<'_, PyColumns>) {
        let columns = columns.get();
        self.kernel.feed_mut().add_columns(columns.columns.clone(), columns.start, columns.end);
    }

    fn sort_data(&self) {
        self.kernel.feed_mut().sort();
    }

    /// Hands the data, in the order of the replay, to `update` as bytes; returns the number of records by their key.
    fn write_data<'py>(&self, py: Python<'py>, update: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        self.kernel.feed_mut().sort();
        write_feed(py, &self.kernel.feed(), update)
    }

    fn clear_data(&self) {
        self.kernel.clear_data();
    }

    /// Makes the actor part of the engine: its clock, and for a strategy its ids and event topics.
    #[pyo3(signature = (
        component, id, strategy_id = None, oms_type = None, manage_gtd_expiry = false, manage_stop = false,
        use_uuids = false,
        use_hyphens = true
    ))]
    #[allow(clippy::too_many_arguments)]
    fn add_actor<'py>(
        slf: &Bound<'py, Self>,
        component: &Bound<'py, PyComponent>,
        id: &Bound<'py, PyAny>,
        strategy_id: Option<PyStrategyId>,
        oms_type: Option<E<OmsType>>,
        manage_gtd_expiry: bool,
        manage_stop: bool,
        use_uuids: bool,
        use_hyphens: bool,
    ) -> PyResult<Option<PyOrderSource>> {
        let (py, this) = (slf.py(), slf.borrow());
        let clock = SharedClock::default();
        let strategy = strategy_id.map(|id| Strategy {
            id: id.0,
            oms_type: oms_type.map_or(OmsType::Unspecified, |oms| oms.0),
            manages_gtd_expiry: manage_gtd_expiry,
            manages_stop: manage_stop,
        });
        let name = id.str()?;
        let index = this.kernel.add_actor(Ustr::from(&name.to_cow()?), Rc::clone(&clock), strategy);
        let py_clock = PyTestClock::of_actor(py, Rc::clone(&clock), index)?;
        this.host.add(component.clone().into_any().unbind(), py_clock.clone().unbind());
        let parts = PyDict::new(py);
        parts.set_item("id", id)?;
        parts.set_item("trader_id", PyTraderId(this.kernel.config.trader_id))?;
        parts.set_item("clock", py_clock)?;
        parts.set_item("cache", &this.cache)?;
        parts.set_item("portfolio", &this.portfolio)?;
        parts.set_item("msgbus", &this.msgbus)?;
        parts.set_item("log", this.logger(name.to_string()))?;
        parts.set_item("_kernel", slf)?;
        parts.set_item("_index", index.0)?;
        component.call_method("_attach", (), Some(&parts))?;
        let trader_id = this.kernel.config.trader_id;
        Ok(strategy_id.map(|id| PyOrderSource::new(clock, trader_id, id.0, use_uuids, use_hyphens)))
    }

    #[pyo3(signature = (start = None, end = None, streaming = false))]
    fn run(&self, start: Option<u64>, end: Option<u64>, streaming: bool) -> PyResult<()> {
        Ok(self.kernel.run(Range { start, end, streaming })?)
    }

    fn end(&self) -> PyResult<()> {
        Ok(self.kernel.end()?)
    }

    fn reset(&self, py: Python<'_>) -> PyResult<()> {
        self.cache.bind(py).borrow().forget(py)?;
        Ok(self.kernel.reset()?)
    }

    fn dispose(&self) {
        self.kernel.dispose();
        self.host.clear();
        self.instruments.clear();
    }

    fn stop_actor(&self, actor: u32) -> PyResult<()> {
        Ok(self.kernel.stop(crate::kernel::ActorId(actor))?)
    }

    fn is_running(&self, actor: u32) -> bool {
        self.kernel.actor(crate::kernel::ActorId(actor)).is_some_and(|actor| actor.is_running.get())
    }

    // What strategies do

    #[pyo3(signature = (actor, order, position_id = None))]
    fn submit_order(&self, actor: u32, order: &Bound<'_, PyOrder>, position_id: Option<PyPositionId>) -> PyResult<()> {
        let order = Rc::clone(&order.borrow().0);
        Ok(self.kernel.submit_order(crate::kernel::ActorId(actor), &order, position_id.map(|id| id.0))?)
    }

    #[pyo3(signature = (actor, order_list, position_id = None))]
    fn submit_order_list(
        &self,
        actor: u32,
        order_list: &Bound<'_, PyOrderList>,
        position_id: Option<PyPositionId>,
    ) -> PyResult<()> {
        let (id, orders) = {
            let list = order_list.borrow();
            (list.id, list.orders.clone())
        };
        let actor = crate::kernel::ActorId(actor);
        Ok(self.kernel.submit_order_list(actor, id, &orders, position_id.map(|id| id.0))?)
    }

    #[pyo3(signature = (order, quantity = None, price = None, trigger_price = None))]
    fn modify_order(
        &self,
        order: &Bound<'_, PyOrder>,
        quantity: Option<PyQuantity>,
        price: Option<PyPrice>,
        trigger_price: Option<PyPrice>,
    ) -> PyResult<()> {
        let order = Rc::clone(&order.borrow().0);
        let change = Change {
            quantity: quantity.map(|q| q.0),
            price: price.map(|p| p.0),
            trigger_price: trigger_price.map(|p| p.0),
        };
        Ok(self.kernel.modify_order(&order, &change)?)
    }

    fn cancel_order(&self, order: &Bound<'_, PyOrder>) -> PyResult<()> {
        let order = Rc::clone(&order.borrow().0);
        Ok(self.kernel.cancel_order(&order)?)
    }

    fn cancel_orders(&self, orders: Vec<Bound<'_, PyOrder>>) -> PyResult<()> {
        let orders: Vec<_> = orders.iter().map(|order| Rc::clone(&order.borrow().0)).collect();
        Ok(self.kernel.cancel_orders(&orders)?)
    }

    fn deny_orders(&self, orders: Vec<Bound<'_, PyOrder>>, reason: &str) -> PyResult<()> {
        let orders: Vec<_> = orders.iter().map(|order| Rc::clone(&order.borrow().0)).collect();
        Ok(self.kernel.deny_orders(&orders, reason)?)
    }

    #[pyo3(signature = (strategy_id, instrument_id, order_side = None))]
    fn cancel_all_orders(
        &self,
        strategy_id: PyStrategyId,
        instrument_id: PyInstrumentId,
        order_side: Option<E<OrderSide>>,
    ) -> PyResult<()> {
        let side = order_side.map_or(OrderSide::NoOrderSide, |side| side.0);
        Ok(self.kernel.cancel_all_orders(strategy_id.0, instrument_id.0, side)?)
    }

    // What actors listen to

    fn subscribe_quotes(&self, actor: u32, instrument_id: PyInstrumentId) -> PyResult<()> {
        Ok(self.kernel.subscribe(crate::kernel::ActorId(actor), Topic::Quotes(instrument_id.0))?)
    }

    fn subscribe_trades(&self, actor: u32, instrument_id: PyInstrumentId) -> PyResult<()> {
        Ok(self.kernel.subscribe(crate::kernel::ActorId(actor), Topic::Trades(instrument_id.0))?)
    }

    fn subscribe_bars(&self, actor: u32, bar_type: PyBarType) -> PyResult<()> {
        Ok(self.kernel.subscribe(crate::kernel::ActorId(actor), Topic::Bars(bar_type.0))?)
    }

    fn subscribe_deltas(&self, actor: u32, instrument_id: PyInstrumentId) -> PyResult<()> {
        Ok(self.kernel.subscribe(crate::kernel::ActorId(actor), Topic::Deltas(instrument_id.0))?)
    }

    fn subscribe_depth(&self, actor: u32, instrument_id: PyInstrumentId) -> PyResult<()> {
        Ok(self.kernel.subscribe(crate::kernel::ActorId(actor), Topic::Depth(instrument_id.0))?)
    }

    fn subscribe_snapshots(&self, actor: u32, instrument_id: PyInstrumentId, interval_ms: u64) -> PyResult<()> {
        let topic = Topic::Snapshots(instrument_id.0, interval_ms);
        Ok(self.kernel.subscribe(crate::kernel::ActorId(actor), topic)?)
    }

    /// A new book in the cache, fed by deltas or by depth snapshots.
    fn keep_book(&self, instrument_id: PyInstrumentId, book_type: E<BookType>, by_depth: bool) {
        let id = instrument_id.0;
        self.kernel.keep_book(if by_depth { Topic::Depth(id) } else { Topic::Deltas(id) }, id, book_type.0);
    }

    fn unsubscribe_depth(&self, actor: u32, instrument_id: PyInstrumentId) {
        self.kernel.unsubscribe(crate::kernel::ActorId(actor), Topic::Depth(instrument_id.0));
    }

    fn unsubscribe_snapshots(&self, actor: u32, instrument_id: PyInstrumentId, interval_ms: u64) {
        let topic = Topic::Snapshots(instrument_id.0, interval_ms);
        self.kernel.unsubscribe(crate::kernel::ActorId(actor), topic);
    }

    fn unsubscribe_quotes(&self, actor: u32, instrument_id: PyInstrumentId) {
        self.kernel.unsubscribe(crate::kernel::ActorId(actor), Topic::Quotes(instrument_id.0));
    }

    fn unsubscribe_trades(&self, actor: u32, instrument_id: PyInstrumentId) {
        self.kernel.unsubscribe(crate::kernel::ActorId(actor), Topic::Trades(instrument_id.0));
    }

    fn unsubscribe_bars(&self, actor: u32, bar_type: PyBarType) {
        self.kernel.unsubscribe(crate::kernel::ActorId(actor), Topic::Bars(bar_type.0));
    }

    fn unsubscribe_deltas(&self, actor: u32, instrument_id: PyInstrumentId) {
        self.kernel.unsubscribe(crate::kernel::ActorId(actor), Topic::Deltas(instrument_id.0));
    }

    fn feed_quotes(&self, actor: u32, instrument_id: PyInstrumentId, indicator: Py<PyAny>) -> PyResult<()> {
        self.host.register_indicator(crate::kernel::ActorId(actor), FedBy::Quotes(instrument_id.0), indicator)
    }

    fn feed_trades(&self, actor: u32, instrument_id: PyInstrumentId, indicator: Py<PyAny>) -> PyResult<()> {
        self.host.register_indicator(crate::kernel::ActorId(actor), FedBy::Trades(instrument_id.0), indicator)
    }

    fn feed_bars(&self, actor: u32, bar_type: PyBarType, indicator: Py<PyAny>) -> PyResult<()> {
        self.host.register_indicator(crate::kernel::ActorId(actor), FedBy::Bars(bar_type.0), indicator)
    }
}

impl PyKernel {
    /// Chances on limit, on stop and of slippage for the built-in model; for a user's the object itself, and whether
    /// it has books of its own.
    fn fill_model(&self, model: &Bound<'_, PyAny>) -> PyResult<Rc<dyn FillModel>> {
        if let Ok((on_limit, on_stop, slippage)) = model.extract::<(f64, f64, f64)>() {
            return Ok(Rc::new(Chances { on_limit, on_stop, slippage }));
        }
        let (model, simulates) = model.extract::<(Py<PyAny>, bool)>()?;
        Ok(Rc::new(UserFills { model, instruments: Rc::clone(&self.instruments), simulates }))
    }

    /// A fee model: numbers for the built-in ones, the object itself for a user's.
    fn fee_model(&self, model: &Bound<'_, PyAny>) -> PyResult<Rc<dyn FeeModel>> {
        let Ok((kind, commission, once)) = model.extract::<(String, Option<PyMoney>, bool)>() else {
            let instruments = Rc::clone(&self.instruments);
            return Ok(Rc::new(UserFees { model: model.clone().unbind(), instruments }));
        };
        match (kind.as_str(), commission) {
            ("fixed", Some(commission)) => Ok(Rc::new(FixedFees { commission: commission.0, charge_once: once })),
            ("per_contract", Some(commission)) => Ok(Rc::new(PerContractFees { commission: commission.0 })),
            ("maker_taker", None) => {
                let in_floats = self.kernel.profile.multiplies_fees_in_floats;
                Ok(Rc::new(MakerTakerFees { in_floats }))
            }
            _ => Err(PyValueError::new_err(format!("unknown fee model '{kind}'"))),
        }
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyKernel>()
}
