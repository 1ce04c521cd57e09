//! The discovery document (OpenID Connect Discovery §3, RFC 8414 §2).

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::error::ProviderErrorKind;
use crate::client_auth::SecretMethod;
use crate::config::{ProviderSettings, check_provider_url};
use crate::jose::Algorithm;
use crate::token::{is_pattern, is_usable_pattern};

/// How much of an unexpected issuer is logged.
const MAX_PRINTED_CHARS: usize = 200;
/// How many client authentication methods are kept, and how much of each name.
const MAX_AUTH_METHODS: usize = 16;
const MAX_AUTH_METHOD_CHARS: usize = 64;

/// The provider's metadata, validated.
#[derive(Clone, Debug)]
pub(crate) struct Metadata {
    pub(crate) issuer: Arc<str>,
    pub(crate) jwks_uri: Url,
    pub(crate) authorization_endpoint: Option<Url>,
    pub(crate) token_endpoint: Option<Url>,
    /// The supported client authentication methods: truncated, but not validated.
    pub(crate) token_endpoint_auth_methods: Vec<String>,
    /// What clients may sign assertions with, as far as it is supported here. `None` if the document
    /// does not say.
    pub(crate) client_assertion_algorithms: Option<Vec<Algorithm>>,
    pub(crate) device_authorization_endpoint: Option<Url>,
    pub(crate) userinfo_endpoint: Option<Url>,
    pub(crate) end_session_endpoint: Option<Url>,
    /// RFC 7662.
    pub(crate) introspection_endpoint: Option<Url>,
    /// RFC 7009.
    #[cfg(feature = "sessions")]
    pub(crate) revocation_endpoint: Option<Url>,
    /// What ID tokens and logout tokens are signed with, as far as it is supported here. `None` if
    /// the document does not say, although it has to.
    #[cfg(feature = "sessions")]
    pub(crate) id_token_algorithms: Option<Vec<Algorithm>>,
    /// Every authorization response contains `iss` (RFC 9207 §3).
    pub(crate) iss_parameter_supported: bool,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    jwks_uri: Option<String>,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Value,
    #[serde(default)]
    token_endpoint_auth_signing_alg_values_supported: Value,
    device_authorization_endpoint: Option<String>,
    userinfo_endpoint: Option<String>,
    end_session_endpoint: Option<String>,
    introspection_endpoint: Option<String>,
    #[cfg(feature = "sessions")]
    revocation_endpoint: Option<String>,
    #[cfg(feature = "sessions")]
    #[serde(default)]
    id_token_signing_alg_values_supported: Value,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Metadata {
    /// Parses a discovery document and checks that it is this provider's.
    pub(crate) fn parse(
        json: &[u8],
        settings: &ProviderSettings,
    ) -> Result<Self, ProviderErrorKind> {
        let document: Document = serde_json::from_slice(json)
            .map_err(|_| ProviderErrorKind::Document("it is not a discovery document"))?;
        check_issuer(&document.issuer, settings)?;
        let endpoint = |name, url| endpoint(name, url, settings);
        let jwks_uri = match &settings.jwks_uri {
            Some(url) => Some(url.clone()),
            None => endpoint("jwks_uri", document.jwks_uri)?,
        };
        Ok(Self {
            jwks_uri: jwks_uri.ok_or(ProviderErrorKind::Document("`jwks_uri` is missing"))?,
            authorization_endpoint: endpoint(
                "authorization_endpoint",
                document.authorization_endpoint,
            )?,
            token_endpoint: endpoint("token_endpoint", document.token_endpoint)?,
            token_endpoint_auth_methods: auth_methods(
                &document.token_endpoint_auth_methods_supported,
            ),
            client_assertion_algorithms: algorithms(
                &document.token_endpoint_auth_signing_alg_values_supported,
            ),
            device_authorization_endpoint: endpoint(
                "device_authorization_endpoint",
                document.device_authorization_endpoint,
            )?,
            userinfo_endpoint: endpoint("userinfo_endpoint", document.userinfo_endpoint)?,
            end_session_endpoint: endpoint("end_session_endpoint", document.end_session_endpoint)?,
            introspection_endpoint: endpoint(
                "introspection_endpoint",
                document.introspection_endpoint,
            )?,
            #[cfg(feature = "sessions")]
            revocation_endpoint: endpoint("revocation_endpoint", document.revocation_endpoint)?,
            #[cfg(feature = "sessions")]
            id_token_algorithms: algorithms(&document.id_token_signing_alg_values_supported),
            iss_parameter_supported: document.authorization_response_iss_parameter_supported,
            issuer: document.issuer.into(),
        })
    }

    /// The origin of the provider's pages, for Content Security Policy.
    #[cfg(feature = "sessions")]
    pub(crate) fn origin(&self) -> String {
        let url = Url::parse(&self.issuer);
        url.map_or("'none'".to_owned(), |url| {
            url.origin().ascii_serialization()
        })
    }

    /// The metadata from the configuration, if it has both `issuer` and `jwks_uri`.
    pub(crate) fn from_overrides(settings: &ProviderSettings) -> Option<Self> {
        Some(Self {
            issuer: settings.issuer.clone()?.into(),
            jwks_uri: settings.jwks_uri.clone()?,
            authorization_endpoint: None,
            token_endpoint: None,
            token_endpoint_auth_methods: Vec::new(),
            client_assertion_algorithms: None,
            device_authorization_endpoint: None,
            userinfo_endpoint: None,
            end_session_endpoint: None,
            introspection_endpoint: None,
            #[cfg(feature = "sessions")]
            revocation_endpoint: None,
            #[cfg(feature = "sessions")]
            id_token_algorithms: None,
            iss_parameter_supported: false,
        })
    }
}

/// OpenID Connect Discovery §4.3. The issuer of a template has a placeholder for the tenant, on the
/// host of the discovery URL.
fn check_issuer(issuer: &str, settings: &ProviderSettings) -> Result<(), ProviderErrorKind> {
    // It is logged, and unverified.
    let found = || issuer.chars().take(MAX_PRINTED_CHARS).collect();
    match (&settings.template, is_pattern(issuer)) {
        (None, false) if settings.is_expected_issuer(issuer) => Ok(()),
        (None, false) => Err(ProviderErrorKind::IssuerMismatch { found: found() }),
        (None, true) => Err(ProviderErrorKind::Template { found: found() }),
        (Some(_), true) if is_usable_pattern(issuer) && settings.hosts(issuer) => Ok(()),
        (Some(_), _) => Err(ProviderErrorKind::NoTemplate { found: found() }),
    }
}

/// Those that decide how a secret is sent come first, so that they are kept; the others are only for
/// the log. A malformed value counts as none.
fn auth_methods(supported: &Value) -> Vec<String> {
    let methods = supported.as_array().into_iter().flatten();
    let methods: Vec<&str> = methods.filter_map(Value::as_str).collect();
    let decisive = SecretMethod::ALL.map(SecretMethod::name);
    let known = decisive.into_iter().filter(|name| methods.contains(name));
    let others = methods.iter().copied();
    known
        .chain(others.filter(|name| !decisive.contains(name)))
        .take(MAX_AUTH_METHODS)
        .map(|method| method.chars().take(MAX_AUTH_METHOD_CHARS).collect())
        .collect()
}

/// Names of algorithms that are not supported here are left out.
fn algorithms(supported: &Value) -> Option<Vec<Algorithm>> {
    let names = supported.as_array()?.iter().filter_map(Value::as_str);
    Some(names.filter_map(|name| name.parse().ok()).collect())
}

fn endpoint(
    name: &'static str,
    url: Option<String>,
    settings: &ProviderSettings,
) -> Result<Option<Url>, ProviderErrorKind> {
    let Some(url) = url else { return Ok(None) };
    let unusable = |problem| ProviderErrorKind::Address { name, problem };
    let url = Url::parse(&url).map_err(|_| unusable("is not an absolute URL"))?;
    check_provider_url(&url, settings.allow_http).map_err(unusable)?;
    Ok(Some(url))
}
