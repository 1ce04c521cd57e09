//! The user that a guard has left in the extensions of a request.

use crate::token::Principal;

impl Principal {
    /// The user of a request whose guard has taken the credentials away, as that of an MCP server does:
    /// `http::request::Parts` or `http::Extensions` on axum, `HttpRequest` on actix-web. `None` if no
    /// such guard was in front.
    ///
    /// In an ordinary handler, take a [`Principal`] as an argument.
    ///
    /// ```
    /// use axum::http::request::Parts;
    /// use oidc::Principal;
    ///
    /// fn author(parts: &Parts) -> String {
    ///     Principal::of(parts).map_or("nobody".to_owned(), |user| user.subject().to_owned())
    /// }
    /// ```
    #[must_use]
    pub fn of(request: &impl CarriesUser) -> Option<Self> {
        request.user()
    }
}

/// Where a guard leaves the user: the requests of both frameworks.
///
/// The trait is sealed.
pub trait CarriesUser: sealed::Sealed {
    #[doc(hidden)]
    fn user(&self) -> Option<Principal>;
}

mod sealed {
    #[expect(unnameable_types, reason = "seals `CarriesUser`")]
    pub trait Sealed {}
}

#[cfg(feature = "axum")]
mod of_http {
    use axum::http::Extensions;
    use axum::http::request::Parts;

    use super::{CarriesUser, Principal, sealed};

    impl sealed::Sealed for Extensions {}

    impl CarriesUser for Extensions {
        fn user(&self) -> Option<Principal> {
            self.get().cloned()
        }
    }

    impl sealed::Sealed for Parts {}

    impl CarriesUser for Parts {
        fn user(&self) -> Option<Principal> {
            self.extensions.user()
        }
    }
}

#[cfg(feature = "actix-web")]
mod of_actix {
    use actix_web::{HttpMessage as _, HttpRequest};

    use super::{CarriesUser, Principal, sealed};

    impl sealed::Sealed for HttpRequest {}

    impl CarriesUser for HttpRequest {
        fn user(&self) -> Option<Principal> {
            self.extensions().get().cloned()
        }
    }
}
