//! The sign-in endpoints of browser sessions.

mod backchannel;
mod callback;
mod current;
mod established;
mod frontchannel;
mod info;
mod page;
mod sign_in;
mod sign_out;
mod state;

use super::call::Call;
use super::error::FlowError;
use crate::answer::{Browser, Response};
use crate::client::session::SessionsOf;
use crate::gate::{OutcomeStore, error_page};
use crate::request::RequestParts;
use crate::routes::Endpoint;
use crate::session::visitor::Visitor;

/// Responds for a client with sessions; `None` if the request is not about a session, and the
/// endpoint responds as it does without sessions.
pub(super) async fn serve(
    call: &Call<'_>,
    request: &mut impl OutcomeStore,
) -> Option<Result<Response, FlowError>> {
    let sessions = call
        .oidc
        .sessions_of_client()
        .filter(|_| call.route.sessions)?;
    let request = &request.parts();
    match call.route.endpoint {
        Endpoint::Login => sign_in::sign_in(call, sessions, request).await,
        Endpoint::Callback => callback::callback(call, sessions, request).await,
        Endpoint::Logout => sign_out::sign_out(call, sessions, request).await,
        Endpoint::Session => Some(info::info(call, sessions, request).await),
        Endpoint::BackchannelLogout => Some(backchannel::logout(call, sessions, request).await),
        Endpoint::FrontchannelLogout => Some(frontchannel::logout(call, sessions, request).await),
        Endpoint::Token | Endpoint::Device | Endpoint::Userinfo | Endpoint::Jwks => None,
    }
}

/// What a browser gets in place of an error as JSON, if it shows the response as a page.
pub(super) fn page_of(
    call: &Call<'_>,
    request: &RequestParts<'_>,
    error: &FlowError,
) -> Option<Browser> {
    let sessions = call
        .oidc
        .sessions_of_client()
        .filter(|_| call.route.sessions)?;
    let is_page = matches!(
        call.route.endpoint,
        Endpoint::Login | Endpoint::Callback | Endpoint::Logout
    );
    if !is_page || !is_navigation(sessions, request) {
        return None;
    }
    let again = again(call, sessions, request);
    let (status, code) = (error.status(), error.code());
    Some(error_page(sessions.settings, request, status, code, again))
}

/// Where a user tries again. A callback cannot succeed twice, so there it is another sign-in.
fn again(call: &Call<'_>, sessions: SessionsOf<'_>, request: &RequestParts<'_>) -> String {
    match call.route.endpoint {
        Endpoint::Callback => callback::sign_in_again(call, sessions, request),
        _ => String::new(),
    }
}

/// Whether a browser shows the response as a page.
fn is_navigation(sessions: SessionsOf<'_>, request: &RequestParts<'_>) -> bool {
    let visitor = Visitor::of(request, &sessions.manager.origins, |_| false);
    matches!(visitor, Visitor::Navigation { .. })
}
