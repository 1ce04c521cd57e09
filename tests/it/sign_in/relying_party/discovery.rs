use std::time::Duration;

use oidc_devidp::{Algorithm, DevIdp, Endpoint, Fault, TestKey};
use reqwest::Method;
use serde_json::json;

use super::{
    Browser, End, NATIVE, accepts, app, assert_error, for_both, location, signs_in, tokens,
    with_browser,
};
use crate::support::bench::Bench;
use crate::support::reply::Reply;

/// The endpoints of the discovery document are used, including their queries.
#[tokio::test]
async fn openid_config() {
    let bench = Bench::start().await;
    let issuer = bench.idp.issuer();
    let elsewhere = "https://login.example/start?tenant=a%20b";
    let document = json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}{}", Endpoint::Jwks.path()),
        "authorization_endpoint": elsewhere,
        "end_session_endpoint": "https://login.example/end?tenant=a",
    });
    let fault = Fault::Body(document.to_string());
    bench.idp.fault(Endpoint::Discovery, fault);
    with_browser(&bench, async |browser| {
        let url = browser.begin(NATIVE).await;
        assert!(
            url.starts_with(&format!("{elsewhere}&response_type=code")),
            "{url}"
        );
        let url = location(&browser.get("logout", &[]).await);
        assert!(
            url.starts_with("https://login.example/end?tenant=a&client_id="),
            "{url}"
        );
    })
    .await;
}

#[tokio::test]
async fn jwks_uri_keys() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            bench.idp.reset_hits();
            signs_in(server, &bench).await;
            assert_eq!(bench.idp.hits(Endpoint::Jwks), 1);
        },
    )
    .await;
}

/// No authorization request follows.
#[tokio::test]
async fn issuer_mismatch() {
    let bench = Bench::start().await;
    bench.idp.fault(Endpoint::Discovery, Fault::WrongIssuer);
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let query = [("redirect_uri", NATIVE)];
            let reply = Browser::new(server).get("login", &query).await;
            assert_error("issuer mismatch", &reply, 503, "temporarily_unavailable");
            assert!(!reply.headers.contains_key("location"), "{reply:?}");
        },
    )
    .await;
    for endpoint in Endpoint::ALL {
        let asked = bench.idp.hits(endpoint) > 0;
        assert_eq!(asked, endpoint == Endpoint::Discovery, "{endpoint:?}");
    }
}

#[tokio::test]
async fn signing_key_rotation() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            signs_in(server, &bench).await;
            bench.idp.rotate_keys();
            signs_in(server, &bench).await;
        },
    )
    .await;
    accepts(&bench).await;
}

/// The keys change while the user signs in.
#[tokio::test]
async fn signing_key_rotation_just_before_signing() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            tokens(&End::Callback.reach(&Browser::new(server), &bench).await);
            let browser = Browser::new(server);
            let landing = browser.sign_in(&bench.idp, &browser.callback()).await;
            bench.idp.rotate_keys();
            tokens(&browser.open(&landing).await);
        },
    )
    .await;
}

/// The key changes, its name does not.
#[tokio::test]
async fn signing_key_replaced_under_its_name() {
    let bench = Bench::with(DevIdp::builder().algorithm(Algorithm::Es256)).await;
    for_both(
        app(),
        || bench.steady_oidc(),
        async |server| {
            let (kid, _) = bench.idp.private_key(Algorithm::Es256);
            let before = TestKey::ec_p256().jwk(&kid);
            bench.idp.publish_jwks(json!({ "keys": [before] }));
            // Fetches the old keys.
            Browser::new(server).begin(NATIVE).await;
            bench.idp.heal();
            bench.advance(Duration::from_secs(2));
            bench.idp.reset_hits();
            signs_in(server, &bench).await;
            assert_eq!(bench.idp.hits(Endpoint::Jwks), 1);
        },
    )
    .await;
}

/// Forged tokens have exhausted the refreshes of the cool-down.
#[tokio::test]
async fn signing_key_rotation_in_a_cool_down() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.steady_oidc(),
        async |server| {
            signs_in(server, &bench).await;
            for kid in ["one", "two"] {
                bench.advance(Duration::from_secs(2));
                let forged = bench.idp.token().kid(kid).mint();
                let userinfo = Browser::new(server).request(Method::GET, "userinfo");
                assert_eq!(Reply::of(userinfo.bearer_auth(forged)).await.status, 401);
            }
            bench.advance(Duration::from_secs(2));
            bench.idp.rotate_keys();
            signs_in(server, &bench).await;
        },
    )
    .await;
}
