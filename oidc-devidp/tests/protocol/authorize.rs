//! The authorization endpoint and its page.

use crate::app::{App, cookie, location, query};
use oidc_devidp::{DevIdp, User};

/// The redirect's error of a request that differs from a good one.
async fn rejection(app: &App, changes: &[(&str, &str)]) -> String {
    let response = app.get(&app.authorization_url(changes)).await;
    assert_eq!(response.status(), 303);
    let location = location(&response);
    assert!(
        location.starts_with("https://app.example/callback?"),
        "{location}"
    );
    assert_eq!(query(&location, "state").as_deref(), Some("a state&more"));
    assert_eq!(query(&location, "iss").as_deref(), Some(app.idp.issuer()));
    assert_eq!(query(&location, "code"), None);
    query(&location, "error").unwrap()
}

/// Changes to a good request, and the error of the redirect.
const FAULTY: &[(&[(&str, &str)], &str)] = &[
    (&[("code_challenge", "")], "invalid_request"),
    (&[("code_challenge", "too-short")], "invalid_request"),
    (&[("code_challenge_method", "")], "invalid_request"),
    (&[("code_challenge_method", "plain")], "invalid_request"),
    (&[("response_type", "")], "invalid_request"),
    (&[("response_type", "token")], "unsupported_response_type"),
    (
        &[("response_type", "code id_token")],
        "unsupported_response_type",
    ),
    (&[("response_mode", "fragment")], "invalid_request"),
    (&[("request", "e30.e30.")], "request_not_supported"),
    (
        &[("request_uri", "https://app.example/r")],
        "request_uri_not_supported",
    ),
    (&[("scope", "openid \"quoted\"")], "invalid_scope"),
    (&[("prompt", "none login")], "invalid_request"),
    (&[("prompt", "sometimes")], "invalid_request"),
    (&[("max_age", "-1")], "invalid_request"),
    (&[("prompt", "none")], "login_required"),
];

#[tokio::test]
async fn faulty_requests_go_back_to_the_client() {
    let app = App::new().await;
    for (changes, error) in FAULTY {
        assert_eq!(rejection(&app, changes).await, *error, "{changes:?}");
    }
    let url = format!("{}&nonce=again", app.authorization_url(&[]));
    let response = app.get(&url).await;
    assert_eq!(
        query(&location(&response), "error_description").as_deref(),
        Some("parameter `nonce` is repeated")
    );
    assert_eq!(
        query(&location(&response), "error").as_deref(),
        Some("invalid_request")
    );
}

/// Changes to a good request that leave no client and redirect URI to trust.
const UNTRUSTED: &[(&str, &str)] = &[
    ("client_id", ""),
    ("client_id", "unknown"),
    ("redirect_uri", ""),
    ("redirect_uri", "https://app.example/callback/"),
    ("redirect_uri", "https://app.example/callback?a=b"),
    ("redirect_uri", "https://app.example:444/callback"),
    ("redirect_uri", "http://app.example/callback"),
    ("redirect_uri", "https://app.example.evil.example/callback"),
    ("redirect_uri", "javascript:alert(1)"),
];

#[tokio::test]
async fn without_a_trusted_target_the_error_is_shown() {
    let app = App::new().await;
    for change in UNTRUSTED {
        let response = app.get(&app.authorization_url(&[*change])).await;
        assert_eq!(response.status(), 400, "{change:?}");
        assert!(!response.headers().contains_key("location"));
    }
    let url = format!(
        "{}&redirect_uri=https://evil.example",
        app.authorization_url(&[])
    );
    assert_eq!(app.get(&url).await.status(), 400);
}

#[tokio::test]
async fn loopback_redirects_may_use_any_port() {
    let app = App::new().await;
    for redirect in [
        "http://127.0.0.1:53100/callback",
        "http://localhost:1/a",
        "http://[::1]:2/",
    ] {
        let changes = [("client_id", "oidc-guard-dev"), ("redirect_uri", redirect)];
        let location = app.idp.sign_in(&app.authorization_url(&changes), "bob");
        assert!(location.starts_with(redirect) && query(&location, "code").is_some());
    }
}

#[tokio::test]
async fn the_page_lists_users_and_protects_itself() {
    let app = App::new().await;
    let page = app.get(&app.authorization_url(&[])).await;
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(
        policy.ends_with("form-action 'self' https://app.example"),
        "{policy}"
    );
    assert_eq!(page.headers()["x-frame-options"], "DENY");
    assert_eq!(page.headers()["cache-control"], "no-store");
    let html = page.text().await.unwrap();
    assert!(html.contains("value=\"alice\"") && html.contains("value=\"bob\""));
    assert!(!html.contains("<script"));
}

#[tokio::test]
async fn users_are_shown_by_the_name_that_documentation_calls_them() {
    let app = App::of(DevIdp::builder().user(User::new("dora"))).await;
    let page = app.get(&app.authorization_url(&[])).await;
    let html = page.text().await.unwrap();
    for part in [
        ">C</span>",
        "<strong>carol</strong><small>Mary Carol van der Doe · carol@example.org</small>",
        "<strong>dora</strong><small></small>",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[tokio::test]
async fn parameters_are_escaped_on_the_page() {
    let app = App::new().await;
    let page = app.get(&app.authorization_url(&[("scope", "<img>")])).await;
    let html = page.text().await.unwrap();
    assert!(
        !html.contains("<img>") && html.contains("img&#62;"),
        "{html}"
    );
}

#[tokio::test]
async fn a_sign_in_opens_a_session_for_the_next_one() {
    let app = App::new().await;
    let page = app.get(&app.authorization_url(&[])).await;
    let response = app.press(page, ("user", "alice"), "").await;
    assert_eq!(response.status(), 303);
    assert!(query(&location(&response), "code").is_some());
    let attributes = response.headers()["set-cookie"].to_str().unwrap();
    assert!(attributes.contains("HttpOnly") && attributes.contains("SameSite=Lax"));
    let cookie = cookie(response.headers());

    let silent = app.authorization_url(&[("prompt", "none")]);
    let response = app.get_with_cookie(&silent, &cookie).await;
    let first = query(&location(&response), "code").unwrap();
    assert_eq!(app.redeem(&first, &[]).await.status(), 200);

    for prompt in ["login", "select_account", "consent"] {
        let url = app.authorization_url(&[("prompt", prompt)]);
        assert_eq!(
            app.get_with_cookie(&url, &cookie).await.status(),
            200,
            "{prompt}"
        );
    }
    let fresh = app.authorization_url(&[("max_age", "60")]);
    assert_eq!(app.get_with_cookie(&fresh, &cookie).await.status(), 303);
    app.idp.advance(std::time::Duration::from_secs(61));
    assert_eq!(app.get_with_cookie(&fresh, &cookie).await.status(), 200);
}

#[tokio::test]
async fn cookies_of_other_applications_do_not_hide_the_session() {
    let app = App::new().await;
    let page = app.get(&app.authorization_url(&[])).await;
    let cookie = cookie(app.press(page, ("user", "alice"), "").await.headers());
    let mut line = b"a; =; b=\xff; ".to_vec();
    line.extend(cookie.as_bytes());
    let silent = app.authorization_url(&[("prompt", "none")]);
    let request = app.http.get(&silent).header("cookie", line);
    let response = request.send().await.unwrap();
    assert!(query(&location(&response), "code").is_some());
}

#[tokio::test]
async fn the_cookie_is_secure_where_the_issuer_is() {
    for (issuer, secure) in [("https://id.example", true), ("http://localhost", false)] {
        let builder = DevIdp::builder().issuer(issuer);
        let app = App::of(builder).await;
        let page = app.get(&app.authorization_url(&[])).await;
        let response = app.press(page, ("user", "alice"), "").await;
        let attributes = response.headers()["set-cookie"].to_str().unwrap();
        assert_eq!(attributes.contains("; Secure"), secure, "{attributes}");
    }
}

#[tokio::test]
async fn prompt_none_heeds_the_hinted_user() {
    let app = App::new().await;
    let page = app.get(&app.authorization_url(&[])).await;
    let cookie = cookie(app.press(page, ("user", "alice"), "").await.headers());
    for (sub, code) in [("alice", true), ("bob", false)] {
        let hint = app.idp.id_token().sub(sub).mint();
        let url = app.authorization_url(&[("prompt", "none"), ("id_token_hint", &hint)]);
        let response = app.get_with_cookie(&url, &cookie).await;
        assert_eq!(query(&location(&response), "code").is_some(), code, "{sub}");
    }
}

#[tokio::test]
async fn consent_keeps_the_time_of_the_sign_in() {
    let app = App::new().await;
    let page = app.get(&app.authorization_url(&[])).await;
    let first = app.press(page, ("user", "bob"), "").await;
    let cookie = cookie(first.headers());
    app.idp.advance(std::time::Duration::from_secs(100));

    let url = app.authorization_url(&[("prompt", "consent")]);
    let page = app.get_with_cookie(&url, &cookie).await;
    let response = app.press(page, ("allow", "yes"), "").await;
    let code = query(&location(&response), "code").unwrap();
    let tokens: serde_json::Value = app.redeem(&code, &[]).await.json().await.unwrap();
    let claims = crate::app::claims(&tokens["id_token"]);
    assert_eq!(claims["sub"], "bob");
    let age = claims["iat"].as_u64().unwrap() - claims["auth_time"].as_u64().unwrap();
    assert!((100..110).contains(&age), "{age}");
}

#[tokio::test]
async fn a_user_may_deny_and_a_page_works_once() {
    let app = App::new().await;
    let page = app.get(&app.authorization_url(&[])).await;
    let response = app.press(page, ("deny", "yes"), "").await;
    assert_eq!(
        query(&location(&response), "error").as_deref(),
        Some("access_denied")
    );

    let page = app.get(&app.authorization_url(&[])).await;
    let response = app.press(page, ("user", "mallory"), "").await;
    assert_eq!(response.status(), 400);
    let html = response.text().await.unwrap();
    assert!(html.contains("Request failed") && html.contains("Unknown user."));

    let form = [("interaction", "unknown"), ("user", "alice")];
    let decision = app.url("/authorize/decision");
    let response = app.http.post(decision).form(&form).send().await.unwrap();
    assert_eq!(response.status(), 400);

    let denied = app.idp.refuse_sign_in(&app.authorization_url(&[]));
    assert_eq!(query(&denied, "error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn a_request_may_come_as_a_form() {
    let app = App::new().await;
    let url = app.authorization_url(&[]);
    let (url, body) = url.split_once('?').unwrap();
    let request = app.http.post(url).body(body.to_owned());
    let form = "application/x-www-form-urlencoded";
    assert_eq!(
        request
            .header("content-type", form)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
}
