//! The application: the same handlers on both frameworks, with sessions.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use actix_web::web;
use axum::Router;
use axum::routing::{get, post};
use oidc::{BearerToken, Principal, Session, SessionError};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::watch;

use crate::support::servers::App;

pub(super) const SIGN_IN: oidc::Routes = oidc::routes!(
    sessions,
    frontchannel_logout = "/auth/v2/frontchannel-logout"
);

pub(super) const APP: App = App {
    axum: |oidc| {
        Router::new()
            .route("/", get(home))
            .route("/me", get(me).post(me))
            .route("/admin", get(admin))
            .route("/token", get(token))
            .route("/basket", get(basket).post(add))
            .route("/slow", post(slow))
            .route("/end", post(end))
            .merge(SIGN_IN)
            .layer(oidc.sessions())
    },
    actix: |oidc, config| {
        let scope = web::scope("").wrap(oidc.sessions());
        config.service(
            scope
                .service(SIGN_IN)
                .route("/", web::get().to(home))
                .route("/me", web::get().to(me))
                .route("/me", web::post().to(me))
                .route("/admin", web::get().to(admin))
                .route("/token", web::get().to(token))
                .route("/basket", web::get().to(basket))
                .route("/basket", web::post().to(add))
                .route("/slow", web::post().to(slow))
                .route("/end", web::post().to(end)),
        );
    },
};

/// What the application keeps in the session.
#[derive(Default, Deserialize, Serialize)]
struct Basket {
    items: usize,
}

#[oidc::optional]
async fn home(user: Option<Principal>) -> String {
    user.map_or_else(|| "anonymous".to_owned(), |user| user.subject().to_owned())
}

#[oidc::required]
async fn me(user: Principal, session: Session) -> String {
    let session = session.id().to_string();
    json!({ "sub": user.subject(), "session": session, "claims": user.claims() }).to_string()
}

#[oidc::required(claims(groups = "admin"))]
async fn admin(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::required]
async fn token(token: BearerToken) -> String {
    token.secret().to_owned()
}

#[oidc::required]
async fn basket(session: Session) -> Result<String, SessionError> {
    let basket: Basket = session.get()?.unwrap_or_default();
    Ok(basket.items.to_string())
}

#[oidc::required]
async fn add(session: Session) -> Result<String, SessionError> {
    put(&session).await
}

/// Waits for the test, then changes the session.
#[oidc::required]
async fn slow(session: Session) -> Result<String, SessionError> {
    Gate::of(&session.id().to_string()).pass().await;
    put(&session).await
}

#[oidc::required]
async fn end(session: Session) -> Result<&'static str, SessionError> {
    session.end().await?;
    Ok("ended")
}

async fn put(session: &Session) -> Result<String, SessionError> {
    let put = |basket: &mut Basket| {
        basket.items += 1;
        basket.items
    };
    session.update(put).await.map(|items| items.to_string())
}

static GATES: LazyLock<Mutex<HashMap<String, Arc<Gate>>>> = LazyLock::new(Mutex::default);

/// Holds the requests to `/slow` of a session until it is opened.
pub(super) struct Gate {
    waiting: AtomicUsize,
    open: watch::Sender<bool>,
}

impl Gate {
    pub(super) fn of(session: &str) -> Arc<Self> {
        let mut gates = GATES.lock().unwrap_or_else(PoisonError::into_inner);
        let closed = || Self {
            waiting: AtomicUsize::new(0),
            open: watch::Sender::new(false),
        };
        let gate = gates.entry(session.to_owned());
        Arc::clone(gate.or_insert_with(|| Arc::new(closed())))
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }

    pub(super) fn open(&self) {
        self.open.send_replace(true);
    }

    async fn pass(&self) {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let mut open = self.open.subscribe();
        open.wait_for(|open| *open).await.expect("the gate stays");
    }
}
