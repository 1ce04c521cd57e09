//! Access tokens for the resources that an application names (RFC 8707).

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use oidc::{Oidc, Principal};
use oidc_devidp::{Endpoint, Fault};
use reqwest::Url;
use serde_json::{Value, json};

use super::{Browser, Landing, NATIVE, location, tokens};
use crate::support::bench::Bench;
use crate::support::provider::{NpmProvider, Options, PUBLIC_CLIENT};
use crate::support::servers::{App, Server, app, for_both};
use crate::support::user_agent::UserAgent;

const API: &str = "https://api.example/v1";
const OTHER: &str = "urn:example:other";

#[oidc::required]
async fn protected(user: Principal) -> String {
    user.subject().to_owned()
}

fn with_api() -> App {
    App {
        axum: |oidc| (app!(protected).axum)(oidc).nest("/api", oidc::routes!().into()),
        actix: |oidc, config| {
            (app!(protected).actix)(oidc, config);
            config.service(actix_web::web::scope("/api").service(oidc::routes!()));
        },
    }
}

/// A provider whose tokens are for a resource only if the request for the token names it.
async fn strict_provider() -> NpmProvider {
    let options = Options {
        granted_resource_is_default: false,
        ..Options::default()
    };
    NpmProvider::start(&options).await
}

async fn assert_serves(server: &Server, case: &str, token: &Value) {
    let token = token["access_token"].as_str().expect("an access token");
    let reply = server.get("/protected", token).await;
    assert_eq!(
        (reply.status, &*reply.body),
        (200, "alice"),
        "{case}: {reply:?}"
    );
}

#[tokio::test]
async fn tokens_of_every_grant_are_for_it() {
    let provider = strict_provider().await;
    let oidc = || {
        let builder = Oidc::builder().client_id(PUBLIC_CLIENT);
        let builder = builder.discovery_url(provider.discovery_url());
        let builder = builder.requested_resources([API]).audience(API);
        builder.build().expect("the configuration is sound")
    };
    for_both(with_api(), oidc, async |server| {
        let browser = Browser::new(server);
        let query = [
            ("redirect_uri", NATIVE),
            ("offline_access", "true"),
            ("prompt", "consent"),
        ];
        let login = location(&browser.get("login", &query).await);
        let user = UserAgent::approving("alice");
        let landing = user.visit_until(&login, NATIVE).await;
        let landing = Landing::read(landing.url.as_str(), NATIVE);
        let token = tokens(&browser.post("token", &landing.form()).await);
        assert_serves(server, "a code", &token).await;

        let refresh = token["refresh_token"].as_str().expect("a refresh token");
        let form = [("refresh_token", refresh)];
        let token = tokens(&browser.post("token", &form).await);
        assert_serves(server, "a refresh token", &token).await;

        let started = browser.post("device", &[]).await;
        let started: Value = serde_json::from_str(&started.body).expect("JSON");
        let code = |name| started[name].as_str().expect("a code");
        provider.approve_device(code("user_code"), "alice").await;
        let form = [("device_code", code("device_code"))];
        let token = tokens(&browser.post("token", &form).await);
        assert_serves(server, "a device code", &token).await;
    })
    .await;
}

/// A token endpoint that records its requests and rejects them.
async fn recorder() -> (String, Arc<Mutex<Vec<String>>>) {
    let forms = Arc::<Mutex<Vec<String>>>::default();
    let kept = Arc::clone(&forms);
    let record = async move |form: String| {
        kept.lock().expect("no panic").push(form);
        let error = json!({ "error": "invalid_grant" });
        (StatusCode::BAD_REQUEST, error.to_string())
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let address = listener.local_addr().expect("a bound port has an address");
    let router = Router::new().route("/token", post(record));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}/token"), forms)
}

fn resources(query: &str) -> Vec<String> {
    let url = Url::parse(&format!("http://localhost/?{query}")).expect("a URL");
    let pairs = url.query_pairs().filter(|(name, _)| name == "resource");
    pairs.map(|(_, value)| value.into_owned()).collect()
}

#[tokio::test]
async fn every_one_is_named() {
    let bench = Bench::start().await;
    let (token_endpoint, forms) = recorder().await;
    let issuer = bench.idp.issuer();
    let metadata = json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}{}", Endpoint::Jwks.path()),
        "authorization_endpoint": format!("{issuer}{}", Endpoint::Authorize.path()),
        "token_endpoint": token_endpoint,
    });
    let fault = Fault::Body(metadata.to_string());
    bench.idp.fault(Endpoint::Discovery, fault);
    for configured in [&[][..], &[API], &[API, OTHER]] {
        let oidc = || {
            let configured = configured.iter().copied();
            let builder = bench.builder().requested_resources(configured);
            builder.build().expect("the configuration is sound")
        };
        for_both(super::app(), oidc, async |server| {
            let browser = Browser::new(server);
            let login: Url = browser.begin(NATIVE).await.parse().expect("a URL");
            assert_eq!(resources(login.query().expect("a query")), configured);
            let state = login.query_pairs().find(|(name, _)| name == "state");
            let (_, state) = state.expect("a state");
            for form in [
                vec![
                    ("code", "c"),
                    ("redirect_uri", NATIVE),
                    ("code_verifier", &state),
                ],
                vec![("refresh_token", "r")],
                vec![("device_code", "d")],
            ] {
                assert_eq!(browser.post("token", &form).await.status, 400);
                let sent = forms.lock().expect("no panic").pop().expect("a form");
                assert_eq!(resources(&sent), configured, "{form:?}");
            }
        })
        .await;
    }
}
