//! Why a token is invalid.

use std::fmt;

/// Why a token is invalid: a stable code for logs and metrics, never part of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenError {
    /// Larger than the limit (16 KiB).
    TooLarge,
    /// Not a JWS in compact serialization, or its parts do not conform to RFC 7515.
    Malformed,
    /// A JWE (RFC 7516), which is not supported.
    Encrypted,
    /// The algorithm is unknown, not allowed by the configuration, or does not fit the key.
    AlgorithmNotAllowed,
    /// The header requires an extension (`crit`, `b64`, `zip`) that is not supported.
    HeaderUnsupported,
    /// `typ` is neither absent nor `JWT` nor `at+jwt` (RFC 9068 §4).
    TypeNotAllowed,
    /// The key set contains no key with this `kid`.
    KeyUnknown,
    /// There is no `kid`, and too many keys match.
    KeyAmbiguous,
    /// The signature does not verify.
    SignatureInvalid,
    /// A claim is missing or has the wrong JSON type.
    ClaimsMalformed,
    /// `exp` is in the past.
    Expired,
    /// `nbf` is in the future.
    NotYetValid,
    /// `iat` is in the future.
    IssuedInFuture,
    /// `iss` is not the configured provider.
    IssuerMismatch,
    /// `aud` does not name this application.
    AudienceMismatch,
    /// An ID token, or another kind of token, in place of an access token.
    NotAnAccessToken,
    /// The token is bound to a key (`cnf`, RFC 7800; used by RFC 9449 and RFC 8705), so it is not
    /// a bearer token.
    SenderConstrained,
    /// `azp` of an ID token is not this client, or an access token was issued to an application
    /// that is not one of [`OidcBuilder::authorized_parties`](crate::OidcBuilder::authorized_parties).
    AuthorizedPartyMismatch,
    /// `nonce` of an ID token does not match the sign-in.
    NonceMismatch,
    /// `at_hash` of an ID token does not match the access token.
    AccessTokenHashMismatch,
    /// `sub` differs from that of the session, or of the token that the issuer was asked about.
    SubjectMismatch,
    /// The issuer, asked about the token, calls it inactive (RFC 7662 §2.2): it has expired, was revoked
    /// or never issued.
    Inactive,
}

impl TokenError {
    /// The stable code, such as `token_expired`.
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
            Self::SenderConstrained => "token_bound",
            Self::AuthorizedPartyMismatch => "azp_mismatch",
            Self::NonceMismatch => "nonce_mismatch",
            Self::AccessTokenHashMismatch => "at_hash_mismatch",
            Self::SubjectMismatch => "subject_mismatch",
            Self::Inactive => "token_inactive",
        }
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for TokenError {}
