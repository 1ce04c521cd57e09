//! Sessions that do not fit into one cookie.

use oidc_devidp::User;
use reqwest::Method;
use reqwest::header::COOKIE;
use serde_json::json;

use crate::session_support::browser::Browser;
use crate::session_support::jar::{SetCookie, is_session};
use crate::session_support::site::{Place, setup};
use crate::support::logs::Logs;
use crate::support::reply::Reply;

/// A user with a claim of this size, which is in both tokens.
fn user(name: &str, bytes: usize) -> User {
    let user = User::new(name).named("A", "B").email("a@example.org");
    user.claim("photo", json!("x".repeat(bytes)))
}

fn with_users(idp: oidc_devidp::Builder) -> oidc_devidp::Builder {
    idp.user(user("small", 10))
        .user(user("large", 1500))
        .user(user("larger", 2200))
        .user(user("huge", 9000))
}

/// The values of the two parts.
fn parts(browser: &Browser) -> (String, String, String) {
    let (name, first) = browser.session_cookie();
    let jar = browser.jar();
    let second = jar
        .get(&format!("{name}.1"))
        .expect("a second part")
        .to_owned();
    (name, first, second)
}

#[tokio::test]
async fn large_sessions_take_two_cookies() {
    setup()
        .idp(with_users)
        .run(async |site| {
            for (user, cookies) in [("small", 1), ("large", 2), ("larger", 2)] {
                let browser = site.signed_in(user).await;
                let names = browser
                    .jar()
                    .names()
                    .filter(|name| is_session(name))
                    .count();
                let expected = if site.place == Place::Cookie {
                    cookies
                } else {
                    1
                };
                assert_eq!(names, expected, "{user}");
                let claims = &browser.me().await["claims"];
                assert!(
                    claims["photo"].as_str().expect("a photo").starts_with("xx"),
                    "{user}"
                );
            }
        })
        .await;
}

/// Rather no session than a cut one, and rather a place for it than a redirect loop.
#[tokio::test]
async fn a_session_that_fits_nowhere_is_an_error() {
    setup()
        .idp(with_users)
        .run(async |site| {
            let logs = Logs::default();
            let site = logs.listen(|| site.another());
            let browser = site.browser();
            let authorization = browser.begin("/auth/v2/login").await;
            let reply = browser.finish(&authorization, "huge").await;
            if site.place != Place::Cookie {
                assert_eq!(reply.status, 303, "{reply:?}");
                assert_eq!(browser.get("/me").await.status, 200);
                return;
            }
            assert_eq!(reply.status, 500, "{reply:?}");
            assert!(reply.body.contains("session_too_large"), "{reply:?}");
            assert!(!reply.headers.contains_key("location"), "{reply:?}");
            assert_eq!(browser.jar().session(), None);
            let lines = logs.take();
            let remedy = lines.iter().any(|line| {
                let text = line.to_string();
                text.contains("session_too_large") && text.contains("store")
            });
            assert!(remedy, "{lines:#?}");
        })
        .await;
}

#[tokio::test]
async fn both_parts_are_needed() {
    setup()
        .idp(with_users)
        .places(&[Place::Cookie])
        .run(async |site| {
            let browser = site.signed_in("large").await;
            let (name, first, second) = parts(&browser);
            // The same session at a later time.
            browser.put("x").await;
            let (_, newer_first, newer_second) = parts(&browser);
            assert_ne!(first, newer_first);
            let another = site.signed_in("large").await;
            let (_, other_first, other_second) = parts(&another);
            let second_name = format!("{name}.1");
            for (case, field, status) in [
                (
                    "both",
                    format!("{name}={first}; {second_name}={second}"),
                    200,
                ),
                (
                    "the newest",
                    format!("{name}={newer_first}; {second_name}={newer_second}"),
                    200,
                ),
                (
                    "in another order",
                    format!("{second_name}={second}; {name}={first}"),
                    200,
                ),
                ("only the first", format!("{name}={first}"), 401),
                ("only the second", format!("{second_name}={second}"), 401),
                (
                    "exchanged",
                    format!("{name}={second}; {second_name}={first}"),
                    401,
                ),
                (
                    "an older second",
                    format!("{name}={newer_first}; {second_name}={second}"),
                    401,
                ),
                (
                    "an older first",
                    format!("{name}={first}; {second_name}={newer_second}"),
                    401,
                ),
                (
                    "of another",
                    format!("{name}={first}; {second_name}={other_second}"),
                    401,
                ),
                (
                    "of another",
                    format!("{name}={other_first}; {second_name}={second}"),
                    401,
                ),
                (
                    "an empty second",
                    format!("{name}={first}; {second_name}="),
                    401,
                ),
                (
                    "a cut second",
                    format!("{name}={first}; {second_name}={}", &second[..99]),
                    401,
                ),
                (
                    "a second twice",
                    format!("{name}={first}; {second_name}={second}; {second_name}={second}"),
                    401,
                ),
            ] {
                let request = browser
                    .request(Method::GET, "/me", &[])
                    .header(COOKIE, &field);
                let reply = Reply::of(request).await;
                assert_eq!(reply.status, status, "{case}: {reply:?}");
                if status == 401 {
                    let removed = SetCookie::all(&reply.headers);
                    assert!(
                        removed.iter().all(SetCookie::is_removal),
                        "{case}: {removed:?}"
                    );
                    assert_eq!(removed.len(), 2, "{case}: {removed:?}");
                }
            }
        })
        .await;
}

/// A second part of an earlier session does no harm to one that fits into a cookie, and goes.
#[tokio::test]
async fn a_leftover_second_part_is_removed() {
    setup()
        .idp(with_users)
        .places(&[Place::Cookie])
        .run(async |site| {
            // By a sign-in as somebody else.
            let browser = site.signed_in("large").await;
            let (name, _, second) = parts(&browser);
            browser.sign_in("small").await;
            assert_eq!(browser.jar().get(&format!("{name}.1")), None);
            assert_eq!(browser.me().await["sub"], "small");
            // By any request that comes with it.
            browser.jar().set(&format!("{name}.1"), &second);
            assert_eq!(browser.me().await["sub"], "small");
            assert_eq!(browser.jar().get(&format!("{name}.1")), None);
        })
        .await;
}

/// What an application keeps in a session is for small things.
#[tokio::test]
async fn data_is_limited() {
    setup()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let put = async |bytes: usize| browser.put("x".repeat(bytes)).await;
            let limit = if site.place == Place::Cookie {
                1024
            } else {
                64 * 1024
            };
            // With the quotes of JSON.
            assert_eq!(put(limit - 2).await.status, 200);
            let reply = put(1).await;
            assert!(reply.status >= 400, "{reply:?}");
            let reply = browser.get("/basket").await;
            assert_eq!((reply.status, reply.body.len()), (200, limit - 2));
        })
        .await;
}
