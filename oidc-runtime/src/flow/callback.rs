//! Where the provider sends the browser back to (OpenID Connect Core §3.1.2.5).

use super::error::FlowError;
use super::parameters::Parameters;
use super::redeem::{check_browser, redeem};
use super::reply::Reply;
use super::state::StateError;
use super::{Call, provider_text};
use crate::provider::Metadata;
use crate::request::RequestParts;

pub(super) async fn callback(
    call: &Call<'_>,
    request: &RequestParts<'_>,
) -> Result<Reply, FlowError> {
    let query = Parameters::of_query(request.query());
    let (iss, error) = (query.get("iss")?, query.get("error")?);
    if let Some(error) = error {
        return Err(denial(call, &query, iss, error).await?);
    }
    let (code, state) = (query.required("code")?, query.required("state")?);
    let sign_in = call.oidc.vault().open(state, call.now())?;
    if !call.is_callback(&sign_in.redirect_uri) {
        return Err(StateError::RedirectUriMismatch.into());
    }
    check_browser(call, request, &sign_in)?;
    let verifier = sign_in.proof.verifier(None)?;

    let provider = call.provider().await?;
    check_issuer(
        iss,
        &provider.metadata,
        provider.metadata.iss_parameter_supported,
    )?;
    redeem(call, &provider, &sign_in, code, verifier).await
}

/// The provider's refusal (RFC 6749 §4.1.2.1). Some providers leave `iss` out of it.
async fn denial(
    call: &Call<'_>,
    query: &Parameters,
    iss: Option<&str>,
    error: &str,
) -> Result<FlowError, FlowError> {
    if iss.is_some() {
        check_issuer(iss, &call.provider().await?.metadata, false)?;
    }
    let Some(error) = provider_text::error_code(error) else {
        return Err(FlowError::request("`error` is not an error code"));
    };
    let text = query.get("error_description")?;
    Ok(FlowError::AuthorizationError {
        error: error.to_owned(),
        text: text.map_or_else(
            || "the identity provider refused the sign-in".to_owned(),
            provider_text::description,
        ),
    })
}

/// RFC 9207 §2.4: compared as text, against mix-up of providers.
fn check_issuer(iss: Option<&str>, metadata: &Metadata, required: bool) -> Result<(), FlowError> {
    match iss {
        Some(iss) if iss == &*metadata.issuer => Ok(()),
        None if !required => Ok(()),
        _ => Err(FlowError::IssuerMismatch),
    }
}
