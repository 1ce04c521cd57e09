//! The matrix in each of its formats.

use oidc::access::AccessMatrix;
use serde_json::{Value, json};

use crate::apps;
use crate::handlers::{Admin, me};

fn rows(matrix: &AccessMatrix) -> Vec<String> {
    let row = |route: &oidc::access::RouteEntry| {
        let guards: Vec<_> = route.guards.iter().map(ToString::to_string).collect();
        format!("{} {} {}", route.method, route.path, guards.join(" > "))
    };
    matrix.routes.iter().map(row).collect()
}

const ADMIN: &str = r#"required(roles = "admin")"#;
const NOT_FOUND: &str = r#"public(reason = "there is no such route")"#;
const LIST: &str = r#"required(scopes = "orders:read", claims(tenant = ["a", "b"]))"#;

#[test]
fn axum_routes_with_whole_paths_and_layers() {
    let matrix = apps::axum(&apps::client()).access();
    let expected = [
        format!("GET /admin {ADMIN} > required"),
        format!(r#"ANY /admin/docs/{{*rest}} {ADMIN} > public(reason = "only below the layer")"#),
        format!("GET /admin/orders/{{id}} {ADMIN} > {LIST}"),
        format!("DELETE /admin/orders/{{id}} {ADMIN} > {ADMIN}"),
        format!("ANY /admin/{{*fallback}} {ADMIN} > {NOT_FOUND}"),
    ];
    assert_eq!(rows(&matrix)[..5], expected);
    assert_eq!(rows(&matrix)[5..], of_both("/{*fallback}"));
}

#[test]
fn actix_routes_with_whole_paths_and_layers() {
    let matrix = apps::actix(&apps::client()).access();
    let expected = [
        format!("GET /admin {ADMIN} > required"),
        format!(r#"ANY /admin/docs/{{rest}}* {ADMIN} > public(reason = "only below the layer")"#),
        format!("GET /admin/orders/{{id}} {ADMIN} > {LIST}"),
        format!("DELETE /admin/orders/{{id}} {ADMIN} > {ADMIN}"),
        format!("ANY /admin/{{default}}* {ADMIN} > {NOT_FOUND}"),
    ];
    assert_eq!(rows(&matrix)[..5], expected);
    assert_eq!(rows(&matrix)[5..], of_both("/{default}*"));
}

/// Everything outside `/admin`.
fn of_both(fallback: &str) -> Vec<String> {
    let health = r#"public(reason = "load balancer | monitoring")"#;
    let mut rows = vec![
        r#"GET /api/auth/v2/callback public(reason = "the provider sends the browser back here")"#
            .to_owned(),
        r#"GET /api/auth/v2/login public(reason = "signing in starts here")"#.to_owned(),
        r#"GET /api/auth/v2/logout public(reason = "signing out needs no valid token")"#.to_owned(),
        r#"POST /api/auth/v2/token public(reason = "a code or a refresh token is exchanged here")"#
            .to_owned(),
        "GET /api/auth/v2/userinfo required".to_owned(),
        format!("GET /health {health}"),
        format!("GET /orders {LIST}"),
        r#"POST /orders required(any(scopes = "orders:write", policy = Admin))"#.to_owned(),
        r#"ANY /search optional(scopes = "orders:read", invalid = "reject")"#.to_owned(),
    ];
    rows.push(format!("ANY {fallback} {health}"));
    rows
}

/// Without the flag there are none of them, as [`of_both`] shows.
#[test]
fn endpoints_of_sessions() {
    use oidc::{actix, axum};
    const ALL: oidc::Routes = oidc::routes!(
        sessions,
        session = "/me",
        frontchannel_logout = "/frontchannel"
    );
    let router: axum::Router<oidc::Oidc> = axum::Router::new().merge(ALL);
    let scope = actix::scope("").service(ALL);
    for matrix in [router.access(), scope.access()] {
        let rows = rows(&matrix);
        assert_eq!(rows.len(), 10, "{rows:?}");
        for row in [
            r#"GET /auth/v2/logout public(reason = "signing out needs no valid token")"#,
            r#"POST /auth/v2/logout public(reason = "signing out needs no valid token")"#,
            r#"GET /me public(reason = "the browser asks here whether it is signed in")"#,
            r#"POST /auth/v2/backchannel-logout public(reason = "the provider ends sessions here")"#,
            r#"GET /frontchannel public(reason = "the provider ends sessions here, in the browser")"#,
        ] {
            assert!(rows.iter().any(|found| found == row), "{row}: {rows:?}");
        }
    }
    let fewer: axum::Router<oidc::Oidc> =
        axum::Router::new().merge(oidc::routes!(sessions, backchannel_logout = None));
    assert_eq!(rows(&fewer.access()).len(), 8);
}

/// Only where it has a path.
#[test]
fn endpoint_of_the_public_key() {
    use oidc::{actix, axum};
    const WITH_KEY: oidc::Routes = oidc::routes!(jwks = "/client.jwks");
    let router: axum::Router<oidc::Oidc> = axum::Router::new().merge(WITH_KEY);
    let scope = actix::scope("").service(WITH_KEY);
    for matrix in [router.access(), scope.access()] {
        let rows = rows(&matrix);
        assert_eq!(rows.len(), 7, "{rows:?}");
        let row = "GET /client.jwks public(reason = \"the provider reads the public key of this \
                   application here\")";
        assert!(rows.iter().any(|found| found == row), "{rows:?}");
    }
}

/// The handler's path, and the location of its inline policy or of the policy that it names; a
/// handler without rules is listed where it was registered.
#[test]
fn handlers_and_places() {
    for matrix in [
        apps::axum(&apps::client()).access(),
        apps::actix(&apps::client()).access(),
    ] {
        let handler = |method, path| {
            let mut routes = matrix.routes.iter();
            let route = routes
                .find(|route| route.method == method && route.path == path)
                .expect("it is there");
            (route.handler.as_str(), route.location)
        };
        let file = "tests/access/handlers.rs";
        assert_eq!(
            handler("GET", "/orders"),
            ("access::handlers::list", Some((file, 11)))
        );
        assert_eq!(
            handler("DELETE", "/admin/orders/{id}"),
            ("access::handlers::named", Some((file, 3)))
        );
        let mut routes = matrix.routes.iter();
        let without_rules = routes.find(|route| route.handler == "access::handlers::me");
        let location = without_rules.and_then(|route| route.location);
        let registered = location.map(|(file, _)| file);
        assert_eq!(registered, Some("tests/access/apps.rs"));
    }
}

#[test]
fn a_table_for_terminals_is_aligned() {
    let text = apps::axum(&apps::client()).access().to_string();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 16, "{text}");
    let column = lines[0].find("Handler").expect("a heading");
    assert!(lines[0].starts_with("Method  Path  "), "{text}");
    for line in &lines[1..] {
        assert_eq!(line.as_bytes()[column - 1], b' ', "{line}");
        assert_ne!(line.as_bytes()[column], b' ', "{line}");
        assert!(!line.ends_with(' '), "{line}");
    }
}

#[test]
fn markdown_has_a_row_for_each_route() {
    let text = apps::actix(&apps::client()).access().to_markdown();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("| Method | Path | Access | Handler |"));
    assert_eq!(lines.next(), Some("|---|---|---|---|"));
    assert_eq!(lines.clone().count(), 15);
    let health = lines.find(|line| line.contains("`/health`"));
    assert_eq!(
        health,
        Some(concat!(
            r#"| `GET` | `/health` | `public(reason = "load balancer \| monitoring")` "#,
            "| `access::handlers::health (tests/access/handlers.rs:31)` |"
        ))
    );
}

#[test]
fn json_for_programs() {
    let text = apps::axum(&apps::client()).access().to_json();
    let json: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        json["routes"][3],
        json!({
            "method": "DELETE",
            "path": "/admin/orders/{id}",
            "guards": [{"required": {"roles": ["admin"]}}, {"required": {"roles": ["admin"]}}],
            "handler": "access::handlers::named",
            "location": ["tests/access/handlers.rs", 3],
        })
    );
    assert_eq!(json["framework"], "axum");
    let extents: Vec<_> = json["routes"]
        .as_array()
        .expect("routes")
        .iter()
        .filter(|route| !route["extent"].is_null())
        .map(|route| (&route["path"], &route["extent"]))
        .collect();
    assert_eq!(
        extents,
        [
            (&json!("/admin/docs/{*rest}"), &json!("prefix")),
            (&json!("/admin/{*fallback}"), &json!("fallback")),
            (&json!("/{*fallback}"), &json!("fallback")),
        ]
    );
    let actix = apps::actix(&apps::client()).access().to_json();
    assert!(actix.contains(r#""framework": "actix-web""#), "{actix}");
}

/// Routes that are added before and after.
#[test]
fn everything_in_a_router_is_protected() {
    use crate::handlers::list;
    use oidc::axum::{Router, get};
    let oidc = apps::client();
    let router: Router<oidc::Oidc> = Router::new()
        .route("/a", get(me).protect(oidc.layer(Admin)).post(me))
        .fallback(me)
        .protect(oidc.layer(Admin))
        .route("/c", get(me))
        .nest("/d", Router::new().route("/", get(me)))
        .merge(Router::new().route("/e", get(list)))
        .nest_service_unguarded("/f", axum::Router::new(), "a test");
    assert_eq!(
        rows(&router.access()),
        [
            format!("GET /a {ADMIN} > {ADMIN} > required"),
            format!("POST /a {ADMIN} > {ADMIN} > required"),
            format!("GET /c {ADMIN} > required"),
            format!("GET /d {ADMIN} > required"),
            format!("GET /e {ADMIN} > {LIST}"),
            format!(r#"ANY /f/{{*rest}} {ADMIN} > public(reason = "a test")"#),
            format!("ANY /{{*fallback}} {ADMIN} > required"),
        ]
    );
    let router = router.fallback(list);
    let last = |router: &Router<oidc::Oidc>| rows(&router.access()).pop().expect("a row");
    assert_eq!(
        last(&router),
        format!("ANY /{{*fallback}} {ADMIN} > {LIST}")
    );
    assert_eq!(
        last(&router.reset_fallback()),
        format!("ANY /{{*fallback}} {ADMIN} > {NOT_FOUND}")
    );
    let empty: Router<oidc::Oidc> = Router::new().protect(oidc.layer(Admin));
    assert_eq!(
        rows(&empty.access()),
        [format!("ANY /{{*fallback}} {ADMIN} > {NOT_FOUND}")]
    );
}

/// The first one is the innermost, also for routes that are added later.
#[test]
fn several_guards_keep_their_order() {
    #[oidc::policy(scopes = "inner")]
    struct Inner;
    #[oidc::policy(scopes = "outer")]
    struct Outer;
    let oidc = apps::client();
    let guarded = r#"GET /a required(scopes = "outer") > required(scopes = "inner") > required"#;
    let router: oidc::axum::Router<oidc::Oidc> = oidc::axum::Router::new()
        .protect(oidc.layer(Inner))
        .protect(oidc.layer(Outer))
        .route("/a", oidc::axum::get(me));
    assert_eq!(rows(&router.access())[0], guarded);
    let scope = oidc::actix::scope("")
        .protect(oidc.layer(Inner))
        .protect(oidc.layer(Outer))
        .route("/a", oidc::actix::get().to(me));
    assert_eq!(rows(&scope.access())[0], guarded);
}

/// An unguarded 404 is not listed.
#[test]
fn only_protected_routers_have_a_row_for_unknown_paths() {
    let router: oidc::axum::Router<oidc::Oidc> =
        oidc::axum::Router::new().nest("/a", oidc::axum::Router::new());
    assert_eq!(router.access().routes, []);
    let scope = oidc::actix::scope("").service(oidc::actix::scope("/a"));
    assert_eq!(scope.access().routes, []);
    let resource = oidc::actix::resource("/a").protect(apps::client().layer(Admin));
    assert_eq!(resource.access().routes, []);
}

#[test]
#[should_panic(expected = "empty reason: state why `/files/{*rest}` is public")]
fn an_open_service_needs_a_reason() {
    let router: oidc::axum::Router<oidc::Oidc> = oidc::axum::Router::new();
    let _ = router.nest_service_unguarded("/files", axum::Router::new(), " ");
}

/// axum drops the fallback of a nested router if the router around it is nested and has none; here
/// it is kept.
#[test]
fn nested_fallbacks_stay_below_a_router_without_one() {
    use oidc::axum::{Router, get};
    let inner = || Router::new().route("/me", get(me)).fallback(me);
    let paths = |router: Router<oidc::Oidc>| -> Vec<String> {
        let routes = router.access().routes;
        routes.into_iter().map(|route| route.path).collect()
    };
    let without = Router::new().nest("/v1", inner());
    let kept = paths(Router::new().nest("/api", without));
    assert_eq!(kept, ["/api/v1/me", "/api/v1/{*fallback}"]);
    let with = Router::new().nest("/v1", inner()).fallback(me);
    let kept = paths(Router::new().nest("/api", with));
    assert!(kept.contains(&"/api/v1/{*fallback}".to_owned()), "{kept:?}");
}
