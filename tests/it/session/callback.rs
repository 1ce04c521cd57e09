//! The provider sends the browser back: once, twice, too late, or somebody else's.

use oidc_devidp::Endpoint;
use reqwest::Method;

use crate::session_support::browser::Browser;
use crate::session_support::site::{HTTPS, Place, Site, setup};
use crate::sign_in::{location, parameter, with};
use crate::support::reply::Reply;

/// A sign-in of alice on its way back, and the browser as it was before it arrived.
async fn way_back(site: &Site, login: &str) -> (Browser, String) {
    let browser = site.browser();
    let authorization = browser.begin(login).await;
    let callback = site.bench.idp.sign_in(&authorization, "alice");
    (browser, callback)
}

const LOGIN: &str = "/auth/v2/login?return_to=/me";

#[track_caller]
fn assert_leads_to(reply: &Reply, path: &str) {
    assert_eq!(reply.status, 303, "{reply:?}");
    assert_eq!(location(reply), path);
}

/// A reload, or the back button: whoever is signed in goes on, and stays in the same session.
#[tokio::test]
async fn a_reload_goes_on() {
    setup()
        .run(async |site| {
            let (browser, callback) = way_back(site, LOGIN).await;
            let before = browser.copy();
            assert_leads_to(&browser.open(&callback).await, "/me");
            let session = browser.jar().session().map(str::to_owned);
            site.bench.idp.reset_hits();
            assert_leads_to(&browser.open(&callback).await, "/me");
            // Also where the cookie of the sign-in is still there.
            let both = before.copy();
            let name = browser.jar().session_name().expect("a session").to_owned();
            both.jar()
                .set(&name, session.as_deref().expect("a session"));
            assert_leads_to(&both.open(&callback).await, "/me");
            assert_eq!(site.bench.idp.hits(Endpoint::Token), 0);
            assert_eq!(browser.jar().session(), session.as_deref());
            // Without a session it is spent, whoever has the cookie of the sign-in.
            for reply in [
                before.open(&callback).await,
                site.browser().open(&callback).await,
            ] {
                assert_eq!(reply.status, 400, "{reply:?}");
                assert!(!reply.headers.contains_key("location"), "{reply:?}");
            }
            assert_eq!(before.jar().session(), None);
            assert_eq!(site.bench.idp.hits(Endpoint::Token), 0);
        })
        .await;
}

/// Processes that share a store know what is spent.
#[tokio::test]
async fn a_state_is_spent_in_every_process() {
    setup()
        .client(|client| client.state_key("the key that seals the state of sign-ins"))
        .places(&[Place::Sqlite])
        .run(async |site| {
            let (browser, callback) = way_back(site, LOGIN).await;
            let before = browser.copy();
            assert_leads_to(&browser.open(&callback).await, "/me");
            let elsewhere = site.another();
            site.bench.idp.reset_hits();
            let moved = before.moved_to(elsewhere.server.address);
            let reply = moved.open(&callback).await;
            assert_eq!(reply.status, 400, "{reply:?}");
            assert_eq!(site.bench.idp.hits(Endpoint::Token), 0);
            let moved = browser.moved_to(elsewhere.server.address);
            assert_leads_to(&moved.open(&callback).await, "/me");
        })
        .await;
}

/// Who took more than an hour signs in once more, but not in circles.
#[tokio::test]
async fn an_expired_state_leads_to_another_sign_in_once() {
    setup()
        .run(async |site| {
            let browser = site.browser();
            let authorization = browser.begin(LOGIN).await;
            site.advance(3700);
            let callback = site.bench.idp.sign_in(&authorization, "alice");
            let reply = browser.open(&callback).await;
            assert_eq!(reply.status, 303, "{reply:?}");
            let again = location(&reply);
            let whole = format!("{HTTPS}{again}");
            assert!(again.starts_with("/auth/v2/login?"), "{again}");
            assert_eq!(parameter(&whole, "retry").as_deref(), Some("1"));
            assert_eq!(parameter(&whole, "return_to").as_deref(), Some("/me"));
            let authorization = browser.begin(&again).await;
            site.advance(3700);
            let callback = site.bench.idp.sign_in(&authorization, "alice");
            let reply = browser.open(&callback).await;
            assert_eq!(reply.status, 400, "{reply:?}");
            assert_eq!(browser.jar().session(), None);
            // In time it works, and with a session it goes on.
            let authorization = browser.begin(&again).await;
            assert_leads_to(&browser.finish(&authorization, "alice").await, "/me");
            assert_leads_to(&browser.open(&callback).await, "/me");
        })
        .await;
}

/// Just in time.
#[tokio::test]
async fn a_sign_in_may_take_an_hour() {
    setup()
        .places(&[Place::Cookie])
        .run(async |site| {
            let browser = site.browser();
            let authorization = browser.begin(LOGIN).await;
            site.advance(3590);
            assert_leads_to(&browser.finish(&authorization, "alice").await, "/me");
        })
        .await;
}

/// Responses that nobody asked for, or that were changed on the way, change nothing: neither for a
/// stranger nor for somebody with a session.
#[tokio::test]
async fn forged_responses_are_rejected() {
    setup()
        .run(async |site| {
            for is_signed_in in [false, true] {
                let (browser, callback) = way_back(site, LOGIN).await;
                if is_signed_in {
                    browser.sign_in("bob").await;
                }
                let session = browser.jar().session().map(str::to_owned);
                site.bench.idp.reset_hits();
                let state = parameter(&callback, "state").expect("it is sent");
                let code = parameter(&callback, "code").expect("it is sent");
                for (case, callback) in [
                    ("no state", with(&callback, "state", None)),
                    ("an empty state", with(&callback, "state", Some(""))),
                    ("a word", with(&callback, "state", Some("forged"))),
                    (
                        "a cut state",
                        with(&callback, "state", Some(&state[..state.len() - 4])),
                    ),
                    ("two states", format!("{callback}&state={state}")),
                    ("two codes", format!("{callback}&code={code}")),
                    ("no code", with(&callback, "code", None)),
                    ("an empty code", with(&callback, "code", Some(""))),
                    (
                        "another issuer",
                        with(&callback, "iss", Some("https://evil.example")),
                    ),
                    ("no issuer", with(&callback, "iss", None)),
                    ("nothing", format!("{HTTPS}/auth/v2/callback")),
                ] {
                    let browser = browser.copy();
                    let reply = browser.get(&callback).await;
                    assert_eq!(reply.status, 400, "{case}: {reply:?}");
                    assert!(!reply.headers.contains_key("location"), "{case}: {reply:?}");
                    assert_eq!(browser.jar().session(), session.as_deref(), "{case}");
                }
                assert_eq!(site.bench.idp.hits(Endpoint::Token), 0);
                let post = browser.request(Method::POST, "/auth/v2/callback", &[]);
                assert_eq!(Reply::of(post).await.status, 405);
                if is_signed_in {
                    assert_eq!(browser.get("/home").await.body, "bob");
                }
            }
        })
        .await;
}

/// Login CSRF: an attacker's sign-in is not finished in somebody else's browser.
#[tokio::test]
async fn another_browser_cannot_finish_a_sign_in() {
    setup()
        .run(async |site| {
            let (_, callback) = way_back(site, LOGIN).await;
            site.bench.idp.reset_hits();
            let victim = site.browser();
            let reply = victim.open(&callback).await;
            assert_eq!(reply.status, 400, "{reply:?}");
            assert_eq!(victim.jar().session(), None);
            // Neither with a sign-in or a session of their own.
            victim.begin(LOGIN).await;
            assert_eq!(victim.open(&callback).await.status, 400);
            victim.sign_in("bob").await;
            site.bench.idp.reset_hits();
            victim.open(&callback).await;
            assert_eq!(victim.get("/home").await.body, "bob");
            assert_eq!(site.bench.idp.hits(Endpoint::Token), 0);
        })
        .await;
}
