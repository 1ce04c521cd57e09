//! A store out of order signs nobody out.

use oidc_devidp::{Endpoint, Fault};

use super::refresh::until_renewed;
use crate::keys::until;
use crate::session_support::browser::Browser;
use crate::session_support::site::{Place, Site, always_asked, rarely_asked, renewing};
use crate::sign_in::location;
use crate::support::reply::Reply;

#[track_caller]
fn assert_unavailable(case: &str, reply: &Reply) {
    assert_eq!(reply.status, 503, "{case}: {reply:?}");
    assert!(
        reply.headers.contains_key("retry-after"),
        "{case}: {reply:?}"
    );
    assert!(
        !reply.headers.contains_key("set-cookie"),
        "{case}: {reply:?}"
    );
}

/// What a browser with a session gets while the store does not work.
async fn is_unavailable(browser: &Browser) {
    for path in [
        "/me",
        "/",
        "/count",
        "/token",
        "/auth/v2/session",
        "/auth/v2/logout",
    ] {
        assert_unavailable(path, &browser.get(path).await);
    }
    for path in ["/raise", "/auth/v2/logout", "/end"] {
        assert_unavailable(path, &browser.post(path, &[]).await);
    }
    assert_unavailable("a page", &browser.open("/me").await);
    assert!(browser.has_session());
}

/// What everybody else gets.
async fn serves_others(site: &Site) {
    let nobody = site.browser();
    assert_eq!(nobody.get("/").await.body, "nobody");
    assert_eq!(nobody.status().await, 401);
    assert_eq!(nobody.open("/me").await.status, 303);
    let token = site.bench.good_token();
    assert_eq!(site.server.get("/", &*token).await.body, "alice");
    assert_eq!(nobody.get("/auth/v2/login").await.status, 307);
}

#[tokio::test]
async fn requests_with_a_session_have_to_wait() {
    renewing()
        .places(&[Place::Memory])
        .sessions(always_asked)
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            site.store().fail(true);
            is_unavailable(&browser).await;
            serves_others(site).await;
            site.store().fail(false);
            assert_eq!(browser.status().await, 200);
        })
        .await;
}

#[tokio::test]
async fn made_up_cookies_never_reach_the_store() {
    renewing()
        .places(&[Place::Memory])
        .sessions(always_asked)
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let (name, value) = browser.session_cookie();
            let before = site.store().calls();
            site.store().fail(true);
            let mut changed = value.clone().into_bytes();
            changed[10] = if changed[10] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            for made_up in [
                changed.as_str(),
                &value[..value.len() - 1],
                &format!("{value}A"),
                "1.AAAA",
                "9.AAAA",
                "x",
                "",
            ] {
                browser.jar().set(&name, made_up);
                let reply = browser.get("/me").await;
                assert_eq!(reply.status, 401, "{made_up}: {reply:?}");
                assert!(!browser.has_session(), "{made_up}");
            }
            assert_eq!(site.store().calls(), before);
        })
        .await;
}

#[tokio::test]
async fn a_sign_in_cannot_end_and_is_tried_again() {
    renewing()
        .places(&[Place::Memory])
        .sessions(always_asked)
        .run(async |site| {
            let browser = site.browser();
            let login = location(&browser.get("/auth/v2/login?return_to=/me").await);
            site.bench.idp.reset_hits();
            site.store().fail(true);
            let callback = site.bench.idp.sign_in(&login, "alice");
            let reply = browser.get(&callback).await;
            assert_eq!(reply.status, 503, "{reply:?}");
            assert!(!browser.has_session());
            // Whether the sign-in was used before is not known, so that its code is not spent.
            assert_eq!(site.token_calls(), 0);
            site.store().fail(false);
            browser.sign_in("alice").await;
            assert_eq!(browser.status().await, 200);
        })
        .await;
}

/// Sessions that were just read go on, and no refresh token is spent that could not be replaced.
#[tokio::test]
async fn nothing_is_refreshed_without_a_store() {
    renewing()
        .places(&[Place::Memory])
        .sessions(rarely_asked)
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let before = browser.get("/token").await.body;
            site.store().fail(true);
            site.advance(300);
            assert_eq!(browser.status().await, 200);
            assert_eq!(browser.get("/token").await.status, 503);
            assert_eq!(site.token_calls(), 0);
            site.store().fail(false);
            site.advance(61);
            assert_ne!(browser.get("/token").await.body, before);
            assert_eq!(site.token_calls(), 1);
        })
        .await;
}

/// The provider has replaced the refresh token: if the new one is lost, so is the session.
#[tokio::test]
async fn new_tokens_wait_for_the_store() {
    renewing()
        .places(&[Place::Memory])
        .sessions(rarely_asked)
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let before = browser.get("/token").await.body;
            site.bench.idp.fault(Endpoint::Token, Fault::HoldResponse);
            site.advance(241);
            assert_eq!(browser.status().await, 200);
            site.until_token_calls(1).await;
            site.store().fail(true);
            let calls = site.store().calls();
            site.bench.idp.heal();
            until(async || site.store().calls() >= calls + 2).await;
            site.store().fail(false);
            until_renewed(&browser, &before).await;
            site.advance(300);
            assert_eq!(browser.status().await, 200);
            assert_eq!(site.token_calls(), 2);
        })
        .await;
}

/// A table that vanished is not an empty one.
#[tokio::test]
async fn a_database_without_its_table_is_out_of_order() {
    renewing()
        .places(&[Place::Sqlite])
        .sessions(always_asked)
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let database = site.connection();
            let rename = |from: &str, to: &str| {
                let statement = format!("ALTER TABLE {from} RENAME TO {to}");
                database.execute(&statement, []).expect("it is there");
            };
            rename("oidc_sessions", "elsewhere");
            is_unavailable(&browser).await;
            serves_others(site).await;
            rename("elsewhere", "oidc_sessions");
            assert_eq!(browser.status().await, 200);
        })
        .await;
}

#[tokio::test]
async fn a_database_locked_for_writing_can_be_read() {
    renewing()
        .places(&[Place::Sqlite])
        .sessions(always_asked)
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let database = site.connection();
            database.execute_batch("BEGIN IMMEDIATE").expect("a lock");
            assert_eq!(browser.status().await, 200);
            assert_unavailable("a write", &browser.post("/raise", &[]).await);
            assert_eq!(browser.status().await, 200);
            database
                .execute_batch("ROLLBACK")
                .expect("the end of the lock");
            assert_eq!(browser.post("/raise", &[]).await.body, "1");
        })
        .await;
}
