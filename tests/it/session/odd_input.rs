//! Requests and responses that no well-behaved browser or provider sends.

use oidc_devidp::{Endpoint, Fault, TokenBuilder};
use reqwest::Method;
use reqwest::header::COOKIE;
use serde_json::{Value, json};

use crate::session_support::browser::{NAVIGATE, SAME_ORIGIN};
use crate::session_support::site::{HTTPS, setup};
use crate::sign_in::parameter;
use crate::support::reply::Reply;

type Change = fn(TokenBuilder) -> TokenBuilder;

/// How long the access token lasts, and what the ID token says about times: beyond every calendar, and
/// beyond the numbers that computers count in.
#[tokio::test]
async fn times_beyond_every_calendar() {
    const AHEAD: &str = "auth_time in the year 9999";
    const LATEST: u64 = 253_402_300_799;
    let cases: [(&str, Value, Change); 10] = [
        ("a long life", json!(1e300), |t| t),
        ("the longest life", json!(u64::MAX), |t| t),
        ("no life", json!(0), |t| t),
        ("a life that is over", json!(-1e300), |t| t),
        ("a life in words", json!("300"), |t| t),
        ("exp in the year 9999", json!(300), |t| {
            t.claim("exp", json!(LATEST))
        }),
        ("session_expiry", json!(300), |t| {
            t.claim("session_expiry", json!(1e300))
        }),
        ("the latest session_expiry", json!(300), |t| {
            t.claim("session_expiry", json!(i64::MAX))
        }),
        ("session_expiry in words", json!(300), |t| {
            t.claim("session_expiry", json!("soon"))
        }),
        (AHEAD, json!(300), |t| t.claim("auth_time", json!(LATEST))),
    ];
    setup()
        .run(async |site| {
            for (case, expires_in, change) in &cases {
                let browser = site.browser();
                let login = browser.begin("/auth/v2/login").await;
                let nonce = parameter(&login, "nonce").expect("it is sent");
                let idp = &site.bench.idp;
                let response = json!({
                    "access_token": idp.token().mint(),
                    "token_type": "Bearer",
                    "expires_in": expires_in,
                    "refresh_token": "unknown",
                    "id_token": change(idp.id_token().nonce(&nonce)).mint(),
                });
                let reply = browser.finish_with(&login, &response).await;
                assert_eq!(reply.status, 303, "{case}: {reply:?}");
                let reply = browser.get("/auth/v2/session").await;
                let info: Value = serde_json::from_str(&reply.body).expect("JSON");
                let times = ["expires_at", "idle_expires_at"].map(|name| info[name].as_i64());
                let [Some(ends), Some(idle)] = times else {
                    panic!("{case}: {info}");
                };
                assert_eq!(ends - idle, 8 * 3600 - 1800, "{case}");
                // With a sign-in in the far future nobody has just signed in.
                let reply = browser.get("/fresh").await;
                let is_fresh = if *case == AHEAD { 401 } else { 200 };
                assert_eq!(reply.status, is_fresh, "{case}: {reply:?}");
            }
        })
        .await;
}

#[tokio::test]
async fn id_tokens_with_dates_that_are_none() {
    let changes: [(&str, Change); 4] = [
        ("exp", |t| t.claim("exp", json!(1e300))),
        ("a later exp", |t| t.claim("exp", json!(i64::MAX))),
        ("auth_time", |t| t.claim("auth_time", json!(1e300))),
        ("iat", |t| t.claim("iat", json!(-1e300))),
    ];
    setup()
        .run(async |site| {
            for (case, change) in changes {
                let browser = site.browser();
                let login = browser.begin("/auth/v2/login").await;
                let nonce = parameter(&login, "nonce").expect("it is sent");
                let idp = &site.bench.idp;
                let response = json!({
                    "access_token": idp.token().mint(),
                    "token_type": "Bearer",
                    "id_token": change(idp.id_token().nonce(&nonce)).mint(),
                });
                let reply = browser.finish_with(&login, &response).await;
                assert_eq!(reply.status, 502, "{case}: {reply:?}");
                assert!(!browser.has_session(), "{case}");
            }
        })
        .await;
}

#[tokio::test]
async fn a_session_that_the_provider_ends_before_it_began() {
    setup()
        .run(async |site| {
            for expiry in [json!(-1e300), json!(0), json!(-1)] {
                let browser = site.browser();
                let login = browser.begin("/auth/v2/login").await;
                let nonce = parameter(&login, "nonce").expect("it is sent");
                let idp = &site.bench.idp;
                let id_token = idp.id_token().nonce(&nonce);
                let response = json!({
                    "access_token": idp.token().mint(),
                    "token_type": "Bearer",
                    "id_token": id_token.claim("session_expiry", expiry.clone()).mint(),
                });
                let reply = browser.finish_with(&login, &response).await;
                // Signing in again would not help, so nothing leads there by itself.
                assert_eq!(reply.status, 502, "{expiry}: {reply:?}");
                assert!(reply.body.contains("session_expiry_past"), "{reply:?}");
                assert!(!browser.has_session(), "{expiry}");
                assert_eq!(browser.get("/me").await.status, 401, "{expiry}");
            }
        })
        .await;
}

/// Fields, parameters and forms without a value.
#[tokio::test]
async fn empty_input() {
    setup()
        .run(async |site| {
            let browser = site.browser();
            for name in [
                "cookie",
                "accept",
                "sec-fetch-site",
                "sec-fetch-mode",
                "sec-fetch-dest",
                "origin",
                "referer",
                "x-requested-with",
                "hx-request",
            ] {
                let reply = browser.get_with("/me", &[(name, "")]).await;
                assert_eq!(reply.status, 401, "{name}: {reply:?}");
            }
            for query in ["return_to=", "target_link_uri=", "scope="] {
                let reply = browser.get(&format!("/auth/v2/login?{query}")).await;
                assert_eq!(reply.status, 400, "{query}: {reply:?}");
            }
            for query in [
                "",
                "&",
                "=",
                "login_hint=",
                "acr_values=",
                "ui_locales=",
                "prompt=",
                "iss=",
                "max_age=",
            ] {
                let reply = browser.get(&format!("/auth/v2/login?{query}")).await;
                assert!(matches!(reply.status, 307 | 400), "{query}: {reply:?}");
            }
            for query in ["", "code=&state=", "state=", "error=", "error=&state="] {
                let reply = browser.get(&format!("/auth/v2/callback?{query}")).await;
                assert_eq!(reply.status, 400, "{query}: {reply:?}");
            }
            let browser = site.signed_in("alice").await;
            let (name, value) = browser.session_cookie();
            let request = browser.request(Method::GET, "/me", &[]);
            let request = request.header(COOKIE, "");
            let request = request.header(COOKIE, format!("{name}={value}"));
            assert_eq!(Reply::of(request).await.status, 200);
            let reply = browser
                .post("/auth/v2/logout", &[("", ""), ("everywhere", "")])
                .await;
            assert!(matches!(reply.status, 200 | 400), "{reply:?}");
        })
        .await;
}

const SCRIPT: &str = "<script>alert(1)</script>\"'&";

/// Whatever somebody else wrote is text on our pages.
#[tokio::test]
async fn pages_escape_what_they_show() {
    setup()
        .run(async |site| {
            let browser = site.browser();
            let issuer = site.bench.idp.issuer();
            let authorization = browser.begin("/auth/v2/login").await;
            let state = parameter(&authorization, "state").expect("it is sent");
            let callback = |pairs: &[(&str, &str)]| {
                let url = format!("{HTTPS}/auth/v2/callback");
                let url = reqwest::Url::parse_with_params(&url, pairs);
                url.expect("a URL").to_string()
            };
            let error = |error, description| {
                callback(&[
                    ("error", error),
                    ("error_description", description),
                    ("error_uri", SCRIPT),
                    ("state", &state),
                    ("iss", issuer),
                ])
            };
            let link = callback(&[("return_to", "/home?a='%22<>&b")]);
            let link = link.replace("/callback?", "/logout?");
            let signed_in = site.signed_in("bob").await;
            for (case, reply) in [
                (
                    "a description",
                    browser.open(&error("server_error", SCRIPT)).await,
                ),
                ("an error", browser.open(&error(SCRIPT, "x")).await),
                (
                    "a state",
                    browser.open(&callback(&[("state", SCRIPT)])).await,
                ),
                ("a link", signed_in.open(&link).await),
                (
                    "another link",
                    signed_in
                        .open(&format!("/auth/v2/logout?return_to=/{SCRIPT}"))
                        .await,
                ),
                (
                    "a page without rights",
                    signed_in.open(&format!("/admin?{SCRIPT}")).await,
                ),
            ] {
                for part in ["<script", "alert(1)<", "\"'&"] {
                    assert!(!reply.body.contains(part), "{case}: {reply:?}");
                }
            }
        })
        .await;
}

/// A claim of the user's is no markup, where the provider answers with a page of its own.
#[tokio::test]
async fn pages_do_not_show_responses_of_the_provider() {
    setup()
        .run(async |site| {
            let browser = site.browser();
            let authorization = browser.begin("/auth/v2/login").await;
            let callback = site.bench.idp.sign_in(&authorization, "alice");
            for fault in [
                Fault::Body(SCRIPT.to_owned()),
                Fault::Error(SCRIPT.to_owned()),
                Fault::Body(json!({ "error": SCRIPT, "error_description": SCRIPT }).to_string()),
            ] {
                site.bench.idp.fault(Endpoint::Token, fault);
                let fields = [NAVIGATE, SAME_ORIGIN].concat();
                let reply = browser.copy().get_with(&callback, &fields).await;
                site.bench.idp.heal();
                assert!(reply.status >= 400, "{reply:?}");
                assert!(!reply.body.contains("<script"), "{reply:?}");
            }
        })
        .await;
}
