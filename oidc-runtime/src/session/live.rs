//! A session that is in use.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::content::Content;
use super::ended::Life;
use super::id::SessionId;
use super::parts::Parts;
use super::read_at::ReadAt;
use super::stored_secret::StoredSecret;
use crate::clock::UnixSeconds;
use crate::text_cache::Cached;
use crate::token::VerifiedUser;

/// A session as this process knows it. Immutable: a change makes another one.
pub(crate) struct LiveSession {
    pub(crate) id: SessionId,
    pub(crate) content: Content,
    pub(crate) user: Arc<VerifiedUser>,
    /// The last recorded use, and when the session ends without another one.
    pub(crate) seen_at: UnixSeconds,
    pub(crate) idle_until: UnixSeconds,
    pub(crate) place: Place,
    /// The state of what is known of ended sessions when this one was looked up last.
    pub(crate) checked_at: AtomicU64,
}

/// Where a session is kept.
#[derive(Clone)]
pub(crate) enum Place {
    /// The values of its cookie.
    Cookie(Parts),
    Store {
        secret: Arc<StoredSecret>,
        version: u64,
        /// Tells this payload from others, in this process.
        payload: u64,
        read_at: ReadAt,
    },
}

impl LiveSession {
    pub(crate) fn life(&self) -> Life<'_, SessionId> {
        Life {
            id: &self.id,
            subject: &self.content.subject,
            provider_session: self.content.provider_session.as_deref(),
            signed_in_at: self.content.signed_in_ms,
            issued_at: self.content.issued_at,
        }
    }

    /// The same session after another use.
    pub(crate) fn touched(&self, seen_at: UnixSeconds, idle_until: UnixSeconds) -> Self {
        Self {
            id: self.id.clone(),
            content: self.content.clone(),
            user: Arc::clone(&self.user),
            seen_at,
            idle_until,
            place: self.place.clone(),
            checked_at: AtomicU64::default(),
        }
    }

    /// Whether it is an earlier form of a session in a store.
    pub(crate) fn is_older_than(&self, other: &Self) -> bool {
        match (&self.place, &other.place) {
            (Place::Store { version: own, .. }, Place::Store { version, .. }) => {
                (own, self.seen_at) < (version, other.seen_at)
            }
            _ => false,
        }
    }

    pub(crate) fn is_idle(&self, now: UnixSeconds) -> bool {
        self.idle_until <= now
    }
}

impl Cached for Arc<LiveSession> {
    /// Its cookie, its tokens, and the claims of its user, which are about as long each.
    fn weight(&self) -> usize {
        let cookie = match &self.place {
            Place::Cookie(parts) => {
                parts.first.len() + parts.second.as_ref().map_or(0, String::len)
            }
            Place::Store { .. } => 0,
        };
        1024 + cookie + self.content.weight() + 2 * self.user.text.len()
    }
}

impl fmt::Debug for LiveSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveSession")
            .field("id", &self.id)
            .field("content", &self.content)
            .finish_non_exhaustive()
    }
}
