//! What scripts of other origins may read.

use crate::app::App;
use oidc_devidp::{Endpoint, Fault};
use reqwest::{Method, Response};

const ORIGIN: &str = "https://inspector.example";

const FOR_SCRIPTS: [Endpoint; 5] = [
    Endpoint::Discovery,
    Endpoint::AuthorizationServer,
    Endpoint::Jwks,
    Endpoint::Token,
    Endpoint::Revocation,
];

async fn send(app: &App, method: Method, path: &str) -> Response {
    let request = app.http.request(method, app.url(path));
    let request = request.header("origin", ORIGIN);
    let request = request.header("access-control-request-method", "POST");
    request.send().await.unwrap()
}

#[tokio::test]
async fn scripts_of_any_origin_may_sign_in() {
    let app = App::new().await;
    for endpoint in FOR_SCRIPTS {
        let preflight = send(&app, Method::OPTIONS, endpoint.path()).await;
        assert_eq!(preflight.status(), 204, "{endpoint:?}");
        let headers = preflight.headers();
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert_eq!(headers["access-control-allow-methods"], "GET, POST");
        assert_eq!(headers["access-control-allow-headers"], "*, Authorization");
        assert!(!headers.contains_key("access-control-allow-credentials"));
        assert_eq!(app.idp.hits(endpoint), 0, "a preflight does not count");

        // Faulty ones, most of them: errors are for the script as well.
        let response = send(&app, Method::POST, endpoint.path()).await;
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        assert_eq!(app.idp.hits(endpoint), 1);
    }
    let metadata = send(&app, Method::GET, "/.well-known/openid-configuration").await;
    assert_eq!(metadata.status(), 200);
    assert_eq!(metadata.headers()["access-control-allow-origin"], "*");
}

#[tokio::test]
async fn what_cookies_count_for_is_closed_to_scripts() {
    let app = App::new().await;
    for path in [
        "/authorize",
        "/authorize/decision",
        "/end_session",
        "/device",
    ] {
        for method in [Method::OPTIONS, Method::GET, Method::POST] {
            let response = send(&app, method, path).await;
            let headers = response.headers();
            assert!(
                !headers.contains_key("access-control-allow-origin"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn a_fault_lets_preflights_through() {
    let app = App::new().await;
    app.idp.fault(Endpoint::Token, Fault::Status(503));
    assert_eq!(send(&app, Method::OPTIONS, "/token").await.status(), 204);
    assert_eq!(send(&app, Method::POST, "/token").await.status(), 503);
}
