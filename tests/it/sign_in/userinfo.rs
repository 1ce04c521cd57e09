use oidc_devidp::{Endpoint, Fault, Tamper, TokenBuilder};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Browser, app, assert_error, with_browser};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::for_both;

pub(super) async fn ask(browser: &Browser<'_>, token: TokenBuilder) -> Reply {
    Reply::of(
        browser
            .request(Method::GET, "userinfo")
            .bearer_auth(token.mint()),
    )
    .await
}

/// A valid token without claims about its user.
pub(super) fn lean(bench: &Bench) -> TokenBuilder {
    let names = [
        "preferred_username",
        "name",
        "given_name",
        "family_name",
        "email",
    ];
    names
        .into_iter()
        .fold(bench.idp.token(), TokenBuilder::without)
}

#[tokio::test]
async fn from_the_token() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let token = bench
                .idp
                .token()
                .claim("preferred_username", json!("mary"))
                .claim("given_name", json!("Mary Jane"))
                .claim("family_name", json!("van der Doe"))
                .claim("email", json!("mary@example.org"));
            let reply = ask(&Browser::new(server), token).await;
            assert_eq!(reply.status, 200, "{reply:?}");
            let info: Value = serde_json::from_str(&reply.body).expect("JSON");
            let expected = json!({
                "username": "mary",
                "last_name": "van der Doe",
                "first_name": "Mary Jane",
                "pw_name": "mary",
                "email": "mary@example.org",
            });
            assert_eq!(info, expected);
            assert_eq!(bench.idp.hits(Endpoint::Userinfo), 0);
        },
    )
    .await;
}

#[tokio::test]
async fn without_a_username_anywhere() {
    let bench = Bench::start().await;
    bench.idp.tamper(Tamper::NoUserinfo);
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let reply = ask(&Browser::new(server), lean(&bench)).await;
            assert_error("nobody", &reply, 404, "not_found");
        },
    )
    .await;
}

/// `userinfo-bearer-header`: the provider gets the token of the request.
#[tokio::test]
async fn from_the_provider() {
    let bench = Bench::start().await;
    let body = r#"{"sub":"alice","preferred_username":"al","name":"Alice Doe","email":null}"#;
    bench
        .idp
        .fault(Endpoint::Userinfo, Fault::Body(body.into()));
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let reply = ask(&Browser::new(server), lean(&bench)).await;
            assert_eq!(reply.status, 200, "{reply:?}");
            let info: Value = serde_json::from_str(&reply.body).expect("JSON");
            let expected = json!({
                "username": "al", "last_name": "Doe", "first_name": "Alice", "pw_name": "al",
                "email": null,
            });
            assert_eq!(info, expected);
        },
    )
    .await;
}

#[tokio::test]
async fn a_user_without_a_username_is_not_found() {
    let foreign = r#"{"sub":"bob","preferred_username":"bob"}"#;
    for (fault, status, error) in [
        (Fault::Body(foreign.into()), 502, "upstream_error"),
        (
            Fault::Body(r#"{"preferred_username":"bob"}"#.into()),
            502,
            "upstream_error",
        ),
        (Fault::Status(403), 404, "not_found"),
    ] {
        let bench = Bench::start().await;
        bench.idp.fault(Endpoint::Userinfo, fault.clone());
        for_both(
            app(),
            || bench.oidc(),
            async |server| {
                let reply = ask(&Browser::new(server), lean(&bench)).await;
                assert_error(&format!("{fault:?}"), &reply, status, error);
            },
        )
        .await;
    }
}

#[tokio::test]
async fn tokens_that_are_rejected() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let anonymous = browser.get("userinfo", &[]).await;
        assert_eq!(anonymous.status, 401);
        assert!(!anonymous.challenge().contains("error"));
        let expired = ask(&browser, bench.idp.token().expires_in(-60)).await;
        assert_eq!(expired.status, 401);
        assert!(expired.challenge().contains("error=\"invalid_token\""));
    })
    .await;
}

/// Some providers do not accept a token there that was issued for an API, although the guards do.
#[tokio::test]
async fn without_the_providers_claims_those_of_the_token_are_used() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        for status in [400, 401, 403, 404, 405, 410, 422, 451] {
            bench.idp.fault(Endpoint::Userinfo, Fault::Status(status));
            let case = status.to_string();
            let reply = ask(&browser, lean(&bench)).await;
            assert_error(&case, &reply, 404, "not_found");

            let named = lean(&bench).claim("preferred_username", json!("al"));
            bench.idp.reset_hits();
            let reply = ask(&browser, named).await;
            assert_eq!(reply.status, 200, "{case}: {reply:?}");
            let info: Value = serde_json::from_str(&reply.body).expect("JSON");
            assert_eq!(info["username"], "al", "{case}");
            assert_eq!(bench.idp.hits(Endpoint::Userinfo), 1, "{case}");
        }
        bench.idp.heal();
    })
    .await;
}

/// Providers behind a directory call it `mail`.
#[tokio::test]
async fn an_address_under_another_name() {
    let bench = Bench::start().await;
    let mail = json!("al@example.org");
    with_browser(&bench, async |browser| {
        for (more, email) in [
            (json!({ "mail": mail }), &mail),
            (json!({ "mail": "other@example.org", "email": mail }), &mail),
            (json!({ "mail": mail, "email": "" }), &mail),
            (json!({ "mail": [mail] }), &Value::Null),
        ] {
            let mut claims = more.clone();
            claims["sub"] = json!("alice");
            claims["preferred_username"] = json!("al");
            let fault = Fault::Body(claims.to_string());
            bench.idp.fault(Endpoint::Userinfo, fault);
            let reply = ask(&browser, lean(&bench)).await;
            let info: Value = serde_json::from_str(&reply.body).expect("JSON");
            assert_eq!(&info["email"], email, "{more}: {reply:?}");
        }
        bench.idp.fault(Endpoint::Userinfo, Fault::Status(404));
        let token = bench
            .idp
            .token()
            .without("email")
            .claim("mail", mail.clone());
        let reply = ask(&browser, token).await;
        assert!(reply.body.contains("al@example.org"), "{reply:?}");
        bench.idp.heal();
    })
    .await;
}
