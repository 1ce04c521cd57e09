//! A registered client.

use std::fmt;

use serde::Deserialize;
use url::Url;

use super::access_tokens::AccessTokens;
use super::auth_method::AuthMethod;
use super::check::error_if;
use super::loopback::{loopback, same_but_loopback_port};
use super::refresh::{RefreshRotation, RefreshTokens};
use crate::error::Error;
use crate::keys::PublicKey;

/// An application that is registered with the provider.
///
/// ```
/// use oidc_devidp::Client;
///
/// let client = Client::new("shop").secret("s3cret").redirect_uri("https://shop.example/cb");
/// ```
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Client {
    /// The client identifier.
    pub client_id: String,
    /// The secret of a confidential client. A client without one, and without public keys, is public.
    #[serde(default)]
    pub client_secret: Option<String>,
    /// The keys that verify the assertions of a client with a private key (RFC 7523). In TOML each is a
    /// text in PEM, a JWK, or a table with a JWK set.
    #[serde(default, deserialize_with = "PublicKey::deserialize_all")]
    pub public_keys: Vec<PublicKey>,
    /// How the client authenticates; any other way is `invalid_client`. Default: with public keys
    /// [`AuthMethod::PrivateKeyJwt`], with a secret [`AuthMethod::ClientSecretBasic`] or
    /// [`AuthMethod::ClientSecretPost`] as it likes, otherwise [`AuthMethod::None`].
    #[serde(default)]
    pub token_endpoint_auth_method: Option<AuthMethod>,
    /// Where authorization responses may go; compared exactly, except that the port of an
    /// `http` loopback address is free (RFC 8252 §7.3).
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where the browser may go after a logout; compared exactly.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where the client takes logout tokens (OpenID Connect Back-Channel Logout §2.2). It gets one
    /// when a session ends within which it was signed in to. Default: none.
    #[serde(default)]
    pub backchannel_logout_uri: Option<String>,
    /// Whether logout tokens name the session in `sid`. Without, they have `sub` only, and stand for
    /// all sessions of the user. Default: true.
    #[serde(default)]
    pub backchannel_logout_session_required: Option<bool>,
    /// `aud` of the access tokens. A request may name a part of it with `resource` parameters
    /// (RFC 8707 §2), and gets `invalid_target` for any other resource. Default: the client
    /// identifier.
    #[serde(default)]
    pub audience: Vec<String>,
    /// The scopes the client may get; others are left out. Default: all it requests, of those in
    /// [`Config::scopes`](crate::Config::scopes) if there are any.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// Accepts every `http` loopback address, whatever its port and path, for redirects and after
    /// logouts. Default: false; true for the default client, which has to fit any project.
    #[serde(default)]
    pub any_loopback_redirect: bool,
    /// What the client's access tokens are. Default: as
    /// [`Config::access_tokens`](crate::Config::access_tokens).
    #[serde(default)]
    pub access_tokens: Option<AccessTokens>,
    /// Which sign-ins bring a refresh token. Default: as the preset, otherwise
    /// [`RefreshTokens::OfflineAccess`].
    #[serde(default)]
    pub refresh_tokens: Option<RefreshTokens>,
    /// What becomes of a refresh token that is used. Default: as the preset, otherwise
    /// [`RefreshRotation::Strict`].
    #[serde(default)]
    pub refresh_rotation: Option<RefreshRotation>,
    /// Seconds in which a spent refresh token still brings tokens, as if it came for the first
    /// time: for clients that lost the response, or sent the same token twice. Default: 0, where
    /// any second use revokes every token of the sign-in (RFC 9700 §4.14.2).
    #[serde(default)]
    pub refresh_reuse_grace: u64,
    /// The grant types that it named when it introduced itself.
    #[serde(skip)]
    grant_types: Option<Vec<String>>,
}

impl Client {
    /// A public client without redirect URIs.
    #[must_use]
    pub fn new(client_id: impl Into<String>) -> Self {
        Self {
            client_id: client_id.into(),
            ..Self::default()
        }
    }

    /// Makes the client confidential.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.client_secret = Some(secret.into());
        self
    }

    /// Adds a redirect URI.
    #[must_use]
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uris.push(uri.into());
        self
    }

    /// Adds a target for the browser after a logout.
    #[must_use]
    pub fn post_logout_redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.post_logout_redirect_uris.push(uri.into());
        self
    }

    /// Sets where the client takes logout tokens.
    ///
    /// ```
    /// use oidc_devidp::Client;
    ///
    /// let client = Client::new("shop")
    ///     .backchannel_logout_uri("http://127.0.0.1:8080/auth/v2/backchannel-logout");
    /// ```
    #[must_use]
    pub fn backchannel_logout_uri(mut self, uri: impl Into<String>) -> Self {
        self.backchannel_logout_uri = Some(uri.into());
        self
    }

    /// Sets whether logout tokens name the session.
    #[must_use]
    pub fn backchannel_logout_session_required(mut self, required: bool) -> Self {
        self.backchannel_logout_session_required = Some(required);
        self
    }

    /// Adds an audience of the client's access tokens.
    ///
    /// ```
    /// use oidc_devidp::Client;
    ///
    /// // `aud` has both, or those that the parameters `resource` of a request name.
    /// let client = Client::new("shop")
    ///     .audience("https://api.shop.example")
    ///     .audience("https://mail.shop.example");
    /// assert_eq!(client.audience.len(), 2);
    /// ```
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience.push(audience.into());
        self
    }

    /// Limits the scopes the client may get.
    ///
    /// ```
    /// let client = oidc_devidp::Client::new("shop").scopes(["openid", "orders:read"]);
    /// assert_eq!(client.scopes.unwrap(), ["openid", "orders:read"]);
    /// ```
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// Accepts every `http` loopback address for redirects and after logouts.
    #[must_use]
    pub fn any_loopback_redirect(mut self) -> Self {
        self.any_loopback_redirect = true;
        self
    }

    /// Sets what the client's access tokens are.
    #[must_use]
    pub fn access_tokens(mut self, form: AccessTokens) -> Self {
        self.access_tokens = Some(form);
        self
    }

    /// Sets which sign-ins bring a refresh token.
    #[must_use]
    pub fn refresh_tokens(mut self, sign_ins: RefreshTokens) -> Self {
        self.refresh_tokens = Some(sign_ins);
        self
    }

    /// Sets what becomes of a refresh token that is used.
    #[must_use]
    pub fn refresh_rotation(mut self, rotation: RefreshRotation) -> Self {
        self.refresh_rotation = Some(rotation);
        self
    }

    /// Sets for how many seconds a spent refresh token still brings tokens.
    ///
    /// ```
    /// let client = oidc_devidp::Client::new("shop").refresh_reuse_grace(60);
    /// assert_eq!(client.refresh_reuse_grace, 60);
    /// ```
    #[must_use]
    pub fn refresh_reuse_grace(mut self, seconds: u64) -> Self {
        self.refresh_reuse_grace = seconds;
        self
    }

    /// A client that introduced itself.
    pub(crate) fn introduced(
        client_id: String,
        client_secret: Option<String>,
        auth_method: Option<AuthMethod>,
        redirect_uris: Vec<String>,
        grant_types: Vec<String>,
    ) -> Self {
        Self {
            client_id,
            client_secret,
            token_endpoint_auth_method: auth_method,
            redirect_uris,
            grant_types: Some(grant_types),
            ..Self::default()
        }
    }

    pub(crate) fn may_use(&self, grant_type: &str) -> bool {
        self.grant_types.is_none() || self.is_registered_for(grant_type)
    }

    /// Whether it named this grant type when it introduced itself.
    pub(crate) fn is_registered_for(&self, grant_type: &str) -> bool {
        let mut named = self.grant_types.iter().flatten();
        named.any(|named| named == grant_type)
    }

    /// The client every provider has by default.
    pub(crate) fn development() -> Self {
        Self::new("oidc-guard-dev").any_loopback_redirect()
    }

    pub(crate) fn allows_redirect(&self, uri: &str) -> bool {
        let registered = |known: &String| known == uri || same_but_loopback_port(known, uri);
        self.redirect_uris.iter().any(registered) || self.allows_as_loopback(uri)
    }

    pub(crate) fn allows_after_logout(&self, uri: &str) -> bool {
        self.post_logout_redirect_uris
            .iter()
            .any(|known| known == uri)
            || self.allows_as_loopback(uri)
    }

    /// `aud` of the access tokens, unless a request names a part of it.
    pub(crate) fn full_audience(&self) -> Vec<String> {
        if self.audience.is_empty() {
            vec![self.client_id.clone()]
        } else {
            self.audience.clone()
        }
    }

    pub(super) fn validate(&self, field: &str) -> Result<(), Error> {
        error_if(self.client_id.is_empty(), || {
            format!("{field}.client_id is empty")
        })?;
        let empty_secret = self.client_secret.as_deref() == Some("");
        error_if(empty_secret, || format!("{field}.client_secret is empty"))?;
        for (index, uri) in self.redirect_uris.iter().enumerate() {
            check_uri(uri, &format!("{field}.redirect_uris[{index}]"))?;
        }
        for (index, uri) in self.post_logout_redirect_uris.iter().enumerate() {
            check_uri(uri, &format!("{field}.post_logout_redirect_uris[{index}]"))?;
        }
        self.check_backchannel(&format!("{field}.backchannel_logout"))
    }

    fn check_backchannel(&self, field: &str) -> Result<(), Error> {
        let Some(uri) = &self.backchannel_logout_uri else {
            let orphaned = self.backchannel_logout_session_required.is_some();
            return error_if(orphaned, || {
                format!("{field}_session_required is set without {field}_uri")
            });
        };
        check_uri(uri, &format!("{field}_uri"))?;
        let is_http = uri.starts_with("http://") || uri.starts_with("https://");
        error_if(!is_http, || format!("{field}_uri must be an http(s) URL"))
    }

    fn allows_as_loopback(&self, uri: &str) -> bool {
        self.any_loopback_redirect && loopback(uri).is_some()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("client_id", &self.client_id)
            .field("confidential", &!self.is_public())
            .field("redirect_uris", &self.redirect_uris)
            .finish_non_exhaustive()
    }
}

fn check_uri(uri: &str, field: &str) -> Result<(), Error> {
    let url = Url::parse(uri).map_err(|error| Error::Config(format!("{field}: {error}")))?;
    // RFC 6749 §3.1.2: absolute and without a fragment.
    error_if(url.fragment().is_some(), || {
        format!("{field} has a fragment")
    })
}

#[cfg(test)]
mod tests {
    use super::Client;

    #[test]
    fn only_the_port_of_a_loopback_redirect_is_free() {
        let client = Client::new("a")
            .redirect_uri("http://127.0.0.1/callback")
            .redirect_uri("https://app.example:8443/callback");
        for accepted in [
            "http://127.0.0.1/callback",
            "http://127.0.0.1:5000/callback",
            "https://app.example:8443/callback",
        ] {
            assert!(client.allows_redirect(accepted), "{accepted}");
        }
        for rejected in [
            "http://localhost:5000/callback",
            "https://127.0.0.1:5000/callback",
            "http://127.0.0.1:5000/callback/",
            "http://127.0.0.1:5000/callback?a=b",
            "http://127.0.0.1:5000/callback#f",
            "http://user@127.0.0.1:5000/callback",
            "http://127.0.0.1.evil.example/callback",
            "https://app.example:8444/callback",
            "https://app.example/callback",
        ] {
            assert!(!client.allows_redirect(rejected), "{rejected}");
        }
    }

    #[test]
    fn the_development_client_stays_on_this_machine() {
        let client = Client::development();
        assert!(client.allows_redirect("http://localhost:53100/callback"));
        assert!(client.allows_redirect("http://[::1]:8000/a/b?c=d"));
        for rejected in [
            "https://localhost/callback",
            "http://localhost.example/callback",
            "http://localhost:80@evil.example/",
            "http:\\\\localhost\\callback",
            "javascript:alert(1)",
            "//localhost/callback",
            "",
        ] {
            assert!(!client.allows_redirect(rejected), "{rejected}");
        }
    }
}
