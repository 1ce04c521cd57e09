//! The provider returns the browser here, and a session begins.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};

use super::current::{current, sets_cookie};
use super::established::{establish, is_step_up_met};
use super::page;
use super::state::{LIFETIME, SessionSignIn};
use crate::answer::Response;
use crate::client::session::{EndCause, SessionsOf, ask};
use crate::flow::call::Call;
use crate::flow::cookie;
use crate::flow::endpoint::{authorization_error, check_issuer};
use crate::flow::error::FlowError;
use crate::flow::parameters::Parameters;
use crate::flow::state::StateError;
use crate::protocol::{Grant, exchange, id_token};
use crate::request::RequestParts;
use crate::session::live::LiveSession;
use crate::session::silent;

/// Why a sign-in cannot be silent (OpenID Connect Core §3.1.2.6).
const NEEDS_THE_USER: [&str; 4] = [
    "login_required",
    "interaction_required",
    "account_selection_required",
    "consent_required",
];

/// `None` if the state is not that of a sign-in to a session.
pub(super) async fn callback(
    call: &Call<'_>,
    sessions: SessionsOf<'_>,
    request: &RequestParts<'_>,
) -> Option<Result<Response, FlowError>> {
    let query = Parameters::of_query(request.query());
    let state = match query.get("state") {
        Ok(state) => state?,
        Err(error) => return Some(Err(error)),
    };
    let started = SessionSignIn::open(call.oidc.sealer(), state)?;
    let result = finish(call, sessions, request, &query, &started).await;
    Some(result.map(|mut response| {
        if let Some(removal) = cookie::removal(&started.sign_in) {
            response.set("set-cookie", removal);
        }
        response
    }))
}

async fn finish(
    call: &Call<'_>,
    sessions: SessionsOf<'_>,
    request: &RequestParts<'_>,
    query: &Parameters,
    started: &SessionSignIn,
) -> Result<Response, FlowError> {
    if !call.is_callback(&started.sign_in.redirect_uri) {
        return Err(StateError::RedirectUriMismatch.into());
    }
    let session = current(sessions, request).await?;
    if started.is_expired(call.now()) {
        return too_late(sessions, started, session.as_ref());
    }
    if let Err(error) = cookie::check(&started.sign_in, request.fields("cookie")) {
        // A reload, or the back button: the cookie of the sign-in was removed when it succeeded.
        return go_on(sessions, started, session.as_ref()).ok_or_else(|| error.into());
    }
    let iss = query.get("iss")?;
    if let Some(error) = query.get("error")? {
        let refused = authorization_error(call, query, iss, error).await?;
        if started.silent && NEEDS_THE_USER.contains(&error) {
            return Ok(not_signed_in(sessions, started));
        }
        return Err(refused);
    }
    let code = query.required("code")?;
    let party = call.oidc.relying_party();
    let provider = party.provider().await?;
    let metadata = &provider.metadata;
    check_issuer(iss, metadata, metadata.iss_parameter_supported)?;
    if let Err(error) = use_up(call, sessions, started).await? {
        return go_on(sessions, started, session.as_ref()).ok_or_else(|| error.into());
    }
    let grant = Grant::Code {
        code,
        redirect_uri: &started.sign_in.redirect_uri,
        verifier: started.sign_in.proof.verifier(None)?,
    };
    let response = exchange(&party, &provider, &grant).await?;
    let nonce = &started.sign_in.nonce;
    let claims = id_token::validate_for_sign_in(&party, &provider, &response, nonce).await?;
    if !is_step_up_met(started, &claims, call.now()) {
        return Err(FlowError::StepUpUnmet);
    }
    let mut signed_in = establish(sessions, &provider, started, &response, &claims).await?;
    if let Some(replaced) = &session {
        let latest = sessions.reload(replaced).await?;
        signed_in.data = latest
            .filter(|latest| latest.content.subject == signed_in.subject)
            .and_then(|latest| latest.content.data.clone());
    }
    let begun = sessions.begin(signed_in).await?;
    if let Some(replaced) = session {
        // The new session has begun; that the old one could not be ended is logged.
        let _ = sessions.end(&replaced, EndCause::Replaced).await;
    }
    sets_cookie(request);
    let mut response = page::leave_for(sessions, &started.return_to);
    for cookie in sessions.set_cookies(&begun, sessions.manager.has_second(request)) {
        response.set("set-cookie", cookie);
    }
    Ok(response)
}

/// Whether this is the first use of the sign-in, in this process and in all that share the store.
async fn use_up(
    call: &Call<'_>,
    sessions: SessionsOf<'_>,
    started: &SessionSignIn,
) -> Result<Result<(), StateError>, FlowError> {
    let Some(store) = &sessions.settings.store else {
        return Ok(started.use_up(call.oidc.sealer(), call.now()));
    };
    sessions.sweep_now_and_then();
    let text = format!(
        "sign-in\0{:?}\0{}",
        sessions.manager.app, started.sign_in.nonce
    );
    let mut key = [0; 32];
    key.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    let seconds = u32::try_from(LIFETIME).unwrap_or(u32::MAX);
    let is_first = ask("once", store.once(&key, seconds)).await?;
    Ok(is_first.then_some(()).ok_or(StateError::Replayed))
}

/// A browser that is signed in already continues where it wanted to go.
fn go_on(
    sessions: SessionsOf<'_>,
    started: &SessionSignIn,
    session: Option<&Arc<LiveSession>>,
) -> Option<Response> {
    session.map(|_| page::leave_for(sessions, &started.return_to))
}

/// The user took longer than an hour: once more, but only once.
fn too_late(
    sessions: SessionsOf<'_>,
    started: &SessionSignIn,
    session: Option<&Arc<LiveSession>>,
) -> Result<Response, FlowError> {
    if let Some(response) = go_on(sessions, started, session) {
        return Ok(response);
    }
    if started.is_retry {
        return Err(StateError::Expired.into());
    }
    Ok(Response::see_other(format!(
        "{}&retry=1",
        login(sessions, started)
    )))
}

/// The address of another sign-in, for the same if the state is authentic.
pub(super) fn sign_in_again(
    call: &Call<'_>,
    sessions: SessionsOf<'_>,
    request: &RequestParts<'_>,
) -> String {
    let query = Parameters::of_query(request.query());
    let state = query.get("state").ok().flatten();
    match state.and_then(|state| SessionSignIn::open(call.oidc.sealer(), state)) {
        Some(started) => login(sessions, &started),
        None => sessions.settings.paths.login.clone(),
    }
}

/// The address that asks for the same sign-in.
fn login(sessions: SessionsOf<'_>, started: &SessionSignIn) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("return_to", &started.return_to);
    if let Some(acr_values) = &started.acr_values {
        query.append_pair("acr_values", acr_values);
    }
    if let Some(seconds) = started.max_age {
        query.append_pair("max_age", &seconds.to_string());
    }
    for (name, is_set) in [("remember", started.remember), ("silent", started.silent)] {
        if is_set {
            query.append_pair(name, "true");
        }
    }
    format!("{}?{}", sessions.settings.paths.login, query.finish())
}

/// The user has no session at the provider. The next pages do not ask again at once.
fn not_signed_in(sessions: SessionsOf<'_>, started: &SessionSignIn) -> Response {
    let mut response = page::leave_for(sessions, &started.return_to);
    response.set("set-cookie", silent::set_cookie(&sessions.manager.names));
    response
}
