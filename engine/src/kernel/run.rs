//! The loop: next datum, venues, strategies, timers.

use std::{cell::Cell, rc::Rc};

use super::{
    Callback, Feed, Kernel, LogLevel, Message,
    feed::{Cursor, Datum, Place},
    quiet::Patience,
};
use crate::{
    clock::Due,
    halt::{Flow, Halt},
    matching::MatchingEngine,
    model::{UnixNanos, identifiers::InstrumentId},
    venue::Venue,
};

#[derive(Debug, Default)]
pub(super) struct RunState {
    is_started: Cell<bool>,
    /// Data replayed since the last reset.
    pub iterations: Cell<u64>,
    pub start: Cell<Option<UnixNanos>>,
    pub end: Cell<Option<UnixNanos>>,
    /// The slot to go on from when data are streamed in chunks.
    next: Cell<usize>,
}

/// The instrument of the last datum, and where it is matched.
pub(super) type Route = Option<(InstrumentId, Rc<MatchingEngine>)>;

/// What part of the data to replay.
#[derive(Clone, Copy, Debug, Default)]
pub struct Range {
    pub start: Option<UnixNanos>,
    pub end: Option<UnixNanos>,
    /// More data follow: do not stop the strategies yet.
    pub streaming: bool,
}

impl Kernel {
    /// Data replayed since the last reset.
    #[must_use]
    pub fn iterations(&self) -> u64 {
        self.run.iterations.get()
    }

    /// First and last time of the run so far.
    #[must_use]
    pub fn range(&self) -> (Option<UnixNanos>, Option<UnixNanos>) {
        (self.run.start.get(), self.run.end.get())
    }

    /// Replays the data.
    ///
    /// # Errors
    /// When user code raises, or the configuration does not allow the run.
    pub fn run(&self, range: Range) -> Flow {
        self.feed_mut().sort();
        let (first, last) = self.feed().range().unwrap_or((0, 0));
        let start = range.start.unwrap_or(first);
        let end = range.end.unwrap_or(last);
        if start > end {
            return Err(Halt::Value(format!("start was > end: {start} > {end}")));
        }
        let last = self.rewind(start);
        let replayed = self.start(start).and_then(|()| self.replay(start, end, last));
        self.stopped_quietly(replayed)?; // strategies still end in order
        self.run.end.set(Some(self.now()));
        if range.streaming { Ok(()) } else { self.end() }
    }

    /// Data that are still there are replayed from their beginning once more, with the time set back; where the release goes
    /// on, only unless all of them have been replayed (observed on 1.221.0 and 1.231.0). Returns the time up to which everything
    /// has happened.
    fn rewind(&self, start: UnixNanos) -> UnixNanos {
        let is_first = self.run.iterations.get() == 0;
        if self.profile.always_rewinds || self.run.next.get() < self.feed().len() {
            self.run.next.set(0);
        }
        if !is_first && start >= self.now() {
            return self.now();
        }
        if !is_first {
            self.set_time(start);
        }
        if self.profile.timers_chain { start.saturating_sub(1) } else { start }
    }

    /// Forgets the data and how far they were replayed: what comes next is replayed from its beginning.
    pub fn clear_data(&self) {
        self.feed_mut().clear();
        self.run.next.set(0);
    }

    fn start(&self, start: UnixNanos) -> Flow {
        if self.run.is_started.replace(true) {
            return Ok(());
        }
        self.run.start.set(Some(start));
        self.set_time(start);
        for venue in self.venues() {
            venue.set_time(start);
            self.open_account(&venue)?;
        }
        for id in self.actor_ids() {
            // Until it is over nobody tells the actor anything, not even about orders that it sends from there.
            self.host()?.on_start(id)?;
            if let Some(actor) = self.actor(id) {
                actor.is_running.set(true);
            }
        }
        Ok(())
    }

    fn replay(&self, start: UnixNanos, end: UnixNanos, mut last: UnixNanos) -> Flow {
        let feed = self.feed();
        let mut cursor = feed.seek(self.run.next.get());
        while feed.ts(cursor).is_some_and(|ts| ts < start) {
            cursor = feed.next(cursor);
        }
        let mut route = None;
        let mut next = feed.datum(cursor);
        let (mut patience, mut patience_to_follow) = (Patience::default(), Patience::default());
        while let Some(mut datum) = next.filter(|datum| datum.ts <= end) {
            let passed = self.pass_over((&feed, cursor, &datum), end, &mut route, &mut patience);
            if passed > 0 {
                cursor = Feed::pass(cursor, passed);
                let Some(last) = feed.datum(cursor) else { break };
                datum = last;
                self.run.iterations.set(self.run.iterations.get() + passed as u64);
            }
            let followed = self.follow((&feed, cursor, &datum), end, &mut last, &mut route, &mut patience_to_follow)?;
            if followed > 0 {
                cursor = feed.after(cursor, followed);
                next = feed.datum(cursor);
                continue;
            }
            let ts = datum.ts;
            if ts > last {
                self.expire_until(ts)?;
                self.advance(ts)?;
                last = ts;
            }
            if let Some(message) = datum.message() {
                self.process(&message, datum.place(), &mut route)?;
            }
            cursor = feed.next(cursor);
            next = self.end_datum(&feed, cursor, ts)?;
        }
        Ok(())
    }

    /// What comes after a datum at `ts`, before the one at the cursor, which is returned.
    pub(super) fn end_datum<'a>(&self, feed: &'a Feed, next: Cursor, ts: UnixNanos) -> Flow<Option<Datum<'a>>> {
        self.settle(ts)?;
        self.run.next.set(next.at);
        let datum = feed.datum(next);
        if datum.is_none_or(|datum| datum.ts > ts) {
            self.fire_at(ts)?;
        }
        self.count_datum(next.at);
        Ok(datum)
    }

    /// A datum has been replayed, and the one at this place is next.
    pub(super) fn count_datum(&self, next: usize) {
        self.run.next.set(next);
        self.run.iterations.set(self.run.iterations.get() + 1);
    }

    /// Contracts that expire between two data do so at their own time, where the release does that.
    fn expire_until(&self, ts: UnixNanos) -> Flow {
        if !self.profile.expires_on_time {
            return Ok(());
        }
        while let Some((at, engine)) = self.next_expiry().filter(|(at, _)| *at < ts) {
            self.advance(at.max(self.now()))?;
            self.has_due(self.now());
            engine.expire_contract(self)?;
            self.settle(self.now())?;
        }
        Ok(())
    }

    fn next_expiry(&self) -> Option<(UnixNanos, Rc<MatchingEngine>)> {
        let venues = self.venues.borrow();
        let all = venues.values().flat_map(|venue| venue.expiring());
        all.min_by_key(|(at, _)| *at)
    }

    /// Time goes to `ts`: what timers are due before it fire, in order, each at its time.
    fn advance(&self, ts: UnixNanos) -> Flow {
        if self.agenda.borrow_mut().is_idle(&self.clocks.borrow(), ts) {
            self.set_time(ts);
            return Ok(());
        }
        self.agenda.borrow_mut().advance(&self.clocks.borrow(), ts);
        let mut last = None;
        loop {
            let due = self.agenda.borrow_mut().next(&self.clocks.borrow(), ts, false);
            let Some(due) = due else { break };
            let at = due.event.ts_event;
            if self.profile.settles_until_quiet {
                if let Some(before) = last.filter(|before| *before != at) {
                    self.settle(before)?;
                }
                self.set_time(at);
                self.fire(&due)?;
            } else {
                self.set_time(at);
                self.fire(&due)?;
                if last != Some(at) {
                    self.settle(at)?;
                }
            }
            last = Some(at);
        }
        if let Some(last) = last.filter(|_| self.profile.settles_until_quiet) {
            self.settle(last)?;
        }
        self.set_time(ts);
        Ok(())
    }

    /// After all data of a time: the timers of that very time.
    fn fire_at(&self, ts: UnixNanos) -> Flow {
        if self.profile.timers_chain {
            if self.agenda.borrow_mut().is_idle(&self.clocks.borrow(), ts) {
                return Ok(());
            }
            self.agenda.borrow_mut().advance(&self.clocks.borrow(), ts);
        } else if !self.agenda.borrow().has_pending() {
            return Ok(());
        }
        let mut last = None;
        loop {
            let due = self.agenda.borrow_mut().next(&self.clocks.borrow(), ts, true);
            let Some(due) = due else { break };
            let at = due.event.ts_event;
            self.set_time(at);
            self.fire(&due)?;
            // As in `advance`: where settling does not repeat, it comes after the first event of a time.
            if !self.profile.settles_until_quiet && last != Some(at) {
                self.settle(at)?;
            }
            last = Some(at);
        }
        if self.profile.settles_until_quiet && last.is_some() { self.settle(self.now()) } else { Ok(()) }
    }

    fn fire(&self, due: &Due<Callback>) -> Flow {
        match due.callback {
            Callback::Host(actor, handler) => self.host()?.on_time_event(actor, Some(handler), &due.event),
            Callback::Actor(actor) => self.host()?.on_time_event(actor, None, &due.event),
            Callback::Bars(id) => self.close_time_bar(id, &due.event),
            Callback::Snapshot(id, interval_ms) => self.publish_snapshot(id, interval_ms),
            Callback::Expiry(actor, order) => self.expire_managed(actor, order),
        }
    }

    fn process(&self, datum: &Message, place: Option<Place<'_>>, route: &mut Route) -> Flow {
        self.pre_process(datum)?;
        if let Some(engine) = datum.instrument_id().and_then(|id| self.matching(id, route)) {
            self.match_datum(engine, datum)?;
        }
        self.process_data(datum, place)
    }

    /// What the venue does with a datum of its instrument.
    fn match_datum(&self, engine: &MatchingEngine, datum: &Message) -> Flow {
        match datum {
            Message::Quote(quote) => engine.process_quote(self, quote),
            Message::Trade(trade) => engine.process_trade(self, trade),
            Message::Bar(bar) => engine.process_bar(self, bar),
            Message::Deltas(batch) => engine.process_deltas(self, &batch.deltas),
            Message::Depth(depth) => engine.process_depth(self, depth),
            Message::Book(_) | Message::Order(_) | Message::Position(_) | Message::Account(_) | Message::Object(_) => {
                Ok(())
            }
        }
    }

    /// The matching engine of an instrument; usually the one that the datum before went to.
    pub(super) fn matching<'a>(&self, id: InstrumentId, route: &'a mut Route) -> Option<&'a MatchingEngine> {
        if route.as_ref().is_none_or(|(known, _)| *known != id) {
            let engine = self.venues.borrow().get(&id.venue)?.engine(id)?;
            *route = Some((id, engine));
        }
        let engine = route.as_ref().map(|(_, engine)| &**engine)?;
        engine.show_held();
        Some(engine)
    }

    /// Lets the venues process what has arrived.
    fn settle(&self, ts: UnixNanos) -> Flow {
        if !self.has_due(ts) {
            return self.run_modules(None, ts);
        }
        if !self.profile.settles_until_quiet {
            return self.each_venue(|venue| {
                venue.drain(self, ts)?;
                self.run_modules(Some(venue.id), ts)
            });
        }
        loop {
            self.each_venue(|venue| venue.drain(self, ts))?;
            self.each_venue(|venue| venue.iterate(self, ts))?;
            if !self.has_due(ts) {
                return self.run_modules(None, ts);
            }
        }
    }

    /// Time moves on at all venues: whether any has something to process then.
    fn has_due(&self, ts: UnixNanos) -> bool {
        let mut has_due = false;
        for venue in self.venues.borrow().values() {
            venue.set_time(ts);
            has_due |= venue.has_due(ts);
        }
        has_due
    }

    fn each_venue(&self, act: impl Fn(&Venue) -> Flow) -> Flow {
        for at in 0.. {
            let venue = self.venues.borrow().get_index(at).map(|(_, venue)| Rc::clone(venue));
            match venue {
                Some(venue) => act(&venue)?,
                None => break,
            }
        }
        Ok(())
    }

    /// Stops the strategies. What they send while stopping is still processed once.
    ///
    /// # Errors
    /// When user code raises.
    pub fn end(&self) -> Flow {
        self.stopped_quietly(self.end_actors())
    }

    /// That a venue stops the run is logged, and no error.
    fn stopped_quietly(&self, flow: Flow) -> Flow {
        match flow {
            Err(Halt::Stop(reason)) => {
                self.log(LogLevel::Error, "BacktestEngine", &format!("Stopping: {reason}"));
                Ok(())
            }
            other => other,
        }
    }

    fn end_actors(&self) -> Flow {
        for id in self.actor_ids() {
            let Some(actor) = self.actor(id).filter(|actor| actor.is_running.get()) else { continue };
            // Nothing fires after the end, so that a strategy that is leaving the market goes on for good (observed on
            // 1.231.0).
            match actor.strategy {
                Some(strategy) if strategy.manages_stop => self.host()?.on_managed_stop(id)?,
                _ => self.stop_actor(id, &actor)?,
            }
        }
        self.settle(self.now())
    }

    /// Back to before the first run; venues, instruments, data and actors stay.
    ///
    /// # Errors
    /// When user code raises.
    pub fn reset(&self) -> Flow {
        if self.run.is_started.get() && self.actor_ids().any(|id| self.actor(id).is_some_and(|a| a.is_running.get())) {
            self.end()?;
        }
        for clock in self.clocks.borrow().iter() {
            clock.borrow_mut().cancel_all();
        }
        self.agenda.borrow_mut().clear();
        let changed: Vec<_> = self.venues().into_iter().filter(|venue| self.reports_reset(venue)).collect();
        self.cache.reset();
        self.portfolio.reset();
        self.data.reset(&self.bus);
        self.books.reset();
        self.risk.reset();
        self.exec.reset();
        self.emulator.reset();
        for venue in self.venues() {
            venue.reset();
        }
        for venue in changed {
            self.open_account(&venue)?;
        }
        self.bus.note_change();
        self.run.is_started.set(false);
        self.run.iterations.set(0);
        self.run.next.set(0);
        self.run.start.set(None);
        self.run.end.set(None);
        for id in self.actor_ids() {
            if let Some(actor) = self.actor(id) {
                actor.is_running.set(false);
            }
            self.host()?.on_reset(id)?;
        }
        Ok(())
    }

    /// Whether resetting the venue's account is worth a state of it.
    fn reports_reset(&self, venue: &Venue) -> bool {
        let Some(account) = self.cache.account_for_venue(venue.id) else { return false };
        let account = account.borrow();
        let mut balances = account.balances.iter();
        !self.profile.resets_quietly
            || balances.any(|(currency, balance)| {
                balance.locked.raw != 0 || account.starting_balances.get(currency) != Some(&balance.total)
            })
    }

    /// Stops one actor from within: its handlers are not called any more.
    ///
    /// # Errors
    /// When user code raises.
    pub fn stop(&self, id: super::ActorId) -> Flow {
        match self.actor(id).filter(|actor| actor.is_running.get()) {
            Some(actor) => self.stop_actor(id, &actor),
            None => Ok(()),
        }
    }

    fn stop_actor(&self, id: super::ActorId, actor: &super::Actor) -> Flow {
        actor.is_running.set(false);
        self.host()?.on_stop(id)?;
        actor.clock.borrow_mut().cancel_all();
        Ok(())
    }

    pub(super) fn publish_account(&self, state: Rc<crate::model::event::AccountState>) -> Flow {
        self.publish(self.topics.account(state.account_id), &Message::Account(state))
    }
}
