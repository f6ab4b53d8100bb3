//! Rows that nobody sees. Where only builders of bars listen to an instrument's ticks, nothing that rests can act on them
//! and nothing else is due, all of them but the last are taken at once.

use std::rc::Rc;

use super::{
    Handler, Kernel, Topic,
    data::Builder,
    feed::{Cursor, Datum, Feed},
    run::Route,
};
use crate::model::{UnixNanos, columns::Columns};

/// After a row that could not be passed over, so many go by before the next try.
const PATIENCE: u32 = 16;

/// When to look for rows to pass over.
#[derive(Debug, Default)]
pub(super) struct Patience(u32);

impl Patience {
    pub fn is_over(&mut self) -> bool {
        self.0 = self.0.saturating_sub(1);
        self.0 == 0
    }

    /// The last try was in vain.
    pub const fn renew(&mut self) {
        self.0 = PATIENCE;
    }
}

impl Kernel {
    /// Passes over rows from the datum on; how many these were. The row after them is to be processed as any other: it is
    /// of the same columns, and leaves everything as if those before it had been processed, too.
    pub(super) fn pass_over(
        &self,
        (feed, cursor, datum): (&Feed, Cursor, &Datum<'_>),
        end: UnixNanos,
        route: &mut Route,
        patience: &mut Patience,
    ) -> usize {
        if !patience.is_over() {
            return 0;
        }
        let rows = self.pass_rows(feed, cursor, datum, end, route).unwrap_or(0);
        patience.0 = if rows == 0 { PATIENCE } else { 0 };
        rows
    }

    fn pass_rows(
        &self,
        feed: &Feed,
        cursor: Cursor,
        datum: &Datum<'_>,
        end: UnixNanos,
        route: &mut Route,
    ) -> Option<usize> {
        let left = feed.left_in_run(cursor);
        let (columns, row) = datum.place().filter(|_| left > 1 && !self.modules.has_any())?;
        if matches!(columns, Columns::Bars(_)) {
            return None;
        }
        let builders = self.only_builders(Topic::of_rows(columns))?;
        let room = builders.iter().map(|builder| builder.room()).min().unwrap_or(usize::MAX);
        let until = end.min(self.next_due()?.saturating_sub(1));
        let most = columns.count_until(row, row + left, until).saturating_sub(1).min(room);
        let engine = self.matching(columns.instrument_id(), route)?;
        let rows = match columns {
            Columns::Quotes(quotes) => {
                let rows = engine.pass_quotes(quotes, row, most);
                self.cache.add_quote_rows(quotes, row..row + rows);
                rows
            }
            Columns::Trades(trades) => {
                let rows = engine.pass_trades(trades, row, most);
                self.cache.add_trade_rows(trades, row..row + rows);
                rows
            }
            Columns::Bars(_) => 0,
        };
        builders.iter().for_each(|builder| builder.take_rows(columns, row..row + rows));
        Some(rows)
    }

    /// Builders that listen to the topic; none where anybody else does.
    fn only_builders(&self, topic: Topic) -> Option<Vec<Rc<Builder>>> {
        let listeners = self.bus.known(self.data.topic(topic))?;
        let builder = |handler: &Handler| match handler {
            Handler::Bars(id) => self.data.builder(*id),
            _ => None,
        };
        listeners.iter().map(builder).collect()
    }

    /// The earliest time at which anything but the next datum has something to do; none where that is not known.
    pub(super) fn next_due(&self) -> Option<UnixNanos> {
        if self.agenda.borrow().has_pending() {
            return None;
        }
        let mut due = self.clocks.borrow().iter().map(|clock| clock.borrow().earliest()).min()?;
        for venue in self.venues.borrow().values() {
            if venue.has_contracts() {
                return None;
            }
            due = due.min(venue.next_due());
        }
        Some(due)
    }
}
