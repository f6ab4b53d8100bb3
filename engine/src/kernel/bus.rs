//! Topics and who listens to them.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use ustr::Ustr;

use super::host::{ActorId, HandlerId};
use crate::model::identifiers::{AccountId, IdMap, StrategyId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handler {
    Portfolio,
    /// A bar builder.
    Bars(u32),
    Actor(ActorId),
    Emulator,
    Host(HandlerId),
}

#[derive(Clone, Copy, Debug)]
struct Subscription {
    pattern: Ustr,
    handler: Handler,
    priority: i32,
}

impl Subscription {
    fn is_wildcard(&self) -> bool {
        self.pattern.contains(['*', '?'])
    }
}

/// The topics of events, which are written once each.
#[derive(Debug, Default)]
pub struct EventTopics {
    orders: RefCell<IdMap<StrategyId, Ustr>>,
    positions: RefCell<IdMap<StrategyId, Ustr>>,
    accounts: RefCell<IdMap<AccountId, Ustr>>,
}

impl EventTopics {
    #[must_use]
    pub fn order(&self, id: StrategyId) -> Ustr {
        *self.orders.borrow_mut().entry(id).or_insert_with(|| Ustr::from(&format!("events.order.{id}")))
    }

    #[must_use]
    pub fn position(&self, id: StrategyId) -> Ustr {
        *self.positions.borrow_mut().entry(id).or_insert_with(|| Ustr::from(&format!("events.position.{id}")))
    }

    #[must_use]
    pub fn account(&self, id: AccountId) -> Ustr {
        *self.accounts.borrow_mut().entry(id).or_insert_with(|| Ustr::from(&format!("events.account.{id}")))
    }
}

/// Who gets a topic's messages, first to last.
pub type Listeners = Rc<[Handler]>;

#[derive(Debug)]
pub struct Bus {
    /// Wildcard subscriptions reach topics that have been published on before.
    late_wildcards: bool,
    subscriptions: RefCell<Vec<Subscription>>,
    resolved: RefCell<IdMap<Ustr, Listeners>>,
    /// The last topic asked for: usually the next one, too.
    last: RefCell<Option<(Ustr, Listeners)>>,
    /// How often somebody has subscribed or left.
    changes: Cell<u64>,
}

impl Bus {
    #[must_use]
    pub fn new(late_wildcards: bool) -> Self {
        Self {
            late_wildcards,
            subscriptions: RefCell::default(),
            resolved: RefCell::default(),
            last: RefCell::default(),
            changes: Cell::default(),
        }
    }

    /// False when the handler listens to the pattern already.
    pub fn subscribe(&self, pattern: Ustr, handler: Handler, priority: i32) -> bool {
        if self.is_subscribed(pattern, handler) {
            return false;
        }
        let new = Subscription { pattern, handler, priority };
        self.note_change();
        self.subscriptions.borrow_mut().push(new);
        let mut resolved = self.resolved.borrow_mut();
        if !new.is_wildcard() {
            resolved.swap_remove(&pattern);
        } else if self.late_wildcards {
            resolved.retain(|topic, _| !matches(topic, &pattern));
        }
        true
    }

    pub fn unsubscribe(&self, pattern: Ustr, handler: Handler) {
        self.note_change();
        self.subscriptions.borrow_mut().retain(|s| s.pattern != pattern || s.handler != handler);
        self.resolved.borrow_mut().retain(|topic, _| !matches(topic, &pattern));
    }

    /// To be called when anything else changes that a run of rows relies on, too.
    pub fn note_change(&self) {
        self.last.take();
        self.changes.set(self.changes.get() + 1);
    }

    /// Grows with every change of who listens to what, or takes part at all.
    #[must_use]
    pub const fn changes(&self) -> u64 {
        self.changes.get()
    }

    #[must_use]
    pub fn is_subscribed(&self, pattern: Ustr, handler: Handler) -> bool {
        self.subscriptions.borrow().iter().any(|s| s.pattern == pattern && s.handler == handler)
    }

    #[must_use]
    pub fn has_subscribers(&self, topic: Ustr) -> bool {
        self.subscriptions.borrow().iter().any(|s| matches(&topic, &s.pattern))
    }

    /// Patterns that are listened to, in order of subscription.
    #[must_use]
    pub fn topics(&self) -> Vec<Ustr> {
        let mut topics: Vec<Ustr> = Vec::new();
        for subscription in self.subscriptions.borrow().iter() {
            if !topics.contains(&subscription.pattern) {
                topics.push(subscription.pattern);
            }
        }
        topics
    }

    /// By priority, highest first, then by order of subscription.
    #[must_use]
    pub fn listeners(&self, topic: Ustr) -> Listeners {
        if let Some((last, known)) = &*self.last.borrow()
            && *last == topic
        {
            return Rc::clone(known);
        }
        let listeners = self.resolve(topic);
        *self.last.borrow_mut() = Some((topic, Rc::clone(&listeners)));
        listeners
    }

    /// As [`Bus::listeners`], of a topic that was published on before; asking for one is as good as that.
    #[must_use]
    pub fn known(&self, topic: Ustr) -> Option<Listeners> {
        self.resolved.borrow().get(&topic).cloned()
    }

    fn resolve(&self, topic: Ustr) -> Listeners {
        if let Some(known) = self.resolved.borrow().get(&topic) {
            return Rc::clone(known);
        }
        let mut found: Vec<Subscription> =
            self.subscriptions.borrow().iter().filter(|s| matches(&topic, &s.pattern)).copied().collect();
        found.sort_by_key(|s| std::cmp::Reverse(s.priority));
        let listeners: Listeners = found.into_iter().map(|s| s.handler).collect();
        self.resolved.borrow_mut().insert(topic, Rc::clone(&listeners));
        listeners
    }
}

/// `*` stands for any text, `?` for one character.
fn matches(topic: &str, pattern: &str) -> bool {
    let (topic, pattern) = (topic.as_bytes(), pattern.as_bytes());
    let (mut t, mut p) = (0, 0);
    let mut retry = None;
    while t < topic.len() {
        if p < pattern.len() && pattern[p] == b'*' {
            retry = Some((p, t));
            p += 1;
        } else if p < pattern.len() && (pattern[p] == topic[t] || pattern[p] == b'?') {
            p += 1;
            t += 1;
        } else if let Some((star, from)) = retry {
            retry = Some((star, from + 1));
            p = star + 1;
            t = from + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|b| *b == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (topic, pattern, expected) in [
            ("events.order.S-001", "events.order.*", true),
            ("events.order.S-001", "events.*", true),
            ("events.order.S-001", "*.S-001", true),
            ("events.position.S", "events.order.*", false),
            ("abc", "a?c", true),
            ("abbc", "a?c", false),
            ("a", "*", true),
        ] {
            assert_eq!(matches(topic, pattern), expected, "{topic} {pattern}");
        }
    }

    #[test]
    fn a_late_wildcard_is_delivered_by_versions_that_do() {
        for late in [false, true] {
            let bus = Bus::new(late);
            let topic = Ustr::from("events.order.S-001");
            assert!(bus.listeners(topic).is_empty());
            bus.subscribe(Ustr::from("events.*"), Handler::Portfolio, 0);
            assert_eq!(bus.listeners(topic).len(), usize::from(late));
        }
    }

    #[test]
    fn priority_then_order() {
        let bus = Bus::new(true);
        let topic = Ustr::from("t");
        let host = |n| Handler::Host(HandlerId(n));
        for (n, priority) in [(1, 0), (2, 10), (3, 0), (4, 10)] {
            assert!(bus.subscribe(topic, host(n), priority));
        }
        assert!(!bus.subscribe(topic, host(1), 5));
        assert_eq!(*bus.listeners(topic), [host(2), host(4), host(1), host(3)]);
    }
}
