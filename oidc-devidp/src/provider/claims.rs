//! The claims of the tokens.

use serde_json::{Map, Value, json};

use super::grant::Grant;
use super::state::Provider;
use crate::config::User;
use crate::random;

impl Provider {
    /// The claims of an access token (RFC 9068 §2.2) that is issued now.
    pub(crate) fn access_claims(&self, grant: &Grant) -> Map<String, Value> {
        let now = self.clock.seconds();
        let audience = match grant.audience.as_slice() {
            [one] => json!(one),
            several => json!(several),
        };
        let user = self.config.user_by_sub(&grant.sub);
        let mut claims = user.map(User::all_claims).unwrap_or_default();
        let protocol = json!({
            "iss": self.issuer,
            "sub": grant.sub,
            "aud": audience,
            "exp": now + self.config.access_token_lifetime,
            "iat": now,
            "jti": random::id(),
            "client_id": grant.client_id,
            "azp": grant.client_id,
            "scope": grant.scopes.join(" "),
            "auth_time": grant.auth_time,
            "acr": grant.acr,
        });
        extend(&mut claims, protocol);
        self.adapt_access_claims(&mut claims, grant);
        claims
    }

    /// The claims of an ID token (OpenID Connect Core §2) that is issued now.
    pub(crate) fn id_claims(&self, grant: &Grant) -> Map<String, Value> {
        let now = self.clock.seconds();
        let user = self.config.user_by_sub(&grant.sub);
        let mut claims = user
            .map(|user| user.claims_for(&grant.scopes))
            .unwrap_or_default();
        let protocol = json!({
            "iss": self.issuer,
            "sub": grant.sub,
            "aud": grant.client_id,
            "azp": grant.client_id,
            "exp": now + self.config.id_token_lifetime,
            "iat": now,
            "auth_time": grant.auth_time,
            "acr": grant.acr,
        });
        extend(&mut claims, protocol);
        for (name, value) in [("sid", &grant.sid), ("nonce", &grant.nonce)] {
            claims.extend(value.as_ref().map(|value| (name.to_owned(), json!(value))));
        }
        self.adapt_id_claims(&mut claims, grant);
        claims
    }
}

/// Adds the protocol's claims last, so that no configured claim can replace one.
fn extend(claims: &mut Map<String, Value>, protocol: Value) {
    if let Value::Object(protocol) = protocol {
        claims.extend(protocol);
    }
}
