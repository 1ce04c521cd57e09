//! Services with an access policy.

use actix_web::dev::HttpServiceFactory;

use crate::access::{AccessMatrix, Framework, Registry};
use crate::metadata::Metadata;
use crate::routes::Routes;

/// A service that declares an access policy for each of its routes: a [`Scope`](super::Scope), a
/// [`Resource`](super::Resource), `oidc::routes!()`, or `oidc::metadata!()`.
///
/// The trait is sealed.
#[diagnostic::on_unimplemented(
    message = "this service declares no access policy",
    label = "not built with `oidc::actix`",
    note = "build it with `oidc::actix::scope` or `oidc::actix::resource`, or state why it is public: `service_unguarded(path, service, \"reason\")`",
    note = "a handler with actix-web's own attribute for its path is registered by `route(path, get().to(handler))` instead"
)]
pub trait GuardedService: HttpServiceFactory + sealed::Sealed {
    /// The access policy of every route.
    fn access(&self) -> AccessMatrix;
}

pub(super) mod sealed {
    #[expect(unnameable_types, reason = "seals `GuardedService`")]
    pub trait Sealed {}
}

impl sealed::Sealed for Metadata {}

impl GuardedService for Metadata {
    fn access(&self) -> AccessMatrix {
        Registry::from(*self).matrix(Framework::ActixWeb)
    }
}

impl sealed::Sealed for Routes {}

impl GuardedService for Routes {
    fn access(&self) -> AccessMatrix {
        Registry::from(*self).matrix(Framework::ActixWeb)
    }
}
