//! A guard allocates nothing for a token that was verified before, on either framework.

use actix_web::test as actix;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use oidc::Oidc;
use oidc_devidp::TestIdp;
use serde_json::json;
use tower_service::Service as _;

async fn bare() -> &'static str {
    "ok"
}

#[oidc::required]
async fn authenticated() -> &'static str {
    "ok"
}

#[oidc::required(
    scopes = "read",
    claims(groups = "admin"),
    any(roles = "admin", roles = "ops")
)]
async fn with_rules() -> &'static str {
    "ok"
}

#[oidc::optional(scopes = "read")]
async fn optional() -> &'static str {
    "ok"
}

const PATHS: [&str; 4] = ["/bare", "/authenticated", "/with_rules", "/optional"];

async fn client(idp: &TestIdp) -> Oidc {
    let oidc = Oidc::builder()
        .client_id(idp.client_id())
        .discovery_url(idp.discovery_url())
        .build()
        .expect("the configuration is sound");
    oidc.discover().await.expect("the provider runs");
    oidc
}

fn authorization(idp: &TestIdp) -> String {
    let token = idp.token().scope("read").claim("groups", json!(["admin"]));
    format!("Bearer {}", token.mint())
}

/// How often each route allocates, once the framework has filled its pools and the token is known.
async fn allocations(mut call: impl AsyncFnMut(&'static str)) -> Vec<(&'static str, u64)> {
    for path in PATHS.repeat(2) {
        call(path).await;
    }
    let mut counts = Vec::new();
    for path in PATHS {
        let (counted, ()) = measure(call(path)).await;
        counts.push((path, counted));
    }
    counts
}

/// Counts the allocations of one poll. Nothing here waits, so one is all there is.
async fn measure<T>(future: impl Future<Output = T>) -> (u64, T) {
    let mut future = std::pin::pin!(future);
    let mut output = None;
    std::future::poll_fn(|context| {
        let mut poll = std::task::Poll::Pending;
        let measured = allocation_counter::measure(|| poll = future.as_mut().poll(context));
        poll.map(|value| output = Some((measured.count_total, value)))
    })
    .await;
    output.expect("it was polled to its end")
}

fn assert_none_more_than_bare(counts: &[(&str, u64)]) {
    let (_, bare) = counts[0];
    assert!(bare > 0, "the counter counts nothing");
    for (path, count) in counts {
        assert_eq!(*count, bare, "allocations of {path}");
    }
}

#[tokio::test]
async fn axum_guards_allocate_nothing() {
    let idp = TestIdp::start().await;
    let authorization = authorization(&idp);
    let mut app = axum::Router::new()
        .route("/bare", get(bare))
        .route("/authenticated", get(authenticated))
        .route("/with_rules", get(with_rules))
        .route("/optional", get(optional))
        .with_state(client(&idp).await);
    let counts = allocations(async |path| {
        let request = Request::get(path).header("authorization", &authorization);
        let response = app
            .call(request.body(Body::empty()).expect("a request"))
            .await;
        assert_eq!(response.expect("infallible").status(), 200, "{path}");
    })
    .await;
    assert_none_more_than_bare(&counts);
}

#[actix_web::test]
async fn actix_guards_allocate_nothing() {
    use actix_web::web;

    let idp = TestIdp::start().await;
    let authorization = authorization(&idp);
    let app = actix_web::App::new()
        .app_data(client(&idp).await)
        .route("/bare", web::get().to(bare))
        .route("/authenticated", web::get().to(authenticated))
        .route("/with_rules", web::get().to(with_rules))
        .route("/optional", web::get().to(optional));
    let app = actix::init_service(app).await;
    let counts = allocations(async |path| {
        let request = actix::TestRequest::get().uri(path);
        let request = request.insert_header(("authorization", authorization.as_str()));
        let response = actix::call_service(&app, request.to_request()).await;
        assert_eq!(response.status(), 200, "{path}");
    })
    .await;
    assert_none_more_than_bare(&counts);
}
