//! Guards and arguments of one request each see its session as it is then, whatever those before them
//! have found out.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header as actix_header;
use actix_web::middleware::{Next as ActixNext, from_fn as actix_from_fn};
use actix_web::web;
use axum::Router;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use oidc::{Oidc, Principal, Session};

use crate::session_support::app::SIGN_IN;
use crate::session_support::browser::Fields;
use crate::session_support::site::setup;
use crate::support::servers::App;

/// What a middleware between the guard of the layer and the handler does, in a header field.
const COOKIE: &str = "x-cookie";
const BEARER: &str = "x-bearer";
const MODE: &str = "x-mode";
const END: &str = "x-end";
const PUT: &str = "x-put";

const APP: App = App {
    axum: |oidc| {
        let changed = from_fn_with_state(oidc.clone(), axum_changes);
        let routes = Router::new().route("/who", get(who)).layer(changed);
        let guarded = routes.layer(oidc.layer(Anybody));
        let home = Router::new().route("/", get(async || "home"));
        guarded.merge(home).merge(SIGN_IN).layer(oidc.sessions())
    },
    actix: |oidc, config| {
        let guarded = web::scope("/who")
            .wrap(actix_from_fn(actix_changes))
            .wrap(oidc.layer(Anybody))
            .route("", web::get().to(who));
        let app = web::scope("").wrap(oidc.sessions()).service(SIGN_IN);
        let home = web::get().to(async || "home");
        config.service(app.service(guarded).route("/", home));
    },
};

#[oidc::policy]
struct Anybody;

#[oidc::required]
async fn who(user: Principal, again: Principal, session: Option<Session>) -> String {
    assert_eq!(user.subject(), again.subject());
    let basket = session.and_then(|session| session.get::<String>().expect("a text"));
    format!("{} {}", user.subject(), basket.unwrap_or_default())
}

async fn put(session: &Session, goods: &str) {
    let changed = session.update(|basket: &mut String| goods.clone_into(basket));
    changed.await.expect("the session is alive");
}

async fn axum_changes(State(oidc): State<Oidc>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let text = |headers: &HeaderMap, name| {
        let value = headers.get(name);
        value.map(|value| value.to_str().expect("ASCII").to_owned())
    };
    if let Some(goods) = text(&parts.headers, PUT) {
        let session = Session::from_request_parts(&mut parts, &oidc).await;
        put(&session.expect("a session"), &goods).await;
    }
    if let Some(subject) = text(&parts.headers, END) {
        let ended = oidc.end_sessions_of(&subject).await;
        ended.expect("the store is there");
    }
    for (from, to) in [
        (COOKIE, header::COOKIE),
        (BEARER, header::AUTHORIZATION),
        (MODE, header::HeaderName::from_static("sec-fetch-mode")),
    ] {
        if let Some(value) = parts.headers.remove(from) {
            // The memory of the old value may be that of the new one.
            parts.headers.remove(&to);
            parts.headers.insert(to, value);
        }
    }
    next.run(Request::from_parts(parts, body)).await
}

async fn actix_changes(
    mut request: ServiceRequest,
    next: ActixNext<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let text = |request: &ServiceRequest, name| {
        let value = request.headers().get(name);
        value.map(|value| value.to_str().expect("ASCII").to_owned())
    };
    if let Some(goods) = text(&request, PUT) {
        let session = request.extract::<Session>().await;
        put(&session.expect("a session"), &goods).await;
    }
    if let Some(subject) = text(&request, END) {
        let oidc = request.app_data::<Oidc>().expect("the client").clone();
        let ended = oidc.end_sessions_of(&subject).await;
        ended.expect("the store is there");
    }
    for (from, to) in [
        (COOKIE, actix_header::COOKIE),
        (BEARER, actix_header::AUTHORIZATION),
        (
            MODE,
            actix_header::HeaderName::from_static("sec-fetch-mode"),
        ),
    ] {
        let value = request.headers_mut().remove(from).next();
        if let Some(value) = value {
            request.headers_mut().insert(to, value);
        }
    }
    next.call(request).await
}

#[tokio::test]
async fn a_request_that_has_changed_is_looked_at_anew() {
    setup()
        .app(APP)
        .run(async |site| {
            let field = |(name, value): (String, String)| format!("{name}={value}");
            let browser = site.signed_in("alice").await;
            let alice = field(browser.session_cookie());
            let bob = field(site.signed_in("bob").await.session_cookie());
            let both = format!("{alice}; {bob}");
            let longer = format!("{alice}A");
            let bearer = format!("Bearer {}", site.bench.idp.token().sub("bob").mint());
            let cases: [(Fields<'_>, u16, &str); 9] = [
                (&[], 200, "alice "),
                (&[(COOKIE, &alice)], 200, "alice "),
                (&[(COOKIE, &bob)], 200, "bob "),
                (&[(COOKIE, "")], 401, ""),
                (&[(COOKIE, &both)], 401, ""),
                (&[(COOKIE, &longer)], 401, ""),
                (&[(BEARER, &bearer)], 200, "bob "),
                (&[(BEARER, "Bearer garbage")], 401, ""),
                (&[(MODE, "websocket")], 403, "cross_origin"),
            ];
            for (fields, status, body) in cases {
                let reply = browser.copy().get_with("/who", fields).await;
                assert_eq!(reply.status, status, "{fields:?}: {reply:?}");
                assert!(reply.body.contains(body), "{fields:?}: {reply:?}");
            }
        })
        .await;
}

#[tokio::test]
async fn a_session_that_has_changed_is_looked_at_anew() {
    setup()
        .app(APP)
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            for goods in ["apples", "pears"] {
                let reply = browser.get_with("/who", &[(PUT, goods)]).await;
                assert_eq!(reply.body, format!("alice {goods}"), "{reply:?}");
                assert_eq!(browser.get("/who").await.body, reply.body);
            }
            let reply = browser.get_with("/who", &[(END, "alice")]).await;
            assert_eq!(reply.status, 401, "{reply:?}");
            assert!(!browser.has_session());
        })
        .await;
}
