//! How the application authenticates to its provider, as a provider sees it that records every
//! request.

mod assertions;
mod contract;
mod discovery;
mod external;
mod npm_provider;
mod revocation;
mod secrets;
mod settings;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::OriginalUri;
use axum::http::HeaderMap;
use axum::routing::post;
use oidc::{Oidc, OidcBuilder};
use oidc_devidp::{Endpoint, Fault};
use reqwest::header::AUTHORIZATION;
use reqwest::{Method, Url};
use serde_json::{Value, json};

use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::{App, Server};

/// Both are changed by form encoding.
const CLIENT_ID: &str = "my app:1+2";
const SECRET: &str = "s3cret+/%: &=\u{e4} that the client keeps";
const KID: &str = "the key of 2026";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The sign-in endpoints, with that of the public key.
fn app() -> App {
    App {
        axum: |_| Router::new().nest("/api", oidc::routes!(jwks = "/client.jwks").into()),
        actix: |_, config| {
            let scope = actix_web::web::scope("/api");
            config.service(scope.service(oidc::routes!(jwks = "/client.jwks")));
        },
    }
}

/// A key of `tests/fixtures/client_keys`.
fn key_path(name: &str) -> String {
    let keys = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/client_keys"));
    let path = keys.join(format!("{name}.pem"));
    path.to_str().expect("UTF-8").to_owned()
}

fn key_pem(name: &str) -> String {
    std::fs::read_to_string(key_path(name)).expect("a fixture")
}

/// A request of the application to the provider.
#[derive(Clone, Debug)]
struct Sent {
    path: String,
    authorization: Option<String>,
    form: Vec<(String, String)>,
}

impl Sent {
    /// The values of a parameter.
    fn all(&self, name: &str) -> Vec<&str> {
        let named = self.form.iter().filter(|(key, _)| key == name);
        named.map(|(_, value)| value.as_str()).collect()
    }

    #[track_caller]
    fn assertion(&self) -> &str {
        assert_eq!(self.all("client_assertion_type"), [ASSERTION_TYPE]);
        let found = self.all("client_assertion");
        let [assertion] = found[..] else {
            panic!("not one assertion: {self:?}");
        };
        assertion
    }
}

/// A provider whose token and device endpoints record what they get.
struct Recorder {
    bench: Bench,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl Recorder {
    /// Its discovery document has these members as well.
    async fn start(metadata: Value) -> Self {
        let bench = Bench::start().await;
        let sent = Arc::<Mutex<Vec<Sent>>>::default();
        let address = listen(Arc::clone(&sent)).await;
        let issuer = bench.idp.issuer();
        let mut document = json!({
            "issuer": issuer,
            "jwks_uri": format!("{issuer}{}", Endpoint::Jwks.path()),
            "token_endpoint": format!("{address}/token"),
            "device_authorization_endpoint": format!("{address}/device"),
        });
        let members = metadata.as_object().expect("an object").clone();
        document.as_object_mut().expect("an object").extend(members);
        let fault = Fault::Body(document.to_string());
        bench.idp.fault(Endpoint::Discovery, fault);
        Self { bench, sent }
    }

    async fn offering(methods: &[&str]) -> Self {
        Self::start(json!({ "token_endpoint_auth_methods_supported": methods })).await
    }

    /// The configuration of an application whose clock stands still.
    fn builder(&self) -> OidcBuilder {
        self.bench.steady_builder().client_id(CLIENT_ID)
    }

    /// The same from environment variables.
    fn of_variables(&self, variables: &[(&str, &str)]) -> Oidc {
        let discovery_url = self.bench.idp.discovery_url();
        let builder = OidcBuilder::from_variables(|name| {
            let given = variables.iter().find(|(variable, _)| *variable == name);
            given.map(|(_, value)| (*value).to_owned())
        });
        let builder = builder.client_id(CLIENT_ID).discovery_url(discovery_url);
        builder.build().expect("the configuration is sound")
    }

    /// What was sent since the last call.
    fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.sent.lock().expect("nothing panics with it"))
    }

    #[track_caller]
    fn take_one(&self) -> Sent {
        let mut sent = self.take();
        let only = sent.pop();
        assert!(sent.is_empty(), "{sent:?}");
        only.expect("a request")
    }
}

/// Responds with what the endpoints may respond with; returns the address.
async fn listen(sent: Arc<Mutex<Vec<Sent>>>) -> String {
    let record = async move |uri: OriginalUri, headers: HeaderMap, body: String| {
        let text = |value: &axum::http::HeaderValue| value.to_str().expect("ASCII").to_owned();
        let form = Url::parse(&format!("http://localhost/?{body}")).expect("a form");
        sent.lock().expect("nothing panics with it").push(Sent {
            path: uri.path().to_owned(),
            authorization: headers.get(AUTHORIZATION.as_str()).map(text),
            form: form.query_pairs().into_owned().collect(),
        });
        let response = json!({
            "access_token": "an access token",
            "token_type": "Bearer",
            "expires_in": 60,
            "device_code": "a device code",
            "user_code": "ABCD",
            "verification_uri": "https://login.example/device",
        });
        axum::Json(response)
    };
    let router = Router::new()
        .route("/token", post(record.clone()))
        .route("/device", post(record.clone()))
        .route("/revoke", post(record));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let address = listener.local_addr().expect("a bound port has an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// What makes the application call the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Request {
    Refresh,
    Device,
}

impl Request {
    const ALL: [Self; 2] = [Self::Refresh, Self::Device];

    async fn send(self, server: &Server) -> Reply {
        let (endpoint, form): (_, &[(&str, &str)]) = match self {
            Self::Refresh => ("token", &[("refresh-token", "a refresh token")]),
            Self::Device => ("device", &[]),
        };
        let path = format!("/api/auth/v2/{endpoint}");
        Reply::of(server.request(Method::POST, &path).form(form)).await
    }

    /// The path of the provider's endpoint.
    fn path(self) -> &'static str {
        match self {
            Self::Refresh => "/token",
            Self::Device => "/device",
        }
    }
}

async fn public_keys(server: &Server) -> Value {
    let reply = server.get("/api/client.jwks", None).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.headers["content-type"], "application/json");
    serde_json::from_str(&reply.body).expect("JSON")
}
