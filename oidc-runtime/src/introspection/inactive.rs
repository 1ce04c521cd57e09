//! The tokens that an issuer has called inactive lately.

use std::sync::{Mutex, PoisonError};

use crate::clock::UnixSeconds;

/// A token, by a keyed hash: nobody can construct another one with the same.
pub(super) type TokenHash = u128;

/// How long an answer is remembered, in seconds.
const MEMORY: UnixSeconds = 10;
/// How many tokens are remembered, 24 bytes each.
const SETS: usize = 4096;
const WAYS: usize = 4;

#[derive(Clone, Copy, Default)]
struct Entry {
    hash: [u64; 2],
    until: UnixSeconds,
}

/// A memory of fixed size that holds no text of a token. It is apart from the cache of verified tokens,
/// so that garbage displaces none of them.
pub(super) struct Inactive(Mutex<Vec<[Entry; WAYS]>>);

impl Inactive {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    pub(super) fn contains(&self, token: TokenHash, now: UnixSeconds) -> bool {
        let sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let hash = halves(token);
        let Some(set) = sets.get(place(hash)) else {
            return false;
        };
        // An end further away is from before the clock was set back.
        let is_now = |until: UnixSeconds| now < until && until <= now.saturating_add(MEMORY);
        set.iter()
            .any(|entry| entry.hash == hash && is_now(entry.until))
    }

    /// Remembers a token, in place of the one that is remembered for the shortest time in its set.
    pub(super) fn insert(&self, token: TokenHash, now: UnixSeconds) {
        let mut sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sets.is_empty() {
            sets.resize(SETS, [Entry::default(); WAYS]);
        }
        let hash = halves(token);
        let set = &mut sets[place(hash)];
        let same = set.iter().position(|entry| entry.hash == hash);
        let oldest = || (0..WAYS).min_by_key(|way| set[*way].until);
        if let Some(way) = same.or_else(oldest) {
            set[way] = Entry {
                hash,
                until: now.saturating_add(MEMORY),
            };
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
fn halves(hash: TokenHash) -> [u64; 2] {
    [(hash >> 64) as u64, hash as u64]
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a remainder by a small number"
)]
fn place([_, low]: [u64; 2]) -> usize {
    (low % SETS as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_remembered_for_a_while() {
        let memory = Inactive::new();
        assert!(!memory.contains(7, 100));
        memory.insert(7, 100);
        for (now, expected) in [
            (100, true),
            (109, true),
            (110, false),
            (99, false),
            (0, false),
        ] {
            assert_eq!(memory.contains(7, now), expected, "{now}");
        }
        assert!(!memory.contains(8, 100));
        memory.insert(7, 120);
        assert!(memory.contains(7, 125));
    }

    #[test]
    fn a_full_set_forgets_its_oldest() {
        let memory = Inactive::new();
        let token = |number: u128| (number << 64) | 5;
        for number in 1..=5 {
            memory.insert(token(number), i64::try_from(number).unwrap());
        }
        assert!(!memory.contains(token(1), 6));
        for number in 2..=5 {
            assert!(memory.contains(token(number), 6), "{number}");
        }
    }

    #[test]
    fn its_size_is_what_the_documentation_says() {
        assert_eq!(size_of::<Entry>() * SETS * WAYS, 24 * 16_384);
    }
}
