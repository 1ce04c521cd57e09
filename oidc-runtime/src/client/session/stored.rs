//! Reads a session from the store.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use oidc_stores::{Record, StoreError};

use super::SessionsOf;
use crate::session::content::Content;
use crate::session::id::SessionId;
use crate::session::live::{LiveSession, Place};
use crate::session::manager::user_of;
use crate::session::sighting::Dead;
use crate::session::stored_secret::StoredSecret;

impl SessionsOf<'_> {
    /// The session of this cookie value. Values that were not made here never reach the store.
    pub(super) async fn load(
        self,
        value: &[u8],
    ) -> Result<Result<Arc<LiveSession>, Dead>, StoreError> {
        let Some(store) = &self.settings.store else {
            return Ok(Err(Dead::Unknown));
        };
        let secret = match self.manager.keys.read_secret(value) {
            Ok(secret) => Arc::new(secret),
            Err(problem) => return Ok(Err(problem.into())),
        };
        let read_at = Instant::now();
        let key = self.manager.key_of(&secret);
        Ok(match store.load(&key).await? {
            None => Err(Dead::Unknown),
            Some(record) => self.read(&secret, &record, read_at).ok_or(Dead::Version),
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
        let user = user_of(self.oidc.config(), &content)?;
        let live = Arc::new(LiveSession {
            id: SessionId::new(secret.hash()),
            user: Arc::new(user),
            seen_at: record.seen_at,
            idle_until: record.idle_until.min(record.ends_at),
            place: Place::Store {
                secret: Arc::clone(secret),
                version: record.version,
                read_at,
            },
            content,
            checked_at: AtomicU64::default(),
        });
        self.manager
            .remember(Arc::clone(&live), self.oidc.now_seconds());
        Some(live)
    }
}
