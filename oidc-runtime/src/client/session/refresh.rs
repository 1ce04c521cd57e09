//! Renews the tokens of a session, once for all requests, in the background.

use std::sync::Arc;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use oidc_stores::{Lease, StoreError};

use super::SessionsOf;
use super::change::{Changed, KeepError};
use super::end::EndCause;
use super::identify::store_failed;
use crate::client::Oidc;
use crate::jose::TokenError;
use crate::protocol::{Grant, ProtocolError, TokenResponse, exchange, id_token};
use crate::session::content::{Content, Tokens};
use crate::session::live::{LiveSession, Place};
use crate::session::manager::Unkeepable;
use crate::session::refreshing::{Refreshed, Refreshing};
use crate::session::sighting::Verdict;
use crate::session::stored_secret::StoredSecret;
use crate::session::token_text::TokenText;
use crate::telemetry;

/// How much longer than the call to the provider a lease lasts.
const LEASE_GRACE: Duration = Duration::from_secs(5);
/// How often a process asks whether another one has renewed a session.
const FIRST_POLL: Duration = Duration::from_millis(25);
const LONGEST_POLL: Duration = Duration::from_millis(200);

impl SessionsOf<'_> {
    /// The refresh of this session that is under way, or a new one. It goes on if nobody waits for
    /// it: a refresh token that the provider has replaced would be lost otherwise.
    pub(crate) fn refresh(self, live: &Arc<LiveSession>) -> Arc<Refreshing> {
        let mut refreshing = self
            .manager
            .refreshing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = refreshing.get(&live.id) {
            return Arc::clone(running);
        }
        let started = Arc::new(Refreshing::default());
        if let Some(newer) = self.already_renewed(live) {
            started.finish(newer);
            return started;
        }
        refreshing.insert(live.id.clone(), Arc::clone(&started));
        tokio::spawn(run(
            self.oidc.clone(),
            Arc::clone(live),
            Arc::clone(&started),
        ));
        started
    }

    /// A refresh may have ended since the caller saw the session.
    fn already_renewed(self, live: &Arc<LiveSession>) -> Option<Refreshed> {
        match self.manager.latest(live, self.oidc.now_seconds()) {
            Verdict::Live(newest) if newest.content.refreshes > live.content.refreshes => {
                Some(Refreshed::Renewed(newest))
            }
            Verdict::Dead(_) => Some(Refreshed::Ended),
            Verdict::Live(_) => None,
        }
    }

    async fn renew(self, live: &Arc<LiveSession>) -> Refreshed {
        let Place::Store { secret, .. } = &live.place else {
            return self.call(live, None).await;
        };
        let renewed = self.renew_in_store(live, secret).await;
        renewed.unwrap_or_else(|error| {
            store_failed(&error);
            Refreshed::Failed
        })
    }

    /// Renews the session once it has the lease, unless another process does that meanwhile.
    async fn renew_in_store(
        self,
        live: &Arc<LiveSession>,
        secret: &Arc<StoredSecret>,
    ) -> Result<Refreshed, StoreError> {
        let (Some(store), Some(key)) = (&self.settings.store, self.manager.key(&live.id)) else {
            return Ok(Refreshed::Failed);
        };
        let is_newer = |current: &LiveSession| current.content.refreshes > live.content.refreshes;
        let owner = owner();
        let timeout = self.oidc.config().timeout + LEASE_GRACE;
        let seconds = u32::try_from(timeout.as_secs() + 1).unwrap_or(u32::MAX);
        let mut poll = FIRST_POLL;
        let mut waited = Duration::ZERO;
        while waited <= timeout {
            let read_at = Instant::now();
            match store.lease(&key, owner, seconds).await? {
                Lease::Granted(record) => {
                    let Some(current) = self.read(secret, &record, read_at) else {
                        return Ok(Refreshed::Failed);
                    };
                    if !is_newer(&current) {
                        return Ok(self.call(&current, Some(owner)).await);
                    }
                    // Gives the lease back.
                    let _ = store.lease(&key, owner, 0).await;
                    return Ok(Refreshed::Renewed(current));
                }
                Lease::Gone => return Ok(Refreshed::Ended),
                Lease::Busy => {}
            }
            tokio::time::sleep(poll).await;
            waited += poll;
            poll = (poll * 2).min(LONGEST_POLL);
            let Some(record) = store.load(&key).await? else {
                return Ok(Refreshed::Ended);
            };
            let current = self.read(secret, &record, read_at);
            if let Some(current) = current.filter(|current| is_newer(current)) {
                return Ok(Refreshed::Renewed(current));
            }
        }
        Ok(Refreshed::Failed)
    }

    /// Asks the provider, and keeps what it returns.
    async fn call(self, live: &Arc<LiveSession>, lease: Option<u128>) -> Refreshed {
        let Some(token) = &live.content.tokens.refresh_token else {
            return Refreshed::Failed;
        };
        let response = match self.exchange(token).await {
            Ok(response) => response,
            Err(ProtocolError::GrantRejected(rejected))
                if rejected.is_stated && rejected.error == "invalid_grant" =>
            {
                telemetry::refused("refresh_refused");
                tracing::info!(
                    code = "refresh_refused",
                    "the provider refused to refresh a session, which ends"
                );
                return self.end_after_refresh(live).await;
            }
            Err(error) => return self.give_up(live, lease, &error).await,
        };
        let verified = match self.verify(live, &response).await {
            Ok(verified) => verified,
            Err(reason) => {
                telemetry::refused("refresh_id_token");
                tracing::warn!(
                    code = "refresh_id_token",
                    "the ID token of a refresh is not valid ({reason:?}), so the session ends"
                );
                self.revoke(response.refresh_token());
                return self.end_after_refresh(live).await;
            }
        };
        let (tokens, is_known) = self.tokens(&live.content, &response).await;
        let renew = |content: &Content| {
            if content.refreshes > live.content.refreshes {
                return Ok(None);
            }
            let mut content = content.clone();
            content.renew(tokens.clone(), verified && is_known);
            Ok(Some(content))
        };
        let renewed = self.keep(live, lease, renew).await;
        match renewed {
            Ok(Changed::To(live)) => {
                self.manager.pauses.end(&live.id);
                self.renew_userinfo(live, &response).await
            }
            Ok(Changed::Gone) => {
                // The user has signed out meanwhile.
                self.revoke(response.refresh_token());
                Refreshed::Ended
            }
            Err(KeepError::Unkeepable(problem)) => {
                tracing::error!(
                    code = "session_too_large",
                    "renewed tokens do not fit into the cookies of their session ({problem:?}); use \
                     a store"
                );
                Refreshed::Failed
            }
            Err(KeepError::Store(_)) => Refreshed::Failed,
        }
    }

    async fn exchange(self, token: &str) -> Result<TokenResponse, ProtocolError> {
        let party = self.oidc.relying_party();
        let provider = party.provider().await?;
        exchange(&party, &provider, &Grant::Refresh { token }).await
    }

    /// Whether the new tokens are genuine; `false` if the provider's keys cannot be fetched.
    async fn verify(
        self,
        live: &LiveSession,
        response: &TokenResponse,
    ) -> Result<bool, TokenError> {
        let party = self.oidc.relying_party();
        let Ok(provider) = party.provider().await else {
            return Ok(false);
        };
        match id_token::validate_if_present(&party, &provider, response).await {
            Ok(None) => Ok(true),
            Ok(Some(claims)) => {
                let user = &live.user;
                let same_time = match (claims.auth_time, user.authenticated_at) {
                    (Some(new), Some(old)) => new.0 == old,
                    _ => true,
                };
                if claims.sub.as_deref() != Some(&live.content.subject) || !same_time {
                    return Err(TokenError::SubjectMismatch);
                }
                if claims
                    .nonce
                    .is_some_and(|nonce| *nonce != *live.content.nonce)
                {
                    return Err(TokenError::NonceMismatch);
                }
                Ok(true)
            }
            Err(ProtocolError::IdToken(reason)) => Err(reason),
            Err(_) => Ok(false),
        }
    }

    /// Keeps new tokens. The old ones may be worth nothing any more, so a store that fails is asked
    /// again for as long as the lease lasts.
    async fn keep(
        self,
        live: &Arc<LiveSession>,
        lease: Option<u128>,
        renew: impl Fn(&Content) -> Result<Option<Content>, Unkeepable>,
    ) -> Result<Changed, KeepError> {
        let mut pause = FIRST_POLL;
        let mut waited = Duration::ZERO;
        loop {
            match self.change(live, lease, &renew).await {
                Err(KeepError::Store(_)) if waited < LEASE_GRACE => {
                    tokio::time::sleep(pause).await;
                    waited += pause;
                    pause *= 2;
                }
                result => return result,
            }
        }
    }

    /// Asks for userinfo again, after the tokens are safe. What was known stays if there is no response.
    async fn renew_userinfo(self, live: Arc<LiveSession>, response: &TokenResponse) -> Refreshed {
        let Ok(provider) = self.oidc.relying_party().provider().await else {
            return Refreshed::Renewed(live);
        };
        let Tokens {
            scope, id_token, ..
        } = &live.content.tokens;
        let of_id_token = id_token.claims().unwrap_or_default();
        let known = live.content.tokens.known_claims(of_id_token);
        let subject = &live.content.subject;
        let found = self
            .userinfo(&provider, response, scope, subject, &known)
            .await;
        let Ok(Some(userinfo)) = found else {
            return Refreshed::Renewed(live);
        };
        let replace = |content: &Content| {
            let is_news = content.userinfo.as_ref() != Some(&userinfo);
            Ok(is_news.then(|| Content {
                userinfo: Some(userinfo.clone()),
                ..content.clone()
            }))
        };
        match self.change(&live, None, replace).await {
            Ok(Changed::To(live)) => Refreshed::Renewed(live),
            // The user has signed out meanwhile.
            Ok(Changed::Gone) => Refreshed::Ended,
            Err(_) => Refreshed::Renewed(live),
        }
    }

    /// The new tokens, and whether it is known if the access token is ours.
    async fn tokens(self, content: &Content, response: &TokenResponse) -> (Tokens, bool) {
        let old = &content.tokens;
        let id_token = response
            .id_token()
            .map(|text| TokenText::new(text.to_owned()));
        let (tokens, is_known) = self
            .oidc
            .session_tokens(
                response,
                response.scope().unwrap_or(&old.scope).to_owned(),
                id_token.unwrap_or_else(|| old.id_token.clone()),
                &content.subject,
            )
            .await;
        let refresh_token = tokens.refresh_token.clone();
        let tokens = Tokens {
            refresh_token: refresh_token.or_else(|| old.refresh_token.clone()),
            ..tokens
        };
        (tokens, is_known)
    }

    async fn end_after_refresh(self, live: &Arc<LiveSession>) -> Refreshed {
        match self.end(live, EndCause::RefreshRefused).await {
            Ok(()) => Refreshed::Ended,
            Err(_) => Refreshed::Failed,
        }
    }

    async fn give_up(
        self,
        live: &LiveSession,
        lease: Option<u128>,
        error: &ProtocolError,
    ) -> Refreshed {
        telemetry::refused("refresh_failed");
        tracing::warn!(
            code = "refresh_failed",
            "a session could not be refreshed; it goes on with its claims: {}",
            error.summary()
        );
        let store = self.settings.store.as_ref().zip(self.manager.key(&live.id));
        if let (Some(owner), Some((store, key))) = (lease, store) {
            let _ = store.lease(&key, owner, 0).await;
        }
        Refreshed::Failed
    }
}

async fn run(oidc: Oidc, live: Arc<LiveSession>, refreshing: Arc<Refreshing>) {
    let Some(sessions) = oidc.sessions_of_client() else {
        return;
    };
    // Lets those who wait go on, even if this panics.
    let mut finish = Finish {
        oidc: &oidc,
        live: &live,
        refreshing: &refreshing,
        refreshed: Refreshed::Failed,
    };
    let refreshed = sessions.renew(&live).await;
    if let Refreshed::Failed = refreshed {
        sessions.manager.pauses.begin(&live.id, oidc.now_seconds());
    }
    telemetry::session_refreshed(match refreshed {
        Refreshed::Renewed(_) => "renewed",
        Refreshed::Ended => "ended",
        Refreshed::Failed => "failed",
    });
    finish.refreshed = refreshed;
}

struct Finish<'r> {
    oidc: &'r Oidc,
    live: &'r LiveSession,
    refreshing: &'r Refreshing,
    refreshed: Refreshed,
}

impl Drop for Finish<'_> {
    /// In this order: whoever has waited may need the next refresh at once, not this one again.
    fn drop(&mut self) {
        if let Some(sessions) = self.oidc.sessions_of_client() {
            let running = sessions.manager.refreshing.lock();
            running
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&self.live.id);
        }
        self.refreshing.finish(self.refreshed.clone());
    }
}

/// Names this process in leases. Without randomness, two processes could take each other's lease.
fn owner() -> u128 {
    let mut bytes = [0; 16];
    // On failure the zero remains, which only this refresh uses at this moment.
    let _ = aws_lc_rs::rand::fill(&mut bytes);
    u128::from_be_bytes(bytes)
}
