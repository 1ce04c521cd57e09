//! The table of routes and their access policies.

use serde::Serialize;

use super::effective::EffectiveAccess;
use super::extent::Extent;
use super::framework::Framework;
#[cfg(feature = "utoipa")]
use super::{demanded::guards_for, pattern::pattern};
use crate::policy::GuardRule;
use crate::policy::RuleTree;

/// The access policy of every route of an application.
///
/// `Router::access` of `oidc::axum` and `Scope::access` of `oidc::actix` return it, and
/// [`for_client`](Self::for_client) adds the client's global policies. It prints as an aligned
/// table, [as Markdown](Self::to_markdown) and [as JSON](Self::to_json). In a test,
/// [`assert_locked`](Self::assert_locked) fails when a route admits more requests than a committed
/// file allows.
///
/// A protected router has a row for unknown paths even without a fallback; its handler is
/// `404 Not Found`.
///
/// ```
/// use oidc::axum::{Router, get};
///
/// #[oidc::required(scopes = "orders:read")]
/// async fn list() {}
///
/// #[oidc::public(reason = "load balancer")]
/// async fn health() {}
///
/// let router: Router<oidc::Oidc> = Router::new()
///     .route("/orders", get(list))
///     .route("/health", get(health));
/// let table = router.access().to_string();
/// let mut lines = table.lines();
/// assert!(lines.next().unwrap().starts_with("Method  Path     Access"));
/// assert!(lines.next().unwrap().contains(r#"public(reason = "load balancer")"#));
/// assert!(lines.next().unwrap().contains(r#"required(scopes = "orders:read")"#));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AccessMatrix {
    /// The framework that serves the routes.
    pub framework: Framework,
    /// The client's global policies; `None` until [`for_client`](Self::for_client) is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<RuleTree>,
    /// Sorted by path; the routes of one path in the order of registration, with a fallback last.
    pub routes: Vec<RouteEntry>,
}

/// One route of an [`AccessMatrix`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RouteEntry {
    /// `GET`, `POST`, …, or `ANY` for every method that no other route of the path serves (on
    /// actix-web: no earlier route). On axum, a `GET` route also serves `HEAD`.
    pub method: &'static str,
    /// The whole path, in the framework's notation.
    pub path: String,
    /// Which paths it serves, relative to `path`.
    #[serde(skip_serializing_if = "Extent::is_pattern")]
    pub extent: Extent,
    /// The rules of the guards, the outermost first: layers, each behind its client's global
    /// policies, then the handler's own attribute.
    pub guards: Vec<GuardRule>,
    /// The handler's path from the root of its crate, or the type of an unguarded service.
    pub handler: String,
    /// The file and the line (counted from 1) of the handler's attribute, or of the policy it names.
    /// A handler whose attribute has no rules is listed where it was registered. `None` for what
    /// carries no attribute.
    pub location: Option<(&'static str, u32)>,
    /// Its position in the order of registration.
    #[serde(skip)]
    pub(super) position: usize,
}

impl AccessMatrix {
    /// The guards of the route that serves a method at a path pattern, including the client's
    /// global policies.
    #[cfg(feature = "utoipa")]
    pub(crate) fn guards_of(&self, method: &str, path: &str) -> Option<Vec<GuardRule>> {
        let key = pattern(path);
        let routes = self
            .routes
            .iter()
            .filter(|route| pattern(&route.path) == key);
        let routes: Vec<_> = routes.collect();
        let methods: Vec<_> = routes.iter().map(|route| route.method).collect();
        let route = routes.get(self.framework.serving(&methods, method)?)?;
        Some(guards_for(self.client.as_ref(), &route.guards))
    }
}

impl RouteEntry {
    /// Whether the handler is reached by requests with a valid token only.
    ///
    /// ```
    /// use oidc::axum::{Router, get};
    ///
    /// #[oidc::required]
    /// async fn list() {}
    ///
    /// #[oidc::optional]
    /// async fn home() {}
    ///
    /// let router: Router<oidc::Oidc> = Router::new()
    ///     .route("/", get(home))
    ///     .route("/orders", get(list));
    /// let routes = router.access().routes;
    /// assert!(!routes[0].demands_token());
    /// assert!(routes[1].demands_token());
    /// ```
    #[must_use]
    pub fn demands_token(&self) -> bool {
        !EffectiveAccess::of(&self.guards).anonymous
    }
}
