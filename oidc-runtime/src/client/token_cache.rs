//! A cache of verified tokens, so that each signature is checked once.

use std::fmt;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use foldhash::fast::RandomState;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{Equivalent, Weighter};

use crate::clock::UnixSeconds;
use crate::provider::Provider;
use crate::token::VerifiedUser;

/// The memory of an entry beyond the text of its token: the entry itself, parsed claims, and its
/// share of the table (bench `memory`).
const ENTRY_BYTES: usize = 512;
/// The typical size of a token, to estimate the number of entries.
const TYPICAL_BYTES: u64 = 1536;
/// How much of the end of a token is hashed: a part of the signature, which differs in every token.
const HASHED_BYTES: usize = 32;

/// A cache of verified tokens, bounded in bytes.
///
/// Only verified tokens are inserted, so forged ones evict nothing. The eviction policy resists many
/// tokens that are used once.
pub(crate) struct TokenCache {
    /// Random per cache, so that an attacker cannot construct collisions.
    seed: RandomState,
    tokens: Cache<Known, Arc<VerifiedUser>, Weight, BuildHasherDefault<Spread>>,
}

impl TokenCache {
    /// A cache with a limit in bytes; `None` for 0.
    pub(crate) fn new(bytes: u64) -> Option<Self> {
        let expected = usize::try_from(bytes / TYPICAL_BYTES).unwrap_or(usize::MAX);
        let tokens = Cache::with(
            expected.max(1),
            bytes,
            Weight,
            BuildHasherDefault::default(),
            DefaultLifecycle::default(),
        );
        (bytes > 0).then(|| Self {
            seed: RandomState::default(),
            tokens,
        })
    }

    /// The verified token, if it is cached, has not expired, and its key is still the provider's.
    pub(crate) fn get(
        &self,
        text: &[u8],
        now: UnixSeconds,
        provider: &Provider,
    ) -> Option<Arc<VerifiedUser>> {
        let wanted = self.wanted(text);
        let token = self.tokens.get(&wanted)?;
        if token.is_expired(now) || !is_signed_by(&token, provider) {
            self.tokens.remove(&wanted);
            return None;
        }
        Some(token)
    }

    pub(crate) fn insert(&self, token: Arc<VerifiedUser>) {
        let known = Known {
            slot: self.slot(token.text.as_bytes()),
            text: Arc::clone(&token.text),
        };
        self.tokens.insert(known, token);
    }

    pub(crate) fn forget(&self, text: &[u8]) {
        self.tokens.remove(&self.wanted(text));
    }

    pub(crate) fn clear(&self) {
        self.tokens.clear();
    }

    fn wanted<'t>(&self, text: &'t [u8]) -> Wanted<'t> {
        Wanted {
            slot: self.slot(text),
            text,
        }
    }

    fn slot(&self, text: &[u8]) -> u64 {
        let tail = &text[text.len().saturating_sub(HASHED_BYTES)..];
        self.seed.hash_one(tail)
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

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache")
            .field("tokens", &self.tokens.len())
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

impl Weighter<Known, Arc<VerifiedUser>> for Weight {
    fn weight(&self, _: &Known, token: &Arc<VerifiedUser>) -> u64 {
        (ENTRY_BYTES + token.text.len()) as u64
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
