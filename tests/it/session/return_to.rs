//! Where a sign-in may lead (open redirectors, RFC 9700 §4.11).

use crate::session_support::browser::{NAVIGATE, SAME_ORIGIN};
use crate::session_support::site::{HTTPS, Place, setup};
use crate::sign_in::{location, parameter};

/// Nothing that may be a page of somebody else's, or an endpoint of ours.
const REFUSED: [&str; 59] = [
    "//evil.example",
    "///evil.example",
    "////evil",
    "/\\evil",
    "\\/evil",
    "\\\\evil",
    "/\\/evil",
    "/ /evil",
    "/%09/evil",
    "/%0a/evil",
    "/%0d%0aSet-Cookie:x=y",
    "/%2f%2fevil",
    "/%2Fevil",
    "/%5cevil",
    "/.//evil",
    "/..//evil",
    "/./\\evil",
    "/%2e%2e//evil",
    "https://evil",
    "https:evil",
    "https:/evil",
    "http:\\\\evil",
    "HTTPS://shop.example.org@evil",
    "https://shop.example.org.evil",
    "https://shop.example.org%00.evil",
    "javascript:alert(1)",
    "java%0ascript:",
    "data:text/html,x",
    "vbscript:",
    "file:///etc",
    "//evil@shop.example.org",
    "//shop.example.org@evil",
    "/;//evil",
    "/\u{3031}evil",
    "/\u{3035}evil",
    "/\u{ff70}evil",
    "//[::1]",
    "//3627734734",
    "/<>//evil",
    " /x",
    "/x\0",
    "/x\r\ny",
    "/x\t",
    "?x",
    "#x",
    "x",
    "``",
    "",
    "/auth/v2/logout",
    "/auth/v2/logout/",
    "/auth/v2/logout?a=b",
    "/auth/v2/log%6fut",
    "/auth/v2/login?return_to=/auth/v2/login",
    "/auth/v2/callback?code=x",
    "/auth/v2/session",
    "/auth/v2/backchannel-logout",
    "/auth/v2/frontchannel-logout",
    "https://shop.example.org/me",
    "/x/../auth/v2/logout",
];

const ALLOWED: [&str; 6] = [
    "/",
    "/orders?next=//x",
    "/orders?next=https://evil.example",
    "/a/b#c",
    "/caf%C3%A9",
    "/me?a=b&c=d",
];

fn login(name: &str, value: &str) -> String {
    let url = reqwest::Url::parse_with_params("http://x/auth/v2/login", [(name, value)]);
    let url = url.expect("a URL");
    format!("{}?{}", url.path(), url.query().expect("a parameter"))
}

#[tokio::test]
async fn links_to_the_login() {
    setup()
        .places(&[Place::Cookie])
        .run(async |site| {
            let browser = site.browser();
            let long = format!("/{}", "x".repeat(1024));
            for path in REFUSED.into_iter().chain([long.as_str()]) {
                for name in ["return_to", "target_link_uri"] {
                    if name == "target_link_uri" && path == "https://shop.example.org/me" {
                        continue;
                    }
                    let reply = browser.get(&login(name, path)).await;
                    assert_eq!(reply.status, 400, "{name} {path:?}: {reply:?}");
                    assert!(!reply.headers.contains_key("location"), "{name} {path:?}");
                    assert!(!reply.headers.contains_key("set-cookie"), "{name} {path:?}");
                }
            }
            // As navigations they get a page.
            let reply = browser.open(&login("return_to", "//evil.example")).await;
            assert_eq!(reply.status, 400, "{reply:?}");
            assert!(
                reply.body.contains("<h1>") && !reply.body.contains("evil"),
                "{reply:?}"
            );
            let longest = format!("/{}", "x".repeat(1023));
            for path in ALLOWED.into_iter().chain([longest.as_str()]) {
                let authorization = browser.begin(&login("return_to", path)).await;
                let reply = browser.finish(&authorization, "alice").await;
                assert_eq!((reply.status, location(&reply).as_str()), (303, path));
            }
        })
        .await;
}

/// A sign-in that another site begins (OpenID Connect Core §4).
#[tokio::test]
async fn third_parties_name_a_page_of_ours() {
    setup()
        .places(&[Place::Cookie])
        .run(async |site| {
            let browser = site.browser();
            for (target, path) in [
                ("/orders", "/orders"),
                ("https://shop.example.org/orders?a=b", "/orders?a=b"),
                ("https://shop.example.org", "/"),
                ("https://shop.example.org:443/orders", "/orders"),
            ] {
                let authorization = browser.begin(&login("target_link_uri", target)).await;
                let reply = browser.finish(&authorization, "alice").await;
                assert_eq!(
                    (reply.status, location(&reply).as_str()),
                    (303, path),
                    "{target}"
                );
            }
            for target in [
                "https://evil.example/orders",
                "http://shop.example.org/orders",
                "https://shop.example.org:444/",
                "https://shop.example.org@evil.example/",
                "https://user@shop.example.org/",
                "https://shop.example.org/auth/v2/logout",
                "//shop.example.org/",
            ] {
                let reply = browser.get(&login("target_link_uri", target)).await;
                assert_eq!(reply.status, 400, "{target}: {reply:?}");
            }
        })
        .await;
}

/// A guard makes the way back from what it sees: whatever is not a plain path of ours becomes `/`.
#[tokio::test]
async fn forms_without_a_session() {
    setup()
        .places(&[Place::Cookie])
        .run(async |site| {
            let browser = site.browser();
            for path in REFUSED.into_iter().filter(|path| path.starts_with('/')) {
                if path.contains(['\r', '\n', '\0', '\t']) || !path.is_ascii() {
                    continue;
                }
                let referer = format!("{HTTPS}{path}");
                let fields = [NAVIGATE, SAME_ORIGIN, &[("referer", referer.as_str())]].concat();
                let reply = browser.post_with("/act", &fields).await;
                assert_eq!(reply.status, 303, "{path}: {reply:?}");
                let login = format!("{HTTPS}{}", location(&reply));
                let return_to = parameter(&login, "return_to").expect("it is there");
                // A URL's dot segments are gone before anybody looks.
                let is_plain = return_to.starts_with('/')
                    && !return_to.contains("//")
                    && !return_to.contains('\\')
                    && !return_to.to_ascii_lowercase().contains("%2f")
                    && !return_to.starts_with("/auth/");
                assert!(is_plain, "{path} leads to {return_to}");
            }
        })
        .await;
}

#[tokio::test]
async fn pages_without_a_session() {
    setup()
        .places(&[Place::Cookie])
        .run(async |site| {
            let browser = site.browser();
            let long = format!("/pages/x?{}", "y".repeat(2000));
            let longer = format!("/pages/{}", "y".repeat(2000));
            for (path, expected) in [
                ("/pages//evil.example", "/"),
                ("/pages/%2fevil", "/"),
                ("/pages/%5cevil", "/"),
                ("/pages/%0d%0aset-cookie:x", "/"),
                ("/pages/x?next=//evil", "/pages/x?next=//evil"),
                (&long, "/pages/x"),
                (&longer, "/"),
            ] {
                let reply = browser.open(path).await;
                assert_eq!(reply.status, 303, "{path}: {reply:?}");
                let login = format!("{HTTPS}{}", location(&reply));
                assert_eq!(
                    parameter(&login, "return_to").as_deref(),
                    Some(expected),
                    "{path}"
                );
                browser.begin(&location(&reply)).await;
            }
        })
        .await;
}

/// Neither does signing out lead elsewhere, whether a script asks, a form or a link.
#[tokio::test]
async fn links_to_the_logout() {
    setup()
        .places(&[Place::Cookie])
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            // An empty one is none.
            for path in REFUSED.into_iter().filter(|path| !path.is_empty()) {
                let form = [("return_to", path)];
                let link = login("return_to", path).replace("/login?", "/logout?");
                let fields = [NAVIGATE, SAME_ORIGIN].concat();
                for (case, reply) in [
                    ("a script", browser.post("/auth/v2/logout", &form).await),
                    ("a form", browser.submit("/auth/v2/logout", &form).await),
                    ("a link", browser.get_with(&link, &fields).await),
                    ("a link from elsewhere", browser.open(&link).await),
                ] {
                    assert_eq!(reply.status, 400, "{case} {path:?}: {reply:?}");
                    assert!(!reply.headers.contains_key("location"), "{case} {path:?}");
                }
                assert!(browser.is_signed_in().await, "{path:?}");
            }
        })
        .await;
}
