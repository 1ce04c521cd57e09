//! What an access token is checked against.

use crate::clock::UnixSeconds;
use crate::jose::Algorithm;

/// What an access token is checked against.
#[derive(Debug)]
pub(crate) struct Expectations<'e> {
    pub(crate) issuer: &'e str,
    pub(crate) client_id: &'e str,
    /// Any one of these must be in `aud`; `None` accepts every audience.
    pub(crate) audiences: Option<&'e [String]>,
    /// Any one of these must have obtained the token; `None` accepts every application.
    pub(crate) authorized_parties: Option<&'e [String]>,
    /// What may sign a token.
    pub(crate) algorithms: &'e [Algorithm],
    /// Accepts tokens that might as well be ID tokens.
    pub(crate) accept_unmarked: bool,
    pub(crate) now: UnixSeconds,
}
