//! Begins a session after a sign-in.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use oidc_stores::Record;

use super::SessionsOf;
use super::change::KeepError;
use super::identify::store_failed;
use crate::clock::UnixSeconds;
use crate::session::content::{Content, Tokens};
use crate::session::id::SessionId;
use crate::session::live::{LiveSession, Place};
use crate::session::manager::{Unkeepable, idle_until, user_of};
use crate::telemetry;

/// What a sign-in has yielded: an ID token that is validated, and what came with it.
pub(crate) struct SignedIn {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) provider_session: Option<String>,
    pub(crate) nonce: String,
    /// `iat` of the ID token.
    pub(crate) issued_at: UnixSeconds,
    /// `session_expiry` of the ID token.
    pub(crate) expiry: Option<UnixSeconds>,
    pub(crate) tokens: Tokens,
    pub(crate) userinfo: Option<String>,
    /// The user asked to be remembered.
    pub(crate) remember: bool,
    /// The application's data of an earlier session of the same user.
    pub(crate) data: Option<String>,
}

impl SessionsOf<'_> {
    /// Begins a session under a new id.
    pub(crate) async fn begin(self, signed_in: SignedIn) -> Result<Arc<LiveSession>, KeepError> {
        let now = self.oidc.now_seconds();
        let content = self.content(signed_in, now)?;
        let live = match &self.settings.store {
            None => {
                let config = self.oidc.config();
                Arc::new(self.manager.in_cookie(config, self.settings, content)?)
            }
            Some(_) => self.store(content, now).await?,
        };
        self.manager.remember(Arc::clone(&live), now);
        telemetry::session_begun();
        self.sweep_now_and_then();
        Ok(live)
    }

    fn content(self, signed_in: SignedIn, now: UnixSeconds) -> Result<Content, Unkeepable> {
        let mut id = [0; 16];
        aws_lc_rs::rand::fill(&mut id)?;
        let remembered = self.settings.remember.filter(|_| signed_in.remember);
        let lifetime = remembered.unwrap_or(self.settings.lifetime);
        let ends_at = now.saturating_add(lifetime);
        Ok(Content {
            id,
            issuer: signed_in.issuer,
            subject: signed_in.subject,
            provider_session: signed_in.provider_session,
            nonce: signed_in.nonce,
            issued_at: signed_in.issued_at,
            signed_in_at: now,
            signed_in_ms: self.oidc.now_ms(),
            ends_at: signed_in
                .expiry
                .map_or(ends_at, |expiry| expiry.min(ends_at)),
            seen_at: now,
            is_persistent: self.settings.persistent || remembered.is_some(),
            generation: 0,
            refreshes: 0,
            tokens: signed_in.tokens,
            kept_claims: None,
            userinfo: signed_in.userinfo,
            data: signed_in.data,
        })
    }

    async fn store(
        self,
        content: Content,
        now: UnixSeconds,
    ) -> Result<Arc<LiveSession>, KeepError> {
        let Some(store) = &self.settings.store else {
            return Err(Unkeepable::TooLarge.into());
        };
        let user = user_of(self.oidc.config(), &content);
        let user = Arc::new(user.ok_or(Unkeepable::TooLarge)?);
        let secret = self.manager.keys.new_secret().map_err(Unkeepable::from)?;
        let bytes = content.to_bytes().ok_or(Unkeepable::TooLarge)?;
        let record = Record {
            key: self.manager.key_of(&secret),
            subject: content.subject.clone(),
            provider_session: content.provider_session.clone(),
            issued_at: content.issued_at,
            signed_in_at: now,
            seen_at: now,
            idle_until: idle_until(self.settings, now, content.ends_at),
            ends_at: content.ends_at,
            version: 0,
            payload: secret.seal_payload(&bytes).map_err(Unkeepable::from)?,
        };
        let read_at = Instant::now();
        let stored = store.insert(&record).await;
        stored.map_err(|error| KeepError::Store(store_failed(&error)))?;
        Ok(Arc::new(LiveSession {
            id: SessionId::new(secret.hash()),
            content,
            user,
            seen_at: record.seen_at,
            idle_until: record.idle_until,
            place: Place::Store {
                secret: Arc::new(secret),
                version: record.version,
                read_at,
            },
            checked_at: AtomicU64::default(),
        }))
    }
}
