//! Tells a page whether its browser is signed in.

use std::sync::Arc;

use serde::Serialize;

use super::current::current;
use crate::answer::Response;
use crate::client::session::SessionsOf;
use crate::clock::UnixSeconds;
use crate::flow::call::Call;
use crate::flow::error::FlowError;
use crate::request::RequestParts;
use crate::session::live::LiveSession;
use crate::token::Principal;

#[derive(Serialize)]
struct SignedIn<'u> {
    authenticated: bool,
    sub: &'u str,
    name: Option<&'u str>,
    email: Option<&'u str>,
    username: Option<&'u str>,
    expires_at: UnixSeconds,
    idle_expires_at: UnixSeconds,
}

#[derive(Serialize)]
struct SignedOut<'p> {
    authenticated: bool,
    login: &'p str,
}

/// It does not count as a use of the session: pages ask again and again.
pub(super) async fn info(
    _: &Call<'_>,
    sessions: SessionsOf<'_>,
    request: &RequestParts<'_>,
) -> Result<Response, FlowError> {
    let session = current(sessions, request).await?;
    let mut response = session.map_or_else(|| signed_out(sessions), |live| signed_in(&live));
    response.set("vary", "Cookie");
    Ok(response)
}

fn signed_in(live: &LiveSession) -> Response {
    let user = Principal::new(Arc::clone(&live.user));
    let body = SignedIn {
        authenticated: true,
        sub: user.subject(),
        name: user.name(),
        email: user.email(),
        username: user.username(),
        expires_at: live.content.ends_at,
        idle_expires_at: live.idle_until,
    };
    Response::json(200, &body)
}

fn signed_out(sessions: SessionsOf<'_>) -> Response {
    let body = SignedOut {
        authenticated: false,
        login: &sessions.settings.paths.login,
    };
    Response::json(200, &body)
}
