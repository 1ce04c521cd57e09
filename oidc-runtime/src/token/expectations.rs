//! What an access token is validated against.

use crate::clock::UnixSeconds;
use crate::jose::Algorithm;

/// What an access token is validated against.
#[derive(Debug)]
pub(crate) struct Expectations<'e> {
    pub(crate) issuer: &'e str,
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
