//! What is over, and its removal.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, Params, Result, params};

use crate::AppId;

/// How long a sweep looks for sessions that were not used.
const LOOKING: Duration = Duration::from_secs(1);

type Id = [u8; 32];

/// What a sweep may remove.
pub(super) struct Over {
    sessions: Vec<Id>,
    once: Vec<Id>,
}

impl Over {
    pub(super) fn is_empty(&self) -> bool {
        self.sessions.is_empty() && self.once.is_empty()
    }
}

/// The sessions that the last sweeps looked at, one for each application. The next ones go on from
/// there, so that each session has its turn, however many there are.
#[derive(Default)]
pub(super) struct Positions(Mutex<HashMap<AppId, Id>>);

impl Positions {
    fn all(&self) -> MutexGuard<'_, HashMap<AppId, Id>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Finds up to `at_most` sessions that are over, and keys of `once`. Indexes find them, except
/// sessions that were not used.
pub(super) fn over(
    db: &Connection,
    app: AppId,
    now: i64,
    at_most: u32,
    positions: &Positions,
) -> Result<Over> {
    let ended = "SELECT id FROM oidc_sessions WHERE app = ?1 AND ends_at <= ?2 LIMIT ?3";
    let mut sessions = keys(db, ended, params![app.0, now, at_most])?;
    let last = positions.all().get(&app).copied().unwrap_or_default();
    let last = unused(db, app, now, at_most as usize, last, &mut sessions)?;
    positions.all().insert(app, last);
    let once = "SELECT key FROM oidc_once WHERE until <= unixepoch() LIMIT ?1";
    let found = sessions.len().try_into().unwrap_or(u32::MAX);
    let once = keys(db, once, [at_most.saturating_sub(found)])?;
    Ok(Over { sessions, once })
}

/// Looks at one session after the other, once round from the one after `last`, while there is time.
/// Returns the last one that it looked at.
fn unused(
    db: &Connection,
    app: AppId,
    now: i64,
    at_most: usize,
    last: Id,
    found: &mut Vec<Id>,
) -> Result<Id> {
    let deadline = Instant::now() + LOOKING;
    let mut seen = last;
    for part in ["id > ?3", "id <= ?3"] {
        let query = format!(
            "SELECT id, idle_until <= ?2 AND ends_at > ?2 FROM oidc_sessions
             WHERE app = ?1 AND {part} ORDER BY id"
        );
        let mut query = db.prepare_cached(&query)?;
        let mut rows = query.query(params![app.0, now, last])?;
        while found.len() < at_most && Instant::now() < deadline {
            let Some(row) = rows.next()? else { break };
            seen = row.get(0)?;
            if row.get(1)? {
                found.push(seen);
            }
        }
    }
    Ok(seen)
}

fn keys(db: &Connection, query: &str, parameters: impl Params) -> Result<Vec<Id>> {
    let mut query = db.prepare_cached(query)?;
    let keys = query.query_map(parameters, |row| row.get(0))?;
    keys.collect()
}

/// Removes what is still over.
pub(super) fn remove(db: &Connection, app: AppId, now: i64, over: &Over) -> Result<usize> {
    let mut session = db.prepare_cached(
        "DELETE FROM oidc_sessions
         WHERE app = ?1 AND id = ?2 AND (idle_until <= ?3 OR ends_at <= ?3)",
    )?;
    let mut once =
        db.prepare_cached("DELETE FROM oidc_once WHERE key = ?1 AND until <= unixepoch()")?;
    let mut swept = 0;
    for id in &over.sessions {
        swept += session.execute(params![app.0, id, now])?;
    }
    for key in &over.once {
        swept += once.execute([key])?;
    }
    Ok(swept)
}
