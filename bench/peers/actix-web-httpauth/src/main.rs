//! `/bare` and `/guarded` on actix-web with actix-web-httpauth over jsonwebtoken.

use std::collections::HashMap;
use std::env::var;

use actix_web::dev::ServiceRequest;
use actix_web::web::{self, Data};
use actix_web::{App, Error, HttpServer};
use actix_web_httpauth::extractors::bearer::BearerAuth;
use actix_web_httpauth::middleware::HttpAuthentication;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

struct Keys {
    keys: HashMap<String, DecodingKey>,
    validation: Validation,
}

#[derive(Deserialize)]
struct User {
    sub: String,
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let keys = Data::new(fetch_keys().await);
    HttpServer::new(move || {
        App::new()
            .app_data(keys.clone())
            .route("/bare", web::get().to(ok))
            .service(
                web::resource("/guarded")
                    .wrap(HttpAuthentication::bearer(check))
                    .route(web::get().to(ok)),
            )
    })
    .workers(1)
    .bind(var("BENCH_LISTEN").unwrap())?
    .run()
    .await
}

async fn check(
    request: ServiceRequest,
    credentials: BearerAuth,
) -> Result<ServiceRequest, (Error, ServiceRequest)> {
    let user = request
        .app_data::<Data<Keys>>()
        .and_then(|keys| verify(keys, credentials.token()));
    match user {
        Some(user) if !user.sub.is_empty() => Ok(request),
        _ => Err((actix_web::error::ErrorUnauthorized("refused"), request)),
    }
}

fn verify(keys: &Keys, token: &str) -> Option<User> {
    let kid = decode_header(token).ok()?.kid?;
    let token = decode(token, keys.keys.get(&kid)?, &keys.validation).ok()?;
    Some(token.claims)
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

async fn ok() -> &'static str {
    "ok"
}
