//! Asks the provider's token endpoint (RFC 6749 §3.2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use form_urlencoded::byte_serialize;
use url::Url;

use super::error::FlowError;
use super::refusal::of_grant;
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
    let answer = post(oidc, endpoint, &grant.parameters()).await?;
    match answer.status {
        200 => TokenResponse::parse(&answer.body),
        _ => Err(of_grant(&answer, grant, oidc.config(), &provider.metadata)),
    }
}

/// Posts a form as this client.
pub(super) async fn post(
    oidc: &Oidc,
    endpoint: &Url,
    parameters: &[(&str, &str)],
) -> Result<Answer, FlowError> {
    let config = oidc.config();
    let basic = basic_credentials(config);
    let client_id = basic.is_none().then_some(("client_id", &*config.client_id));
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .extend_pairs(client_id)
        .extend_pairs(config.resource_parameters())
        .finish();
    let http = &oidc.provider().http;
    Ok(http.post_form(endpoint, form, basic.as_ref()).await?)
}

/// An endpoint that the provider has to have.
pub(super) fn endpoint(url: Option<&Url>) -> Result<&Url, FlowError> {
    url.ok_or(FlowError::UnusableResponse("endpoint_missing"))
}

/// HTTP Basic; id and secret are form-encoded first (RFC 6749 §2.3.1).
fn basic_credentials(config: &Config) -> Option<Secret> {
    let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let secret = encode(config.client_secret.as_ref()?.expose());
    let pair = format!("{}:{secret}", encode(&config.client_id));
    Some(Secret::new(STANDARD.encode(pair)))
}
