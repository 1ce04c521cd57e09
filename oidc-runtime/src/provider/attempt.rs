//! One attempt to fetch the provider's metadata and keys.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::error::ProviderErrorKind;
use super::jitter::{between, random};
use super::metadata::Metadata;
use super::schedule::Generation;
use super::span::Span;
use super::{KEYS_MAX_STALE, Outcome, Provider, Snapshot};
use crate::http::HttpError;
use crate::jose::KeySet;
use crate::telemetry;

/// How long the discovery document is used before it is fetched again together with the keys.
const METADATA_TTL: Duration = Duration::from_secs(60 * 60);
/// How long discovery is skipped after it failed.
const METADATA_RETRY: Duration = Duration::from_secs(60);
/// How long keys are fresh: without `max-age`, and its limits.
const KEYS_TTL: Duration = Duration::from_secs(10 * 60);
const KEYS_TTL_MIN: Duration = Duration::from_secs(60);
const KEYS_TTL_MAX: Duration = Duration::from_secs(60 * 60);

impl Provider {
    /// Spawns a task, so that a client that disconnects does not cancel the attempt for others.
    pub(super) fn spawn(self: &Arc<Self>, generation: Generation) {
        let running = Running {
            provider: Arc::downgrade(self),
            generation,
        };
        tokio::spawn(async move {
            while let Some(pause) = running.attempt().await {
                tokio::time::sleep(pause).await;
            }
        });
    }

    /// Makes one attempt. Returns the pause before the next one if it has to be repeated.
    async fn attempt(&self, generation: Generation) -> Option<Duration> {
        let started_at = self.now();
        if !self.schedule().resumed(generation, started_at) {
            return None;
        }
        let fetched = tokio::time::timeout(self.settings.timeout, self.fetch(started_at)).await;
        match fetched.unwrap_or(Err(ProviderErrorKind::Keys(HttpError::Timeout))) {
            Ok(fetched) => {
                self.succeed(generation, fetched);
                None
            }
            Err(error) => self.fail(generation, &error),
        }
    }

    fn succeed(&self, generation: Generation, fetched: Fetched) {
        {
            // Held until the end, so that the snapshot of a later attempt is not replaced.
            let mut schedule = self.schedule();
            if !schedule.succeeded(generation) {
                return;
            }
            self.publish(fetched);
            self.outcomes.send_replace(Outcome::Refreshed);
        }
        telemetry::refreshed(true);
    }

    fn fail(&self, generation: Generation, error: &ProviderErrorKind) -> Option<Duration> {
        let now = self.now();
        let has_keys = self.is_usable(now);
        let pause = {
            let mut schedule = self.schedule();
            let pause = schedule.failed(generation, now, error.clone(), has_keys, random())?;
            self.fresh.set(Span::new(now, pause));
            self.outcomes.send_replace(Outcome::Failed(error.clone()));
            pause
        };
        telemetry::refreshed(false);
        let issuer = &*self.settings.name;
        tracing::warn!(code = "provider_unavailable", issuer, %error, "could not refresh the provider's keys");
        // Without keys every request is rejected, so attempts continue until one succeeds.
        (!has_keys).then_some(pause)
    }

    async fn fetch(&self, started_at: Duration) -> Result<Fetched, ProviderErrorKind> {
        let old = self.current.load_full();
        let (metadata, metadata_fresh) = self.metadata(old.as_deref(), started_at).await?;
        let response = self
            .http
            .get(&metadata.jwks_uri)
            .await
            .map_err(ProviderErrorKind::Keys)?;
        if response.status != 200 {
            return Err(ProviderErrorKind::Keys(response.unexpected_status()));
        }
        let keys = KeySet::parse(&response.body, &self.settings.algorithms)
            .ok_or(ProviderErrorKind::NoUsableKeys)?;
        let fresh = response
            .max_age
            .unwrap_or(KEYS_TTL)
            .clamp(KEYS_TTL_MIN, KEYS_TTL_MAX);
        let epoch = match &old {
            Some(old) if keys.keeps_all_of(&old.keys) => old.epoch,
            Some(old) => old.epoch + 1,
            None => 0,
        };
        // Before they expire, so that no request waits for the refresh.
        let refresh_after = between(fresh * 7 / 10, fresh * 8 / 10, random());
        tracing::debug!(
            keys = keys.len(),
            ?refresh_after,
            "fetched the provider's keys"
        );
        let snapshot = Snapshot {
            metadata,
            keys,
            epoch,
            fetched_at: started_at,
            metadata_fresh,
        };
        Ok(Fetched {
            snapshot,
            refresh_after,
        })
    }

    fn publish(&self, fetched: Fetched) {
        let Fetched {
            snapshot,
            refresh_after,
        } = fetched;
        self.fresh
            .set(Span::new(snapshot.fetched_at, refresh_after));
        let usable = Span::new(snapshot.fetched_at, KEYS_MAX_STALE);
        let epoch = snapshot.epoch;
        self.current.store(Some(Arc::new(snapshot)));
        // Last, so that a thread that sees these values also sees the snapshot.
        self.epoch.store(epoch, Ordering::Release);
        self.usable.set(usable);
    }

    /// The cached metadata while it is fresh; otherwise it is fetched. If discovery fails, the
    /// cached metadata remains in use.
    async fn metadata(
        &self,
        old: Option<&Snapshot>,
        now: Duration,
    ) -> Result<(Arc<Metadata>, Span), ProviderErrorKind> {
        // If keys cannot be fetched, `jwks_uri` may have changed.
        let failing = self.schedule().last_error().is_some();
        if let Some(old) = old
            && !failing
            && old.metadata_fresh.contains(now)
        {
            return Ok((Arc::clone(&old.metadata), old.metadata_fresh));
        }
        let known = match old {
            Some(old) => Some(Arc::clone(&old.metadata)),
            None => Metadata::from_overrides(&self.settings).map(Arc::new),
        };
        match (self.discover(known.is_some()).await, known) {
            (Ok(metadata), _) => Ok((Arc::new(metadata), Span::new(now, METADATA_TTL))),
            (Err(error), None) => Err(error),
            (Err(error), Some(known)) => {
                let issuer = &*self.settings.name;
                tracing::warn!(code = "discovery_failed", issuer, %error, "discovery failed; using cached metadata");
                Ok((known, Span::new(now, METADATA_RETRY)))
            }
        }
    }

    /// Fetches the discovery document. If it is optional, half of the time is left for the keys.
    async fn discover(&self, is_optional: bool) -> Result<Metadata, ProviderErrorKind> {
        let limit = self.settings.timeout / if is_optional { 2 } else { 1 };
        let response =
            tokio::time::timeout(limit, self.http.get(&self.settings.discovery_url)).await;
        let response = response.unwrap_or(Err(HttpError::Timeout));
        let response = response.map_err(ProviderErrorKind::Discovery)?;
        if response.status != 200 {
            return Err(ProviderErrorKind::Discovery(response.unexpected_status()));
        }
        Metadata::parse(&response.body, &self.settings)
    }
}

/// The result of a successful attempt.
struct Fetched {
    snapshot: Snapshot,
    refresh_after: Duration,
}

/// The task of an attempt. If it is dropped before the end, waiting callers are notified.
struct Running {
    provider: Weak<Provider>,
    generation: Generation,
}

impl Running {
    async fn attempt(&self) -> Option<Duration> {
        self.provider.upgrade()?.attempt(self.generation).await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(provider) = self.provider.upgrade() {
            let mut schedule = provider.schedule();
            if schedule.abandoned(self.generation) {
                provider.outcomes.send_replace(Outcome::Unfinished);
            }
        }
    }
}
