//! Signing out, by the user (OpenID Connect RP-Initiated Logout 1.0).

use std::collections::HashSet;

use oidc_devidp::{Endpoint, Fault, Tamper};
use serde_json::Value;

use crate::session_support::browser::SAME_ORIGIN;
use crate::session_support::site::{CLIENT, HTTPS, Place, renewing};
use crate::sign_in::{location, parameter};
use crate::support::reply::Reply;

const LOGOUT: &str = "/auth/v2/logout";

/// Where a script is told to send the browser.
fn target(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{reply:?}");
    let body: Value = serde_json::from_str(&reply.body).expect("JSON");
    body["redirect"].as_str().expect("a URL").to_owned()
}

#[tokio::test]
async fn a_form_ends_the_session_here_and_at_the_provider() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let copy = browser.copy();
            let reply = browser.submit(LOGOUT, &[]).await;
            assert_eq!(reply.status, 303, "{reply:?}");
            let url = location(&reply);
            let end_session = format!("{}/end_session?", site.bench.idp.issuer());
            assert!(url.starts_with(&end_session), "{url}");
            assert_eq!(parameter(&url, "client_id").as_deref(), Some(CLIENT));
            let home = format!("{HTTPS}/");
            assert_eq!(parameter(&url, "post_logout_redirect_uri"), Some(home));
            assert!(parameter(&url, "id_token_hint").is_some_and(|hint| hint.contains('.')));
            assert!(!browser.has_session());
            assert_eq!(copy.status().await, 401);
            assert_eq!(browser.status().await, 401);
            site.until_revoked().await;

            // The provider accepts all of it, and returns what it was given.
            let returned = Reply::of(site.http.get(&url)).await;
            let back = location(&returned);
            assert!(back.starts_with(&format!("{HTTPS}/?")), "{back}");
            assert_eq!(parameter(&back, "state"), parameter(&url, "state"));
            assert_eq!(site.browser().get(&back).await.status, 200);
        })
        .await;
}

#[tokio::test]
async fn a_script_gets_the_address() {
    renewing()
        .run(async |site| {
            let mut states = HashSet::new();
            for form in [&[][..], &[("return_to", "/bye")]] {
                let browser = site.signed_in("alice").await;
                let url = target(&browser.post(LOGOUT, form).await);
                let path = form.first().map_or("/", |(_, path)| path);
                let back = parameter(&url, "post_logout_redirect_uri");
                assert_eq!(back, Some(format!("{HTTPS}{path}")));
                assert!(states.insert(parameter(&url, "state").expect("a state")));
                assert_eq!(browser.status().await, 401);
                site.until_revoked().await;
            }
            // Without a session there is nobody to name, and nothing to revoke.
            site.bench.idp.reset_hits();
            let url = target(&site.browser().post(LOGOUT, &[]).await);
            assert_eq!(parameter(&url, "id_token_hint"), None);
            assert_eq!(site.bench.idp.hits(Endpoint::Revocation), 0);
        })
        .await;
}

#[tokio::test]
async fn other_sites_sign_nobody_out() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            for fields in [
                &[][..],
                &[("sec-fetch-site", "cross-site")],
                &[("sec-fetch-site", "same-site")],
                &[("origin", "https://evil.example")],
            ] {
                let reply = browser.post_with(LOGOUT, fields).await;
                assert_eq!(reply.status, 403, "{fields:?}: {reply:?}");
                assert!(reply.body.contains("cross_origin"), "{reply:?}");
                assert_eq!(browser.status().await, 200, "{fields:?}");
            }
            let bad = [("return_to", "https://evil.example/")];
            let reply = browser.post(LOGOUT, &bad).await;
            assert_eq!(reply.status, 400, "{reply:?}");

            // A browser sends no `SameSite` cookie with their forms, but would obey a removal.
            for (fields, status) in [
                (&[("sec-fetch-site", "cross-site")][..], 403),
                (&[("origin", "https://evil.example")], 403),
                (&[], 200),
            ] {
                let reply = site.browser().post_with(LOGOUT, fields).await;
                assert_eq!(reply.status, status, "{fields:?}: {reply:?}");
                assert!(!reply.headers.contains_key("set-cookie"), "{reply:?}");
            }
        })
        .await;
}

#[tokio::test]
async fn a_link_from_elsewhere_shows_a_button() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            for fields in [
                &[][..],
                &[("sec-fetch-site", "cross-site")],
                &[("sec-fetch-site", "same-site")],
                &[("sec-fetch-site", "none")],
                &[
                    ("sec-fetch-site", "same-origin"),
                    ("sec-purpose", "prefetch"),
                ],
                &[
                    ("sec-fetch-site", "same-origin"),
                    ("sec-purpose", "prefetch;prerender"),
                ],
                &[
                    ("sec-fetch-site", "same-origin"),
                    ("sec-fetch-site", "same-origin"),
                ],
            ] {
                let reply = browser.get_with(LOGOUT, fields).await;
                assert_eq!(reply.status, 200, "{fields:?}: {reply:?}");
                for part in [
                    "<form method=\"post\"",
                    "action=\"/auth/v2/logout\"",
                    "<button",
                ] {
                    assert!(reply.body.contains(part), "{reply:?}");
                }
                assert_eq!(reply.headers["referrer-policy"], "same-origin");
                assert_eq!(reply.headers["cache-control"], "no-store");
                assert_eq!(browser.status().await, 200, "{fields:?}");
            }
            target(&browser.get_with(LOGOUT, SAME_ORIGIN).await);
            assert_eq!(browser.status().await, 401);
        })
        .await;
}

#[tokio::test]
async fn everywhere_ends_all_sessions_of_the_user() {
    renewing()
        .run(async |site| {
            let (here, there) = (site.signed_in("alice").await, site.signed_in("alice").await);
            let bob = site.signed_in("bob").await;
            target(&here.post(LOGOUT, &[("everywhere", "false")]).await);
            assert_eq!(there.status().await, 200);
            let here = site.signed_in("alice").await;
            target(&here.post(LOGOUT, &[("everywhere", "true")]).await);
            assert_eq!((here.status().await, there.status().await), (401, 401));
            assert_eq!(bob.status().await, 200);
            site.bench.advance(std::time::Duration::from_millis(5));
            here.sign_in("alice").await;
            assert_eq!(here.status().await, 200);
        })
        .await;
}

#[tokio::test]
async fn a_provider_without_the_endpoint_is_left_out() {
    renewing()
        .places(&[Place::Cookie])
        .run(async |site| {
            site.bench.idp.tamper(Tamper::NoEndSession);
            let browser = site.signed_in("alice").await;
            let reply = browser.submit(LOGOUT, &[("return_to", "/bye")]).await;
            assert_eq!((reply.status, location(&reply)), (303, "/bye".to_owned()));
            let browser = site.signed_in("alice").await;
            assert_eq!(target(&browser.post(LOGOUT, &[]).await), "/");
        })
        .await;
}

/// Nobody waits for the provider: what is left to it happens in the background.
#[tokio::test]
async fn a_provider_that_is_down_or_slow_keeps_nobody_signed_in() {
    renewing()
        .run(async |site| {
            for fault in [Fault::Hold, Fault::Down, Fault::Status(500)] {
                let browser = site.signed_in("alice").await;
                let copy = browser.copy();
                site.bench.idp.fault(Endpoint::Revocation, fault);
                target(&browser.post(LOGOUT, &[]).await);
                assert_eq!(copy.status().await, 401);
                site.until_revoked().await;
                site.bench.idp.heal();
            }
            let browser = site.signed_in("alice").await;
            let copy = browser.copy();
            site.bench.idp.stop();
            target(&browser.post(LOGOUT, &[]).await);
            assert_eq!(copy.status().await, 401);
            site.bench.idp.restart().expect("the port is free");
        })
        .await;
}

/// What a handler ends is ended here only.
#[tokio::test]
async fn a_handler_ends_a_session() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let copy = browser.copy();
            assert_eq!(browser.post("/end", &[]).await.body, "ended");
            assert!(!browser.has_session());
            assert_eq!(copy.status().await, 401);
            site.until_revoked().await;
            assert_eq!(site.bench.idp.hits(Endpoint::EndSession), 0);
        })
        .await;
}

/// An instance that shares no store does not hear of it. There a copy of the cookie is over when the
/// access token is, for the refresh token was revoked.
#[tokio::test]
async fn elsewhere_a_copied_cookie_ends_with_its_access_token() {
    renewing()
        .places(&[Place::Cookie])
        .run(async |site| {
            let elsewhere = site.another();
            let browser = site.signed_in("alice").await;
            let copy = browser.copy().moved_to(elsewhere.server.address);
            target(&browser.post(LOGOUT, &[]).await);
            site.until_revoked().await;
            assert_eq!(copy.status().await, 200);
            site.advance(300);
            assert_eq!(copy.status().await, 401);
            assert!(!copy.has_session());
            assert_eq!(site.token_calls(), 1);
        })
        .await;
}
