//! A cache of verified tokens, so that each signature is checked once.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::clock::UnixSeconds;
use crate::provider::Provider;
use crate::text_cache::{Cached, TextCache};
use crate::token::VerifiedUser;

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
        ENTRY_BYTES + self.text.len()
    }
}

impl TokenCache {
    /// A cache with a limit in bytes; `None` for 0.
    pub(crate) fn new(bytes: u64) -> Option<Self> {
        (bytes > 0).then(|| Self(TextCache::new(bytes, TYPICAL_BYTES)))
    }

    /// The verified token, if it is cached, has not expired, and its key is still the provider's.
    pub(crate) fn get(
        &self,
        text: &[u8],
        now: UnixSeconds,
        provider: &Provider,
    ) -> Option<Arc<VerifiedUser>> {
        let token = self.0.get(text)?;
        if token.is_expired(now) || !is_signed_by(&token, provider) {
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

/// Whether the key that signed the token is still one of the provider's.
fn is_signed_by(token: &VerifiedUser, provider: &Provider) -> bool {
    let Some(signature) = &token.signature else {
        return false;
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
