//! What clients say about themselves (RFC 7591 §2).

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::grant_type;
use super::oauth_error::OAuthError;
use super::redirect_uri;
use crate::config::{AuthMethod, Client};

/// How clients that introduce themselves may authenticate (RFC 7591 §2).
const AUTH_METHODS: [AuthMethod; 3] = [
    AuthMethod::ClientSecretBasic,
    AuthMethod::ClientSecretPost,
    AuthMethod::None,
];

/// The only response type (RFC 6749 §3.1.1).
const CODE: &str = "code";

/// The metadata of a client, as far as this provider heeds it. `scope` is not part of it: a client
/// may ask for any, whatever it names beforehand.
#[derive(Deserialize)]
pub(super) struct ClientMetadata {
    #[serde(default)]
    redirect_uris: Vec<String>,
    #[serde(default = "public")]
    token_endpoint_auth_method: String,
    #[serde(default = "only_codes")]
    grant_types: Vec<String>,
    response_types: Option<Vec<String>>,
    client_name: Option<String>,
    client_uri: Option<String>,
}

fn public() -> String {
    AuthMethod::None.name().to_owned()
}

fn only_codes() -> Vec<String> {
    vec![grant_type::CODE.to_owned()]
}

impl ClientMetadata {
    pub(super) fn is_public(&self) -> bool {
        self.auth_method() == Some(AuthMethod::None)
    }

    /// What it asks for, if it can get it.
    fn auth_method(&self) -> Option<AuthMethod> {
        let mut methods = AUTH_METHODS.into_iter();
        methods.find(|method| method.name() == self.token_endpoint_auth_method)
    }

    fn is_for_codes(&self) -> bool {
        let mut grants = self.grant_types.iter();
        grants.any(|grant| grant == grant_type::CODE)
    }

    fn response_types(&self) -> impl Iterator<Item = &str> {
        let by_default = self.response_types.is_none() && self.is_for_codes();
        let named = self.response_types.iter().flatten().map(String::as_str);
        named.chain(by_default.then_some(CODE))
    }

    pub(super) fn check(&self) -> Result<(), OAuthError> {
        if self.auth_method().is_none() {
            return invalid("token_endpoint_auth_method is not supported");
        }
        let is_supported = |grant: &String| grant_type::ALL.contains(&grant.as_str());
        if !self.grant_types.iter().all(is_supported) {
            return invalid("a grant type is not supported");
        }
        if self.response_types().any(|response| response != CODE) {
            return invalid("a response type is not supported");
        }
        self.check_code()?;
        self.redirect_uris
            .iter()
            .try_for_each(|uri| redirect_uri::check(uri))
    }

    /// RFC 7591 §2.1 says which grant and response types belong together.
    fn check_code(&self) -> Result<(), OAuthError> {
        let by_code = self.is_for_codes();
        if by_code != self.response_types().next().is_some() {
            return invalid("grant_types and response_types do not fit together");
        }
        if by_code && self.redirect_uris.is_empty() {
            return Err(OAuthError::new(
                "invalid_redirect_uri",
                "redirect_uris is missing",
            ));
        }
        Ok(())
    }

    /// What was registered, for the client (RFC 7591 §3.2.1).
    pub(super) fn to_json(&self) -> Map<String, Value> {
        let members = [
            ("redirect_uris", json!(self.redirect_uris)),
            (
                "token_endpoint_auth_method",
                json!(self.token_endpoint_auth_method),
            ),
            ("grant_types", json!(self.grant_types)),
            (
                "response_types",
                json!(self.response_types().collect::<Vec<_>>()),
            ),
            ("client_name", json!(self.client_name)),
            ("client_uri", json!(self.client_uri)),
        ];
        let members = members.into_iter().filter(|(_, value)| !value.is_null());
        members
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    pub(super) fn into_client(self, client_id: String, secret: Option<String>) -> Client {
        let method = self.auth_method();
        Client::introduced(
            client_id,
            secret,
            method,
            self.redirect_uris,
            self.grant_types,
        )
    }
}

fn invalid<T>(text: &str) -> Result<T, OAuthError> {
    Err(OAuthError::new("invalid_client_metadata", text))
}
