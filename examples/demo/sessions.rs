//! The sessions of a user, for the page.

use std::time::UNIX_EPOCH;

use oidc::{Oidc, Principal, Session, SessionsError};
use serde_json::{Value, json};

/// The caller's sessions in all browsers, the oldest first.
pub(crate) async fn list(
    oidc: &Oidc,
    user: &Principal,
    this: &Session,
) -> Result<Value, SessionsError> {
    let sessions = oidc.sessions_of(user.subject()).await?;
    let described = sessions.iter().map(|session| {
        let signed_in_at = session.signed_in_at.duration_since(UNIX_EPOCH);
        json!({
            "signed_in_at": signed_in_at.unwrap_or_default().as_secs(),
            "is_this": session.id == this.id(),
        })
    });
    Ok(described.collect())
}
