//! What only stores can do: list sessions, end them elsewhere, keep them over restarts.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use oidc::SessionsError;
use oidc_devidp::Client;
use serde_json::Value;

use super::refresh::crowd;
use crate::keys::until;
use crate::session_support::site::{HTTPS, Place, Site, always_asked, rarely_asked, renewing};

const OTHER: &str = "other";

fn count(site: &Site) -> usize {
    let query = "SELECT count(*) FROM oidc_sessions";
    let count = site
        .connection()
        .query_row(query, [], |row| row.get::<_, i64>(0));
    usize::try_from(count.expect("a number")).expect("a size")
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    renewing()
        .places(&Place::STORES)
        .run(async |site| {
            let first = site.signed_in("alice").await;
            site.advance(10);
            let second = site.signed_in("alice").await;
            let bob = site.signed_in("bob").await;
            let listed = site.oidc.sessions_of("alice").await.expect("a store");
            let ids: Vec<_> = listed
                .iter()
                .map(|session| session.id.to_string())
                .collect();
            assert_eq!(ids, [first.session_id().await, second.session_id().await]);
            for session in &listed {
                let lifetime = session.ends_at.duration_since(session.signed_in_at);
                assert_eq!(lifetime.expect("later"), Duration::from_hours(8));
                assert!(session.seen_at >= session.signed_in_at);
            }
            assert!(site.oidc.end_session(&listed[0].id).await.expect("a store"));
            assert!(!site.oidc.end_session(&listed[0].id).await.expect("a store"));
            assert_eq!((first.status().await, second.status().await), (401, 200));
            assert_eq!(
                site.oidc.sessions_of("alice").await.expect("a store").len(),
                1
            );
            site.oidc.end_sessions_of("alice").await.expect("a store");
            assert_eq!((second.status().await, bob.status().await), (401, 200));
            let listed = site.oidc.sessions_of("alice").await.expect("a store");
            assert!(listed.is_empty(), "{listed:?}");
            assert_eq!(
                site.oidc.sessions_of("bob").await.expect("a store").len(),
                1
            );
            site.advance(1800);
            let listed = site.oidc.sessions_of("bob").await.expect("a store");
            assert!(listed.is_empty(), "{listed:?}");
        })
        .await;
}

#[tokio::test]
async fn sessions_in_cookies_cannot_be_listed() {
    renewing()
        .places(&[Place::Cookie])
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let listed = site.oidc.sessions_of("alice").await;
            assert_eq!(listed, Err(SessionsError::Unsupported));
            site.oidc
                .end_sessions_of("bob")
                .await
                .expect("nothing fails");
            assert_eq!(browser.status().await, 200);
            site.oidc
                .end_sessions_of("alice")
                .await
                .expect("nothing fails");
            assert_eq!(browser.status().await, 401);
        })
        .await;
}

#[tokio::test]
async fn a_logout_counts_on_other_instances_at_once() {
    renewing()
        .places(&Place::STORES)
        .sessions(always_asked)
        .run(async |site| {
            let other = site.another();
            let browser = site.signed_in("alice").await;
            let there = browser.copy().moved_to(other.server.address);
            for _ in 0..3 {
                assert_eq!((browser.status().await, there.peek().await), (200, 200));
            }
            assert_eq!(browser.post("/auth/v2/logout", &[]).await.status, 200);
            assert_eq!(there.status().await, 401);
        })
        .await;
}

#[tokio::test]
async fn a_logout_counts_on_other_instances_after_the_staleness() {
    renewing()
        .places(&Place::STORES)
        .run(async |site| {
            let other = site.another();
            let browser = site.signed_in("alice").await;
            let there = browser.copy().moved_to(other.server.address);
            assert_eq!(there.peek().await, 200);
            assert_eq!(browser.post("/auth/v2/logout", &[]).await.status, 200);
            until(async || there.peek().await == 401).await;
        })
        .await;
}

/// As long as it may be stale, a session costs the store nothing.
#[tokio::test]
async fn a_session_is_read_once() {
    renewing()
        .places(&Place::STORES)
        .sessions(rarely_asked)
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            assert_eq!(browser.status().await, 200);
            let before = site.store().calls();
            for _ in 0..20 {
                assert_eq!(browser.status().await, 200);
            }
            assert_eq!(site.store().calls(), before);
        })
        .await;
}

/// Changes of another instance are seen, and built upon.
#[tokio::test]
async fn instances_share_what_the_application_keeps() {
    renewing()
        .places(&Place::STORES)
        .run(async |site| {
            let other = site.another();
            let browser = site.signed_in("alice").await;
            let there = browser.copy().moved_to(other.server.address);
            assert_eq!(there.get("/count").await.body, "0");
            for round in 0..10 {
                let first = browser.post("/raise", &[]).await.body;
                let second = there.post("/raise", &[]).await.body;
                let expected = [2 * round + 1, 2 * round + 2].map(|number| number.to_string());
                assert_eq!([first, second], expected);
            }
        })
        .await;
}

#[tokio::test]
async fn instances_renew_once() {
    renewing()
        .places(&Place::STORES)
        .run(async |site| {
            let other = site.another();
            let browser = site.signed_in("alice").await;
            let there = browser.copy().moved_to(other.server.address);
            for calls in 1..=5 {
                site.advance(300);
                let requests = [&browser, &there].map(|browser| crowd(browser, "/token", 50));
                let mut tokens = HashSet::new();
                for requests in requests {
                    for reply in requests.join_all().await {
                        assert_eq!(reply.status, 200, "{reply:?}");
                        tokens.insert(reply.body);
                    }
                }
                assert_eq!((tokens.len(), site.token_calls()), (1, calls));
            }
        })
        .await;
}

#[tokio::test]
async fn what_is_over_is_swept() {
    renewing()
        .places(&[Place::Sqlite])
        .run(async |site| {
            for _ in 0..3 {
                site.signed_in("alice").await;
            }
            site.advance(1000);
            let alive = site.signed_in("bob").await;
            site.advance(900);
            assert_eq!(count(site), 4);
            while site.oidc.session_sweep().await.expect("the store works") > 0 {}
            assert_eq!(count(site), 1);
            assert_eq!(alive.status().await, 200);
        })
        .await;
}

#[tokio::test]
async fn sessions_survive_a_restart() {
    renewing()
        .places(&[Place::Sqlite])
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            assert_eq!(browser.post("/raise", &[]).await.body, "1");
            let again = site.another();
            let there = browser.moved_to(again.server.address);
            assert_eq!(there.get("/count").await.body, "1");
            site.advance(300);
            assert_eq!(there.status().await, 200);
            assert_eq!(site.token_calls(), 1);
        })
        .await;
}

#[tokio::test]
async fn applications_share_a_database_but_no_sessions() {
    renewing()
        .idp(|idp| {
            let callback = format!("{HTTPS}/auth/v2/callback");
            idp.client(Client::new(OTHER).redirect_uri(callback))
        })
        .places(&Place::STORES)
        .run(async |site| {
            let other = site.another_client(OTHER);
            let browser = site.signed_in("alice").await;
            let there = other.signed_in("alice").await;
            for site in [site, &other] {
                let listed = site.oidc.sessions_of("alice").await.expect("a store");
                assert_eq!(listed.len(), 1);
            }
            // The names of the cookies differ; the values are not exchangeable either.
            let (name, _) = there.session_cookie();
            let (_, value) = browser.session_cookie();
            let mixed = there.copy();
            mixed.jar().set(&name, &value);
            assert_eq!(mixed.status().await, 401);
            let foreign = browser.session_id().await.parse().expect("an id");
            assert!(!other.oidc.end_session(&foreign).await.expect("a store"));
            other.oidc.end_sessions_of("alice").await.expect("a store");
            assert_eq!((browser.status().await, there.status().await), (200, 401));
        })
        .await;
}

fn everything_in(directory: &Path, name: &str) -> Vec<u8> {
    let files = fs::read_dir(directory).expect("a directory");
    let paths = files.map(|file| file.expect("a file").path());
    let own = paths.filter(|path| path.to_string_lossy().contains(name));
    own.flat_map(|path| fs::read(path).expect("a file"))
        .collect()
}

#[tokio::test]
async fn a_database_discloses_nobody() {
    renewing()
        .places(&[Place::Sqlite])
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let me = browser.me().await;
            let token = browser.get("/token").await.body;
            assert_eq!(browser.put("turtle soup").await.status, 200);
            let file = site.database();
            let name = file.file_name().expect("a name").to_string_lossy();
            let content = everything_in(file.parent().expect("a directory"), &name);
            let text = String::from_utf8_lossy(&content);
            let claim = |value: &Value| value.as_str().expect("a text").to_owned();
            for known in ["alice", &claim(&me["claims"]["sid"])] {
                assert!(text.contains(known), "{known}");
            }
            let (_, cookie) = browser.session_cookie();
            let claims = &me["claims"];
            for secret in [
                "alice@example.org",
                "Liddell",
                "turtle",
                &token,
                &token[token.len() - 40..],
                &cookie,
                &claim(&claims["nonce"]),
                &claim(&claims["iss"]),
            ] {
                assert!(!text.contains(secret), "{secret}");
            }
        })
        .await;
}

/// Somebody who can write into the database cannot sign in with it.
#[tokio::test]
async fn rows_from_elsewhere_are_no_sessions() {
    renewing()
        .places(&[Place::Sqlite])
        .sessions(always_asked)
        .run(async |site| {
            let alice = site.signed_in("alice").await;
            let bob = site.signed_in("bob").await;
            let database = site.connection();
            let run = |statement: &str| {
                database
                    .execute(statement, [])
                    .expect("a statement that works");
            };
            run("UPDATE oidc_sessions SET payload = \
                 (SELECT payload FROM oidc_sessions AS other WHERE other.subject = 'alice')");
            assert_eq!((alice.peek().await, bob.peek().await), (200, 401));
            run("UPDATE oidc_sessions SET payload = CAST(x'ff' || substr(payload, 2) AS BLOB)");
            assert_eq!(alice.peek().await, 401);
            let later = site.signed_in("carol").await;
            run("DELETE FROM oidc_sessions");
            assert_eq!(later.status().await, 401);
            assert!(!later.has_session());
        })
        .await;
}
