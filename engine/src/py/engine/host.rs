//! Calls user code for the kernel, and keeps the Python objects that the kernel knows by number.

use std::{
    cell::{OnceCell, RefCell},
    hash::Hash,
    rc::Rc,
    sync::Arc,
};

use pyo3::{exceptions::PyRuntimeError, intern, prelude::*};
use ustr::Ustr;

use super::{
    clock::{PyTestClock, time_event_to_py},
    event::{account_state_to_py, order_event_to_py, position_event_to_py},
    handlers::{DataHandler, Refill, Table, TickSource, order_handler},
    logger::Log,
    order::{PyOrderList, order_to_py},
};
use crate::{
    halt::{Flow, Halt},
    kernel::{ActorId, HandlerId, Host, LogLevel, Message, ObjectId, Task},
    model::{
        UnixNanos,
        columns::{Columns, QuoteColumns, TradeColumns},
        data::{Bar, BarType},
        event::{OrderEvent, PositionEvent, PositionEventKind, TimeEvent},
        identifiers::{ExecAlgorithmId, IdMap, InstrumentId},
    },
    py::model::{
        bar::PyBar,
        book::PyOrderBookDeltas,
        data::{PyQuoteTick, PyTradeTick},
        depth::PyOrderBookDepth10,
        order_book::order_book_to_py,
    },
};

impl From<PyErr> for Halt {
    fn from(error: PyErr) -> Self {
        Self::Host(Box::new(error))
    }
}

/// Python objects by number: callables that subscribe, data that only Python understands.
#[derive(Default)]
pub struct Kept {
    objects: RefCell<Vec<Option<Py<PyAny>>>>,
    free: RefCell<Vec<u32>>,
    /// Which of the objects are callables that subscribe.
    handlers: RefCell<Vec<u32>>,
}

impl Kept {
    /// Equal callables (bound methods of one object among them) get one number.
    pub fn handler(&self, callable: &Bound<'_, PyAny>) -> PyResult<HandlerId> {
        let py = callable.py();
        let known = self.handlers.borrow().clone();
        for at in known {
            if self.get(py, at)?.eq(callable)? {
                return Ok(HandlerId(at));
            }
        }
        let at = self.push(callable.clone().unbind());
        self.handlers.borrow_mut().push(at);
        Ok(HandlerId(at))
    }

    pub fn object(&self, object: Py<PyAny>) -> ObjectId {
        ObjectId(self.push(object))
    }

    /// Lets go of an object that was kept for one message.
    pub fn forget(&self, id: ObjectId) {
        let object = self.objects.borrow_mut().get_mut(id.0 as usize).and_then(Option::take);
        if object.is_some() {
            self.free.borrow_mut().push(id.0);
        }
    }

    fn push(&self, object: Py<PyAny>) -> u32 {
        let mut objects = self.objects.borrow_mut();
        if let Some(at) = self.free.borrow_mut().pop() {
            objects[at as usize] = Some(object);
            return at;
        }
        objects.push(Some(object));
        number(objects.len() - 1)
    }

    pub fn get<'py>(&self, py: Python<'py>, at: u32) -> PyResult<Bound<'py, PyAny>> {
        let objects = self.objects.borrow();
        let object = objects.get(at as usize).and_then(Option::as_ref).map(|object| object.bind(py).clone());
        object.ok_or_else(|| PyRuntimeError::new_err("the engine has been disposed of"))
    }

    pub fn clear(&self) {
        let objects = self.objects.take();
        self.free.borrow_mut().clear();
        self.handlers.borrow_mut().clear();
        drop(objects); // outside the cell: dropping may run user code
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

struct Slot {
    object: Py<PyAny>,
    clock: Py<PyTestClock>,
    table: OnceCell<Table>,
    quote_indicators: RefCell<IdMap<InstrumentId, Indicators>>,
    trade_indicators: RefCell<IdMap<InstrumentId, Indicators>>,
    bar_indicators: RefCell<IdMap<BarType, Indicators>>,
}

/// What indicators are fed with.
#[derive(Clone, Copy)]
pub enum FedBy {
    Quotes(InstrumentId),
    Trades(InstrumentId),
    Bars(BarType),
}

#[derive(Default)]
pub struct PyHost {
    slots: RefCell<Vec<Rc<Slot>>>,
    pub kept: Rc<Kept>,
    pub log: Rc<Log>,
    router: RefCell<Option<Py<PyAny>>>,
    algorithms: RefCell<indexmap::IndexMap<ExecAlgorithmId, ActorId>>,
}

impl PyHost {
    /// In the order in which the kernel gets its actors.
    pub fn add(&self, object: Py<PyAny>, clock: Py<PyTestClock>) {
        self.slots.borrow_mut().push(Rc::new(Slot {
            object,
            clock,
            table: OnceCell::new(),
            quote_indicators: RefCell::default(),
            trade_indicators: RefCell::default(),
            bar_indicators: RefCell::default(),
        }));
    }

    pub fn set_router(&self, router: Py<PyAny>) {
        let before = self.router.replace(Some(router));
        drop(before);
    }

    pub fn set_algorithm(&self, id: ExecAlgorithmId, actor: ActorId) {
        self.algorithms.borrow_mut().insert(id, actor);
    }

    pub fn clear(&self) {
        let slots = self.slots.take();
        drop(slots);
        let router = self.router.take();
        drop(router);
        self.kept.clear();
    }

    fn slot(&self, actor: ActorId) -> PyResult<Rc<Slot>> {
        let slot = self.slots.borrow().get(actor.0 as usize).cloned();
        slot.ok_or_else(|| PyRuntimeError::new_err("the engine has been disposed of"))
    }

    pub fn register_indicator(&self, actor: ActorId, by: FedBy, indicator: Py<PyAny>) -> PyResult<()> {
        let slot = self.slot(actor)?;
        match by {
            FedBy::Quotes(id) => register(&slot.quote_indicators, id, indicator),
            FedBy::Trades(id) => register(&slot.trade_indicators, id, indicator),
            FedBy::Bars(bar_type) => register(&slot.bar_indicators, bar_type.standard(), indicator),
        }
        Ok(())
    }

    /// The object of an actor.
    pub fn object<'py>(&self, py: Python<'py>, actor: ActorId) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.slot(actor)?.object.bind(py).clone())
    }

    fn call(&self, actor: ActorId, name: &str) -> Flow {
        Python::attach(|py| -> PyResult<()> {
            let object = self.object(py, actor)?;
            object.call_method0(name)?;
            Ok(())
        })?;
        Ok(())
    }

    fn handle_row(&self, py: Python<'_>, actor: ActorId, columns: &Columns, at: usize) -> PyResult<()> {
        let slot = self.slot(actor)?;
        match columns {
            Columns::Quotes(quotes) => slot.quote(py, quotes.instrument_id, TickSource::Row(quotes, at)),
            Columns::Trades(trades) => slot.trade(py, trades.instrument_id, TickSource::Row(trades, at)),
            Columns::Bars(bars) => slot.bar(py, &bars.get(at)),
        }
    }

    fn handle(&self, py: Python<'_>, actor: ActorId, message: &Message) -> PyResult<()> {
        let slot = self.slot(actor)?;
        let table = slot.table(py)?;
        match message {
            Message::Quote(quote) => slot.quote(py, quote.instrument_id, TickSource::Tick(quote)),
            Message::Trade(trade) => slot.trade(py, trade.instrument_id, TickSource::Tick(trade)),
            Message::Bar(bar) => slot.bar(py, bar),
            Message::Deltas(deltas) => match &table.on_order_book_deltas {
                Some(handler) => handler.call(py, deltas, |_| Ok(())),
                None => Ok(()),
            },
            Message::Depth(depth) => match &table.on_order_book_depth {
                Some(handler) => handler.call1(py, (PyOrderBookDepth10(Arc::clone(depth)),)).map(drop),
                None => Ok(()),
            },
            Message::Book(book) => match &table.on_order_book {
                Some(handler) => handler.call1(py, (order_book_to_py(py, Rc::clone(book))?,)).map(drop),
                None => Ok(()),
            },
            Message::Order(event) => Self::handle_order(py, table, event),
            Message::Position(event) => Self::handle_position(py, table, event),
            Message::Account(_) => Ok(()),
            Message::Object(object) => match &table.on_data {
                Some(handler) => {
                    let object = self.kept.get(py, object.0)?;
                    // Custom data travels in an envelope that says its type.
                    let data = object.getattr(intern!(py, "data")).unwrap_or(object);
                    handler.call1(py, (data,)).map(drop)
                }
                None => Ok(()),
            },
        }
    }

    fn handle_order(py: Python<'_>, table: &Table, event: &Rc<OrderEvent>) -> PyResult<()> {
        let specific = table.orders.get(order_handler(&event.kind)).and_then(Option::as_ref);
        if specific.is_none() && table.on_order_event.is_none() && table.on_event.is_none() {
            return Ok(());
        }
        let event = order_event_to_py(py, event)?;
        tell(py, specific, &event)?;
        tell(py, table.on_order_event.as_ref(), &event)?;
        tell(py, table.on_event.as_ref(), &event)
    }

    fn handle_position(py: Python<'_>, table: &Table, event: &Rc<PositionEvent>) -> PyResult<()> {
        let at = match event.kind {
            PositionEventKind::Opened => 0,
            PositionEventKind::Changed => 1,
            PositionEventKind::Closed => 2,
        };
        let specific = table.positions.get(at).and_then(Option::as_ref);
        if specific.is_none() && table.on_position_event.is_none() && table.on_event.is_none() {
            return Ok(());
        }
        let event = position_event_to_py(py, event)?;
        tell(py, specific, &event)?;
        tell(py, table.on_position_event.as_ref(), &event)?;
        tell(py, table.on_event.as_ref(), &event)
    }
}

impl Slot {
    /// Found when the first message comes: by then the object is complete.
    fn table(&self, py: Python<'_>) -> PyResult<&Table> {
        if let Some(table) = self.table.get() {
            return Ok(table);
        }
        let table = Table::of(self.object.bind(py))?;
        Ok(self.table.get_or_init(|| table))
    }

    fn quote(&self, py: Python<'_>, id: InstrumentId, quote: TickSource<'_, QuoteColumns>) -> PyResult<()> {
        let fed = indicators(&self.quote_indicators, &id);
        tell_datum(py, self.table(py)?.on_quote_tick.as_ref(), quote, fed.as_deref(), "handle_quote_tick")
    }

    fn trade(&self, py: Python<'_>, id: InstrumentId, trade: TickSource<'_, TradeColumns>) -> PyResult<()> {
        let fed = indicators(&self.trade_indicators, &id);
        tell_datum(py, self.table(py)?.on_trade_tick.as_ref(), trade, fed.as_deref(), "handle_trade_tick")
    }

    fn bar(&self, py: Python<'_>, bar: &Bar) -> PyResult<()> {
        let fed = indicators(&self.bar_indicators, &bar.bar_type.standard());
        tell_datum(py, self.table(py)?.on_bar.as_ref(), bar, fed.as_deref(), "handle_bar")
    }
}

type Indicators = Rc<[Py<PyAny>]>;

fn register<K: Hash + Eq>(all: &RefCell<IdMap<K, Indicators>>, key: K, indicator: Py<PyAny>) {
    let mut all = all.borrow_mut();
    let known = all.get(&key).cloned();
    let list = Python::attach(|py| {
        known.iter().flat_map(|list| list.iter()).map(|item| item.clone_ref(py)).chain([indicator]).collect()
    });
    all.insert(key, list);
}

fn indicators<K: Hash + Eq>(all: &RefCell<IdMap<K, Indicators>>, key: &K) -> Option<Indicators> {
    all.borrow().get(key).cloned()
}

fn feed(py: Python<'_>, indicators: Option<&[Py<PyAny>]>, method: &str, item: &Bound<'_, PyAny>) -> PyResult<()> {
    for indicator in indicators.into_iter().flatten() {
        indicator.bind(py).call_method1(method, (item,))?;
    }
    Ok(())
}

/// A datum goes to the indicators, then to the handler; it becomes an object only if there are any.
fn tell_datum<T: Refill>(
    py: Python<'_>,
    handler: Option<&DataHandler<T>>,
    value: T::Value<'_>,
    fed: Option<&[Py<PyAny>]>,
    method: &str,
) -> PyResult<()> {
    match handler {
        Some(handler) => handler.call(py, value, |datum| feed(py, fed, method, datum)),
        None if fed.is_some() => feed(py, fed, method, T::object(py, value)?.as_any()),
        None => Ok(()),
    }
}

fn tell(py: Python<'_>, handler: Option<&Py<PyAny>>, item: &Bound<'_, PyAny>) -> PyResult<()> {
    match handler {
        Some(handler) => handler.call1(py, (item,)).map(drop),
        None => Ok(()),
    }
}

impl Host for PyHost {
    fn on_start(&self, actor: ActorId) -> Flow {
        self.call(actor, "_start")
    }

    fn on_stop(&self, actor: ActorId) -> Flow {
        self.call(actor, "_stop")
    }

    fn on_managed_stop(&self, actor: ActorId) -> Flow {
        self.call(actor, "stop")
    }

    fn on_reset(&self, actor: ActorId) -> Flow {
        self.call(actor, "_reset")
    }

    fn on_message(&self, actor: ActorId, message: &Message) -> Flow {
        Python::attach(|py| self.handle(py, actor, message))?;
        Ok(())
    }

    fn on_row(&self, actor: ActorId, columns: &Columns, at: usize) -> Flow {
        Python::attach(|py| self.handle_row(py, actor, columns, at))?;
        Ok(())
    }

    fn on_time_event(&self, actor: ActorId, handler: Option<HandlerId>, event: &TimeEvent) -> Flow {
        Python::attach(|py| -> PyResult<()> {
            let event = time_event_to_py(py, event)?;
            match handler {
                Some(handler) => {
                    let callable = self.slot(actor)?.clock.bind(py).borrow().handler(py, handler);
                    callable.map(|callable| callable.call1(py, (event,))).transpose()?;
                    return Ok(());
                }
                None => self.object(py, actor)?.call_method1(intern!(py, "_on_time_event"), (event,))?,
            };
            Ok(())
        })?;
        Ok(())
    }

    fn on_published(&self, handler: HandlerId, message: &Message) -> Flow {
        Python::attach(|py| -> PyResult<()> {
            let object = message_to_py(py, &self.kept, message)?;
            self.kept.get(py, handler.0)?.call1((object,))?;
            Ok(())
        })?;
        Ok(())
    }

    fn topic_of(&self, object: ObjectId) -> Flow<Option<Ustr>> {
        let topic = Python::attach(|py| -> PyResult<Option<String>> {
            let data = self.kept.get(py, object.0)?;
            let router = self.router.borrow().as_ref().map(|router| router.clone_ref(py));
            router.map_or(Ok(None), |router| router.call1(py, (data,))?.extract(py))
        })?;
        Ok(topic.map(|topic| Ustr::from(&topic)))
    }

    fn on_algorithm(&self, id: ExecAlgorithmId, task: &Task) -> Flow<bool> {
        let Some(actor) = self.algorithms.borrow().get(&id).copied() else { return Ok(false) };
        Python::attach(|py| -> PyResult<()> {
            let algorithm = self.object(py, actor)?;
            match task {
                Task::Order(order) => algorithm.call_method1(intern!(py, "_take_order"), (order_to_py(py, order)?,))?,
                Task::List(id, orders) => {
                    let list = PyOrderList { id: *id, orders: orders.clone() };
                    algorithm.call_method1(intern!(py, "_take_order_list"), (list,))?
                }
                Task::Cancel(order) => {
                    algorithm.call_method1(intern!(py, "_take_cancel"), (order_to_py(py, order)?,))?
                }
            };
            Ok(())
        })?;
        Ok(true)
    }

    fn on_module(&self, module: HandlerId, datum: Option<&Message>, now: UnixNanos) -> Flow {
        Python::attach(|py| -> PyResult<()> {
            let module = self.kept.get(py, module.0)?;
            match datum {
                Some(datum) => {
                    module.call_method1(intern!(py, "pre_process"), (message_to_py(py, &self.kept, datum)?,))?
                }
                None => module.call_method1(intern!(py, "process"), (now,))?,
            };
            Ok(())
        })?;
        Ok(())
    }

    fn log(&self, level: LogLevel, component: &str, text: &str) {
        self.log.write(level, component, text);
    }
}

/// What a subscriber of the message bus gets.
fn message_to_py<'py>(py: Python<'py>, kept: &Kept, message: &Message) -> PyResult<Bound<'py, PyAny>> {
    Ok(match message {
        Message::Quote(quote) => PyQuoteTick::of(*quote).into_pyobject(py)?.into_any(),
        Message::Trade(trade) => PyTradeTick::of(*trade).into_pyobject(py)?.into_any(),
        Message::Bar(bar) => PyBar(*bar).into_pyobject(py)?.into_any(),
        Message::Deltas(deltas) => PyOrderBookDeltas::object(py, deltas)?.into_any(),
        Message::Depth(depth) => PyOrderBookDepth10(Arc::clone(depth)).into_pyobject(py)?.into_any(),
        Message::Book(book) => order_book_to_py(py, Rc::clone(book))?,
        Message::Order(event) => order_event_to_py(py, event)?,
        Message::Position(event) => position_event_to_py(py, event)?,
        Message::Account(state) => account_state_to_py(py, state)?,
        Message::Object(object) => kept.get(py, object.0)?,
    })
}
