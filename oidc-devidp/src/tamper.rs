//! Protocol violations that a relying party has to notice.

/// A way in which the provider breaks the protocol while everything else works.
///
/// The names follow the OpenID Foundation's tests for relying parties where there is one.
///
/// ```
/// use oidc_devidp::{Tamper, TestIdp};
///
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let idp = TestIdp::start().await;
/// idp.tamper(Tamper::NoUserinfo);
/// let metadata: serde_json::Value =
///     reqwest::get(idp.discovery_url()).await.unwrap().json().await.unwrap();
/// assert!(metadata.get("userinfo_endpoint").is_none());
/// # });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tamper {
    /// The ID token has `alg: none` and is not signed.
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
    /// The ID token has the form of an encrypted one (RFC 7516), which cannot be decrypted.
    EncryptedIdToken,
    /// The access token cannot be told from an ID token: it has no `typ`, `scope` or `client_id`.
    UnmarkedAccessToken,
    /// The userinfo response is about another user.
    UserinfoWrongSub,
    /// The ID token of a refresh has another `iss`.
    RefreshWrongIss,
    /// The ID token of a refresh is about another user.
    RefreshWrongSub,
    /// A refresh does not replace the refresh token, which RFC 6749 §6 permits: the token
    /// response has none, and the old one stays valid.
    RefreshKeepsToken,
    /// The token response has no ID token.
    NoIdToken,
    /// The token response has no access token.
    NoAccessToken,
    /// The token response has no `expires_in`.
    NoExpiresIn,
    /// The token response has `bearer`, which RFC 6749 §5.1 permits.
    LowercaseTokenType,
    /// The token response has no `token_type`.
    NoTokenType,
    /// The token response has no `scope`, which RFC 6749 §5.1 permits.
    NoScope,
    /// The metadata has no `device_authorization_endpoint`.
    NoDeviceEndpoint,
    /// The metadata has no `end_session_endpoint`.
    NoEndSession,
    /// The metadata has no `userinfo_endpoint`.
    NoUserinfo,
    /// The metadata has no `revocation_endpoint`.
    NoRevocation,
    /// The metadata has no `introspection_endpoint`.
    NoIntrospection,
    /// The device response has no `interval`, which RFC 8628 §3.2 permits.
    NoInterval,
    /// The device response has no `verification_uri_complete`, which RFC 8628 §3.2 permits.
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
