use serde_json::{Map, Value, json};

use super::Provider;
use crate::{User, random};

/// What a person permitted a client to do; every token stems from one.
#[derive(Clone)]
pub(crate) struct Grant {
    pub(crate) id: String,
    pub(crate) client_id: String,
    pub(crate) sub: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) auth_time: u64,
    pub(crate) acr: String,
    pub(crate) sid: String,
}

impl Grant {
    /// A sign-in that happened now, without any request that led to it.
    pub(crate) fn immediate(client_id: &str, sub: &str, scopes: &[&str], now: u64) -> Self {
        Self {
            id: random::token(),
            client_id: client_id.to_owned(),
            sub: sub.to_owned(),
            scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
            nonce: None,
            auth_time: now,
            acr: "1".to_owned(),
            sid: random::id(),
        }
    }

    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|s| s == scope)
    }
}

impl Provider {
    /// The claims of an access token (RFC 9068 section 2.2) that is issued now.
    pub(crate) fn access_claims(&self, grant: &Grant) -> Map<String, Value> {
        let now = self.clock.seconds();
        let audience = match self.config.client(&grant.client_id) {
            Some(client) => client.audience_claim(),
            None => json!(grant.client_id),
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
        claims
    }

    /// The claims of an ID token (OpenID Connect Core section 2) that is issued now.
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
            "sid": grant.sid,
        });
        extend(&mut claims, protocol);
        claims.extend(
            grant
                .nonce
                .as_ref()
                .map(|nonce| ("nonce".to_owned(), json!(nonce))),
        );
        claims
    }
}

/// Adds the protocol's claims last, so that no configured claim can replace one.
fn extend(claims: &mut Map<String, Value>, protocol: Value) {
    if let Value::Object(protocol) = protocol {
        claims.extend(protocol);
    }
}
