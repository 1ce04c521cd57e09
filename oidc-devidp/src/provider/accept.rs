//! Which access tokens the provider itself takes.

use serde_json::Value;

use super::state::Provider;
use crate::jwt;
use crate::sync::lock;

impl Provider {
    /// The claims of an access token of ours that is neither expired nor revoked.
    pub(super) fn accept(&self, token: &str) -> Option<Value> {
        let claims = jwt::verify(token, &lock(&self.keys))?;
        let alive = claims["exp"].as_u64()? > self.clock.seconds();
        let ours = claims["iss"] == self.issuer.as_str();
        let revoked = claims["jti"]
            .as_str()
            .is_some_and(|jti| lock(&self.store).is_revoked(jti));
        // ID tokens have no `client_id` (RFC 9068 §2.2 requires it of access tokens).
        (alive && ours && !revoked && claims["client_id"].is_string()).then_some(claims)
    }
}
