//! Where a provider is, and what its answers are held against.

use std::time::Duration;

use url::Url;

use crate::clock::SharedClock;
use crate::jose::Algorithm;
use crate::token::IssuerTemplate;

/// The settings of one provider.
#[derive(Clone, Debug)]
pub(crate) struct ProviderSettings {
    /// The name of the issuer in rules and in the log.
    pub(crate) name: Box<str>,
    pub(crate) discovery_url: Url,
    /// Overrides the issuer of the discovery document.
    pub(crate) issuer: Option<String>,
    /// Overrides `jwks_uri` of the discovery document.
    pub(crate) jwks_uri: Option<Url>,
    /// Set if the provider is one document for many tenants.
    pub(crate) template: Option<IssuerTemplate>,
    /// The accepted signature algorithms.
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) timeout: Duration,
    /// Whether its URLs may use plain HTTP outside the loopback interface.
    pub(crate) allow_http: bool,
    pub(crate) clock: SharedClock,
}

/// Where a discovery document is below its issuer (OpenID Connect Discovery §4).
pub(in crate::config) const WELL_KNOWN: &str = "/.well-known/openid-configuration";

impl ProviderSettings {
    /// OpenID Connect Discovery §4.3: the issuer equals the URL from which the document was fetched,
    /// without the well-known suffix; one trailing slash is ignored.
    pub(crate) fn is_expected_issuer(&self, issuer: &str) -> bool {
        match &self.issuer {
            Some(expected) => issuer == expected,
            None => issuer.strip_suffix('/').unwrap_or(issuer) == self.location(),
        }
    }

    /// Whether tokens of this issuer may turn out to be the provider's, as long as its discovery
    /// document is not known.
    pub(crate) fn may_issue(&self, issuer: &str) -> bool {
        match &self.template {
            None => self.is_expected_issuer(issuer),
            Some(template) => self.hosts(issuer) && template.may_cover(issuer),
        }
    }

    /// Whether an issuer is at the origin of the discovery document.
    pub(crate) fn hosts(&self, issuer: &str) -> bool {
        Url::parse(issuer).is_ok_and(|url| url.origin() == self.discovery_url.origin())
    }

    /// The discovery URL without the well-known suffix.
    pub(crate) fn location(&self) -> &str {
        let url = self.discovery_url.as_str();
        url.split_once(WELL_KNOWN).map_or(url, |(base, _)| base)
    }
}
