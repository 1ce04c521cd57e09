//! The security requirements of each operation of the document.

use oidc::openapi::secure;
use serde_json::{Value, json};
use utoipa::openapi::{OpenApi, PathItem, Paths};

use crate::apps;

const DISCOVERY: &str = "https://login.example.org/.well-known/openid-configuration";

/// A document with these operations, without security requirements.
fn document(operations: &[(&str, &str)]) -> OpenApi {
    let mut paths = Paths::new();
    for (method, path) in operations {
        let item = paths.paths.entry((*path).to_owned()).or_default();
        let operation = Some(utoipa::openapi::path::Operation::new());
        match *method {
            "get" => item.get = operation,
            "post" => item.post = operation,
            other => panic!("{other}"),
        }
    }
    let mut document = OpenApi::default();
    document.paths = paths;
    document
}

#[test]
fn each_operation_describes_its_route() {
    let mut document = document(&[
        ("get", "/orders"),
        ("post", "/orders"),
        ("get", "/search"),
        ("get", "/health"),
        ("get", "/admin"),
        ("get", "/admin/orders/{order_id}"),
        ("get", "/api/auth/v2/userinfo"),
        ("post", "/health"),
        ("get", "/nobody/serves/this"),
    ]);
    for matrix in [
        apps::axum(&apps::client()).access(),
        apps::actix(&apps::client()).access(),
    ] {
        let unknown = secure(&mut document, &matrix, DISCOVERY);
        assert_eq!(unknown, ["POST /health", "GET /nobody/serves/this"]);
        let json = serde_json::to_value(&document).expect("JSON");
        assert_eq!(
            json["components"]["securitySchemes"],
            json!({"oidc": {"type": "openIdConnect", "openIdConnectUrl": DISCOVERY}})
        );
        let said = |method: &str, path: &str| {
            let operation = &json["paths"][path][method];
            let statuses = operation["responses"].as_object().expect("responses");
            let statuses: Vec<_> = statuses.keys().cloned().collect();
            (operation["security"].clone(), statuses.join(" "))
        };
        let any_of = |security: Value, statuses: &str| (security, statuses.to_owned());
        let cases = [
            (
                "get",
                "/orders",
                any_of(json!([{"oidc": ["orders:read"]}]), "401 403"),
            ),
            (
                "post",
                "/orders",
                any_of(json!([{"oidc": []}, {"oidc": ["orders:write"]}]), "401 403"),
            ),
            ("get", "/search", any_of(json!([{}, {"oidc": []}]), "")),
            ("get", "/health", any_of(json!([]), "")),
            ("get", "/admin", any_of(json!([{"oidc": []}]), "401 403")),
            (
                "get",
                "/admin/orders/{order_id}",
                any_of(json!([{"oidc": ["orders:read"]}]), "401 403"),
            ),
            (
                "get",
                "/api/auth/v2/userinfo",
                any_of(json!([{"oidc": []}]), "401"),
            ),
            ("post", "/health", any_of(Value::Null, "")),
        ];
        for (method, path, expected) in cases {
            assert_eq!(said(method, path), expected, "{method} {path}");
        }
    }
}

/// Responses that the author described are kept.
#[test]
fn own_responses_stay() {
    let mut document = document(&[("get", "/orders")]);
    let operation = document
        .paths
        .paths
        .get_mut("/orders")
        .and_then(|item: &mut PathItem| item.get.as_mut());
    let responses = &mut operation.expect("it is there").responses.responses;
    let own = utoipa::openapi::ResponseBuilder::new()
        .description("sign in first")
        .build();
    responses.insert("401".to_owned(), own.into());
    let matrix = apps::axum(&apps::client()).access();
    assert!(secure(&mut document, &matrix, DISCOVERY).is_empty());
    let json = serde_json::to_value(&document).expect("JSON");
    let responses = &json["paths"]["/orders"]["get"]["responses"];
    assert_eq!(responses["401"]["description"], "sign in first");
    assert!(responses["403"]["description"].is_string());
}

/// A fallback serves the methods that a route of the same pattern does not, regardless of the order
/// of registration.
#[test]
fn a_fallback_comes_last() {
    use crate::handlers::{health, me};
    let matrix = oidc::axum::Router::<oidc::Oidc>::new()
        .fallback(health)
        .route("/{*path}", oidc::axum::any(me))
        .access();
    let mut document = document(&[("get", "/{*path}")]);
    assert!(secure(&mut document, &matrix, DISCOVERY).is_empty());
    let json = serde_json::to_value(&document).expect("JSON");
    assert_eq!(
        json["paths"]["/{*path}"]["get"]["security"],
        json!([{"oidc": []}])
    );
}

/// On actix-web, the first matching route serves a request.
#[test]
fn actix_serves_by_its_own_rules() {
    use crate::handlers::{health, me};
    let resource = oidc::actix::resource("/orders").to(health).get(me);
    let matrix = oidc::actix::scope("").service(resource).access();
    let mut document = document(&[("get", "/orders")]);
    assert!(secure(&mut document, &matrix, DISCOVERY).is_empty());
    let json = serde_json::to_value(&document).expect("JSON");
    assert_eq!(json["paths"]["/orders"]["get"]["security"], json!([]));
}

/// With sessions, the cookie is an alternative to the token, or the only way.
#[test]
fn operations_name_the_cookie_of_a_session() {
    use oidc::axum::{Router, get};

    #[oidc::required(scopes = "read")]
    async fn both() {}
    #[oidc::required(via = "bearer")]
    async fn api() {}
    #[oidc::required(via = "session")]
    async fn page() {}
    #[oidc::optional]
    async fn home() {}

    let router: Router<oidc::Oidc> = Router::new()
        .route("/both", get(both))
        .route("/api", get(api))
        .route("/page", get(page))
        .route("/", get(home));
    let operations = [
        ("get", "/both"),
        ("get", "/api"),
        ("get", "/page"),
        ("get", "/"),
    ];
    let mut document = document(&operations);
    let matrix = router.access();
    let unknown =
        oidc::openapi::secure_with_sessions(&mut document, &matrix, DISCOVERY, "the-cookie");
    assert_eq!(unknown, [""; 0]);
    let json = serde_json::to_value(&document).expect("JSON");
    assert_eq!(
        json["components"]["securitySchemes"]["oidc_session"],
        json!({"type": "apiKey", "in": "cookie", "name": "the-cookie"})
    );
    for (path, security) in [
        ("/both", json!([{"oidc": ["read"]}, {"oidc_session": []}])),
        ("/api", json!([{"oidc": []}])),
        ("/page", json!([{"oidc_session": []}])),
        ("/", json!([{}, {"oidc": []}, {"oidc_session": []}])),
    ] {
        assert_eq!(json["paths"][path]["get"]["security"], security, "{path}");
    }
}
