//! Error responses of the provider's token and device authorization endpoints (RFC 6749 §5.2):
//! whose fault they are, and what the log says about them.

use serde_json::Value;

use super::error::FlowError;
use super::grant::Grant;
use super::provider_text::error_code;
use crate::config::Config;
use crate::http::Answer;
use crate::provider::Metadata;
use crate::telemetry;

/// OpenID Connect Core §9.
const BASIC: &str = "client_secret_basic";

/// What the provider refused, and what the log needs to tell why. Nothing in it is secret.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// The status of the provider's response.
    pub(super) status: u16,
    /// The provider's `error`, or what its status stands for.
    pub(super) error: String,
    /// How this application authenticated to the provider.
    client_auth: &'static str,
    /// What the discovery document offers for that.
    auth_methods: Vec<String>,
    advice: Advice,
}

/// What the log says beside the code.
#[derive(Debug)]
enum Advice {
    /// It is a matter between the user and the provider.
    Nothing,
    /// The application may be at fault, but users cause it as well.
    Hint(&'static str),
    /// The application is at fault.
    Remedy(&'static str),
}

/// What the token endpoint refused: the user's grant, or this application.
pub(super) fn of_grant(
    answer: &Answer,
    grant: &Grant<'_>,
    config: &Config,
    metadata: &Metadata,
) -> FlowError {
    let refused = |error: String| {
        let advice = match &*error {
            "invalid_grant" => advice_on_grant(grant),
            error => advice_on_client(error, config, metadata),
        };
        let refusal = Refusal::new(answer, error, advice, config, metadata);
        if is_about_client(&refusal.error) {
            FlowError::ClientRefused(refusal)
        } else {
            FlowError::GrantRefused(refusal)
        }
    };
    match (answer.status, said(&answer.body)) {
        // Some providers limit polls for a device with this status (RFC 8628 §3.5 has 400).
        (429, Said::Error(error)) if error == "slow_down" => refused(error),
        (429, _) => FlowError::busy(answer),
        (400..500, Said::Error(error)) => refused(error),
        // §5.2 has 401 for failed client authentication only.
        (401, _) => refused("invalid_client".to_owned()),
        // There is no token endpoint.
        (404 | 405, Said::Nothing) | (400..500, Said::Something) => {
            FlowError::UnusableResponse("error_response_malformed")
        }
        (400..500, Said::Nothing) => refused("invalid_grant".to_owned()),
        _ => FlowError::UnusableResponse("status_unexpected"),
    }
}

/// What the device authorization endpoint refused: this application, for the request has nothing
/// of a user's in it.
pub(super) fn of_device(answer: &Answer, config: &Config, metadata: &Metadata) -> FlowError {
    let refused = |error: String| {
        let advice = match advice_on_client(&error, config, metadata) {
            Advice::Nothing => {
                Advice::Remedy("check whether the provider allows the client the device flow")
            }
            advice => advice,
        };
        FlowError::ClientRefused(Refusal::new(answer, error, advice, config, metadata))
    };
    match (answer.status, said(&answer.body)) {
        (429, _) => FlowError::busy(answer),
        (400..500, Said::Error(error)) => refused(error),
        (401, _) => refused("invalid_client".to_owned()),
        (400..500, _) => FlowError::UnusableResponse("error_response_malformed"),
        _ => FlowError::UnusableResponse("status_unexpected"),
    }
}

/// What a body says.
enum Said {
    /// A usable error code.
    Error(String),
    /// JSON, but no usable error code.
    Something,
    /// It is not JSON.
    Nothing,
}

fn said(body: &[u8]) -> Said {
    let Ok(response) = serde_json::from_slice::<Value>(body) else {
        return Said::Nothing;
    };
    let error = response.get("error").and_then(Value::as_str);
    match error.and_then(error_code) {
        Some(error) => Said::Error(error.to_owned()),
        None => Said::Something,
    }
}

/// Errors that no user can mend.
fn is_about_client(error: &str) -> bool {
    matches!(
        error,
        "invalid_client" | "unauthorized_client" | "invalid_dpop_proof" | "use_dpop_nonce"
    )
}

fn advice_on_client(error: &str, config: &Config, metadata: &Metadata) -> Advice {
    Advice::Remedy(match error {
        "invalid_client" => advice_on_authentication(config, metadata),
        "unauthorized_client" => {
            "check `client_id` and `client_secret`, and that the provider allows the client this \
             grant type"
        }
        "invalid_dpop_proof" | "use_dpop_nonce" => {
            "register the client without DPoP (RFC 9449), which is not supported"
        }
        "invalid_request" => {
            "check that the provider allows the client this grant type and this authentication \
             method"
        }
        "invalid_scope" => "check `scopes`",
        "invalid_target" => "check for which resources the provider issues tokens to the client",
        "unsupported_grant_type" => "enable this grant type at the provider",
        _ => return Advice::Nothing,
    })
}

fn advice_on_authentication(config: &Config, metadata: &Metadata) -> &'static str {
    let offered = &metadata.token_endpoint_auth_methods;
    if config.client_secret.is_none() {
        "set `client_secret` (OIDC_CLIENT_SECRET), or register the client as a public one (`none`)"
    } else if offered.is_empty() || offered.iter().any(|method| method == BASIC) {
        "check `client_id` and `client_secret`, and register the client with the authentication \
         method `client_secret_basic`, the only one supported for a client with a secret"
    } else {
        "the provider does not offer `client_secret_basic`, the only authentication method \
         supported for a client with a secret: enable it, or register a public client (`none`)"
    }
}

/// A refresh token or a device code may have expired; a code is redeemed as soon as it is there.
fn advice_on_grant(grant: &Grant<'_>) -> Advice {
    match grant {
        Grant::Code { .. } => Advice::Hint(
            "if it refuses every code, the client may be registered for DPoP (RFC 9449) or mutual \
             TLS (RFC 8705), which are not supported",
        ),
        Grant::Refresh { .. } | Grant::Device { .. } => Advice::Nothing,
    }
}

impl Refusal {
    fn new(
        answer: &Answer,
        error: String,
        advice: Advice,
        config: &Config,
        metadata: &Metadata,
    ) -> Self {
        Self {
            status: answer.status,
            error,
            client_auth: config.client_secret.as_ref().map_or("none", |_| BASIC),
            auth_methods: metadata.token_endpoint_auth_methods.clone(),
            advice,
        }
    }

    /// One event, with the status that the client is told.
    pub(super) fn report(&self, endpoint: &'static str, status: u16, code: &'static str) {
        telemetry::refused(code);
        macro_rules! event {
            ($level:ident, $($message:tt)+) => {
                tracing::$level!(
                    code,
                    status,
                    endpoint,
                    error = self.error,
                    provider_status = self.status,
                    client_auth = self.client_auth,
                    auth_methods_supported = ?self.auth_methods,
                    $($message)+
                )
            };
        }
        match self.advice {
            Advice::Nothing => event!(debug, "the provider refused a sign-in request"),
            Advice::Hint(hint) => event!(info, "the provider refused a sign-in request; {hint}"),
            Advice::Remedy(remedy) => {
                event!(
                    warn,
                    "the provider refused a request of this application: {remedy}"
                );
            }
        }
    }
}
