//! Market data on its way to those who asked for it: the cache first, then subscribers.

use std::cell::RefCell;

use indexmap::IndexMap;
use ustr::Ustr;

use super::{ActorId, Bus, DeltasRef, Handler, Kernel, Message, ObjectId, feed::Batch};
use crate::{
    book::Book,
    halt::{Flow, Halt},
    model::{
        data::{Bar, BarType, QuoteTick, TradeTick},
        enums::BookType,
        event::TimeEvent,
        identifiers::InstrumentId,
    },
};

/// How time bars are built.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools)]
pub struct TimeBars {
    pub build_with_no_updates: bool,
    pub timestamp_on_close: bool,
    pub skip_first_non_full_bar: bool,
    /// Left-open: a bar holds its end, not its start.
    pub left_open: bool,
    pub build_delay_us: u64,
}

#[derive(Debug, Default)]
pub(super) struct DataEngine {
    quote_topics: RefCell<IndexMap<InstrumentId, Ustr>>,
    trade_topics: RefCell<IndexMap<InstrumentId, Ustr>>,
    bar_topics: RefCell<IndexMap<BarType, Ustr>>,
}

/// What an actor wants to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Quotes(InstrumentId),
    Trades(InstrumentId),
    Bars(BarType),
    Deltas(InstrumentId),
}

impl Topic {
    #[must_use]
    pub fn name(self) -> Ustr {
        let of = |kind: &str, id: InstrumentId| format!("data.{kind}.{}.{}", id.venue, id.symbol);
        Ustr::from(&match self {
            Self::Quotes(id) => of("quotes", id),
            Self::Trades(id) => of("trades", id),
            Self::Deltas(id) => of("book.deltas", id),
            Self::Bars(bar_type) => format!("data.bars.{}", bar_type.standard()),
        })
    }
}

fn topic_of<K: std::hash::Hash + Eq + Copy>(
    topics: &RefCell<IndexMap<K, Ustr>>,
    key: K,
    topic: impl FnOnce(K) -> Topic,
) -> Ustr {
    if let Some(known) = topics.borrow().get(&key) {
        return *known;
    }
    let name = topic(key).name();
    topics.borrow_mut().insert(key, name);
    name
}

impl DataEngine {
    pub fn reset(&self, _bus: &Bus) {}
}

impl Kernel {
    pub(super) fn process_quote(&self, quote: QuoteTick) -> Flow {
        self.cache.add_quote(quote);
        let topic = topic_of(&self.data.quote_topics, quote.instrument_id, Topic::Quotes);
        self.publish(topic, &Message::Quote(quote))
    }

    pub(super) fn process_trade(&self, trade: TradeTick) -> Flow {
        self.cache.add_trade(trade);
        let topic = topic_of(&self.data.trade_topics, trade.instrument_id, Topic::Trades);
        self.publish(topic, &Message::Trade(trade))
    }

    pub(super) fn process_bar(&self, bar: Bar) -> Flow {
        self.cache.add_bar(bar);
        let topic = topic_of(&self.data.bar_topics, bar.bar_type.standard(), Topic::Bars);
        self.publish(topic, &Message::Bar(bar))
    }

    pub(super) fn process_deltas(&self, batch: &Batch) -> Flow {
        if let Some(book) = self.cache.book(batch.instrument_id) {
            let mut book = book.borrow_mut();
            for delta in &batch.deltas {
                book.apply(delta.action, delta.order, delta.ts_event);
            }
        }
        let message = Message::Deltas(DeltasRef { instrument_id: batch.instrument_id, object: batch.object });
        self.publish(Topic::Deltas(batch.instrument_id).name(), &message)
    }

    pub(super) fn process_custom(&self, object: ObjectId) -> Flow {
        match self.host()?.topic_of(object) {
            Some(topic) => self.publish(topic, &Message::Object(object)),
            None => Ok(()),
        }
    }

    pub(super) fn feed_bars(&self, _id: u32, _message: &Message) -> Flow {
        Ok(())
    }

    pub(super) fn close_time_bar(&self, _id: u32, _event: &TimeEvent) -> Flow {
        Ok(())
    }

    /// # Errors
    /// When the data cannot be had, such as bars whose source is unknown.
    pub fn subscribe(&self, actor: ActorId, topic: Topic) -> Flow {
        match topic {
            Topic::Bars(bar_type) => self.start_bars(bar_type)?,
            Topic::Deltas(id) => self.keep_book(id, BookType::L2Mbp)?,
            Topic::Quotes(_) | Topic::Trades(_) => {}
        }
        self.bus.subscribe(topic.name(), Handler::Actor(actor), 0);
        Ok(())
    }

    pub fn unsubscribe(&self, actor: ActorId, topic: Topic) {
        let name = topic.name();
        self.bus.unsubscribe(name, Handler::Actor(actor));
        if let Topic::Bars(bar_type) = topic
            && !self.bus.has_subscribers(name)
        {
            self.stop_bars(bar_type);
        }
    }

    fn start_bars(&self, _bar_type: BarType) -> Flow {
        Ok(())
    }

    fn stop_bars(&self, _bar_type: BarType) {}

    /// The data engine's own book of an instrument, which strategies see.
    ///
    /// # Errors
    /// When the instrument is unknown.
    pub fn keep_book(&self, id: InstrumentId, book_type: BookType) -> Flow {
        if self.cache.book(id).is_some() {
            return Ok(());
        }
        let instrument =
            self.cache.instrument(id).ok_or_else(|| Halt::Value(format!("no instrument found for {id}")))?;
        let book = Book::new(book_type, instrument.price_precision, instrument.size_precision);
        self.cache.add_book(id, std::rc::Rc::new(RefCell::new(book)));
        Ok(())
    }
}
