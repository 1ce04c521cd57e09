//! Back-channel logout.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use crate::app::{App, REDIRECT, claims, location, query};
use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::post;
use jsonwebtoken::decode_header;
use oidc_devidp::{Client, DevIdp, LogoutViolation};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The back-channel endpoint of an application.
struct Receiver {
    uri: String,
    forms: Forms,
}

type Forms = Arc<Mutex<Vec<Vec<(String, String)>>>>;

impl Receiver {
    async fn answering(status: u16) -> Self {
        let forms = Forms::default();
        let receive = async move |State(forms): State<Forms>, Form(form)| {
            forms.lock().unwrap().push(form);
            StatusCode::from_u16(status).unwrap()
        };
        let app = Router::new()
            .route("/logout", post(receive))
            .route("/moved", post(async || Redirect::temporary("/logout")));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/logout", listener.local_addr().unwrap());
        let app = app.with_state(Arc::clone(&forms));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { uri, forms }
    }

    /// The logout tokens received since the last call.
    fn tokens(&self) -> Vec<String> {
        let forms = std::mem::take(&mut *self.forms.lock().unwrap());
        let token = |form: Vec<(String, String)>| {
            assert_eq!(form.len(), 1, "{form:?}");
            assert_eq!(form[0].0, "logout_token");
            form[0].1.clone()
        };
        forms.into_iter().map(token).collect()
    }
}

/// `shop` and the public client `news`, and where they take logout tokens.
async fn two_applications() -> (App, Receiver, Receiver) {
    let shop = Receiver::answering(200).await;
    let news = Receiver::answering(400).await;
    let client = Client::new("news").redirect_uri(REDIRECT);
    let client = client
        .backchannel_logout_uri(&news.uri)
        .backchannel_logout_session_required(false);
    let builder = DevIdp::builder().client(client);
    let app = App::with(builder, |client| client.backchannel_logout_uri(&shop.uri)).await;
    (app, shop, news)
}

async fn id_token(app: &App, location: &str) -> String {
    let response = app.redeem(&query(location, "code").unwrap(), &[]).await;
    let tokens: Value = response.json().await.unwrap();
    tokens["id_token"].as_str().unwrap().to_owned()
}

/// Signs a user in to the shop and returns the session.
async fn sign_in(app: &App, username: &str) -> String {
    let location = app.idp.sign_in(&app.authorization_url(&[]), username);
    sid(&id_token(app, &location).await)
}

fn sid(id_token: &str) -> String {
    claims(&json!(id_token))["sid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_logout_at_the_provider_reaches_the_applications_of_the_session() {
    let (app, shop, news) = two_applications().await;
    let cookie = app.browser("alice").await;
    let silent = app.authorization_url(&[("prompt", "none")]);
    let response = app.get_with_cookie(&silent, &cookie).await;
    let hint = id_token(&app, &location(&response)).await;
    sign_in(&app, "alice").await;

    let url = app.url(&format!("/end_session?id_token_hint={hint}"));
    assert_eq!(app.get_with_cookie(&url, &cookie).await.status(), 200);
    assert_eq!(news.tokens().len(), 0, "nobody signed in to it");
    let tokens = shop.tokens();
    assert_eq!(tokens.len(), 1, "another session goes on");

    let header = decode_header(&tokens[0]).unwrap();
    assert_eq!(header.typ.as_deref(), Some("logout+jwt"));
    assert_eq!(json!(header.kid), app.idp.jwks()["keys"][0]["kid"]);
    let logout = claims(&json!(tokens[0]));
    let number = |claim: &str| logout[claim].as_u64().unwrap();
    assert_eq!(number("exp"), number("iat") + 120);
    assert!(logout["jti"].is_string());
    for (claim, value) in [
        ("iss", json!(app.idp.issuer())),
        ("aud", json!("shop")),
        ("sub", json!("alice")),
        ("sid", json!(sid(&hint))),
        ("events", json!({ EVENT: {} })),
    ] {
        assert_eq!(logout[claim], value, "{claim}");
    }
    assert_eq!(logout.get("nonce"), None);

    assert_eq!(app.get_with_cookie(&url, &cookie).await.status(), 200);
    assert_eq!(shop.tokens().len(), 0, "the session has ended already");
}

#[tokio::test]
async fn a_confirmed_logout_reaches_them_too() {
    let (app, shop, _) = two_applications().await;
    let cookie = app.browser("alice").await;
    let decision = app.http.post(app.url("/end_session/decision"));
    let decision = decision.header("cookie", &cookie).form(&[("leave", "yes")]);
    assert_eq!(decision.send().await.unwrap().status(), 200);
    assert_eq!(shop.tokens().len(), 1);
}

#[tokio::test]
async fn tests_end_sessions_and_see_the_responses() {
    let (app, shop, news) = two_applications().await;
    let session = sign_in(&app, "alice").await;
    let url = app.authorization_url(&[("client_id", "news")]);
    let _ = app.idp.sign_in_again(&url, &session);

    let deliveries = app.idp.end_session(&session).await;
    let responses: Vec<_> = deliveries
        .iter()
        .map(|delivery| (delivery.client_id.as_str(), delivery.status))
        .collect();
    assert_eq!(responses, [("news", Some(400)), ("shop", Some(200))]);
    let logout = claims(&json!(shop.tokens()[0]));
    assert_eq!(logout["sid"], session);
    let logout = claims(&json!(news.tokens()[0]));
    assert_eq!(logout["aud"], "news");
    assert_eq!(logout["sub"], "alice");
    assert_eq!(logout.get("sid"), None);
    assert_eq!(app.idp.end_session(&session).await, []);
}

#[tokio::test]
async fn tests_end_all_sessions_of_a_user() {
    let (app, shop, _) = two_applications().await;
    let mut sessions = [sign_in(&app, "alice").await, sign_in(&app, "alice").await];
    let other = sign_in(&app, "bob").await;
    assert_eq!(app.idp.end_sessions_of("alice").await.len(), 2);
    let tokens = shop.tokens();
    let mut ended: Vec<_> = tokens.iter().map(|token| sid(token)).collect();
    ended.sort();
    sessions.sort();
    assert_eq!(ended, sessions);
    assert_eq!(app.idp.end_session(&other).await.len(), 1);
}

#[tokio::test]
async fn an_application_that_is_down_does_not_stop_a_logout() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/logout", closed.local_addr().unwrap());
    drop(closed);
    let app = App::with(DevIdp::builder(), |shop| shop.backchannel_logout_uri(uri)).await;
    let session = sign_in(&app, "alice").await;
    let deliveries = app.idp.end_session(&session).await;
    assert_eq!(deliveries.len(), 1);
    assert_eq!(deliveries[0].status, None);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let receiver = Receiver::answering(200).await;
    let moved = receiver.uri.replace("/logout", "/moved");
    let app = App::with(DevIdp::builder(), |shop| shop.backchannel_logout_uri(moved)).await;
    let session = sign_in(&app, "alice").await;
    let deliveries = app.idp.end_session(&session).await;
    assert_eq!(deliveries[0].status, Some(307));
    assert_eq!(receiver.tokens().len(), 0);
}

#[tokio::test]
async fn minted_logout_tokens_are_good_until_changed() {
    let app = App::new().await;
    let minted = |token: String| claims(&json!(token));
    let good = app.idp.logout_token().sub("bob").mint();
    assert_eq!(
        decode_header(&good).unwrap().typ.as_deref(),
        Some("logout+jwt")
    );
    let by_sub = minted(good);
    let names: BTreeSet<_> = by_sub.as_object().unwrap().keys().collect();
    let expected = ["aud", "events", "exp", "iat", "iss", "jti", "sub"];
    assert!(names.into_iter().eq(expected));
    assert_eq!(by_sub["sub"], "bob");
    assert_eq!(by_sub["aud"], app.idp.client_id());
    assert_eq!(by_sub["iss"], app.idp.issuer());
    assert_eq!(by_sub["events"], json!({ EVENT: {} }));

    let by_sid = minted(app.idp.logout_token().sid("a").without("sub").mint());
    assert_eq!(by_sid["sid"], "a");
    assert_eq!(by_sid.get("sub"), None);
    let dated = minted(app.idp.logout_token().issued_at(7).mint());
    assert_eq!(dated["iat"], 7);
}

#[tokio::test]
async fn minted_logout_tokens_violate_one_rule_each() {
    let app = App::new().await;
    let good = claims(&json!(app.idp.logout_token().mint()));
    for violation in LogoutViolation::ALL {
        let token = app.idp.logout_token().violate(violation).mint();
        if violation == LogoutViolation::AlgNone {
            // The beginning of `{"alg":"none"`.
            assert!(token.starts_with("eyJhbGciOiJub25lIi") && token.ends_with('.'));
            continue;
        }
        let wrong_alg = violation == LogoutViolation::WrongAlg;
        let algorithm = decode_header(&token).unwrap().alg;
        assert_eq!(algorithm != jsonwebtoken::Algorithm::RS256, wrong_alg);
        let odd = claims(&json!(token));
        let claim = match violation {
            LogoutViolation::WrongAlg => "none",
            LogoutViolation::NoEvent => {
                assert_eq!(odd.get("events"), None);
                "events"
            }
            LogoutViolation::WrongEvent => {
                assert_eq!(odd["events"].get(EVENT), None);
                "events"
            }
            LogoutViolation::WithNonce => "nonce",
            LogoutViolation::WrongAud => "aud",
            LogoutViolation::WrongIss => "iss",
            _ => panic!("{violation:?} is not tested"),
        };
        for name in ["iss", "aud", "sub", "sid", "events", "nonce"] {
            let is_changed = odd[name] != good[name];
            assert_eq!(is_changed, name == claim, "{violation:?} {name}");
        }
    }
}
