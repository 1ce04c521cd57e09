//! Generated code trips no lint of the user, however strict.

#![allow(missing_docs, reason = "the module below is the subject")]

/// A strict user's module.
#[deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub)]
#[deny(
    private_interfaces,
    private_bounds,
    unnameable_types,
    unused_qualifications
)]
#[deny(
    unused_results,
    single_use_lifetimes,
    trivial_casts,
    let_underscore_drop,
    dead_code
)]
#[deny(clippy::all, clippy::pedantic, clippy::nursery)]
#[deny(
    clippy::exhaustive_structs,
    clippy::str_to_string,
    clippy::missing_docs_in_private_items
)]
pub mod strict {
    use oidc::{Principal, RequestParts};

    /// Lists the orders.
    #[oidc::required(scopes = "orders:read", claims(groups = ["admin", "ops"], level = 86400))]
    pub async fn list(user: Principal) -> String {
        user.subject().to_owned()
    }

    /// Shows a page.
    #[oidc::optional(invalid = "reject")]
    pub(crate) async fn home(user: Option<Principal>) -> bool {
        user.is_some()
    }

    /// Answers the load balancer.
    #[oidc::public(reason = "health check")]
    pub fn healthz() -> std::future::Ready<&'static str> {
        std::future::ready("ok")
    }

    /// Reads orders.
    #[oidc::policy(any(roles = "reader", check = owner), max_age = "90d")]
    #[derive(Clone, Copy, Debug)]
    #[non_exhaustive]
    pub struct Reader;

    /// Removes an order.
    #[oidc::required(policy = Reader)]
    pub async fn remove() -> &'static str {
        "removed"
    }

    /// Restores an order.
    #[oidc::required(policy = Reader, not(check = anonymous), acr = "gold")]
    pub async fn restore() -> &'static str {
        "restored"
    }

    /// Whether nobody is known.
    fn anonymous(user: &Principal) -> bool {
        user.subject().is_empty()
    }

    /// Whether the order is theirs.
    async fn owner(user: &Principal, _request: &RequestParts<'_>) -> bool {
        std::future::ready(!user.subject().is_empty()).await
    }
}

#[test]
fn the_strict_module_compiles() {
    let handlers = axum::Router::<oidc::Oidc>::new()
        .route("/list", axum::routing::get(strict::list))
        .route("/healthz", axum::routing::get(strict::healthz))
        .route("/remove", axum::routing::get(strict::remove))
        .route("/restore", axum::routing::get(strict::restore));
    assert!(handlers.has_routes());
    let _ = strict::home;
}
