//! Market data on its way to those who asked for it: the cache first, then subscribers.

use std::{
    cell::{Cell, RefCell},
    ops::Range,
    rc::Rc,
};

use ustr::Ustr;

use super::{ActorId, Bus, Callback, Handler, Kernel, LogLevel, Message, feed::Place};
use crate::{
    aggregation::{Aggregator, Cadence, Input},
    clock::Schedule,
    halt::{Flow, Halt},
    model::{
        columns::Columns,
        data::BarType,
        enums::AggregationSource,
        event::TimeEvent,
        identifiers::{IdMap, InstrumentId},
    },
};

#[derive(Debug, Default)]
pub(super) struct DataEngine {
    quote_topics: Topics<InstrumentId>,
    trade_topics: Topics<InstrumentId>,
    deltas_topics: Topics<InstrumentId>,
    depth_topics: Topics<InstrumentId>,
    bar_topics: Topics<BarType>,
    builders: RefCell<IdMap<BarType, Rc<Builder>>>,
    /// The same by number, with gaps where some are gone.
    by_number: RefCell<Vec<Option<Rc<Builder>>>>,
}

/// One internal bar type that somebody subscribes to.
#[derive(Debug)]
pub(super) struct Builder {
    id: u32,
    aggregator: RefCell<Aggregator>,
    /// What it listens to.
    source: Ustr,
    timer: Option<Ustr>,
}

impl Builder {
    /// How many ticks it takes before one can complete a bar.
    pub fn room(&self) -> usize {
        self.aggregator.borrow().room()
    }

    /// Takes rows that complete no bar.
    pub fn take_rows(&self, columns: &Columns, rows: Range<usize>) {
        let mut aggregator = self.aggregator.borrow_mut();
        let mut bars = Vec::new();
        match columns {
            Columns::Quotes(quotes) => rows.for_each(|row| aggregator.on_quote(&quotes.get(row), &mut bars)),
            Columns::Trades(trades) => rows.for_each(|row| aggregator.on_trade(&trades.get(row), &mut bars)),
            Columns::Bars(_) => {}
        }
        debug_assert!(bars.is_empty());
    }
}

/// What an actor wants to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Quotes(InstrumentId),
    Trades(InstrumentId),
    Bars(BarType),
    Deltas(InstrumentId),
    Depth(InstrumentId),
    /// The book of an instrument, every so many milliseconds.
    Snapshots(InstrumentId, u64),
}

impl Topic {
    /// Where rows of the table are published.
    pub(super) fn of_rows(columns: &Columns) -> Self {
        match columns {
            Columns::Quotes(quotes) => Self::Quotes(quotes.instrument_id),
            Columns::Trades(trades) => Self::Trades(trades.instrument_id),
            Columns::Bars(bars) => Self::Bars(bars.bar_type),
        }
    }

    #[must_use]
    pub fn name(self) -> Ustr {
        let of = |kind: &str, id: InstrumentId| format!("data.{kind}.{}.{}", id.venue, id.symbol);
        Ustr::from(&match self {
            Self::Quotes(id) => of("quotes", id),
            Self::Trades(id) => of("trades", id),
            Self::Deltas(id) => of("book.deltas", id),
            Self::Depth(id) => of("book.depth", id),
            Self::Snapshots(id, interval_ms) => format!("{}.{interval_ms}", of("book.snapshots", id)),
            Self::Bars(bar_type) => format!("data.bars.{}", bar_type.standard()),
        })
    }
}

/// The topics of one kind of data, which are written once each.
#[derive(Debug)]
struct Topics<K: Copy> {
    names: RefCell<IdMap<K, Ustr>>,
    /// Usually the next one, too.
    last: Cell<Option<(K, Ustr)>>,
}

impl<K: Copy> Default for Topics<K> {
    fn default() -> Self {
        Self { names: RefCell::default(), last: Cell::new(None) }
    }
}

impl<K: std::hash::Hash + Eq + Copy> Topics<K> {
    fn get(&self, key: K, topic: impl FnOnce(K) -> Topic) -> Ustr {
        if let Some((last, name)) = self.last.get()
            && last == key
        {
            return name;
        }
        let name = *self.names.borrow_mut().entry(key).or_insert_with(|| topic(key).name());
        self.last.set(Some((key, name)));
        name
    }
}

impl DataEngine {
    /// Builders of time bars go. Others still listen, with what their half-built bar has gathered, but are forgotten: who
    /// subscribes again gets a builder of his own (observed on 1.221.0 and 1.231.0).
    pub fn reset(&self, bus: &Bus) {
        for (_, builder) in self.builders.borrow_mut().drain(..) {
            if builder.timer.is_some() {
                bus.unsubscribe(builder.source, Handler::Bars(builder.id));
                self.forget(builder.id);
            }
        }
    }

    /// The name of a topic.
    pub fn topic(&self, topic: Topic) -> Ustr {
        match topic {
            Topic::Quotes(id) => self.quote_topics.get(id, Topic::Quotes),
            Topic::Trades(id) => self.trade_topics.get(id, Topic::Trades),
            Topic::Bars(bar_type) => self.bar_topics.get(bar_type.standard(), Topic::Bars),
            _ => topic.name(),
        }
    }

    pub fn builder(&self, id: u32) -> Option<Rc<Builder>> {
        self.by_number.borrow().get(id as usize)?.clone()
    }

    fn next_number(&self) -> u32 {
        u32::try_from(self.by_number.borrow().len()).unwrap_or(u32::MAX)
    }

    fn add(&self, bar_type: BarType, builder: Builder) {
        let builder = Rc::new(builder);
        self.by_number.borrow_mut().push(Some(Rc::clone(&builder)));
        self.builders.borrow_mut().insert(bar_type, builder);
    }

    fn forget(&self, id: u32) {
        if let Some(place) = self.by_number.borrow_mut().get_mut(id as usize) {
            *place = None;
        }
    }
}

impl Kernel {
    /// A datum reaches the cache, then those who listen to it. What lies in columns is remembered by its place there.
    pub(super) fn process_data(&self, datum: &Message, place: Option<Place<'_>>) -> Flow {
        self.remember(datum, place);
        let topic = match datum {
            Message::Quote(quote) => self.data.topic(Topic::Quotes(quote.instrument_id)),
            Message::Trade(trade) => self.data.topic(Topic::Trades(trade.instrument_id)),
            Message::Bar(bar) => self.data.topic(Topic::Bars(bar.bar_type)),
            Message::Deltas(batch) => return self.process_deltas(batch),
            Message::Depth(depth) => return self.process_depth(depth),
            Message::Object(object) => match self.host()?.topic_of(*object)? {
                Some(topic) => topic,
                None => return Ok(()),
            },
            Message::Book(_) | Message::Order(_) | Message::Position(_) | Message::Account(_) => return Ok(()),
        };
        self.publish(topic, datum)
    }

    /// Ticks and bars reach the cache.
    fn remember(&self, datum: &Message, place: Option<Place<'_>>) {
        match (datum, place) {
            (Message::Quote(_), Some((Columns::Quotes(rows), at))) => self.cache.add_quote_rows(rows, at..at + 1),
            (Message::Trade(_), Some((Columns::Trades(rows), at))) => self.cache.add_trade_rows(rows, at..at + 1),
            (Message::Quote(quote), _) => self.cache.add_quote(quote),
            (Message::Trade(trade), _) => self.cache.add_trade(trade),
            (Message::Bar(bar), _) => self.cache.add_bar(bar),
            _ => {}
        }
    }

    pub(super) fn deltas_topic(&self, id: InstrumentId) -> Ustr {
        self.data.deltas_topics.get(id, Topic::Deltas)
    }

    pub(super) fn depth_topic(&self, id: InstrumentId) -> Ustr {
        self.data.depth_topics.get(id, Topic::Depth)
    }

    pub(super) fn feed_bars(&self, id: u32, message: &Message) -> Flow {
        let Some(builder) = self.data.builder(id) else { return Ok(()) };
        let mut bars = Vec::new();
        {
            let mut aggregator = builder.aggregator.borrow_mut();
            match message {
                Message::Quote(quote) => aggregator.on_quote(quote, &mut bars),
                Message::Trade(trade) => aggregator.on_trade(trade, &mut bars),
                Message::Bar(bar) => aggregator.on_bar(bar, &mut bars),
                _ => {}
            }
        }
        bars.into_iter().try_for_each(|bar| self.process_data(&Message::Bar(bar), None))
    }

    pub(super) fn feed_row(&self, id: u32, columns: &Columns, at: usize) -> Flow {
        let Some(builder) = self.data.builder(id) else { return Ok(()) };
        let mut bars = Vec::new();
        match columns {
            Columns::Quotes(quotes) => builder.aggregator.borrow_mut().on_quote(&quotes.get(at), &mut bars),
            Columns::Trades(trades) => builder.aggregator.borrow_mut().on_trade(&trades.get(at), &mut bars),
            Columns::Bars(rows) => builder.aggregator.borrow_mut().on_bar(&rows.get(at), &mut bars),
        }
        bars.into_iter().try_for_each(|bar| self.process_data(&Message::Bar(bar), None))
    }

    pub(super) fn close_time_bar(&self, id: u32, event: &TimeEvent) -> Flow {
        let Some(builder) = self.data.builder(id) else { return Ok(()) };
        let next = builder.aggregator.borrow().next_close(event.ts_event);
        if let (Some(next), Some(timer)) = (next, builder.timer) {
            self.set_alert(timer, next, id)?;
        }
        let bar = builder.aggregator.borrow_mut().on_timer(event.ts_event);
        bar.map_or(Ok(()), |bar| self.process_data(&Message::Bar(bar), None))
    }

    fn set_alert(&self, name: Ustr, at: u64, id: u32) -> Flow {
        let set = self.data_clock.borrow_mut().set_alert(&name, at, Callback::Bars(id), true);
        set.map_err(|error| Halt::Value(error.to_string()))
    }

    /// # Errors
    /// When the data cannot be had, such as bars whose source is unknown.
    pub fn subscribe(&self, actor: ActorId, topic: Topic) -> Flow {
        match topic {
            Topic::Bars(bar_type) => self.start_bars(bar_type)?,
            Topic::Snapshots(id, interval_ms) => self.start_snapshots(id, interval_ms)?,
            Topic::Quotes(_) | Topic::Trades(_) | Topic::Deltas(_) | Topic::Depth(_) => {}
        }
        self.bus.subscribe(topic.name(), Handler::Actor(actor), 0);
        Ok(())
    }

    pub fn unsubscribe(&self, actor: ActorId, topic: Topic) {
        let name = topic.name();
        self.bus.unsubscribe(name, Handler::Actor(actor));
        match topic {
            Topic::Bars(bar_type) if !self.bus.has_subscribers(name) => self.stop_bars(bar_type),
            Topic::Deltas(_) | Topic::Depth(_) => self.release_book(topic),
            Topic::Snapshots(id, interval_ms) => self.stop_snapshots(id, interval_ms),
            _ => {}
        }
    }

    fn start_bars(&self, bar_type: BarType) -> Flow {
        let standard = bar_type.standard();
        if standard.source == AggregationSource::External || self.data.builders.borrow().contains_key(&standard) {
            return Ok(());
        }
        let id = bar_type.instrument_id;
        let Some(instrument) = self.cache.instrument(id) else {
            self.log(LogLevel::Error, "DataEngine", &format!("Cannot start bar aggregation: no instrument for {id}"));
            return Ok(());
        };
        let settings = self.config.time_bars;
        let mut aggregator = Aggregator::new(bar_type, instrument.size_precision, settings, self.profile)?;
        let source = match aggregator.input {
            Input::Quotes => Topic::Quotes(id),
            Input::Trades => Topic::Trades(id),
            Input::Bars(source) => {
                self.start_bars(source)?;
                Topic::Bars(source)
            }
        };
        let number = self.data.next_number();
        let cadence = aggregator.start(self.now());
        let timer = cadence.map(|_| Ustr::from(&format!("TIME_BAR_{standard}")));
        if let (Some(cadence), Some(timer)) = (cadence, timer) {
            self.set_cadence(cadence, timer, number)?;
        }
        let source = source.name();
        self.data.add(standard, Builder { id: number, aggregator: RefCell::new(aggregator), source, timer });
        self.bus.subscribe(source, Handler::Bars(number), 5);
        Ok(())
    }

    fn set_cadence(&self, cadence: Cadence, timer: Ustr, id: u32) -> Flow {
        match cadence {
            Cadence::Interval { start, interval, fire_immediately } => {
                let schedule = Schedule { interval, start: Some(start), stop: None, fire_immediately };
                let set = self.data_clock.borrow_mut().set_timer(&timer, schedule, Callback::Bars(id), true);
                set.map_err(|error| Halt::Value(error.to_string()))
            }
            Cadence::Calendar { first } => self.set_alert(timer, first, id),
        }
    }

    fn stop_bars(&self, bar_type: BarType) {
        let removed = self.data.builders.borrow_mut().shift_remove(&bar_type.standard());
        let Some(builder) = removed else { return };
        self.bus.unsubscribe(builder.source, Handler::Bars(builder.id));
        // What is being published reaches builders of ticks all the same (observed on 1.221.0 and 1.231.0).
        if let Some(timer) = builder.timer {
            self.data.forget(builder.id);
            // A calendar bar's alert may just have gone off.
            let _ = self.data_clock.borrow_mut().cancel(&timer);
        }
    }
}
