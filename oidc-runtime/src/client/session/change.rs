//! Changes the content of a session.

use std::sync::Arc;
use std::time::Instant;

use oidc_stores::Swap;

use super::SessionsOf;
use super::ask::ask;
use super::identify::SessionFailure;
use crate::clock::UnixSeconds;
use crate::session::content::Content;
use crate::session::live::{LiveSession, Place};
use crate::session::manager::{Unkeepable, idle_until, is_use_due};
use crate::session::sighting::Verdict;

/// The result of a change.
pub(crate) enum Changed {
    To(Arc<LiveSession>),
    /// The session has ended.
    Gone,
}

/// Why a session could not begin or be changed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum KeepError {
    Unkeepable(Unkeepable),
    Store(SessionFailure),
}

impl From<Unkeepable> for KeepError {
    fn from(error: Unkeepable) -> Self {
        Self::Unkeepable(error)
    }
}

impl From<SessionFailure> for KeepError {
    fn from(failure: SessionFailure) -> Self {
        Self::Store(failure)
    }
}

impl SessionsOf<'_> {
    /// Changes a session, on top of all changes so far. `change` may be called several times, and
    /// returns `None` if there is nothing to change any more. `release` ends a lease.
    pub(crate) async fn change(
        self,
        live: &Arc<LiveSession>,
        release: Option<u128>,
        change: impl Fn(&Content) -> Result<Option<Content>, Unkeepable>,
    ) -> Result<Changed, KeepError> {
        match &live.place {
            Place::Cookie(_) => self.change_in_cookie(live, change),
            Place::Store { .. } => self.change_in_store(live, release, change).await,
        }
    }

    fn change_in_cookie(
        self,
        live: &Arc<LiveSession>,
        change: impl Fn(&Content) -> Result<Option<Content>, Unkeepable>,
    ) -> Result<Changed, KeepError> {
        let now = self.oidc.now_seconds();
        let _one_at_a_time = self.manager.changing();
        let Verdict::Live(live) = self.manager.judge(Arc::clone(live), now) else {
            return Ok(Changed::Gone);
        };
        let Some(mut content) = change(&live.content)? else {
            return Ok(Changed::To(live));
        };
        content.generation = live.content.generation + 1;
        let config = self.oidc.config();
        let changed = Arc::new(self.manager.in_cookie(config, self.settings, content)?);
        self.manager.remember(Arc::clone(&changed), now);
        self.manager.forget(&live);
        Ok(Changed::To(changed))
    }

    async fn change_in_store(
        self,
        live: &Arc<LiveSession>,
        release: Option<u128>,
        change: impl Fn(&Content) -> Result<Option<Content>, Unkeepable>,
    ) -> Result<Changed, KeepError> {
        let (Some(store), Some(key)) = (&self.settings.store, self.manager.key(&live.id)) else {
            return Ok(Changed::Gone);
        };
        let mut live = Arc::clone(live);
        loop {
            let Place::Store {
                secret, version, ..
            } = &live.place
            else {
                return Ok(Changed::Gone);
            };
            let Some(content) = change(&live.content)? else {
                return Ok(Changed::To(live));
            };
            let last_use = [live.seen_at, live.idle_until];
            let record = self.record(secret, &content, last_use, version + 1)?;
            let read_at = Instant::now();
            match ask("replace", store.replace(&record, *version, release)).await? {
                Swap::Swapped => {
                    let changed = self.stored(secret, content, &record, read_at);
                    return Ok(changed.map_or(Changed::Gone, Changed::To));
                }
                Swap::Gone => return Ok(Changed::Gone),
                Swap::Changed => {
                    let Some(record) = ask("load", store.load(&key)).await? else {
                        return Ok(Changed::Gone);
                    };
                    let Some(newer) = self.read(secret, &record, read_at) else {
                        return Ok(Changed::Gone);
                    };
                    live = newer;
                }
            }
        }
    }

    /// Records that the session was used, now and then, without letting the request wait. Returns the
    /// session if that was recorded.
    pub(super) fn note_use(
        self,
        live: &Arc<LiveSession>,
        now: UnixSeconds,
    ) -> Option<Arc<LiveSession>> {
        if !is_use_due(self.settings, live, now) {
            return None;
        }
        if let Place::Store { .. } = live.place {
            return Some(self.touch(live, now));
        }
        let roll = |content: &Content| {
            let content = Content {
                seen_at: now,
                ..content.clone()
            };
            Ok(Some(content))
        };
        match self.change_in_cookie(live, roll) {
            Ok(Changed::To(rolled)) => Some(rolled),
            Ok(Changed::Gone) | Err(_) => None,
        }
    }

    fn touch(self, live: &Arc<LiveSession>, now: UnixSeconds) -> Arc<LiveSession> {
        let idle_until = idle_until(self.settings, now, live.content.ends_at);
        if let (Some(store), Some(key)) = (&self.settings.store, self.manager.key(&live.id)) {
            let store = Arc::clone(store);
            tokio::spawn(async move {
                // The next request records its use.
                let _ = ask("touch", store.touch(&key, now, idle_until)).await;
            });
        }
        let touched = Arc::new(live.touched(now, idle_until));
        self.manager.remember(Arc::clone(&touched), now);
        touched
    }
}
