//! A sign-in begins a new session, whatever the browser had before, and ends that.

use crate::session_support::site::setup;

#[tokio::test]
async fn each_sign_in_begins_a_new_session() {
    setup()
        .run(async |site| {
            for (first, second) in [("alice", "alice"), ("alice", "bob")] {
                let browser = site.signed_in(first).await;
                let thief = browser.copy();
                let (old_id, old_value) = (
                    browser.session_id().await,
                    thief.jar().session().map(str::to_owned),
                );
                browser.sign_in(second).await;
                assert_ne!(browser.session_id().await, old_id);
                assert_ne!(browser.jar().session(), old_value.as_deref());
                assert_eq!(browser.get("/home").await.body, second);
                assert_eq!(thief.get("/me").await.status, 401, "the old one has ended");
            }
        })
        .await;
}

/// Nobody has a session before they sign in, so nobody can plant one.
#[tokio::test]
async fn nothing_begins_a_session_but_a_sign_in() {
    setup()
        .run(async |site| {
            let browser = site.browser();
            for path in ["/home", "/me", "/hello", "/basket", "/auth/v2/session"] {
                browser.open(path).await;
                assert_eq!(browser.jar().field(), None, "{path}");
            }
            browser.begin("/auth/v2/login").await;
            assert_eq!(browser.jar().session(), None);
        })
        .await;
}

/// A planted session of the attacker's does not become the victim's: the victim gets their own.
#[tokio::test]
async fn a_planted_session_is_not_taken_over() {
    setup()
        .run(async |site| {
            let attacker = site.browser();
            attacker.sign_in("bob").await;
            attacker.put("planted").await;
            let victim = attacker.copy();
            victim.sign_in("alice").await;
            assert_eq!(victim.get("/basket").await.body, "");
            assert_eq!(attacker.get("/me").await.status, 401);
        })
        .await;
}

/// The application's data stay with the user who signs in anew, and with nobody else.
#[tokio::test]
async fn data_pass_on_to_the_same_user_only() {
    setup()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            assert_eq!(browser.put("apple").await.body, "apple");
            browser.sign_in("alice").await;
            assert_eq!(browser.get("/basket").await.body, "apple");
            browser.sign_in("bob").await;
            assert_eq!(browser.get("/basket").await.body, "");
            browser.sign_in("alice").await;
            assert_eq!(browser.get("/basket").await.body, "");
        })
        .await;
}

/// Two tabs that sign in at the same time: the last one counts.
#[tokio::test]
async fn the_last_of_two_sign_ins_counts() {
    setup()
        .run(async |site| {
            let browser = site.browser();
            let first = browser.begin("/auth/v2/login?return_to=/me").await;
            let second = browser.begin("/auth/v2/login?return_to=/home").await;
            assert_eq!(browser.finish(&second, "bob").await.status, 303);
            let of_bob = browser.copy();
            assert_eq!(browser.finish(&first, "alice").await.status, 303);
            assert_eq!(browser.get("/home").await.body, "alice");
            assert_eq!(of_bob.get("/home").await.body, "nobody");
        })
        .await;
}

/// The id may be printed: it is not in the cookie, and no cookie.
#[tokio::test]
async fn the_id_of_a_session_is_no_secret() {
    setup()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let (id, name) = (
                browser.session_id().await,
                browser.jar().session_name().map(str::to_owned),
            );
            let value = browser.jar().session().expect("a session").to_owned();
            assert!(!value.contains(&id), "{value} {id}");
            let thief = site.browser();
            for value in [id.clone(), format!("1.{id}")] {
                thief.jar().set(name.as_deref().expect("a name"), &value);
                assert_eq!(thief.copy().get("/me").await.status, 401, "{value}");
            }
        })
        .await;
}

/// An application may end the session itself; the response removes the cookie.
#[tokio::test]
async fn the_application_ends_a_session() {
    setup()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let copy = browser.copy();
            let reply = browser.post("/end", &[]).await;
            assert_eq!((reply.status, reply.body.as_str()), (200, "ended"));
            assert_eq!(browser.jar().session(), None);
            assert_eq!(copy.get("/home").await.body, "nobody");
            assert_eq!(copy.jar().session(), None);
        })
        .await;
}
