//! Resources that requests name (RFC 8707).

use crate::app::{App, REDIRECT, VERIFIER, claims, error, query};
use oidc_devidp::{Client, DevIdp};
use serde_json::{Value, json};

const API: &str = "https://api.example/v1";
const OTHER: &str = "urn:example:other";
const PLAIN: &str = "plain-name";
const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

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
        ("grant_type", DEVICE),
        ("device_code", started["device_code"].as_str().unwrap()),
        ("client_id", "reader"),
    ];
    let tokens = app.token(&named(&form, &[OTHER])).await;
    assert_eq!(audience(&tokens.json().await.unwrap()), OTHER);
}

/// The identifier of a client that registered itself.
async fn register(app: &App) -> String {
    let metadata = json!({
        "redirect_uris": [REDIRECT],
        "grant_types": ["authorization_code", "refresh_token", DEVICE],
    });
    let request = app.http.post(app.url("/register")).json(&metadata);
    let client: Value = request.send().await.unwrap().json().await.unwrap();
    client["client_id"].as_str().unwrap().to_owned()
}

/// The request of another client than the reader.
fn by<'a, const N: usize>(
    client_id: &'a str,
    mut form: [(&'a str, &'a str); N],
) -> [(&'a str, &'a str); N] {
    for (name, value) in &mut form {
        if *name == "client_id" {
            *value = client_id;
        }
    }
    form
}

#[tokio::test]
async fn a_registered_client_may_name_any_resource() {
    let app = App::of(DevIdp::builder().registration()).await;
    let client_id = register(&app).await;
    for (resources, expected) in [
        (&[][..], json!(client_id)),
        (&[API], json!(API)),
        (&[OTHER, API, OTHER], json!([OTHER, API])),
    ] {
        let code = query(&sign_in(&app, &client_id, resources), "code").unwrap();
        let response = app.token(&by(&client_id, redemption(&code))).await;
        assert_eq!(audience(&response.json().await.unwrap()), expected);
    }
    for wrong in ["/mcp", "mcp", "https://api.example/#f"] {
        let refused = query(&sign_in(&app, &client_id, &[API, wrong]), "error");
        assert_eq!(refused.as_deref(), Some("invalid_target"), "{wrong}");
    }
}

#[tokio::test]
async fn it_narrows_what_it_named_but_never_widens_it() {
    let app = App::of(DevIdp::builder().registration()).await;
    let client_id = register(&app).await;
    for (first, wider) in [(&[API, OTHER][..], "https://a.example"), (&[], API)] {
        let code = query(&sign_in(&app, &client_id, first), "code").unwrap();
        let redemption = by(&client_id, redemption(&code));
        let refused = error(app.token(&named(&redemption, &[wider])).await).await;
        assert_eq!(refused, (400, "invalid_target".into()), "{first:?}");
        let narrow = &first[first.len().saturating_sub(1)..];
        let tokens: Value = (app.token(&named(&redemption, narrow)).await)
            .json()
            .await
            .unwrap();
        let expected = narrow.first().map_or(json!(client_id), |one| json!(one));
        assert_eq!(audience(&tokens), expected);

        let refresh = by(
            &client_id,
            refresh(tokens["refresh_token"].as_str().unwrap()),
        );
        let refused = error(app.token(&named(&refresh, &[wider])).await).await;
        assert_eq!(refused, (400, "invalid_target".into()), "{first:?}");
        let tokens = app.token(&named(&refresh, narrow)).await;
        assert_eq!(audience(&tokens.json().await.unwrap()), expected);
    }
}

#[tokio::test]
async fn with_a_list_it_may_name_those_only() {
    let builder = DevIdp::builder().registration().resources([API, OTHER]);
    let app = App::of(builder).await;
    let client_id = register(&app).await;
    let code = query(&sign_in(&app, &client_id, &[API]), "code").unwrap();
    let tokens = app.token(&by(&client_id, redemption(&code))).await;
    assert_eq!(audience(&tokens.json().await.unwrap()), API);

    let foreign = "https://api.example/v1/";
    let refused = query(&sign_in(&app, &client_id, &[API, foreign]), "error");
    assert_eq!(refused.as_deref(), Some("invalid_target"));
    let form = named(&[("client_id", &client_id)], &[foreign]);
    let request = app.http.post(app.url("/device_authorization")).form(&form);
    let refused = error(request.send().await.unwrap()).await;
    assert_eq!(refused, (400, "invalid_target".into()));
    // The list widens nothing for a client of the configuration.
    let refused = query(&sign_in(&app, "shop", &[API]), "error");
    assert_eq!(refused.as_deref(), Some("invalid_target"));
}
