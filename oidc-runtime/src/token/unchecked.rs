//! An access token before its signature is checked.

use serde::Deserialize;

use super::access_claims::{ACCESS_TOKEN_TYPE, check};
use super::claims_error::ClaimsError;
use super::expectations::Expectations;
use super::registered_claims::RegisteredClaims;
use super::rules::check_type;
use crate::clock::UnixSeconds;
use crate::jose::{Compact, Header, KeyId, KeySet, TokenError, signing_key};

/// An access token whose signature has not been checked. Of its claims it tells nothing but who is
/// said to have issued it, which selects the keys; whoever wants the others needs a signature.
pub(crate) struct UncheckedToken<'t> {
    compact: Compact<'t>,
    issuer: Option<Box<str>>,
    claims: Result<RegisteredClaims, ClaimsError>,
    payload: Vec<u8>,
}

/// An access token with a valid signature, whose claims have not been validated. Only
/// [`UncheckedToken::check_signature`] creates it.
pub(crate) struct SignedToken {
    pub(super) header: Header,
    pub(super) key: KeyId,
    pub(super) claims: Result<RegisteredClaims, ClaimsError>,
    pub(super) payload: Vec<u8>,
}

impl SignedToken {
    /// The subject, if the claims are valid.
    pub(crate) fn subject(self, expected: &Expectations<'_>) -> Option<Box<str>> {
        let claims = self.claims.ok()?;
        check(&self.header, &claims, &self.payload, expected).ok()?;
        claims.sub
    }
}

impl<'t> UncheckedToken<'t> {
    /// Reads a token.
    pub(crate) fn parse(token: &'t str) -> Result<Self, TokenError> {
        let compact = Compact::parse(token)?;
        // RFC 9068 §4 step 1, RFC 8725 §3.11: the explicit type. Most providers set `JWT`.
        check_type(compact.header.media_type(), &[ACCESS_TOKEN_TYPE, "JWT"])?;
        let payload = compact.payload()?;
        let claims = RegisteredClaims::parse(&payload).map_err(|error| match error.claim {
            // Claims of an ID token, even if malformed.
            Some(claim @ ("nonce" | "at_hash")) => ClaimsError::other_kind(claim),
            _ => error,
        });
        let issuer = match &claims {
            Ok(claims) => claims.iss.clone(),
            Err(_) => lone_issuer(&payload),
        };
        Ok(Self {
            compact,
            issuer,
            claims,
            payload,
        })
    }

    /// Who is said to have issued it, if anybody: a token that names nobody is not valid.
    pub(crate) fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// The key that is said to have signed it.
    pub(crate) fn compact(&self) -> &Compact<'t> {
        &self.compact
    }

    /// Whether the token would be valid with a valid signature; only then is it worth fetching newer
    /// keys. Returns the `iat` of the token.
    ///
    /// The token is unverified, so its content is not logged.
    pub(crate) fn accept_if_signed(
        &self,
        expected: &Expectations<'_>,
    ) -> Result<Option<UnixSeconds>, TokenError> {
        let header = &self.compact.header;
        if !expected.algorithms.contains(&header.algorithm) {
            return Err(TokenError::AlgorithmNotAllowed);
        }
        let claims = self.claims.as_ref().map_err(|error| error.reason)?;
        check(header, claims, &self.payload, expected)?;
        Ok(claims.iat.map(|date| date.0))
    }

    /// Checks the signature by the keys of the issuer that is expected. Without a valid one, the token
    /// is returned as it was.
    pub(crate) fn check_signature(
        self,
        keys: &KeySet,
        expected: &Expectations<'_>,
    ) -> Result<SignedToken, (TokenError, Box<Self>)> {
        let serves = |restricted: &str| {
            let issuer = self.issuer.as_deref().unwrap_or_default();
            expected.issuer.is_served_by(restricted, issuer)
        };
        match signing_key(&self.compact, keys, serves) {
            Ok(key) => Ok(SignedToken {
                header: self.compact.header,
                key,
                claims: self.claims,
                payload: self.payload,
            }),
            Err(reason) => Err((reason, Box::new(self))),
        }
    }
}

/// `iss` of claims that are malformed otherwise.
fn lone_issuer(payload: &[u8]) -> Option<Box<str>> {
    #[derive(Deserialize)]
    struct Lone {
        iss: Box<str>,
    }
    let lone: Lone = serde_json::from_slice(payload).ok()?;
    Some(lone.iss)
}
