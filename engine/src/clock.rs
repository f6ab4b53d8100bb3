//! Simulated time: a clock with timers for each component, and the order in which their events fire.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use ustr::Ustr;

pub use crate::model::date::{civil_date, days_from_civil};
use crate::model::{
    UnixNanos,
    event::{EventId, TimeEvent},
};

/// So many new events are put in their places one by one.
const FEW: usize = 8;

/// What a clock refuses. `Display` is the message that reaches the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    #[error("'name' {0} already contained in 'self.timer_names' collection")]
    NameTaken(String),
    #[error("'name' {0} not contained in 'self.timer_names' collection")]
    NameUnknown(String),
    #[error("{0}")]
    Value(String),
}

/// One timer: an alert fires once, a timer with an interval until its stop time.
#[derive(Clone, Debug)]
struct Timer<C> {
    next: UnixNanos,
    /// Zero: once.
    interval: u64,
    stop: Option<UnixNanos>,
    callback: C,
}

/// An event that is due, and who is to be told.
#[derive(Clone, Debug)]
pub struct Due<C> {
    pub event: TimeEvent,
    pub callback: C,
}

/// When a repeating timer fires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    pub interval: u64,
    /// `None`: now. The first event is one interval later, or right then with `fire_immediately`.
    pub start: Option<UnixNanos>,
    pub stop: Option<UnixNanos>,
    pub fire_immediately: bool,
}

/// A component's clock. It stands still until somebody sets it.
///
/// `C` is whatever tells the owner whom to call; the clock only hands it back.
#[derive(Debug)]
pub struct TestClock<C> {
    now: UnixNanos,
    /// By name, because events of one clock at the same time fire in the order of names.
    timers: BTreeMap<Ustr, Timer<C>>,
    /// The earliest of all timers' next times, so that an idle clock costs one comparison a datum.
    earliest: UnixNanos,
}

pub type SharedClock<C> = Rc<RefCell<TestClock<C>>>;

impl<C> Default for TestClock<C> {
    fn default() -> Self {
        Self { now: 0, timers: BTreeMap::new(), earliest: UnixNanos::MAX }
    }
}

impl<C: Clone> TestClock<C> {
    #[must_use]
    pub const fn now(&self) -> UnixNanos {
        self.now
    }

    pub const fn set_time(&mut self, to: UnixNanos) {
        self.now = to;
    }

    /// Names of the live timers in alphabetical order.
    pub fn timer_names(&self) -> impl ExactSizeIterator<Item = Ustr> + '_ {
        self.timers.keys().copied()
    }

    #[must_use]
    pub fn has_timer(&self, name: &str) -> bool {
        self.timers.contains_key(&Ustr::from(name))
    }

    /// When the timer fires next.
    #[must_use]
    pub fn next_time(&self, name: &str) -> Option<UnixNanos> {
        self.timers.get(&Ustr::from(name)).map(|timer| timer.next)
    }

    /// Whom the timer tells.
    #[must_use]
    pub fn callback(&self, name: &str) -> Option<&C> {
        self.timers.get(&Ustr::from(name)).map(|timer| &timer.callback)
    }

    /// # Errors
    /// When the name is invalid or a live timer has it.
    pub fn check_free(&self, name: &str) -> Result<(), ClockError> {
        self.free_name(name).map(drop)
    }

    /// When any timer fires next; the maximum when there is none.
    #[must_use]
    pub const fn earliest(&self) -> UnixNanos {
        self.earliest
    }

    /// An alert at a time that is past fires at once, that is with the current time.
    ///
    /// # Errors
    /// When the name is invalid or taken, or the time is past and that is not allowed.
    pub fn set_alert(&mut self, name: &str, at: UnixNanos, callback: C, allow_past: bool) -> Result<(), ClockError> {
        let name = self.free_name(name)?;
        if at < self.now && !allow_past {
            return Err(ClockError::Value(format!(
                "Timer '{name}' alert time {} was in the past (current time is {})",
                iso(at),
                iso(self.now)
            )));
        }
        self.insert(name, Timer { next: at.max(self.now), interval: 0, stop: None, callback });
        Ok(())
    }

    /// A start that is past makes the timer catch up: it fires for every interval since (observed on 1.221.0).
    ///
    /// # Errors
    /// When the name is invalid or taken, the interval is zero, or the times contradict each other.
    pub fn set_timer(
        &mut self,
        name: &str,
        schedule: Schedule,
        callback: C,
        allow_past: bool,
    ) -> Result<(), ClockError> {
        let name = self.free_name(name)?;
        let Schedule { interval, start, stop, fire_immediately } = schedule;
        if interval == 0 {
            return Err(ClockError::Value("'interval_ns' not a positive integer, was 0".to_owned()));
        }
        let start = start.unwrap_or(self.now);
        let after = start.checked_add(interval).ok_or_else(|| {
            ClockError::Value(format!(
                "timer '{name}' would fire after the year 2554 (interval_ns={interval}): use a shorter interval"
            ))
        })?;
        if let Some(stop) = stop {
            if stop <= self.now {
                return Err(ClockError::Value("`stop_time_ns` was < `ts_now`".to_owned()));
            }
            if after > stop {
                return Err(ClockError::Value("`start_time_ns` + `interval_ns` was > `stop_time_ns`".to_owned()));
            }
        }
        let next = if fire_immediately { start } else { after };
        if next < self.now && !allow_past {
            return Err(ClockError::Value(format!(
                "Timer '{name}' next event time {} would be in the past (current time is {})",
                iso(next),
                iso(self.now)
            )));
        }
        self.insert(name, Timer { next, interval, stop, callback });
        Ok(())
    }

    /// # Errors
    /// When no live timer has the name.
    pub fn cancel(&mut self, name: &str) -> Result<(), ClockError> {
        check_name(name)?;
        if self.timers.remove(&Ustr::from(name)).is_none() {
            return Err(ClockError::NameUnknown(name.to_owned()));
        }
        self.find_earliest();
        Ok(())
    }

    pub fn cancel_all(&mut self) {
        self.timers.clear();
        self.earliest = UnixNanos::MAX;
    }

    /// Takes all events up to and including `to` and appends them in the order of time, then name.
    ///
    /// The clock's time is left alone: the owner sets it for each event in turn.
    pub fn take_due(&mut self, to: UnixNanos, due: &mut Vec<Due<C>>) {
        if self.earliest > to {
            return;
        }
        let first = due.len();
        self.timers.retain(|&name, timer| {
            while timer.next <= to {
                due.push(Due { event: time_event(name, timer.next), callback: timer.callback.clone() });
                match timer.next.checked_add(timer.interval) {
                    Some(next) if timer.interval > 0 && timer.stop.is_none_or(|stop| next <= stop) => timer.next = next,
                    _ => return false,
                }
            }
            true
        });
        due[first..].sort_by_key(|due| due.event.ts_event);
        self.find_earliest();
    }

    fn free_name(&self, name: &str) -> Result<Ustr, ClockError> {
        check_name(name)?;
        let name = Ustr::from(name);
        if self.timers.contains_key(&name) {
            return Err(ClockError::NameTaken(name.to_string()));
        }
        Ok(name)
    }

    fn insert(&mut self, name: Ustr, timer: Timer<C>) {
        self.earliest = self.earliest.min(timer.next);
        self.timers.insert(name, timer);
    }

    fn find_earliest(&mut self) {
        self.earliest = self.timers.values().map(|timer| timer.next).min().unwrap_or(UnixNanos::MAX);
    }
}

fn time_event(name: Ustr, at: UnixNanos) -> TimeEvent {
    TimeEvent { id: EventId::next(), name, ts_event: at, ts_init: at }
}

fn check_name(name: &str) -> Result<(), ClockError> {
    if name.trim().is_empty() {
        return Err(ClockError::Value(format!("'name' string was invalid, was '{name}'")));
    }
    if !name.is_ascii() {
        // The real clock aborts the process here.
        return Err(ClockError::Value(format!("'name' string was invalid, was '{name}': use ASCII characters only")));
    }
    Ok(())
}

/// As Python's `datetime.isoformat` writes it: to the microsecond, without a fraction when that is zero.
fn iso(ns: UnixNanos) -> String {
    let micros = (ns + 500) / 1_000;
    let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000);
    let (year, month, day) = civil_date(seconds / 86_400);
    let second = seconds % 86_400;
    let text =
        format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60);
    if fraction == 0 { text } else { format!("{text}.{fraction:06}") }
}

/// When events that are set while others fire have their turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Firing {
    /// 1.221: events are collected once when time moves on. What a callback sets for a time that is still before the
    /// new time waits for the next collection, and then fires with its original time.
    Batch,
    /// 1.231: collected again after every callback, and ordered by time, name, then the order of collection.
    Ordered,
}

/// The events of all clocks between one datum's time and the next one's, in the order they fire.
#[derive(Debug)]
pub struct Agenda<C> {
    firing: Firing,
    to: UnixNanos,
    /// Latest first, so that the next one is popped off the end.
    pending: Vec<Due<C>>,
    taken: Vec<Due<C>>,
}

impl<C: Clone> Agenda<C> {
    #[must_use]
    pub const fn new(firing: Firing) -> Self {
        Self { firing, to: 0, pending: Vec::new(), taken: Vec::new() }
    }

    /// Time moves on to `to`: collects what is due until then, `to` included.
    ///
    /// `clocks` in the order in which their components were registered. Under [`Firing::Batch`] a call at a time that
    /// did not move must not be made: it would collect alerts that 1.221 leaves for later.
    pub fn advance(&mut self, clocks: &[SharedClock<C>], to: UnixNanos) {
        self.to = to;
        self.collect(clocks);
    }

    /// Time moves on to `to`: whether nothing is due until then, so that neither [`Agenda::advance`] nor
    /// [`Agenda::next`] need be called.
    pub fn is_idle(&mut self, clocks: &[SharedClock<C>], to: UnixNanos) -> bool {
        self.to = to;
        self.pending.is_empty() && clocks.iter().all(|clock| clock.borrow().earliest() > to)
    }

    /// Whether something was collected that has not fired.
    #[must_use]
    pub fn has_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// The next event before `before`, or at it when `inclusive`; `None` when the rest is later.
    pub fn next(&mut self, clocks: &[SharedClock<C>], before: UnixNanos, inclusive: bool) -> Option<Due<C>> {
        if self.firing == Firing::Ordered {
            self.collect(clocks);
        }
        let at = self.pending.last()?.event.ts_event;
        if at < before || (inclusive && at == before) { self.pending.pop() } else { None }
    }

    pub fn clear(&mut self) {
        self.pending.clear();
    }

    fn collect(&mut self, clocks: &[SharedClock<C>]) {
        for clock in clocks {
            // A look before borrowing mutably: almost always nothing is due.
            if clock.borrow().earliest() <= self.to {
                clock.borrow_mut().take_due(self.to, &mut self.taken);
            }
        }
        if self.taken.is_empty() {
            return;
        }
        let order = match self.firing {
            Firing::Batch => |a: &Due<C>, b: &Due<C>| a.event.ts_event.cmp(&b.event.ts_event),
            Firing::Ordered => |a: &Due<C>, b: &Due<C>| {
                (a.event.ts_event, a.event.name.as_str()).cmp(&(b.event.ts_event, b.event.name.as_str()))
            },
        };
        // What was collected earlier precedes; the sort is stable and `pending` is kept in reverse.
        if self.taken.len() <= FEW {
            for due in self.taken.drain(..) {
                let at = self.pending.partition_point(|before| order(before, &due).is_gt());
                self.pending.insert(at, due);
            }
            return;
        }
        let mut all: Vec<Due<C>> = self.pending.drain(..).rev().collect();
        all.append(&mut self.taken);
        all.sort_by(order);
        all.reverse();
        self.pending = all;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T0: UnixNanos = 1_600_000_000_000_000_000;

    fn clock() -> TestClock<()> {
        let mut clock = TestClock::default();
        clock.set_time(T0);
        clock
    }

    fn every(interval: u64) -> Schedule {
        Schedule { interval, ..Schedule::default() }
    }

    fn fired(clock: &mut TestClock<()>, to: UnixNanos) -> Vec<(String, i64)> {
        let mut due = Vec::new();
        clock.take_due(to, &mut due);
        due.iter().map(|d| (d.event.name.to_string(), d.event.ts_event.cast_signed() - T0.cast_signed())).collect()
    }

    fn named(events: &[(&str, i64)]) -> Vec<(String, i64)> {
        events.iter().map(|&(name, at)| (name.to_owned(), at)).collect()
    }

    #[test]
    fn events_at_the_same_time_fire_by_name() {
        let mut clock = clock();
        clock.set_timer("b", every(10), (), true).unwrap();
        clock.set_timer("a", every(20), (), true).unwrap();
        clock.set_alert("0", T0 + 40, (), true).unwrap();
        assert_eq!(
            fired(&mut clock, T0 + 40),
            named(&[("b", 10), ("a", 20), ("b", 20), ("b", 30), ("0", 40), ("a", 40), ("b", 40)])
        );
        assert_eq!(clock.timer_names().collect::<Vec<_>>(), ["a", "b"].map(Ustr::from));
        assert_eq!(clock.earliest(), T0 + 50);
    }

    #[test]
    fn timers_start_stop_and_catch_up() {
        let mut clock = clock();
        let until = |start, stop, fire_immediately| Schedule {
            interval: 10,
            start: Some(start),
            stop: Some(stop),
            fire_immediately,
        };
        clock.set_timer("d", until(T0 + 5, T0 + 25, false), (), true).unwrap();
        clock.set_timer("i", until(T0 + 5, T0 + 25, true), (), true).unwrap();
        assert_eq!(fired(&mut clock, T0 + 60), named(&[("i", 5), ("d", 15), ("i", 15), ("d", 25), ("i", 25)]));
        assert_eq!(clock.timer_names().len(), 0);
        clock
            .set_timer("past", Schedule { interval: 40, start: Some(T0 - 100), ..Schedule::default() }, (), true)
            .unwrap();
        assert_eq!(fired(&mut clock, T0 + 20), named(&[("past", -60), ("past", -20), ("past", 20)]));
    }

    #[test]
    fn refusals_read_as_the_real_ones() {
        let mut clock = clock();
        clock.set_time(T0 + 123_456_789);
        clock.set_alert("a", T0 + 1_000_000_000, (), true).unwrap();
        let text = |result: Result<(), ClockError>| result.unwrap_err().to_string();
        assert_eq!(
            text(clock.set_alert("p", T0 + 5_000_000, (), false)),
            "Timer 'p' alert time 2020-09-13T12:26:40.005000 was in the past (current time is 2020-09-13T12:26:40.123457)"
        );
        assert_eq!(clock.set_alert("a", 1, (), true), Err(ClockError::NameTaken("a".to_owned())));
        assert_eq!(text(clock.set_alert(" ", 1, (), true)), "'name' string was invalid, was ' '");
        assert!(text(clock.set_alert("\u{e9}", 1, (), true)).contains("ASCII"));
        assert_eq!(text(clock.set_timer("z", every(0), (), true)), "'interval_ns' not a positive integer, was 0");
        let stops = |stop| Schedule { interval: 10_000_000_000, stop: Some(stop), ..Schedule::default() };
        assert_eq!(text(clock.set_timer("z", stops(T0), (), true)), "`stop_time_ns` was < `ts_now`");
        assert_eq!(
            text(clock.set_timer("z", stops(T0 + 1_000_000_000), (), true)),
            "`start_time_ns` + `interval_ns` was > `stop_time_ns`"
        );
        assert!(matches!(clock.set_timer("z", every(u64::MAX), (), true), Err(ClockError::Value(_))));
        assert_eq!(clock.cancel("nope"), Err(ClockError::NameUnknown("nope".to_owned())));
    }

    #[test]
    fn an_alert_in_the_past_fires_now() {
        let mut clock = clock();
        clock.set_alert("p", T0 - 10, (), true).unwrap();
        clock.set_alert("now", T0, (), true).unwrap();
        assert_eq!(fired(&mut clock, T0), named(&[("now", 0), ("p", 0)]));
    }

    /// A chain of alerts, each set 400 after the last: as observed on 1.221.0, one link a datum.
    #[test]
    fn a_batch_leaves_what_its_callbacks_set_to_the_next() {
        for (firing, expected) in [
            (Firing::Batch, vec![(1_000, vec![100]), (2_000, vec![500]), (3_000, vec![900])]),
            (
                Firing::Ordered,
                vec![(1_000, vec![100, 500, 900]), (2_000, vec![1_300, 1_700]), (3_000, vec![2_100, 2_500, 2_900])],
            ),
        ] {
            let shared = Rc::new(RefCell::new(clock()));
            let clocks = [Rc::clone(&shared)];
            shared.borrow_mut().set_alert("a", T0 + 100, (), true).unwrap();
            let mut agenda = Agenda::new(firing);
            for (datum, times) in expected {
                agenda.advance(&clocks, T0 + datum);
                let mut seen = Vec::new();
                while let Some(due) = agenda.next(&clocks, T0 + datum, true) {
                    let at = due.event.ts_event;
                    seen.push(at - T0);
                    shared.borrow_mut().set_time(at);
                    shared.borrow_mut().set_alert("a", at + 400, (), true).unwrap();
                }
                shared.borrow_mut().set_time(T0 + datum);
                assert_eq!(seen, times, "{firing:?}");
            }
        }
    }

    #[test]
    fn clocks_take_turns_by_registration_or_by_name() {
        for (firing, expected) in [(Firing::Batch, ["z", "a"]), (Firing::Ordered, ["a", "z"])] {
            let clocks: Vec<_> = ["z", "a"]
                .map(|name| {
                    let mut clock = clock();
                    clock.set_alert(name, T0 + 1, (), true).unwrap();
                    Rc::new(RefCell::new(clock))
                })
                .into();
            let mut agenda = Agenda::new(firing);
            agenda.advance(&clocks, T0 + 1);
            assert!(agenda.next(&clocks, T0 + 1, false).is_none());
            let names: Vec<_> =
                std::iter::from_fn(|| agenda.next(&clocks, T0 + 1, true)).map(|d| d.event.name).collect();
            assert_eq!(names, expected.map(Ustr::from));
        }
    }
}
