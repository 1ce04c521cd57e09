//! A browser of one user.

use std::sync::{Mutex, MutexGuard, PoisonError};

use oidc_devidp::{Endpoint, Fault};
use reqwest::header::{COOKIE, HOST};
use reqwest::{Method, RequestBuilder, Url};
use serde_json::Value;

use super::jar::Jar;
use super::shop::Shop;
use crate::sign_in::location;
use crate::support::reply::Reply;

pub(super) type Fields<'f> = &'f [(&'f str, &'f str)];

/// What browsers send when they open a page.
pub(super) const NAVIGATE: Fields<'_> = &[
    ("accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
    ("sec-fetch-mode", "navigate"),
    ("sec-fetch-dest", "document"),
];
/// What they send with a script's request to its own origin.
pub(super) const SAME_ORIGIN: Fields<'_> = &[("sec-fetch-site", "same-origin")];

/// Keeps cookies as browsers do, and shows redirects instead of following them.
pub(super) struct Browser<'s> {
    shop: &'s Shop<'s>,
    jar: Mutex<Jar>,
}

impl<'s> Browser<'s> {
    pub(super) fn new(shop: &'s Shop<'s>) -> Self {
        Self {
            shop,
            jar: Mutex::default(),
        }
    }

    /// Another browser with the same cookies.
    pub(super) fn copy(&self) -> Self {
        let copy = Self::new(self.shop);
        copy.jar().clone_from(&self.jar());
        copy
    }

    pub(super) fn jar(&self) -> MutexGuard<'_, Jar> {
        self.jar.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request without cookies, to a path or to an address of the application. It is sent as a proxy
    /// would that ends TLS.
    pub(super) fn bare(&self, method: Method, target: &str, fields: Fields<'_>) -> RequestBuilder {
        let public = Url::parse(self.shop.public).expect("a URL");
        let origin = public.origin().ascii_serialization();
        let path = target.strip_prefix(&origin).unwrap_or(target);
        let below = public.path().trim_end_matches('/');
        let path = path.strip_prefix(below).unwrap_or(path);
        let url = format!("http://{}{path}", self.shop.server.address);
        let (_, host) = origin.split_once("://").expect("a URL");
        let request = self.shop.client.request(method, url).header(HOST, host);
        fields.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        })
    }

    pub(super) async fn send(&self, request: RequestBuilder) -> Reply {
        let cookies = self.jar().field();
        let request = match cookies {
            Some(cookies) => request.header(COOKIE, cookies),
            None => request,
        };
        let reply = Reply::of(request).await;
        let is_https = self.shop.public.starts_with("https:");
        self.jar().keep(&reply.headers, is_https);
        reply
    }

    pub(super) async fn get(&self, target: &str) -> Reply {
        self.get_with(target, &[]).await
    }

    pub(super) async fn get_with(&self, target: &str, fields: Fields<'_>) -> Reply {
        self.send(self.bare(Method::GET, target, fields)).await
    }

    /// Opens a page.
    pub(super) async fn open(&self, target: &str) -> Reply {
        self.get_with(target, NAVIGATE).await
    }

    pub(super) async fn post(&self, target: &str, fields: Fields<'_>) -> Reply {
        self.send(self.bare(Method::POST, target, fields)).await
    }

    /// What the endpoint `session` says, without any effect on the cookies that are kept.
    pub(super) async fn is_signed_in(&self) -> bool {
        let reply = self.copy().get("/auth/v2/session").await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let body: Value = serde_json::from_str(&reply.body).expect("JSON");
        body["authenticated"] == true
    }

    /// Begins a sign-in: the address of the provider.
    pub(super) async fn begin(&self, login: &str) -> String {
        let reply = self.open(login).await;
        assert_eq!(reply.status, 307, "{login}: {reply:?}");
        location(&reply)
    }

    /// Goes to the provider as this user, and comes back: the response of the callback.
    pub(super) async fn finish(&self, authorization: &str, user: &str) -> Reply {
        let callback = self.shop.bench.idp.sign_in(authorization, user);
        self.open(&callback).await
    }

    /// The same while the token endpoint responds with this.
    pub(super) async fn finish_with(&self, authorization: &str, response: &Value) -> Reply {
        let idp = &self.shop.bench.idp;
        let callback = idp.sign_in(authorization, "alice");
        idp.fault(Endpoint::Token, Fault::Body(response.to_string()));
        let reply = self.open(&callback).await;
        idp.heal();
        reply
    }

    /// Signs a user in.
    pub(super) async fn sign_in(&self, user: &str) {
        let reply = self.finish(&self.begin("/auth/v2/login").await, user).await;
        assert_eq!(reply.status, 303, "{reply:?}");
        assert_eq!(location(&reply), "/");
    }

    /// What `/me` says about the user.
    pub(super) async fn me(&self) -> Value {
        let reply = self.get("/me").await;
        assert_eq!(reply.status, 200, "{reply:?}");
        serde_json::from_str(&reply.body).expect("JSON")
    }
}
