//! The metadata of protected resources as an axum router.

use ::axum::Router;
use ::axum::body::Body;
use ::axum::extract::{FromRef, OriginalUri, State};
use ::axum::http::{Method, Response};
use ::axum::routing::any;

use super::response::respond;
use crate::client::Oidc;
use crate::metadata::{Metadata, PATH, answer};

/// Every path below the well-known one: the resources are known by the client only.
impl<S> From<Metadata> for Router<S>
where
    S: Clone + Send + Sync + 'static,
    Oidc: FromRef<S>,
{
    fn from(_: Metadata) -> Self {
        Self::new()
            .route(PATH, any(serve::<S>))
            .route(&format!("{PATH}/"), any(serve::<S>))
            .route(&format!("{PATH}/{{*resource}}"), any(serve::<S>))
    }
}

async fn serve<S>(
    State(state): State<S>,
    method: Method,
    OriginalUri(uri): OriginalUri,
) -> Response<Body>
where
    Oidc: FromRef<S>,
{
    respond(answer(&Oidc::from_ref(&state), method.as_str(), uri.path()).await)
}
