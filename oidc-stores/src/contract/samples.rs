//! Sessions to test with.

use std::hash::{BuildHasher, RandomState};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::{AppId, Record, SessionKey};

pub(super) const HOUR: i64 = 3_600;
pub(super) const YEAR: i64 = 365 * 24 * HOUR;

/// Random, so that rules can share a database.
pub(super) fn app() -> AppId {
    AppId(random())
}

pub(super) fn once_key() -> [u8; 32] {
    std::array::from_fn(|_| random()[0])
}

/// Alice's session `n`, two years from now: a store may drop sessions that have ended by its own
/// clock.
pub(super) fn session(app: AppId, n: u8) -> Record {
    let signed_in_at = real_now() + 2 * YEAR;
    Record {
        key: SessionKey { app, hash: [n; 32] },
        subject: "alice".to_owned(),
        provider_session: None,
        issued_at: signed_in_at - 1,
        signed_in_at,
        seen_at: signed_in_at,
        idle_until: signed_in_at + HOUR,
        ends_at: signed_in_at + 8 * HOUR,
        version: 0,
        payload: vec![1, n],
    }
}

pub(super) fn real_now() -> i64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map(|since| since.as_secs());
    now.ok()
        .and_then(|seconds| i64::try_from(seconds).ok())
        .expect("a clock after 1970")
}

fn random() -> [u8; 8] {
    RandomState::new().hash_one(()).to_ne_bytes()
}
