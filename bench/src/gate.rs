//! The guard alone: what a request costs beside its framework.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Request, header};
use oidc::__private::Guard;
use oidc::{Oidc, Policy};

/// Authenticated, no more.
#[oidc::policy()]
pub struct Anyone;

/// A scope and a group.
#[oidc::policy(scopes = "read", claims(groups = "admin"))]
pub struct Reader;

/// A request, without its body.
pub fn request(token: Option<&str>) -> Parts {
    let mut request = Request::builder().uri("/");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    request.body(()).expect("a valid request").into_parts().0
}

/// Whether the guard lets the request through. The keys are here, so one poll decides.
pub fn admits<P: Policy>(oidc: &Oidc, request: &mut Parts) -> bool {
    // What an earlier decision kept for the other extractors of its request.
    request.extensions.clear();
    let future = pin!(Guard::<P>::from_request_parts(request, oidc));
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(admission) => admission.is_ok(),
        Poll::Pending => panic!("the guard waits"),
    }
}
