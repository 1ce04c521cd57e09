//! Who sends a request: by its bearer token, or else by its session.

#[cfg(feature = "sessions")]
use crate::answer::Rejection;
#[cfg(feature = "sessions")]
use crate::client::session::SessionFailure;
use crate::client::{Authentication, Credentials, Oidc};
use crate::request::RequestParts;

/// Without waiting; `None` if something has to be awaited.
///
/// A bearer token alone decides if there is one: a client that sends it does not mean the cookie.
#[inline]
pub(super) fn identify_now(client: &Oidc, request: &RequestParts<'_>) -> Option<Authentication> {
    let credentials = Credentials::of(request.authorization());
    #[cfg(feature = "sessions")]
    if credentials == Credentials::Absent
        && let Some(sessions) = client.sessions_of_client()
    {
        let caller = sessions.caller_now(request)?;
        return Some(caller.map_err(rejection));
    }
    client.authenticate_now(credentials)
}

pub(super) async fn identify_later(client: &Oidc, request: &RequestParts<'_>) -> Authentication {
    let credentials = Credentials::of(request.authorization());
    #[cfg(feature = "sessions")]
    if credentials == Credentials::Absent
        && let Some(sessions) = client.sessions_of_client()
    {
        let caller = sessions.caller_later(request).await;
        return caller.map_err(rejection);
    }
    client.authenticate_later(credentials).await
}

#[cfg(feature = "sessions")]
pub(super) fn rejection(failure: SessionFailure) -> Rejection {
    match failure {
        SessionFailure::CrossOrigin(problem) => Rejection::cross_origin(problem.to_string()),
        SessionFailure::StoreUnavailable => Rejection::store_unavailable(),
        SessionFailure::LayerMissing => Rejection::sessions_layer_missing(),
    }
}
