//! The responses of an application.

use actix_web::test::{TestRequest, call_service, init_service};
use axum::body::Body;
use axum::http::Request;
use oidc::Oidc;
use tower_service::Service as _;

use super::{METHODS, PATHS};

fn requests() -> impl Iterator<Item = (&'static str, &'static str)> {
    let paths = PATHS.iter();
    paths.flat_map(|path| METHODS.map(|method| (method, *path)))
}

/// The status of each request for every caller.
pub(super) async fn axum_statuses(
    router: oidc::axum::Router<Oidc>,
    oidc: &Oidc,
    callers: &[Option<String>],
) -> Vec<Vec<u16>> {
    let mut app: axum::Router = router.with_state(oidc.clone()).into();
    let mut statuses = Vec::new();
    for (method, path) in requests() {
        let mut of_callers = Vec::new();
        for caller in callers {
            let mut request = Request::builder().method(method).uri(path);
            if let Some(token) = caller {
                request = request.header("authorization", format!("Bearer {token}"));
            }
            let Ok(response) = app
                .call(request.body(Body::empty()).expect("a request"))
                .await;
            of_callers.push(response.status().as_u16());
        }
        statuses.push(of_callers);
    }
    statuses
}

/// The same on actix-web.
pub(super) async fn actix_statuses(
    scope: oidc::actix::Scope,
    oidc: &Oidc,
    callers: &[Option<String>],
) -> Vec<Vec<u16>> {
    let app = actix_web::App::new().app_data(oidc.clone()).service(scope);
    let app = init_service(app).await;
    let mut statuses = Vec::new();
    for (method, path) in requests() {
        let mut of_callers = Vec::new();
        for caller in callers {
            let method = method.parse().expect("a method");
            let mut request = TestRequest::with_uri(path).method(method);
            if let Some(token) = caller {
                request = request.insert_header(("authorization", format!("Bearer {token}")));
            }
            let response = call_service(&app, request.to_request()).await;
            of_callers.push(response.status().as_u16());
        }
        statuses.push(of_callers);
    }
    statuses
}
