//! A cache of verified tokens, so that each signature is checked once.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::clock::UnixSeconds;
use crate::provider::Provider;
use crate::text_cache::{Cached, TextCache};
use crate::token::{Source, VerifiedUser};

/// The memory of an entry beyond the text of its token: the entry itself, parsed claims, and its
/// share of the table (bench `memory`).
const ENTRY_BYTES: usize = 512;
/// The typical size of a token, to estimate the number of entries.
const TYPICAL_BYTES: u64 = 1536;

/// A cache of verified tokens, bounded in bytes.
///
/// Only verified tokens are inserted, so forged ones evict nothing.
#[derive(Debug)]
pub(crate) struct TokenCache(TextCache<Arc<VerifiedUser>>);

impl Cached for Arc<VerifiedUser> {
    fn weight(&self) -> usize {
        let claims = match &self.source {
            Source::Introspected { claims, .. } => claims.len(),
            Source::Signed(_) | Source::Session => 0,
        };
        ENTRY_BYTES + self.text.len() + claims
    }
}

impl TokenCache {
    /// A cache with a limit in bytes; `None` for 0.
    pub(crate) fn new(bytes: u64) -> Option<Self> {
        (bytes > 0).then(|| Self(TextCache::new(bytes, TYPICAL_BYTES)))
    }

    /// The verified token, if it is cached and need not be verified again. Its issuer may have removed
    /// the key.
    pub(crate) fn get(&self, text: &[u8], now: UnixSeconds) -> Option<Arc<VerifiedUser>> {
        let token = self.0.get(text)?;
        if token.is_over(now) {
            self.0.remove(text);
            return None;
        }
        Some(token)
    }

    pub(crate) fn insert(&self, token: Arc<VerifiedUser>) {
        self.0.insert(Arc::clone(&token.text), token);
    }

    pub(crate) fn forget(&self, text: &[u8]) {
        self.0.remove(text);
    }

    pub(crate) fn clear(&self) {
        self.0.clear();
    }
}

/// Whether the key that signed the token is still one of the provider's, if a key signed it.
pub(super) fn is_signed_by(token: &VerifiedUser, provider: &Provider) -> bool {
    let signature = match &token.source {
        Source::Signed(signature) => signature,
        Source::Introspected { .. } => return true,
        Source::Session => return false,
    };
    let epoch = provider.epoch();
    if signature.epoch.load(Ordering::Relaxed) == epoch {
        return true;
    }
    let snapshot = provider.peek();
    let known = snapshot
        .as_ref()
        .is_some_and(|last| last.keys.contains(signature.key));
    if known {
        signature.epoch.store(epoch, Ordering::Relaxed);
    }
    known
}
