//! The data of a run: typed records, and the order in which they are replayed.

use std::{rc::Rc, sync::Arc};

use super::host::ObjectId;
use crate::model::{
    UnixNanos,
    data::{Bar, OrderBookDelta, OrderBookDepth, QuoteTick, TradeTick},
    identifiers::InstrumentId,
};

/// Changes that take effect together.
#[derive(Clone, Debug)]
pub struct Batch {
    pub instrument_id: InstrumentId,
    pub deltas: Vec<OrderBookDelta>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Quote,
    Trade,
    Bar,
    Deltas,
    Depth,
    Custom,
}

/// One place in the replay.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    pub ts: UnixNanos,
    pub kind: Kind,
    pub at: u32,
}

#[derive(Clone, Debug, Default)]
pub struct Feed {
    pub quotes: Vec<QuoteTick>,
    pub trades: Vec<TradeTick>,
    pub bars: Vec<Bar>,
    pub batches: Vec<Rc<Batch>>,
    pub depths: Vec<Arc<OrderBookDepth>>,
    /// Data that only the host understands.
    pub customs: Vec<(UnixNanos, ObjectId)>,
    slots: Vec<Slot>,
    is_sorted: bool,
}

impl Feed {
    fn add(&mut self, ts: UnixNanos, kind: Kind, at: usize) {
        self.is_sorted &= self.slots.last().is_none_or(|last| last.ts <= ts);
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        self.slots.push(Slot { ts, kind, at });
    }

    pub fn add_quote(&mut self, quote: QuoteTick) {
        self.quotes.push(quote);
        self.add(quote.ts_init, Kind::Quote, self.quotes.len() - 1);
    }

    pub fn add_trade(&mut self, trade: TradeTick) {
        self.trades.push(trade);
        self.add(trade.ts_init, Kind::Trade, self.trades.len() - 1);
    }

    pub fn add_bar(&mut self, bar: Bar) {
        self.bars.push(bar);
        self.add(bar.ts_init, Kind::Bar, self.bars.len() - 1);
    }

    pub fn add_batch(&mut self, batch: Batch) {
        let ts = batch.deltas.last().map_or(0, |delta| delta.ts_init);
        self.batches.push(Rc::new(batch));
        self.add(ts, Kind::Deltas, self.batches.len() - 1);
    }

    pub fn add_depth(&mut self, depth: Arc<OrderBookDepth>) {
        let ts = depth.ts_init;
        self.depths.push(depth);
        self.add(ts, Kind::Depth, self.depths.len() - 1);
    }

    pub fn add_custom(&mut self, ts: UnixNanos, object: ObjectId) {
        self.customs.push((ts, object));
        self.add(ts, Kind::Custom, self.customs.len() - 1);
    }

    /// Puts everything in the order of `ts_init`; what has the same time stays in order of arrival.
    pub fn sort(&mut self) {
        if !self.is_sorted {
            self.slots.sort_by_key(|slot| slot.ts);
            self.is_sorted = true;
        }
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_times_keep_the_order_of_arrival() {
        let mut feed = Feed::default();
        for (n, ts) in [5, 3, 5, 3].into_iter().enumerate() {
            feed.add_custom(ts, ObjectId(u32::try_from(n).unwrap()));
        }
        feed.sort();
        let order: Vec<u32> = feed.slots().iter().map(|slot| slot.at).collect();
        assert_eq!(order, [1, 3, 0, 2]);
    }
}
