//! Commands on their way to a venue with latency.
//!
//! NautilusTrader keeps them in a list that it fills as a binary heap (`heapq.heappush`) and empties from the front
//! *without* restoring the heap. So the front is not always the earliest command: commands due at the same time can
//! arrive out of order, and a due one can wait behind one that is not. Tapes depend on exactly that, hence no
//! `BinaryHeap` here.

use std::collections::{BTreeMap, VecDeque};

use crate::model::UnixNanos;

/// Two commands with the same due time and number had to be compared, which NautilusTrader cannot do: it raises a
/// `TypeError` about `<` between commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "two commands in flight have the same key (due at {due}), which NautilusTrader cannot order: \
     give the latency model distinct latencies"
)]
pub struct SameKey {
    pub due: UnixNanos,
}

#[derive(Clone, Debug)]
struct Entry<T> {
    due: UnixNanos,
    /// How many commands with this due time were pushed since one with it was last taken.
    nth: u64,
    item: T,
}

#[derive(Clone, Debug)]
pub struct Inflight<T> {
    entries: VecDeque<Entry<T>>,
    pushed: BTreeMap<UnixNanos, u64>,
}

impl<T> Default for Inflight<T> {
    fn default() -> Self {
        Self { entries: VecDeque::new(), pushed: BTreeMap::new() }
    }
}

impl<T> Inflight<T> {
    /// # Errors
    /// When the place of the command depends on a comparison that NautilusTrader cannot make.
    pub fn push(&mut self, due: UnixNanos, item: T) -> Result<(), SameKey> {
        let nth = self.pushed.entry(due).or_insert(0);
        *nth += 1;
        let key = (due, *nth);
        self.entries.push_back(Entry { due, nth: key.1, item });
        let mut at = self.entries.len() - 1;
        while at > 0 {
            let parent = (at - 1) / 2;
            let parent_key = (self.entries[parent].due, self.entries[parent].nth);
            if key == parent_key {
                return Err(SameKey { due });
            }
            if key > parent_key {
                break;
            }
            self.entries.swap(at, parent);
            at = parent;
        }
        Ok(())
    }

    /// Takes the front command when it is due; commands behind it are not looked at.
    pub fn pop_due(&mut self, now: UnixNanos) -> Option<T> {
        if !self.is_due(now) {
            return None;
        }
        let entry = self.entries.pop_front()?;
        self.pushed.remove(&entry.due);
        Some(entry.item)
    }

    /// When the front command is due.
    #[must_use]
    pub fn next_due(&self) -> Option<UnixNanos> {
        self.entries.front().map(|front| front.due)
    }

    /// Whether the front command is due.
    #[must_use]
    pub fn is_due(&self, now: UnixNanos) -> bool {
        self.entries.front().is_some_and(|front| front.due <= now)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn clear(&mut self) {
        self.entries.clear();
        self.pushed.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(queue: &mut Inflight<&'static str>, now: UnixNanos) -> Vec<&'static str> {
        std::iter::from_fn(|| queue.pop_due(now)).collect()
    }

    #[test]
    fn takes_equal_due_times_in_order_while_the_list_is_a_heap() {
        let mut queue = Inflight::default();
        for (due, name) in [(5, "a"), (5, "b"), (6, "c")] {
            queue.push(due, name).unwrap();
        }
        assert!(drain(&mut queue, 4).is_empty());
        assert_eq!(drain(&mut queue, 5), ["a", "b"]);
        assert_eq!(drain(&mut queue, 9), ["c"]);
        assert!(queue.is_empty());
    }

    /// The list after a push is that of CPython's `heapq.heappush`, and `list.pop(0)` leaves the rest as it lies:
    /// [1, 8, 2, 9] -> [8, 2, 9], where the command due at 2 waits behind the one due at 8.
    #[test]
    fn a_due_command_waits_behind_one_that_is_not() {
        let mut queue = Inflight::default();
        for (due, name) in [(8, "d8"), (1, "d1"), (2, "d2"), (9, "d9")] {
            queue.push(due, name).unwrap();
        }
        assert_eq!(drain(&mut queue, 2), ["d1"]);
        assert_eq!(drain(&mut queue, 8), ["d8", "d2"]);
        assert_eq!(queue.len(), 1);
    }

    /// Counting starts again when a due time was taken from, so two commands can get the same key.
    #[test]
    fn refuses_to_compare_equal_keys() {
        let mut queue = Inflight::default();
        queue.push(5, "a").unwrap();
        queue.push(5, "b").unwrap();
        queue.push(5, "c").unwrap();
        assert_eq!(queue.pop_due(5), Some("a")); // [(5, 2), (5, 3)]
        queue.push(5, "d").unwrap(); // (5, 1) goes to the front: [(5, 1), (5, 3), (5, 2)]
        assert_eq!(queue.pop_due(5), Some("d")); // [(5, 3), (5, 2)]
        queue.push(5, "e").unwrap(); // [(5, 1), (5, 2), (5, 3)]
        assert_eq!(drain(&mut queue, 5), ["e", "b", "c"]);
        queue.push(6, "f").unwrap();
        queue.push(7, "g").unwrap();
        queue.push(7, "h").unwrap();
        assert_eq!(drain(&mut queue, 6), ["f"]);
        assert_eq!(queue.pop_due(7), Some("g")); // [(7, 2)]
        queue.push(7, "i").unwrap(); // [(7, 1), (7, 2)]
        assert_eq!(queue.pop_due(7), Some("i"));
        queue.push(7, "j").unwrap(); // (7, 1) before (7, 2)
        assert_eq!(queue.pop_due(7), Some("j"));
        assert_eq!(queue.pop_due(7), Some("h"));
        queue.push(9, "k").unwrap();
        queue.push(8, "l").unwrap(); // [l, k]
        assert_eq!(queue.pop_due(8), Some("l"));
        queue.push(9, "m").unwrap();
        assert_eq!(queue.pop_due(9), Some("k")); // [(9, 2)], the count of 9 forgotten
        queue.push(9, "n").unwrap(); // (9, 1)
        queue.push(10, "o").unwrap();
        assert_eq!(queue.pop_due(9), Some("n")); // [(9, 2), (10, 1)], forgotten again
        queue.push(9, "p").unwrap(); // (9, 1) -> front
        assert_eq!(queue.push(9, "q"), Ok(())); // (9, 2) under (9, 1): not compared with the other (9, 2)
    }

    #[test]
    fn says_so_when_equal_keys_meet() {
        let mut queue = Inflight::default();
        queue.push(5, "a").unwrap();
        queue.push(6, "x").unwrap();
        queue.push(6, "y").unwrap(); // [(5, 1), (6, 1), (6, 2)]
        assert_eq!(queue.pop_due(5), Some("a")); // [(6, 1), (6, 2)]
        assert_eq!(queue.pop_due(6), Some("x")); // [(6, 2)], the count of 6 forgotten
        queue.push(7, "b").unwrap(); // [(6, 2), (7, 1)]
        queue.push(8, "c").unwrap(); // [(6, 2), (7, 1), (8, 1)]
        queue.push(6, "d").unwrap(); // (6, 1) climbs to the front: [(6, 1), (6, 2), (8, 1), (7, 1)]
        assert_eq!(queue.push(6, "e"), Err(SameKey { due: 6 })); // (6, 2) under (6, 2)
    }
}
