//! What an access token is validated against.

use std::sync::Arc;

use super::template::IssuerTemplate;
use super::trust::Trust;
use crate::clock::UnixSeconds;
use crate::jose::Algorithm;

/// What an access token is validated against.
#[derive(Debug)]
pub(crate) struct Expectations<'e> {
    pub(crate) issuer: ExpectedIssuer<'e>,
    pub(crate) trust: &'e Arc<Trust>,
    pub(crate) client_id: &'e str,
    /// One of these must be in `aud`; `None` accepts any audience.
    pub(crate) audiences: Option<&'e [String]>,
    /// One of these must have obtained the token; `None` accepts any application.
    pub(crate) authorized_parties: Option<&'e [String]>,
    /// The accepted signature algorithms.
    pub(crate) algorithms: &'e [Algorithm],
    /// Accepts tokens that could be ID tokens.
    pub(crate) accept_unmarked: bool,
    /// A gateway compares client certificates with what tokens are bound to.
    pub(crate) gateway_checks_certificates: bool,
    pub(crate) now: UnixSeconds,
}

/// Which issuer a token has to name.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ExpectedIssuer<'e> {
    This(&'e Arc<str>),
    /// That of an accepted tenant.
    Tenant {
        /// The issuer with a placeholder.
        pattern: &'e str,
        template: &'e IssuerTemplate,
    },
}

impl ExpectedIssuer<'_> {
    /// Whether a key that is restricted to these issuers may have signed a token of an issuer.
    pub(super) fn is_served_by(self, restricted: &str, issuer: &str) -> bool {
        match self {
            Self::This(_) => true,
            Self::Tenant { pattern, .. } => IssuerTemplate::serves(restricted, issuer, pattern),
        }
    }

    /// The issuer that a token names which was accepted.
    pub(super) fn named(self, issuer: &str) -> Arc<str> {
        match self {
            Self::This(expected) => Arc::clone(expected),
            Self::Tenant { .. } => issuer.into(),
        }
    }

    /// For the log: the issuer, or the one with a placeholder.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::This(issuer) => issuer,
            Self::Tenant { pattern, .. } => pattern,
        }
    }
}
