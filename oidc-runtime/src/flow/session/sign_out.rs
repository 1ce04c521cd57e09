//! Signs a browser out: here, and at the provider (OpenID Connect RP-Initiated Logout 1.0 §2).

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::current::{current, sets_cookie};
use super::{is_navigation, page};
use crate::answer::Response;
use crate::client::session::{EndCause, SessionFailure, SessionsOf};
use crate::flow::call::Call;
use crate::flow::endpoint::read_flag;
use crate::flow::error::FlowError;
use crate::flow::parameters::Parameters;
use crate::flow::redirect_uri::at_origin;
use crate::random::random;
use crate::request::RequestParts;
use crate::session::content::Content;
use crate::session::live::LiveSession;
use crate::session::origin::CrossOrigin;
use crate::session::return_to;

/// How long a sign-out waits for a provider that has not been reached yet.
const PROVIDER_WAIT: Duration = Duration::from_millis(500);

/// Where a script sends the browser to sign out at the provider.
#[derive(Serialize)]
struct SignedOut<'u> {
    redirect: &'u str,
}

/// `None` for a `GET` without a session, which signs out at the provider as it does without sessions.
pub(super) async fn sign_out(
    call: &Call<'_>,
    sessions: SessionsOf<'_>,
    request: &RequestParts<'_>,
) -> Option<Result<Response, FlowError>> {
    let session = match current(sessions, request).await {
        Ok(session) => session,
        Err(error) => return Some(Err(error)),
    };
    if request.method() == "POST" {
        return Some(by_form(call, sessions, request, session).await);
    }
    let session = session?;
    Some(by_link(call, sessions, request, session).await)
}

/// A link of our own page acts at once; any other gets a page with a button.
async fn by_link(
    call: &Call<'_>,
    sessions: SessionsOf<'_>,
    request: &RequestParts<'_>,
    session: Arc<LiveSession>,
) -> Result<Response, FlowError> {
    let query = Parameters::of_query(request.query());
    let target = read_target(sessions, &query)?;
    if is_own_link(request) {
        return leave(call, sessions, request, Some(session), target, false).await;
    }
    let path = format!("{}{}", sessions.settings.paths.base, call.path);
    Ok(page::sign_out(&path, target.as_deref()))
}

fn is_own_link(request: &RequestParts<'_>) -> bool {
    let mut sites = request.fields("sec-fetch-site");
    let is_own = sites.next() == Some(b"same-origin") && sites.next().is_none();
    is_own && request.fields("sec-purpose").next().is_none()
}

async fn by_form(
    call: &Call<'_>,
    sessions: SessionsOf<'_>,
    request: &RequestParts<'_>,
    session: Option<Arc<LiveSession>>,
) -> Result<Response, FlowError> {
    check_origin(sessions, request, session.is_some())?;
    let body = call.body.ok_or(FlowError::BodyTooLarge)?;
    let form = match (body, request.header("content-type")) {
        ([], None) => Parameters::of_query(None),
        (body, content_type) => Parameters::of_form(content_type.unwrap_or_default(), body).await?,
    };
    let everywhere = read_flag(&form, "everywhere")?.unwrap_or(false);
    let target = read_target(sessions, &form)?;
    leave(call, sessions, request, session, target, everywhere).await
}

/// Another site must not sign anybody out. Browsers do not send a cookie that is `SameSite` with its
/// form, but would accept that it is removed. A program that has no session need not say where it is.
fn check_origin(
    sessions: SessionsOf<'_>,
    request: &RequestParts<'_>,
    has_session: bool,
) -> Result<(), SessionFailure> {
    match sessions.manager.origins.allows(request) {
        Err(CrossOrigin::Unstated) if !has_session => Ok(()),
        allowed => allowed.map_err(SessionFailure::CrossOrigin),
    }
}

async fn leave(
    call: &Call<'_>,
    sessions: SessionsOf<'_>,
    request: &RequestParts<'_>,
    session: Option<Arc<LiveSession>>,
    target: Option<String>,
    everywhere: bool,
) -> Result<Response, FlowError> {
    if let Some(session) = &session {
        let newest = sessions.newest(session);
        if everywhere {
            sessions.end_all_of(&session.content.subject).await?;
        }
        sessions.end(session, EndCause::SignedOut).await?;
        sessions.revoke(newest.content.tokens.refresh_text().as_deref());
    }
    let base = &sessions.settings.paths.base;
    let target = target.unwrap_or_else(|| format!("{base}{}", sessions.settings.after_sign_out));
    let location = at_provider(call, sessions, session.as_deref(), &target).await?;
    let location = location.unwrap_or(target);
    let mut response = if is_navigation(sessions, request) {
        Response::see_other(location)
    } else {
        Response::json(
            200,
            &SignedOut {
                redirect: &location,
            },
        )
    };
    if session.is_some() {
        // Browsers keep pages in memory for the back button, `no-store` or not.
        response.set("clear-site-data", "\"cache\"");
    }
    if sessions.manager.has_cookie(request) {
        sets_cookie(request);
        for removal in sessions.removal() {
            response.set("set-cookie", removal);
        }
    }
    Ok(response)
}

/// The address at which the provider signs the user out and sends them back; `None` if it has none.
/// The user is signed out here already, so a provider that is not known yet is waited for briefly.
async fn at_provider(
    call: &Call<'_>,
    sessions: SessionsOf<'_>,
    session: Option<&LiveSession>,
    target: &str,
) -> Result<Option<String>, FlowError> {
    let party = call.oidc.relying_party();
    let known = tokio::time::timeout(PROVIDER_WAIT, party.provider()).await;
    let Ok(Ok(provider)) = known else {
        return Ok(None);
    };
    let Some(endpoint) = &provider.metadata.end_session_endpoint else {
        return Ok(None);
    };
    let mut url = endpoint.clone();
    let back = at_origin(&sessions.settings.public_url, target);
    url.query_pairs_mut()
        .append_pair("client_id", party.client_id)
        .append_pair("post_logout_redirect_uri", &back)
        .append_pair("state", &random()?)
        .extend_pairs(session.map(hint));
    Ok(Some(url.into()))
}

/// Tells the provider whom to sign out: by the ID token, or by the user if its text did not fit into
/// the session.
fn hint(session: &LiveSession) -> (&'static str, String) {
    let Content {
        tokens, subject, ..
    } = &session.content;
    match tokens.id_token.text() {
        Some(text) => ("id_token_hint", text),
        None => ("logout_hint", subject.clone()),
    }
}

/// A page of this application to go to afterwards.
fn read_target(
    sessions: SessionsOf<'_>,
    parameters: &Parameters,
) -> Result<Option<String>, FlowError> {
    let Some(text) = parameters.get("return_to")? else {
        return Ok(None);
    };
    let own = |path: &str| sessions.settings.paths.is_endpoint(path);
    if return_to::is_allowed(text, own) {
        Ok(Some(text.to_owned()))
    } else {
        Err(FlowError::ReturnToRefused)
    }
}
