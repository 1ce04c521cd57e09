//! `/bare` and `/guarded` on actix-web with actix-session.

use std::env::var;

use actix_session::storage::{CookieSessionStore, RedisSessionStore, SessionStore};
use actix_session::{Session, SessionMiddleware};
use actix_web::cookie::Key;
use actix_web::web::scope;
use actix_web::{App, HttpResponse, HttpServer, get};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    match var("BENCH_STORE").unwrap().as_str() {
        "cookie" => serve(CookieSessionStore::default).await,
        address => {
            let store = RedisSessionStore::new(address).await.unwrap();
            serve(move || store.clone()).await
        }
    }
}

async fn serve<S: SessionStore + 'static>(
    store: impl Fn() -> S + Clone + Send + 'static,
) -> std::io::Result<()> {
    let key = Key::generate();
    HttpServer::new(move || {
        let with_sessions = scope("")
            .wrap(SessionMiddleware::new(store(), key.clone()))
            .service(guarded)
            .service(login);
        App::new().service(bare).service(with_sessions)
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

#[get("/login")]
async fn login(session: Session) -> &'static str {
    session.insert("user", 1).unwrap();
    "ok"
}

#[get("/guarded")]
async fn guarded(session: Session) -> HttpResponse {
    match session.get("user") {
        Ok(Some(1)) => HttpResponse::Ok().body("ok"),
        _ => HttpResponse::Unauthorized().finish(),
    }
}
