//! The routes of the contract apps. One handler serves both frameworks: the attributes do not
//! know which one calls.

use axum::response::IntoResponse;
use oidc::Principal;
use serde_json::{Value, json};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// JSON for either framework.
pub(crate) struct Reply(pub(crate) Value);

impl IntoResponse for Reply {
    fn into_response(self) -> axum::response::Response {
        axum::Json(self.0).into_response()
    }
}

impl actix_web::Responder for Reply {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _: &actix_web::HttpRequest) -> actix_web::HttpResponse {
        actix_web::HttpResponse::Ok().json(self.0)
    }
}

/// The body of `POST /echo`.
#[derive(serde::Deserialize)]
pub(crate) struct Echo {
    pub(crate) n: i64,
}

fn subject(user: &Principal) -> Reply {
    Reply(json!({ "sub": user.subject() }))
}

#[oidc::required]
pub(crate) async fn protected(user: Principal) -> Reply {
    Reply(json!({
        "sub": user.subject(),
        "preferred_username": user.claims().get("preferred_username"),
    }))
}

#[oidc::required(claims(realm_access.roles = "offline_access"))]
pub(crate) async fn protected_claims(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required(claims(realm_access.roles = "nonexistent-role"))]
pub(crate) async fn protected_bad_claims(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::optional]
pub(crate) async fn optional(user: Option<Principal>) -> Reply {
    Reply(match user {
        Some(user) => json!({ "authenticated": true, "sub": user.subject() }),
        None => json!({ "authenticated": false }),
    })
}

#[oidc::required(scopes = "profile email")]
pub(crate) async fn scoped_valid(user: Principal) -> Reply {
    let scope = user.scopes().collect::<Vec<_>>().join(" ");
    Reply(json!({ "sub": user.subject(), "scope": scope }))
}

#[oidc::required(scopes = "profile")]
pub(crate) async fn scoped_single(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required(scopes = "admin superuser")]
pub(crate) async fn scoped_bad(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required(scopes = "profile nonexistent-scope")]
pub(crate) async fn scoped_partial(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required(scopes = "profile", claims(realm_access.roles = "offline_access"))]
pub(crate) async fn scoped_and_claims(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required(scopes = "profile", claims(realm_access.roles = "nonexistent-role"))]
pub(crate) async fn scoped_ok_claims_bad(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required(scopes = "impossible-scope", claims(realm_access.roles = "offline_access"))]
pub(crate) async fn scoped_bad_claims_ok(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::public(reason = "shows that the app is up")]
pub(crate) async fn open() -> Reply {
    Reply(json!({ "ok": true }))
}

/// Where to listen: `HOST` and `PORT`.
pub(crate) fn address() -> (String, u16) {
    let host = std::env::var("HOST").unwrap_or_else(|_| "127.0.0.1".into());
    let port = std::env::var("PORT")
        .ok()
        .map_or(8000, |port| port.parse().expect("PORT is a number"));
    (host, port)
}

/// What stands in front of the paths of the sign-in routes: `OIDC_PREFIX`, possibly nothing.
pub(crate) fn prefix() -> String {
    let prefix = std::env::var("OIDC_PREFIX").unwrap_or_else(|_| "/api/test".into());
    prefix.trim_end_matches('/').into()
}

/// Starts logging and reads the configuration; a mistake ends the program with its name.
pub(crate) fn configure() -> oidc::Oidc {
    let output = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry()
        .with(output)
        .with(filter())
        .init();
    oidc::Oidc::from_env().unwrap_or_else(|error| {
        eprintln!("{error}");
        std::process::exit(2)
    })
}

/// What `RUST_LOG` says, and warnings if that is nothing that can be read.
fn filter() -> Targets {
    let filter = std::env::var("RUST_LOG").ok();
    let filter = filter.and_then(|filter| filter.parse().ok());
    filter.unwrap_or_else(|| Targets::new().with_default(LevelFilter::WARN))
}
