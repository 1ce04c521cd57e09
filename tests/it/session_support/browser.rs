//! A browser of one user.

use std::fmt::Display;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use oidc_devidp::{Endpoint, Fault};
use reqwest::header::{COOKIE, HOST};
use reqwest::{Method, RequestBuilder, Url};
use serde_json::Value;

use super::jar::Jar;
use super::site::World;
use crate::sign_in::location;
use crate::support::reply::Reply;

pub(crate) type Fields<'f> = &'f [(&'f str, &'f str)];

/// What browsers send when they open a page.
pub(crate) const NAVIGATE: Fields<'_> = &[
    ("accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
    ("sec-fetch-mode", "navigate"),
    ("sec-fetch-dest", "document"),
];
/// What they send with a script's request to its own origin.
pub(crate) const SAME_ORIGIN: Fields<'_> = &[("sec-fetch-site", "same-origin")];

/// Keeps cookies as browsers do, and shows redirects instead of following them. A clone is the same
/// browser.
#[derive(Clone)]
pub(crate) struct Browser {
    world: Arc<World>,
    address: String,
    jar: Arc<Mutex<Jar>>,
}

impl Browser {
    /// A browser without cookies, for the instance at this address.
    pub(crate) fn new(world: &Arc<World>, address: impl Display) -> Self {
        Self {
            world: Arc::clone(world),
            address: address.to_string(),
            jar: Arc::default(),
        }
    }

    /// The same browser, whose requests another instance gets.
    pub(crate) fn moved_to(&self, address: impl Display) -> Self {
        Self {
            address: address.to_string(),
            ..self.clone()
        }
    }

    /// Another browser with the same cookies.
    pub(crate) fn copy(&self) -> Self {
        let jar = Arc::new(Mutex::new(self.jar().clone()));
        Self {
            jar,
            ..self.clone()
        }
    }

    pub(crate) fn jar(&self) -> MutexGuard<'_, Jar> {
        self.jar.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The name and value of the session cookie, or of its first part.
    pub(crate) fn session_cookie(&self) -> (String, String) {
        let jar = self.jar();
        let name = jar.session_name().expect("a session");
        let value = jar.get(name).expect("a session");
        (name.to_owned(), value.to_owned())
    }

    /// Whether there is a session cookie.
    pub(crate) fn has_session(&self) -> bool {
        self.jar().session().is_some()
    }

    /// A request without cookies, to a path or to an address of the application. It is sent as a proxy
    /// would that ends TLS.
    pub(crate) fn request(
        &self,
        method: Method,
        target: &str,
        fields: Fields<'_>,
    ) -> RequestBuilder {
        let public = Url::parse(self.world.public()).expect("a URL");
        let origin = public.origin().ascii_serialization();
        let path = target.strip_prefix(&origin).unwrap_or(target);
        let below = public.path().trim_end_matches('/');
        let path = path.strip_prefix(below).unwrap_or(path);
        let url = format!("http://{}{path}", self.address);
        let (_, host) = origin.split_once("://").expect("a URL");
        let request = self.world.http.request(method, url).header(HOST, host);
        fields.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        })
    }

    /// Sends a request with the cookies, and keeps those of the response.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Reply {
        let cookies = self.jar().field();
        let request = match cookies {
            Some(cookies) => request.header(COOKIE, cookies),
            None => request,
        };
        let reply = Reply::of(request).await;
        let is_https = self.world.public().starts_with("https:");
        self.jar().keep(&reply.headers, is_https);
        reply
    }

    pub(crate) async fn get(&self, target: &str) -> Reply {
        self.get_with(target, &[]).await
    }

    pub(crate) async fn get_with(&self, target: &str, fields: Fields<'_>) -> Reply {
        self.send(self.request(Method::GET, target, fields)).await
    }

    /// Opens a page.
    pub(crate) async fn open(&self, target: &str) -> Reply {
        self.get_with(target, NAVIGATE).await
    }

    /// Posts a form by a script of the application's own pages.
    pub(crate) async fn post(&self, target: &str, form: &[(&str, &str)]) -> Reply {
        let request = self.request(Method::POST, target, SAME_ORIGIN);
        self.send(request.form(form)).await
    }

    /// Posts nothing.
    pub(crate) async fn post_with(&self, target: &str, fields: Fields<'_>) -> Reply {
        self.send(self.request(Method::POST, target, fields)).await
    }

    /// Sends a form of one of the application's own pages, whose response is shown as a page.
    pub(crate) async fn submit(&self, target: &str, form: &[(&str, &str)]) -> Reply {
        let fields = [NAVIGATE, SAME_ORIGIN].concat();
        let request = self.request(Method::POST, target, &fields);
        self.send(request.form(form)).await
    }

    /// Puts goods into the basket that the application keeps in the session.
    pub(crate) async fn put(&self, goods: impl Into<String>) -> Reply {
        let request = self.request(Method::POST, "/put", SAME_ORIGIN);
        self.send(request.body(goods.into())).await
    }

    /// What the endpoint `session` says, without any effect on the cookies that are kept.
    pub(crate) async fn is_signed_in(&self) -> bool {
        let reply = self.copy().get("/auth/v2/session").await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let body: Value = serde_json::from_str(&reply.body).expect("JSON");
        body["authenticated"] == true
    }

    /// Begins a sign-in: the address of the provider.
    pub(crate) async fn begin(&self, login: &str) -> String {
        let reply = self.open(login).await;
        assert_eq!(reply.status, 307, "{login}: {reply:?}");
        location(&reply)
    }

    /// Goes to the provider as this user, and comes back: the response of the callback.
    pub(crate) async fn finish(&self, authorization: &str, user: &str) -> Reply {
        let callback = self.world.bench.idp.sign_in(authorization, user);
        self.open(&callback).await
    }

    /// The same while the token endpoint responds with this.
    pub(crate) async fn finish_with(&self, authorization: &str, response: &Value) -> Reply {
        let idp = &self.world.bench.idp;
        let callback = idp.sign_in(authorization, "alice");
        idp.fault(Endpoint::Token, Fault::Body(response.to_string()));
        let reply = self.open(&callback).await;
        idp.heal();
        reply
    }

    /// Signs a user in.
    pub(crate) async fn sign_in(&self, user: &str) {
        let reply = self.finish(&self.begin("/auth/v2/login").await, user).await;
        assert_eq!(reply.status, 303, "{reply:?}");
        assert_eq!(location(&reply), "/");
    }

    /// What `/me` says about the user.
    pub(crate) async fn me(&self) -> Value {
        let reply = self.get("/me").await;
        assert_eq!(reply.status, 200, "{reply:?}");
        serde_json::from_str(&reply.body).expect("JSON")
    }

    /// The printable id of the session.
    pub(crate) async fn session_id(&self) -> String {
        text(&self.me().await["session"])
    }

    /// The provider's id of its own session.
    pub(crate) async fn sid(&self) -> String {
        text(&self.me().await["claims"]["sid"])
    }

    /// The status of a request for a page that requires a user.
    pub(crate) async fn status(&self) -> u16 {
        self.get("/me").await.status
    }

    /// The same without keeping what the response says about cookies.
    pub(crate) async fn peek(&self) -> u16 {
        self.copy().status().await
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
