//! The keys the provider signs with and publishes.

use serde_json::{Value, json};

use super::algorithm::Algorithm;
use super::test_key::TestKey;

/// The provider's keys: what it signs with and what it publishes.
#[derive(Debug)]
pub(crate) struct KeyRing {
    entries: Vec<Entry>,
    replacement: Option<Value>,
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) kid: String,
    pub(crate) key: TestKey,
    pub(crate) algorithm: Algorithm,
}

impl KeyRing {
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        let mut ring = Self {
            entries: Vec::new(),
            replacement: None,
        };
        ring.add(TestKey::lasting(algorithm), algorithm);
        ring
    }

    /// The key for an algorithm, newest first; makes and publishes one if there is none.
    pub(crate) fn signing(&mut self, algorithm: Algorithm) -> Entry {
        let known = self
            .entries
            .iter()
            .rev()
            .find(|entry| entry.algorithm == algorithm);
        if let Some(entry) = known {
            return entry.clone();
        }
        let fitting = self.entries.iter().find(|entry| entry.key.can(algorithm));
        let key = fitting.map(|entry| entry.key.clone());
        self.add(
            key.unwrap_or_else(|| TestKey::lasting(algorithm)),
            algorithm,
        )
    }

    pub(crate) fn add(&mut self, key: TestKey, algorithm: Algorithm) -> Entry {
        let entry = Entry {
            kid: key.kid(algorithm),
            key,
            algorithm,
        };
        self.entries.retain(|known| known.kid != entry.kid);
        self.entries.push(entry.clone());
        entry
    }

    /// Replaces every key by a fresh one of its kind; the old ones are published no longer.
    pub(crate) fn rotate(&mut self) {
        let old = std::mem::take(&mut self.entries);
        self.replacement = None;
        for entry in old {
            self.add(TestKey::fresh(entry.algorithm), entry.algorithm);
        }
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Publishes `jwks` instead of the real keys, or the real keys again.
    pub(crate) fn replace_published(&mut self, jwks: Option<Value>) {
        self.replacement = jwks;
    }

    pub(crate) fn jwks(&self) -> Value {
        self.replacement.clone().unwrap_or_else(|| {
            let jwk = |entry: &Entry| entry.key.jwk_for(&entry.kid, entry.algorithm);
            json!({ "keys": self.entries.iter().map(jwk).collect::<Vec<_>>() })
        })
    }
}
