//! Renews the tokens of a session, once for all requests, in the background.

use std::sync::Arc;
use std::time::{Duration, Instant};

use oidc_stores::Lease;

use super::SessionsOf;
use super::ask::ask;
use super::change::{Changed, KeepError};
use super::end::EndCause;
use super::identify::SessionFailure;
use crate::client::Oidc;
use crate::jose::TokenError;
use crate::protocol::{Grant, ProtocolError, TokenResponse, exchange, id_token};
use crate::session::content::{Content, Tokens};
use crate::session::live::{LiveSession, Place};
use crate::session::manager::Unkeepable;
use crate::session::refreshing::{Refreshed, Refreshing};
use crate::session::sighting::{Dead, Verdict};
use crate::session::stored_secret::StoredSecret;
use crate::session::token_text::TokenText;
use crate::session::unsaved::Renewal;
use crate::telemetry;

/// How much longer than the call to the provider a lease lasts.
const LEASE_GRACE: Duration = Duration::from_secs(5);
/// How much longer than the call to the provider a request waits.
const WAIT_GRACE: Duration = Duration::from_secs(1);
/// How often a process asks whether another one has renewed a session.
const FIRST_POLL: Duration = Duration::from_millis(25);
const LONGEST_POLL: Duration = Duration::from_millis(200);

impl SessionsOf<'_> {
    /// Waits for the refresh of a session, as long as the provider may take.
    pub(crate) async fn refreshed(self, live: &Arc<LiveSession>) -> Refreshed {
        let longest = self.oidc.config().own.provider.timeout + WAIT_GRACE;
        self.refresh(live).wait(longest).await
    }

    /// The refresh of this session that is under way, or a new one. It goes on if nobody waits for
    /// it: a refresh token that the provider has replaced would be lost otherwise.
    pub(crate) fn refresh(self, live: &Arc<LiveSession>) -> Arc<Refreshing> {
        let started = Arc::new(Refreshing::default());
        {
            let mut refreshing = self.manager.refreshing();
            if let Some(running) = refreshing.get(&live.id) {
                return Arc::clone(running);
            }
            if let Some(newer) = self.already_renewed(live) {
                started.finish(newer);
                return started;
            }
            refreshing.insert(live.id.clone(), Arc::clone(&started));
        }
        // Not in the task, which a runtime that shuts down may drop before it has begun.
        let finish = Finish {
            oidc: self.oidc.clone(),
            live: Arc::clone(live),
            refreshing: Arc::clone(&started),
            refreshed: Refreshed::Failed,
        };
        tokio::spawn(run(finish));
        started
    }

    /// A refresh may have ended since the caller saw the session. That a copy in memory is idle says
    /// nothing: another process may have seen the session since.
    fn already_renewed(self, live: &Arc<LiveSession>) -> Option<Refreshed> {
        match self.manager.latest(live, self.oidc.now_seconds()) {
            Verdict::Live(newest) if newest.content.refreshes > live.content.refreshes => {
                Some(Refreshed::Renewed(newest))
            }
            Verdict::Dead(Dead::Ended) => Some(Refreshed::Ended),
            Verdict::Live(_) | Verdict::Dead(_) => None,
        }
    }

    async fn renew(self, live: &Arc<LiveSession>) -> Refreshed {
        let Place::Store { secret, .. } = &live.place else {
            return self.call(live, None).await;
        };
        let renewed = self.renew_in_store(live, secret).await;
        renewed.unwrap_or(Refreshed::Failed)
    }

    /// Renews the session once it has the lease, unless another process does that meanwhile. If that one
    /// fails, so does this: the provider would be asked again at once otherwise, perhaps with a token
    /// that it has replaced.
    async fn renew_in_store(
        self,
        live: &Arc<LiveSession>,
        secret: &Arc<StoredSecret>,
    ) -> Result<Refreshed, SessionFailure> {
        let (Some(store), Some(key)) = (&self.settings.store, self.manager.key(&live.id)) else {
            return Ok(Refreshed::Failed);
        };
        let is_newer = |current: &LiveSession| current.content.refreshes > live.content.refreshes;
        let owner = owner();
        let timeout = self.oidc.config().own.provider.timeout + LEASE_GRACE;
        let seconds = u32::try_from(timeout.as_secs() + 1).unwrap_or(u32::MAX);
        let mut poll = FIRST_POLL;
        let mut waited = Duration::ZERO;
        while waited <= timeout {
            let read_at = Instant::now();
            match ask("lease", store.lease(&key, owner, seconds)).await? {
                Lease::Granted(record) => {
                    let Some(current) = self.read(secret, &record, read_at) else {
                        return Ok(Refreshed::Failed);
                    };
                    // What waits to be saved costs no call. The lease may be a former one of ours.
                    let may_call = waited.is_zero() || self.manager.unsaved.contains(&live.id);
                    if !is_newer(&current) && may_call {
                        return Ok(self.call(&current, Some(owner)).await);
                    }
                    // Gives the lease back.
                    let _ = ask("lease", store.lease(&key, owner, 0)).await;
                    return Ok(if is_newer(&current) {
                        Refreshed::Renewed(current)
                    } else {
                        Refreshed::Failed
                    });
                }
                Lease::Gone => return Ok(Refreshed::Ended),
                Lease::Busy => {}
            }
            if waited.is_zero() {
                telemetry::lease_awaited();
            }
            tokio::time::sleep(poll).await;
            waited += poll;
            poll = (poll * 2).min(LONGEST_POLL);
            let Some(record) = ask("load", store.load(&key)).await? else {
                return Ok(Refreshed::Ended);
            };
            let current = self.read(secret, &record, read_at);
            if let Some(current) = current.filter(|current| is_newer(current)) {
                return Ok(Refreshed::Renewed(current));
            }
        }
        Ok(Refreshed::Failed)
    }

    async fn call(self, live: &Arc<LiveSession>, lease: Option<u128>) -> Refreshed {
        let unsaved = self.manager.unsaved.take(&live.id, live.content.refreshes);
        let renewal = match unsaved {
            Some(renewal) => renewal,
            None => match self.ask(live, lease).await {
                Ok(renewal) => renewal,
                Err(refreshed) => return refreshed,
            },
        };
        self.save(live, lease, renewal).await
    }

    /// Asks the provider.
    async fn ask(self, live: &Arc<LiveSession>, lease: Option<u128>) -> Result<Renewal, Refreshed> {
        let Some(token) = live.content.tokens.refresh_text() else {
            return Err(Refreshed::Failed);
        };
        let response = match self.exchange(&token).await {
            Ok(response) => response,
            Err(ProtocolError::GrantRejected(rejected))
                if rejected.is_stated && rejected.error == "invalid_grant" =>
            {
                telemetry::refused("refresh_refused");
                tracing::info!(
                    code = "refresh_refused",
                    "the provider refused to refresh a session, which ends"
                );
                return Err(self.end_after_refresh(live).await);
            }
            Err(error) => return Err(self.give_up(live, lease, &error).await),
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
                return Err(self.end_after_refresh(live).await);
            }
        };
        let (tokens, is_known) = self.tokens(&live.content, &response).await;
        Ok(Renewal {
            tokens,
            is_verified: verified && is_known,
            refreshes: live.content.refreshes,
        })
    }

    /// Keeps what the provider has returned.
    async fn save(
        self,
        live: &Arc<LiveSession>,
        lease: Option<u128>,
        renewal: Renewal,
    ) -> Refreshed {
        let renew = |content: &Content| {
            if content.refreshes > renewal.refreshes {
                return Ok(None);
            }
            let mut content = content.clone();
            content.renew(renewal.tokens.clone(), renewal.is_verified);
            Ok(Some(content))
        };
        match self.keep(live, lease, renew).await {
            Ok(Changed::To(live)) => {
                self.manager.pauses.end(&live.id);
                self.renew_userinfo(live).await
            }
            Ok(Changed::Gone) => {
                // The user has signed out meanwhile.
                self.revoke(renewal.tokens.refresh_text().as_deref());
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
            Err(KeepError::Store(_)) => {
                let (until, now) = (live.content.ends_at, self.oidc.now_seconds());
                self.manager.unsaved.keep(&live.id, renewal, until, now);
                Refreshed::Failed
            }
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
    async fn renew_userinfo(self, live: Arc<LiveSession>) -> Refreshed {
        let Ok(provider) = self.oidc.relying_party().provider().await else {
            return Refreshed::Renewed(live);
        };
        let Content {
            tokens, subject, ..
        } = &live.content;
        let Some(of_id_token) = tokens.id_token.claims() else {
            return Refreshed::Renewed(live);
        };
        let known = tokens.known_claims(of_id_token);
        let asked = &self.oidc.config().scopes;
        let access_token = tokens.access_token.text().unwrap_or_default();
        let found = self.userinfo(&provider, &access_token, asked, subject, &known);
        let userinfo = match found.await {
            Ok(Some(userinfo)) => userinfo,
            Ok(None) => return Refreshed::Renewed(live),
            Err(error) => {
                tracing::warn!(
                    "the userinfo of a refreshed session is not used: {}",
                    error.summary()
                );
                return Refreshed::Renewed(live);
            }
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
            Ok(Changed::Gone) => {
                // The user has signed out meanwhile.
                self.revoke(live.content.tokens.refresh_text().as_deref());
                Refreshed::Ended
            }
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
            let _ = ask("lease", store.lease(&key, owner, 0)).await;
        }
        Refreshed::Failed
    }
}

async fn run(mut finish: Finish) {
    let Some(sessions) = finish.oidc.sessions_of_client() else {
        return;
    };
    let refreshed = sessions.renew(&finish.live).await;
    if let Refreshed::Failed = refreshed {
        let (id, now) = (&finish.live.id, finish.oidc.now_seconds());
        sessions.manager.pauses.begin(id, now);
    }
    telemetry::session_refreshed(match refreshed {
        Refreshed::Renewed(_) => "renewed",
        Refreshed::Ended => "ended",
        Refreshed::Failed => "failed",
    });
    finish.refreshed = refreshed;
}

/// Lets those who wait for a refresh go on, however it ends.
struct Finish {
    oidc: Oidc,
    live: Arc<LiveSession>,
    refreshing: Arc<Refreshing>,
    refreshed: Refreshed,
}

impl Drop for Finish {
    /// In this order: whoever has waited may need the next refresh at once, not this one again.
    fn drop(&mut self) {
        if let Some(sessions) = self.oidc.sessions_of_client() {
            sessions.manager.refreshing().remove(&self.live.id);
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
