//! The application: every way in which a request can be rejected.

use oidc::{BearerToken, Claims, Principal, Rejection, RequestParts};
use serde::Deserialize;

use crate::support::servers::{App, app};

#[derive(Deserialize)]
struct Unfit {
    #[serde(rename = "sub")]
    _sub: u8,
}

#[oidc::policy(roles = "nobody")]
struct Nobody;

#[oidc::policy(check = declines_later)]
struct Declined;

async fn declines_later(_: &Principal, _: &RequestParts<'_>) -> bool {
    tokio::task::yield_now().await;
    false
}

#[oidc::required]
pub(super) async fn required(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::required(scopes("orders:read", "orders:write"))]
async fn scoped() -> &'static str {
    "inside"
}

#[oidc::required(roles = "nobody")]
async fn denied() -> &'static str {
    "inside"
}

#[oidc::required(check = declines_later)]
async fn declined() -> &'static str {
    "inside"
}

#[oidc::required(acr = "gold", max_age = "15m")]
async fn stepped() -> &'static str {
    "inside"
}

#[oidc::optional(invalid = "reject")]
async fn rejecting(user: Option<Principal>) -> String {
    user.map_or("anonymous".to_owned(), |user| user.subject().to_owned())
}

async fn user(user: Principal) -> String {
    user.subject().to_owned()
}

async fn claims(_: Claims<Unfit>) -> &'static str {
    "inside"
}

async fn bearer(_: BearerToken) -> &'static str {
    "inside"
}

async fn maybe_claims(claims: Option<Claims<Unfit>>) -> String {
    claims.map_or("without claims".to_owned(), |_| "inside".to_owned())
}

/// Rejects by itself.
async fn returned(user: Result<Principal, Rejection>) -> Result<String, Rejection> {
    user.map(|user| user.subject().to_owned())
}

async fn inside() -> &'static str {
    "inside"
}

/// The handlers, two areas behind layers, and the sign-in endpoints below `/api`.
pub(super) const APP: App = App {
    axum: |oidc| {
        use axum::{Router, routing::get};
        let area = |path| Router::new().route(path, get(inside));
        (HANDLERS.axum)(oidc)
            .merge(area("/layered").route_layer(oidc.layer(Nobody)))
            .merge(area("/layered-later").route_layer(oidc.layer(Declined)))
            .nest("/api", oidc::routes!().into())
    },
    actix: |oidc, config| {
        use actix_web::web::{get, resource, scope};
        (HANDLERS.actix)(oidc, config);
        config
            .service(
                resource("/layered")
                    .wrap(oidc.layer(Nobody))
                    .route(get().to(inside)),
            )
            .service(
                resource("/layered-later")
                    .wrap(oidc.layer(Declined))
                    .route(get().to(inside)),
            )
            .service(scope("/api").service(oidc::routes!()));
    },
};

const HANDLERS: App = app!(
    required,
    scoped,
    denied,
    declined,
    stepped,
    rejecting,
    user,
    claims,
    bearer,
    returned,
    maybe_claims,
);
