//! The OpenID Foundation's tests for relying parties, by their names, of what follows a sign-in. Those
//! of back-channel logout are in `backchannel`.

use oidc_devidp::{Endpoint, Tamper};

use crate::session_support::browser::Browser;
use crate::session_support::site::{HTTPS, Site, renewing};
use crate::sign_in::{location, parameter, with};
use crate::support::reply::Reply;

/// `oidcc-client-test-refresh-token`
#[tokio::test]
async fn refresh_token() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let before = browser.get("/token").await.body;
            for calls in 1..=2 {
                site.advance(300);
                let reply = browser.get("/token").await;
                assert_eq!(reply.status, 200, "{reply:?}");
                assert_ne!(reply.body, before);
                assert_eq!(site.token_calls(), calls, "the new refresh token is used");
            }
            assert_eq!(browser.me().await["sub"], "alice");
        })
        .await;
}

async fn refuses(tamper: Tamper) {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let copy = browser.copy();
            site.bench.idp.tamper(tamper);
            site.advance(300);
            for browser in [&browser, &copy] {
                assert_eq!(browser.get("/token").await.status, 401);
                assert!(!browser.has_session());
            }
            assert_eq!(site.bench.idp.hits(Endpoint::Userinfo), 0);
            site.bench.idp.untamper();
        })
        .await;
}

/// `oidcc-client-test-refresh-token-invalid-issuer`
#[tokio::test]
async fn refresh_token_invalid_issuer() {
    refuses(Tamper::RefreshWrongIss).await;
}

/// `oidcc-client-test-refresh-token-invalid-sub`
#[tokio::test]
async fn refresh_token_invalid_sub() {
    refuses(Tamper::RefreshWrongSub).await;
}

/// Signs out at a page of the application, and at the provider: where that leads back to, and what the
/// provider was sent. `rp-init-logout` and its kin are skipped by the suite unless it is all of this.
async fn sign_out(site: &Site, browser: &Browser) -> (String, String) {
    let reply = browser.submit("/auth/v2/logout", &[]).await;
    assert_eq!(reply.status, 303, "{reply:?}");
    let request = location(&reply);
    let end_session = format!("{}/end_session?", site.bench.idp.issuer());
    assert!(request.starts_with(&end_session), "{request}");
    for name in ["id_token_hint", "post_logout_redirect_uri", "state"] {
        let value = parameter(&request, name);
        assert!(value.is_some_and(|value| !value.is_empty()), "{name}");
    }
    let back = location(&Reply::of(site.http.get(&request)).await);
    assert!(back.starts_with(&format!("{HTTPS}/?")), "{back}");
    (request, back)
}

/// What comes back is the same to the application, which has signed the user out already: its page is
/// shown to nobody in particular, and a later session is not touched.
async fn ends(change: impl Fn(&str) -> String) {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let copy = browser.copy();
            let (request, back) = sign_out(site, &browser).await;
            let state = parameter(&request, "state");
            assert_eq!(parameter(&back, "state"), state, "the provider keeps to it");
            assert!(!browser.has_session());
            assert_eq!(copy.status().await, 401);
            let back = change(&back);
            let reply = browser.open(&back).await;
            assert_eq!((reply.status, reply.body.as_str()), (200, "nobody"));
            browser.sign_in("bob").await;
            assert_eq!(browser.open(&back).await.body, "bob");
        })
        .await;
}

/// `oidcc-client-test-rp-init-logout`
#[tokio::test]
async fn rp_init_logout() {
    ends(str::to_owned).await;
}

/// `oidcc-client-test-rp-init-logout-other-state`
#[tokio::test]
async fn rp_init_logout_other_state() {
    ends(|back| with(back, "state", Some("another"))).await;
}

/// `oidcc-client-test-rp-init-logout-no-state`
#[tokio::test]
async fn rp_init_logout_no_state() {
    ends(|back| with(back, "state", None)).await;
}

/// The provider's page loads this in a frame, without cookies.
async fn frame(site: &Site, sid: &str) {
    let issuer = site.bench.idp.issuer();
    let path = format!("/auth/v2/frontchannel-logout?iss={issuer}&sid={sid}");
    let reply = site.browser().get(&path).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.headers["cache-control"], "no-store");
}

/// `oidcc-client-test-rp-frontchannel-rpinitlogout`
#[tokio::test]
async fn rp_frontchannel_rpinitlogout() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let sid = browser.sid().await;
            let (_, back) = sign_out(site, &browser).await;
            frame(site, &sid).await;
            assert_eq!(browser.open(&back).await.body, "nobody");
        })
        .await;
}

/// `oidcc-client-test-rp-frontchannel-opinitlogout`
#[tokio::test]
async fn rp_frontchannel_opinitlogout() {
    renewing()
        .run(async |site| {
            let (here, there) = (site.signed_in("alice").await, site.signed_in("alice").await);
            frame(site, &here.sid().await).await;
            assert_eq!((here.status().await, there.status().await), (401, 200));
            assert!(!here.has_session());
        })
        .await;
}
