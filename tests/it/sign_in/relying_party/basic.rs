use oidc_devidp::{Algorithm, Client, DevIdp, Tamper, TestKey};

use super::{Browser, End, accepts, app, assert_error, for_both, signs_in};
use crate::support::bench::Bench;

/// `rp-response_type-code`.
#[tokio::test]
async fn response_type_code() {
    accepts(&Bench::start().await).await;
}

#[tokio::test]
async fn idtoken_sig_rs256() {
    let idp = DevIdp::builder().algorithm(Algorithm::Rs256);
    accepts(&Bench::with(idp).await).await;
}

#[tokio::test]
async fn idtoken_sig_es256() {
    let idp = DevIdp::builder().algorithm(Algorithm::Es256);
    accepts(&Bench::with(idp).await).await;
}

#[tokio::test]
async fn kid_absent_single_jwks() {
    let bench = Bench::start().await;
    bench.idp.tamper(Tamper::KidAbsent);
    accepts(&bench).await;
}

/// A few keys are all tried.
#[tokio::test]
async fn kid_absent_multiple_jwks() {
    let bench = Bench::with(DevIdp::builder().algorithm(Algorithm::Es256)).await;
    bench.idp.tamper(Tamper::KidAbsent);
    for _ in 0..3 {
        bench.idp.add_key(TestKey::ec_p256());
        accepts(&bench).await;
    }
}

/// The secret has characters that form encoding changes.
#[tokio::test]
async fn client_secret_basic() {
    let secret = "s3cret+/%: &=";
    let client = Client::new("confidential")
        .secret(secret)
        .any_loopback_redirect();
    let bench = Bench::with(DevIdp::builder().client(client)).await;
    let builder = || bench.builder().client_id("confidential");
    let right = || builder().client_secret(secret).build().expect("sound");
    for_both(app(), right, async |server| signs_in(server, &bench).await).await;

    let wrong = || builder().client_secret("wrong").build().expect("sound");
    for_both(app(), wrong, async |server| {
        for end in End::BOTH {
            let reply = end.reach(&Browser::new(server), &bench).await;
            assert_error("wrong secret", &reply, 502, "upstream_error");
            assert!(!reply.body.contains("wrong"), "{reply:?}");
        }
    })
    .await;
}
