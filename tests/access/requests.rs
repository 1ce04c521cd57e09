//! Routes that take over requests from others.

use oidc::access::{AccessMatrix, LockError, LockState};
use oidc::axum::{MethodRouter, Router};
use oidc::{Oidc, actix, axum};

use crate::handlers::{Admin, health, list, me, named, search};

fn compare(before: &AccessMatrix, now: &AccessMatrix) -> Result<LockState, LockError> {
    now.compare_lock(&before.to_lock())
}

/// What is reported, as `now > before` by method and path.
fn loosened(before: &AccessMatrix, now: &AccessMatrix) -> Vec<String> {
    let reported = match compare(before, now) {
        Ok(_) => Vec::new(),
        Err(LockError::Loosened(routes)) => routes,
        Err(other) => panic!("{other}"),
    };
    let line = |loosened: oidc::access::Loosened| {
        let before = loosened.before.map_or("nothing".to_owned(), |before| {
            format!("{} {}", before.method, before.path)
        });
        format!(
            "{} {} > {before}",
            loosened.route.method, loosened.route.path
        )
    };
    reported.into_iter().map(line).collect()
}

#[track_caller]
fn assert_loosened(case: &str, before: &AccessMatrix, now: &AccessMatrix, expected: &[&str]) {
    assert_eq!(loosened(before, now), expected, "{case}");
}

#[track_caller]
fn assert_passes(case: &str, before: &AccessMatrix, now: &AccessMatrix) {
    assert_eq!(loosened(before, now), [""; 0], "{case}");
}

fn on_axum<const N: usize>(routes: [(&str, MethodRouter<Oidc>); N]) -> AccessMatrix {
    let routes = routes.into_iter();
    routes
        .fold(Router::new(), |router, (path, route)| {
            router.route(path, route)
        })
        .access()
}

fn on_actix<const N: usize>(routes: [(&str, actix::Route); N]) -> AccessMatrix {
    let routes = routes.into_iter();
    routes
        .fold(actix::scope(""), |scope, (path, route)| {
            scope.route(path, route)
        })
        .access()
}

/// actix-web has no fallback from `HEAD` to `GET`, and tries routes in their order.
#[test]
fn actix_serves_by_order() {
    use oidc::actix::{any, get, head, scope};
    let resource = |resource: actix::Resource| scope("").service(resource).access();
    let at_x = || actix::resource("/x");
    let before = resource(at_x().head(named).get(named).to(health));
    let now = resource(at_x().get(named).to(health));
    assert_loosened("HEAD", &before, &now, &["ANY /x > HEAD /x"]);
    let before = resource(at_x().get(named).to(health));
    let now = resource(at_x().to(health).get(named));
    assert_loosened("the open one first", &before, &now, &["ANY /x > GET /x"]);
    assert_passes("and back", &now, &before);
    let before = resource(at_x().get(named));
    assert_loosened(
        "a new open one for all other methods",
        &before,
        &resource(at_x().get(named).to(search)),
        &["ANY /x > nothing"],
    );

    let admin_first = on_actix([("/a/admin", get().to(named)), ("/a/{x}", get().to(health))]);
    let open_first = on_actix([("/a/{x}", get().to(health)), ("/a/admin", get().to(named))]);
    let reported = ["GET /a/{x} > GET /a/admin"];
    assert_loosened("swapped", &admin_first, &open_first, &reported);
    assert_passes("swapped back", &open_first, &admin_first);
    let apart = on_actix([
        ("/a/{x}/b", any().to(health)),
        ("/a/admin", get().to(named)),
    ]);
    let apart_swapped = on_actix([
        ("/a/admin", get().to(named)),
        ("/a/{x}/b", any().to(health)),
    ]);
    assert_passes("swapped, but apart", &apart_swapped, &apart);
    let by_method = on_actix([("/a", head().to(health)), ("/a", get().to(named))]);
    let by_method_swapped = on_actix([("/a", get().to(named)), ("/a", head().to(health))]);
    assert_passes("other methods", &by_method_swapped, &by_method);
}

/// A scope's default service comes last regardless of the order of registration, and only in its
/// scope.
#[test]
fn actix_serves_defaults_last() {
    use oidc::actix::{any, get, scope};
    let admin = || {
        scope("/admin")
            .default_service(any().to(health))
            .route("/users", get().to(named))
    };
    let last = scope("").service(
        scope("/admin")
            .route("/users", get().to(named))
            .default_service(any().to(health)),
    );
    let first = scope("").service(admin());
    assert_eq!(
        compare(&last.access(), &first.access()).expect("the same"),
        LockState::Same
    );
    let outer = scope("").service(admin()).route("/admin/x", get().to(me));
    assert_passes(
        "what comes after is not reached",
        &outer.access(),
        &first.access(),
    );
}

#[test]
fn a_new_path_for_the_same_requests_is_seen() {
    let admin = || axum::get(named);
    let before = on_axum([("/orders/{id}", admin())]);
    assert_loosened(
        "a special case",
        &before,
        &on_axum([("/orders/{id}", admin()), ("/orders/mine", axum::get(me))]),
        &["GET /orders/mine > GET /orders/{id}"],
    );
    assert_loosened(
        "a wider path",
        &before,
        &on_axum([("/orders/{*rest}", axum::get(me))]),
        &["GET /orders/{*rest} > GET /orders/{id}"],
    );
    assert_passes(
        "the same guard",
        &before,
        &on_axum([("/orders/{id}", admin()), ("/orders/mine", admin())]),
    );
    assert_passes(
        "other requests",
        &before,
        &on_axum([
            ("/orders/{id}", admin()),
            ("/orders", axum::get(me)),
            ("/orders/{id}/lines", axum::get(me)),
            ("/orders/mine", axum::post(me)),
        ]),
    );

    let admin = || actix::get().to(named);
    let before = on_actix([("/orders/{id}", admin())]);
    for path in [
        "/orders/{id:[0-9]+}",
        "/orders/{tail}*",
        "/orders/7",
        "/{x}/{y}",
    ] {
        let now = on_actix([(path, actix::get().to(me))]);
        let reported = format!("GET {path} > GET /orders/{{id}}");
        assert_loosened("another pattern", &before, &now, &[&reported]);
        let now = on_actix([("/orders/{id}", admin()), (path, actix::get().to(me))]);
        assert_passes("it gets what the old one leaves", &before, &now);
    }
    for path in ["/orders/{id:[0-9]+}", "/orders/{tail}*", "/orders/7"] {
        let now = on_actix([(path, actix::get().to(named))]);
        assert_passes("as strict", &before, &now);
    }
}

#[test]
fn requests_that_fall_to_an_open_route_are_seen() {
    let before = on_axum([
        ("/files/secret", axum::get(named)),
        ("/files/{*rest}", axum::get(health)),
    ]);
    let now = on_axum([("/files/{*rest}", axum::get(health))]);
    let reported = ["GET /files/{*rest} > GET /files/secret"];
    assert_loosened("a wildcard", &before, &now, &reported);
    let now = on_axum([
        ("/files/secret", axum::post(named)),
        ("/files/{*rest}", axum::get(health)),
    ]);
    assert_passes("the path is there, and answers 405", &before, &now);
    let before = on_axum([("/files/secret", axum::get(named))]);
    assert_passes("nothing serves them", &before, &AccessMatrix::default());

    let guarded = || Router::new().route("/admin", axum::get(named));
    let with_fallback = |router: Router<Oidc>| router.fallback(health).access();
    assert_loosened(
        "a fallback",
        &with_fallback(guarded()),
        &with_fallback(Router::new()),
        &["ANY /{*fallback} > GET /admin"],
    );
    assert_passes(
        "a method less",
        &with_fallback(guarded().route("/admin", axum::post(named))),
        &with_fallback(guarded()),
    );

    let before = on_actix([
        ("/files/secret", actix::get().to(named)),
        ("/files/{tail}*", actix::get().to(health)),
    ]);
    let now = on_actix([("/files/{tail}*", actix::get().to(health))]);
    let reported = ["GET /files/{tail}* > GET /files/secret"];
    assert_loosened("a wildcard", &before, &now, &reported);
}

/// A nested router also serves the prefix itself.
#[test]
fn nested_services_are_served_at_their_prefix() {
    let files = || ::axum::Router::new();
    let nested = |router: Router<Oidc>| {
        let router = router.nest_service_unguarded("/files", files(), "they guard themselves");
        let guard = crate::apps::client().layer(Admin);
        let guarded = router.protect(guard);
        Router::new().merge(guarded).fallback(health).access()
    };
    let below = Router::<Oidc>::new()
        .route("/files/{*rest}", axum::any(named))
        .fallback(health)
        .access();
    assert_loosened(
        "the prefix is left to the fallback",
        &nested(Router::new()),
        &below,
        &["ANY /{*fallback} > ANY /files/{*rest}"],
    );
}

/// A new public route is reported even if its path was public before.
#[test]
fn a_new_open_route_is_seen_beside_an_open_fallback() {
    let before = Router::<Oidc>::new().fallback(health).access();
    let now = Router::<Oidc>::new()
        .route("/dump", axum::get(health))
        .fallback(health)
        .access();
    assert_loosened("axum", &before, &now, &["GET /dump > nothing"]);
}

/// A lock file written on one framework can be compared on the other.
#[test]
fn the_other_framework_is_compared_by_its_own_rules() {
    let axum = on_axum([("/a/admin", axum::get(named)), ("/a/{x}", axum::get(me))]);
    let actix = on_actix([
        ("/a/admin", actix::get().to(named)),
        ("/a/{x}", actix::get().to(me)),
    ]);
    let swapped = on_actix([
        ("/a/{x}", actix::get().to(me)),
        ("/a/admin", actix::get().to(named)),
    ]);
    assert_passes("in this order", &axum, &actix);
    assert_loosened(
        "in the other",
        &axum,
        &swapped,
        &["GET /a/{x} > GET /a/admin"],
    );
}

#[test]
fn the_message_names_the_route_that_served_before() {
    let before = on_axum([("/orders/{id}", axum::get(list))]);
    let now = on_axum([
        ("/orders/{id}", axum::get(list)),
        ("/orders/mine", axum::get(me)),
    ]);
    let error = compare(&before, &now)
        .expect_err("it is looser")
        .to_string();
    let expected = r#"1 route is open to more callers than before
  GET /orders/mine: access::handlers::me (tests/access/requests.rs:279)
    - required(scopes = "orders:read", claims(tenant = ["a", "b"])) of GET /orders/{id}
    + required
If this is intended, run the test with UPDATE_POLICY_LOCK=1 and commit the file."#;
    assert_eq!(error, expected);
}

/// The file has the routes in the order in which actix-web tries them.
#[test]
fn the_file_records_order_and_extent() {
    use oidc::actix::{any, get, scope};
    let files = actix_web::web::resource("/page").to(async || "page");
    let text = scope("")
        .default_service(any().to(health))
        .route("/b", get().to(me))
        .service_unguarded("/a", files, "files")
        .access()
        .to_lock();
    let expected = r#"{
  "version": 2,
  "framework": "actix-web",
  "routes": [
    {"method":"GET","path":"/b","guards":[{"required":{"all":[]}}]},
    {"method":"ANY","path":"/a/{rest}*","extent":"prefix","guards":[{"public":{"reason":"files"}}]},
    {"method":"ANY","path":"/{default}*","extent":"fallback","guards":[{"public":{"reason":"load balancer | monitoring"}}]}
  ]
}
"#;
    assert_eq!(text, expected);
}
