//! Rules that demand a stronger or more recent sign-in.

use serde_json::{Value, json};

use crate::session_support::browser::{NAVIGATE, SAME_ORIGIN};
use crate::session_support::site::{HTTPS, setup};
use crate::sign_in::{location, parameter};

/// A path below the own origin as a URL, for its parameters.
fn whole(path: &str) -> String {
    assert!(path.starts_with("/auth/v2/login?"), "{path}");
    format!("{HTTPS}{path}")
}

/// The path, how much later it is opened, and what login has to ask for.
const CASES: [(&str, u64, &str, &str); 2] = [
    ("/gold", 0, "acr_values", "gold"),
    ("/fresh", 120, "max_age", "60"),
];

#[tokio::test]
async fn browsers_sign_in_as_the_rule_demands() {
    for (path, wait, name, value) in CASES {
        setup()
            .run(async |site| {
                let browser = site.signed_in("alice").await;
                browser.put("").await;
                site.advance(wait);
                let reply = browser.open(path).await;
                assert_eq!(reply.status, 303, "{reply:?}");
                let login = location(&reply);
                assert_eq!(parameter(&whole(&login), name).as_deref(), Some(value));
                assert_eq!(
                    parameter(&whole(&login), "return_to").as_deref(),
                    Some(path)
                );
                let authorization = browser.begin(&login).await;
                assert_eq!(parameter(&authorization, name).as_deref(), Some(value));
                let reply = browser.finish(&authorization, "alice").await;
                assert_eq!((reply.status, location(&reply).as_str()), (303, path));
                assert_eq!(browser.get(path).await.status, 200);
            })
            .await;
    }
}

#[tokio::test]
async fn programs_are_told_what_is_missing() {
    for (path, wait, name, value) in CASES {
        setup()
            .run(async |site| {
                let browser = site.signed_in("alice").await;
                site.advance(wait);
                let reply = browser.get(path).await;
                assert_eq!(reply.status, 401, "{reply:?}");
                let challenge = reply.challenge();
                let stated = format!("{name}=\"{value}\"");
                assert!(challenge.contains(&stated), "{challenge}");
                let error = "error=\"insufficient_user_authentication\"";
                assert!(challenge.contains(error), "{challenge}");
                let body: Value = serde_json::from_str(&reply.body).expect("JSON");
                let login = body["login"].as_str().expect("a login");
                assert_eq!(parameter(&whole(login), name).as_deref(), Some(value));
                assert!(browser.is_signed_in().await);

                // A program with a token has no login, for its own client signs in anew.
                let token = site.bench.idp.token().claim("auth_time", json!(1)).mint();
                let bearer = format!("Bearer {token}");
                let reply = browser.get_with(path, &[("authorization", &bearer)]).await;
                assert_eq!(reply.status, 401, "{reply:?}");
                assert!(reply.challenge().contains(&stated), "{reply:?}");
                assert!(!reply.body.contains("login"), "{reply:?}");
            })
            .await;
    }
}

/// A form that is sent too late leads to the sign-in, and back to the page with the form.
#[tokio::test]
async fn forms_return_to_their_page() {
    setup()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            site.advance(120);
            for (referer, return_to) in [
                (Some("https://shop.example.org/form?a=b"), "/form?a=b"),
                (Some("https://evil.example/form"), "/"),
                (None, "/"),
            ] {
                let mut fields = [NAVIGATE, SAME_ORIGIN].concat();
                fields.extend(referer.map(|referer| ("referer", referer)));
                let reply = browser.post_with("/renew", &fields).await;
                assert_eq!(reply.status, 303, "{reply:?}");
                let login = whole(&location(&reply));
                assert_eq!(parameter(&login, "max_age").as_deref(), Some("60"));
                assert_eq!(parameter(&login, "return_to").as_deref(), Some(return_to));
            }
            let reply = browser.post_with("/renew", SAME_ORIGIN).await;
            assert_eq!(reply.status, 401, "{reply:?}");
        })
        .await;
}

/// The provider cannot or does not do what was asked for: an error page, not another redirect, and the
/// session stays as it was.
#[tokio::test]
async fn a_step_up_that_fails_ends_at_a_page() {
    setup()
        .idp(|idp| idp.configure(|config| config.acr_values = vec!["1".to_owned()]))
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let before = browser.jar().session().map(str::to_owned);
            let authorization = browser.begin("/auth/v2/login?acr_values=gold").await;
            let reply = browser.finish(&authorization, "alice").await;
            assert_eq!(reply.status, 403, "{reply:?}");
            assert!(!reply.headers.contains_key("location"), "{reply:?}");
            assert!(reply.body.contains("step_up_unmet"), "{reply:?}");
            assert_eq!(reply.headers["content-type"], "text/html; charset=utf-8");
            assert_eq!(browser.jar().session(), before.as_deref());
            assert_eq!(browser.get("/me").await.status, 200);
            assert_eq!(browser.get("/gold").await.status, 401);

            // A program sees the same as JSON.
            let authorization = browser.begin("/auth/v2/login?acr_values=gold").await;
            let callback = site.bench.idp.sign_in(&authorization, "alice");
            let reply = browser.get(&callback).await;
            assert_eq!(reply.status, 403, "{reply:?}");
            let body: Value = serde_json::from_str(&reply.body).expect("JSON");
            assert_eq!(body["error"], "step_up_unmet");
        })
        .await;
}

/// Whoever takes `max_age` or `acr_values` out of the address on its way to the provider is not
/// believed: the callback checks what the sealed state says.
#[tokio::test]
async fn a_stripped_parameter_does_not_count() {
    setup()
        .run(async |site| {
            let browser = site.browser();
            for (login, name) in [
                ("/auth/v2/login?acr_values=gold", "acr_values"),
                ("/auth/v2/login?max_age=60", "max_age"),
            ] {
                let authorization = browser.begin(login).await;
                let stripped = crate::sign_in::with(&authorization, name, None);
                let nonce = parameter(&authorization, "nonce").expect("it is sent");
                let idp = &site.bench.idp;
                let id_token = idp.id_token().nonce(&nonce).claim("auth_time", json!(1));
                let response = json!({
                    "access_token": idp.token().mint(),
                    "token_type": "Bearer",
                    "id_token": id_token.mint(),
                });
                let reply = browser.finish_with(&stripped, &response).await;
                assert_eq!(reply.status, 403, "{name}: {reply:?}");
                assert_eq!(browser.jar().session(), None, "{name}");
            }
        })
        .await;
}
