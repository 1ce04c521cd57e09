//! The settings of an issuer that is trusted besides the client's own provider.

use std::time::Duration;

use super::introspection::{Introspect, IntrospectionBuilder};
use crate::config::client_auth::ClientAuthBuilder;
use crate::config::error::Setting;
use crate::config::{ClientAuth, OidcBuilder};
use crate::jose::Algorithm;
use crate::secret::Secret;

/// An issuer whose access tokens are accepted besides those of the client's own provider, see
/// [`OidcBuilder::trust`].
///
/// ```
/// use oidc::{Issuer, Oidc};
///
/// # fn main() -> Result<(), oidc::ConfigError> {
/// let oidc = Oidc::builder()
///     .client_id("shop")
///     .discovery_url("https://login.example.org")
///     .trust(
///         "partner",
///         Issuer::at("https://id.partner.example").audience("shop-api").roles_prefix("partner:"),
///     )
///     .build()?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "an issuer does nothing until it is passed to `OidcBuilder::trust`"]
pub struct Issuer {
    pub(super) discovery_url: Option<String>,
    pub(super) identifier: Option<String>,
    pub(super) jwks_uri: Option<String>,
    pub(super) audiences: Vec<String>,
    pub(super) any_audience: bool,
    pub(super) algorithms: Setting<Vec<Algorithm>>,
    pub(super) scopes_from: Option<String>,
    pub(super) roles_from: Option<Vec<String>>,
    pub(super) roles_prefix: String,
    pub(super) everywhere: Setting<bool>,
    pub(super) tenant_claim: Option<String>,
    pub(super) tenants: Vec<String>,
    pub(super) any_tenant: Setting<bool>,
    pub(super) introspection: IntrospectionBuilder,
    pub(super) client_id: Option<String>,
    pub(super) client_secret: Option<Secret>,
    pub(super) client_auth: ClientAuthBuilder,
}

impl Issuer {
    /// An issuer by the URL of its discovery document (OpenID Connect Discovery §4), or its
    /// identifier, to which `/.well-known/openid-configuration` is appended. It must start with
    /// `https://`, unless the provider runs on the loopback interface.
    pub fn at(url: impl Into<String>) -> Self {
        Self::new(Some(url.into()))
    }

    /// A provider whose discovery document speaks for many tenants, each of which is an issuer: its
    /// `issuer` contains `{tenantid}`, as Entra ID's does for `organizations`. `claim` is the claim of
    /// the tokens that names the tenant, such as `tid`.
    ///
    /// Set the accepted [`tenants`](Self::tenants) as well. A token has to name one of them, in `claim`
    /// and in `iss`, and a key with a member `issuer` signs tokens of that issuer only.
    ///
    /// ```
    /// let staff = oidc::Issuer::template("https://login.microsoftonline.com/organizations/v2.0", "tid")
    ///     .tenants(["9122040d-6c67-4c5b-b112-36a304b66dad"])
    ///     .audience("api://shop")
    ///     .everywhere();
    /// ```
    pub fn template(url: impl Into<String>, claim: impl Into<String>) -> Self {
        Self {
            tenant_claim: Some(claim.into()),
            ..Self::at(url)
        }
    }

    pub(super) fn new(discovery_url: Option<String>) -> Self {
        Self {
            discovery_url,
            identifier: None,
            jwks_uri: None,
            audiences: Vec::new(),
            any_audience: false,
            algorithms: None,
            scopes_from: None,
            roles_from: None,
            roles_prefix: String::new(),
            everywhere: None,
            tenant_claim: None,
            tenants: Vec::new(),
            any_tenant: None,
            introspection: IntrospectionBuilder::default(),
            client_id: None,
            client_secret: None,
            client_auth: ClientAuthBuilder::default(),
        }
    }

    /// The issuer that tokens and the discovery document must name, compared exactly: a URL without a
    /// fragment (RFC 8414 §2). Default: the URL of the discovery document without its well-known suffix.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.identifier = Some(issuer.into());
        self
    }

    /// The URL of the key set (RFC 7517 §5). Default: `jwks_uri` of the discovery document, which is
    /// not needed if this and [`issuer`](Self::issuer) are set.
    pub fn jwks_uri(mut self, url: impl Into<String>) -> Self {
        self.jwks_uri = Some(url.into());
        self
    }

    /// Accepts tokens of this issuer with this value in `aud` (RFC 9068 §4). Call it again to accept
    /// further ones. Required: nothing is taken over from the client's own audiences.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// Accepts tokens of this issuer for whatever audience: any service that gets one can use it here.
    pub fn insecure_any_audience(mut self) -> Self {
        self.any_audience = true;
        self
    }

    /// The accepted signature algorithms. Default: all that are supported.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = Some(Ok(algorithms.into_iter().collect()));
        self
    }

    /// The claim with the granted scopes, as a path such as `permissions` or `ext.scopes`: one string,
    /// with spaces between the scopes, or an array. No other claim counts then. Default: `scope`, or
    /// else `scp`.
    pub fn scopes_from(mut self, path: impl Into<String>) -> Self {
        self.scopes_from = Some(path.into());
        self
    }

    /// The claims with the roles, as paths. Default: as for
    /// [`OidcBuilder::roles_from`](crate::OidcBuilder::roles_from), with the `resource_access` of the
    /// audiences.
    pub fn roles_from<T: Into<String>>(mut self, paths: impl IntoIterator<Item = T>) -> Self {
        self.roles_from = Some(paths.into_iter().map(Into::into).collect());
        self
    }

    /// What is put before each role of this issuer, so that none of its roles is taken for one of
    /// yours. Default: nothing.
    ///
    /// ```
    /// # let issuer = oidc::Issuer::at("https://id.partner.example");
    /// let issuer = issuer.roles_prefix("partner:"); // its `admin` is the role `partner:admin`
    /// ```
    pub fn roles_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.roles_prefix = prefix.into();
        self
    }

    /// Lets its users in where no rule names an issuer, like those of the client's own provider.
    /// Default: only where a rule names it.
    pub fn everywhere(mut self) -> Self {
        self.everywhere = Some(Ok(true));
        self
    }

    /// The accepted tenants of a [`template`](Self::template): UUIDs, compared exactly.
    pub fn tenants<T: Into<String>>(mut self, tenants: impl IntoIterator<Item = T>) -> Self {
        self.tenants.extend(tenants.into_iter().map(Into::into));
        self
    }

    /// Accepts every tenant of a [`template`](Self::template): everybody with an account at the
    /// provider.
    pub fn insecure_accept_any_tenant(mut self) -> Self {
        self.any_tenant = Some(Ok(true));
        self
    }

    /// Asks this issuer about its access tokens (RFC 7662), see [`OidcBuilder::introspect`]. It needs
    /// credentials there: a [`client_secret`](Self::client_secret) or
    /// [`client_auth`](Self::client_auth). Default: never.
    ///
    /// ```
    /// use oidc::{Introspect, Issuer};
    ///
    /// let partner = Issuer::at("https://id.partner.example")
    ///     .audience("shop-api")
    ///     .introspect(Introspect::Opaque)
    ///     .client_id("shop")
    ///     .client_secret("s3cret");
    /// ```
    pub fn introspect(mut self, introspect: Introspect) -> Self {
        self.introspection.mode = Some(Ok(introspect));
        self
    }

    /// What its opaque tokens begin with, see [`OidcBuilder::token_prefix`].
    pub fn token_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.introspection.token_prefix = Some(prefix.into());
        self
    }

    /// The URL of the introspection endpoint. Default: `introspection_endpoint` of the discovery
    /// document (RFC 8414 §2).
    pub fn introspection_endpoint(mut self, url: impl Into<String>) -> Self {
        self.introspection.endpoint = Some(url.into());
        self
    }

    /// As which client it is asked about tokens. Default: the
    /// [client id](crate::OidcBuilder::client_id) at the client's own provider.
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.client_id = Some(id.into());
        self
    }

    /// The client's secret at this issuer. The one at the client's own provider is never sent to
    /// another issuer.
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.client_secret = Some(Secret::new(secret));
        self
    }

    /// How the client authenticates to this issuer. Default: with the
    /// [`client_secret`](Self::client_secret), by the method that the issuer offers; or else with the key
    /// that it has at its own provider, whose assertions are of no use to anybody else.
    pub fn client_auth(mut self, auth: ClientAuth) -> Self {
        self.client_auth.set(auth);
        self
    }
}

impl OidcBuilder {
    /// Accepts the access tokens of another issuer as well, under a name for rules: lower-case
    /// letters, digits and `_`, with a letter first. The client's own provider is called `own`.
    ///
    /// Its users are let in where a rule names it (`issuer = ".."`), so adding an issuer opens no
    /// existing route; see [`Issuer::everywhere`]. At other routes a good token of it is rejected with
    /// 403 and the code `issuer_denied`. Keys, algorithms, audiences, scopes and roles are each
    /// issuer's own, and an issuer that cannot be reached is missed by its own users only. Sign-in is at
    /// the client's own provider.
    ///
    /// Subjects are unique per issuer: use [`Principal::identity`](crate::Principal::identity) as the
    /// key of a user.
    ///
    /// ```
    /// use oidc::{Issuer, Oidc};
    ///
    /// #[oidc::required(issuer("own", "partner"), scopes = "orders:read")]
    /// async fn orders() -> &'static str {
    ///     "the orders"
    /// }
    ///
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = Oidc::builder()
    ///     .client_id("shop")
    ///     .discovery_url("https://login.example.org")
    ///     .audience("https://api.shop.example")
    ///     .trust("partner", Issuer::at("https://id.partner.example").audience("shop-api"))
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn trust(mut self, name: impl Into<String>, issuer: Issuer) -> Self {
        self.trusted.push((name.into(), issuer));
        self
    }

    /// Asks the provider about access tokens (RFC 7662): about opaque ones, which nobody else can read,
    /// or about JWTs as well. Default: never.
    ///
    /// Whoever presents a token is answered from memory for [30 seconds](Self::introspection_cache), so
    /// the provider is asked once about a token however many requests it comes with, and a revoked one
    /// is noticed by then. The audience is required here too: `aud` of the answer has to be accepted. An
    /// inactive token is rejected with 401 and the code `token_inactive`; if the provider fails, or does
    /// not accept this client there, the answer is 503, with the code `introspection_failed` or
    /// `introspection_unauthorized`.
    ///
    /// If several issuers are asked about opaque tokens, set a [`token_prefix`](Self::token_prefix); an
    /// opaque token is never shown to two. Without one, the issuer is asked that the route's rule names.
    ///
    /// ```
    /// use oidc::{Introspect, Oidc};
    ///
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = Oidc::builder()
    ///     .client_id("shop")
    ///     .client_secret("s3cret")
    ///     .discovery_url("https://login.example.org")
    ///     .audience("https://api.shop.example")
    ///     .introspect(Introspect::Opaque)
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn introspect(mut self, introspect: Introspect) -> Self {
        self.introspection.mode = Some(Ok(introspect));
        self
    }

    /// What the provider's opaque access tokens begin with: it is asked about those, and no other
    /// issuer is. Default: nothing that tells them apart.
    pub fn token_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.introspection.token_prefix = Some(prefix.into());
        self
    }

    /// The URL of the introspection endpoint. Default: `introspection_endpoint` of the discovery
    /// document (RFC 8414 §2).
    pub fn introspection_endpoint(mut self, url: impl Into<String>) -> Self {
        self.introspection.endpoint = Some(url.into());
        self
    }

    /// How long an answer about a token counts, whichever issuer gave it: whole seconds, but never
    /// beyond `exp`. A revoked token may be accepted for as long. Default: 30 seconds; with 0, every
    /// request asks, and those that come at the same time with the same token share one question.
    pub fn introspection_cache(mut self, time: Duration) -> Self {
        self.introspection_cache = Some(Ok(time));
        self
    }
}
