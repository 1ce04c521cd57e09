//! A cache of values by secret texts, bounded in bytes.

use std::fmt;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};
use std::sync::Arc;

use foldhash::fast::RandomState;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{Equivalent, Weighter};

/// Texts up to this length are hashed whole. It is more than an opaque token has, and less than a signed or
/// sealed text.
const SHORT_BYTES: usize = 128;
/// How many bytes of the end of a longer text are hashed: they differ in every signed or sealed text.
const HASHED_BYTES: usize = 32;

/// A value that is cached, and how much memory it takes.
pub(crate) trait Cached: Clone {
    /// In bytes, with all that belongs to it.
    fn weight(&self) -> usize;
}

/// A cache whose eviction policy resists many texts that are used once.
pub(crate) struct TextCache<V: Cached> {
    /// Random per cache, so that an attacker cannot construct collisions.
    seed: RandomState,
    values: Cache<Known, V, Weight, BuildHasherDefault<Spread>>,
}

impl<V: Cached> TextCache<V> {
    /// A cache with a limit in bytes, for values of about this size.
    pub(crate) fn new(bytes: u64, typical_bytes: u64) -> Self {
        let expected = usize::try_from(bytes / typical_bytes).unwrap_or(usize::MAX);
        let values = Cache::with(
            expected.max(1),
            bytes,
            Weight,
            BuildHasherDefault::default(),
            DefaultLifecycle::default(),
        );
        Self {
            seed: RandomState::default(),
            values,
        }
    }

    #[inline]
    pub(crate) fn get(&self, text: &[u8]) -> Option<V> {
        self.values.get(&self.wanted(text))
    }

    pub(crate) fn insert(&self, text: Arc<str>, value: V) {
        let known = Known {
            slot: self.slot(text.as_bytes()),
            text,
        };
        self.values.insert(known, value);
    }

    pub(crate) fn remove(&self, text: &[u8]) {
        self.values.remove(&self.wanted(text));
    }

    pub(crate) fn clear(&self) {
        self.values.clear();
    }

    fn wanted<'t>(&self, text: &'t [u8]) -> Wanted<'t> {
        Wanted {
            slot: self.slot(text),
            text,
        }
    }

    fn slot(&self, text: &[u8]) -> u64 {
        let skipped = if text.len() > SHORT_BYTES {
            text.len() - HASHED_BYTES
        } else {
            0
        };
        self.seed.hash_one(&text[skipped..])
    }
}

impl<V: Cached> fmt::Debug for TextCache<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextCache")
            .field("len", &self.values.len())
            .finish_non_exhaustive()
    }
}

/// The key of an entry.
struct Known {
    slot: u64,
    text: Arc<str>,
}

impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        self.slot == other.slot && self.text == other.text
    }
}

impl Eq for Known {}

impl Hash for Known {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.slot);
    }
}

/// The key of a lookup.
struct Wanted<'t> {
    slot: u64,
    text: &'t [u8],
}

impl Hash for Wanted<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.slot);
    }
}

impl Equivalent<Known> for Wanted<'_> {
    /// Equal hashes are not sufficient: the whole text is compared.
    fn equivalent(&self, known: &Known) -> bool {
        self.slot == known.slot && known.text.as_bytes() == self.text
    }
}

#[derive(Clone)]
struct Weight;

impl<V: Cached> Weighter<Known, V> for Weight {
    fn weight(&self, _: &Known, value: &V) -> u64 {
        value.weight() as u64
    }
}

/// The identity function, since slots are hashes.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u64(&mut self, slot: u64) {
        self.0 = slot;
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Cached for () {
        fn weight(&self) -> usize {
            1
        }
    }

    #[test]
    fn texts_have_slots_of_their_own() {
        let cache = TextCache::<()>::new(1024, 1);
        let tail = "-".repeat(HASHED_BYTES);
        let differ =
            |one: &str, other: &str| cache.slot(one.as_bytes()) != cache.slot(other.as_bytes());
        assert!(
            differ(&format!("a{tail}"), &format!("b{tail}")),
            "opaque tokens"
        );
        let long = "a".repeat(SHORT_BYTES);
        assert!(
            differ(&format!("{long}b"), &format!("{long}c")),
            "signatures"
        );
        assert!(differ("", "a"));
    }
}
