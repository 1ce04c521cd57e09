//! Tokens that the last key set does not verify: whether a newer one may, and when the provider
//! is asked for it.

use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

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
#[derive(Debug)]
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
            let outcomes = self.outcomes.subscribe();
            let is_own = self.ask_or_join(key, reason, &snapshot)?;
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

    /// Makes sure that the provider is being asked; true if this begins it.
    fn ask_or_join(
        self: &Arc<Self>,
        key: &NeededKey<'_>,
        reason: TokenError,
        snapshot: &Snapshot,
    ) -> Result<bool, Unverified> {
        let now = self.now();
        let generation = {
            let mut schedule = self.schedule();
            match self.lookup(&schedule, now, key, reason, snapshot)? {
                Lookup::Ask => schedule.force(now),
                Lookup::Join => return Ok(false),
            }
        };
        self.spawn(generation);
        Ok(true)
    }

    fn lookup(
        &self,
        schedule: &Schedule,
        now: Duration,
        key: &NeededKey<'_>,
        reason: TokenError,
        snapshot: &Snapshot,
    ) -> Result<Lookup, Unverified> {
        let issued = key.issued(snapshot.fetched_at);
        if !self.may_be_newer(key, reason, issued) {
            return Err(Unverified::Invalid(reason));
        }
        let lookup = schedule.lookup(now, key.kid, issued);
        lookup.map_err(|no_lookup| match no_lookup {
            NoLookup::Missing => Unverified::Invalid(reason),
            NoLookup::TooEarly(left) => Unverified::TooEarly(left),
        })
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
