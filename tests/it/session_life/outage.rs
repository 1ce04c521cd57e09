//! A store out of order signs nobody out.

use std::time::Duration;

use oidc::Sessions;
use oidc_devidp::{Endpoint, Fault};
use rusqlite::Connection;

use super::browser::{Browser, location};
use super::refresh::until_renewed;
use super::site::{Place, Site, World};
use crate::keys::until;
use crate::support::reply::Reply;

fn always_asked(sessions: Sessions) -> Sessions {
    sessions.staleness(Duration::ZERO)
}

fn rarely_asked(sessions: Sessions) -> Sessions {
    sessions.staleness(Duration::from_secs(60 * 60))
}

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
        "/basket",
        "/token",
        "/auth/v2/session",
        "/auth/v2/logout",
    ] {
        assert_unavailable(path, &browser.get(path).await);
    }
    for path in ["/basket", "/auth/v2/logout", "/end"] {
        assert_unavailable(path, &browser.post(path, &[]).await);
    }
    assert_unavailable("a page", &browser.open("/me").await);
    assert!(browser.has_session());
}

/// What everybody else gets.
async fn serves_others(site: &Site<'_>) {
    let nobody = site.browser();
    assert_eq!(nobody.get("/").await.body, "anonymous");
    assert_eq!(nobody.status().await, 401);
    assert_eq!(nobody.open("/me").await.status, 303);
    let token = site.world.bench.good_token();
    assert_eq!(site.server.get("/", &*token).await.body, "alice");
    assert_eq!(nobody.get("/auth/v2/login").await.status, 307);
}

#[tokio::test]
async fn requests_with_a_session_have_to_wait() {
    let world = World::start().await;
    world
        .at(&[Place::Memory], always_asked, async |site| {
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
    let world = World::start().await;
    world
        .at(&[Place::Memory], always_asked, async |site| {
            let browser = site.signed_in("alice").await;
            let (name, value) = browser.cookies().into_iter().next().expect("a cookie");
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
                browser.set_cookies([(name.clone(), made_up.to_owned())].into());
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
    let world = World::start().await;
    world
        .at(&[Place::Memory], always_asked, async |site| {
            let browser = site.browser();
            let login = location(&browser.get("/auth/v2/login?return_to=/me").await);
            site.store().fail(true);
            let callback = world.bench.idp.sign_in(&login, "alice");
            let reply = browser.get(&callback).await;
            assert_eq!(reply.status, 503, "{reply:?}");
            assert!(!browser.has_session());
            site.store().fail(false);
            browser.sign_in(&world.bench.idp, "alice").await;
            assert_eq!(browser.status().await, 200);
        })
        .await;
}

/// Sessions that were just read go on, and no refresh token is spent that could not be replaced.
#[tokio::test]
async fn nothing_is_refreshed_without_a_store() {
    let world = World::start().await;
    world
        .at(&[Place::Memory], rarely_asked, async |site| {
            let browser = site.signed_in("alice").await;
            let before = browser.get("/token").await.body;
            site.store().fail(true);
            world.advance(300);
            assert_eq!(browser.status().await, 200);
            assert_eq!(browser.get("/token").await.status, 503);
            assert_eq!(world.token_calls(), 0);
            site.store().fail(false);
            world.advance(61);
            assert_ne!(browser.get("/token").await.body, before);
            assert_eq!(world.token_calls(), 1);
        })
        .await;
}

/// The provider has replaced the refresh token: if the new one is lost, so is the session.
#[tokio::test]
async fn new_tokens_wait_for_the_store() {
    let world = World::start().await;
    world
        .at(&[Place::Memory], rarely_asked, async |site| {
            let browser = site.signed_in("alice").await;
            let before = browser.get("/token").await.body;
            world.bench.idp.fault(Endpoint::Token, Fault::HoldResponse);
            world.advance(241);
            assert_eq!(browser.status().await, 200);
            world.until_token_calls(1).await;
            site.store().fail(true);
            let calls = site.store().calls();
            world.bench.idp.heal();
            until(async || site.store().calls() >= calls + 2).await;
            site.store().fail(false);
            until_renewed(&browser, &before).await;
            world.advance(300);
            assert_eq!(browser.status().await, 200);
            assert_eq!(world.token_calls(), 2);
        })
        .await;
}

fn database(site: &Site<'_>) -> Connection {
    let file = site.file.as_ref().expect("the sessions are in a file");
    let database = Connection::open(file).expect("the file is a database");
    let patience = Duration::from_secs(10);
    database.busy_timeout(patience).expect("a time");
    database
}

/// A table that vanished is not an empty one.
#[tokio::test]
async fn a_database_without_its_table_is_out_of_order() {
    let world = World::start().await;
    world
        .at(&[Place::Sqlite], always_asked, async |site| {
            let browser = site.signed_in("alice").await;
            let database = database(site);
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
    let world = World::start().await;
    world
        .at(&[Place::Sqlite], always_asked, async |site| {
            let browser = site.signed_in("alice").await;
            let database = database(site);
            database.execute_batch("BEGIN IMMEDIATE").expect("a lock");
            assert_eq!(browser.status().await, 200);
            assert_unavailable("a write", &browser.post("/basket", &[]).await);
            assert_eq!(browser.status().await, 200);
            database
                .execute_batch("ROLLBACK")
                .expect("the end of the lock");
            assert_eq!(browser.post("/basket", &[]).await.body, "1");
        })
        .await;
}
