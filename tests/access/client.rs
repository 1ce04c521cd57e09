//! The global policies of the client, and of the clients of layers.

use oidc::Oidc;
use oidc::access::{AccessMatrix, LockError, LockState};
use oidc::openapi::secure;
use serde_json::{Value, json};

use crate::apps;
use crate::handlers::{Admin, health, list, me, search};

#[oidc::policy(claims(tenant = "a"))]
struct Tenant;

#[oidc::policy(scopes = "api")]
struct Api;

fn builder() -> oidc::OidcBuilder {
    let builder = Oidc::builder().client_id("app");
    builder.discovery_url("https://login.example.org")
}

/// A client with this global policy.
fn demanding<P: oidc::Policy>(policy: P) -> Oidc {
    let oidc = builder().require(policy).build();
    oidc.expect("the configuration is sound")
}

fn demanding_both() -> Oidc {
    let oidc = builder().require(Tenant).require(Api).build();
    oidc.expect("the configuration is sound")
}

/// One route of each kind.
fn routes() -> [AccessMatrix; 2] {
    use oidc::{actix, axum};
    let axum: axum::Router<Oidc> = axum::Router::new()
        .route("/orders", axum::get(list))
        .route("/search", axum::any(search))
        .route("/health", axum::get(health));
    let actix = actix::scope("")
        .route("/orders", actix::get().to(list))
        .route("/search", actix::any().to(search))
        .route("/health", actix::get().to(health));
    [axum.access(), actix.access()]
}

/// A public and a required route below a layer of this client.
fn layered(oidc: &Oidc) -> [AccessMatrix; 2] {
    use oidc::{actix, axum};
    let axum: axum::Router<Oidc> = axum::Router::new()
        .route("/me", axum::get(me))
        .route("/open", axum::get(health))
        .protect(oidc.layer(Admin));
    let actix = actix::scope("")
        .route("/me", actix::get().to(me))
        .route("/open", actix::get().to(health))
        .protect(oidc.layer(Admin));
    [axum.access(), actix.access()]
}

fn compare(before: &AccessMatrix, now: &AccessMatrix) -> Result<LockState, LockError> {
    now.compare_lock(&before.to_lock())
}

/// The paths of the routes that are reported.
fn loosened(before: &AccessMatrix, now: &AccessMatrix) -> Vec<String> {
    match compare(before, now) {
        Err(LockError::Loosened(routes)) => {
            let paths = routes.into_iter().map(|loosened| loosened.route.path);
            paths.collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_policy_that_is_demanded_no_more_is_seen() {
    for routes in routes() {
        let before = routes.clone().for_client(&demanding_both());
        let now = routes.clone().for_client(&demanding(Api));
        assert_eq!(loosened(&before, &now), ["/orders", "/search"]);
        let now = routes.clone().for_client(&apps::client());
        assert_eq!(loosened(&before, &now), ["/orders", "/search"]);
        assert_eq!(
            compare(&before, &before).expect("nothing changed"),
            LockState::Same
        );
    }
}

#[test]
fn a_further_one_passes() {
    for routes in routes() {
        let now = routes.clone().for_client(&demanding_both());
        for before in [
            routes.clone(),
            routes.clone().for_client(&apps::client()),
            routes.clone().for_client(&demanding(Tenant)),
        ] {
            let state = compare(&before, &now).expect("it is stricter");
            assert_eq!(state, LockState::Outdated);
        }
    }
}

#[test]
fn a_matrix_without_the_client_is_not_compared_with_a_file_that_knows_it() {
    for routes in routes() {
        let before = routes.clone().for_client(&demanding(Tenant));
        let error = compare(&before, &routes).expect_err("the client is missing");
        assert!(matches!(error, LockError::ClientUnknown), "{error:?}");
        assert!(error.to_string().contains("for_client(&oidc)"), "{error}");
        let demanded_nothing = routes.clone().for_client(&apps::client());
        assert!(compare(&demanded_nothing, &routes).is_ok());
    }
}

/// A layer may belong to another client than the handlers.
#[test]
fn layers_bring_what_their_client_demands() {
    for (before, now) in layered(&demanding(Tenant))
        .iter()
        .zip(&layered(&apps::client()))
    {
        let guards: Vec<_> = before.routes[0]
            .guards
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            guards,
            [
                "client(policy = Tenant)",
                r#"required(roles = "admin")"#,
                "required",
            ]
        );
        let unknown = &now.routes[2].path;
        assert_eq!(loosened(before, now), ["/me", "/open", unknown]);
        // The handlers' own client has it as well; a public handler has no client.
        let now = now.clone().for_client(&demanding(Tenant));
        assert_eq!(loosened(before, &now), ["/open", unknown]);
    }
}

/// On a route that rejects invalid tokens, a token that the client does not accept is invalid.
#[test]
fn rejected_tokens_stay_rejected() {
    #[oidc::optional(claims(tenant = "a"), invalid = "reject")]
    async fn seen_by_tenant() -> &'static str {
        ""
    }
    #[oidc::optional(invalid = "reject")]
    async fn seen_by_all() -> &'static str {
        ""
    }
    let route = |route| -> AccessMatrix {
        let router: oidc::axum::Router<Oidc> = oidc::axum::Router::new().route("/", route);
        router.access()
    };
    let rejecting = route(oidc::axum::get(seen_by_all)).for_client(&demanding(Tenant));
    let ignoring = route(oidc::axum::get(seen_by_tenant)).for_client(&apps::client());
    assert_eq!(loosened(&rejecting, &ignoring), ["/"]);
    assert!(compare(&ignoring, &rejecting).is_ok());
}

#[test]
fn the_message_shows_the_policies() {
    let [routes, _] = routes();
    let before = routes.clone().for_client(&demanding(Tenant));
    let now = routes.for_client(&apps::client());
    let error = compare(&before, &now)
        .expect_err("it is looser")
        .to_string();
    let expected = r#"2 routes are open to more callers than before
  GET /orders: access::handlers::list (tests/access/handlers.rs:11)
    - client(policy = Tenant) > required(scopes = "orders:read", claims(tenant = ["a", "b"]))
    + required(scopes = "orders:read", claims(tenant = ["a", "b"]))
  ANY /search: access::handlers::search (tests/access/handlers.rs:21)
    - client(policy = Tenant) > optional(scopes = "orders:read", invalid = "reject")
    + optional(scopes = "orders:read", invalid = "reject")
If this is intended, run the test with UPDATE_POLICY_LOCK=1 and commit the file."#;
    assert_eq!(error, expected);
}

#[test]
fn every_form_shows_the_policies() {
    for routes in routes() {
        let matrix = routes.clone().for_client(&demanding_both());
        let demanded = "policy = Tenant, policy = Api";
        let table = matrix.to_string();
        let last = table.lines().last().expect("a line");
        assert_eq!(last, format!("Every token: {demanded}"), "{table}");
        let markdown = matrix.to_markdown();
        let last = markdown.lines().last().expect("a line");
        assert_eq!(last, format!("Every token: `{demanded}`"), "{markdown}");
        let json: Value = serde_json::from_str(&matrix.to_json()).expect("JSON");
        assert_eq!(
            json["client"],
            json!({"all": [
                {"policy": {"name": "Tenant", "rule": {"claim": {"path": ["tenant"], "any_of": ["a"]}}}},
                {"policy": {"name": "Api", "rule": {"scopes": ["api"]}}},
            ]})
        );
        let nothing = routes.clone().for_client(&apps::client());
        assert_eq!(nothing.to_string(), routes.to_string());
        assert_eq!(nothing.to_markdown(), routes.to_markdown());
    }
}

#[test]
fn the_document_requires_the_scopes() {
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "test", "version": "1"},
        "paths": {"/orders": {"get": {"responses": {}}}, "/health": {"get": {"responses": {}}}},
    });
    for routes in routes() {
        let matrix = routes.for_client(&demanding(Api));
        let mut document = serde_json::from_value(document.clone()).expect("a document");
        assert!(secure(&mut document, &matrix, "https://login.example.org").is_empty());
        let json = serde_json::to_value(&document).expect("JSON");
        let security = |path: &str| json["paths"][path]["get"]["security"].clone();
        assert_eq!(
            security("/orders"),
            json!([{"oidc": ["api", "orders:read"]}])
        );
        assert_eq!(security("/health"), json!([]));
    }
}
