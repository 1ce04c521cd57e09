//! Resources that requests name (RFC 8707).

use crate::app::{App, REDIRECT, VERIFIER, claims, error, query};
use oidc_devidp::{Client, DevIdp};
use serde_json::{Value, json};

const API: &str = "https://api.example/v1";
const OTHER: &str = "urn:example:other";
const PLAIN: &str = "plain-name";

/// The resources of the authorization request and of the token request, and the audience of the
/// access token or the error of the token endpoint.
type Case = (
    &'static [&'static str],
    &'static [&'static str],
    Result<&'static [&'static str], &'static str>,
);

const CASES: &[Case] = &[
    (&[], &[], Ok(&[API, OTHER, PLAIN])),
    (&[API], &[], Ok(&[API])),
    (&[API, OTHER], &[], Ok(&[API, OTHER])),
    (&[OTHER, API, OTHER], &[], Ok(&[API, OTHER])),
    (&[API, OTHER], &[OTHER], Ok(&[OTHER])),
    (&[API, OTHER], &[API, OTHER], Ok(&[API, OTHER])),
    (&[], &[OTHER], Ok(&[OTHER])),
    (&[API], &[OTHER], Err("invalid_target")),
    (&[], &["https://api.example/v2"], Err("invalid_target")),
    (&[], &[PLAIN], Err("invalid_target")),
    (
        &[],
        &[API, "https://api.example/v1#a"],
        Err("invalid_target"),
    ),
];

async fn app() -> App {
    let reader = Client::new("reader").redirect_uri(REDIRECT);
    let reader = reader.audience(API).audience(OTHER).audience(PLAIN);
    App::of(DevIdp::builder().client(reader)).await
}

fn named<'a>(form: &[(&'a str, &'a str)], resources: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let resources = resources.iter().map(|resource| ("resource", *resource));
    form.iter().copied().chain(resources).collect()
}

/// Where the provider sends the browser of alice.
fn sign_in(app: &App, client_id: &str, resources: &[&str]) -> String {
    let mut url = app.authorization_url(&[("client_id", client_id)]);
    for resource in resources {
        url.push_str("&resource=");
        url.extend(url::form_urlencoded::byte_serialize(resource.as_bytes()));
    }
    app.idp.sign_in(&url, "alice")
}

fn redemption(code: &str) -> [(&str, &str); 5] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
        ("client_id", "reader"),
    ]
}

fn refresh(token: &str) -> [(&str, &str); 3] {
    [
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("client_id", "reader"),
    ]
}

fn audience(tokens: &Value) -> Value {
    claims(&tokens["access_token"])["aud"].clone()
}

#[tokio::test]
async fn the_audience_follows_the_resources() {
    let app = app().await;
    for (authorized, requested, expected) in CASES {
        let code = query(&sign_in(&app, "reader", authorized), "code").unwrap();
        let response = app.token(&named(&redemption(&code), requested)).await;
        match expected {
            Ok(expected) => {
                let expected = match *expected {
                    [one] => json!(one),
                    several => json!(several),
                };
                let tokens: Value = response.json().await.unwrap();
                assert_eq!(audience(&tokens), expected, "{authorized:?} {requested:?}");
            }
            Err(expected) => {
                let found = error(response).await;
                assert_eq!(found, (400, (*expected).to_owned()), "{requested:?}");
                let again = app.token(&redemption(&code)).await;
                assert_eq!(again.status(), 200, "the code is not spent");
            }
        }
    }
}

#[tokio::test]
async fn an_unregistered_resource_goes_back_to_the_client() {
    let app = app().await;
    for (client_id, resources) in [
        ("reader", &["https://api.example/v2"][..]),
        ("reader", &[API, "https://evil.example"]),
        ("reader", &[PLAIN]),
        ("reader", &["/v1"]),
        ("shop", &[API]),
        ("shop", &["shop"]),
    ] {
        let location = sign_in(&app, client_id, resources);
        let error = query(&location, "error");
        assert_eq!(error.as_deref(), Some("invalid_target"), "{resources:?}");
    }
}

#[tokio::test]
async fn a_refresh_may_narrow_the_audience_but_not_widen_it() {
    let app = app().await;
    let code = query(&sign_in(&app, "reader", &[API, OTHER]), "code").unwrap();
    let tokens: Value = app.token(&redemption(&code)).await.json().await.unwrap();
    let first = tokens["refresh_token"].as_str().unwrap();
    let wider = app
        .token(&named(&refresh(first), &["https://a.example"]))
        .await;
    assert_eq!(error(wider).await, (400, "invalid_target".into()));

    let narrow = app.token(&named(&refresh(first), &[OTHER])).await;
    let narrow: Value = narrow.json().await.unwrap();
    assert_eq!(audience(&narrow), OTHER);
    let second = narrow["refresh_token"].as_str().unwrap();
    let full: Value = app.token(&refresh(second)).await.json().await.unwrap();
    assert_eq!(audience(&full), json!([API, OTHER]));
}

#[tokio::test]
async fn a_device_names_resources_too() {
    let app = app().await;
    let start = async |resources: &[&str]| {
        let form = named(&[("client_id", "reader")], resources);
        let request = app.http.post(app.url("/device_authorization"));
        request.form(&form).send().await.unwrap()
    };
    let foreign = start(&["https://evil.example"]).await;
    assert_eq!(error(foreign).await, (400, "invalid_target".into()));

    let started: Value = start(&[API, OTHER]).await.json().await.unwrap();
    let user_code = started["user_code"].as_str().unwrap();
    app.idp.approve_device(user_code, "alice");
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", started["device_code"].as_str().unwrap()),
        ("client_id", "reader"),
    ];
    let tokens = app.token(&named(&form, &[OTHER])).await;
    assert_eq!(audience(&tokens.json().await.unwrap()), OTHER);
}
