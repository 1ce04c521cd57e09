//! The sign-in endpoints over HTTP, on both frameworks, against the development provider.

mod binding;
mod callback;
mod cookies;
mod device;
mod faults;
mod injection;
mod login;
mod logout;
mod own_challenge;
mod provider_errors;
mod redirects;
mod relying_party;
mod repeated;
mod resource;
mod rotation;
mod token;
mod userinfo;

use std::sync::Arc;

use axum::Router;
use oidc_devidp::TestIdp;
use reqwest::cookie::Jar;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Method, RequestBuilder, Url, redirect};
use serde_json::Value;

use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::{App, Server, for_both};

/// Where a native application waits for the browser, as the companion client does.
pub(crate) const NATIVE: &str = "http://localhost:53100/callback";

/// The endpoints, nested, beside a route of the application.
pub(crate) fn app() -> App {
    App {
        axum: |_| Router::new().nest("/api", oidc::routes!().into()),
        actix: |_, config| {
            config.service(actix_web::web::scope("/api").service(oidc::routes!()));
        },
    }
}

/// Runs a test on both frameworks, each with a browser of its own.
async fn with_browser(bench: &Bench, test: impl AsyncFn(Browser<'_>)) {
    let with_server = async |server: &Server| test(Browser::new(server)).await;
    for_both(app(), || bench.oidc(), with_server).await;
}

/// A browser that keeps cookies and shows redirects instead of following them.
pub(crate) struct Browser<'s> {
    server: &'s Server,
    client: Client,
}

impl<'s> Browser<'s> {
    pub(crate) fn new(server: &'s Server) -> Self {
        Self::with_jar(server, Arc::default())
    }

    /// With cookies that the test inspects.
    fn with_jar(server: &'s Server, jar: Arc<Jar>) -> Self {
        let client = Client::builder()
            .cookie_provider(jar)
            .no_proxy()
            .redirect(redirect::Policy::none())
            .build()
            .expect("the client's settings are sound");
        Self { server, client }
    }

    /// The application's own callback.
    pub(crate) fn callback(&self) -> String {
        self.url("callback").into()
    }

    /// A page of the application that takes the code itself.
    fn page(&self) -> String {
        format!("http://{}/signed-in", self.server.address)
    }

    fn url(&self, endpoint: &str) -> Url {
        let url = format!("http://{}/api/auth/v2/{endpoint}", self.server.address);
        url.parse().expect("a URL")
    }

    pub(crate) fn request(&self, method: Method, endpoint: &str) -> RequestBuilder {
        self.client.request(method, self.url(endpoint))
    }

    pub(crate) async fn get(&self, endpoint: &str, query: &[(&str, &str)]) -> Reply {
        Reply::of(self.request(Method::GET, endpoint).query(query)).await
    }

    pub(crate) async fn open(&self, url: &str) -> Reply {
        Reply::of(self.client.get(url)).await
    }

    pub(crate) async fn post(&self, endpoint: &str, form: &[(&str, &str)]) -> Reply {
        Reply::of(self.request(Method::POST, endpoint).form(form)).await
    }

    async fn post_multipart(&self, endpoint: &str, form: &[(&str, &str)]) -> Reply {
        let parts = form.iter().map(|(name, value)| {
            format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        });
        let body = parts.chain(["--x--\r\n".to_owned()]).collect::<String>();
        let request = self.request(Method::POST, endpoint);
        let request = request.header(CONTENT_TYPE, "multipart/form-data; boundary=x");
        Reply::of(request.body(body)).await
    }

    /// Whether the application knows its provider, so that a sign-in can begin.
    async fn is_ready(&self) -> bool {
        self.get("login", &[("redirect_uri", NATIVE)]).await.status == 307
    }

    /// The authorization URL of a sign-in.
    pub(crate) async fn begin(&self, redirect_uri: &str) -> String {
        let reply = self.get("login", &[("redirect_uri", redirect_uri)]).await;
        assert_eq!(reply.status, 307, "{reply:?}");
        location(&reply)
    }

    /// Signs alice in; the redirect with the code.
    pub(crate) async fn sign_in(&self, idp: &TestIdp, redirect_uri: &str) -> String {
        idp.sign_in(&self.begin(redirect_uri).await, "alice")
    }

    /// Signs alice in at the own callback, with a refresh token; the tokens.
    async fn stay_signed_in(&self, idp: &TestIdp) -> Value {
        let callback = self.callback();
        let query = [
            ("redirect_uri", callback.as_str()),
            ("offline_access", "true"),
            ("prompt", "consent"),
        ];
        let login = location(&self.get("login", &query).await);
        let token = tokens(&self.open(&idp.sign_in(&login, "alice")).await);
        assert!(token["refresh_token"].is_string(), "{token}");
        token
    }
}

/// What the page at the redirect URI gets when the browser returns.
struct Landing {
    redirect_uri: String,
    code: String,
    state: String,
}

impl Landing {
    fn read(url: &str, redirect_uri: &str) -> Self {
        let get = |name| parameter(url, name).expect("a code and a state");
        Self {
            redirect_uri: redirect_uri.to_owned(),
            code: get("code"),
            state: get("state"),
        }
    }

    /// The form of a client that sends the state as its verifier.
    fn form(&self) -> [(&str, &str); 3] {
        [
            ("code", &self.code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", &self.state),
        ]
    }
}

/// The name and value of a cookie.
fn kept(reply: &Reply) -> String {
    let cookie = reply.headers["set-cookie"].to_str().expect("ASCII");
    let (pair, _) = cookie.split_once(';').expect("attributes");
    pair.to_owned()
}

pub(crate) fn location(reply: &Reply) -> String {
    let location = reply.headers.get("location").expect("a redirect");
    location.to_str().expect("ASCII").to_owned()
}

/// A parameter of the query of a URL.
pub(crate) fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).expect("a URL");
    let mut pairs = url.query_pairs();
    let found = pairs.find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned())
}

/// The same URL with a parameter set, or removed.
pub(crate) fn with(url: &str, name: &str, value: Option<&str>) -> String {
    let mut url = Url::parse(url).expect("a URL");
    let pairs = url.query_pairs().into_owned();
    let mut pairs: Vec<_> = pairs.filter(|(key, _)| key != name).collect();
    pairs.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    url.query_pairs_mut().clear().extend_pairs(pairs);
    url.into()
}

#[track_caller]
fn tokens(reply: &Reply) -> Value {
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_is_closed(reply);
    let token: Value = serde_json::from_str(&reply.body).expect("JSON");
    assert_eq!(token["token_type"], "Bearer");
    assert!(
        token["expires"].is_i64() && token["scope"].is_string(),
        "{token}"
    );
    assert!(token.get("refresh_expires").is_some(), "{token}");
    token
}

#[track_caller]
fn assert_error(case: &str, reply: &Reply, status: u16, error: &str) {
    assert_eq!(reply.status, status, "{case}: {reply:?}");
    assert_is_closed(reply);
    let body: Value = serde_json::from_str(&reply.body).expect("JSON");
    assert_eq!(body["error"], error, "{case}: {reply:?}");
    assert!(body["detail"].is_string(), "{case}: {reply:?}");
    assert_eq!(body["detail"], body["error_description"], "{case}");
    assert_eq!(reply.challenge(), "", "{case}");
    let retries = reply.headers.contains_key("retry-after");
    assert!(
        status != 503 || error != "temporarily_unavailable" || retries,
        "{case}"
    );
}

/// Not cached, framed or sniffed.
#[track_caller]
fn assert_is_closed(reply: &Reply) {
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ] {
        let found = reply.headers.get(name);
        assert!(
            found.is_some_and(|found| found == value),
            "{name}: {reply:?}"
        );
    }
}
