//! `/bare` and `/guarded` on axum with sessions of oidc-guard, and `/raw`, which only reads the store.

mod raw;

use std::env::var;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use oidc::{OidcBuilder, Principal, Session, Sessions};
use tokio::net::TcpListener;

const SIGN_IN: oidc::Routes = oidc::routes!(sessions);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let oidc = OidcBuilder::from_env()
        .sessions(Sessions::from_env(SIGN_IN))
        .build()
        .unwrap();
    let store = raw::open();
    let with_sessions = Router::new()
        .route("/guarded", get(guarded))
        .route("/id", get(id))
        .merge(SIGN_IN)
        .layer(oidc.sessions());
    let app = Router::new()
        .route("/bare", get(bare))
        .route("/raw/{key}", get(move |key| read(store.clone(), key)))
        .merge(with_sessions)
        .with_state(oidc);
    let listener = TcpListener::bind(var("BENCH_LISTEN").unwrap())
        .await
        .unwrap();
    axum::serve(listener, app).await.unwrap();
}

async fn bare() -> &'static str {
    "ok"
}

async fn read(store: raw::Store, Path(key): Path<String>) -> Result<&'static str, StatusCode> {
    if raw::exists(&store, &key).await {
        Ok("ok")
    } else {
        Err(StatusCode::NOT_FOUND)
    }
}

#[oidc::required]
async fn guarded(user: Principal) -> &'static str {
    if user.subject().is_empty() { "" } else { "ok" }
}

#[oidc::required]
async fn id(session: Session) -> String {
    session.id().to_string()
}
