//! Handlers for both frameworks. The matrix contains their line numbers, which are compared.

#[oidc::policy(roles = "admin")]
pub(crate) struct Admin;

#[oidc::required]
pub(crate) async fn me() -> &'static str {
    "me"
}

#[oidc::required(scopes = "orders:read", claims(tenant = ["a", "b"]))]
pub(crate) async fn list() -> &'static str {
    "list"
}

#[oidc::required(any(scopes = "orders:write", policy = Admin))]
pub(crate) async fn create() -> &'static str {
    "create"
}

#[oidc::optional(scopes = "orders:read", invalid = "reject")]
pub(crate) async fn search() -> &'static str {
    "search"
}

#[oidc::required(policy = Admin)]
pub(crate) async fn named() -> &'static str {
    "named"
}

#[oidc::public(reason = "load balancer | monitoring")]
pub(crate) async fn health() -> &'static str {
    "ok"
}
