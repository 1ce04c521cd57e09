//! The provider's public keys.

use super::algorithm::Algorithm;
use super::error::TokenError;
use super::jwk::{Key, KeyId};

/// How many keys may match a token without `kid`, or with an ambiguous one. Each costs a signature
/// check.
const MAX_CANDIDATES: usize = 4;

/// The usable keys of one key set.
#[derive(Debug, Default)]
pub(crate) struct KeySet {
    keys: Vec<Key>,
}

impl KeySet {
    /// Parses a key set (RFC 7517 §5) and skips the keys that cannot be used. `None` if it is not a
    /// key set or contains no usable key.
    pub(crate) fn parse(json: &[u8], allowed: &[Algorithm]) -> Option<Self> {
        let set: serde_json::Value = serde_json::from_slice(json).ok()?;
        let mut keys = Vec::new();
        for key in set.get("keys")?.as_array()? {
            match Key::new(key, allowed) {
                Ok(key) => keys.push(key),
                Err(reason) => tracing::debug!(?reason, "skipped a key of the provider's key set"),
            }
        }
        (!keys.is_empty()).then_some(Self { keys })
    }

    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(crate) fn contains(&self, id: KeyId) -> bool {
        self.keys.iter().any(|key| key.id == id)
    }

    pub(crate) fn has_kid(&self, kid: &str) -> bool {
        self.keys.iter().any(|key| key.kid.as_deref() == Some(kid))
    }

    /// Whether this set still contains every key of `older`.
    pub(crate) fn keeps_all_of(&self, older: &Self) -> bool {
        older.keys.iter().all(|key| self.contains(key.id))
    }

    /// The keys that may have signed a token with these header parameters.
    pub(crate) fn candidates(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<impl Iterator<Item = &Key>, TokenError> {
        if kid.is_some_and(|kid| !self.has_kid(kid)) {
            return Err(TokenError::KeyUnknown);
        }
        let fits = move |key: &&Key| {
            let is_named = kid.is_none() || key.kid.as_deref() == kid;
            is_named && key.supports(algorithm)
        };
        let fitting = self.keys.iter().filter(fits);
        match fitting.clone().count() {
            0 => Err(TokenError::AlgorithmNotAllowed),
            1..=MAX_CANDIDATES => Ok(fitting),
            _ => Err(TokenError::KeyAmbiguous),
        }
    }
}
