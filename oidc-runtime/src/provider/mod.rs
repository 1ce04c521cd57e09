//! What is known about the provider: its metadata and keys, kept fresh in the background.

mod error;
mod metadata;
mod schedule;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use arc_swap::{ArcSwapOption, Guard};
use tokio::sync::watch;

use crate::clock::UnixSeconds;
use crate::config::Config;
use crate::http::{Http, HttpError};
use crate::keys::KeySet;
use crate::telemetry;
pub(crate) use error::ProviderError;
pub use error::Unavailable;
pub(crate) use metadata::Metadata;
use schedule::{Attempt, Forced, Schedule};

/// How long keys serve while the provider cannot be reached.
const KEYS_LAST: Duration = Duration::from_secs(24 * 60 * 60);
/// How long the discovery document is believed before it is fetched again with the keys.
const METADATA_FRESH: Duration = Duration::from_secs(60 * 60);
/// How long keys are fresh if the provider does not say, and the bounds of what it may say.
const KEYS_FRESH: Duration = Duration::from_secs(10 * 60);
const KEYS_FRESH_MIN: Duration = Duration::from_secs(60);
const KEYS_FRESH_MAX: Duration = Duration::from_secs(60 * 60);

/// The provider as last seen. Immutable: a refresh makes a new one.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) metadata: Arc<Metadata>,
    pub(crate) keys: KeySet,
    /// Changes when a key goes away, and with it the tokens that it signed.
    pub(crate) epoch: u64,
    /// When the keys were asked for, since the Unix epoch.
    pub(crate) fetched_at: Duration,
    discovered_at: Duration,
}

/// Fetches metadata and keys, one attempt at a time, and hands out the last good ones.
pub(crate) struct Provider {
    config: Arc<Config>,
    pub(crate) http: Http,
    current: ArcSwapOption<Snapshot>,
    /// What a request with a known token asks of the snapshot, to be had without borrowing it.
    epoch: AtomicU64,
    /// Until when the snapshot's keys may be used, in milliseconds since the Unix epoch.
    usable_until: AtomicU64,
    /// When a request next starts a refresh, in milliseconds since the Unix epoch.
    refresh_at: AtomicU64,
    schedule: Mutex<Schedule>,
    finished: watch::Sender<()>,
}

impl Provider {
    pub(crate) fn new(config: Arc<Config>, http: Http) -> Self {
        Self {
            config,
            http,
            current: ArcSwapOption::empty(),
            epoch: AtomicU64::new(0),
            usable_until: AtomicU64::new(0),
            refresh_at: AtomicU64::new(0),
            schedule: Mutex::default(),
            finished: watch::Sender::new(()),
        }
    }

    /// The provider as last seen, however old; no lock, no wait.
    pub(crate) fn peek(&self) -> Guard<Option<Arc<Snapshot>>> {
        self.current.load()
    }

    /// Whether there are keys, and they are not too old.
    pub(crate) fn is_usable(&self, now: Duration) -> bool {
        millis(now) < self.usable_until.load(Ordering::Acquire)
    }

    /// The epoch of the snapshot, which [`peek`](Self::peek) then shows, or a later one.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Starts a refresh in the background if one is due.
    pub(crate) fn keep_fresh(self: &Arc<Self>, now: Duration) {
        let due = self.refresh_at.load(Ordering::Relaxed);
        if millis(now) < due {
            return;
        }
        // One request takes it on; the others go on as if it were done.
        let next = millis(now.saturating_add(self.config.timeout));
        let taken =
            self.refresh_at
                .compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed);
        if taken.is_ok() {
            self.begin();
        }
    }

    /// Waits until the provider is known, for one attempt at most. Keeps it fresh, for an
    /// application may ask in no other way.
    pub(crate) async fn ready(self: &Arc<Self>) -> Result<Arc<Snapshot>, Unavailable> {
        if let Some(snapshot) = self.usable() {
            self.keep_fresh(self.now());
            return Ok(snapshot);
        }
        let finished = self.finished.subscribe();
        if self.begin() {
            wait(finished).await;
        }
        self.usable().ok_or_else(|| Unavailable(self.last_error()))
    }

    /// Asks the provider for a key that its last key set did not have, unless that was done a
    /// moment ago. True if it is there now.
    ///
    /// `issued_at` is what the token claims.
    pub(crate) async fn look_again(
        self: &Arc<Self>,
        kid: &str,
        issued_at: Option<UnixSeconds>,
    ) -> bool {
        // An attempt that is joined may have begun before a rotation, so its success is not the
        // last word; its failure is.
        loop {
            let finished = self.finished.subscribe();
            let now = self.now();
            let fetched_at = self
                .peek()
                .as_ref()
                .map_or(Duration::ZERO, |last| last.fetched_at);
            let forced = self.schedule().force(now, kid, issued_at, fetched_at);
            match forced {
                Forced::Refused => return false,
                Forced::Join => {}
                Forced::Start => self.spawn(),
            }
            wait(finished).await;
            if self.has_key(kid) {
                return true;
            }
            if forced == Forced::Start || self.last_failure().is_some() {
                self.schedule().remember_unknown(kid);
                return false;
            }
        }
    }

    /// When asking again makes sense, for `Retry-After`.
    pub(crate) fn retry_after(&self) -> Duration {
        self.schedule()
            .retry_at()
            .saturating_sub(self.now())
            .max(Duration::from_secs(1))
    }

    pub(crate) fn last_failure(&self) -> Option<ProviderError> {
        self.schedule().last_error().cloned()
    }

    fn now(&self) -> Duration {
        self.config.clock.since_epoch()
    }

    fn usable(&self) -> Option<Arc<Snapshot>> {
        self.current
            .load_full()
            .filter(|_| self.is_usable(self.now()))
    }

    fn has_key(&self, kid: &str) -> bool {
        self.peek()
            .as_ref()
            .is_some_and(|snapshot| snapshot.keys.has_kid(kid))
    }

    fn last_error(&self) -> ProviderError {
        self.last_failure()
            .unwrap_or(ProviderError::Discovery(HttpError::Timeout))
    }

    /// The lock is held for a few instructions, never across a wait.
    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes sure that an attempt is under way; false if it is too early for one.
    fn begin(self: &Arc<Self>) -> bool {
        let attempt = self.schedule().begin(self.now());
        if let Attempt::Start = attempt {
            self.spawn();
        }
        !matches!(attempt, Attempt::TooEarly)
    }

    /// A task of its own, so that a client that hangs up does not end it for the others.
    fn spawn(self: &Arc<Self>) {
        let running = Running(Arc::downgrade(self));
        tokio::spawn(async move {
            while let Some(pause) = running.attempt().await {
                tokio::time::sleep(pause).await;
            }
        });
    }

    async fn attempt(&self) -> Option<Duration> {
        self.schedule().resumed();
        let asked_at = self.now();
        let outcome = tokio::time::timeout(self.config.timeout, self.fetch(asked_at)).await;
        let error = match outcome.unwrap_or(Err(ProviderError::Keys(HttpError::Timeout))) {
            Ok(()) => {
                telemetry::refreshed(true);
                self.schedule().succeeded();
                return None;
            }
            Err(error) => error,
        };
        telemetry::refreshed(false);
        tracing::warn!(code = "provider_unavailable", %error, "could not refresh the provider's keys");
        let pause = self
            .schedule()
            .failed(self.now(), error, self.peek().is_some());
        self.refresh_at
            .store(millis(self.now().saturating_add(pause)), Ordering::Relaxed);
        // Nobody can be let in until the first keys are here, so this goes on without requests.
        self.peek().is_none().then_some(pause)
    }

    async fn fetch(&self, asked_at: Duration) -> Result<(), ProviderError> {
        let old = self.current.load_full();
        let (metadata, discovered_at) = self.metadata(old.as_deref(), asked_at).await?;
        let answer = self
            .http
            .get(&metadata.jwks_uri)
            .await
            .map_err(ProviderError::Keys)?;
        if answer.status != 200 {
            return Err(ProviderError::Keys(answer.unexpected_status()));
        }
        let keys = KeySet::parse(&answer.body, &self.config.algorithms)
            .ok_or(ProviderError::NoUsableKeys)?;
        let fresh = answer
            .max_age
            .unwrap_or(KEYS_FRESH)
            .clamp(KEYS_FRESH_MIN, KEYS_FRESH_MAX);
        let epoch = match &old {
            Some(old) if keys.keeps_all_of(&old.keys) => old.epoch,
            Some(old) => old.epoch + 1,
            None => 0,
        };
        if old.is_none_or(|old| !old.keys.keeps_all_of(&keys)) {
            self.schedule().forget_unknown();
        }
        tracing::debug!(keys = keys.len(), fresh_for = ?fresh, "read the provider's keys");
        // Ahead of expiry, so that no request waits for it.
        self.refresh_at.store(
            millis(asked_at.saturating_add(fresh * 4 / 5)),
            Ordering::Relaxed,
        );
        let snapshot = Snapshot {
            metadata,
            keys,
            epoch,
            fetched_at: asked_at,
            discovered_at,
        };
        self.publish(snapshot);
        Ok(())
    }

    fn publish(&self, snapshot: Snapshot) {
        let usable_until = millis(snapshot.fetched_at.saturating_add(KEYS_LAST));
        let epoch = snapshot.epoch;
        self.current.store(Some(Arc::new(snapshot)));
        // Last, so that whoever sees these sees the snapshot as well.
        self.epoch.store(epoch, Ordering::Release);
        self.usable_until.store(usable_until, Ordering::Release);
    }

    /// The metadata that is still believed, or else the provider's present one. A document that
    /// cannot be had does not take away what is known.
    async fn metadata(
        &self,
        old: Option<&Snapshot>,
        now: Duration,
    ) -> Result<(Arc<Metadata>, Duration), ProviderError> {
        let failing = self.schedule().last_error().is_some();
        if let Some(old) = old
            && !failing
            && now.saturating_sub(old.discovered_at) < METADATA_FRESH
        {
            return Ok((Arc::clone(&old.metadata), old.discovered_at));
        }
        match self.discover().await {
            Ok(metadata) => Ok((Arc::new(metadata), now)),
            Err(error) => {
                let known = old.map(|old| (Arc::clone(&old.metadata), old.discovered_at));
                let configured = || Metadata::from_overrides(&self.config);
                let fallback = known.or_else(|| Some((Arc::new(configured()?), Duration::ZERO)));
                let Some(fallback) = fallback else {
                    return Err(error);
                };
                tracing::warn!(code = "discovery_failed", %error, "went on with what is known");
                Ok(fallback)
            }
        }
    }

    async fn discover(&self) -> Result<Metadata, ProviderError> {
        let url = &self.config.discovery_url;
        let answer = self.http.get(url).await.map_err(ProviderError::Discovery)?;
        if answer.status != 200 {
            return Err(ProviderError::Discovery(answer.unexpected_status()));
        }
        Metadata::parse(&answer.body, &self.config)
    }
}

/// An attempt under way. When it ends, however it ends, those who wait are told.
struct Running(Weak<Provider>);

impl Running {
    /// Makes one attempt and tells those who wait; the pause before the next one, if there is one.
    async fn attempt(&self) -> Option<Duration> {
        let provider = self.0.upgrade()?;
        let pause = provider.attempt().await;
        provider.finished.send_replace(());
        pause
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(provider) = self.0.upgrade() {
            provider.schedule().ended();
            provider.finished.send_replace(());
        }
    }
}

async fn wait(mut finished: watch::Receiver<()>) {
    // The sender lives in the provider that the caller holds, so this cannot fail.
    let _ = finished.changed().await;
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
