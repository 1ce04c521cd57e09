use oidc_devidp::{DevIdp, Tamper};
use serde_json::Value;

use super::{Browser, app, assert_error, tokens, with_browser};
use crate::support::bench::Bench;
use crate::support::servers::for_both;

#[tokio::test]
async fn signs_a_device_in() {
    let bench = Bench::with(DevIdp::builder()).await;
    with_browser(&bench, async |browser| {
        let reply = browser.post("device", &[]).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let start: Value = serde_json::from_str(&reply.body).expect("JSON");
        assert!(start["verification_uri"].is_string() && start["expires_in"].is_u64());
        assert!(start["interval"].is_u64() && start.get("verification_uri_complete").is_some());
        let code = start["device_code"].as_str().expect("a device code");
        let pending = browser.post("token", &[("device-code", code)]).await;
        assert_error("pending", &pending, 400, "authorization_pending");
        let hasty = browser.post("token", &[("device_code", code)]).await;
        assert_error("hasty", &hasty, 400, "slow_down");

        bench
            .idp
            .approve_device(start["user_code"].as_str().expect("a user code"), "alice");
        bench.advance(std::time::Duration::from_secs(30));
        tokens(&browser.post("token", &[("device-code", code)]).await);
    })
    .await;
}

#[tokio::test]
async fn a_denied_device() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let reply = browser.post("device", &[]).await;
        let start: Value = serde_json::from_str(&reply.body).expect("JSON");
        bench
            .idp
            .deny_device(start["user_code"].as_str().expect("a user code"));
        let code = start["device_code"].as_str().expect("a device code");
        let reply = browser.post("token", &[("device_code", code)]).await;
        assert_error("denied", &reply, 400, "access_denied");
    })
    .await;
}

#[tokio::test]
async fn without_an_interval() {
    let bench = Bench::start().await;
    bench.idp.tamper(Tamper::NoInterval);
    bench.idp.tamper(Tamper::NoVerificationUriComplete);
    starts_with_the_default_interval(&bench).await;
}

/// Clients would poll without a pause (RFC 8628 §3.5).
#[tokio::test]
async fn an_interval_of_zero_is_replaced() {
    let idp = DevIdp::builder().configure(|config| config.device_interval = 0);
    let bench = Bench::with(idp).await;
    bench.idp.tamper(Tamper::NoVerificationUriComplete);
    starts_with_the_default_interval(&bench).await;
}

async fn starts_with_the_default_interval(bench: &Bench) {
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let reply = Browser::new(server).post("device", &[]).await;
            let start: Value = serde_json::from_str(&reply.body).expect("JSON");
            assert_eq!(start["interval"], 5);
            assert_eq!(start["verification_uri_complete"], Value::Null);
        },
    )
    .await;
}

/// RFC 6749 §5.1: without a scope in the response, the requested one was granted.
#[tokio::test]
async fn without_a_scope_in_the_response() {
    let bench = Bench::start().await;
    bench.idp.tamper(Tamper::NoScope);
    with_browser(&bench, async |browser| {
        let reply = browser.post("device", &[]).await;
        let start: Value = serde_json::from_str(&reply.body).expect("JSON");
        let user_code = start["user_code"].as_str().expect("a user code");
        bench.idp.approve_device(user_code, "alice");
        let code = start["device_code"].as_str().expect("a device code");
        let token = tokens(&browser.post("token", &[("device_code", code)]).await);
        assert_eq!(token["scope"], "openid profile email offline_access");
    })
    .await;
}

/// The companion client falls back to the code flow on exactly this.
#[tokio::test]
async fn a_provider_without_a_device_flow() {
    let bench = Bench::start().await;
    bench.idp.tamper(Tamper::NoDeviceEndpoint);
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let reply = Browser::new(server).post("device", &[]).await;
            assert_error("no device flow", &reply, 503, "unsupported_grant_type");
        },
    )
    .await;
}
