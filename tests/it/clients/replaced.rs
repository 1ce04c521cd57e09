//! A middleware that replaces the credentials of a request is obeyed, whatever a layer in front of
//! it found out.

use actix_web::http::header::{AUTHORIZATION, HeaderValue};
use actix_web::middleware::{Next as ActixNext, from_fn as actix_from_fn};
use actix_web::web;
use axum::Router;
use axum::extract::Request;
use axum::middleware::map_request;
use axum::routing::get;
use oidc::{Oidc, Principal, RequestParts};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Anybody, Checked};
use crate::support::bench::Bench;
use crate::support::reply::{Expected, Reply, anonymous, denied, invalid_token, malformed, ok};
use crate::support::servers::for_both_of;

/// The header field with what replaces the credentials of a request.
const EXCHANGE: &str = "x-exchange";

async fn axum_replaces(mut request: Request) -> Request {
    let headers = request.headers_mut();
    headers.remove(axum::http::header::AUTHORIZATION);
    if let Some(credentials) = headers.remove(EXCHANGE) {
        headers.insert(axum::http::header::AUTHORIZATION, credentials);
    }
    request
}

async fn actix_replaces(
    mut request: actix_web::dev::ServiceRequest,
    next: ActixNext<impl actix_web::body::MessageBody>,
) -> Result<actix_web::dev::ServiceResponse<impl actix_web::body::MessageBody>, actix_web::Error> {
    let headers = request.headers_mut();
    let credentials: Option<HeaderValue> = headers.remove(EXCHANGE).next();
    headers.remove(AUTHORIZATION);
    if let Some(credentials) = credentials {
        headers.insert(AUTHORIZATION, credentials);
    }
    next.call(request).await
}

#[oidc::required]
async fn required(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::optional]
async fn optional(user: Option<Principal>) -> String {
    user.map_or("nobody".to_owned(), |user| user.subject().to_owned())
}

async fn unguarded(user: Principal) -> String {
    user.subject().to_owned()
}

fn router(oidc: Oidc) -> Router {
    let behind = Router::new()
        .route("/required", get(required))
        .route("/optional", get(optional))
        .route("/unguarded", get(unguarded))
        .layer(map_request(axum_replaces));
    Router::new()
        .nest("/checked", behind.clone().layer(oidc.layer(Checked)))
        .nest("/plain", behind.layer(oidc.layer(Anybody)))
        .with_state(oidc)
}

fn configure(oidc: &Oidc, config: &mut web::ServiceConfig) {
    let behind = || {
        web::scope("")
            .wrap(actix_from_fn(actix_replaces))
            .route("/required", web::get().to(required))
            .route("/optional", web::get().to(optional))
            .route("/unguarded", web::get().to(unguarded))
    };
    config.app_data(oidc.clone());
    config.service(
        web::scope("/checked")
            .wrap(oidc.layer(Checked))
            .service(behind()),
    );
    config.service(
        web::scope("/plain")
            .wrap(oidc.layer(Anybody))
            .service(behind()),
    );
}

#[tokio::test]
async fn credentials() {
    let bench = Bench::start().await;
    let alice = bench.good_token();
    let bearer = |token: String| Some(format!("Bearer {token}"));
    let cases: [(Option<String>, &str, Expected, &str); 6] = [
        (
            bearer(bench.idp.token().sub("bob").mint()),
            "bob",
            ok("bob"),
            "bob",
        ),
        (bearer(alice.clone()), "alice", ok("alice"), "alice"),
        (None, "none", anonymous(), "nobody"),
        (
            bearer("garbage".into()),
            "garbage",
            invalid_token(),
            "nobody",
        ),
        (bearer("a b".into()), "no token", malformed(), "nobody"),
        (
            bearer(bench.idp.token().expires_in(-60).mint()),
            "expired",
            invalid_token(),
            "nobody",
        ),
    ];
    for cache in [0, 1 << 20] {
        let client = || {
            let builder = bench.builder().token_cache_bytes(cache);
            builder.build().expect("the configuration is sound")
        };
        let (for_axum, for_actix) = (client(), client());
        for_both_of(
            move || router(for_axum),
            move |config| configure(&for_actix, config),
            async |server| {
                for (credentials, name, expected, seen) in &cases {
                    for front in ["checked", "plain"] {
                        for route in ["required", "optional", "unguarded"] {
                            let path = format!("/{front}/{route}");
                            let mut request =
                                server.request(Method::GET, &path).bearer_auth(&alice);
                            if let Some(credentials) = credentials {
                                request = request.header(EXCHANGE, credentials);
                            }
                            let reply = Reply::of(request).await;
                            let case = format!("{path} after a change to {name}, cache {cache}");
                            match route {
                                "optional" => reply.assert(&case, &ok(seen)),
                                _ => reply.assert(&case, expected),
                            }
                        }
                    }
                }
            },
        )
        .await;
    }
}

/// Of the tenant that the request is for.
async fn of_tenant(user: &Principal, request: &RequestParts<'_>) -> bool {
    tokio::task::yield_now().await;
    let tenant = user.claims().get("tenant").and_then(Value::as_str);
    request.header(TENANT) == tenant.map(str::as_bytes)
}

#[oidc::policy(check = of_tenant)]
struct OfTenant;

const TENANT: &str = "x-tenant";
const OTHER_TENANT: &str = "x-other-tenant";

async fn axum_changes(mut request: Request) -> Request {
    let headers = request.headers_mut();
    if let Some(tenant) = headers.remove(OTHER_TENANT) {
        headers.insert(TENANT, tenant);
    }
    request
}

async fn actix_changes(
    mut request: actix_web::dev::ServiceRequest,
    next: ActixNext<impl actix_web::body::MessageBody>,
) -> Result<actix_web::dev::ServiceResponse<impl actix_web::body::MessageBody>, actix_web::Error> {
    let headers = request.headers_mut();
    let tenant: Option<HeaderValue> = headers.remove(OTHER_TENANT).next();
    if let Some(tenant) = tenant {
        headers.insert("x-tenant".parse().expect("a name"), tenant);
    }
    next.call(request).await
}

/// What the client requires of every token may depend on the request as well: each guard
/// evaluates it again.
#[tokio::test]
async fn parts_of_the_request_that_the_client_looks_at() {
    let bench = Bench::start().await;
    let token = bench.idp.token().claim("tenant", json!("a")).mint();
    let client = || {
        let builder = bench.builder().require(OfTenant);
        builder.build().expect("the configuration is sound")
    };
    let (for_axum, for_actix) = (client(), client());
    for_both_of(
        move || {
            let behind = Router::new().route("/required", get(required));
            let behind = behind.layer(map_request(axum_changes));
            Router::new()
                .nest("/layered", behind.clone().layer(for_axum.layer(Anybody)))
                .nest("/alone", behind)
                .with_state(for_axum)
        },
        move |config| {
            let behind = || {
                let scope = web::scope("").wrap(actix_from_fn(actix_changes));
                scope.route("/required", web::get().to(required))
            };
            let layered = web::scope("/layered").wrap(for_actix.layer(Anybody));
            config.app_data(for_actix.clone());
            config.service(layered.service(behind()));
            config.service(web::scope("/alone").service(behind()));
        },
        async |server| {
            for path in ["/layered/required", "/alone/required"] {
                for (other, expected) in [(None, ok("alice")), (Some("b"), denied())] {
                    let mut request = server.request(Method::GET, path).bearer_auth(&token);
                    request = request.header(TENANT, "a");
                    if let Some(other) = other {
                        request = request.header(OTHER_TENANT, other);
                    }
                    let reply = Reply::of(request).await;
                    reply.assert(&format!("{path}, changed to {other:?}"), &expected);
                }
            }
        },
    )
    .await;
}
