//! When sessions end by themselves.

use std::time::Duration;

use oidc::Sessions;
use reqwest::header::SET_COOKIE;
use serde_json::{Value, json};

use oidc_devidp::{Client, RefreshTokens, User};

use super::browser::Browser;
use super::site::{Place, World, client};
use crate::keys::until;

/// Without refresh tokens, so that only time changes a session.
fn quiet(client: Client) -> Client {
    client.refresh_tokens(RefreshTokens::OfflineAccess)
}

async fn info(browser: &Browser) -> Value {
    let reply = browser.get("/auth/v2/session").await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.headers["cache-control"], "no-store");
    serde_json::from_str(&reply.body).expect("JSON")
}

#[tokio::test]
async fn the_idle_end_is_exact() {
    let world = World::with(quiet).await;
    world
        .everywhere(async |site| {
            for (wait, status) in [(1799, 200), (1800, 401), (1801, 401)] {
                let browser = site.signed_in("alice").await;
                world.advance(wait);
                assert_eq!(browser.status().await, status, "after {wait} s");
                assert_eq!(browser.has_session(), status == 200);
            }
        })
        .await;
}

#[tokio::test]
async fn the_absolute_end_is_exact() {
    let world = World::with(quiet).await;
    world
        .everywhere(async |site| {
            let browser = site.signed_in("alice").await;
            for _ in 0..17 {
                world.advance(1_690);
                assert_eq!(browser.status().await, 200);
            }
            world.advance(69);
            assert_eq!(browser.status().await, 200);
            world.advance(1);
            assert_eq!(browser.status().await, 401);
            assert!(!browser.has_session());
        })
        .await;
}

/// A use is recorded when a tenth of the idle time has passed since the last one.
#[tokio::test]
async fn a_use_prolongs_the_session() {
    let world = World::with(quiet).await;
    world
        .everywhere(async |site| {
            let browser = site.signed_in("alice").await;
            let start = info(&browser).await["idle_expires_at"]
                .as_i64()
                .expect("a time");
            let idle_end = async || info(&browser).await["idle_expires_at"].clone();
            world.advance(179);
            let reply = browser.get("/me").await;
            assert!(!reply.headers.contains_key(SET_COOKIE), "{reply:?}");
            assert_eq!(idle_end().await, start);
            world.advance(1);
            let reply = browser.get("/me").await;
            let rolls = reply.headers.contains_key(SET_COOKIE);
            assert_eq!(rolls, site.place == Place::Cookie, "{reply:?}");
            assert_eq!(idle_end().await, start + 180);
            world.advance(1799);
            assert_eq!(browser.status().await, 200);
            world.advance(1800);
            assert_eq!(browser.status().await, 401);
        })
        .await;
}

#[tokio::test]
async fn a_use_here_counts_for_other_instances() {
    let world = World::with(quiet).await;
    let settings = |sessions: Sessions| sessions.staleness(Duration::ZERO);
    world
        .at(&Place::STORES, settings, async |site| {
            let browser = site.signed_in("alice").await;
            let other = site.another();
            let there = browser.moved_to(other.server.address);
            world.advance(1700);
            assert_eq!(browser.status().await, 200);
            let seen = async || site.oidc.sessions_of("alice").await.expect("a store")[0].seen_at;
            let signed_in = site.oidc.sessions_of("alice").await.expect("a store")[0].signed_in_at;
            until(async || seen().await > signed_in).await;
            world.advance(1700);
            assert_eq!(there.status().await, 200);
        })
        .await;
}

/// Pages ask again and again.
#[tokio::test]
async fn asking_about_the_session_is_no_use() {
    let world = World::with(quiet).await;
    world
        .everywhere(async |site| {
            let browser = site.signed_in("alice").await;
            let first = info(&browser).await;
            for _ in 0..9 {
                world.advance(199);
                assert_eq!(info(&browser).await, first);
            }
            world.advance(9);
            assert_eq!(info(&browser).await["authenticated"], false);
            assert_eq!(browser.status().await, 401);
        })
        .await;
}

#[tokio::test]
async fn the_settings_count() {
    let world = World::with(quiet).await;
    let settings = |sessions: Sessions| {
        let sessions = sessions.idle(Duration::from_secs(10));
        sessions.lifetime(Duration::from_secs(25))
    };
    world
        .at(&Place::ALL, settings, async |site| {
            let browser = site.signed_in("alice").await;
            world.advance(10);
            assert_eq!(browser.status().await, 401);
            let browser = site.signed_in("alice").await;
            for _ in 0..3 {
                world.advance(8);
                assert_eq!(browser.status().await, 200);
            }
            world.advance(1);
            assert_eq!(browser.status().await, 401);
        })
        .await;
}

/// The provider may shorten a session, never lengthen it (`session_expiry`).
#[tokio::test]
async fn the_provider_caps_the_lifetime() {
    let start = std::time::SystemTime::now();
    let start = start
        .duration_since(std::time::UNIX_EPOCH)
        .expect("after 1970");
    let start = start.as_secs();
    let user = |name: &str, expiry: u64| User::new(name).claim("session_expiry", json!(expiry));
    let (soon, late) = (user("soon", start + 1000), user("late", start + 1_000_000));
    let world = World::of(quiet(client()), |idp| idp.user(soon).user(late)).await;
    let soon_browser = async |site: &super::site::Site<'_>| {
        let browser = site.signed_in("soon").await;
        info(&browser).await["expires_at"].as_u64()
    };
    world
        .everywhere(async |site| {
            assert_eq!(soon_browser(site).await, Some(start + 1000));
            let browser = site.signed_in("late").await;
            let end = info(&browser).await["expires_at"].as_u64().expect("a time");
            assert!(end <= start + 28_800 + 60, "{end}");
        })
        .await;
    world.advance(990);
    let site = super::site::Site::start(
        &world,
        crate::support::servers::Framework::Axum,
        Place::Cookie,
        |sessions| sessions,
    );
    let browser = site.signed_in("soon").await;
    world.advance(20);
    assert_eq!(browser.status().await, 401);
}
