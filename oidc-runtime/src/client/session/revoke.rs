//! Tells the provider that a refresh token is no longer needed (RFC 7009).

use super::SessionsOf;
use crate::protocol::revoke;

impl SessionsOf<'_> {
    /// Revokes a refresh token in the background: nobody waits for it, and nothing depends on it.
    pub(crate) fn revoke(self, refresh_token: Option<&str>) {
        let Some(token) = refresh_token.map(str::to_owned) else {
            return;
        };
        let oidc = self.oidc.clone();
        tokio::spawn(async move {
            if let Err(error) = revoke(&oidc.relying_party(), &token).await {
                tracing::debug!("a refresh token could not be revoked: {error:?}");
            }
        });
    }
}
