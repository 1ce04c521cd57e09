//! Several clients in one application, and what a request carries from one guard to the next.

mod app_data;
mod replaced;
mod stacks;
mod two;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use oidc::{Principal, RequestParts};

#[oidc::policy()]
struct Anybody;

/// Has to be awaited for every request.
async fn sure(_: &Principal, _: &RequestParts<'_>) -> bool {
    tokio::task::yield_now().await;
    true
}

#[oidc::policy(check = sure)]
struct Checked;

/// A middleware that wants to know the user, and lets every request through.
pub(crate) async fn axum_looks(_user: Option<Principal>, request: Request, next: Next) -> Response {
    next.run(request).await
}

pub(crate) async fn actix_looks(
    _user: Option<Principal>,
    request: actix_web::dev::ServiceRequest,
    next: actix_web::middleware::Next<impl actix_web::body::MessageBody>,
) -> Result<actix_web::dev::ServiceResponse<impl actix_web::body::MessageBody>, actix_web::Error> {
    next.call(request).await
}
