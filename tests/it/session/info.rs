//! The endpoint `session`, by which a page learns whether its browser is signed in.

use reqwest::Method;
use serde_json::{Value, json};

use crate::session_support::browser::{Browser, NAVIGATE};
use crate::session_support::site::setup;
use crate::support::reply::Reply;

const SESSION: &str = "/auth/v2/session";

async fn ask(browser: &Browser) -> Value {
    let reply = browser.get(SESSION).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.headers["content-type"], "application/json");
    assert_eq!(reply.headers["cache-control"], "no-store");
    assert_eq!(reply.headers["vary"], "Cookie");
    serde_json::from_str(&reply.body).expect("JSON")
}

#[tokio::test]
async fn it_tells_who_is_signed_in_and_how_long() {
    setup()
        .run(async |site| {
            let browser = site.browser();
            let nobody = json!({"authenticated": false, "login": "/auth/v2/login"});
            assert_eq!(ask(&browser).await, nobody);
            browser.sign_in("alice").await;
            let mut body = ask(&browser).await;
            let mut take = |name: &str| body[name].take().as_i64().expect("a time");
            let (ends, idle) = (take("expires_at"), take("idle_expires_at"));
            assert_eq!(ends - idle, 8 * 3600 - 1800);
            let expected = json!({
                "authenticated": true,
                "sub": "alice",
                "name": "Alice Liddell",
                "email": "alice@example.org",
                "username": "alice",
                "expires_at": null,
                "idle_expires_at": null,
            });
            assert_eq!(body, expected);
            // As a page it is the same.
            let reply = browser.get_with(SESSION, NAVIGATE).await;
            assert!(reply.body.contains("\"alice\""), "{reply:?}");
            site.advance(1801);
            assert_eq!(ask(&browser).await, nobody);
            assert_eq!(browser.jar().session(), None);
        })
        .await;
}

/// It is asked again and again by pages that nobody looks at, so it is no use of the session.
#[tokio::test]
async fn asking_does_not_keep_a_session_alive() {
    setup()
        .run(async |site| {
            let [asking, used] = [site.browser(), site.browser()];
            asking.sign_in("alice").await;
            used.sign_in("bob").await;
            for _ in 0..4 {
                site.advance(600);
                ask(&asking).await;
                used.get("/me").await;
            }
            assert!(!asking.is_signed_in().await);
            assert!(used.is_signed_in().await);
        })
        .await;
}

/// A bearer token has nothing to do with it, and other methods are refused.
#[tokio::test]
async fn it_is_about_the_cookie() {
    setup()
        .run(async |site| {
            let token = format!("Bearer {}", site.bench.good_token());
            let browser = site.browser();
            let reply = browser
                .get_with(SESSION, &[("authorization", &token)])
                .await;
            assert!(reply.body.contains("\"authenticated\":false"), "{reply:?}");
            for method in [Method::POST, Method::DELETE] {
                let reply = Reply::of(browser.request(method, SESSION, &[])).await;
                assert_eq!(reply.status, 405, "{reply:?}");
                assert_eq!(reply.headers["allow"], "GET");
            }
        })
        .await;
}

/// Who the user is can be asked with a session as with a token; it is no use of other sites, which
/// cannot read the response.
#[tokio::test]
async fn userinfo_serves_both_callers() {
    setup()
        .run(async |site| {
            let browser = site.browser();
            let userinfo = "/auth/v2/userinfo";
            assert_eq!(browser.get(userinfo).await.status, 401);
            browser.sign_in("alice").await;
            let of_session = browser.get(userinfo).await;
            assert_eq!(of_session.status, 200, "{of_session:?}");
            let token = browser.get("/token").await.body;
            let of_bearer = site.server.get(userinfo, token.as_str()).await;
            assert_eq!(of_session.body, of_bearer.body);
        })
        .await;
}
