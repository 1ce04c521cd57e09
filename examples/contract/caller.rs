//! Who calls a tool, and what the tool sees of their credentials.

use axum::http::request::Parts;
use oidc::{CarriesUser, Principal};
use rmcp::model::Extensions;

#[derive(Clone)]
pub(crate) struct Caller {
    pub(super) user: Option<Principal>,
    pub(super) authorization: bool,
    pub(super) cookie: bool,
    pub(super) dpop: bool,
}

impl Caller {
    /// The caller of a request that has these header fields.
    pub(crate) fn new(request: &impl CarriesUser, has: impl Fn(&str) -> bool) -> Self {
        Self {
            user: Principal::of(request),
            authorization: has("authorization"),
            cookie: has("cookie"),
            dpop: has("dpop"),
        }
    }

    /// `rmcp` hands on the request itself, and on actix-web what the hook of the server has left.
    pub(super) fn of(request: &Parts) -> Self {
        let left = request.extensions.get::<Extensions>();
        let left = left.and_then(|extensions| extensions.get::<Self>());
        left.cloned()
            .unwrap_or_else(|| Self::new(request, |name| request.headers.contains_key(name)))
    }
}
