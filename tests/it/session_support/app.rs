//! The application: the same handlers on both frameworks, with sessions.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use actix_web::web;
use axum::Router;
use axum::routing::{get, post};
use oidc::{BearerToken, Principal, Session, SessionError};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::support::servers::App;

pub(crate) const SIGN_IN: oidc::Routes = oidc::routes!(
    sessions,
    frontchannel_logout = "/auth/v2/frontchannel-logout"
);

/// Registers the handlers with both frameworks, at the path of their name.
macro_rules! handlers {
    ($($method:ident $handler:ident),* $(,)?) => {
        pub(crate) fn axum_handlers() -> Router<oidc::Oidc> {
            let router = Router::new().route("/", get(home));
            router$(.route(concat!("/", stringify!($handler)), $method($handler)))*
        }

        pub(crate) fn actix_handlers(config: &mut web::ServiceConfig) {
            config.route("/", web::get().to(home));
            $(config.route(concat!("/", stringify!($handler)), web::$method().to($handler));)*
        }
    };
}

handlers!(
    get home, post greet, get hello,
    get me, post act,
    get scoped, get admin, get grouped, get sales, get unsuspended, get gold, get fresh, post renew,
    get api_only, get web_only, get staff, get either,
    get token, get cached,
    get demands, get maybe,
    get basket, post put, get count, post raise, post slow, post end,
    get alone, post alone_too,
);

/// The application as it should be.
pub(crate) const APP: App = App {
    axum: |oidc| {
        let layered = Router::new().route("/room", get(me));
        axum_handlers()
            .nest("/staff_only", layered.layer(oidc.layer(Staff)))
            .route("/pages/{*page}", get(me))
            .merge(SIGN_IN)
            .layer(oidc.sessions())
    },
    actix: |oidc, config| {
        let layered = web::scope("/staff_only").wrap(oidc.layer(Staff));
        let app = web::scope("").wrap(oidc.sessions());
        config.service(
            app.service(SIGN_IN)
                .service(layered.route("/room", web::get().to(me)))
                .route("/pages/{page:.*}", web::get().to(me))
                .configure(actix_handlers),
        );
    },
};

/// The same without the layer that sets cookies.
pub(crate) const WITHOUT_LAYER: App = App {
    axum: |_| axum_handlers().merge(SIGN_IN),
    actix: |_, config| {
        config.service(web::scope("").service(SIGN_IN).configure(actix_handlers));
    },
};

#[oidc::policy(roles = "admin")]
pub(crate) struct Staff;

#[oidc::optional]
pub(crate) async fn home(user: Option<Principal>) -> String {
    user.map_or("nobody".to_owned(), |user| user.subject().to_owned())
}

/// Does something for everybody.
#[oidc::optional]
async fn greet(user: Option<Principal>) -> String {
    user.map_or("nobody".to_owned(), |user| user.subject().to_owned())
}

#[oidc::public(reason = "greets everybody")]
async fn hello() -> &'static str {
    "hello"
}

#[oidc::required]
pub(crate) async fn me(user: Principal, session: Option<Session>) -> String {
    let mut described = describe(&user);
    described["session"] = json!(session.map(|session| session.id().to_string()));
    described.to_string()
}

#[oidc::required]
async fn act(user: Principal) -> String {
    describe(&user).to_string()
}

fn describe(user: &Principal) -> Value {
    json!({
        "sub": user.subject(),
        "name": user.name(),
        "email": user.email(),
        "via": user.via().to_string(),
        "scopes": user.scopes().collect::<Vec<_>>(),
        "claims": user.claims(),
    })
}

/// Handlers that respond with the user's subject, behind rules.
macro_rules! ruled {
    ($($handler:ident($($rules:tt)*)),* $(,)?) => {
        $(
            #[oidc::required($($rules)*)]
            async fn $handler(user: Principal) -> String {
                user.subject().to_owned()
            }
        )*
    };
}

ruled!(
    scoped(scopes = "email"),
    admin(roles = "admin"),
    grouped(claims(groups = "admin")),
    sales(claims(department = "sales")),
    unsuspended(not(roles = "suspended")),
    gold(acr = "gold"),
    fresh(max_age = "60s"),
    renew(max_age = "60s"),
    api_only(via = "bearer"),
    web_only(via = "session"),
    staff(policy = Staff),
    either(any(roles = "suspended", via = "session")),
);

#[oidc::required]
async fn token(token: BearerToken) -> String {
    token.secret().to_owned()
}

/// What the application keeps in the session.
#[oidc::required(via = "session")]
async fn basket(session: Session) -> Result<String, SessionError> {
    Ok(session.get::<String>()?.unwrap_or_default())
}

#[oidc::required(via = "session")]
async fn put(session: Session, goods: String) -> Result<String, SessionError> {
    let add = |basket: &mut String| {
        basket.push_str(&goods);
        basket.clone()
    };
    session.update(add).await
}

/// The same with a number.
#[oidc::required]
async fn count(session: Session) -> Result<String, SessionError> {
    let count: usize = session.get()?.unwrap_or_default();
    Ok(count.to_string())
}

#[oidc::required]
async fn raise(session: Session) -> Result<String, SessionError> {
    increment(&session).await
}

/// Waits for the test, then changes the session.
#[oidc::required]
async fn slow(session: Session) -> Result<String, SessionError> {
    Gate::of(&session.id().to_string()).pass().await;
    increment(&session).await
}

async fn increment(session: &Session) -> Result<String, SessionError> {
    let increment = |count: &mut usize| {
        *count += 1;
        *count
    };
    session
        .update(increment)
        .await
        .map(|count| count.to_string())
}

#[oidc::required]
async fn end(session: Session) -> Result<&'static str, SessionError> {
    session.end().await?;
    Ok("ended")
}

/// Demands a session by its extractor alone.
#[oidc::required]
async fn demands(session: Session) -> String {
    session.id().to_string()
}

/// For programs too.
#[oidc::required]
async fn maybe(session: Option<Session>) -> String {
    session.map_or("none".to_owned(), |session| session.id().to_string())
}

/// Handlers without a guard, whose extractor demands a user.
async fn alone(user: Principal) -> String {
    describe(&user).to_string()
}

async fn alone_too(user: Principal) -> String {
    describe(&user).to_string()
}

/// A response that may be cached in the browser, and says so itself.
#[oidc::required]
async fn cached() -> Cached {
    Cached
}

struct Cached;

pub(crate) const CACHE_CONTROL: &str = "private, max-age=60";

impl axum::response::IntoResponse for Cached {
    fn into_response(self) -> axum::response::Response {
        ([("cache-control", CACHE_CONTROL)], "cached").into_response()
    }
}

impl actix_web::Responder for Cached {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _: &actix_web::HttpRequest) -> actix_web::HttpResponse {
        let mut response = actix_web::HttpResponse::Ok();
        response.insert_header(("cache-control", CACHE_CONTROL));
        response.body("cached")
    }
}

static GATES: LazyLock<Mutex<HashMap<String, Arc<Gate>>>> = LazyLock::new(Mutex::default);

/// Holds the requests to `/slow` of a session until it is opened.
pub(crate) struct Gate {
    waiting: AtomicUsize,
    open: watch::Sender<bool>,
}

impl Gate {
    pub(crate) fn of(session: &str) -> Arc<Self> {
        let mut gates = GATES.lock().unwrap_or_else(PoisonError::into_inner);
        let closed = || Self {
            waiting: AtomicUsize::new(0),
            open: watch::Sender::new(false),
        };
        let gate = gates.entry(session.to_owned());
        Arc::clone(gate.or_insert_with(|| Arc::new(closed())))
    }

    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }

    pub(crate) fn open(&self) {
        self.open.send_replace(true);
    }

    async fn pass(&self) {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let mut open = self.open.subscribe();
        open.wait_for(|open| *open).await.expect("the gate stays");
    }
}
