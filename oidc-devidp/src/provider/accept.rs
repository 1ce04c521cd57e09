//! Which access tokens the provider itself takes.

use serde_json::Value;

use super::state::Provider;
use crate::jwt;
use crate::sync::lock;

/// The claims of an access token of ours that is neither expired nor revoked.
pub(super) struct Accepted(Value);

impl Accepted {
    /// Its `jti`.
    pub(super) fn id(&self) -> Option<&str> {
        self.0["jti"].as_str()
    }

    pub(super) fn client_id(&self) -> &str {
        self.text("azp")
    }

    pub(super) fn scopes(&self) -> Vec<String> {
        let scope = self.0["scope"].as_str().unwrap_or(self.text("scp"));
        scope.split(' ').map(str::to_owned).collect()
    }

    pub(super) fn sub(&self) -> &str {
        self.text("sub")
    }

    pub(super) fn is_for_client_itself(&self) -> bool {
        self.0["aud"] == self.0["azp"]
    }

    fn text(&self, claim: &str) -> &str {
        self.0[claim].as_str().unwrap_or_default()
    }
}

impl Provider {
    pub(super) fn accept(&self, token: &str) -> Option<Accepted> {
        let opaque = lock(&self.store).opaque_tokens.get(token).cloned();
        let claims = opaque.or_else(|| jwt::verify(token, &lock(&self.keys)))?;
        let alive = claims["exp"].as_u64()? > self.clock.seconds();
        let ours = claims["iss"] == self.issuer.as_str();
        // ID tokens have none of these.
        let is_access_token = ["scope", "scp", "client_id"]
            .iter()
            .any(|claim| claims[claim].is_string());
        let accepted = Accepted(claims);
        let revoked = (accepted.id()).is_some_and(|id| lock(&self.store).is_revoked(id));
        (alive && ours && is_access_token && !revoked).then_some(accepted)
    }
}
