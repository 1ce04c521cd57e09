//! The OpenID Foundation's tests for relying parties, by their names.

use oidc_devidp::{Endpoint, Tamper};

use super::{Browser, NATIVE, app, assert_error, location, parameter, tokens};
use crate::support::bench::Bench;
use crate::support::servers::{Server, for_both};

/// A sign-in that has to fail, without a question to the userinfo endpoint.
async fn refuses(tamper: Tamper) {
    let bench = Bench::start().await;
    bench.idp.tamper(tamper);
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let browser = Browser::new(server);
            let landing = browser.sign_in(&bench.idp, &browser.callback()).await;
            let reply = browser.open(&landing).await;
            assert_error(&format!("{tamper:?}"), &reply, 502, "upstream_error");
            assert_eq!(bench.idp.hits(Endpoint::Userinfo), 0);
        },
    )
    .await;
}

async fn signs_in(server: &Server, bench: &Bench) {
    let browser = Browser::new(server);
    let landing = browser.sign_in(&bench.idp, &browser.callback()).await;
    tokens(&browser.open(&landing).await);
}

macro_rules! refusals {
    ($($name:ident: $tamper:ident,)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                refuses(Tamper::$tamper).await;
            }
        )*
    };
}

refusals! {
    idtoken_sig_none: SigNone,
    invalid_sig_rs256: InvalidSig,
    invalid_iss: InvalidIss,
    missing_iss: MissingIss,
    invalid_aud: InvalidAud,
    missing_aud: MissingAud,
    several_aud_without_azp: SeveralAudiences,
    invalid_azp: WrongAzp,
    missing_exp: MissingExp,
    expired: ExpiredIdToken,
    missing_iat: MissingIat,
    missing_sub: MissingSub,
    nonce_missing: MissingNonce,
    nonce_invalid: WrongNonce,
    at_hash_invalid: WrongAtHash,
    kid_unknown: UnknownKid,
    idtoken_missing: NoIdToken,
    access_token_missing: NoAccessToken,
    token_type_missing: NoTokenType,
}

#[tokio::test]
async fn idtoken_sig_rs256() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| signs_in(server, &bench).await,
    )
    .await;
}

#[tokio::test]
async fn idtoken_sig_es256() {
    let idp = oidc_devidp::DevIdp::builder().algorithm(oidc_devidp::Algorithm::Es256);
    let bench = Bench::with(idp).await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| signs_in(server, &bench).await,
    )
    .await;
}

#[tokio::test]
async fn kid_absent_single_jwks() {
    let bench = Bench::start().await;
    bench.idp.tamper(Tamper::KidAbsent);
    for_both(
        app(),
        || bench.oidc(),
        async |server| signs_in(server, &bench).await,
    )
    .await;
}

#[tokio::test]
async fn signing_key_rotation_just_before_signing() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            signs_in(server, &bench).await;
            let browser = Browser::new(server);
            let landing = browser.sign_in(&bench.idp, &browser.callback()).await;
            bench.idp.rotate_keys();
            tokens(&browser.open(&landing).await);
        },
    )
    .await;
}

/// No authorization request follows.
#[tokio::test]
async fn discovery_issuer_mismatch() {
    let bench = Bench::start().await;
    bench
        .idp
        .fault(Endpoint::Discovery, oidc_devidp::Fault::WrongIssuer);
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let reply = Browser::new(server)
                .get("login", &[("redirect_uri", NATIVE)])
                .await;
            assert_error("issuer mismatch", &reply, 503, "temporarily_unavailable");
        },
    )
    .await;
}

async fn refuses_refresh(tamper: Tamper) {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let browser = Browser::new(server);
            let callback = browser.callback();
            let query = [
                ("redirect_uri", callback.as_str()),
                ("offline_access", "true"),
                ("prompt", "consent"),
            ];
            let login = location(&browser.get("login", &query).await);
            let token = tokens(&browser.open(&bench.idp.sign_in(&login, "alice")).await);
            let refresh = token["refresh_token"].as_str().expect("a refresh token");
            bench.idp.tamper(tamper);
            let reply = browser.post("token", &[("refresh_token", refresh)]).await;
            assert_error(&format!("{tamper:?}"), &reply, 502, "upstream_error");
            bench.idp.untamper();
        },
    )
    .await;
}

#[tokio::test]
async fn refresh_invalid_issuer() {
    refuses_refresh(Tamper::RefreshWrongIss).await;
}

#[tokio::test]
async fn refresh_invalid_sub() {
    refuses_refresh(Tamper::RefreshWrongSub).await;
}

#[tokio::test]
async fn code_injection() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let (browser, thief) = (Browser::new(server), Browser::new(server));
            let stolen = thief.sign_in(&bench.idp, &thief.callback()).await;
            let own = browser.sign_in(&bench.idp, &browser.callback()).await;
            let code = parameter(&stolen, "code");
            let reply = browser
                .open(&super::with(&own, "code", code.as_deref()))
                .await;
            assert_error("another sign-in's code", &reply, 400, "invalid_grant");
        },
    )
    .await;
}
