//! An application with browser sessions on actix-web: what outside test suites run against.
//!
//! Run with: `OIDC_CLIENT_ID=… OIDC_DISCOVERY_URL=… cargo run --example session_actix`; the stores need
//! their features, `--features sqlite,postgres,redis`. The same application on axum is in
//! `session_axum.rs`.

mod session;

use actix_web::middleware::Condition;
use actix_web::web::{Data, Json, Path, Query};
use actix_web::{App, HttpServer};
use oidc::actix::{Scope, resource, scope};
use oidc::{Oidc, Principal, Session, SessionError};
use serde_json::Value;
use session::{Hit, Hooks, Item, Reply, SIGN_IN, Slowness};

/// How long open connections may delay the end of the process.
const SHUTDOWN_SECONDS: u64 = 1;

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let oidc = Data::new(session::configure());
    if std::env::args().any(|argument| argument == "--access") {
        print!("{}", routes().access());
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
        .service(resource("/healthz").get(session::healthz))
        .service(resource("/").get(session::index).post(session::index))
        .service(resource("/me").get(me).post(count))
        .service(resource("/scoped").get(session::scoped))
        .service(resource("/roles").get(session::roles))
        .service(resource("/department").get(session::department))
        .service(resource("/not-suspended").get(session::not_suspended))
        .service(resource("/gold").get(session::gold))
        .service(resource("/fresh").get(session::fresh).post(session::fresh))
        .service(resource("/api-only").get(session::api_only))
        .service(resource("/web-only").get(session::web_only))
        .service(resource("/token").get(session::token))
        .service(resource("/basket").get(session::basket).post(add))
        .service(resource("/slow").get(slow))
        .service(resource("/socket").get(session::socket))
        .service(resource("/cached").get(session::cached))
        .service(resource("/sessions").get(list))
        .service(resource("/sessions/{id}").delete(end))
        .service(resource("/sign-out-everywhere").post(sign_out_everywhere))
        .service(SIGN_IN);
    if !Hooks::are_on() {
        return scope;
    }
    scope
        .service(resource("/_clock").post(advance))
        .service(resource("/_end").post(end_all))
        .service(resource("/_sweep").post(sweep))
        .service(resource("/_hits").get(hits))
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
