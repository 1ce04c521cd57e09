//! What a scope takes.

use actix_web::dev::HttpServiceFactory;

use crate::access::{AccessMatrix, Framework, Registry};
use crate::flow::Routes;

/// A service of which is known who may call it: a [`Scope`](super::Scope), a
/// [`Resource`](super::Resource), or `oidc::routes!()`.
///
/// Nobody else can implement the trait.
#[diagnostic::on_unimplemented(
    message = "nobody decided who may call this service",
    label = "this service says nothing about its callers",
    note = "build it from `oidc::actix::scope` and `oidc::actix::resource`, or say why it is open: `service_unguarded(path, service, \"reason\")`"
)]
pub trait GuardedService: HttpServiceFactory + sealed::Sealed {
    /// Every route of the service with who may call it.
    fn access(&self) -> AccessMatrix;
}

pub(super) mod sealed {
    #[expect(
        unnameable_types,
        reason = "nobody else may implement `GuardedService`"
    )]
    pub trait Sealed {}
}

impl sealed::Sealed for Routes {}

impl GuardedService for Routes {
    fn access(&self) -> AccessMatrix {
        Registry::from(*self).matrix(Framework::ActixWeb)
    }
}
