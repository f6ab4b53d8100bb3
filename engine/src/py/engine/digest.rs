//! The data of a run as bytes, in the order of the replay: what the tape's data digest is taken of.
//!
//! lintkit/smoke/digest.py writes the same bytes from the objects of a really installed NautilusTrader. Numbers are little
//! endian; of a fixed-point amount the low 64 bits of its raw value in 10^-16, whose precision stands in the key. A key
//! goes before a record where it is not that of the record before.

use std::fmt;

use indexmap::IndexMap;
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict},
};

use crate::{
    kernel::{Feed, Message},
    model::{
        data::{Bar, BarType, OrderBookDelta, OrderBookDepth, QuoteTick, TradeTick},
        enums::OrderSide,
        identifiers::InstrumentId,
    },
};

const CHUNK: usize = 1 << 16;

/// What a record is of, with the precisions of its prices and sizes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Quotes(InstrumentId, u8, u8),
    Trades(InstrumentId, u8, u8),
    Bars(BarType, u8, u8),
    Deltas(InstrumentId, u8, u8),
    Depths(InstrumentId),
    Custom,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quotes(id, price, size) => write!(f, "quotes {id} {price} {size}"),
            Self::Trades(id, price, size) => write!(f, "trades {id} {price} {size}"),
            Self::Bars(bar_type, price, size) => write!(f, "bars {bar_type} {price} {size}"),
            Self::Deltas(id, price, size) => write!(f, "deltas {id} {price} {size}"),
            Self::Depths(id) => write!(f, "depths {id}"),
            Self::Custom => f.write_str("custom"),
        }
    }
}

struct Writer<'a, 'py> {
    py: Python<'py>,
    update: &'a Bound<'py, PyAny>,
    bytes: Vec<u8>,
    key: Option<Key>,
    of_key: u64,
    counts: IndexMap<String, u64>,
}

impl Writer<'_, '_> {
    fn record(&mut self, key: Key) {
        if self.key != Some(key) {
            self.count();
            self.key = Some(key);
            self.bytes.extend_from_slice(key.to_string().as_bytes());
            self.bytes.push(0);
        }
        self.of_key += 1;
    }

    fn count(&mut self) {
        if let Some(key) = self.key {
            *self.counts.entry(key.to_string()).or_default() += self.of_key;
            self.of_key = 0;
        }
    }

    fn raw(&mut self, raw: i128) {
        self.bytes.extend_from_slice(&raw.to_le_bytes()[..8]);
    }

    fn number(&mut self, number: u64) {
        self.bytes.extend_from_slice(&number.to_le_bytes());
    }

    fn quote(&mut self, quote: &QuoteTick) {
        let (price, size) = (quote.bid_price.precision, quote.bid_size.precision);
        self.record(Key::Quotes(quote.instrument_id, price, size));
        self.raw(quote.bid_price.raw);
        self.raw(quote.ask_price.raw);
        self.raw(quote.bid_size.raw);
        self.raw(quote.ask_size.raw);
        self.number(quote.ts_event);
        self.number(quote.ts_init);
    }

    fn trade(&mut self, trade: &TradeTick) {
        let (price, size) = (trade.price.precision, trade.size.precision);
        self.record(Key::Trades(trade.instrument_id, price, size));
        self.raw(trade.price.raw);
        self.raw(trade.size.raw);
        self.bytes.push(trade.aggressor_side as u8);
        self.bytes.extend_from_slice(trade.trade_id.to_string().as_bytes());
        self.bytes.push(0);
        self.number(trade.ts_event);
        self.number(trade.ts_init);
    }

    fn bar(&mut self, bar: &Bar) {
        self.record(Key::Bars(bar.bar_type, bar.open.precision, bar.volume.precision));
        for price in [bar.open, bar.high, bar.low, bar.close] {
            self.raw(price.raw);
        }
        self.raw(bar.volume.raw);
        self.number(bar.ts_event);
        self.number(bar.ts_init);
    }

    fn delta(&mut self, delta: &OrderBookDelta) {
        let order = delta.order.as_ref();
        let (price, size) = order.map_or((0, 0), |order| (order.price.precision, order.size.precision));
        self.record(Key::Deltas(delta.instrument_id, price, size));
        self.bytes.push(delta.action as u8);
        self.bytes.push(order.map_or(OrderSide::NoOrderSide, |order| order.side) as u8);
        self.raw(order.map_or(0, |order| order.price.raw));
        self.raw(order.map_or(0, |order| order.size.raw));
        self.number(order.map_or(0, |order| order.order_id));
        self.bytes.push(delta.flags);
        self.number(delta.sequence);
        self.number(delta.ts_event);
        self.number(delta.ts_init);
    }

    /// Levels without a size are padding.
    fn depth(&mut self, depth: &OrderBookDepth) {
        self.record(Key::Depths(depth.instrument_id));
        for side in [&depth.bids, &depth.asks] {
            for order in side.iter().filter(|order| order.size.raw > 0) {
                self.raw(order.price.raw);
                self.raw(order.size.raw);
            }
            self.bytes.push(0);
        }
        self.number(depth.ts_event);
        self.number(depth.ts_init);
    }

    fn flush(&mut self) -> PyResult<()> {
        self.update.call1((PyBytes::new(self.py, &self.bytes),))?;
        self.bytes.clear();
        Ok(())
    }
}

/// Hands the bytes to `update`, chunk by chunk; returns how many records there are of each key.
pub fn write_feed<'py>(py: Python<'py>, feed: &Feed, update: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    let mut out =
        Writer { py, update, bytes: Vec::with_capacity(CHUNK + 1024), key: None, of_key: 0, counts: IndexMap::new() };
    let mut cursor = feed.seek(0);
    while let Some(ts) = feed.ts(cursor) {
        match feed.get(cursor) {
            Some(Message::Quote(quote)) => out.quote(&quote),
            Some(Message::Trade(trade)) => out.trade(&trade),
            Some(Message::Bar(bar)) => out.bar(&bar),
            Some(Message::Deltas(batch)) => batch.deltas.iter().for_each(|delta| out.delta(delta)),
            Some(Message::Depth(depth)) => out.depth(&depth),
            _ => {
                out.record(Key::Custom);
                out.number(ts);
            }
        }
        cursor = feed.next(cursor);
        if out.bytes.len() >= CHUNK {
            out.flush()?;
        }
    }
    out.count();
    out.flush()?;
    let counts = PyDict::new(py);
    for (key, count) in out.counts {
        counts.set_item(key, count)?;
    }
    Ok(counts)
}
