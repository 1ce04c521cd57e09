//! Exchanges a code, a refresh token or a device code for tokens, for clients that do not use the
//! callback.

use super::device::device_scope;
use super::redeem::{check_browser, redeem};
use super::token_body::TokenBody;
use crate::answer::Response;
use crate::flow::call::Call;
use crate::flow::error::FlowError;
use crate::flow::parameters::Parameters;
use crate::flow::state::{SignIn, StateError};
use crate::protocol::{DEVICE_GRANT, Grant, exchange, id_token, is_verifier};
use crate::request::RequestParts;

pub(super) async fn token(
    call: &Call<'_>,
    request: &RequestParts<'_>,
) -> Result<Response, FlowError> {
    let body = call.body.ok_or(FlowError::BodyTooLarge)?;
    let content_type = request.header("content-type").unwrap_or_default();
    let form = Parameters::of_form(content_type, body).await?;
    match TokenRequest::read(&form)? {
        TokenRequest::Code(code) => with_code(call, request, &form, code).await,
        TokenRequest::Refresh(token) => refresh(call, token).await,
        TokenRequest::Device(code) => with_device_code(call, code).await,
    }
}

/// The grant of a token request.
enum TokenRequest<'f> {
    Code(&'f str),
    Refresh(&'f str),
    Device(&'f str),
}

impl<'f> TokenRequest<'f> {
    fn read(form: &'f Parameters) -> Result<Self, FlowError> {
        let grants = (
            form.get("code")?,
            form.one_of(&["refresh_token", "refresh-token"])?,
            form.one_of(&["device_code", "device-code"])?,
        );
        let (request, grant_type) = match grants {
            (Some(code), None, None) => (Self::Code(code), "authorization_code"),
            (None, Some(token), None) => (Self::Refresh(token), "refresh_token"),
            (None, None, Some(code)) => (Self::Device(code), DEVICE_GRANT),
            _ => {
                return Err(FlowError::request(
                    "one of `code`, `refresh-token` and `device-code` is required",
                ));
            }
        };
        match form.get("grant_type")? {
            None => Ok(request),
            Some(given) if given == grant_type => Ok(request),
            Some("authorization_code" | "refresh_token" | DEVICE_GRANT) => Err(FlowError::request(
                "`grant_type` does not match the grant that was sent",
            )),
            Some(_) => Err(FlowError::UnsupportedGrant),
        }
    }
}

async fn with_code(
    call: &Call<'_>,
    request: &RequestParts<'_>,
    form: &Parameters,
    code: &str,
) -> Result<Response, FlowError> {
    let redirect_uri = form.required("redirect_uri")?;
    let (verifier, state) = (form.required("code_verifier")?, form.get("state")?);
    // Companion clients send our state as `code_verifier`.
    let (state, own_verifier) = match (is_verifier(verifier), state) {
        (true, None) => return with_own_verifier(call, code, redirect_uri, verifier).await,
        (true, Some(state)) => (state, Some(verifier)),
        (false, _) => (verifier, None),
    };
    let sign_in = SignIn::open(call.oidc.sealer(), state, call.now())?;
    if sign_in.redirect_uri != redirect_uri {
        return Err(StateError::RedirectUriMismatch.into());
    }
    check_browser(call, request, &sign_in)?;
    let verifier = sign_in.proof.verifier(own_verifier)?;
    let party = call.oidc.relying_party();
    let provider = party.provider().await?;
    redeem(call, &party, &provider, &sign_in, code, verifier).await
}

/// For a client that made its own authorization request or does not send the state: only its
/// verifier can be checked, and the provider does that.
async fn with_own_verifier(
    call: &Call<'_>,
    code: &str,
    redirect_uri: &str,
    verifier: &str,
) -> Result<Response, FlowError> {
    if !call.allows_redirect(redirect_uri) {
        return Err(FlowError::RedirectNotAllowed);
    }
    let grant = Grant::Code {
        code,
        redirect_uri,
        verifier,
    };
    let party = call.oidc.relying_party();
    let provider = party.provider().await?;
    let response = exchange(&party, &provider, &grant).await?;
    id_token::validate_if_present(&party, &provider, &response).await?;
    let config = call.oidc.config();
    let tokens = TokenBody::of_sign_in(&response, config, &config.scopes);
    Ok(Response::json(200, &tokens))
}

async fn refresh(call: &Call<'_>, token: &str) -> Result<Response, FlowError> {
    let party = call.oidc.relying_party();
    let provider = party.provider().await?;
    let response = exchange(&party, &provider, &Grant::Refresh { token }).await?;
    let subject = || call.oidc.subject_of(response.access_token());
    id_token::validate_for_refresh(&party, &provider, &response, subject).await?;
    let tokens = TokenBody::of_refresh(&response, call.oidc.config(), token);
    Ok(Response::json(200, &tokens))
}

async fn with_device_code(call: &Call<'_>, code: &str) -> Result<Response, FlowError> {
    let party = call.oidc.relying_party();
    let provider = party.provider().await?;
    let response = exchange(&party, &provider, &Grant::Device { code }).await?;
    id_token::validate_if_present(&party, &provider, &response).await?;
    let config = call.oidc.config();
    let tokens = TokenBody::of_sign_in(&response, config, &device_scope(config));
    Ok(Response::json(200, &tokens))
}
