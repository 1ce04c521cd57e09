//! When sessions end by themselves.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::SET_COOKIE;
use serde_json::{Value, json};

use oidc_devidp::User;

use crate::keys::until;
use crate::session_support::browser::Browser;
use crate::session_support::site::{Place, Site, always_asked, setup};
use crate::support::servers::Framework;

async fn info(browser: &Browser) -> Value {
    let reply = browser.get("/auth/v2/session").await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.headers["cache-control"], "no-store");
    serde_json::from_str(&reply.body).expect("JSON")
}

#[tokio::test]
async fn the_idle_end_is_exact() {
    setup()
        .run(async |site| {
            for (wait, status) in [(1799, 200), (1800, 401), (1801, 401)] {
                let browser = site.signed_in("alice").await;
                site.advance(wait);
                assert_eq!(browser.status().await, status, "after {wait} s");
                assert_eq!(browser.has_session(), status == 200);
            }
        })
        .await;
}

#[tokio::test]
async fn the_absolute_end_is_exact() {
    setup()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            for _ in 0..17 {
                site.advance(1_690);
                assert_eq!(browser.status().await, 200);
            }
            site.advance(69);
            assert_eq!(browser.status().await, 200);
            site.advance(1);
            assert_eq!(browser.status().await, 401);
            assert!(!browser.has_session());
        })
        .await;
}

/// A use is recorded when a tenth of the idle time has passed since the last one.
#[tokio::test]
async fn a_use_prolongs_the_session() {
    setup()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let start = info(&browser).await["idle_expires_at"]
                .as_i64()
                .expect("a time");
            let idle_end = async || info(&browser).await["idle_expires_at"].clone();
            site.advance(179);
            let reply = browser.get("/me").await;
            assert!(!reply.headers.contains_key(SET_COOKIE), "{reply:?}");
            assert_eq!(idle_end().await, start);
            site.advance(1);
            let reply = browser.get("/me").await;
            let rolls = reply.headers.contains_key(SET_COOKIE);
            assert_eq!(rolls, site.place == Place::Cookie, "{reply:?}");
            assert_eq!(idle_end().await, start + 180);
            site.advance(1799);
            assert_eq!(browser.status().await, 200);
            site.advance(1800);
            assert_eq!(browser.status().await, 401);
        })
        .await;
}

#[tokio::test]
async fn a_use_here_counts_for_other_instances() {
    setup()
        .places(&Place::STORES)
        .sessions(always_asked)
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let other = site.another();
            let there = browser.moved_to(other.server.address);
            site.advance(1700);
            assert_eq!(browser.status().await, 200);
            let seen = async || site.oidc.sessions_of("alice").await.expect("a store")[0].seen_at;
            let signed_in = site.oidc.sessions_of("alice").await.expect("a store")[0].signed_in_at;
            until(async || seen().await > signed_in).await;
            site.advance(1700);
            assert_eq!(there.status().await, 200);
        })
        .await;
}

/// Pages ask again and again.
#[tokio::test]
async fn asking_about_the_session_is_no_use() {
    setup()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let first = info(&browser).await;
            for _ in 0..9 {
                site.advance(199);
                assert_eq!(info(&browser).await, first);
            }
            site.advance(9);
            assert_eq!(info(&browser).await["authenticated"], false);
            assert_eq!(browser.status().await, 401);
        })
        .await;
}

#[tokio::test]
async fn the_settings_count() {
    setup()
        .sessions(|sessions| {
            let sessions = sessions.idle(Duration::from_secs(10));
            sessions.lifetime(Duration::from_secs(25))
        })
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            site.advance(10);
            assert_eq!(browser.status().await, 401);
            let browser = site.signed_in("alice").await;
            for _ in 0..3 {
                site.advance(8);
                assert_eq!(browser.status().await, 200);
            }
            site.advance(1);
            assert_eq!(browser.status().await, 401);
        })
        .await;
}

/// The provider may shorten a session, never lengthen it (`session_expiry`).
#[tokio::test]
async fn the_provider_caps_the_lifetime() {
    let start = SystemTime::now().duration_since(UNIX_EPOCH);
    let start = start.expect("after 1970").as_secs();
    let user =
        move |name: &str, after: u64| User::new(name).claim("session_expiry", json!(start + after));
    let with_users =
        move |idp: oidc_devidp::Builder| idp.user(user("soon", 1000)).user(user("late", 1_000_000));
    let world = setup().idp(with_users).start().await;
    let ends_at = async |site: &Site, user: &str| {
        let browser = site.signed_in(user).await;
        info(&browser).await["expires_at"].as_u64()
    };
    world
        .run(async |site| {
            assert_eq!(ends_at(site, "soon").await, Some(start + 1000));
            let end = ends_at(site, "late").await.expect("a time");
            assert!(end <= start + 28_800 + 60, "{end}");
        })
        .await;
    world.advance(990);
    let site = world.site(Framework::Axum, Place::Cookie);
    let browser = site.signed_in("soon").await;
    site.advance(20);
    assert_eq!(browser.status().await, 401);
}
