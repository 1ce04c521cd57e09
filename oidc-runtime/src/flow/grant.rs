//! Asks the provider's token endpoint (RFC 6749 §3.2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use form_urlencoded::byte_serialize;
use serde::Deserialize;
use url::Url;

use super::error::FlowError;
use super::provider_text::error_code;
use super::token_response::TokenResponse;
use crate::config::Config;
use crate::http::Answer;
use crate::oidc::Oidc;
use crate::provider::Snapshot;
use crate::secret::Secret;

/// RFC 8628 §3.4.
pub(super) const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What is offered in exchange for tokens.
pub(super) enum Grant<'g> {
    /// RFC 6749 §4.1.3, RFC 7636 §4.5.
    Code {
        code: &'g str,
        redirect_uri: &'g str,
        verifier: &'g str,
    },
    /// RFC 6749 §6.
    Refresh { token: &'g str },
    /// RFC 8628 §3.4.
    Device { code: &'g str },
}

impl Grant<'_> {
    fn parameters(&self) -> Vec<(&str, &str)> {
        match self {
            Self::Code {
                code,
                redirect_uri,
                verifier,
            } => vec![
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", redirect_uri),
                ("code_verifier", verifier),
            ],
            Self::Refresh { token } => {
                vec![("grant_type", "refresh_token"), ("refresh_token", token)]
            }
            Self::Device { code } => vec![("grant_type", DEVICE_GRANT), ("device_code", code)],
        }
    }
}

/// Exchanges a grant for tokens. None of them has been looked at.
pub(super) async fn exchange(
    oidc: &Oidc,
    provider: &Snapshot,
    grant: &Grant<'_>,
) -> Result<TokenResponse, FlowError> {
    let endpoint = endpoint(provider.metadata.token_endpoint.as_ref())?;
    let body = post(oidc, endpoint, &grant.parameters()).await?;
    TokenResponse::parse(&body)
}

/// Posts a form as this client and reads the answer; an error of the provider's is passed on.
pub(super) async fn post(
    oidc: &Oidc,
    endpoint: &Url,
    parameters: &[(&str, &str)],
) -> Result<Vec<u8>, FlowError> {
    let config = oidc.config();
    let basic = basic_credentials(config);
    let client_id = basic.is_none().then_some(("client_id", &*config.client_id));
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .extend_pairs(client_id)
        .finish();
    let http = &oidc.provider().http;
    let answer = http.post_form(endpoint, form, basic.as_ref()).await?;
    success(answer)
}

/// An endpoint that the provider has to have.
pub(super) fn endpoint(url: Option<&Url>) -> Result<&Url, FlowError> {
    url.ok_or(FlowError::Answer("endpoint_missing"))
}

/// HTTP Basic; id and secret are form-encoded first (RFC 6749 §2.3.1).
fn basic_credentials(config: &Config) -> Option<Secret> {
    let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let secret = encode(config.client_secret.as_ref()?.expose());
    let pair = format!("{}:{secret}", encode(&config.client_id));
    Some(Secret::new(STANDARD.encode(pair)))
}

fn success(answer: Answer) -> Result<Vec<u8>, FlowError> {
    #[derive(Deserialize)]
    struct ErrorResponse {
        error: String,
    }

    match answer.status {
        200 => Ok(answer.body),
        status @ 400..500 => {
            let response: ErrorResponse = serde_json::from_slice(&answer.body)
                .map_err(|_| FlowError::Answer("error_response_malformed"))?;
            let error =
                error_code(&response.error).ok_or(FlowError::Answer("error_response_malformed"))?;
            Err(FlowError::Refused {
                status: if status == 401 { 401 } else { 400 },
                error: error.to_owned(),
            })
        }
        _ => Err(FlowError::Answer("status_unexpected")),
    }
}
