//! Sessions to test with.

use oidc_stores::{AppId, Record, SessionKey};

pub(crate) fn key(n: u8) -> SessionKey {
    SessionKey {
        app: AppId([7; 8]),
        hash: [n; 32],
    }
}

/// A session of alice that ends in 2096.
pub(crate) fn session(n: u8) -> Record {
    Record {
        key: key(n),
        subject: "alice".to_owned(),
        provider_session: Some("sid".to_owned()),
        issued_at: 4_000_000_000,
        signed_in_at: 4_000_000_000,
        seen_at: 4_000_000_000,
        idle_until: 4_000_001_800,
        ends_at: 4_000_028_800,
        version: 0,
        payload: vec![1, 2, 3],
    }
}
