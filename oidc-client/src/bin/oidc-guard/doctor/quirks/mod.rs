//! Providers that are known by their address or document, and what goes wrong with each. The chapters of
//! the guide on providers say the same at length.

mod auth0;
mod authentik;
mod cognito;
mod elsewhere;
mod entra_id;
mod google;
mod keycloak;
mod okta;
mod opaque;
mod zitadel;

use url::Url;

use super::document::Document;
use super::finding::Finding;
use super::provider::Seen;

pub(super) use elsewhere::{Elsewhere, candidates};

/// A provider with a character of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Provider {
    Keycloak,
    EntraId,
    Auth0,
    Okta,
    Google,
    Zitadel,
    Authentik,
    Cognito,
    Ory,
    GitLab,
}

impl Provider {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Keycloak => "Keycloak",
            Self::EntraId => "Entra ID",
            Self::Auth0 => "Auth0",
            Self::Okta => "Okta",
            Self::Google => "Google",
            Self::Zitadel => "ZITADEL",
            Self::Authentik => "authentik",
            Self::Cognito => "Amazon Cognito",
            Self::Ory => "Ory",
            Self::GitLab => "GitLab",
        }
    }
}

/// Which provider it is, if it is a known one. By its host first: paths can be anybody's.
pub(super) fn recognise(asked: &Url, document: &Document) -> Option<Provider> {
    let issuer = Url::parse(document.issuer()).ok();
    let hosted = [Some(asked), issuer.as_ref()];
    hosted
        .into_iter()
        .flatten()
        .find_map(by_host)
        .or_else(|| by_path(asked))
        .or_else(|| by_endpoints(document))
}

fn by_host(url: &Url) -> Option<Provider> {
    let host = url.host_str()?;
    let is_at = |domain: &str| host == domain || host.ends_with(&format!(".{domain}"));
    let any = |domains: &[&str]| domains.iter().any(|domain| is_at(domain));
    Some(match () {
        () if any(&entra_id::DOMAINS) => Provider::EntraId,
        () if is_at("auth0.com") => Provider::Auth0,
        () if any(&["okta.com", "oktapreview.com", "okta-emea.com"]) => Provider::Okta,
        () if host == "accounts.google.com" => Provider::Google,
        () if is_at("zitadel.cloud") => Provider::Zitadel,
        () if is_at("oryapis.com") => Provider::Ory,
        () if host == "gitlab.com" => Provider::GitLab,
        () if host.starts_with("cognito-idp.") && is_at("amazonaws.com") => Provider::Cognito,
        () => return None,
    })
}

fn by_path(url: &Url) -> Option<Provider> {
    let path = url.path();
    if path.contains("/realms/") {
        Some(Provider::Keycloak)
    } else if path.contains("/application/o/") {
        Some(Provider::Authentik)
    } else {
        None
    }
}

fn by_endpoints(document: &Document) -> Option<Provider> {
    let ends = |name: &str, end: &str| {
        document
            .url(name)
            .is_some_and(|url| url.path().ends_with(end))
    };
    let authorizes_at = |end: &str| ends("authorization_endpoint", end);
    if authorizes_at("/oauth/v2/authorize") && ends("userinfo_endpoint", "/oidc/v1/userinfo") {
        Some(Provider::Zitadel)
    } else if ends("jwks_uri", "/oauth/discovery/keys") {
        Some(Provider::GitLab)
    } else if authorizes_at("/oauth2/auth") {
        Some(Provider::Ory)
    } else if document.0.contains_key("mfa_challenge_endpoint") {
        Some(Provider::Auth0)
    } else {
        None
    }
}

/// What is worth saying about this provider.
pub(super) fn check(provider: Provider, seen: &Seen<'_>) -> Vec<Finding> {
    match provider {
        Provider::Keycloak => keycloak::check(seen),
        Provider::EntraId => entra_id::check(seen),
        Provider::Auth0 => auth0::check(seen),
        Provider::Okta => okta::check(seen),
        Provider::Google => google::check(),
        Provider::Zitadel => zitadel::check(seen),
        Provider::Authentik => authentik::check(seen),
        Provider::Cognito => cognito::check(),
        Provider::Ory => opaque::check("Ory", seen),
        Provider::GitLab => opaque::check("GitLab", seen),
    }
}

/// The name of these checks in findings.
const CHECK: &str = "provider";

/// The path segments of an address, without those of the discovery document.
fn segments(url: &Url) -> Vec<&str> {
    let path = url.path();
    let path = path
        .split_once("/.well-known/")
        .map_or(path, |(base, _)| base);
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .collect()
}

/// The issuer is configured without the slash at its end, or with one that it does not have.
fn slash(seen: &Seen<'_>) -> Option<Finding> {
    let issuer = seen.document.issuer();
    let configured = seen.settings?.get("OIDC_ISSUER")?;
    let differs =
        configured != issuer && configured.trim_end_matches('/') == issuer.trim_end_matches('/');
    differs.then(|| {
        Finding::problem(
            CHECK,
            format!("OIDC_ISSUER is {configured}, the issuer is {issuer}"),
        )
        .why("issuers are compared character by character, and the slash at the end is one")
        .fix(format!("set OIDC_ISSUER={issuer}, or remove it"))
    })
}
