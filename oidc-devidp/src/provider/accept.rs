//! Which access tokens the provider itself takes.

use serde_json::{Map, Value};

use super::state::Provider;
use crate::jwt;
use crate::sync::lock;

/// The claims of an access token of ours that is neither expired nor revoked.
pub(super) struct Accepted(Map<String, Value>);

impl Accepted {
    /// Its `jti`.
    pub(super) fn id(&self) -> Option<&str> {
        self.text("jti")
    }

    pub(super) fn client_id(&self) -> &str {
        let client_id = self.text("client_id").or(self.text("azp"));
        client_id.unwrap_or_default()
    }

    pub(super) fn scopes(&self) -> Vec<String> {
        let scope = self.text("scope").or(self.text("scp")).unwrap_or_default();
        scope.split(' ').map(str::to_owned).collect()
    }

    pub(super) fn sub(&self) -> &str {
        self.text("sub").unwrap_or_default()
    }

    pub(super) fn is_for_client_itself(&self) -> bool {
        self.0.get("aud").and_then(Value::as_str) == Some(self.client_id())
    }

    pub(super) fn into_claims(self) -> Map<String, Value> {
        self.0
    }

    fn text(&self, claim: &str) -> Option<&str> {
        self.0.get(claim)?.as_str()
    }
}

impl Provider {
    pub(super) fn accept(&self, token: &str) -> Option<Accepted> {
        let opaque = self.opaque_claims(token);
        let accepted = Accepted(opaque.or_else(|| self.signed_claims(token))?);
        let revoked = (accepted.id()).is_some_and(|id| lock(&self.store).is_revoked(id));
        (!revoked).then_some(accepted)
    }

    /// The text alone shows that it is ours, so a minted token may have any claims, or lack `exp`.
    fn opaque_claims(&self, token: &str) -> Option<Map<String, Value>> {
        let now = self.clock.seconds();
        let claims = lock(&self.store).opaque_tokens.claims(token).cloned()?;
        let exp = claims.get("exp").and_then(Value::as_u64);
        exp.is_none_or(|exp| exp > now).then_some(claims)
    }

    fn signed_claims(&self, token: &str) -> Option<Map<String, Value>> {
        let Some(Value::Object(claims)) = jwt::verify(token, &lock(&self.keys)) else {
            return None;
        };
        let alive = claims.get("exp")?.as_u64()? > self.clock.seconds();
        let ours = claims.get("iss")?.as_str() == Some(&self.issuer);
        // ID tokens have none of these.
        let is_access_token = ["scope", "scp", "client_id"]
            .iter()
            .any(|claim| claims.get(*claim).is_some_and(Value::is_string));
        (alive && ours && is_access_token).then_some(claims)
    }
}
