//! Tokens that the last key set does not verify: whether a newer one may, and when the provider
//! is asked for it.

use std::ptr;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::watch;

use super::error::ProviderError;
use super::schedule::{Issued, Lookup, NoLookup, Schedule};
use super::{Outcome, Provider, Snapshot, WAITS};
use crate::clock::UnixSeconds;
use crate::jwt::{Algorithm, Compact, TokenError};

/// What a token says about the key that signed it. Anybody may have written that.
#[derive(Debug)]
pub(crate) struct NeededKey<'t> {
    kid: Option<&'t str>,
    algorithm: Algorithm,
    /// In seconds since the Unix epoch.
    issued_at: Option<u64>,
}

impl<'t> NeededKey<'t> {
    /// `issued_at` is what the token claims, `received_at` when it came: it cannot have been issued
    /// later than that.
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
    /// It is not valid, and newer keys would not make it so.
    Invalid(TokenError),
    /// Newer keys might make it so, but it is too early to ask for them; when to try again.
    TooEarly(Duration),
    /// Newer keys might make it so, but they cannot be had.
    Unreachable(ProviderError),
}

impl Provider {
    /// What is to be said about a token that these keys do not verify for that reason. Pending if
    /// the provider has to be asked first, see [`refresh_for`](Self::refresh_for).
    pub(crate) fn outlook(
        &self,
        key: &NeededKey<'_>,
        reason: TokenError,
        snapshot: &Snapshot,
    ) -> Poll<Unverified> {
        let now = self.now();
        match self.lookup(&self.schedule(), now, key, reason, snapshot) {
            Ok(_) => Poll::Pending,
            Err(unverified) => Poll::Ready(unverified),
        }
    }

    /// Does `check` with the keys as last seen and, as long as it fails for want of a key that may
    /// have come since then, with newer ones.
    ///
    /// A flood of forged tokens makes this ask the provider twice per cool-down, see
    /// [`Schedule::lookup`].
    pub(crate) async fn refresh_for<T>(
        self: &Arc<Self>,
        key: &NeededKey<'_>,
        check: impl Fn(&Snapshot) -> Result<T, TokenError>,
    ) -> Result<T, Unverified> {
        for _ in 0..=WAITS {
            let Some(snapshot) = self.current.load_full() else {
                break;
            };
            let reason = match check(&snapshot) {
                Ok(checked) => return Ok(checked),
                Err(reason) => reason,
            };
            let Some((outcomes, is_own)) = self.ask_or_join(key, reason, &snapshot)? else {
                continue;
            };
            match self.outcome(outcomes).await {
                Outcome::Failed(error) => return Err(Unverified::Unreachable(error)),
                // An attempt that was joined may have begun before a rotation, so what it did not
                // find may be there after all.
                Outcome::Refreshed if is_own => self.note_if_missing(key),
                Outcome::Refreshed | Outcome::Unfinished => {}
            }
        }
        Err(Unverified::TooEarly(self.retry_after()))
    }

    /// Makes sure that the provider is being asked, and tells whether this begins it. Nothing if
    /// there are newer keys already.
    fn ask_or_join(
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
            let generation = (lookup == Lookup::Ask).then(|| schedule.force(now));
            (self.outcomes.subscribe(), generation)
        };
        if let Some(generation) = generation {
            self.spawn(generation);
        }
        Ok(Some((outcomes, generation.is_some())))
    }

    /// How newer keys than these can be read; nothing if they have been read meanwhile.
    fn lookup(
        &self,
        schedule: &Schedule,
        now: Duration,
        key: &NeededKey<'_>,
        reason: TokenError,
        snapshot: &Snapshot,
    ) -> Result<Option<Lookup>, Unverified> {
        let issued = key.issued(snapshot.fetched_at);
        if !self.may_be_newer(key, reason, issued) {
            return Err(Unverified::Invalid(reason));
        }
        if !self.is_latest(snapshot) {
            return Ok(None);
        }
        match schedule.lookup(now, key.kid, issued) {
            Ok(lookup) => Ok(Some(lookup)),
            Err(NoLookup::Missing) => Err(Unverified::Invalid(reason)),
            Err(NoLookup::TooEarly(left)) => Err(Unverified::TooEarly(left)),
        }
    }

    fn is_latest(&self, snapshot: &Snapshot) -> bool {
        let latest = self.peek();
        latest
            .as_deref()
            .is_some_and(|latest| ptr::eq(latest, snapshot))
    }

    /// Whether the token may be signed with a key that came after these.
    fn may_be_newer(&self, key: &NeededKey<'_>, reason: TokenError, issued: Issued) -> bool {
        match reason {
            TokenError::KeyUnknown => true,
            // The key may have been replaced under its name, or keys may have no names.
            TokenError::SignatureInvalid => issued == Issued::AfterFetch,
            TokenError::AlgorithmNotAllowed => {
                issued == Issued::AfterFetch
                    && key.kid.is_none()
                    && self.config.algorithms.contains(&key.algorithm)
            }
            _ => false,
        }
    }

    fn note_if_missing(&self, key: &NeededKey<'_>) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::KeySet;
    use crate::oidc::Oidc;
    use crate::provider::Metadata;
    use crate::provider::span::Span;

    const KEY: &str = r#"{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "known",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
    /// `{"alg":"EdDSA","kid":"unknown"}`, `{}` and no signature.
    const TOKEN: &str = "eyJhbGciOiJFZERTQSIsImtpZCI6InVua25vd24ifQ.e30.";

    fn snapshot(oidc: &Oidc, fetched_at: Duration) -> Arc<Snapshot> {
        let metadata = Metadata::from_overrides(oidc.config()).expect("the overrides");
        let keys = KeySet::parse(KEY.as_bytes(), &Algorithm::ALL).expect("a key set");
        Arc::new(Snapshot {
            metadata: Arc::new(metadata),
            keys,
            epoch: 0,
            fetched_at,
            metadata_fresh: Span::new(fetched_at, Duration::ZERO),
        })
    }

    /// Between a check with the last keys and the judgement about it, other keys may come. The
    /// judgement is not about those.
    #[test]
    fn keys_that_came_meanwhile_are_checked_first() {
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
        // As after a fetch for this token, which did not bring its key.
        provider.schedule().force(now);
        provider.schedule().remember_missing("unknown", now, now);
        let token = Compact::parse(TOKEN).expect("a token");
        let key = NeededKey::new(&token, None, now);
        let outlook = || provider.outlook(&key, TokenError::KeyUnknown, &old);
        let invalid = Unverified::Invalid(TokenError::KeyUnknown);
        assert_eq!(outlook(), Poll::Ready(invalid));
        provider.current.store(Some(snapshot(&oidc, now)));
        assert_eq!(outlook(), Poll::Pending);
    }
}
