//! Begins a session after a sign-in.

use std::sync::Arc;
use std::time::Instant;

use oidc_stores::SessionStore;

use super::SessionsOf;
use super::ask::ask;
use super::change::KeepError;
use crate::clock::UnixSeconds;
use crate::session::content::{Content, Tokens};
use crate::session::live::LiveSession;
use crate::session::manager::{Unkeepable, idle_until};
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
                let live = Arc::new(self.manager.in_cookie(config, self.settings, content)?);
                self.manager.remember(Arc::clone(&live), now);
                live
            }
            Some(store) => self.store(&**store, content, now).await?,
        };
        telemetry::session_begun();
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
        store: &dyn SessionStore,
        content: Content,
        now: UnixSeconds,
    ) -> Result<Arc<LiveSession>, KeepError> {
        let secret = self.manager.keys.new_secret().map_err(Unkeepable::from)?;
        let idle_until = idle_until(self.settings, now, content.ends_at);
        let record = self.record(&secret, &content, [now, idle_until], 0)?;
        let read_at = Instant::now();
        ask("insert", store.insert(&record)).await?;
        let live = self.stored(&Arc::new(secret), content, &record, read_at);
        live.ok_or_else(|| Unkeepable::TooLarge.into())
    }
}
