//! A middleware that replaces the credentials of a request is obeyed, whatever a layer in front of
//! it found out.

use actix_web::http::header::{AUTHORIZATION, HeaderValue};
use actix_web::middleware::{Next as ActixNext, from_fn as actix_from_fn};
use actix_web::web;
use axum::Router;
use axum::extract::Request;
use axum::middleware::map_request;
use axum::routing::get;
use oidc::{IdToken, Oidc};
use reqwest::Method;

use super::{Anybody, Checked};
use crate::support::bench::Bench;
use crate::support::reply::{Expected, Reply, anonymous, invalid_token, malformed, ok};
use crate::support::servers::for_both_of;

/// Where the requests of this test say what to replace their credentials by.
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
async fn required(user: IdToken) -> String {
    user.subject().to_owned()
}

#[oidc::optional]
async fn optional(user: Option<IdToken>) -> String {
    user.map_or("nobody".to_owned(), |user| user.subject().to_owned())
}

async fn unguarded(user: IdToken) -> String {
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
