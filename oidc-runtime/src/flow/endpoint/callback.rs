//! The redirect URI to which the provider returns the browser (OpenID Connect Core §3.1.2.5).

use super::redeem::{check_browser, redeem};
use crate::answer::Response;
use crate::flow::call::Call;
use crate::flow::error::FlowError;
use crate::flow::parameters::Parameters;
use crate::flow::state::{SignIn, StateError};
use crate::protocol::{description, error_code};
use crate::provider::Metadata;
use crate::request::RequestParts;

pub(super) async fn callback(
    call: &Call<'_>,
    request: &RequestParts<'_>,
) -> Result<Response, FlowError> {
    let query = Parameters::of_query(request.query());
    let (iss, error) = (query.get("iss")?, query.get("error")?);
    if let Some(error) = error {
        return Err(authorization_error(call, &query, iss, error).await?);
    }
    let (code, state) = (query.required("code")?, query.required("state")?);
    let sign_in = SignIn::open(call.oidc.sealer(), state, call.now())?;
    if !call.is_callback(&sign_in.redirect_uri) {
        return Err(StateError::RedirectUriMismatch.into());
    }
    check_browser(call, request, &sign_in)?;
    let verifier = sign_in.proof.verifier(None)?;

    let party = call.oidc.relying_party();
    let provider = party.provider().await?;
    check_issuer(
        iss,
        &provider.metadata,
        provider.metadata.iss_parameter_supported,
    )?;
    redeem(call, &party, &provider, &sign_in, code, verifier).await
}

/// The provider's error response (RFC 6749 §4.1.2.1). Some providers omit `iss` from it.
pub(in crate::flow) async fn authorization_error(
    call: &Call<'_>,
    query: &Parameters,
    iss: Option<&str>,
    error: &str,
) -> Result<FlowError, FlowError> {
    if iss.is_some() {
        check_issuer(
            iss,
            &call.oidc.relying_party().provider().await?.metadata,
            false,
        )?;
    }
    let Some(error) = error_code(error) else {
        return Err(FlowError::request("`error` is not an error code"));
    };
    let text = query.get("error_description")?;
    Ok(FlowError::AuthorizationError {
        error: error.to_owned(),
        text: text.map_or_else(
            || "the identity provider rejected the sign-in".to_owned(),
            description,
        ),
    })
}

/// Prevents mix-up attacks: issuers are compared as text (RFC 9207 §2.4).
pub(in crate::flow) fn check_issuer(
    iss: Option<&str>,
    metadata: &Metadata,
    required: bool,
) -> Result<(), FlowError> {
    match iss {
        Some(iss) if iss == &*metadata.issuer => Ok(()),
        None if !required => Ok(()),
        _ => Err(FlowError::IssuerMismatch),
    }
}
