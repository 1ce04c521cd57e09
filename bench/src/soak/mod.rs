//! What the soaks share.

mod server;

use std::collections::BTreeMap;

pub use server::{Memory, Server};

/// How often something happened, by its name, or what went wrong.
pub type Outcome = Result<BTreeMap<&'static str, u64>, String>;

/// Xorshift: what comes next needs no better randomness, but the same for every run.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap_or_default()
    }
}

/// Adds the counts up; the first failure ends it.
pub fn sum(outcomes: impl IntoIterator<Item = Outcome>) -> Outcome {
    let mut counts = BTreeMap::new();
    for outcome in outcomes {
        for (name, count) in outcome? {
            *counts.entry(name).or_insert(0) += count;
        }
    }
    Ok(counts)
}
