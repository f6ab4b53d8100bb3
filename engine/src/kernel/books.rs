//! The data engine's order books: what strategies see of a venue's, kept up to date from the feed.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use indexmap::{IndexMap, IndexSet};
use ustr::Ustr;

use super::{Callback, Kernel, Message, Topic, feed::Batch};
use crate::{
    book::Book,
    clock::Schedule,
    halt::{Flow, Halt},
    model::{data::OrderBookDepth, enums::BookType, identifiers::InstrumentId},
};

const SECOND: u64 = 1_000_000_000;
const MILLISECOND: u64 = 1_000_000;

#[derive(Debug, Default)]
pub(super) struct Books {
    /// The feeds that books are made of: `Topic::Deltas` or `Topic::Depth` of an instrument.
    sources: RefCell<IndexSet<Ustr>>,
    snapshots: RefCell<IndexMap<(InstrumentId, u64), Ustr>>,
}

impl Books {
    pub fn reset(&self) {
        self.sources.borrow_mut().clear();
        self.snapshots.borrow_mut().clear();
    }

    fn is_fed_by(&self, topic: Ustr) -> bool {
        self.sources.borrow().contains(&topic)
    }
}

impl Kernel {
    pub(super) fn process_deltas(&self, batch: &Rc<Batch>) -> Flow {
        let topic = self.deltas_topic(batch.instrument_id);
        if self.books.is_fed_by(topic)
            && let Some(book) = self.cache.book(batch.instrument_id)
        {
            for delta in batch.deltas.iter() {
                book.borrow_mut().apply(delta);
            }
            self.quote_from_book(batch.instrument_id, &book)?;
        }
        self.publish(topic, &Message::Deltas(Rc::clone(batch)))
    }

    pub(super) fn process_depth(&self, depth: &Arc<OrderBookDepth>) -> Flow {
        let topic = self.depth_topic(depth.instrument_id);
        if self.books.is_fed_by(topic)
            && let Some(book) = self.cache.book(depth.instrument_id)
        {
            book.borrow_mut().apply_depth(depth);
            self.quote_from_book(depth.instrument_id, &book)?;
        }
        self.publish(topic, &Message::Depth(Arc::clone(depth)))
    }

    /// Where so configured, a change of the touch is a quote.
    fn quote_from_book(&self, id: InstrumentId, book: &crate::cache::BookRef) -> Flow {
        if !self.config.quotes_from_books {
            return Ok(());
        }
        let Some(quote) = book.borrow().to_quote() else { return Ok(()) };
        let is_new = self.cache.quote(id, 0).is_none_or(|last| {
            (last.bid_price, last.bid_size, last.ask_price, last.ask_size)
                != (quote.bid_price, quote.bid_size, quote.ask_price, quote.ask_size)
        });
        if is_new { self.process_data(&Message::Quote(quote), None) } else { Ok(()) }
    }

    /// A new book of an instrument that the data engine keeps from now on; one that was there starts anew, too.
    pub fn keep_book(&self, source: Topic, id: InstrumentId, book_type: BookType) {
        let book = Book::new(id, book_type, self.profile.books_keep_latest);
        self.cache.add_book(id, Rc::new(RefCell::new(book)));
        self.books.sources.borrow_mut().insert(source.name());
    }

    pub(super) fn release_book(&self, source: Topic) {
        let topic = source.name();
        if !self.bus.has_subscribers(topic) {
            self.books.sources.borrow_mut().shift_remove(&topic);
        }
    }

    /// Publishes the book of the instrument at an interval, from the second after the last full interval on.
    pub(super) fn start_snapshots(&self, id: InstrumentId, interval_ms: u64) -> Flow {
        let key = (id, interval_ms);
        if self.books.snapshots.borrow().contains_key(&key) {
            return Ok(());
        }
        let name = Ustr::from(&format!("OrderBook|{id}|{interval_ms}"));
        let interval = interval_ms * MILLISECOND;
        let now = self.now();
        let start = now - now % interval + SECOND;
        let schedule = Schedule { interval, start: Some(start), stop: None, fire_immediately: false };
        let set = self.data_clock.borrow_mut().set_timer(&name, schedule, Callback::Snapshot(id, interval_ms), true);
        set.map_err(|error| Halt::Value(error.to_string()))?;
        self.books.snapshots.borrow_mut().insert(key, name);
        Ok(())
    }

    pub(super) fn stop_snapshots(&self, id: InstrumentId, interval_ms: u64) {
        if self.bus.has_subscribers(Topic::Snapshots(id, interval_ms).name()) {
            return;
        }
        let timer = self.books.snapshots.borrow_mut().shift_remove(&(id, interval_ms));
        if let Some(timer) = timer {
            // Nothing to do when the clock has already been reset.
            let _ = self.data_clock.borrow_mut().cancel(&timer);
        }
    }

    pub(super) fn publish_snapshot(&self, id: InstrumentId, interval_ms: u64) -> Flow {
        match self.cache.book(id) {
            Some(book) if book.borrow().ts_last > 0 => {
                self.publish(Topic::Snapshots(id, interval_ms).name(), &Message::Book(book))
            }
            _ => Ok(()),
        }
    }
}
