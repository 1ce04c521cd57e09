//! The routes of the session apps. One handler serves both frameworks: the attributes do not know
//! which one calls.

mod clock;
mod hooks;
mod reply;
mod settings;

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use oidc::{BearerToken, Oidc, Principal, Session, SessionError, SessionId, SessionsError};
use serde::{Deserialize, Serialize};
use serde_json::json;

pub(crate) use hooks::Hooks;
pub(crate) use reply::Reply;
pub(crate) use settings::{address, configure, has_layer};

/// The sign-in endpoints.
pub(crate) const SIGN_IN: oidc::Routes = oidc::routes!(
    sessions,
    frontchannel_logout = "/auth/v2/frontchannel-logout"
);

static HITS: AtomicI64 = AtomicI64::new(0);

/// The body of `POST /me`.
#[derive(Deserialize)]
pub(crate) struct Hit {
    pub(crate) n: i64,
}

/// What the session holds.
#[derive(Default, Deserialize, Serialize)]
pub(crate) struct Basket {
    items: Vec<String>,
}

/// The body of `POST /basket`.
#[derive(Deserialize)]
pub(crate) struct Item {
    pub(crate) add: String,
}

/// The query of `GET /slow`.
#[derive(Deserialize)]
pub(crate) struct Slowness {
    #[serde(default)]
    pub(crate) ms: u64,
    #[serde(default)]
    pub(crate) write: String,
}

pub(crate) fn home(user: Option<&Principal>) -> Reply {
    Reply::ok(match user {
        Some(user) => json!({
            "authenticated": true,
            "sub": user.subject(),
            "name": user.name(),
            "email": user.email(),
        }),
        None => json!({ "authenticated": false }),
    })
}

pub(crate) fn me(user: &Principal, session: Option<&Session>) -> Reply {
    Reply::ok(json!({
        "sub": user.subject(),
        "name": user.name(),
        "email": user.email(),
        "via": user.via().to_string(),
        "session": session.map(|session| session.id().to_string()),
        "scopes": user.scopes().collect::<Vec<_>>(),
        "claims": user.claims(),
    }))
}

pub(crate) fn count(hit: &Hit) {
    HITS.fetch_add(hit.n, Ordering::SeqCst);
}

#[oidc::public(reason = "shows that the app is up")]
pub(crate) async fn healthz() -> Reply {
    Reply::ok(json!({ "ok": true }))
}

#[oidc::optional]
pub(crate) async fn index(user: Option<Principal>) -> Reply {
    home(user.as_ref())
}

fn subject(user: &Principal) -> Reply {
    Reply::ok(json!({ "sub": user.subject() }))
}

#[oidc::required(scopes = "reports:read")]
pub(crate) async fn scoped(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required(roles = "editor")]
pub(crate) async fn roles(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required(claims(department = "sales"))]
pub(crate) async fn department(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required(not(roles = "suspended"))]
pub(crate) async fn not_suspended(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required(acr = "gold")]
pub(crate) async fn gold(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required(max_age = "60s")]
pub(crate) async fn fresh(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required(via = "bearer")]
pub(crate) async fn api_only(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required(via = "session")]
pub(crate) async fn web_only(user: Principal) -> Reply {
    subject(&user)
}

#[oidc::required]
pub(crate) async fn token(token: BearerToken) -> Reply {
    Reply::ok(json!({ "token": token.secret() }))
}

#[oidc::required(via = "session")]
pub(crate) async fn basket(session: Session) -> Result<Reply, SessionError> {
    let basket: Basket = session.get()?.unwrap_or_default();
    Ok(Reply::ok(json!(basket)))
}

pub(crate) async fn add(session: &Session, item: &str) -> Result<Reply, SessionError> {
    let items = session.update(|basket: &mut Basket| {
        basket.items.push(item.to_owned());
        basket.items.clone()
    });
    Ok(Reply::ok(json!({ "items": items.await? })))
}

pub(crate) async fn wait(session: Option<&Session>, slowness: &Slowness) -> Reply {
    tokio::time::sleep(Duration::from_millis(slowness.ms)).await;
    match session {
        Some(session) if slowness.write == "1" => add(session, "slow")
            .await
            .unwrap_or_else(|error| Reply::failed(&error)),
        _ => Reply::ok(json!({ "waited": slowness.ms })),
    }
}

#[oidc::required]
pub(crate) async fn socket() -> Reply {
    Reply::ok(json!({ "socket": true }))
}

#[oidc::required]
pub(crate) async fn cached() -> Reply {
    Reply::ok(json!({ "cached": true })).cached()
}

pub(crate) async fn list(oidc: &Oidc, user: &Principal) -> Reply {
    match oidc.sessions_of(user.subject()).await {
        Ok(sessions) => {
            let sessions = sessions.iter().map(|session| {
                json!({
                    "id": session.id.to_string(),
                    "signed_in_at": seconds(session.signed_in_at),
                    "seen_at": seconds(session.seen_at),
                    "ends_at": seconds(session.ends_at),
                })
            });
            Reply::ok(json!({ "sessions": sessions.collect::<Vec<_>>() }))
        }
        Err(SessionsError::Unsupported) => Reply::status(501),
        Err(_) => Reply::status(503),
    }
}

pub(crate) async fn end(oidc: &Oidc, user: &Principal, id: &str) -> Reply {
    let Ok(id) = id.parse::<SessionId>() else {
        return Reply::status(404);
    };
    match oidc.sessions_of(user.subject()).await {
        Ok(own) if own.iter().any(|session| session.id == id) => {}
        Ok(_) => return Reply::status(404),
        Err(SessionsError::Unsupported) => return Reply::status(501),
        Err(_) => return Reply::status(503),
    }
    match oidc.end_session(&id).await {
        Ok(true) => Reply::ok(json!({ "ended": id.to_string() })),
        Ok(false) => Reply::status(404),
        Err(_) => Reply::status(503),
    }
}

pub(crate) async fn sign_out_everywhere(oidc: &Oidc, user: &Principal) -> Reply {
    match oidc.end_sessions_of(user.subject()).await {
        Ok(()) => Reply::ok(json!({ "signed_out": true })),
        Err(_) => Reply::status(503),
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
}
