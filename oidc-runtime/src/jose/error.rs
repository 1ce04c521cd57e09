//! Why a token is not accepted.

use std::fmt;

/// Why a token was refused: a stable code for logs and metrics, never part of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenError {
    /// Larger than any token this library looks at.
    TooLarge,
    /// Not a JWS in compact form, or its parts are not what RFC 7515 says.
    Malformed,
    /// A JWE (RFC 7516), which this library has no key for.
    Encrypted,
    /// The algorithm is unknown, not allowed by the configuration, or does not fit the key.
    AlgorithmNotAllowed,
    /// The header demands an extension (`crit`, `b64`, `zip`) that is not supported.
    HeaderUnsupported,
    /// `typ` is neither absent nor `JWT` nor `at+jwt` (RFC 9068 §4).
    TypeNotAllowed,
    /// The key set has no key of this `kid`.
    KeyUnknown,
    /// There is no `kid`, and too many keys fit.
    KeyAmbiguous,
    /// The signature is not the key's.
    SignatureInvalid,
    /// A claim is missing or has the wrong JSON type.
    ClaimsMalformed,
    /// `exp` lies in the past.
    Expired,
    /// `nbf` lies in the future.
    NotYetValid,
    /// `iat` lies in the future.
    IssuedInFuture,
    /// `iss` is not the configured provider.
    IssuerMismatch,
    /// `aud` does not name this application.
    AudienceMismatch,
    /// An ID token, or another kind of token, was sent as an access token.
    NotAnAccessToken,
    /// The token is bound to a key (`cnf`, RFC 7800; RFC 9449 and RFC 8705 use it), so it must not
    /// be taken as a bearer token.
    SenderConstrained,
    /// `azp` of an ID token is not this client, or an access token was issued to an application
    /// that is not one of [`OidcBuilder::authorized_parties`](crate::OidcBuilder::authorized_parties).
    AuthorizedPartyMismatch,
    /// `nonce` of an ID token is not the one of this sign-in.
    NonceMismatch,
    /// `at_hash` of an ID token does not fit the access token.
    AccessTokenHashMismatch,
    /// `sub` is not the one of the session.
    SubjectMismatch,
}

impl TokenError {
    /// The stable code.
    ///
    /// ```
    /// # use oidc::TokenError;
    /// assert_eq!(TokenError::Expired.code(), "token_expired");
    /// ```
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "token_too_large",
            Self::Malformed => "token_malformed",
            Self::Encrypted => "token_encrypted",
            Self::AlgorithmNotAllowed => "alg_not_allowed",
            Self::HeaderUnsupported => "header_unsupported",
            Self::TypeNotAllowed => "typ_not_allowed",
            Self::KeyUnknown => "kid_unknown",
            Self::KeyAmbiguous => "kid_missing",
            Self::SignatureInvalid => "signature_invalid",
            Self::ClaimsMalformed => "claims_malformed",
            Self::Expired => "token_expired",
            Self::NotYetValid => "token_not_yet_valid",
            Self::IssuedInFuture => "token_issued_in_future",
            Self::IssuerMismatch => "issuer_mismatch",
            Self::AudienceMismatch => "audience_mismatch",
            Self::NotAnAccessToken => "not_an_access_token",
            Self::SenderConstrained => "token_sender_constrained",
            Self::AuthorizedPartyMismatch => "azp_mismatch",
            Self::NonceMismatch => "nonce_mismatch",
            Self::AccessTokenHashMismatch => "at_hash_mismatch",
            Self::SubjectMismatch => "subject_mismatch",
        }
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for TokenError {}
