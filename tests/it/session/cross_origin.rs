//! Requests that other sites send with the user's cookies (cross-site request forgery and cross-site
//! WebSocket hijacking).

use reqwest::Method;

use crate::session_support::browser::Fields;
use crate::session_support::site::{HTTP, HTTPS, setup};

const SITE: &str = "sec-fetch-site";
const ORIGIN: &str = "origin";
const OWN: &str = HTTPS;
const TRUSTED: &str = "https://admin.example.org";

/// What a request says about its sender, and whether it may act.
const SENDERS: [(Fields<'_>, bool); 27] = [
    (&[], false),
    (&[(SITE, "same-origin")], true),
    (&[(SITE, "none")], true),
    (&[(SITE, "same-site")], false),
    (&[(SITE, "cross-site")], false),
    (&[(SITE, "")], false),
    (&[(SITE, "Same-Origin")], false),
    (&[(SITE, "SAME-ORIGIN")], false),
    (&[(SITE, "same-origin, cross-site")], false),
    (&[(SITE, "same-origin"), (SITE, "same-origin")], false),
    (&[(SITE, "same-origin"), (SITE, "cross-site")], false),
    (&[(SITE, "cross-site"), (ORIGIN, OWN)], false),
    (&[(SITE, "same-origin"), (ORIGIN, "null")], true),
    (&[(SITE, "same-origin"), (ORIGIN, OWN)], true),
    (&[(ORIGIN, OWN)], true),
    (&[(ORIGIN, "https://shop.example.org/")], false),
    (&[(ORIGIN, "https://shop.example.org:444")], false),
    (&[(ORIGIN, "https://SHOP.example.org")], false),
    (&[(ORIGIN, "http://shop.example.org")], false),
    (&[(ORIGIN, "https://shop.example.org.evil.example")], false),
    (&[(ORIGIN, "https://evil.example")], false),
    (&[(ORIGIN, "null")], false),
    (&[(ORIGIN, "")], false),
    (&[(ORIGIN, OWN), (ORIGIN, "https://evil.example")], false),
    (&[(ORIGIN, TRUSTED)], true),
    (&[(ORIGIN, TRUSTED), (SITE, "same-site")], true),
    (&[(ORIGIN, "http://admin.example.org")], false),
];

#[tokio::test]
async fn what_acts_must_come_from_here() {
    let setup = setup().sessions(|sessions| sessions.trusted_origin(TRUSTED));
    setup
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            for (fields, may_act) in SENDERS {
                for path in ["/act", "/greet"] {
                    let reply = browser.post_with(path, fields).await;
                    let expected = if may_act { 200 } else { 403 };
                    assert_eq!(reply.status, expected, "{path} {fields:?}: {reply:?}");
                    let names_code = reply.body.contains("cross_origin");
                    assert_eq!(names_code, !may_act, "{path} {fields:?}: {reply:?}");
                }
                // Reading is safe.
                let reply = browser.get_with("/me", fields).await;
                assert_eq!(reply.status, 200, "{fields:?}: {reply:?}");
            }
            assert!(browser.is_signed_in().await);
        })
        .await;
}

/// Opening a WebSocket is a `GET`, with cookies and from anywhere.
#[tokio::test]
async fn upgrades_are_checked_like_what_acts() {
    let upgrades: [(&str, &str); 3] = [
        ("upgrade", "websocket"),
        ("upgrade", "h2c"),
        ("sec-fetch-mode", "websocket"),
    ];
    setup()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            for upgrade in upgrades {
                for (fields, expected) in [
                    (&[upgrade][..], 403),
                    (&[upgrade, (ORIGIN, "https://evil.example")], 403),
                    (&[upgrade, (SITE, "cross-site")], 403),
                    (&[upgrade, (ORIGIN, OWN)], 200),
                    (&[upgrade, (SITE, "same-origin")], 200),
                ] {
                    let reply = browser.get_with("/me", fields).await;
                    assert_eq!(reply.status, expected, "{fields:?}: {reply:?}");
                }
            }
        })
        .await;
}

/// Only a session cookie can be misused: neither nobody nor a token is refused, nor a cookie that is no
/// session.
#[tokio::test]
async fn callers_without_a_session_are_not_checked() {
    setup()
        .run(async |site| {
            let foreign: Fields<'_> = &[(SITE, "cross-site")];
            let browser = site.browser();
            assert_eq!(browser.post_with("/greet", foreign).await.body, "nobody");
            assert_eq!(browser.post_with("/act", foreign).await.status, 401);
            browser.sign_in("alice").await;
            let token = format!("Bearer {}", site.bench.good_token());
            let with_token: Fields<'_> = &[(SITE, "cross-site"), ("authorization", &token)];
            assert_eq!(browser.post_with("/act", with_token).await.status, 200);
            site.advance(1801);
            assert_eq!(browser.post_with("/act", foreign).await.status, 401);
        })
        .await;
}

/// Nobody is signed out by another site, and a page that is not known to be ours asks first.
#[tokio::test]
async fn other_sites_cannot_sign_users_out() {
    setup()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            for (fields, may_act) in SENDERS {
                if may_act || fields.iter().any(|(_, value)| *value == TRUSTED) {
                    continue;
                }
                let reply = browser.post_with("/auth/v2/logout", fields).await;
                assert_eq!(reply.status, 403, "{fields:?}: {reply:?}");
                assert!(reply.body.contains("cross_origin"), "{fields:?}: {reply:?}");
                assert!(browser.is_signed_in().await, "{fields:?}");
                let reply = browser.get_with("/auth/v2/logout", fields).await;
                assert_eq!(reply.status, 200, "{fields:?}: {reply:?}");
                assert!(reply.body.contains("<form"), "{fields:?}: {reply:?}");
                assert!(browser.is_signed_in().await, "{fields:?}");
            }
        })
        .await;
}

/// Over plain http on the loopback interface there is no Fetch Metadata, so the origin decides.
#[tokio::test]
async fn on_the_loopback_interface_the_origin_decides() {
    setup()
        .public(HTTP)
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            for (origin, expected) in [
                (HTTP, 200),
                ("http://127.0.0.1:8001", 403),
                ("https://127.0.0.1:8000", 403),
                ("http://localhost:8000", 403),
            ] {
                let request = browser.request(Method::POST, "/act", &[(ORIGIN, origin)]);
                assert_eq!(browser.send(request).await.status, expected, "{origin}");
            }
        })
        .await;
}
