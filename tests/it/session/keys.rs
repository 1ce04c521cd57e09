//! The keys of the sessions are exchanged.

use super::shop::{KEY, Place, setup};
use crate::support::servers::Server;

const NEW: &str = "the next key of the sessions, also long";

#[tokio::test]
async fn older_keys_open_what_they_sealed() {
    setup()
        .places(&[Place::Cookie, Place::Sqlite])
        .run(async |shop| {
            let browser = shop.browser();
            browser.sign_in("alice").await;
            let status_at = async |server: &Server| {
                let shop = shop.with(server);
                let moved = shop.browser();
                moved.jar().clone_from(&browser.jar());
                let status = moved.get("/me").await.status;
                browser.jar().clone_from(&moved.jar());
                status
            };
            let both = shop.another(|sessions| sessions.key(NEW).key(KEY));
            assert_eq!(status_at(&both).await, 200);
            // A use that is recorded seals anew.
            shop.advance(200);
            assert_eq!(status_at(&both).await, 200);
            let new = shop.another(|sessions| sessions.key(NEW));
            // A store knows the session by the secret, which has no other key.
            let expected = if shop.place == Place::Cookie {
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
        .run(async |shop| {
            let browser = shop.browser();
            browser.sign_in("alice").await;
            for change in [
                |sessions: oidc::Sessions| sessions.key(NEW),
                |sessions| sessions,
            ] {
                let server = shop.another(change);
                let shop = shop.with(&server);
                let moved = shop.browser();
                moved.jar().clone_from(&browser.jar());
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
        .run(async |shop| {
            let browser = shop.browser();
            browser.sign_in("alice").await;
            let server = shop.another(|sessions| sessions.key(KEY));
            let elsewhere = shop.with(&server);
            let moved = elsewhere.browser();
            moved.jar().clone_from(&browser.jar());
            assert_eq!(moved.get("/home").await.body, "alice");
        })
        .await;
}
