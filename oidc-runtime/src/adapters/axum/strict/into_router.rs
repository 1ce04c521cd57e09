//! The argument of `merge` and `nest`.

/// The argument of `merge` and `nest`: another [`Router`](super::Router) with the same state, or
/// `oidc::routes!()`.
///
/// The trait is sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an `oidc::axum::Router` with this router's state",
    label = "declares no access policies, or has another state",
    note = "build it with `oidc::axum::Router`, or serve it by `nest_service_unguarded(path, router.with_state(..), \"reason\")`"
)]
pub trait IntoRouter<Router>: Into<Router> + sealed::Sealed {}

pub(super) mod sealed {
    #[expect(unnameable_types, reason = "seals `IntoRouter`")]
    pub trait Sealed {}
}
