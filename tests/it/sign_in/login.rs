use std::collections::HashMap;

use reqwest::{Method, Url};

use super::{Browser, NATIVE, app, assert_error, assert_is_closed, location, with_browser};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::for_both;

#[tokio::test]
async fn sends_the_browser_to_the_provider() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let reply = browser.get("login", &[("redirect_uri", NATIVE)]).await;
        assert_eq!(reply.status, 307);
        assert_is_closed(&reply);
        assert!(!reply.headers.contains_key("set-cookie"), "{reply:?}");

        let url: Url = location(&reply).parse().expect("a URL");
        assert!(
            url.as_str()
                .starts_with(&format!("{}/authorize?", bench.idp.issuer()))
        );
        let query: HashMap<_, _> = url.query_pairs().into_owned().collect();
        for (name, value) in [
            ("response_type", "code"),
            ("client_id", bench.idp.client_id()),
            ("redirect_uri", NATIVE),
            ("scope", "openid profile email"),
            ("code_challenge_method", "S256"),
        ] {
            assert_eq!(query.get(name).map(String::as_str), Some(value), "{name}");
        }
        for name in ["nonce", "code_challenge"] {
            assert_eq!(query[name].len(), 43, "{name}");
        }
        assert!(!query["state"].contains('|') && !query["state"].contains("localhost"));
        assert!(!query.contains_key("prompt"));
    })
    .await;
}

#[tokio::test]
async fn the_request_has_a_say() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            for (name, value, expected) in [
                ("prompt", "none", None),
                ("prompt", "login", Some(("prompt", "login"))),
                ("prompt", "consent", Some(("prompt", "consent"))),
                (
                    "prompt",
                    "select_account",
                    Some(("prompt", "select_account")),
                ),
                (
                    "offline_access",
                    "true",
                    Some(("scope", "openid profile email offline_access")),
                ),
                (
                    "offline_access",
                    "false",
                    Some(("scope", "openid profile email")),
                ),
                ("scope", "read openid", Some(("scope", "openid read"))),
                ("scope", "", Some(("scope", "openid profile email"))),
                ("scope", "   ", Some(("scope", "openid profile email"))),
            ] {
                let browser = Browser::new(server);
                let reply = browser
                    .get("login", &[("redirect_uri", NATIVE), (name, value)])
                    .await;
                let found = expected.map(|(name, _)| super::parameter(&location(&reply), name));
                let wanted = expected.map(|(_, value)| Some(value.to_owned()));
                assert_eq!(found, wanted, "{name}={value}");
            }
            let plain = Browser::new(server).begin(NATIVE).await;
            let scope = super::parameter(&plain, "scope");
            assert_eq!(
                scope.as_deref(),
                Some("openid profile email"),
                "requests change nothing"
            );
        },
    )
    .await;
}

/// Those that pydantic accepts.
#[tokio::test]
async fn booleans_in_every_spelling() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let browser = Browser::new(server);
            for (values, asks) in [
                (
                    [
                        "true", "True", "1", "yes", "YES", "on", "On", "t", "T", "y", "Y",
                    ],
                    true,
                ),
                (
                    [
                        "false", "FALSE", "0", "no", "No", "off", "OFF", "f", "F", "n", "N",
                    ],
                    false,
                ),
            ] {
                for value in values {
                    let query = [("redirect_uri", NATIVE), ("offline_access", value)];
                    let reply = browser.get("login", &query).await;
                    assert_eq!(reply.status, 307, "{value}: {reply:?}");
                    let scope = super::parameter(&location(&reply), "scope").expect("scopes");
                    assert_eq!(scope.contains("offline_access"), asks, "{value}: {scope}");
                }
            }
        },
    )
    .await;
}

#[tokio::test]
async fn the_own_callback_is_bound_to_the_browser() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let reply = browser
            .get("login", &[("redirect_uri", &browser.callback())])
            .await;
        let cookie = reply.headers["set-cookie"].to_str().expect("ASCII");
        for attribute in ["HttpOnly", "SameSite=Lax", "Max-Age=300"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert!(
            !cookie.contains("Secure") && !cookie.contains("__Host-"),
            "{cookie}"
        );
    })
    .await;

    let oidc = || {
        bench
            .builder()
            .public_url("https://app.example")
            .build()
            .expect("sound")
    };
    for_both(app(), oidc, async |server| {
        let own = "https://app.example/api/auth/v2/callback";
        let reply = Browser::new(server)
            .get("login", &[("redirect_uri", own)])
            .await;
        let cookie = reply.headers["set-cookie"].to_str().expect("ASCII");
        assert!(
            cookie.starts_with("__Host-") && cookie.contains("; Secure"),
            "{cookie}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_rejected() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let long = format!("http://localhost/{}", "a".repeat(4000));
            let cases: &[&[(&str, &str)]] = &[
                &[],
                &[("redirect_uri", "")],
                &[("redirect_uri", &long)],
                &[("redirect_uri", NATIVE), ("prompt", "create")],
                &[("redirect_uri", NATIVE), ("offline_access", "maybe")],
                &[("redirect_uri", NATIVE), ("offline_access", "2")],
                &[("redirect_uri", NATIVE), ("offline_access", "tru")],
                &[("redirect_uri", NATIVE), ("offline_access", " ")],
                &[("redirect_uri", NATIVE), ("scope", "a\"b")],
                &[("redirect_uri", NATIVE), ("scope", "\u{e4}")],
            ];
            for query in cases {
                let reply = Browser::new(server).get("login", query).await;
                assert_error(&format!("{query:?}"), &reply, 400, "invalid_request");
            }
        },
    )
    .await;
}

#[tokio::test]
async fn other_methods() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        for (endpoint, allowed) in [
            ("login", "GET"),
            ("callback", "GET"),
            ("token", "POST"),
            ("device", "POST"),
            ("logout", "GET"),
            ("userinfo", "GET"),
        ] {
            for method in [
                Method::GET,
                Method::HEAD,
                Method::POST,
                Method::PUT,
                Method::DELETE,
            ] {
                if method == allowed {
                    continue;
                }
                let case = format!("{method} {endpoint}");
                let reply = Reply::of(browser.request(method.clone(), endpoint)).await;
                assert_eq!(reply.headers.get("allow").expect(&case), allowed);
                match method {
                    Method::HEAD => assert_eq!((reply.status, reply.body.as_str()), (405, "")),
                    _ => assert_error(&case, &reply, 405, "invalid_request"),
                }
            }
        }
    })
    .await;
}
