//! Who sends a request: by its bearer token, or else by its session.

#[cfg(feature = "sessions")]
use crate::answer::Rejection;
#[cfg(feature = "sessions")]
use crate::client::session::SessionFailure;
use crate::client::{Authentication, Credentials, Named, Oidc};
use crate::request::RequestParts;

/// Without waiting; `None` if something has to be awaited.
///
/// The issuer that is `named` may be the one whose opaque token it is.
///
/// A bearer token alone decides if there is one: a client that sends it does not mean the cookie.
#[inline]
pub(super) fn identify_now(
    client: &Oidc,
    named: Named<'_>,
    request: &RequestParts<'_>,
) -> Option<Authentication> {
    let credentials = Credentials::of(request.authorization());
    #[cfg(feature = "sessions")]
    if credentials == Credentials::Absent
        && let Some(sessions) = client.sessions_of_client()
    {
        let caller = sessions.caller_now(request)?;
        return Some(caller.map_err(rejection));
    }
    client.authenticate_now(credentials, named)
}

pub(super) async fn identify_later(
    client: &Oidc,
    named: Named<'_>,
    request: &RequestParts<'_>,
) -> Authentication {
    let credentials = Credentials::of(request.authorization());
    #[cfg(feature = "sessions")]
    if credentials == Credentials::Absent
        && let Some(sessions) = client.sessions_of_client()
    {
        let caller = sessions.caller_later(request).await;
        return caller.map_err(rejection);
    }
    client.authenticate_later(credentials, named).await
}

#[cfg(feature = "sessions")]
pub(super) fn rejection(failure: SessionFailure) -> Rejection {
    match failure {
        SessionFailure::CrossOrigin(problem) => Rejection::cross_origin(problem.to_string()),
        SessionFailure::StoreUnavailable => Rejection::store_unavailable(),
        SessionFailure::LayerMissing => Rejection::sessions_layer_missing(),
    }
}
