//! What browser sessions cost, through whole applications without sockets: a session that was seen
//! before, kept in its cookie and in a store; one that was not; a request without any; and how much
//! a browser has to send.
//!
//! The argument says how many sessions to go up to: 20,000 unless told, whose sign-ins take minutes.

mod first_sights;
mod hits;
mod nobody;
mod sizes;

use std::cell::RefCell;
use std::hint::black_box;
use std::time::Duration;

use oidc::Oidc;
use oidc::stores::MemoryStore;
use oidc_devidp::TestIdp;
use oidc_guard_bench::sessions::{provider, settings, sign_in, warm_client};
use oidc_guard_bench::{Credentials, actix, axum, warm};

const ROUNDS: usize = 41;

/// How an application keeps sessions.
#[derive(Clone, Copy)]
enum Kept {
    /// It has none, and no layer.
    Nowhere,
    /// Nor that, but a layer that does nothing.
    BehindALayer,
    InCookies,
    /// The store need not be asked again while this is measured.
    InStore,
}

/// A client for each way.
struct Clients {
    plain: Oidc,
    cookies: Oidc,
    store: Oidc,
}

/// A user in each application.
struct User {
    token: String,
    cookie: String,
    stored: String,
}

#[tokio::main]
async fn main() {
    let most = std::env::args().nth(1);
    let most = most.map_or(20_000, |most| most.parse().expect("a number of sessions"));
    let idp = provider().await;
    sizes::print(&idp).await;
    first_sights::measure(&idp).await;

    let clients = Clients::new(&idp).await;
    let users = clients.sign_in(&idp, most).await;
    let routers = [
        axum::app(&clients.plain),
        axum::app_with_layer(&clients.plain),
        axum::app_with_sessions(&clients.cookies),
        axum::app_with_sessions(&clients.store),
    ];
    let routers = routers.map(RefCell::new);
    let on_axum = |kept: Kept, path: &str, credentials: Credentials<'_>| {
        let mut router = routers[kept as usize].borrow_mut();
        let response = axum::call(&mut router, path, credentials);
        black_box(response).status().as_u16()
    };
    let plain = actix::apps(&clients.plain).await;
    let layered = actix::apps_with_middleware(&clients.plain).await;
    let cookies = actix::apps_with_sessions(&clients.cookies).await;
    let store = actix::apps_with_sessions(&clients.store).await;
    let on_actix = |kept: Kept, path: &str, credentials: Credentials<'_>| {
        let response = match kept {
            Kept::Nowhere => actix::call(&plain, path, credentials),
            Kept::BehindALayer => actix::call(&layered, path, credentials),
            Kept::InCookies => actix::call(&cookies, path, credentials),
            Kept::InStore => actix::call(&store, path, credentials),
        };
        black_box(response).status().as_u16()
    };

    nobody::print_head();
    nobody::measure("axum", on_axum);
    nobody::measure("actix-web", on_actix);
    hits::print_head();
    for count in [1, 1_000, 20_000] {
        if let Some(users) = users.get(..count) {
            hits::measure("axum", users, on_axum);
            hits::measure("actix-web", users, on_actix);
        }
    }
}

impl Clients {
    async fn new(idp: &TestIdp) -> Self {
        let never_stale = Duration::from_secs(24 * 3600);
        let stored = settings().store(MemoryStore::new()).staleness(never_stale);
        Self {
            plain: warm(idp, 256 << 20).await,
            cookies: warm_client(idp, settings()).await,
            store: warm_client(idp, stored).await,
        }
    }

    async fn sign_in(&self, idp: &TestIdp, count: usize) -> Vec<User> {
        let mut cookies = axum::app_with_sessions(&self.cookies);
        let mut store = axum::app_with_sessions(&self.store);
        let mut users = Vec::with_capacity(count);
        for number in 0..count {
            let in_cookie = sign_in(&mut cookies, idp, number).await;
            users.push(User {
                token: in_cookie.tokens.access,
                cookie: in_cookie.cookie,
                stored: sign_in(&mut store, idp, number).await.cookie,
            });
        }
        users
    }
}
