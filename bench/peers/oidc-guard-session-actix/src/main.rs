//! `/bare` and `/guarded` on actix-web with sessions of oidc-guard, and `/raw`, which only reads the
//! store.

#[path = "../../oidc-guard-session-axum/src/raw.rs"]
mod raw;

use std::env::var;

use actix_web::web::{Data, Path, scope};
use actix_web::{App, HttpResponse, HttpServer, get};
use oidc::{OidcBuilder, Principal, Session, Sessions};

const SIGN_IN: oidc::Routes = oidc::routes!(sessions);

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let oidc = OidcBuilder::from_env()
        .sessions(Sessions::from_env(SIGN_IN))
        .build()
        .unwrap();
    let store = Data::new(raw::open());
    HttpServer::new(move || {
        let with_sessions = scope("")
            .wrap(oidc.sessions())
            .service(guarded)
            .service(id)
            .service(SIGN_IN);
        App::new()
            .app_data(oidc.clone())
            .app_data(store.clone())
            .service(bare)
            .service(read)
            .service(with_sessions)
    })
    .workers(1)
    .bind(var("BENCH_LISTEN").unwrap())?
    .run()
    .await
}

#[get("/bare")]
async fn bare() -> &'static str {
    "ok"
}

#[get("/raw/{key}")]
async fn read(store: Data<raw::Store>, key: Path<String>) -> HttpResponse {
    if raw::exists(&store, &key).await {
        HttpResponse::Ok().body("ok")
    } else {
        HttpResponse::NotFound().finish()
    }
}

#[oidc::required]
#[get("/guarded")]
async fn guarded(user: Principal) -> &'static str {
    if user.subject().is_empty() { "" } else { "ok" }
}

#[oidc::required]
#[get("/id")]
async fn id(session: Session) -> String {
    session.id().to_string()
}
