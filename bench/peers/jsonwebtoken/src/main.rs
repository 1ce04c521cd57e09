//! `/bare` and `/guarded` on axum with a hand-written extractor over jsonwebtoken.

use std::collections::HashMap;
use std::env::var;
use std::sync::Arc;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::routing::get;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use tokio::net::TcpListener;

struct Keys {
    keys: HashMap<String, DecodingKey>,
    validation: Validation,
}

#[derive(Deserialize)]
struct User {
    sub: String,
}

impl FromRequestParts<Arc<Keys>> for User {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, keys: &Arc<Keys>) -> Result<Self, StatusCode> {
        parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .and_then(|token| {
                let kid = decode_header(token).ok()?.kid?;
                decode(token, keys.keys.get(&kid)?, &keys.validation).ok()
            })
            .map(|token| token.claims)
            .ok_or(StatusCode::UNAUTHORIZED)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let keys = Arc::new(fetch_keys().await);
    let app = Router::new()
        .route("/bare", get(bare))
        .route("/guarded", get(guarded))
        .with_state(keys);
    let listener = TcpListener::bind(var("BENCH_LISTEN").unwrap())
        .await
        .unwrap();
    axum::serve(listener, app).await.unwrap();
}

async fn fetch_keys() -> Keys {
    let response = reqwest::get(var("BENCH_JWKS").unwrap()).await.unwrap();
    let set: JwkSet = response.json().await.unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[var("BENCH_AUDIENCE").unwrap()]);
    validation.set_issuer(&[var("BENCH_ISSUER").unwrap()]);
    let keys = set
        .keys
        .iter()
        .filter_map(|key| Some((key.common.key_id.clone()?, DecodingKey::from_jwk(key).ok()?)));
    Keys {
        keys: keys.collect(),
        validation,
    }
}

async fn bare() -> &'static str {
    "ok"
}

async fn guarded(user: User) -> &'static str {
    if user.sub.is_empty() { "" } else { "ok" }
}
