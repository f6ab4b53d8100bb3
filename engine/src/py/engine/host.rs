//! Calls user code for the kernel, and keeps the Python objects that the kernel knows by number.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use indexmap::IndexMap;
use pyo3::{exceptions::PyRuntimeError, intern, prelude::*, types::PyString};
use ustr::Ustr;

use super::{
    clock::{PyTestClock, time_event_to_py},
    event::{account_state_to_py, order_event_to_py, position_event_to_py},
    logger::Log,
};
use crate::{
    halt::{Flow, Halt},
    kernel::{ActorId, Batch, HandlerId, Host, LogLevel, Message, ObjectId},
    model::{
        data::BarType,
        event::{OrderEvent, OrderEventKind, PositionEvent, PositionEventKind, TimeEvent},
        identifiers::InstrumentId,
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
}

impl Kept {
    /// Equal callables (bound methods of one object among them) get one number.
    pub fn handler(&self, callable: &Bound<'_, PyAny>) -> PyResult<HandlerId> {
        let py = callable.py();
        for at in 0.. {
            let kept = match self.objects.borrow().get(at) {
                Some(kept) => kept.as_ref().map(|kept| kept.clone_ref(py)),
                None => break,
            };
            if let Some(kept) = kept
                && kept.bind(py).eq(callable)?
            {
                return Ok(HandlerId(number(at)));
            }
        }
        Ok(HandlerId(self.push(callable.clone().unbind())))
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
        drop(objects); // outside the cell: dropping may run user code
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The handlers that a user's class overrides; those of the base classes do nothing and are not called.
struct Table {
    on_quote_tick: Option<Py<PyAny>>,
    on_trade_tick: Option<Py<PyAny>>,
    on_bar: Option<Py<PyAny>>,
    on_order_book_deltas: Option<Py<PyAny>>,
    on_order_book_depth: Option<Py<PyAny>>,
    on_order_book: Option<Py<PyAny>>,
    on_data: Option<Py<PyAny>>,
    on_event: Option<Py<PyAny>>,
    on_order_event: Option<Py<PyAny>>,
    on_position_event: Option<Py<PyAny>>,
    orders: Vec<Option<Py<PyAny>>>,
    positions: Vec<Option<Py<PyAny>>>,
}

const ORDER_HANDLERS: [&str; 16] = [
    "on_order_initialized",
    "on_order_denied",
    "on_order_emulated",
    "on_order_released",
    "on_order_submitted",
    "on_order_accepted",
    "on_order_rejected",
    "on_order_canceled",
    "on_order_expired",
    "on_order_triggered",
    "on_order_pending_update",
    "on_order_pending_cancel",
    "on_order_modify_rejected",
    "on_order_cancel_rejected",
    "on_order_updated",
    "on_order_filled",
];

const fn order_handler(kind: &OrderEventKind) -> usize {
    use OrderEventKind as K;
    match kind {
        K::Initialized(_) => 0,
        K::Denied { .. } => 1,
        K::Emulated => 2,
        K::Released { .. } => 3,
        K::Submitted => 4,
        K::Accepted => 5,
        K::Rejected { .. } => 6,
        K::Canceled => 7,
        K::Expired => 8,
        K::Triggered => 9,
        K::PendingUpdate => 10,
        K::PendingCancel => 11,
        K::ModifyRejected { .. } => 12,
        K::CancelRejected { .. } => 13,
        K::Updated { .. } => 14,
        K::Filled(_) => 15,
    }
}

const POSITION_HANDLERS: [&str; 3] = ["on_position_opened", "on_position_changed", "on_position_closed"];

impl Table {
    fn of(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let handler = |name: &str| own_handler(object, name);
        Ok(Self {
            on_quote_tick: handler("on_quote_tick")?,
            on_trade_tick: handler("on_trade_tick")?,
            on_bar: handler("on_bar")?,
            on_order_book_deltas: handler("on_order_book_deltas")?,
            on_order_book_depth: handler("on_order_book_depth")?,
            on_order_book: handler("on_order_book")?,
            on_data: handler("on_data")?,
            on_event: handler("on_event")?,
            on_order_event: handler("on_order_event")?,
            on_position_event: handler("on_position_event")?,
            orders: ORDER_HANDLERS.iter().map(|name| handler(name)).collect::<PyResult<_>>()?,
            positions: POSITION_HANDLERS.iter().map(|name| handler(name)).collect::<PyResult<_>>()?,
        })
    }
}

/// The bound method, unless it is the base class's own.
fn own_handler(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Option<Py<PyAny>>> {
    let py = object.py();
    let Ok(method) = object.getattr(name) else { return Ok(None) };
    let function = method.getattr(intern!(py, "__func__")).unwrap_or_else(|_| method.clone());
    let bases = object.get_type().mro();
    for class in bases.iter() {
        let module = class.getattr(intern!(py, "__module__"))?;
        let is_ours =
            module.cast::<PyString>().is_ok_and(|m| m.to_cow().is_ok_and(|m| m.starts_with("nautilus_trader.")));
        if is_ours
            && let Ok(own) = class.getattr(intern!(py, "__dict__"))?.get_item(name)
            && own.is(&function)
        {
            return Ok(None);
        }
    }
    Ok(Some(method.unbind()))
}

struct Slot {
    object: Py<PyAny>,
    clock: Py<PyTestClock>,
    table: RefCell<Option<Rc<Table>>>,
    quote_indicators: RefCell<IndexMap<InstrumentId, Vec<Py<PyAny>>>>,
    trade_indicators: RefCell<IndexMap<InstrumentId, Vec<Py<PyAny>>>>,
    bar_indicators: RefCell<IndexMap<BarType, Vec<Py<PyAny>>>>,
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
}

impl PyHost {
    /// In the order in which the kernel gets its actors.
    pub fn add(&self, object: Py<PyAny>, clock: Py<PyTestClock>) {
        self.slots.borrow_mut().push(Rc::new(Slot {
            object,
            clock,
            table: RefCell::default(),
            quote_indicators: RefCell::default(),
            trade_indicators: RefCell::default(),
            bar_indicators: RefCell::default(),
        }));
    }

    pub fn clear(&self) {
        let slots = self.slots.take();
        drop(slots);
        self.kept.clear();
    }

    fn slot(&self, actor: ActorId) -> PyResult<Rc<Slot>> {
        let slot = self.slots.borrow().get(actor.0 as usize).cloned();
        slot.ok_or_else(|| PyRuntimeError::new_err("the engine has been disposed of"))
    }

    pub fn register_indicator(&self, actor: ActorId, by: FedBy, indicator: Py<PyAny>) -> PyResult<()> {
        let slot = self.slot(actor)?;
        match by {
            FedBy::Quotes(id) => slot.quote_indicators.borrow_mut().entry(id).or_default().push(indicator),
            FedBy::Trades(id) => slot.trade_indicators.borrow_mut().entry(id).or_default().push(indicator),
            FedBy::Bars(bar_type) => {
                slot.bar_indicators.borrow_mut().entry(bar_type.standard()).or_default().push(indicator);
            }
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

    fn handle(&self, py: Python<'_>, actor: ActorId, message: &Message) -> PyResult<()> {
        let slot = self.slot(actor)?;
        let table = match slot.table.borrow().clone() {
            Some(table) => table,
            None => Rc::new(Table::of(slot.object.bind(py))?),
        };
        slot.table.borrow_mut().get_or_insert_with(|| Rc::clone(&table));
        match message {
            Message::Quote(quote) => {
                let fed = indicators(py, &slot.quote_indicators, &quote.instrument_id);
                if fed.is_empty() && table.on_quote_tick.is_none() {
                    return Ok(());
                }
                let tick = PyQuoteTick(*quote).into_pyobject(py)?.into_any();
                feed(py, &fed, "handle_quote_tick", &tick)?;
                tell(py, table.on_quote_tick.as_ref(), &tick)
            }
            Message::Trade(trade) => {
                let fed = indicators(py, &slot.trade_indicators, &trade.instrument_id);
                if fed.is_empty() && table.on_trade_tick.is_none() {
                    return Ok(());
                }
                let tick = PyTradeTick(*trade).into_pyobject(py)?.into_any();
                feed(py, &fed, "handle_trade_tick", &tick)?;
                tell(py, table.on_trade_tick.as_ref(), &tick)
            }
            Message::Bar(bar) => {
                let fed = indicators(py, &slot.bar_indicators, &bar.bar_type.standard());
                if fed.is_empty() && table.on_bar.is_none() {
                    return Ok(());
                }
                let bar = PyBar(*bar).into_pyobject(py)?.into_any();
                feed(py, &fed, "handle_bar", &bar)?;
                tell(py, table.on_bar.as_ref(), &bar)
            }
            Message::Deltas(deltas) => match &table.on_order_book_deltas {
                Some(handler) => handler.call1(py, (deltas_to_py(deltas)?,)).map(drop),
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
            Message::Order(event) => Self::handle_order(py, &table, event),
            Message::Position(event) => Self::handle_position(py, &table, event),
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

fn indicators<K: std::hash::Hash + Eq>(
    py: Python<'_>,
    all: &RefCell<IndexMap<K, Vec<Py<PyAny>>>>,
    key: &K,
) -> Vec<Py<PyAny>> {
    all.borrow().get(key).map(|list| list.iter().map(|item| item.clone_ref(py)).collect()).unwrap_or_default()
}

fn feed(py: Python<'_>, indicators: &[Py<PyAny>], method: &str, item: &Bound<'_, PyAny>) -> PyResult<()> {
    for indicator in indicators {
        indicator.bind(py).call_method1(method, (item,))?;
    }
    Ok(())
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

    fn on_reset(&self, actor: ActorId) -> Flow {
        self.call(actor, "_reset")
    }

    fn on_message(&self, actor: ActorId, message: &Message) -> Flow {
        Python::attach(|py| self.handle(py, actor, message))?;
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

    fn topic_of(&self, object: ObjectId) -> Option<Ustr> {
        Python::attach(|py| -> PyResult<Option<Ustr>> {
            let data = self.kept.get(py, object.0)?;
            let Some(data_type) = data.getattr_opt(intern!(py, "data_type"))? else { return Ok(None) };
            Ok(Some(Ustr::from(&format!("data.{}", data_type.getattr(intern!(py, "topic"))?.str()?))))
        })
        .ok()
        .flatten()
    }

    fn log(&self, level: LogLevel, component: &str, text: &str) {
        self.log.write(level, component, text);
    }
}

fn deltas_to_py(batch: &Batch) -> PyResult<PyOrderBookDeltas> {
    PyOrderBookDeltas::of(batch.instrument_id, batch.deltas.clone())
}

/// What a subscriber of the message bus gets.
fn message_to_py<'py>(py: Python<'py>, kept: &Kept, message: &Message) -> PyResult<Bound<'py, PyAny>> {
    Ok(match message {
        Message::Quote(quote) => PyQuoteTick(*quote).into_pyobject(py)?.into_any(),
        Message::Trade(trade) => PyTradeTick(*trade).into_pyobject(py)?.into_any(),
        Message::Bar(bar) => PyBar(*bar).into_pyobject(py)?.into_any(),
        Message::Deltas(deltas) => deltas_to_py(deltas)?.into_pyobject(py)?.into_any(),
        Message::Depth(depth) => PyOrderBookDepth10(Arc::clone(depth)).into_pyobject(py)?.into_any(),
        Message::Book(book) => order_book_to_py(py, Rc::clone(book))?,
        Message::Order(event) => order_event_to_py(py, event)?,
        Message::Position(event) => position_event_to_py(py, event)?,
        Message::Account(state) => account_state_to_py(py, state)?,
        Message::Object(object) => kept.get(py, object.0)?,
    })
}
