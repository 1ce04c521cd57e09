//! A bounded memory that forgets the oldest entries.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use crate::clock::UnixSeconds;

/// Entries by key, each until it ends.
pub(super) struct Recent<K, V> {
    capacity: usize,
    entries: HashMap<K, Entry<V>>,
    /// The keys by when they were set, the oldest first.
    order: BTreeMap<u64, K>,
    next: u64,
}

struct Entry<V> {
    value: V,
    until: UnixSeconds,
    place: u64,
}

impl<K: Clone + Eq + Hash, V> Recent<K, V> {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            entries: HashMap::new(),
            order: BTreeMap::new(),
            next: 0,
        }
    }

    pub(super) fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.entries.get(key).map(|entry| &entry.value)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.values().map(|entry| &entry.value)
    }

    /// Sets the value of a key, which is the newest then. `false` if an entry that had not ended was
    /// forgotten for it.
    #[must_use]
    pub(super) fn set(&mut self, key: K, value: V, until: UnixSeconds, now: UnixSeconds) -> bool {
        self.remove(&key);
        let fits = self.has_room(now);
        if !fits {
            self.forget_oldest();
        }
        let place = self.next;
        self.next += 1;
        self.order.insert(place, key.clone());
        let entry = Entry {
            value,
            until,
            place,
        };
        self.entries.insert(key, entry);
        fits
    }

    /// Whether a new entry would replace no other that has not ended.
    pub(super) fn has_room(&mut self, now: UnixSeconds) -> bool {
        self.forget_ended(now);
        self.entries.len() < self.capacity
    }

    pub(super) fn remove<Q: Eq + Hash + ?Sized>(&mut self, key: &Q)
    where
        K: Borrow<Q>,
    {
        if let Some(entry) = self.entries.remove(key) {
            self.order.remove(&entry.place);
        }
    }

    /// Only the oldest ones are looked at: most entries live equally long.
    fn forget_ended(&mut self, now: UnixSeconds) {
        let has_ended = |key| self.entries.get(key).is_none_or(|entry| entry.until < now);
        let ended = self
            .order
            .values()
            .take_while(|key| has_ended(*key))
            .count();
        for _ in 0..ended {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((_, key)) = self.order.pop_first() {
            self.entries.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = 1_700_000_000;

    fn set(recent: &mut Recent<String, u32>, key: &str, value: u32, until: UnixSeconds) -> bool {
        recent.set(key.to_owned(), value, until, NOW)
    }

    fn known(recent: &Recent<String, u32>) -> Vec<&str> {
        assert_eq!(recent.entries.len(), recent.order.len());
        recent.order.values().map(String::as_str).collect()
    }

    #[test]
    fn the_oldest_is_forgotten() {
        let mut recent = Recent::new(2);
        assert!(set(&mut recent, "a", 1, NOW));
        assert!(set(&mut recent, "b", 2, NOW));
        assert!(set(&mut recent, "a", 3, NOW));
        assert_eq!(known(&recent), ["b", "a"]);
        assert!(!set(&mut recent, "c", 4, NOW));
        assert_eq!(known(&recent), ["a", "c"]);
        assert_eq!((recent.get("a"), recent.get("b")), (Some(&3), None));
        recent.remove("a");
        recent.remove("a");
        assert!(set(&mut recent, "d", 5, NOW));
        assert_eq!(known(&recent), ["c", "d"]);
    }

    #[test]
    fn what_has_ended_makes_room() {
        let mut recent = Recent::new(2);
        assert!(set(&mut recent, "a", 1, NOW - 1));
        assert!(set(&mut recent, "b", 2, NOW - 1));
        assert!(set(&mut recent, "c", 3, NOW));
        assert_eq!(known(&recent), ["c"]);
    }

    #[test]
    fn setting_one_key_again_and_again_keeps_one_entry() {
        let mut recent = Recent::new(10);
        for value in 0..1000 {
            assert!(set(&mut recent, "a", value, NOW));
        }
        assert_eq!(known(&recent), ["a"]);
        assert_eq!(recent.get("a"), Some(&999));
    }
}
