//! Rows of one table, one after the other, while nothing has anything to do but the venue and those who listen. What the
//! loop asks anew for every other datum (who listens, what is due, what runs) is asked once for all of them, and after each
//! whether user code has changed it.

use std::rc::Rc;

use super::{
    Actor, ActorId, Callback, Handler, Host, Kernel, Topic,
    feed::{Cursor, Datum, Feed},
    quiet::Patience,
    run::Route,
};
use crate::{
    clock::SharedClock,
    halt::Flow,
    matching::MatchingEngine,
    model::{UnixNanos, columns::Columns},
    venue::Venue,
};

/// So few rows in one piece are not worth the preparation.
const FEW: usize = 4;

enum Listener {
    Actor(ActorId, Rc<Actor>),
    Builder(u32),
}

/// Who has to do with the rows of a table.
struct Parties {
    host: Rc<dyn Host>,
    engine: Rc<MatchingEngine>,
    /// The engine takes rows of the table without looking at each.
    holds_rows: bool,
    /// In the order in which they are told.
    listeners: Vec<Listener>,
    clocks: Vec<SharedClock<Callback>>,
    venues: Vec<Rc<Venue>>,
    /// The bus's count of changes when all this was asked for.
    asked_at: u64,
}

impl Parties {
    fn set_time(&self, kernel: &Kernel, ts: UnixNanos) {
        kernel.now.set(ts);
        for clock in &self.clocks {
            clock.borrow_mut().set_time(ts);
        }
    }

    /// When anybody but the next datum has something to do; none where that is now, or not known.
    fn next_due(&self, kernel: &Kernel, ts: UnixNanos) -> Option<UnixNanos> {
        if kernel.agenda.borrow().has_pending() {
            return None;
        }
        let mut due = UnixNanos::MAX;
        for clock in &self.clocks {
            due = due.min(clock.borrow().earliest());
        }
        for venue in &self.venues {
            venue.set_time(ts);
            due = due.min(venue.next_due());
        }
        (due > ts).then_some(due)
    }
}

impl Kernel {
    /// Processes rows from the datum on, each completely; how many these were. They end before a row that something is due
    /// before or at, and with one that has made something due or changed who takes part.
    pub(super) fn follow(
        &self,
        (feed, cursor, datum): (&Feed, Cursor, &Datum<'_>),
        end: UnixNanos,
        last: &mut UnixNanos,
        route: &mut Route,
        patience: &mut Patience,
    ) -> Flow<usize> {
        if !patience.is_over() {
            return Ok(0);
        }
        let due = self.next_due().filter(|due| *due > datum.ts);
        let rows = feed.left_in_run(cursor);
        let place = datum.place().filter(|_| rows >= FEW && !self.modules.has_any());
        let prepared = due.zip(place).and_then(|(due, place)| Some((due, place, self.parties(place.0, route)?)));
        let Some((mut due, (columns, first), parties)) = prepared else {
            patience.renew();
            return Ok(0);
        };
        for done in 0..rows {
            let (at, ts) = (first + done, columns.ts_init(first + done));
            if ts >= due || ts > end {
                return Ok(done);
            }
            if ts > *last {
                parties.set_time(self, ts);
                *last = ts;
            }
            self.process_row(columns, at, &parties)?;
            let are_the_same = self.bus.changes() == parties.asked_at;
            let Some(next_due) = parties.next_due(self, ts).filter(|_| are_the_same) else {
                self.end_datum(feed, feed.after(cursor, done + 1), ts)?;
                return Ok(done + 1);
            };
            due = next_due;
            self.count_datum(cursor.at + done + 1);
        }
        Ok(rows)
    }

    /// None where others than actors and builders listen, or no actor does, or nothing has been published on the topic.
    fn parties(&self, columns: &Columns, route: &mut Route) -> Option<Parties> {
        let listener = |handler: &Handler| match *handler {
            Handler::Actor(id) => Some(Listener::Actor(id, self.actor(id)?)),
            Handler::Bars(id) => Some(Listener::Builder(id)),
            _ => None,
        };
        let listeners: Vec<Listener> =
            self.bus.known(self.data.topic(Topic::of_rows(columns)))?.iter().map(listener).collect::<Option<_>>()?;
        let is_heard = listeners.iter().any(|listener| matches!(listener, Listener::Actor(..)));
        is_heard.then_some(())?;
        let holds_rows = self.matching(columns.instrument_id(), route)?.hold_rows_of(columns);
        Some(Parties {
            host: self.host().ok()?,
            engine: Rc::clone(route.as_ref().map(|(_, engine)| engine)?),
            holds_rows,
            listeners,
            clocks: self.clocks.borrow().clone(),
            venues: self.venues(),
            asked_at: self.bus.changes(),
        })
    }

    fn process_row(&self, columns: &Columns, at: usize, parties: &Parties) -> Flow {
        let engine = &parties.engine;
        match columns {
            Columns::Quotes(quotes) => {
                if !parties.holds_rows || !engine.hold_quote(quotes, at) {
                    engine.process_quote(self, &quotes.get(at))?;
                }
                self.cache.add_quote_rows(quotes, at..at + 1);
            }
            Columns::Trades(trades) => {
                if !parties.holds_rows || !engine.hold_trade(trades, at) {
                    engine.process_trade(self, &trades.get(at))?;
                }
                self.cache.add_trade_rows(trades, at..at + 1);
            }
            Columns::Bars(bars) => {
                let bar = bars.get(at);
                engine.process_bar(self, &bar)?;
                self.cache.add_bar(&bar);
            }
        }
        for listener in &parties.listeners {
            match listener {
                Listener::Actor(id, actor) if actor.is_running.get() => parties.host.on_row(*id, columns, at)?,
                Listener::Actor(..) => {}
                Listener::Builder(id) => self.feed_row(*id, columns, at)?,
            }
        }
        Ok(())
    }
}
