//! Invalid ID tokens end a sign-in. The userinfo endpoint gets no request then.

use oidc_devidp::{Algorithm, DevIdp, Endpoint, Tamper, TestKey};
use serde_json::Value;

use super::{Browser, End, app, assert_error, for_both};
use crate::support::bench::Bench;

async fn rejects(bench: &Bench, tamper: Tamper) {
    bench.idp.tamper(tamper);
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            for end in End::BOTH {
                let reply = end.reach(&Browser::new(server), bench).await;
                let case = format!("{tamper:?} {end:?}");
                assert_error(&case, &reply, 502, "upstream_error");
            }
        },
    )
    .await;
    assert_eq!(bench.idp.hits(Endpoint::Userinfo), 0);
}

macro_rules! rejections {
    ($($name:ident: $algorithm:ident $tamper:ident,)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                let idp = DevIdp::builder().algorithm(Algorithm::$algorithm);
                rejects(&Bench::with(idp).await, Tamper::$tamper).await;
            }
        )*
    };
}

rejections! {
    idtoken_sig_none: Rs256 SigNone,
    invalid_sig_rs256: Rs256 InvalidSig,
    invalid_sig_es256: Es256 InvalidSig,
    invalid_iss: Rs256 InvalidIss,
    missing_iss: Rs256 MissingIss,
    invalid_aud: Rs256 InvalidAud,
    missing_aud: Rs256 MissingAud,
    several_aud_without_azp: Rs256 SeveralAudiences,
    invalid_azp: Rs256 WrongAzp,
    missing_exp: Rs256 MissingExp,
    expired: Rs256 ExpiredIdToken,
    missing_iat: Rs256 MissingIat,
    missing_sub: Rs256 MissingSub,
    nonce_missing: Rs256 MissingNonce,
    nonce_invalid: Rs256 WrongNonce,
    at_hash_invalid: Rs256 WrongAtHash,
    kid_unknown: Rs256 UnknownKid,
    idtoken_missing: Rs256 NoIdToken,
    access_token_missing: Rs256 NoAccessToken,
    token_type_missing: Rs256 NoTokenType,
}

/// With many keys it takes too long to try them all.
#[tokio::test]
async fn kid_absent_many_jwks() {
    let bench = Bench::with(DevIdp::builder().algorithm(Algorithm::Es256)).await;
    for _ in 0..4 {
        bench.idp.add_key(TestKey::ec_p256());
    }
    rejects(&bench, Tamper::KidAbsent).await;
}

/// A device has no nonce; everything else about its ID token is checked.
#[tokio::test]
async fn of_devices() {
    let bench = Bench::start().await;
    for tamper in [
        Tamper::SigNone,
        Tamper::InvalidSig,
        Tamper::InvalidIss,
        Tamper::InvalidAud,
        Tamper::MissingAud,
        Tamper::MissingIat,
        Tamper::MissingSub,
        Tamper::ExpiredIdToken,
        Tamper::WrongAtHash,
        Tamper::UnknownKid,
    ] {
        bench.idp.tamper(tamper);
        for_both(
            app(),
            || bench.oidc(),
            async |server| {
                let browser = Browser::new(server);
                let start = browser.post("device", &[]).await;
                let start: Value = serde_json::from_str(&start.body).expect("JSON");
                let [code, user] = ["device_code", "user_code"]
                    .map(|name| start[name].as_str().expect("a code").to_owned());
                bench.idp.approve_device(&user, "alice");
                let reply = browser.post("token", &[("device_code", &code)]).await;
                let case = format!("{tamper:?}");
                assert_error(&case, &reply, 502, "upstream_error");
            },
        )
        .await;
        bench.idp.untamper();
    }
    assert_eq!(bench.idp.hits(Endpoint::Userinfo), 0);
}
