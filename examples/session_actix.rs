//! An application with browser sessions on actix-web: what outside test suites run against.
//!
//! Run with: `OIDC_CLIENT_ID=… OIDC_DISCOVERY_URL=… cargo run --example session_actix`; the stores need
//! their features, `--features sqlite,postgres,redis`. The same application on axum is in
//! `session_axum.rs`.

mod session;

use actix_web::middleware::Condition;
use actix_web::web::{Data, Json, Path, Query};
use actix_web::{App, HttpServer};
use oidc::actix::{Scope, delete, get, post, resource, scope};
use oidc::{Oidc, Principal, Session, SessionError};
use serde_json::Value;
use session::{Hit, Hooks, Item, Reply, SIGN_IN, Slowness};

/// How long open connections may delay the end of the process.
const SHUTDOWN_SECONDS: u64 = 1;

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let oidc = Data::new(session::configure());
    if std::env::args().any(|argument| argument == "--access") {
        println!("{}", routes().access());
        return Ok(());
    }
    let app = move || {
        App::new()
            .wrap(Condition::new(session::has_layer(), oidc.sessions()))
            .app_data(oidc.clone())
            .service(routes())
    };

    let server = HttpServer::new(app)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .bind(session::address())?;
    for address in server.addrs() {
        println!("listening on http://{address}");
    }
    server.run().await
}

fn routes() -> Scope {
    let scope = scope("")
        .route("/healthz", get().to(session::healthz))
        .service(resource("/").get(session::index).post(session::index))
        .service(resource("/me").get(me).post(count))
        .route("/scoped", get().to(session::scoped))
        .route("/roles", get().to(session::roles))
        .route("/department", get().to(session::department))
        .route("/not-suspended", get().to(session::not_suspended))
        .route("/gold", get().to(session::gold))
        .service(resource("/fresh").get(session::fresh).post(session::fresh))
        .route("/api-only", get().to(session::api_only))
        .route("/web-only", get().to(session::web_only))
        .route("/token", get().to(session::token))
        .service(resource("/basket").get(session::basket).post(add))
        .route("/slow", get().to(slow))
        .route("/socket", get().to(session::socket))
        .route("/cached", get().to(session::cached))
        .route("/sessions", get().to(list))
        .route("/sessions/{id}", delete().to(end))
        .route("/sign-out-everywhere", post().to(sign_out_everywhere))
        .service(SIGN_IN);
    if !Hooks::are_on() {
        return scope;
    }
    scope
        .route("/_clock", post().to(advance))
        .route("/_end", post().to(end_all))
        .route("/_sweep", post().to(sweep))
        .route("/_hits", get().to(hits))
}

#[oidc::required]
async fn me(user: Principal, session: Option<Session>) -> Reply {
    session::me(&user, session.as_ref())
}

#[oidc::required]
async fn count(user: Principal, session: Option<Session>, hit: Json<Hit>) -> Reply {
    session::count(&hit);
    session::me(&user, session.as_ref())
}

#[oidc::required(via = "session")]
async fn add(session: Session, item: Json<Item>) -> Result<Reply, SessionError> {
    session::add(&session, &item.add).await
}

#[oidc::required]
async fn slow(session: Option<Session>, slowness: Query<Slowness>) -> Reply {
    session::wait(session.as_ref(), &slowness).await
}

#[oidc::required]
async fn list(user: Principal, oidc: Data<Oidc>) -> Reply {
    session::list(&oidc, &user).await
}

#[oidc::required]
async fn end(user: Principal, oidc: Data<Oidc>, id: Path<String>) -> Reply {
    session::end(&oidc, &user, &id).await
}

#[oidc::required]
async fn sign_out_everywhere(user: Principal, oidc: Data<Oidc>) -> Reply {
    session::sign_out_everywhere(&oidc, &user).await
}

#[oidc::public(reason = "moves the clock in tests")]
async fn advance(body: Json<Value>) -> Reply {
    Hooks::advance(&body)
}

#[oidc::public(reason = "ends sessions in tests")]
async fn end_all(oidc: Data<Oidc>, body: Json<Value>) -> Reply {
    Hooks::end(&oidc, &body).await
}

#[oidc::public(reason = "sweeps the store in tests")]
async fn sweep(oidc: Data<Oidc>) -> Reply {
    Hooks::sweep(&oidc).await
}

#[oidc::public(reason = "shows a counter in tests")]
async fn hits() -> Reply {
    Hooks::hits()
}
