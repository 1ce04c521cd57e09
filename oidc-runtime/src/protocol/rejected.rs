//! Error responses of the provider's token and device authorization endpoints (RFC 6749 §5.2):
//! whether they concern the user's grant or this application.

use serde_json::Value;

use super::error::ProtocolError;
use super::grant::Grant;
use super::provider_text::error_code;
use super::relying_party::RelyingParty;
use super::token_endpoint_error::{Advice, TokenEndpointError};
use crate::client_auth::ClientCredentials;
use crate::http::HttpResponse;
use crate::provider::Metadata;

/// Classifies an error response of the token endpoint: it rejects the grant, or this application.
pub(super) fn grant_error(
    response: &HttpResponse,
    grant: &Grant<'_>,
    party: &RelyingParty<'_>,
    metadata: &Metadata,
) -> ProtocolError {
    let body = error_of(&response.body);
    let is_stated = matches!(body, ErrorBody::Code(_));
    let rejected = |error: String| {
        let advice = match &*error {
            "invalid_grant" => advice_on_grant(grant),
            error => advice_on_client(error, party),
        };
        let error = TokenEndpointError::new(
            response.status,
            error,
            is_stated,
            advice,
            party.auth_method(metadata),
            metadata,
        );
        if is_about_client(&error.error) {
            ProtocolError::ClientRejected(error)
        } else {
            ProtocolError::GrantRejected(error)
        }
    };
    match (response.status, body) {
        // Some providers send `slow_down` with this status (RFC 8628 §3.5 specifies 400).
        (429, ErrorBody::Code(error)) if error == "slow_down" => rejected(error),
        (429, _) => ProtocolError::busy(response),
        (400..500, ErrorBody::Code(error)) => rejected(error),
        // §5.2 uses 401 for failed client authentication only.
        (401, _) => rejected("invalid_client".to_owned()),
        // The token endpoint does not exist.
        (404 | 405, ErrorBody::NotJson) | (400..500, ErrorBody::WithoutCode) => {
            ProtocolError::UnusableResponse("error_response_malformed")
        }
        (400..500, ErrorBody::NotJson) => rejected("invalid_grant".to_owned()),
        _ => ProtocolError::UnusableResponse("status_unexpected"),
    }
}

/// Classifies an error response of the device authorization endpoint. The request contains nothing
/// from a user, so the provider rejects this application.
pub(super) fn device_error(
    response: &HttpResponse,
    party: &RelyingParty<'_>,
    metadata: &Metadata,
) -> ProtocolError {
    let body = error_of(&response.body);
    let is_stated = matches!(body, ErrorBody::Code(_));
    let rejected = |error: String| {
        let advice = match advice_on_client(&error, party) {
            Advice::Nothing => {
                Advice::Remedy("check that the provider allows the client to use the device flow")
            }
            advice => advice,
        };
        ProtocolError::ClientRejected(TokenEndpointError::new(
            response.status,
            error,
            is_stated,
            advice,
            party.auth_method(metadata),
            metadata,
        ))
    };
    match (response.status, body) {
        (429, _) => ProtocolError::busy(response),
        (400..500, ErrorBody::Code(error)) => rejected(error),
        (401, _) => rejected("invalid_client".to_owned()),
        (400..500, _) => ProtocolError::UnusableResponse("error_response_malformed"),
        _ => ProtocolError::UnusableResponse("status_unexpected"),
    }
}

/// The error of a response (RFC 6749 §5.2).
enum ErrorBody {
    Code(String),
    /// JSON without a usable error code.
    WithoutCode,
    NotJson,
}

fn error_of(body: &[u8]) -> ErrorBody {
    let Ok(response) = serde_json::from_slice::<Value>(body) else {
        return ErrorBody::NotJson;
    };
    let error = response.get("error").and_then(Value::as_str);
    match error.and_then(error_code) {
        Some(error) => ErrorBody::Code(error.to_owned()),
        None => ErrorBody::WithoutCode,
    }
}

/// Errors that concern this application, so that the user cannot do anything about them.
fn is_about_client(error: &str) -> bool {
    matches!(
        error,
        "invalid_client" | "unauthorized_client" | "invalid_dpop_proof" | "use_dpop_nonce"
    )
}

fn advice_on_client(error: &str, party: &RelyingParty<'_>) -> Advice {
    Advice::Remedy(match error {
        "invalid_client" => advice_on_authentication(party),
        "unauthorized_client" => {
            "check `client_id` and the client's credentials, and that the provider allows the client \
             to use this grant type"
        }
        "invalid_dpop_proof" | "use_dpop_nonce" => {
            "register the client without DPoP (RFC 9449), which is not supported"
        }
        "invalid_request" => {
            "check that the provider allows the client to use this grant type and this \
             authentication method"
        }
        "invalid_scope" => "check `scopes`",
        "invalid_target" => "check for which resources the provider issues tokens to the client",
        "unsupported_grant_type" => "enable this grant type at the provider",
        _ => return Advice::Nothing,
    })
}

fn advice_on_authentication(party: &RelyingParty<'_>) -> &'static str {
    match party.credentials {
        ClientCredentials::None => {
            "set `client_secret` (OIDC_CLIENT_SECRET) or another credential (`client_auth`), or \
             register the client as a public one (`none`)"
        }
        ClientCredentials::Secret { .. } => {
            "check `client_id` and `client_secret`, and register the client with this authentication \
             method, or choose the registered one by `client_auth` (OIDC_CLIENT_AUTH)"
        }
        ClientCredentials::Key { .. } => {
            "check that the client is registered with `private_key_jwt`, with the public half of this \
             key and its id (OIDC_CLIENT_KEY_ID), and which audience the provider demands \
             (`assertion_audience`)"
        }
        ClientCredentials::Assertion(_) => {
            "check that the provider trusts the issuer of the assertion for this client, and the \
             assertion's subject, audience and expiry"
        }
    }
}

/// Refresh tokens and device codes expire in normal use; an authorization code is redeemed at once,
/// so a rejected one may be a sign of a misconfigured client.
fn advice_on_grant(grant: &Grant<'_>) -> Advice {
    match grant {
        Grant::Code { .. } => Advice::Hint(
            "if every code is rejected, the client may be registered for DPoP (RFC 9449) or mutual \
             TLS (RFC 8705), which are not supported",
        ),
        Grant::Refresh { .. } | Grant::Device { .. } => Advice::Nothing,
        #[cfg(feature = "client")]
        Grant::ClientCredentials { .. } => Advice::Nothing,
    }
}
