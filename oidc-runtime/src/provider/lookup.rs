//! Whether to fetch newer keys for a token that the latest ones do not verify.

use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::error::ProviderErrorKind;
use super::schedule::{Issued, Lookup, NoLookup, Schedule};
use super::{MAX_WAITS, Outcome, Provider, Snapshot};
use crate::clock::UnixSeconds;
use crate::jose::{Algorithm, Compact, TokenError};

/// The key that an unverified token refers to. The token may be an attacker's.
#[derive(Debug)]
pub(crate) struct NeededKey<'t> {
    kid: Option<&'t str>,
    algorithm: Algorithm,
    /// In seconds since the Unix epoch.
    issued_at: Option<u64>,
}

impl<'t> NeededKey<'t> {
    /// `issued_at` is the claim, limited by `received_at`: tokens are issued before they are
    /// received.
    pub(crate) fn new(
        token: &'t Compact<'_>,
        issued_at: Option<UnixSeconds>,
        received_at: Duration,
    ) -> Self {
        let issued_at = issued_at.map(|at| u64::try_from(at).unwrap_or_default());
        Self {
            kid: token.header.kid.as_deref(),
            algorithm: token.header.algorithm,
            issued_at: issued_at.map(|at| at.min(received_at.as_secs())),
        }
    }

    fn issued(&self, fetched_at: Duration) -> Issued {
        match self.issued_at {
            Some(at) if at > fetched_at.as_secs() => Issued::AfterFetch,
            Some(_) => Issued::BeforeFetch,
            None => Issued::Unknown,
        }
    }
}

/// Why a token could not be verified.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unverified {
    /// It is invalid, and newer keys would not change that.
    Invalid(TokenError),
    /// Newer keys may verify it, but must not be fetched yet; the time to wait.
    TooEarly(Duration),
    /// Newer keys may verify it, but fetching them failed.
    Unreachable(ProviderErrorKind),
}

impl Provider {
    /// The result for a token that these keys did not verify for this reason. `None` if newer keys
    /// have to be fetched first, see [`verify_with_refresh`](Self::verify_with_refresh).
    pub(crate) fn judge(
        &self,
        key: &NeededKey<'_>,
        reason: TokenError,
        snapshot: &Snapshot,
    ) -> Option<Unverified> {
        let now = self.now();
        self.lookup(&self.schedule(), now, key, reason, snapshot)
            .err()
    }

    /// Calls `verify` with the latest keys. If it fails and newer keys may make a difference, fetches
    /// those and tries again.
    ///
    /// A flood of forged tokens causes two fetches per cool-down, see [`Schedule::lookup`].
    pub(crate) async fn verify_with_refresh<T>(
        self: &Arc<Self>,
        key: &NeededKey<'_>,
        verify: impl Fn(&Snapshot) -> Result<T, TokenError>,
    ) -> Result<T, Unverified> {
        for _ in 0..=MAX_WAITS {
            let Some(snapshot) = self.current.load_full() else {
                break;
            };
            let reason = match verify(&snapshot) {
                Ok(verified) => return Ok(verified),
                Err(reason) => reason,
            };
            let Some((outcomes, is_own)) = self.start_or_join(key, reason, &snapshot)? else {
                continue;
            };
            match self.outcome(outcomes).await {
                Outcome::Failed(error) => {
                    return Err(not_now(reason, Unverified::Unreachable(error)));
                }
                // A joined attempt may have started before a rotation, so it does not prove that
                // the key is missing.
                Outcome::Refreshed if is_own => self.remember_if_missing(key),
                Outcome::Refreshed | Outcome::Unfinished => {}
            }
        }
        Err(Unverified::TooEarly(self.retry_after()))
    }

    /// Ensures that a fetch is in progress. Returns a receiver of its outcome and whether this call
    /// started it, or `None` if newer keys have arrived already.
    fn start_or_join(
        self: &Arc<Self>,
        key: &NeededKey<'_>,
        reason: TokenError,
        snapshot: &Snapshot,
    ) -> Result<Option<(watch::Receiver<Outcome>, bool)>, Unverified> {
        let now = self.now();
        let (outcomes, generation) = {
            let mut schedule = self.schedule();
            let Some(lookup) = self.lookup(&schedule, now, key, reason, snapshot)? else {
                return Ok(None);
            };
            let generation = (lookup == Lookup::Start).then(|| schedule.start_lookup(now));
            (self.outcomes.subscribe(), generation)
        };
        if let Some(generation) = generation {
            self.spawn(generation);
        }
        Ok(Some((outcomes, generation.is_some())))
    }

    /// How to get newer keys than these, or `None` if they have arrived already.
    fn lookup(
        &self,
        schedule: &Schedule,
        now: Duration,
        key: &NeededKey<'_>,
        reason: TokenError,
        snapshot: &Snapshot,
    ) -> Result<Option<Lookup>, Unverified> {
        let issued = key.issued(snapshot.fetched_at);
        if !self.may_be_newer(key.algorithm, reason, issued) {
            return Err(Unverified::Invalid(reason));
        }
        if !self.is_latest(snapshot) {
            return Ok(None);
        }
        match schedule.lookup(now, key.kid, issued) {
            Ok(lookup) => Ok(Some(lookup)),
            Err(NoLookup::Missing) => Err(Unverified::Invalid(reason)),
            Err(NoLookup::TooEarly(left)) => Err(not_now(reason, Unverified::TooEarly(left))),
        }
    }

    fn is_latest(&self, snapshot: &Snapshot) -> bool {
        let latest = self.peek();
        latest
            .as_deref()
            .is_some_and(|latest| ptr::eq(latest, snapshot))
    }

    /// Whether keys that were published after these may verify the token.
    pub(super) fn may_be_newer(
        &self,
        algorithm: Algorithm,
        reason: TokenError,
        issued: Issued,
    ) -> bool {
        match reason {
            TokenError::KeyUnknown => true,
            // The key may have been replaced under the same `kid`, or keys have no `kid`.
            TokenError::SignatureInvalid => issued == Issued::AfterFetch,
            TokenError::AlgorithmNotAllowed => {
                issued == Issued::AfterFetch && self.settings.algorithms.contains(&algorithm)
            }
            _ => false,
        }
    }

    fn remember_if_missing(&self, key: &NeededKey<'_>) {
        let latest = self.peek();
        if let (Some(kid), Some(latest)) = (key.kid, latest.as_ref())
            && !latest.keys.has_kid(kid)
        {
            let now = self.now();
            self.schedule()
                .remember_missing(kid, latest.fetched_at, now);
        }
    }
}

/// The result if newer keys cannot be fetched now. An invalid signature is more likely a forgery
/// than a key that was replaced under its `kid`.
fn not_now(reason: TokenError, unknown: Unverified) -> Unverified {
    match reason {
        TokenError::KeyUnknown => unknown,
        _ => Unverified::Invalid(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Oidc;
    use crate::jose::KeySet;
    use crate::provider::Metadata;
    use crate::provider::span::Span;

    const KEY: &str = r#"{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "known",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
    /// `{"alg":"EdDSA","kid":"unknown"}`, `{}` and no signature.
    const TOKEN: &str = "eyJhbGciOiJFZERTQSIsImtpZCI6InVua25vd24ifQ.e30.";

    fn snapshot(oidc: &Oidc, fetched_at: Duration) -> Arc<Snapshot> {
        let metadata =
            Metadata::from_overrides(&oidc.config().own.provider).expect("the overrides");
        let keys = KeySet::parse(KEY.as_bytes(), &Algorithm::ALL).expect("a key set");
        Arc::new(Snapshot {
            metadata: Arc::new(metadata),
            keys,
            epoch: 0,
            fetched_at,
            metadata_fresh: Span::new(fetched_at, Duration::ZERO),
        })
    }

    /// New keys may arrive between verifying a token and evaluating the failure.
    #[test]
    fn a_token_is_not_judged_by_outdated_keys() {
        let builder = Oidc::builder()
            .client_id("app")
            .issuer("https://idp.example");
        let builder = builder.jwks_uri("https://idp.example/keys");
        let builder = builder.discovery_url("https://idp.example");
        let oidc = builder.build().expect("a configuration");
        let provider = oidc.provider();
        let now = oidc.now();
        let old = snapshot(&oidc, now);
        provider.current.store(Some(Arc::clone(&old)));
        // As after a fetch for this token that did not find its key.
        provider.schedule().start_lookup(now);
        provider.schedule().remember_missing("unknown", now, now);
        let token = Compact::parse(TOKEN).expect("a token");
        let key = NeededKey::new(&token, None, now);
        let judge = || provider.judge(&key, TokenError::KeyUnknown, &old);
        let invalid = Unverified::Invalid(TokenError::KeyUnknown);
        assert_eq!(judge(), Some(invalid));
        provider.current.store(Some(snapshot(&oidc, now)));
        assert_eq!(judge(), None);
    }
}
