use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::{
    AppId, Lease, Of, Record, SessionKey, SessionStore, StoreError, StoreFuture, Summary, Swap,
};

/// Sessions in the memory of this process: for tests, and for a single instance whose users may
/// have to sign in again after a restart.
///
/// ```
/// use oidc_stores::{AppId, MemoryStore, SessionStore};
///
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let store = MemoryStore::new();
/// assert!(store.list(AppId([0; 8]), "alice").await?.is_empty());
/// # Ok::<_, oidc_stores::StoreError>(()) }).unwrap();
/// ```
#[derive(Default)]
pub struct MemoryStore {
    sessions: Mutex<Sessions>,
    once: Mutex<HashMap<[u8; 32], Instant>>,
}

impl MemoryStore {
    /// A store without sessions.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    // No operation leaves half a change behind when it panics.
    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn once_keys(&self) -> MutexGuard<'_, HashMap<[u8; 32], Instant>> {
        self.once.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sweep_once(&self, at_most: usize) -> usize {
        let mut keys = self.once_keys();
        let now = Instant::now();
        let over: Vec<_> = keys
            .iter()
            .filter(|(_, until)| **until <= now)
            .map(|(key, _)| *key)
            .take(at_most)
            .collect();
        for key in &over {
            keys.remove(key);
        }
        over.len()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

impl SessionStore for MemoryStore {
    fn insert<'a>(&'a self, record: &'a Record) -> StoreFuture<'a, ()> {
        Box::pin(async { self.sessions().insert(record) })
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        Box::pin(async {
            Ok(self
                .sessions()
                .stored
                .get(key)
                .map(|stored| stored.record.clone()))
        })
    }

    fn replace<'a>(
        &'a self,
        record: &'a Record,
        expected: u64,
        release: Option<u128>,
    ) -> StoreFuture<'a, Swap> {
        Box::pin(async move {
            Ok(match self.sessions().stored.get_mut(&record.key) {
                Some(stored) => stored.replace(record, expected, release),
                None => Swap::Gone,
            })
        })
    }

    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        seen_at: i64,
        idle_until: i64,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let mut sessions = self.sessions();
            Ok(sessions
                .stored
                .get_mut(key)
                .is_some_and(|stored| stored.touch(seen_at, idle_until)))
        })
    }

    fn lease<'a>(
        &'a self,
        key: &'a SessionKey,
        owner: u128,
        seconds: u32,
    ) -> StoreFuture<'a, Lease> {
        Box::pin(async move {
            Ok(match self.sessions().stored.get_mut(key) {
                Some(stored) => stored.lease(owner, seconds),
                None => Lease::Gone,
            })
        })
    }

    fn remove<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, bool> {
        Box::pin(async { Ok(self.sessions().remove(key)) })
    }

    fn remove_all<'a>(
        &'a self,
        app: AppId,
        of: Of<'a>,
        issued_up_to: Option<i64>,
    ) -> StoreFuture<'a, u64> {
        Box::pin(async move { Ok(self.sessions().remove_all(app, of, issued_up_to)) })
    }

    fn list<'a>(&'a self, app: AppId, subject: &'a str) -> StoreFuture<'a, Vec<Summary>> {
        Box::pin(async move {
            Ok(self
                .sessions()
                .of(app, Of::Subject(subject))
                .map(Summary::from)
                .collect())
        })
    }

    fn once<'a>(&'a self, key: &'a [u8; 32], seconds: u32) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let mut keys = self.once_keys();
            let now = Instant::now();
            let first = keys.get(key).is_none_or(|until| *until <= now);
            if first {
                keys.insert(*key, now + Duration::from_secs(seconds.into()));
            }
            Ok(first)
        })
    }

    fn sweep(&self, app: AppId, now: i64, at_most: u32) -> StoreFuture<'_, u64> {
        Box::pin(async move {
            let at_most = at_most as usize;
            let swept = self.sessions().sweep(app, now, at_most);
            Ok((swept + self.sweep_once(at_most - swept)) as u64)
        })
    }
}

#[derive(Default)]
struct Sessions {
    stored: HashMap<SessionKey, Stored>,
    of_subject: Index,
    of_provider_session: Index,
}

impl Sessions {
    fn insert(&mut self, record: &Record) -> Result<(), StoreError> {
        if self.stored.contains_key(&record.key) {
            return Err(StoreError::key_exists());
        }
        self.of_subject.add(&record.subject, record.key);
        if let Some(sid) = &record.provider_session {
            self.of_provider_session.add(sid, record.key);
        }
        self.stored.insert(
            record.key,
            Stored {
                record: record.clone(),
                lease: None,
            },
        );
        Ok(())
    }

    fn remove(&mut self, key: &SessionKey) -> bool {
        let Some(Stored { record, .. }) = self.stored.remove(key) else {
            return false;
        };
        self.of_subject.remove(&record.subject, *key);
        if let Some(sid) = &record.provider_session {
            self.of_provider_session.remove(sid, *key);
        }
        true
    }

    fn of(&self, app: AppId, of: Of<'_>) -> impl Iterator<Item = &Record> {
        let keys = match of {
            Of::Subject(subject) => self.of_subject.keys(app, subject),
            Of::ProviderSession(sid) => self.of_provider_session.keys(app, sid),
        };
        keys.filter_map(|key| self.stored.get(key))
            .map(|stored| &stored.record)
    }

    fn remove_all(&mut self, app: AppId, of: Of<'_>, issued_up_to: Option<i64>) -> u64 {
        let issued_up_to = issued_up_to.unwrap_or(i64::MAX);
        let keys: Vec<_> = self
            .of(app, of)
            .filter(|it| it.issued_at <= issued_up_to)
            .map(|it| it.key)
            .collect();
        self.remove_each(&keys) as u64
    }

    fn sweep(&mut self, app: AppId, now: i64, at_most: usize) -> usize {
        let records = self.stored.values().map(|stored| &stored.record);
        let over = records
            .filter(|it| it.key.app == app)
            .filter(|it| it.idle_until <= now || it.ends_at <= now);
        let keys: Vec<_> = over.map(|it| it.key).take(at_most).collect();
        self.remove_each(&keys)
    }

    fn remove_each(&mut self, keys: &[SessionKey]) -> usize {
        keys.iter().filter(|key| self.remove(key)).count()
    }
}

struct Stored {
    record: Record,
    lease: Option<(u128, Instant)>,
}

impl Stored {
    fn replace(&mut self, new: &Record, expected: u64, release: Option<u128>) -> Swap {
        if self.record.version != expected {
            return Swap::Changed;
        }
        self.record.version = expected.wrapping_add(1);
        self.record.payload.clone_from(&new.payload);
        self.see(new.seen_at, new.idle_until);
        self.lease = self.lease.filter(|(owner, _)| Some(*owner) != release);
        Swap::Swapped
    }

    fn touch(&mut self, seen_at: i64, idle_until: i64) -> bool {
        let due = seen_at < self.record.idle_until && self.record.idle_until < idle_until;
        let touched = due && seen_at < self.record.ends_at;
        if touched {
            self.see(seen_at, idle_until);
        }
        touched
    }

    fn see(&mut self, seen_at: i64, idle_until: i64) {
        let record = &mut self.record;
        record.seen_at = record.seen_at.max(seen_at);
        record.idle_until = record.idle_until.max(idle_until.min(record.ends_at));
    }

    fn lease(&mut self, owner: u128, seconds: u32) -> Lease {
        let now = Instant::now();
        if self
            .lease
            .is_some_and(|(holder, until)| holder != owner && now < until)
        {
            return Lease::Busy;
        }
        self.lease = Some((owner, now + Duration::from_secs(seconds.into())));
        Lease::Granted(self.record.clone())
    }
}

#[derive(Default)]
struct Index(HashMap<AppId, HashMap<String, BTreeSet<SessionKey>>>);

impl Index {
    fn add(&mut self, value: &str, key: SessionKey) {
        self.0
            .entry(key.app)
            .or_default()
            .entry(value.to_owned())
            .or_default()
            .insert(key);
    }

    fn remove(&mut self, value: &str, key: SessionKey) {
        let Some(of_app) = self.0.get_mut(&key.app) else {
            return;
        };
        let Some(keys) = of_app.get_mut(value) else {
            return;
        };
        keys.remove(&key);
        if keys.is_empty() {
            of_app.remove(value);
        }
    }

    fn keys(&self, app: AppId, value: &str) -> impl Iterator<Item = &SessionKey> {
        self.0
            .get(&app)
            .and_then(|of_app| of_app.get(value))
            .into_iter()
            .flatten()
    }
}
