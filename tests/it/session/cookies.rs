//! The names and attributes of the cookies, and how many there are.

use std::time::Duration;

use oidc::Sessions;
use reqwest::header::HeaderValue;

use crate::session_support::browser::{Browser, NAVIGATE};
use crate::session_support::jar::{SetCookie, is_session};
use crate::session_support::site::{HTTP, HTTPS, Place, setup};
use crate::sign_in::location;
use crate::support::reply::Reply;

/// The session cookies that a response sets or removes.
fn of_session(reply: &Reply) -> Vec<SetCookie> {
    let all = SetCookie::all(&reply.headers).into_iter();
    all.filter(|cookie| is_session(&cookie.name)).collect()
}

async fn sign_in(browser: &Browser, login: &str) -> Reply {
    let authorization = browser.begin(login).await;
    browser.finish(&authorization, "alice").await
}

/// The settings, the login, the attributes of the session cookie, and its `Max-Age`.
type Case = (
    &'static str,
    fn(Sessions) -> Sessions,
    &'static str,
    &'static [&'static str],
    Option<u64>,
);

const DAY: u64 = 24 * 60 * 60;

const CASES: [Case; 8] = [
    (
        HTTPS,
        |s| s,
        LOGIN,
        &["httponly", "path=/", "samesite=lax", "secure"],
        None,
    ),
    (
        HTTP,
        |s| s,
        LOGIN,
        &["httponly", "path=/", "samesite=lax"],
        None,
    ),
    (
        HTTPS,
        Sessions::same_site_strict,
        LOGIN,
        &["httponly", "path=/", "samesite=strict", "secure"],
        None,
    ),
    (
        HTTPS,
        Sessions::persistent,
        LOGIN,
        &["httponly", "path=/", "samesite=lax", "secure"],
        Some(8 * 60 * 60),
    ),
    (
        HTTPS,
        |s| s.persistent().lifetime(Duration::from_secs(7200)),
        LOGIN,
        &["httponly", "path=/", "samesite=lax", "secure"],
        Some(7200),
    ),
    (
        HTTPS,
        |s| s.remember(Duration::from_secs(30 * DAY)),
        LOGIN,
        &["httponly", "path=/", "samesite=lax", "secure"],
        None,
    ),
    (
        HTTPS,
        |s| s.remember(Duration::from_secs(30 * DAY)),
        "/auth/v2/login?remember=true",
        &["httponly", "path=/", "samesite=lax", "secure"],
        Some(30 * DAY),
    ),
    // Without the setting, a link cannot make a session last longer.
    (
        HTTPS,
        |s| s,
        "/auth/v2/login?remember=true",
        &["httponly", "path=/", "samesite=lax", "secure"],
        None,
    ),
];

const LOGIN: &str = "/auth/v2/login";

#[tokio::test]
async fn attributes_are_those_of_the_settings() {
    for (public, sessions, login, attributes, max_age) in CASES {
        setup()
            .public(public)
            .sessions(sessions)
            .run(async |site| {
                let browser = site.browser();
                let reply = sign_in(&browser, login).await;
                let [cookie] = &of_session(&reply)[..] else {
                    panic!("not one cookie: {reply:?}");
                };
                let expected: Vec<_> = attributes.iter().map(|text| (*text).to_owned()).collect();
                let mut own = cookie.attributes.clone();
                own.retain(|attribute| !attribute.starts_with("max-age"));
                assert_eq!(own, expected);
                assert_eq!(cookie.max_age(), max_age);
                let prefix = match public {
                    HTTPS => "__Host-Http-oidc-",
                    _ => "oidc-session-",
                };
                let hash = cookie.name.strip_prefix(prefix).expect("the prefix");
                let is_hex = hash.bytes().all(|byte| byte.is_ascii_hexdigit());
                assert!(hash.len() == 8 && is_hex, "{hash}");
                let bytes = reply.headers.get_all("set-cookie").iter();
                let bytes = bytes.map(HeaderValue::len).max().expect("a cookie");
                let most = if site.place == Place::Cookie {
                    4096
                } else {
                    160
                };
                assert!(bytes <= most, "{bytes} bytes in {:?}", site.place);

                // A removal has the same attributes.
                site.advance(1801);
                let reply = browser.get("/home").await;
                let removed = of_session(&reply);
                let names: Vec<_> = removed.iter().map(|cookie| cookie.name.clone()).collect();
                assert_eq!(names, [cookie.name.clone(), format!("{}.1", cookie.name)]);
                for removal in removed {
                    assert!(
                        removal.is_removal() && removal.value.is_empty(),
                        "{removal:?}"
                    );
                    let mut own = removal.attributes.clone();
                    own.retain(|attribute| !attribute.starts_with("max-age"));
                    assert_eq!(own, expected);
                }
            })
            .await;
    }
}

/// What is left of the session's life, when a cookie is set again.
#[tokio::test]
async fn a_persistent_cookie_ends_with_its_session() {
    setup()
        .places(&[Place::Cookie])
        .sessions(Sessions::persistent)
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            site.advance(1000);
            let reply = browser.get("/me").await;
            let [cookie] = &of_session(&reply)[..] else {
                panic!("not one cookie: {reply:?}");
            };
            assert_eq!(cookie.max_age(), Some(8 * 60 * 60 - 1000));
        })
        .await;
}

/// Browsers do not send a strict cookie along a redirect that began at the provider, so a page of the
/// application leads on.
#[tokio::test]
async fn a_strict_cookie_needs_a_page_of_ours() {
    setup()
        .sessions(Sessions::same_site_strict)
        .run(async |site| {
            let browser = site.browser();
            let reply = sign_in(&browser, "/auth/v2/login?return_to=/home%3Fa%3D'%26b%3Dc").await;
            assert_eq!(reply.status, 200, "{reply:?}");
            assert_eq!(reply.headers["content-type"], "text/html; charset=utf-8");
            assert!(!reply.headers.contains_key("location"), "{reply:?}");
            let target = "/home?a=&#39;&amp;b=c";
            let refresh = format!("<meta http-equiv=\"refresh\" content=\"0; url={target}\">");
            assert!(reply.body.contains(&refresh), "{reply:?}");
            assert!(
                reply.body.contains(&format!("<a href=\"{target}\">")),
                "{reply:?}"
            );
            assert_eq!(browser.get("/home").await.body, "alice");
        })
        .await;
}

/// Two applications on one host, or two ports of it, have cookies of different names.
#[tokio::test]
async fn applications_do_not_share_names() {
    let names = std::sync::Mutex::new(Vec::new());
    for public in [HTTPS, HTTP] {
        setup()
            .public(public)
            .places(&[Place::Cookie])
            .run(async |site| {
                let browser = site.signed_in("alice").await;
                let name = browser.jar().session_name().expect("a session").to_owned();
                names
                    .lock()
                    .expect("no panic")
                    .push(name[name.len() - 8..].to_owned());
            })
            .await;
    }
    let names = names.into_inner().expect("no panic");
    // On each framework the same, with each address (and provider) another.
    let [a, b, c, d] = &names[..] else {
        panic!("{names:?}");
    };
    assert!(a == b && c == d && a != c, "{names:?}");
}

/// The cookie of a sign-in has the prefix of its host, ends with the sign-in, and does not pile up.
#[tokio::test]
async fn cookies_of_sign_ins_are_bounded() {
    setup()
        .places(&[Place::Cookie])
        .run(async |site| {
            let browser = site.browser();
            for _ in 0..20 {
                let authorization = browser.begin(LOGIN).await;
                let begun = browser.jar().names().count();
                assert!((1..=8).contains(&begun), "{begun}");
                assert!(
                    browser
                        .jar()
                        .names()
                        .all(|name| name.starts_with("__Host-"))
                );
                drop(authorization);
            }
            let browser = site.browser();
            let reply = sign_in(&browser, LOGIN).await;
            assert_eq!((reply.status, location(&reply).as_str()), (303, "/"));
            let jar = browser.jar();
            assert_eq!(
                jar.names().collect::<Vec<_>>(),
                [jar.session_name().expect("one")]
            );
        })
        .await;
}

/// Cookies of sessions are sent by the layer, with whatever response there is.
#[tokio::test]
async fn a_dead_cookie_is_removed_by_whoever_sees_it() {
    setup()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            site.advance(1801);
            for (path, fields, status) in [
                ("/home", &[][..], 200),
                ("/me", &[], 401),
                ("/me", NAVIGATE, 303),
                ("/staff_only/room", &[], 401),
                ("/staff_only/room", NAVIGATE, 303),
                ("/basket", &[], 401),
                ("/auth/v2/session", &[], 200),
            ] {
                let browser = browser.copy();
                let reply = browser.get_with(path, fields).await;
                assert_eq!(reply.status, status, "{path}: {reply:?}");
                assert_eq!(of_session(&reply).len(), 2, "{path}: {reply:?}");
                assert_eq!(browser.jar().session(), None, "{path}");
            }
            let logout = browser.copy();
            let reply = logout.post("/auth/v2/logout", &[]).await;
            assert_eq!(reply.status, 200, "{reply:?}");
            assert_eq!(logout.jar().session(), None);
            let public = browser.copy();
            assert_eq!(
                of_session(&public.get("/hello").await).len(),
                0,
                "nobody looked"
            );
        })
        .await;
}
