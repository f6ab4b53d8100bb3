//! The data of a run, and the order in which they are replayed.

use std::{rc::Rc, sync::Arc};

use super::host::{Message, ObjectId};
use crate::model::{
    UnixNanos,
    columns::Columns,
    data::{Bar, OrderBookDelta, OrderBookDepth, QuoteTick, TradeTick},
    identifiers::InstrumentId,
};

/// Changes that take effect together.
#[derive(Clone, Debug)]
pub struct Batch {
    pub instrument_id: InstrumentId,
    pub deltas: Arc<[OrderBookDelta]>,
}

impl Batch {
    fn ts_init(&self) -> UnixNanos {
        self.deltas.last().map_or(0, |delta| delta.ts_init)
    }
}

/// Data of one kind, in order of arrival.
#[derive(Clone, Debug)]
enum Source {
    Columns(Columns),
    Quotes(Vec<QuoteTick>),
    Trades(Vec<TradeTick>),
    Bars(Vec<Bar>),
    /// Each with its time, so that a look at that does not follow pointers.
    Batches(Vec<(UnixNanos, Rc<Batch>)>),
    Depths(Vec<Arc<OrderBookDepth>>),
    /// What only the host understands.
    Customs(Vec<(UnixNanos, ObjectId)>),
}

impl Source {
    fn ts_init(&self, at: usize) -> Option<UnixNanos> {
        match self {
            Self::Columns(columns) => (at < columns.len()).then(|| columns.ts_init(at)),
            Self::Quotes(quotes) => quotes.get(at).map(|quote| quote.ts_init),
            Self::Trades(trades) => trades.get(at).map(|trade| trade.ts_init),
            Self::Bars(bars) => bars.get(at).map(|bar| bar.ts_init),
            Self::Batches(batches) => batches.get(at).map(|(ts, _)| *ts),
            Self::Depths(depths) => depths.get(at).map(|depth| depth.ts_init),
            Self::Customs(customs) => customs.get(at).map(|(ts, _)| *ts),
        }
    }

    fn get(&self, at: usize) -> Option<Message> {
        match self {
            Self::Columns(columns) => Some(row(columns, at)),
            Self::Quotes(quotes) => quotes.get(at).copied().map(Message::Quote),
            Self::Trades(trades) => trades.get(at).copied().map(Message::Trade),
            Self::Bars(bars) => bars.get(at).copied().map(Message::Bar),
            Self::Batches(batches) => batches.get(at).map(|(_, batch)| Message::Deltas(Rc::clone(batch))),
            Self::Depths(depths) => depths.get(at).cloned().map(Message::Depth),
            Self::Customs(customs) => customs.get(at).map(|(_, object)| Message::Object(*object)),
        }
    }
}

/// A row of columns.
pub fn row(columns: &Columns, at: usize) -> Message {
    match columns {
        Columns::Quotes(quotes) => Message::Quote(quotes.get(at)),
        Columns::Trades(trades) => Message::Trade(trades.get(at)),
        Columns::Bars(bars) => Message::Bar(bars.get(at)),
    }
}

/// Columns and a row of them.
pub type Place<'a> = (&'a Columns, usize);

/// A datum where the feed keeps it.
#[derive(Clone, Copy, Debug)]
pub struct Datum<'a> {
    source: &'a Source,
    row: usize,
    pub ts: UnixNanos,
}

impl<'a> Datum<'a> {
    pub fn message(&self) -> Option<Message> {
        self.source.get(self.row)
    }

    /// The columns and the row, if it lies there.
    pub const fn place(&self) -> Option<Place<'a>> {
        match self.source {
            Source::Columns(columns) => Some((columns, self.row)),
            _ => None,
        }
    }
}

/// Consecutive data of a source.
#[derive(Clone, Copy, Debug)]
struct Run {
    source: u32,
    start: u32,
    rows: u32,
}

/// A place in the replay, counted from its start.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cursor {
    pub at: usize,
    run: usize,
    row: u32,
}

#[derive(Clone, Debug, Default)]
pub struct Feed {
    sources: Vec<Source>,
    /// First all that was added first; after sorting, first what happens first.
    runs: Vec<Run>,
    last_ts: UnixNanos,
    is_unsorted: bool,
}

/// Finds the source of single records of a kind, or makes it, and appends one.
macro_rules! append {
    ($self:ident, $kind:ident, $ts:expr, $item:expr) => {{
        let found = $self.sources.iter_mut().enumerate().find_map(|(at, source)| match source {
            Source::$kind(items) => Some((at, items)),
            _ => None,
        });
        let ts = $ts;
        match found {
            Some((at, items)) => {
                items.push($item);
                let row = items.len() - 1;
                $self.extend(at, row, 1, ts, ts);
            }
            None => {
                $self.sources.push(Source::$kind(vec![$item]));
                $self.extend($self.sources.len() - 1, 0, 1, ts, ts);
            }
        }
    }};
}

fn narrow(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

impl Feed {
    fn extend(&mut self, source: usize, start: usize, rows: usize, first: UnixNanos, last: UnixNanos) {
        self.is_unsorted |= first < self.last_ts;
        self.last_ts = last;
        let (source, start, rows) = (narrow(source), narrow(start), narrow(rows));
        match self.runs.last_mut() {
            Some(run) if run.source == source && run.start + run.rows == start => run.rows += rows,
            _ => self.runs.push(Run { source, start, rows }),
        }
    }

    pub fn add_quote(&mut self, quote: QuoteTick) {
        append!(self, Quotes, quote.ts_init, quote);
    }

    pub fn add_trade(&mut self, trade: TradeTick) {
        append!(self, Trades, trade.ts_init, trade);
    }

    pub fn add_bar(&mut self, bar: Bar) {
        append!(self, Bars, bar.ts_init, bar);
    }

    pub fn add_batch(&mut self, batch: Batch) {
        let ts = batch.ts_init();
        append!(self, Batches, ts, (ts, Rc::new(batch)));
    }

    pub fn add_depth(&mut self, depth: Arc<OrderBookDepth>) {
        append!(self, Depths, depth.ts_init, depth);
    }

    pub fn add_custom(&mut self, ts: UnixNanos, object: ObjectId) {
        append!(self, Customs, ts, (ts, object));
    }

    /// The rows `start..end` of columns, which stay shared.
    pub fn add_columns(&mut self, columns: Columns, start: usize, end: usize) {
        let end = end.min(columns.len());
        if start >= end {
            return;
        }
        let mut before = columns.ts_init(start);
        let first = before;
        for at in start..end {
            let ts = columns.ts_init(at);
            self.is_unsorted |= ts < before;
            before = ts;
        }
        self.sources.push(Source::Columns(columns));
        self.extend(self.sources.len() - 1, start, end - start, first, before);
    }

    /// Puts everything in the order of `ts_init`; what has the same time stays in order of arrival.
    pub fn sort(&mut self) {
        if !self.is_unsorted {
            return;
        }
        let mut rows: Vec<(UnixNanos, u32, u32)> = Vec::with_capacity(self.len());
        for run in &self.runs {
            let source = &self.sources[run.source as usize];
            let all = (run.start..run.start + run.rows).filter_map(|row| Some((row, source.ts_init(row as usize)?)));
            rows.extend(all.map(|(row, ts)| (ts, run.source, row)));
        }
        rows.sort_by_key(|(ts, ..)| *ts);
        self.runs.clear();
        self.last_ts = 0;
        for (ts, source, row) in rows {
            self.extend(source as usize, row as usize, 1, ts, ts);
        }
        self.is_unsorted = false;
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.runs.iter().map(|run| run.rows as usize).sum()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// The place of the datum that so many others precede.
    #[must_use]
    pub fn seek(&self, at: usize) -> Cursor {
        let mut left = at;
        for (run, known) in self.runs.iter().enumerate() {
            if left < known.rows as usize {
                return Cursor { at, run, row: narrow(left) };
            }
            left -= known.rows as usize;
        }
        Cursor { at, run: self.runs.len(), row: 0 }
    }

    /// The datum at the cursor; none at the end.
    #[must_use]
    pub(super) fn datum(&self, cursor: Cursor) -> Option<Datum<'_>> {
        let run = self.runs.get(cursor.run)?;
        let source = self.sources.get(run.source as usize)?;
        let row = (run.start + cursor.row) as usize;
        Some(Datum { source, row, ts: source.ts_init(row)? })
    }

    /// When the datum at the cursor comes; none at the end.
    #[must_use]
    pub fn ts(&self, cursor: Cursor) -> Option<UnixNanos> {
        self.datum(cursor).map(|datum| datum.ts)
    }

    #[must_use]
    pub fn get(&self, cursor: Cursor) -> Option<Message> {
        self.datum(cursor)?.message()
    }

    /// How many data come from the same columns one after the other, the one at the cursor included.
    #[must_use]
    pub fn left_in_run(&self, cursor: Cursor) -> usize {
        self.runs.get(cursor.run).map_or(0, |run| run.rows.saturating_sub(cursor.row) as usize)
    }

    /// So many rows on, within the run.
    #[must_use]
    pub fn pass(cursor: Cursor, rows: usize) -> Cursor {
        Cursor { at: cursor.at + rows, row: cursor.row + narrow(rows), ..cursor }
    }

    /// The place after this one.
    #[must_use]
    pub fn next(&self, cursor: Cursor) -> Cursor {
        let (at, row) = (cursor.at + 1, cursor.row + 1);
        let is_over = self.runs.get(cursor.run).is_none_or(|run| row >= run.rows);
        if is_over { Cursor { at, run: cursor.run + 1, row: 0 } } else { Cursor { at, run: cursor.run, row } }
    }

    /// The place so many rows after this one, all of which are in the run.
    #[must_use]
    pub fn after(&self, cursor: Cursor, rows: usize) -> Cursor {
        if rows == 0 { cursor } else { self.next(Self::pass(cursor, rows - 1)) }
    }

    /// First and last time.
    #[must_use]
    pub fn range(&self) -> Option<(UnixNanos, UnixNanos)> {
        let last = self.runs.last()?;
        let last = self.sources.get(last.source as usize)?.ts_init((last.start + last.rows - 1) as usize)?;
        Some((self.ts(Cursor::default())?, last))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::columns::{Prices, Quantities, QuoteColumns, Times};

    fn order(feed: &Feed) -> Vec<String> {
        let mut cursor = feed.seek(0);
        let mut all = Vec::new();
        while let Some(datum) = feed.get(cursor) {
            assert_eq!(feed.seek(cursor.at).row, cursor.row);
            all.push(match datum {
                Message::Quote(quote) => format!("q{}", quote.bid_price),
                Message::Object(object) => object.0.to_string(),
                other => format!("{other:?}"),
            });
            cursor = feed.next(cursor);
        }
        assert_eq!(feed.len(), all.len());
        all
    }

    fn columns(times: &[u64]) -> Columns {
        let prices = |_| {
            let mut prices = Prices::new(0).unwrap();
            prices.extend((0..u32::try_from(times.len()).unwrap()).map(f64::from)).unwrap();
            prices
        };
        let size = || Quantities::constant(1.0, 0, times.len()).unwrap();
        let mut ts = Times::new(0);
        ts.extend(times.iter().copied());
        Columns::Quotes(Arc::new(QuoteColumns {
            instrument_id: "A.B".parse().unwrap(),
            bid_prices: prices(0),
            ask_prices: prices(1),
            bid_sizes: size(),
            ask_sizes: size(),
            times: ts,
        }))
    }

    #[test]
    fn same_times_keep_the_order_of_arrival() {
        let mut feed = Feed::default();
        for (n, ts) in [5, 3, 5, 3].into_iter().enumerate() {
            feed.add_custom(ts, ObjectId(u32::try_from(n).unwrap()));
        }
        feed.sort();
        assert_eq!(order(&feed), ["1", "3", "0", "2"]);
        assert_eq!(feed.range(), Some((3, 5)));
    }

    #[test]
    fn columns_and_records_merge() {
        let mut feed = Feed::default();
        feed.add_columns(columns(&[9, 1, 3, 5]), 1, 4);
        feed.add_custom(3, ObjectId(0));
        feed.add_columns(columns(&[2, 3]), 0, 2);
        feed.sort();
        assert_eq!(order(&feed), ["q1", "q0", "q2", "0", "q1", "q3"]);
    }

    #[test]
    fn what_is_in_order_stays_in_one_piece() {
        let mut feed = Feed::default();
        feed.add_columns(columns(&[1, 3]), 0, 2);
        feed.add_columns(columns(&[3, 4]), 0, 2);
        feed.sort();
        assert_eq!((feed.runs.len(), order(&feed)), (2, vec!["q0".into(), "q1".into(), "q0".into(), "q1".into()]));
    }
}
