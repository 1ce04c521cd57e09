//! A browser that keeps cookies, which a test may look at and exchange.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use oidc_devidp::TestIdp;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, Url, redirect};
use serde_json::Value;

use super::site::ORIGIN;
use crate::support::reply::Reply;

pub(super) type Cookies = BTreeMap<String, String>;

#[derive(Clone)]
pub(super) struct Browser {
    base: String,
    client: Client,
    cookies: Arc<Mutex<Cookies>>,
}

impl Browser {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self::at(format!("http://{address}"))
    }

    pub(super) fn at(base: String) -> Self {
        let client = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .build()
            .expect("the client's settings are sound");
        Self {
            base,
            client,
            cookies: Arc::default(),
        }
    }

    /// The same browser, sent to another instance of the application.
    pub(super) fn moved_to(&self, address: SocketAddr) -> Self {
        Self {
            base: format!("http://{address}"),
            ..self.clone()
        }
    }

    /// A browser with the same cookies as this one has now.
    pub(super) fn copy(&self) -> Self {
        let copy = Self {
            cookies: Arc::default(),
            ..self.clone()
        };
        *copy.jar() = self.cookies();
        copy
    }

    pub(super) fn cookies(&self) -> Cookies {
        self.jar().clone()
    }

    pub(super) fn set_cookies(&self, cookies: Cookies) {
        *self.jar() = cookies;
    }

    /// Whether there is a session cookie.
    pub(super) fn has_session(&self) -> bool {
        self.jar().keys().any(|name| name.contains("Http-oidc"))
    }

    fn jar(&self) -> MutexGuard<'_, Cookies> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let path = path.strip_prefix(ORIGIN).unwrap_or(path);
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// Sends a request with the cookies, and keeps those of the response.
    pub(super) async fn send(&self, request: RequestBuilder) -> Reply {
        let cookies = self.cookies();
        let pairs = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let field = pairs.collect::<Vec<_>>().join("; ");
        let request = if field.is_empty() {
            request
        } else {
            request.header(COOKIE, field)
        };
        let reply = Reply::of(request).await;
        self.keep(&reply);
        reply
    }

    fn keep(&self, reply: &Reply) {
        for field in reply.headers.get_all(SET_COOKIE) {
            let text = field.to_str().expect("ASCII");
            let (pair, attributes) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').expect("a name and a value");
            if attributes.contains("Max-Age=0") {
                self.jar().remove(name);
            } else {
                self.jar().insert(name.to_owned(), value.to_owned());
            }
        }
    }

    pub(super) async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }

    /// Posts a form from one of the application's own pages.
    pub(super) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        let request = self.request(Method::POST, path).form(form);
        self.send(request.header("sec-fetch-site", "same-origin"))
            .await
    }

    /// Opens a page.
    pub(super) async fn open(&self, path: &str) -> Reply {
        let request = self.request(Method::GET, path);
        self.send(as_navigation(request)).await
    }

    /// Sends a form, whose response is shown as a page.
    pub(super) async fn submit(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        let request = self.request(Method::POST, path).form(form);
        self.send(as_navigation(request).header("sec-fetch-site", "same-origin"))
            .await
    }

    pub(super) async fn sign_in(&self, idp: &TestIdp, user: &str) {
        let reply = self.get("/auth/v2/login?return_to=/me").await;
        assert_eq!(reply.status, 307, "{reply:?}");
        let callback = idp.sign_in(&location(&reply), user);
        let reply = self.get(&callback).await;
        assert_eq!(reply.status, 303, "{reply:?}");
        assert_eq!(location(&reply), "/me");
    }

    /// What `/me` says, which must be 200.
    pub(super) async fn me(&self) -> Value {
        let reply = self.get("/me").await;
        assert_eq!(reply.status, 200, "{reply:?}");
        serde_json::from_str(&reply.body).expect("JSON")
    }

    pub(super) async fn session_id(&self) -> String {
        text(&self.me().await["session"])
    }

    pub(super) async fn sid(&self) -> String {
        text(&self.me().await["claims"]["sid"])
    }

    /// The status of a request for a page that requires a user.
    pub(super) async fn status(&self) -> u16 {
        self.get("/me").await.status
    }

    /// The same without keeping what the response says about cookies.
    pub(super) async fn peek(&self) -> u16 {
        self.copy().status().await
    }
}

fn as_navigation(request: RequestBuilder) -> RequestBuilder {
    request
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-dest", "document")
        .header("accept", "text/html")
}

pub(super) fn location(reply: &Reply) -> String {
    let location = reply.headers.get(LOCATION).expect("a redirect");
    location.to_str().expect("ASCII").to_owned()
}

/// A parameter of the query of a URL.
pub(super) fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).expect("a URL");
    let mut pairs = url.query_pairs();
    let found = pairs.find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned())
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
