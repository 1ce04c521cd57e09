//! The counters of the feature `metrics`.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::test::{TestRequest, call_service, init_service};
use axum::body::Body;
use axum::http::Request;
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use oidc::{Introspect, Oidc, Principal};
use oidc_devidp::{Endpoint, Fault};
use tower_service::Service as _;

use crate::support::bench::Bench;

/// The counters by name and label.
#[derive(Default)]
struct Counters(Mutex<BTreeMap<String, Arc<AtomicU64>>>);

impl Counters {
    fn values(&self) -> Vec<(String, u64)> {
        let counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let value = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
        counters
            .iter()
            .map(|(name, counter)| (name.clone(), value(counter)))
            .collect()
    }
}

impl Recorder for Counters {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let labels = key
            .labels()
            .map(|label| format!(" {}={}", label.key(), label.value()));
        let name = key.name().to_owned() + &labels.collect::<String>();
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Counter::from_arc(Arc::clone(counters.entry(name).or_default()))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

#[oidc::required]
async fn required(user: Principal) -> String {
    user.subject().to_owned()
}

/// Requests to both frameworks on this thread, which is the one that the recorder observes.
async fn get_both(oidc: &Oidc, path: &str, token: Option<&str>) -> [u16; 2] {
    let authorization = token.map(|token| format!("Bearer {token}"));
    let router = axum::Router::new().route("/required", axum::routing::get(required));
    let mut router = router.merge(oidc::routes!()).with_state(oidc.clone());
    let mut request = Request::get(path);
    if let Some(authorization) = &authorization {
        request = request.header("authorization", authorization);
    }
    let request = request.body(Body::empty()).expect("a request");
    let Ok(on_axum) = router.call(request).await;

    let app = actix_web::App::new().app_data(oidc.clone());
    let app = app.route("/required", actix_web::web::get().to(required));
    let app = init_service(app.service(oidc::routes!())).await;
    let mut request = TestRequest::get().uri(path);
    if let Some(authorization) = &authorization {
        request = request.insert_header(("authorization", authorization.as_str()));
    }
    let on_actix = call_service(&app, request.to_request()).await;
    [on_axum.status().as_u16(), on_actix.status().as_u16()]
}

#[tokio::test]
async fn count_what_happens() {
    let counters = Counters::default();
    let _recorder = metrics::set_default_local_recorder(&counters);
    let bench = Bench::start().await;
    let oidc = bench.oidc();

    bench.idp.fault(Endpoint::Jwks, Fault::Status(500));
    oidc.discover().await.expect_err("the provider fails");
    bench.idp.heal();
    let oidc = bench.oidc();
    oidc.discover().await.expect("the provider runs");

    let (good, other) = (bench.good_token(), bench.idp.token().sub("bob").mint());
    let expired = bench.idp.token().expires_in(-60).mint();
    for token in [&good, &good, &other] {
        assert_eq!(get_both(&oidc, "/required", Some(token)).await, [200; 2]);
    }
    assert_eq!(get_both(&oidc, "/required", None).await, [401; 2]);
    assert_eq!(get_both(&oidc, "/required", Some(&expired)).await, [401; 2]);
    assert_eq!(get_both(&oidc, "/auth/v2/login", None).await, [400; 2]);
    assert_eq!(
        get_both(&oidc, "/auth/v2/userinfo", Some(&expired)).await,
        [401; 2]
    );

    let expected = [
        ("oidc_provider_refreshes_total outcome=failed", 1),
        ("oidc_provider_refreshes_total outcome=ok", 1),
        ("oidc_refused_total code=credentials_missing", 2),
        ("oidc_refused_total code=request_malformed", 2),
        ("oidc_refused_total code=token_expired", 4),
        // Two tokens; what comes again is known.
        ("oidc_tokens_verified_total", 2),
    ];
    assert_eq!(
        counters.values(),
        expected.map(|(name, count)| (name.to_owned(), count))
    );
}

#[tokio::test]
async fn count_questions_about_opaque_tokens() {
    let counters = Counters::default();
    let _recorder = metrics::set_default_local_recorder(&counters);
    let bench = Bench::start().await;
    let oidc = bench.builder().introspect(Introspect::Opaque).build();
    let oidc = oidc.expect("the configuration is sound");
    let opaque = || bench.idp.token().opaque().mint();

    let (good, failing) = (opaque(), opaque());
    for (token, status) in [(&*good, 200), ("never-issued", 401)] {
        assert_eq!(get_both(&oidc, "/required", Some(token)).await, [status; 2]);
    }
    bench.idp.fault(Endpoint::Introspection, Fault::Status(500));
    assert_eq!(get_both(&oidc, "/required", Some(&failing)).await, [503; 2]);

    let values = counters.values();
    let introspections: Vec<_> = values
        .iter()
        .filter(|(name, _)| name.starts_with("oidc_introspections_total"))
        .map(|(name, count)| (name.as_str(), *count))
        .collect();
    let expected = [
        // A failure is not remembered; the answers about the other two are.
        ("oidc_introspections_total outcome=failed", 2),
        ("oidc_introspections_total outcome=ok", 2),
    ];
    assert_eq!(introspections, expected);
}
