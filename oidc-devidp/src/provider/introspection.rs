//! The introspection endpoint (RFC 7662).

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::form::{form, required};
use super::oauth_error::{OAuthError, no_store};
use super::state::Provider;
use crate::config::Client;
use crate::controls::ANOTHER_ISSUER;
use crate::endpoint::Endpoint;
use crate::jwt;
use crate::sync::lock;

/// RFC 7662 §2.1. Nothing depends on `token_type_hint`: only access tokens are active.
pub(super) async fn post(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, OAuthError> {
    let params = form(&headers, &body)?;
    let client = provider.authenticate(&headers, &params).await?;
    let token = required(&params, "token")?;
    provider.check_form(token)?;
    Ok(no_store(Json(provider.introspect(&client, token))))
}

impl Provider {
    fn check_form(&self, token: &str) -> Result<(), OAuthError> {
        let is_opaque = || lock(&self.store).opaque_tokens.contains(token);
        if self.config.jwt_introspection || !jwt::is_jws(token) || is_opaque() {
            return Ok(());
        }
        let text = "the tokens that are JWTs are not introspected";
        Err(OAuthError::new("unsupported_token_type", text))
    }

    /// RFC 7662 §2.2. Anybody can be a public client, so it learns about its own tokens only (§4).
    fn introspect(&self, client: &Client, token: &str) -> Map<String, Value> {
        let accepted = self
            .accept(token)
            .filter(|accepted| !client.is_public() || accepted.client_id() == client.client_id);
        let Some(accepted) = accepted else {
            return Map::from_iter([("active".to_owned(), json!(false))]);
        };
        let named = [("client_id", "azp"), ("scope", "scp")];
        let mut answer = accepted.into_claims();
        for (name, of_presets) in named {
            if let Some(value) = answer.get(of_presets).cloned() {
                answer.entry(name).or_insert(value);
            }
        }
        answer.insert("active".to_owned(), json!(true));
        answer.insert("token_type".to_owned(), json!("Bearer"));
        if self.controls.wrong_issuer(Endpoint::Introspection) {
            answer.insert("iss".to_owned(), json!(ANOTHER_ISSUER));
        }
        answer
    }
}
