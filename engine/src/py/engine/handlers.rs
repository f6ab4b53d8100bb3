//! The handlers of a user's class, found once, and the quick way to those of ticks.

use std::{cell::Cell, sync::Arc};

use pyo3::{
    PyClass, intern,
    prelude::*,
    pyclass::boolean_struct::False,
    types::{PyString, PyTuple},
};

use crate::{
    kernel::Batch,
    model::{
        columns::{Located, QuoteColumns, Rows, TradeColumns},
        data::Bar,
        event::OrderEventKind,
    },
    py::model::{
        bar::PyBar,
        book::PyOrderBookDeltas,
        data::{PyQuoteTick, PyTradeTick},
    },
};

/// A class of data whose objects can be filled anew.
pub trait Refill: PyClass<Frozen = False> {
    /// What an object is made from.
    type Value<'a>: Copy;

    fn object<'py>(py: Python<'py>, value: Self::Value<'_>) -> PyResult<Bound<'py, Self>>;
    fn fill(&mut self, value: Self::Value<'_>);
}

/// Where a tick is.
pub enum TickSource<'a, C: Rows> {
    Tick(&'a C::Tick),
    Row(&'a Arc<C>, usize),
}

impl<C: Rows> Clone for TickSource<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C: Rows> Copy for TickSource<'_, C> {}

impl<C: Rows> TickSource<'_, C> {
    fn located(self) -> Located<C> {
        match self {
            Self::Tick(tick) => Located::Tick(*tick),
            Self::Row(columns, at) => Located::Row(Arc::clone(columns), at),
        }
    }

    fn put(self, into: &mut Located<C>) {
        match (self, into) {
            (Self::Row(columns, row), Located::Row(known, at)) if Arc::ptr_eq(columns, known) => *at = row,
            (value, into) => *into = value.located(),
        }
    }
}

macro_rules! refill_tick {
    ($class:ident, $columns:ident) => {
        impl Refill for $class {
            type Value<'a> = TickSource<'a, $columns>;

            fn object<'py>(py: Python<'py>, tick: TickSource<'_, $columns>) -> PyResult<Bound<'py, Self>> {
                Self(tick.located()).into_pyobject(py)
            }

            fn fill(&mut self, tick: TickSource<'_, $columns>) {
                tick.put(&mut self.0);
            }
        }
    };
}

refill_tick!(PyQuoteTick, QuoteColumns);
refill_tick!(PyTradeTick, TradeColumns);

impl Refill for PyBar {
    type Value<'a> = &'a Bar;

    fn object<'py>(py: Python<'py>, bar: &Bar) -> PyResult<Bound<'py, Self>> {
        Self(*bar).into_pyobject(py)
    }

    fn fill(&mut self, bar: &Bar) {
        self.0 = *bar;
    }
}

impl Refill for PyOrderBookDeltas {
    type Value<'a> = &'a Batch;

    fn object<'py>(py: Python<'py>, batch: &Batch) -> PyResult<Bound<'py, Self>> {
        Self::of(batch.instrument_id, Arc::clone(&batch.deltas))?.into_pyobject(py)
    }

    fn fill(&mut self, batch: &Batch) {
        self.instrument_id = batch.instrument_id;
        self.deltas = Arc::clone(&batch.deltas);
    }
}

/// The arguments of a call that is over.
struct Spare<T> {
    args: Py<PyTuple>,
    datum: Py<T>,
}

impl<T: Refill> Spare<T> {
    /// Fills the datum anew, if the callee has kept neither it nor the tuple, so that nobody can tell it from a new one.
    fn refilled(self, py: Python<'_>, value: T::Value<'_>) -> Option<Self> {
        #[allow(deprecated)] // the way that is recommended instead is unsafe
        let is_kept = self.args.get_refcnt(py) != 1 || self.datum.get_refcnt(py) != 2;
        if is_kept {
            return None;
        }
        self.datum.bind(py).try_borrow_mut().ok()?.fill(value);
        Some(self)
    }
}

/// A handler of market data. A method is taken apart, so that a call needs no bound method's detour, and the objects of a call
/// serve the next one where nobody has kept them: there is a call for every datum of a run.
pub struct DataHandler<T> {
    function: Py<PyAny>,
    receiver: Option<Py<PyAny>>,
    spare: Cell<Option<Spare<T>>>,
}

impl<T: Refill> DataHandler<T> {
    fn of(method: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = method.py();
        let types = PyModule::import(py, "types")?;
        let function = method.getattr_opt(intern!(py, "__func__"))?;
        let is_method = method.get_type().is(types.getattr("MethodType")?)
            && function
                .as_ref()
                .is_some_and(|f| types.getattr("FunctionType").is_ok_and(|class| f.get_type().is(class)));
        let (function, receiver) = match function.filter(|_| is_method) {
            Some(function) => (function, Some(method.getattr(intern!(py, "__self__"))?.unbind())),
            None => (method.clone(), None),
        };
        Ok(Self { function: function.unbind(), receiver, spare: Cell::new(None) })
    }

    fn arguments(&self, py: Python<'_>, value: T::Value<'_>) -> PyResult<Spare<T>> {
        let datum = T::object(py, value)?;
        let args = match &self.receiver {
            Some(receiver) => PyTuple::new(py, [receiver.bind(py), datum.as_any()])?,
            None => PyTuple::new(py, [datum.as_any()])?,
        };
        Ok(Spare { args: args.unbind(), datum: datum.unbind() })
    }

    /// Gives the datum to `first`, then to the handler.
    pub fn call(
        &self,
        py: Python<'_>,
        value: T::Value<'_>,
        first: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<()>,
    ) -> PyResult<()> {
        // Taken: a handler that is called from within itself makes its own.
        let refilled = self.spare.take().and_then(|spare| spare.refilled(py, value));
        let call = match refilled {
            Some(spare) => spare,
            None => self.arguments(py, value)?,
        };
        first(call.datum.bind(py).as_any())?;
        self.function.call1(py, &call.args)?;
        self.spare.set(Some(call));
        Ok(())
    }
}

/// The handlers that a user's class overrides; those of the base classes do nothing and are not called.
pub struct Table {
    pub on_quote_tick: Option<DataHandler<PyQuoteTick>>,
    pub on_trade_tick: Option<DataHandler<PyTradeTick>>,
    pub on_bar: Option<DataHandler<PyBar>>,
    pub on_order_book_deltas: Option<DataHandler<PyOrderBookDeltas>>,
    pub on_order_book_depth: Option<Py<PyAny>>,
    pub on_order_book: Option<Py<PyAny>>,
    pub on_data: Option<Py<PyAny>>,
    pub on_event: Option<Py<PyAny>>,
    pub on_order_event: Option<Py<PyAny>>,
    pub on_position_event: Option<Py<PyAny>>,
    pub orders: Vec<Option<Py<PyAny>>>,
    pub positions: Vec<Option<Py<PyAny>>>,
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

pub const fn order_handler(kind: &OrderEventKind) -> usize {
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
    pub fn of(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let handler = |name: &str| own_handler(object, name);
        Ok(Self {
            on_quote_tick: data_handler(object, "on_quote_tick")?,
            on_trade_tick: data_handler(object, "on_trade_tick")?,
            on_bar: data_handler(object, "on_bar")?,
            on_order_book_deltas: data_handler(object, "on_order_book_deltas")?,
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

fn data_handler<T: Refill>(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Option<DataHandler<T>>> {
    own_handler(object, name)?.map(|method| DataHandler::of(method.bind(object.py()))).transpose()
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
