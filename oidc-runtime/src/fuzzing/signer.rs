//! A provider with one signing key, and the settings with which its tokens are verified.

use std::sync::{Arc, LazyLock};
use std::time::{Duration, UNIX_EPOCH};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::JwkSet;
use serde_json::{Value, json};

use crate::clock::{SharedClock, UnixSeconds};
use crate::jose::KeySet;
use crate::jose::{Algorithm, TokenError};
use crate::token::{
    ClaimPath, Expectations, ExpectedIssuer, Principal, RolePlaces, Source, Trust, UncheckedToken,
    VerifiedUser,
};

pub(super) const ISSUER: &str = "https://login.example.org";
pub(super) const AUDIENCE: &str = "api";
/// What `aud` of an ID token names; it is accepted as well.
pub(super) const CLIENT_ID: &str = "my-api";
pub(super) const NOW: UnixSeconds = 1_700_000_000;
/// A clock that always returns [`NOW`].
pub(super) static CLOCK: LazyLock<SharedClock> =
    LazyLock::new(|| SharedClock::new(|| UNIX_EPOCH + Duration::from_secs(NOW.unsigned_abs())));
/// A clock that always returns two days after [`NOW`].
pub(super) static LATER: LazyLock<SharedClock> = LazyLock::new(|| {
    let seconds = NOW.unsigned_abs() + 172_800;
    SharedClock::new(move || UNIX_EPOCH + Duration::from_secs(seconds))
});
/// The key that signs.
pub(super) const KID: &str = "fuzz";
/// The RSA key of RFC 7515 appendix A.2.
pub(super) const RSA_N: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
/// The elliptic curve key of RFC 7515 appendix A.3.
pub(super) const EC_X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
pub(super) const EC_Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

static KEY: LazyLock<Ed25519KeyPair> =
    LazyLock::new(|| Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("32 bytes"));

/// The key set as the provider publishes it.
pub(super) static JWKS: LazyLock<Value> = LazyLock::new(|| {
    json!({"keys": [
        {"kty": "OKP", "crv": "Ed25519", "kid": KID, "alg": "EdDSA", "use": "sig",
         "x": URL_SAFE_NO_PAD.encode(KEY.public_key())},
        {"kty": "RSA", "n": RSA_N, "e": "AQAB"},
        {"kty": "EC", "crv": "P-256", "x": EC_X, "y": EC_Y},
    ]})
});

pub(super) static KEYS: LazyLock<KeySet> = LazyLock::new(|| {
    KeySet::parse(JWKS.to_string().as_bytes(), &Algorithm::ALL).expect("a key set")
});

/// The same keys, as another library reads them.
pub(super) static PEER_KEYS: LazyLock<Vec<DecodingKey>> = LazyLock::new(|| {
    let set: JwkSet = serde_json::from_value(JWKS.clone()).expect("a key set");
    let keys = set.keys.iter().map(DecodingKey::from_jwk);
    keys.collect::<Result<_, _>>().expect("usable keys")
});

pub(super) fn sign(header: &[u8], payload: &[u8]) -> String {
    let mut token = URL_SAFE_NO_PAD.encode(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut token);
    let signature = KEY.sign(token.as_bytes());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    token
}

/// The settings of the verification that are not constant here.
#[derive(Clone, Default)]
pub(super) struct Settings {
    pub(super) authorized_parties: Option<Vec<String>>,
    pub(super) roles_from: Option<Vec<ClaimPath>>,
}

/// Verifies an access token as the library does for a request.
pub(super) fn verify(token: &str) -> Result<Principal, TokenError> {
    verify_with(&Settings::default(), token)
}

/// The same with settings of an application.
pub(super) fn verify_with(settings: &Settings, token: &str) -> Result<Principal, TokenError> {
    verified_with(settings, token).map(|user| Principal::new(Arc::new(user)))
}

/// The user before a principal shares them.
pub(super) fn verified(token: &str) -> Result<VerifiedUser, TokenError> {
    verified_with(&Settings::default(), token)
}

fn verified_with(settings: &Settings, token: &str) -> Result<VerifiedUser, TokenError> {
    let audiences = [AUDIENCE, CLIENT_ID].map(str::to_owned);
    let issuer = Arc::from(ISSUER);
    let roles = settings.roles_from.clone().map(RolePlaces::new);
    let roles = roles.unwrap_or_else(|| RolePlaces::usual(Some(CLIENT_ID), Some(&audiences)));
    let trust = Arc::new(Trust::own(roles));
    let expected = Expectations {
        issuer: ExpectedIssuer::This(&issuer),
        trust: &trust,
        client_id: CLIENT_ID,
        audiences: Some(&audiences),
        authorized_parties: settings.authorized_parties.as_deref(),
        algorithms: &Algorithm::ALL,
        accept_unmarked: false,
        gateway_checks_certificates: false,
        now: NOW,
    };
    let signed = UncheckedToken::parse(token)?.check_signature(&KEYS, &expected);
    let signed = signed.map_err(|(reason, _)| reason)?;
    VerifiedUser::new(token, signed, &expected, 0)
}

/// The user of a session with the claims of this access token.
pub(crate) fn in_session(bearer: Principal) -> Principal {
    let claims = Value::Object(bearer.claims().clone());
    let mut user = Arc::into_inner(bearer.into_verified()).expect("nobody else has it");
    user.text = claims.to_string().into();
    user.source = Source::Session;
    Principal::new(Arc::new(user))
}
