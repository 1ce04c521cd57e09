//! Error responses of the provider's token and device authorization endpoints (RFC 6749 §5.2):
//! whether they concern the user's grant or this application.

use serde_json::Value;

use super::error::ProtocolError;
use super::grant::Grant;
use super::provider_text::error_code;
use super::relying_party::RelyingParty;
use super::token_endpoint_error::{Advice, BASIC, TokenEndpointError};
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
            error => advice_on_client(error, party, metadata),
        };
        let error = TokenEndpointError::new(
            response.status,
            error,
            is_stated,
            advice,
            party.client_secret.is_some(),
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
        let advice = match advice_on_client(&error, party, metadata) {
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
            party.client_secret.is_some(),
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

fn advice_on_client(error: &str, party: &RelyingParty<'_>, metadata: &Metadata) -> Advice {
    Advice::Remedy(match error {
        "invalid_client" => advice_on_authentication(party, metadata),
        "unauthorized_client" => {
            "check `client_id` and `client_secret`, and that the provider allows the client to use \
             this grant type"
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

fn advice_on_authentication(party: &RelyingParty<'_>, metadata: &Metadata) -> &'static str {
    let offered = &metadata.token_endpoint_auth_methods;
    if party.client_secret.is_none() {
        "set `client_secret` (OIDC_CLIENT_SECRET), or register the client as a public one (`none`)"
    } else if offered.is_empty() || offered.iter().any(|method| method == BASIC) {
        "check `client_id` and `client_secret`, and register the client with the authentication \
         method `client_secret_basic`, the only one supported for a client with a secret"
    } else {
        "the provider does not offer `client_secret_basic`, the only authentication method \
         supported for a client with a secret: enable it, or register a public client (`none`)"
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
    }
}
