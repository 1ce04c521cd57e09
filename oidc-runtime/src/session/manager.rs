//! The sessions of a client, as far as this process knows them.

use std::collections::HashMap;
use std::fmt;
use std::hash::BuildHasher as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::error::Unspecified;
use cookie::SameSite;
use foldhash::fast::RandomState;
use oidc_stores::{AppId, SessionKey};

use super::content::Content;
use super::cookies::{Found, Presented, are_only, find};
use super::ended::{Ended, Generation};
use super::id::SessionId;
use super::keys::SessionKeys;
use super::live::{LiveSession, Place};
use super::names::CookieNames;
use super::origin::Origins;
use super::parts::{self, Parts};
use super::pauses::Pauses;
use super::read_at::ReadAt;
use super::refreshing::Refreshing;
use super::set_cookies::{self, Attributes};
use super::sighting::{Dead, Sighting, Verdict};
use super::stored_secret::StoredSecret;
use super::unsaved::Unsaved;
use crate::clock::UnixSeconds;
use crate::config::{Config, ConfigError, SessionSettings};
use crate::request::RequestParts;
use crate::text_cache::TextCache;
use crate::token::VerifiedUser;

/// How much memory the sessions take that were seen lately, and how much each of them.
const KNOWN_BYTES: u64 = 256 << 20;
const TYPICAL_BYTES: u64 = 12 << 10;
/// A use is recorded after this part of the idle time.
const USES_PER_IDLE_TIME: UnixSeconds = 10;

/// Tells the sessions of a client from those of another one, even if their settings are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ManagerId(u64);

impl ManagerId {
    fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// The sessions of a client: their settings and keys, and what this process remembers of them.
pub(crate) struct SessionManager {
    pub(crate) id: ManagerId,
    pub(crate) names: CookieNames,
    pub(crate) keys: SessionKeys,
    pub(crate) origins: Origins,
    pub(crate) app: AppId,
    pub(crate) ended: Ended<SessionId, Arc<LiveSession>>,
    /// By the value of their first cookie.
    known: TextCache<Arc<LiveSession>>,
    /// When all copies of stored sessions became worthless.
    forgotten_at: ReadAt,
    seed: RandomState,
    /// The refreshes that are under way.
    refreshing: Mutex<HashMap<SessionId, Arc<Refreshing>>>,
    pub(crate) pauses: Pauses,
    pub(crate) unsaved: Unsaved,
    /// When the store is swept next.
    next_sweep: Mutex<Option<Instant>>,
    /// Held while a session in a cookie changes, so that each change builds on the one before.
    changes: Mutex<()>,
}

/// A session does not fit into its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unkeepable {
    TooLarge,
    NoRandomness,
}

impl From<Unspecified> for Unkeepable {
    fn from(_: Unspecified) -> Self {
        Self::NoRandomness
    }
}

impl SessionManager {
    pub(crate) fn new(config: &Config, settings: &SessionSettings) -> Result<Self, ConfigError> {
        if settings.keys.is_empty() {
            tracing::info!(
                "sessions are sealed with a random key, so that they end with this process and no \
                 other instance knows them: set OIDC_SESSION_KEY"
            );
        }
        let public_url = &settings.public_url;
        Ok(Self {
            id: ManagerId::next(),
            names: CookieNames::new(
                config.own.provider.discovery_url.as_str(),
                &config.client_id,
                &public_url.origin().ascii_serialization(),
                public_url.scheme() == "https",
            ),
            keys: SessionKeys::new(&settings.keys)
                .map_err(|_| ConfigError::new("sessions.key", "cannot be used to derive a key"))?,
            origins: Origins::new(public_url, settings.trusted_origins.clone()),
            app: app(config),
            ended: Ended::new(),
            known: TextCache::new(KNOWN_BYTES, TYPICAL_BYTES),
            forgotten_at: ReadAt::new(Instant::now()),
            seed: RandomState::default(),
            refreshing: Mutex::default(),
            pauses: Pauses::new(),
            unsaved: Unsaved::new(),
            next_sweep: Mutex::default(),
            changes: Mutex::default(),
        })
    }

    /// What the cookie of the request stands for.
    pub(crate) fn sight<'r>(
        &self,
        config: &Config,
        request: &RequestParts<'r>,
        now: UnixSeconds,
    ) -> Sighting<'r> {
        match find(&self.names, request.fields("cookie")) {
            Found::None => Sighting::None,
            Found::Duplicate => Sighting::Dead(Dead::Duplicate),
            Found::One(presented) => self.recognize(config, presented, now),
        }
    }

    /// The value of the cookie, to tell whether it was replaced meanwhile.
    pub(crate) fn presented<'r>(&self, request: &RequestParts<'r>) -> Option<&'r [u8]> {
        match find(&self.names, request.fields("cookie")) {
            Found::One(presented) => Some(presented.first),
            _ => None,
        }
    }

    /// Whether this session, which was recognized in the same request before, would be again: the cookies
    /// are the same to the last byte, and it has neither ended nor a newer form. Of a session in a store,
    /// only the copies in memory know that.
    ///
    /// perf: to recognize a session once more takes 2,100 instructions instead of 3,300 (bench
    /// `count cookie-principal`).
    pub(crate) fn is_still(
        &self,
        live: &Arc<LiveSession>,
        request: &RequestParts<'_>,
        now: UnixSeconds,
    ) -> bool {
        let Place::Cookie(parts) = &live.place else {
            return false;
        };
        are_only(parts.values(), &self.names, request.fields("cookie"))
            && match self.judge(Arc::clone(live), now) {
                Verdict::Live(newest) => Arc::ptr_eq(&newest, live),
                Verdict::Dead(_) => false,
            }
    }

    fn recognize<'r>(
        &self,
        config: &Config,
        presented: Presented<'r>,
        now: UnixSeconds,
    ) -> Sighting<'r> {
        let Some(settings) = &config.sessions else {
            return Sighting::None;
        };
        let known = self.known.get(presented.first);
        let live = match known.filter(|live| self.is_fresh(settings, live, &presented)) {
            Some(live) => live,
            None if settings.store.is_some() => return Sighting::Stored(presented),
            None => match self.open(config, settings, &presented) {
                Ok(live) => {
                    let live = Arc::new(live);
                    self.keep(Arc::clone(&live), false, now);
                    live
                }
                Err(dead) => return Sighting::Dead(dead),
            },
        };
        match self.judge(live, now) {
            Verdict::Live(live) => Sighting::Live(live, presented),
            // Another process may have seen it since.
            Verdict::Dead(Dead::Idle) if settings.store.is_some() => Sighting::Stored(presented),
            Verdict::Dead(dead) => Sighting::Dead(dead),
        }
    }

    /// Whether this is what was presented, and need not be read again.
    fn is_fresh(
        &self,
        settings: &SessionSettings,
        live: &LiveSession,
        presented: &Presented<'_>,
    ) -> bool {
        match &live.place {
            Place::Cookie(parts) => match &parts.second {
                None => true,
                Some(second) => presented.second == Some(second.as_bytes()),
            },
            Place::Store { read_at, .. } => {
                read_at.is_after(&self.forgotten_at)
                    && read_at.is_within(Duration::from_millis(settings.staleness_ms))
            }
        }
    }

    /// Forgets all copies of stored sessions, those included that are being read.
    pub(crate) fn forget_copies(&self) {
        self.forgotten_at.renew(Instant::now());
    }

    /// The session of a cookie value as it was read or written last, however long ago.
    pub(crate) fn known(&self, value: &[u8]) -> Option<Arc<LiveSession>> {
        self.known.get(value)
    }

    /// Tells sealed payloads apart.
    pub(crate) fn fingerprint(&self, payload: &[u8]) -> u64 {
        self.seed.hash_one(payload)
    }

    /// Whether a session that was read is still alive; its newest form.
    pub(crate) fn judge(&self, live: Arc<LiveSession>, now: UnixSeconds) -> Verdict {
        let live = match self.unless_ended(live) {
            Ok(live) => live,
            Err(dead) => return Verdict::Dead(dead),
        };
        if live.content.ends_at <= now {
            Verdict::Dead(Dead::Ended)
        } else if live.is_idle(now) {
            Verdict::Dead(Dead::Idle)
        } else {
            Verdict::Live(live)
        }
    }

    /// The newest form of the session, if it has not ended.
    ///
    /// perf: nothing is looked up as long as no session has ended or changed in between.
    fn unless_ended(&self, live: Arc<LiveSession>) -> Result<Arc<LiveSession>, Dead> {
        let changes = self.ended.changes();
        if live.checked_at.load(Ordering::Relaxed) == changes {
            return Ok(live);
        }
        if self.ended.is_ended(&live.life()) {
            return Err(Dead::Ended);
        }
        let newer = self.ended.successor(&live.id, live.content.generation);
        if let (Place::Cookie(_), Some(newer)) = (&live.place, newer) {
            return Ok(newer);
        }
        live.checked_at.store(changes, Ordering::Relaxed);
        Ok(live)
    }

    fn open(
        &self,
        config: &Config,
        settings: &SessionSettings,
        presented: &Presented<'_>,
    ) -> Result<LiveSession, Dead> {
        let sealed = parts::join(&self.names, presented).ok_or(Dead::Malformed)?;
        let bytes = self.keys.open(self.names.first(), &sealed)?;
        let content = Content::from_bytes(&bytes).ok_or(Dead::Version)?;
        let user = user_of(config, &content).ok_or(Dead::Version)?;
        let text = |bytes| str::from_utf8(bytes).map_err(|_| Dead::Malformed);
        let has_second = presented.first.starts_with(b"2.");
        let second = presented.second.filter(|_| has_second).map(text);
        let parts = Parts {
            first: text(presented.first)?.into(),
            second: second.transpose()?.map(str::to_owned),
        };
        Ok(of_cookie(settings, content, user, parts))
    }

    /// A session in its cookie.
    pub(crate) fn in_cookie(
        &self,
        config: &Config,
        settings: &SessionSettings,
        content: Content,
    ) -> Result<LiveSession, Unkeepable> {
        let (content, parts) = match self.sealed(&content)? {
            Ok(parts) => (content, parts),
            Err(error) => {
                let shorter = content.shortened().ok_or_else(|| too_large(error))?;
                let parts = self.sealed(&shorter)?.map_err(too_large)?;
                (shorter, parts)
            }
        };
        let user = user_of(config, &content).ok_or(Unkeepable::TooLarge)?;
        Ok(of_cookie(settings, content, user, parts))
    }

    /// The cookies of a content, if it fits.
    fn sealed(&self, content: &Content) -> Result<Result<Parts, parts::TooLarge>, Unkeepable> {
        let bytes = content.to_bytes().ok_or(Unkeepable::TooLarge)?;
        let sealed = self.keys.seal(self.names.first(), &bytes)?;
        Ok(parts::split(&self.names, &sealed))
    }

    /// Remembers a session under the value of its cookie, and as the newest form of itself. A form
    /// that was read before a change of this process, and arrives later, does not count.
    pub(crate) fn remember(&self, live: Arc<LiveSession>, now: UnixSeconds) {
        self.keep(live, true, now);
    }

    fn keep(&self, live: Arc<LiveSession>, is_made_here: bool, now: UnixSeconds) {
        // perf: the text is there once: with many sessions, a hit waits for it to come from memory
        // (bench `session`).
        let key = match &live.place {
            Place::Cookie(parts) => Arc::clone(&parts.first),
            Place::Store { secret, .. } => secret.cookie_value().into(),
        };
        let known = self.known.get(key.as_bytes());
        if known.is_some_and(|known| live.is_older_than(&known)) {
            return;
        }
        let until = live.content.ends_at;
        self.known.insert(key, Arc::clone(&live));
        if let Place::Cookie(_) = live.place {
            let id = live.id.clone();
            let generation = Generation {
                number: live.content.generation,
                is_made_here,
                value: live,
            };
            self.ended.succeed(id, generation, until, now);
        }
    }

    /// Forgets this form of a session. Its cookie can be read again.
    pub(crate) fn forget(&self, live: &LiveSession) {
        let value = match &live.place {
            Place::Cookie(parts) => &parts.first,
            Place::Store { secret, .. } => secret.cookie_value(),
        };
        self.known.remove(value.as_bytes());
    }

    /// The latest form of a session that this process knows.
    pub(crate) fn latest(&self, live: &Arc<LiveSession>, now: UnixSeconds) -> Verdict {
        let known = match &live.place {
            Place::Cookie(_) => None,
            Place::Store { secret, .. } => {
                let value = secret.cookie_value().as_bytes();
                self.known.get(value)
            }
        };
        self.judge(known.unwrap_or_else(|| Arc::clone(live)), now)
    }

    /// Whether the request has a session cookie, of whatever value.
    pub(crate) fn has_cookie(&self, request: &RequestParts<'_>) -> bool {
        !matches!(find(&self.names, request.fields("cookie")), Found::None)
    }

    /// Whether the request has a second cookie.
    pub(crate) fn has_second(&self, request: &RequestParts<'_>) -> bool {
        match find(&self.names, request.fields("cookie")) {
            Found::One(presented) => presented.second.is_some(),
            _ => false,
        }
    }

    /// Whether the store should be swept now. The next time is a pause later, more or less by a part
    /// of it.
    pub(crate) fn is_sweep_due(&self, pause: Duration, spread: u64) -> bool {
        let now = Instant::now();
        let mut next = lock(&self.next_sweep);
        if next.is_some_and(|next| now < next) {
            return false;
        }
        let mut dice = [0; 1];
        let _ = aws_lc_rs::rand::fill(&mut dice);
        let part = pause / u32::try_from(spread).unwrap_or(u32::MAX);
        let later = part * u32::from(dice[0]) / 128;
        *next = Some(now + pause.saturating_sub(part) + later);
        true
    }

    pub(crate) fn refreshing(&self) -> MutexGuard<'_, HashMap<SessionId, Arc<Refreshing>>> {
        lock(&self.refreshing)
    }

    /// Changes of sessions in cookies happen one at a time.
    pub(crate) fn changing(&self) -> MutexGuard<'_, ()> {
        lock(&self.changes)
    }

    pub(crate) fn key_of(&self, secret: &StoredSecret) -> SessionKey {
        SessionKey {
            app: self.app,
            hash: *secret.hash(),
        }
    }

    pub(crate) fn key(&self, id: &SessionId) -> Option<SessionKey> {
        let hash = id.bytes().try_into().ok()?;
        Some(SessionKey {
            app: self.app,
            hash,
        })
    }

    /// The `Set-Cookie` fields of a session. `max_age` is set for a persistent one.
    pub(crate) fn set_cookies(
        &self,
        settings: &SessionSettings,
        live: &LiveSession,
        now: UnixSeconds,
        has_second: bool,
    ) -> Vec<String> {
        let left = live.content.ends_at.saturating_sub(now);
        let left = u32::try_from(left).unwrap_or(u32::MAX);
        let attributes = Attributes {
            same_site: same_site(settings),
            max_age: live.content.is_persistent.then_some(left),
        };
        let parts = match &live.place {
            Place::Cookie(parts) => parts.clone(),
            Place::Store { secret, .. } => Parts {
                first: secret.cookie_value().into(),
                second: None,
            },
        };
        set_cookies::set(&self.names, attributes, parts, has_second)
    }

    pub(crate) fn removal(&self, settings: &SessionSettings) -> [String; 2] {
        set_cookies::removal(&self.names, same_site(settings))
    }
}

/// The user of a session, with the claims that count.
pub(crate) fn user_of(config: &Config, content: &Content) -> Option<VerifiedUser> {
    let issuer = Arc::from(&*content.issuer);
    content.user(&issuer, &config.own.trust)
}

/// A session whose cookie holds it.
fn of_cookie(
    settings: &SessionSettings,
    content: Content,
    user: VerifiedUser,
    parts: Parts,
) -> LiveSession {
    LiveSession {
        id: SessionId::new(&content.id),
        user: Arc::new(user),
        seen_at: content.seen_at,
        idle_until: idle_until(settings, content.seen_at, content.ends_at),
        place: Place::Cookie(parts),
        content,
        checked_at: AtomicU64::default(),
    }
}

fn too_large(error: parts::TooLarge) -> Unkeepable {
    tracing::warn!(code = "session_too_large", "{error}");
    Unkeepable::TooLarge
}

/// Whether another use of the session has to be recorded.
pub(crate) fn is_use_due(settings: &SessionSettings, live: &LiveSession, now: UnixSeconds) -> bool {
    let pause = (settings.idle / USES_PER_IDLE_TIME).max(1);
    now.saturating_sub(live.seen_at) >= pause
}

/// When a session ends without another use.
pub(crate) fn idle_until(
    settings: &SessionSettings,
    seen_at: UnixSeconds,
    ends_at: UnixSeconds,
) -> UnixSeconds {
    seen_at.saturating_add(settings.idle).min(ends_at)
}

fn same_site(settings: &SessionSettings) -> SameSite {
    if settings.same_site_strict {
        SameSite::Strict
    } else {
        SameSite::Lax
    }
}

fn app(config: &Config) -> AppId {
    let text = format!(
        "{}\0{}",
        config.own.provider.discovery_url, config.client_id
    );
    let hash = digest(&SHA256, text.as_bytes());
    let mut app = [0; 8];
    app.copy_from_slice(&hash.as_ref()[..8]);
    AppId(app)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for SessionManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionManager")
    }
}
