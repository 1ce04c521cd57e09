//! The security schemes of a client: one for each issuer, and one for the cookie of sessions.

use utoipa::openapi::OpenApi;
#[cfg(feature = "sessions")]
use utoipa::openapi::security::{ApiKey, ApiKeyValue};
use utoipa::openapi::security::{OpenIdConnect, SecurityScheme};

use super::alternatives::Caller;
use crate::client::Oidc;
use crate::config::IssuerSettings;
use crate::token::{OWN_ISSUER, Via};

/// The name of the security scheme in the document, for access tokens of the client's own provider.
///
/// ```
/// use oidc::access::AccessMatrix;
/// use oidc::openapi::{SCHEME, secure};
/// use utoipa::openapi::OpenApi;
///
/// let mut document = OpenApi::default();
/// let url = "https://login.example.org/.well-known/openid-configuration";
/// let _ = secure(&mut document, &AccessMatrix::default(), url);
/// let components = document.components.unwrap();
/// assert!(components.security_schemes.contains_key(SCHEME));
/// ```
pub const SCHEME: &str = "oidc";

/// The name of the security scheme for the cookie of a session.
#[cfg_attr(not(feature = "sessions"), doc(hidden))]
pub const COOKIE_SCHEME: &str = "oidc_session";

/// A security scheme, and who uses it.
pub(super) struct Scheme {
    pub(super) name: String,
    pub(super) caller: Caller,
    /// Whether requirements name the scopes that a token needs.
    pub(super) has_scopes: bool,
    /// Whether its users have requests of their own, where each belongs to a tenant.
    pub(super) is_of_use: bool,
    definition: SecurityScheme,
}

impl Scheme {
    /// Access tokens of the client's own provider.
    pub(super) fn own(discovery_url: &str, via: Option<Via>) -> Self {
        Self {
            name: SCHEME.to_owned(),
            caller: own_user(via),
            has_scopes: true,
            is_of_use: true,
            definition: bearer(discovery_url),
        }
    }

    /// The cookie of a session, whose user has signed in at the own provider.
    #[cfg(feature = "sessions")]
    pub(super) fn cookie(name: &str) -> Self {
        Self {
            name: COOKIE_SCHEME.to_owned(),
            caller: own_user(Some(Via::Session)),
            has_scopes: false,
            is_of_use: true,
            definition: SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(name))),
        }
    }

    /// Access tokens of one of the client's issuers.
    fn of(issuer: &IssuerSettings, oidc: &Oidc) -> Self {
        let name = &*issuer.trust.name;
        Self {
            name: scheme_of(name),
            caller: Caller {
                issuer: name.to_owned(),
                is_let_in_everywhere: issuer.trust.everywhere || oidc.has_tenants(),
                via: Some(Via::Bearer),
            },
            has_scopes: true,
            is_of_use: oidc.may_have_tenant(name),
            definition: bearer(issuer.provider.discovery_url.as_str()),
        }
    }
}

/// The schemes of a client, the own provider's first.
pub(super) fn schemes_of(oidc: &Oidc) -> Vec<Scheme> {
    let issuers = std::iter::once(&oidc.config().own).chain(&oidc.config().trusted);
    let schemes = issuers.map(|issuer| Scheme::of(issuer, oidc));
    #[cfg(feature = "sessions")]
    let schemes = schemes.chain(cookie_of(oidc));
    schemes.collect()
}

#[cfg(feature = "sessions")]
fn cookie_of(oidc: &Oidc) -> Option<Scheme> {
    Some(Scheme {
        is_of_use: oidc.may_have_tenant(OWN_ISSUER),
        ..Scheme::cookie(oidc.session_cookie()?)
    })
}

/// Adds the schemes to the components of the document.
pub(super) fn define(document: &mut OpenApi, schemes: &[Scheme]) {
    let components = document.components.get_or_insert_default();
    for scheme in schemes {
        components.add_security_scheme(scheme.name.as_str(), scheme.definition.clone());
    }
}

/// `oidc_session` is the cookie's, and names of issuers contain no dot.
fn scheme_of(issuer: &str) -> String {
    match issuer {
        OWN_ISSUER => SCHEME.to_owned(),
        "session" => format!("{SCHEME}.session"),
        name => format!("{SCHEME}_{name}"),
    }
}

fn own_user(via: Option<Via>) -> Caller {
    Caller {
        issuer: OWN_ISSUER.to_owned(),
        is_let_in_everywhere: true,
        via,
    }
}

fn bearer(discovery_url: &str) -> SecurityScheme {
    SecurityScheme::OpenIdConnect(OpenIdConnect::new(discovery_url))
}
