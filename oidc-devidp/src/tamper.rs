//! Protocol violations that a relying party has to notice.

/// A way in which the provider breaks the protocol while everything else goes on working.
///
/// The names follow the OpenID Foundation's tests for relying parties where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tamper {
    /// The ID token says `alg: none` and is not signed.
    SigNone,
    /// The ID token's signature is made by an unpublished key.
    InvalidSig,
    /// The ID token's `iss` is another issuer.
    InvalidIss,
    /// The ID token's `aud` is another client.
    InvalidAud,
    /// The ID token has no `iss`.
    MissingIss,
    /// The ID token has no `aud`.
    MissingAud,
    /// The ID token has no `exp`.
    MissingExp,
    /// The ID token has no `iat`.
    MissingIat,
    /// The ID token has no `sub`.
    MissingSub,
    /// The ID token has no `nonce`.
    MissingNonce,
    /// The ID token's `nonce` is another one.
    WrongNonce,
    /// The ID token names no `kid`.
    KidAbsent,
    /// The ID token names a `kid` that is not published.
    UnknownKid,
    /// The ID token's `at_hash` belongs to another access token.
    WrongAtHash,
    /// The ID token expired an hour ago.
    ExpiredIdToken,
    /// The ID token's `azp` is another client.
    WrongAzp,
    /// The ID token names several audiences and no `azp`.
    SeveralAudiences,
    /// The ID token has the form of an encrypted one (RFC 7516), which nobody can decrypt.
    EncryptedIdToken,
    /// Nothing tells the access token from an ID token: no `typ`, `scope` or `client_id`.
    UnmarkedAccessToken,
    /// The userinfo answer is about another person.
    UserinfoWrongSub,
    /// The ID token of a refresh has another `iss`.
    RefreshWrongIss,
    /// The ID token of a refresh is about another person.
    RefreshWrongSub,
    /// A refresh does not replace the refresh token, which RFC 6749 §6 permits: the token
    /// answer has none, and the old one goes on working.
    RefreshKeepsToken,
    /// The token answer has no ID token.
    NoIdToken,
    /// The token answer has no access token.
    NoAccessToken,
    /// The token answer has no `expires_in`.
    NoExpiresIn,
    /// The token answer says `bearer`, which RFC 6749 §5.1 permits.
    LowercaseTokenType,
    /// The token answer has no `token_type`.
    NoTokenType,
    /// The token answer has no `scope`, which RFC 6749 §5.1 permits.
    NoScope,
    /// The metadata has no `device_authorization_endpoint`.
    NoDeviceEndpoint,
    /// The metadata has no `end_session_endpoint`.
    NoEndSession,
    /// The metadata has no `userinfo_endpoint`.
    NoUserinfo,
    /// The device answer has no `interval`, which RFC 8628 §3.2 permits.
    NoInterval,
    /// The device answer has no `verification_uri_complete`, which RFC 8628 §3.2 permits.
    NoVerificationUriComplete,
    /// The authorization response's `iss` is another issuer (RFC 9207).
    CallbackWrongIss,
    /// The authorization response has no `iss`, though the metadata promises one.
    CallbackNoIss,
    /// The authorization response has no `state`.
    CallbackNoState,
    /// The authorization response's `state` is another one.
    CallbackWrongState,
}
