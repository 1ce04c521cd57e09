//! The userinfo endpoint (OpenID Connect Core §5.3).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::oauth_error::no_store;
use super::state::Provider;
use crate::tamper::Tamper;

pub(super) async fn respond(State(provider): State<Arc<Provider>>, headers: HeaderMap) -> Response {
    match provider.userinfo(&headers) {
        Ok(claims) => no_store(Json(claims)),
        Err(error) => error.into_response(),
    }
}

/// RFC 6750 §3.1.
enum BearerError {
    NoToken,
    InvalidToken,
    InsufficientScope,
}

impl Provider {
    fn userinfo(&self, headers: &HeaderMap) -> Result<Map<String, Value>, BearerError> {
        let token = bearer(headers).ok_or(BearerError::NoToken)?;
        let accepted = self.accept(token);
        let accepted = accepted.filter(|token| self.is_for_userinfo(token));
        let token = accepted.ok_or(BearerError::InvalidToken)?;
        let scopes = token.scopes();
        if !scopes.iter().any(|scope| scope == "openid") {
            return Err(BearerError::InsufficientScope);
        }
        let user = self.config.user_by_sub(token.sub());
        let mut claims = user
            .map(|user| user.claims_for(&scopes))
            .unwrap_or_default();
        claims.insert("sub".to_owned(), json!(token.sub()));
        self.adapt_userinfo(&mut claims);
        if self.controls.is(Tamper::UserinfoWrongSub) {
            claims.insert("sub".to_owned(), json!("another-person"));
        }
        Ok(claims)
    }
}

impl IntoResponse for BearerError {
    fn into_response(self) -> Response {
        let (status, challenge) = match self {
            Self::NoToken => (StatusCode::UNAUTHORIZED, r#"Bearer realm="oidc-devidp""#),
            Self::InvalidToken => (
                StatusCode::UNAUTHORIZED,
                r#"Bearer realm="oidc-devidp", error="invalid_token""#,
            ),
            Self::InsufficientScope => (
                StatusCode::FORBIDDEN,
                r#"Bearer realm="oidc-devidp", error="insufficient_scope", scope="openid""#,
            ),
        };
        no_store((status, [(header::WWW_AUTHENTICATE, challenge)]))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
