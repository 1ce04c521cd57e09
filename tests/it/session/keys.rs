//! The keys of the sessions are exchanged.

use crate::session_support::site::{KEY, Place, Site, setup};

const NEW: &str = "the next key of the sessions, also long";

#[tokio::test]
async fn older_keys_open_what_they_sealed() {
    setup()
        .places(&[Place::Cookie, Place::Sqlite])
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let status_at = async |other: &Site| {
                let there = browser.moved_to(other.server.address);
                there.get("/me").await.status
            };
            let both = site.another_with(|sessions| sessions.key(NEW).key(KEY));
            assert_eq!(status_at(&both).await, 200);
            // A use that is recorded seals anew.
            site.advance(200);
            assert_eq!(status_at(&both).await, 200);
            let new = site.another_with(|sessions| sessions.key(NEW));
            // A store knows the session by the secret, which has no other key.
            let expected = if site.place == Place::Cookie {
                200
            } else {
                401
            };
            assert_eq!(status_at(&new).await, expected);
        })
        .await;
}

#[tokio::test]
async fn a_removed_key_ends_its_sessions() {
    setup()
        .places(&[Place::Cookie, Place::Sqlite])
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            for change in [
                |sessions: oidc::Sessions| sessions.key(NEW),
                |sessions| sessions,
            ] {
                let other = site.another_with(change);
                let moved = browser.copy().moved_to(other.server.address);
                assert_eq!(moved.get("/me").await.status, 401);
                assert_eq!(moved.jar().session(), None, "the cookie is removed");
            }
            assert_eq!(browser.get("/me").await.status, 200);
        })
        .await;
}

#[tokio::test]
async fn instances_share_sessions_by_their_key() {
    setup()
        .places(&[Place::Cookie, Place::Sqlite])
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let other = site.another();
            let moved = browser.moved_to(other.server.address);
            assert_eq!(moved.get("/home").await.body, "alice");
        })
        .await;
}
