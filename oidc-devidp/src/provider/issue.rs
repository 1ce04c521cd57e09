//! Token responses (RFC 6749 §5.1).

use axum::Json;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::grant::{Grant, Offline};
use super::oauth_error::no_store;
use super::state::Provider;
use super::store::RefreshToken;
use crate::config::{Client, RefreshRotation};
use crate::jwt::{self, Signature};
use crate::random;
use crate::sync::lock;
use crate::tamper::Tamper;

/// What the tokens are issued for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Occasion {
    SignIn,
    Refresh,
}

impl Provider {
    /// Issues tokens for `narrowed`, the part of the grant that the request names; a refresh token
    /// stands for all of it.
    pub(super) fn issue(
        &self,
        client: &Client,
        grant: &Grant,
        narrowed: &Grant,
        occasion: Occasion,
    ) -> Response {
        let access_token = self.access_token(client, narrowed);
        let mut response = json!({
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": self.config.access_token_lifetime,
            "scope": narrowed.scopes.join(" "),
        });
        if narrowed.has_scope("openid") {
            response["id_token"] = json!(self.id_token(narrowed, &access_token, occasion));
        }
        let is_kept =
            occasion == Occasion::Refresh && self.rotation(client) == RefreshRotation::Never;
        if grant.offline != Offline::No && !is_kept {
            response["refresh_token"] = json!(self.refresh_token(grant));
            if self.tells_refresh_lifetime() {
                response["refresh_expires_in"] = json!(self.config.refresh_token_lifetime);
            }
        }
        self.tamper_response(&mut response);
        no_store(Json(response))
    }

    /// What a refresh does to the client's refresh token.
    pub(super) fn rotation(&self, client: &Client) -> RefreshRotation {
        if self.controls.is(Tamper::RefreshKeepsToken) {
            RefreshRotation::Never
        } else {
            self.config.refresh_rotation(client)
        }
    }

    fn access_token(&self, client: &Client, grant: &Grant) -> String {
        let mut claims = self.access_claims(grant);
        if let Some(jti) = claims["jti"].as_str() {
            let mut store = lock(&self.store);
            store.access_tokens.insert(jti.to_owned(), grant.id.clone());
        }
        if self.has_opaque_access_tokens(client, grant) {
            return self.opaque_token(claims);
        }
        let entry = lock(&self.keys).signing(self.config.algorithm);
        let typ = self.access_token_type();
        let mut header = json!({ "typ": typ, "alg": entry.algorithm, "kid": entry.kid });
        self.tamper_access_token(&mut header, &mut claims);
        jwt::encode(
            &header,
            &claims.into(),
            &Signature::Key(entry.key, entry.algorithm),
        )
    }

    /// A new token that stands for these claims.
    pub(crate) fn opaque_token(&self, claims: Map<String, Value>) -> String {
        let token = format!("{}{}", self.config.opaque_token_prefix, random::token());
        self.keep_opaque_token(token.clone(), claims);
        token
    }

    /// Lets a text stand for these claims from now on.
    pub(crate) fn keep_opaque_token(&self, token: String, claims: Map<String, Value>) {
        lock(&self.store).opaque_tokens.keep(token, claims);
    }

    fn refresh_token(&self, grant: &Grant) -> String {
        let token = random::token();
        let expires = self.clock.seconds() + self.config.refresh_token_lifetime;
        let record = RefreshToken {
            grant: grant.clone(),
            expires,
            spent: None,
        };
        lock(&self.store)
            .refresh_tokens
            .insert(token.clone(), record);
        token
    }

    fn id_token(&self, grant: &Grant, access_token: &str, occasion: Occasion) -> String {
        let entry = lock(&self.keys).signing(self.config.algorithm);
        let mut claims = self.id_claims(grant);
        if self.has_at_hash() {
            let at_hash = jwt::at_hash(access_token, entry.algorithm);
            claims.insert("at_hash".into(), json!(at_hash));
        }
        if occasion == Occasion::Refresh {
            // OpenID Connect Core §12.2.
            claims.remove("nonce");
        }
        let mut header = json!({ "typ": "JWT", "alg": entry.algorithm, "kid": entry.kid });
        let mut signature = Signature::Key(entry.key, entry.algorithm);
        self.tamper_claims(&mut claims);
        if occasion == Occasion::Refresh {
            self.tamper_refreshed_claims(&mut claims);
        }
        self.tamper_signature(&mut header, &mut signature);
        self.tamper_form(jwt::encode(&header, &claims.into(), &signature))
    }
}
