//! Sessions in the store, and their records.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use oidc_stores::Record;

use super::SessionsOf;
use super::ask::ask;
use super::identify::SessionFailure;
use crate::clock::UnixSeconds;
use crate::session::content::Content;
use crate::session::id::SessionId;
use crate::session::live::{LiveSession, Place};
use crate::session::manager::{Unkeepable, user_of};
use crate::session::read_at::ReadAt;
use crate::session::sighting::{Dead, Verdict};
use crate::session::stored_secret::StoredSecret;

impl SessionsOf<'_> {
    /// The session of this cookie value. Values that were not made here never reach the store.
    ///
    /// perf: a record that is still what was read before is not opened again. Opening takes 210,000
    /// of the 247,000 instructions of a request that reads SQLite (bench `http_sessions`).
    pub(super) async fn load(
        self,
        value: &[u8],
    ) -> Result<Result<Arc<LiveSession>, Dead>, SessionFailure> {
        let Some(store) = &self.settings.store else {
            return Ok(Err(Dead::Unknown));
        };
        let known = self.manager.known(value);
        let secret = match known.as_ref().map(|known| &known.place) {
            Some(Place::Store { secret, .. }) => Arc::clone(secret),
            _ => match self.manager.keys.read_secret(value) {
                Ok(secret) => Arc::new(secret),
                Err(problem) => return Ok(Err(problem.into())),
            },
        };
        let read_at = Instant::now();
        let key = self.manager.key_of(&secret);
        let Some(record) = ask("load", store.load(&key)).await? else {
            return Ok(Err(Dead::Unknown));
        };
        let unchanged = known.filter(|known| self.is_unchanged(known, &record));
        Ok(match unchanged {
            Some(known) => Ok(reread(known, read_at)),
            None => self.read(&secret, &record, read_at).ok_or(Dead::Version),
        })
    }

    /// Whether reading the record would yield what is known.
    fn is_unchanged(self, known: &LiveSession, record: &Record) -> bool {
        let Place::Store {
            version, payload, ..
        } = &known.place
        else {
            return false;
        };
        let idle_until = record.idle_until.min(record.ends_at);
        (known.seen_at, known.idle_until) == (record.seen_at, idle_until)
            && *version == record.version
            && *payload == self.manager.fingerprint(&record.payload)
    }

    /// A session as it is now; `None` if it has ended.
    pub(crate) async fn reload(
        self,
        live: &Arc<LiveSession>,
    ) -> Result<Option<Arc<LiveSession>>, SessionFailure> {
        let now = self.oidc.now_seconds();
        let current = match &live.place {
            Place::Cookie(_) => Arc::clone(live),
            Place::Store { secret, .. } => {
                match self.load(secret.cookie_value().as_bytes()).await? {
                    Ok(current) => current,
                    Err(_) => return Ok(None),
                }
            }
        };
        Ok(match self.manager.judge(current, now) {
            Verdict::Live(current) => Some(current),
            Verdict::Dead(_) => None,
        })
    }

    /// A session from its record, remembered.
    pub(super) fn read(
        self,
        secret: &Arc<StoredSecret>,
        record: &Record,
        read_at: Instant,
    ) -> Option<Arc<LiveSession>> {
        let bytes = secret.open_payload(&record.payload).ok()?;
        let content = Content::from_bytes(&bytes)?;
        self.stored(secret, content, record, read_at)
    }

    /// A session whose content is in this record, remembered.
    pub(super) fn stored(
        self,
        secret: &Arc<StoredSecret>,
        content: Content,
        record: &Record,
        read_at: Instant,
    ) -> Option<Arc<LiveSession>> {
        let user = user_of(self.oidc.config(), &content)?;
        let live = Arc::new(LiveSession {
            id: SessionId::new(secret.hash()),
            user: Arc::new(user),
            seen_at: record.seen_at,
            idle_until: record.idle_until.min(record.ends_at),
            place: Place::Store {
                secret: Arc::clone(secret),
                version: record.version,
                payload: self.manager.fingerprint(&record.payload),
                read_at: ReadAt::new(read_at),
            },
            content,
            checked_at: AtomicU64::default(),
        });
        self.manager
            .remember(Arc::clone(&live), self.oidc.now_seconds());
        Some(live)
    }

    pub(super) fn record(
        self,
        secret: &StoredSecret,
        content: &Content,
        [seen_at, idle_until]: [UnixSeconds; 2],
        version: u64,
    ) -> Result<Record, Unkeepable> {
        let bytes = content.to_bytes().ok_or(Unkeepable::TooLarge)?;
        Ok(Record {
            key: self.manager.key_of(secret),
            subject: content.subject.clone(),
            provider_session: content.provider_session.clone(),
            issued_at: content.issued_at,
            signed_in_at: content.signed_in_at,
            seen_at,
            idle_until,
            ends_at: content.ends_at,
            version,
            payload: secret.seal_payload(&bytes)?,
        })
    }
}

fn reread(known: Arc<LiveSession>, at: Instant) -> Arc<LiveSession> {
    if let Place::Store { read_at, .. } = &known.place {
        read_at.renew(at);
    }
    known
}
