//! The extractor that the attributes put in front of a handler's arguments.

use std::fmt;
use std::marker::PhantomData;

use crate::client::Oidc;
use crate::policy::{Policy, PolicySpec};

/// Admits a request to the handler if it satisfies `P`, and rejects it otherwise.
///
/// The attributes add it as a first argument; it has no content. A unit test of a guarded handler
/// makes one by [`insecure_unchecked`](Self::insecure_unchecked).
pub struct Guard<P: Policy>(PhantomData<fn() -> P>);

impl<P: Policy> Guard<P> {
    /// A guard that has checked nothing, to call a guarded handler directly in a unit test.
    ///
    /// It proves nothing about the user: no token is verified and no policy is evaluated. The
    /// policy `P` is inferred from the handler. To test what the policy admits, send the
    /// application requests with tokens of `oidc-devidp`.
    ///
    /// # axum
    ///
    /// ```
    /// use axum::extract::Path;
    /// use oidc::Guard;
    ///
    /// #[oidc::required(scopes = "orders:read")]
    /// async fn show(Path(id): Path<u64>) -> String {
    ///     format!("order {id}")
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert_eq!(show(Guard::insecure_unchecked(), Path(7)).await, "order 7");
    /// # }
    /// ```
    ///
    /// # actix-web
    ///
    /// Below a macro such as `#[get("..")]` the handler's name is a type that registers it, not a
    /// function. Such a handler is tested by a request, or registered by `web::get().to(show)`
    /// instead.
    ///
    /// ```
    /// use actix_web::web::Path;
    /// use oidc::Guard;
    ///
    /// #[oidc::required(scopes = "orders:read")]
    /// async fn show(id: Path<u64>) -> String {
    ///     format!("order {id}")
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert_eq!(show(Guard::insecure_unchecked(), Path::from(7)).await, "order 7");
    /// # }
    /// ```
    #[must_use]
    pub fn insecure_unchecked() -> Self {
        Self(PhantomData)
    }

    /// Only an adapter whose request was admitted makes one.
    #[cfg(any(feature = "axum", feature = "actix-web"))]
    pub(crate) fn admitted() -> Self {
        Self(PhantomData)
    }
}

impl<P: Policy> fmt::Debug for Guard<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}

/// Guards everything below it by the policy `P`: a tower layer for axum, a middleware for
/// actix-web. Created by [`Oidc::layer`].
///
/// It decides before any extractor of a handler runs, on both frameworks.
///
/// ```
/// use axum::{Router, routing::get};
/// use oidc::{GuardLayer, Oidc};
///
/// #[oidc::policy(roles = "admin")]
/// struct Admin;
///
/// fn admin(oidc: &Oidc) -> Router {
///     let guard: GuardLayer<Admin> = oidc.layer(Admin);
///     Router::new().route("/users", get(async || "the users")).layer(guard)
/// }
/// ```
pub struct GuardLayer<P> {
    pub(crate) oidc: Oidc,
    pub(crate) spec: &'static PolicySpec,
    policy: PhantomData<fn() -> P>,
}

impl<P: Policy> GuardLayer<P> {
    pub(crate) fn new(oidc: Oidc) -> Self {
        Self {
            oidc,
            spec: const { &P::SPEC },
            policy: PhantomData,
        }
    }
}

#[cfg(feature = "axum")]
impl<P> GuardLayer<P> {
    /// The same guard, without the name of its policy in the type.
    pub(crate) fn erased(self) -> GuardLayer<()> {
        GuardLayer {
            oidc: self.oidc,
            spec: self.spec,
            policy: PhantomData,
        }
    }
}

impl Oidc {
    /// A layer for axum and a middleware for actix-web that guards everything below it, before
    /// anything else of the request is looked at.
    ///
    /// Write the policy as `#[oidc::policy(..)] struct Name;` and pass `Name`.
    ///
    /// The routers of `oidc::axum` and `oidc::actix` take it by `protect`, so that the access
    /// matrix shows it, and refuse it as an ordinary layer.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the value only names its type"
    )]
    pub fn layer<P: Policy>(&self, policy: P) -> GuardLayer<P> {
        let _ = policy;
        GuardLayer::new(self.clone())
    }
}

impl<P> Clone for GuardLayer<P> {
    fn clone(&self) -> Self {
        Self {
            oidc: self.oidc.clone(),
            spec: self.spec,
            policy: PhantomData,
        }
    }
}

impl<P> fmt::Debug for GuardLayer<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GuardLayer")
    }
}
