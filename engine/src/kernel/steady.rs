//! Rows of one table, one after the other, while nothing has anything to do but the venue and those who listen. What the
//! loop asks anew for every other datum (who listens, what is due, what runs) is asked once for all of them, and after each
//! whether user code has changed it.

use std::rc::Rc;

use super::{
    Actor, ActorId, Handler, Host, Kernel, Message, Topic,
    data::Builder,
    feed::{self, Cursor, Datum, Feed},
    quiet::Patience,
    run::Route,
};
use crate::{
    halt::Flow,
    matching::MatchingEngine,
    model::{UnixNanos, columns::Columns},
};

/// So few rows in one piece are not worth the preparation.
const FEW: usize = 4;

enum Listener {
    Actor(ActorId, Rc<Actor>),
    Builder(Rc<Builder>),
}

/// Who has to do with the rows of a table.
struct Parties {
    host: Rc<dyn Host>,
    engine: Rc<MatchingEngine>,
    /// In the order in which they are told.
    listeners: Vec<Listener>,
    /// The bus's count of changes when it was asked for them.
    asked_at: u64,
}

impl Kernel {
    /// Processes rows from the datum on, each completely; how many these were. They end before a row that something is due
    /// before or at, and with one that has made something due or changed who listens.
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
                self.set_time(ts);
                *last = ts;
            }
            self.process_row(columns, at, &parties)?;
            let has_due = self.has_due(ts);
            let next_due = self.next_due().filter(|due| *due > ts && !has_due);
            let Some(next_due) = next_due else {
                self.end_datum(feed, feed.after(cursor, done + 1), ts)?;
                return Ok(done + 1);
            };
            due = next_due;
            self.count_datum(cursor.at + done + 1);
            if self.bus.changes() != parties.asked_at || self.modules.has_any() {
                return Ok(done + 1);
            }
        }
        Ok(rows)
    }

    /// None where others than actors and builders listen, or no actor does.
    fn parties(&self, columns: &Columns, route: &mut Route) -> Option<Parties> {
        let (id, topic) = match columns {
            Columns::Quotes(quotes) => (quotes.instrument_id, Topic::Quotes(quotes.instrument_id)),
            Columns::Trades(trades) => (trades.instrument_id, Topic::Trades(trades.instrument_id)),
            Columns::Bars(bars) => (bars.bar_type.instrument_id, Topic::Bars(bars.bar_type)),
        };
        let asked_at = self.bus.changes();
        let listener = |handler: &Handler| match *handler {
            Handler::Actor(id) => Some(Listener::Actor(id, self.actor(id)?)),
            Handler::Bars(id) => Some(Listener::Builder(self.data.builder(id)?)),
            _ => None,
        };
        let listeners: Vec<Listener> =
            self.bus.listeners(self.data.topic(topic)).iter().map(listener).collect::<Option<_>>()?;
        self.matching(id, route)?;
        let engine = Rc::clone(route.as_ref().map(|(_, engine)| engine)?);
        let is_heard = listeners.iter().any(|listener| matches!(listener, Listener::Actor(..)));
        is_heard.then_some(())?;
        Some(Parties { host: self.host().ok()?, engine, listeners, asked_at })
    }

    fn process_row(&self, columns: &Columns, at: usize, parties: &Parties) -> Flow {
        let datum: Message = feed::row(columns, at);
        self.match_datum(&parties.engine, &datum)?;
        self.remember(&datum, Some((columns, at)));
        for listener in &parties.listeners {
            match listener {
                Listener::Actor(id, actor) if actor.is_running.get() => parties.host.on_message(*id, &datum)?,
                Listener::Actor(..) => {}
                Listener::Builder(builder) => self.feed_builder(builder, &datum)?,
            }
        }
        Ok(())
    }
}
