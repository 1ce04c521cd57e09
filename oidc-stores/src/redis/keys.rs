//! How keys are spelled. The application is in braces, so that its keys share a slot.

use crate::{AppId, Of, SessionKey};

pub(super) fn app(app: AppId) -> String {
    format!("{:016x}", u64::from_be_bytes(app.0))
}

/// What the keys of an application begin with.
pub(super) fn prefix(app: &str) -> String {
    format!("oidc:{{{app}}}:")
}

pub(super) fn session(key: &SessionKey) -> String {
    format!("{}s:{}", prefix(&app(key.app)), hex(&key.hash))
}

/// The rest of the key of an index.
pub(super) fn index(of: Of<'_>) -> String {
    match of {
        Of::Subject(subject) => format!("u:{subject}"),
        Of::ProviderSession(sid) => format!("p:{sid}"),
    }
}

pub(super) fn once(key: &[u8; 32]) -> String {
    format!("oidc:1:{}", hex(key))
}

pub(super) fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().fold(String::with_capacity(64), |hex, byte| {
        hex + &format!("{byte:02x}")
    })
}
