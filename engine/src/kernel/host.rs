//! User code, as the kernel sees it.

use std::{rc::Rc, sync::Arc};

use super::{algorithms::Task, feed::Batch};
use crate::{
    cache::BookRef,
    halt::Flow,
    model::{
        UnixNanos,
        columns::Columns,
        data::{Bar, OrderBookDepth, QuoteTick, TradeTick},
        event::{AccountState, OrderEvent, PositionEvent, TimeEvent},
        identifiers::{ClientOrderId, ExecAlgorithmId, InstrumentId},
    },
};

/// An actor or strategy, by its place among those added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActorId(pub u32);

/// A callable that the host keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HandlerId(pub u32);

/// Something of the host's own that passes through: a custom datum, a message of the user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ObjectId(pub u32);

/// Whom a timer tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callback {
    /// A callable of an actor's.
    Host(ActorId, HandlerId),
    /// The actor's `on_event`.
    Actor(ActorId),
    /// The builder of a time bar.
    Bars(u32),
    /// Publishes an instrument's book every so many milliseconds.
    Snapshot(InstrumentId, u64),
    /// The strategy cancels an order whose time is up.
    Expiry(ActorId, ClientOrderId),
}

/// What travels on the message bus.
#[derive(Clone, Debug)]
pub enum Message {
    Quote(QuoteTick),
    Trade(TradeTick),
    Bar(Bar),
    Deltas(Rc<Batch>),
    Depth(Arc<OrderBookDepth>),
    Book(BookRef),
    Order(Rc<OrderEvent>),
    Position(Rc<PositionEvent>),
    Account(Rc<AccountState>),
    /// Custom data and anything else that users publish.
    Object(ObjectId),
}

impl Message {
    /// The instrument of market data.
    #[must_use]
    pub fn instrument_id(&self) -> Option<InstrumentId> {
        match self {
            Self::Quote(quote) => Some(quote.instrument_id),
            Self::Trade(trade) => Some(trade.instrument_id),
            Self::Bar(bar) => Some(bar.bar_type.instrument_id),
            Self::Deltas(batch) => Some(batch.instrument_id),
            Self::Depth(depth) => Some(depth.instrument_id),
            Self::Book(_) | Self::Order(_) | Self::Position(_) | Self::Account(_) | Self::Object(_) => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    Debug,
    Info,
    Warning,
    Error,
}

/// Calls user code. No method is called while the kernel holds a borrow of anything.
#[allow(clippy::missing_errors_doc)] // all: when user code raises
pub trait Host {
    fn on_start(&self, actor: ActorId) -> Flow;
    fn on_stop(&self, actor: ActorId) -> Flow;
    /// Asks a strategy that leaves the market first to stop.
    fn on_managed_stop(&self, actor: ActorId) -> Flow;
    fn on_reset(&self, actor: ActorId) -> Flow;
    fn on_message(&self, actor: ActorId, message: &Message) -> Flow;
    /// As `on_message`, of a row of ticks or bars.
    fn on_row(&self, actor: ActorId, columns: &Columns, at: usize) -> Flow;
    fn on_time_event(&self, actor: ActorId, handler: Option<HandlerId>, event: &TimeEvent) -> Flow;
    /// A subscriber of the message bus.
    fn on_published(&self, handler: HandlerId, message: &Message) -> Flow;
    /// Where a custom datum is published; none when nobody could have subscribed to it.
    fn topic_of(&self, object: ObjectId) -> Flow<Option<ustr::Ustr>>;
    /// Gives an execution algorithm a task; false when there is no such algorithm.
    fn on_algorithm(&self, id: ExecAlgorithmId, task: &Task) -> Flow<bool>;
    /// A simulation module's turn: before a datum is processed, or when the venue has settled.
    fn on_module(&self, module: HandlerId, datum: Option<&Message>, now: UnixNanos) -> Flow;
    fn log(&self, level: LogLevel, component: &str, text: &str);
}
