//! The test kit: what tests do with a provider besides sending requests.

mod logout;
mod token;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::oneshot;

pub use logout::LogoutViolation;
pub use token::TokenBuilder;

use crate::config::Client;
use crate::devidp::{Builder, DevIdp};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::fault::Fault;
use crate::keys::{Algorithm, TestKey};
use crate::provider::{self, LogoutDelivery};
use crate::sync::lock;
use crate::tamper::Tamper;

/// A provider for one test: on a free port, with switches for everything that can go wrong.
///
/// ```
/// use oidc_devidp::{Endpoint, Fault, TestIdp};
///
/// let idp = TestIdp::start_blocking();
/// let token = idp.token().sub("alice").scope("read").mint();
/// idp.fault(Endpoint::Jwks, Fault::Down);
/// assert_eq!(idp.hits(Endpoint::Jwks), 0);
/// ```
#[derive(Debug)]
pub struct TestIdp {
    idp: DevIdp,
    others: BTreeMap<String, Self>,
}

impl TestIdp {
    /// Starts a provider with the default clients and users.
    ///
    /// # Panics
    /// When no port of 127.0.0.1 can be bound.
    pub async fn start() -> Self {
        Self::start_with(DevIdp::builder()).await
    }

    /// Starts a provider with another configuration, on a free port, and likewise those that were
    /// added to it.
    ///
    /// ```
    /// use oidc_devidp::{Client, DevIdp, TestIdp};
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let shop = Client::new("shop").secret("s3cret").redirect_uri("https://shop.example/cb");
    /// let idp = TestIdp::start_with(DevIdp::builder().client(shop)).await;
    /// // The client of the default configuration is still the first.
    /// assert_eq!(idp.client_id(), "oidc-guard-dev");
    /// # });
    /// ```
    ///
    /// # Panics
    /// When the configuration is wrong or no port can be bound.
    pub async fn start_with(builder: Builder) -> Self {
        // Making keys takes long, which must not stop the test's own runtime.
        let (sender, started) = oneshot::channel();
        thread::spawn(move || sender.send(builder.on_free_ports().start()));
        let started = started.await.expect("the starting thread does not panic");
        expect_start(started)
    }

    /// Like [`TestIdp::start`], for tests that are not async.
    ///
    /// # Panics
    /// When no port of 127.0.0.1 can be bound.
    #[must_use]
    pub fn start_blocking() -> Self {
        expect_start(DevIdp::builder().port(0).start())
    }

    /// The provider that was added under this name; see [`Builder::also`].
    ///
    /// ```
    /// use oidc_devidp::{DevIdp, TestIdp};
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let idp = TestIdp::start_with(DevIdp::builder().also("partner", DevIdp::builder())).await;
    /// let token = idp.other("partner").token().scope("read").mint();
    /// # });
    /// ```
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn other(&self, name: &str) -> &Self {
        let other = self.others.get(name);
        other.unwrap_or_else(|| panic!("no provider is called {name}"))
    }

    /// The providers that were added, with their names.
    pub fn others(&self) -> impl Iterator<Item = (&str, &Self)> {
        let others = self.others.iter();
        others.map(|(name, other)| (name.as_str(), other))
    }

    /// The identifier of the first client: `oidc-guard-dev` unless configured otherwise.
    ///
    /// # Panics
    /// When the provider was configured without clients.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client().client_id
    }

    /// An access token as the first client would get for alice, to be changed at will. It is a JWT,
    /// whatever the client gets, until [`TokenBuilder::opaque`] makes it none.
    pub fn token(&self) -> TokenBuilder {
        TokenBuilder::access_token(Arc::clone(self.provider()), self.client())
    }

    /// An ID token as the first client would get for alice, with the nonce `test-nonce`.
    pub fn id_token(&self) -> TokenBuilder {
        TokenBuilder::id_token(Arc::clone(self.provider()), self.client())
    }

    /// A logout token (OpenID Connect Back-Channel Logout §2.4) as the first client would get for
    /// alice, without a `sid`: by `sub`, for all her sessions.
    ///
    /// ```
    /// use oidc_devidp::{LogoutViolation, TestIdp};
    ///
    /// let idp = TestIdp::start_blocking();
    /// let by_sub = idp.logout_token().sub("bob").mint();
    /// let by_both = idp.logout_token().sub("bob").sid("a-session").mint();
    /// let by_sid = idp.logout_token().sid("a-session").without("sub").mint();
    /// let old = idp.logout_token().issued_in(-600).mint();
    /// let wrong = idp.logout_token().violate(LogoutViolation::WithNonce).mint();
    /// // .. post one to the application, as the form field `logout_token` ..
    /// ```
    pub fn logout_token(&self) -> TokenBuilder {
        TokenBuilder::logout_token(Arc::clone(self.provider()), self.client())
    }

    /// Ends a session as if its user had signed out at the provider: sends logout tokens to the
    /// clients that were signed in to within it and that have a `backchannel_logout_uri`, and
    /// returns what they responded, in the order of their names. Empty if the session has ended.
    ///
    /// The `sid` is that of the ID tokens. Needs a tokio runtime.
    ///
    /// ```
    /// use oidc_devidp::TestIdp;
    ///
    /// # async fn example(idp: &TestIdp, sid: &str) {
    /// let deliveries = idp.end_session(sid).await;
    /// assert_eq!(deliveries[0].status, Some(200));
    /// # }
    /// ```
    pub async fn end_session(&self, sid: &str) -> Vec<LogoutDelivery> {
        provider::deliver(self.provider().end_session_of(sid)).await
    }

    /// Ends every session of a user; see [`TestIdp::end_session`].
    pub async fn end_sessions_of(&self, username: &str) -> Vec<LogoutDelivery> {
        let sids = self.provider().sids_of(username);
        let notices = sids
            .iter()
            .flat_map(|sid| self.provider().end_session_of(sid));
        provider::deliver(notices.collect()).await
    }

    /// Follows an authorization URL as a fresh browser would, signs in as this user, and returns
    /// the redirect to the application: with a code, or with the error of a faulty request.
    ///
    /// ```
    /// use oidc_devidp::TestIdp;
    ///
    /// let idp = TestIdp::start_blocking();
    /// // Usually the redirect of the application's login.
    /// let url = format!(
    ///     "{}/authorize?response_type=code&client_id=oidc-guard-dev&scope=openid&state=a\
    ///      &redirect_uri=http://localhost/cb&code_challenge_method=S256\
    ///      &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    ///     idp.issuer(),
    /// );
    /// let callback = idp.sign_in(&url, "alice");
    /// assert!(callback.starts_with("http://localhost/cb?code="));
    ///
    /// let denied = idp.refuse_sign_in(&url);
    /// assert!(denied.contains("error=access_denied"));
    /// ```
    ///
    /// Blocks while the metadata document of a client is fetched: what serves it has to run on another
    /// thread.
    ///
    /// # Panics
    /// When the provider would show an error page (unknown client, foreign redirect URI), or when
    /// the user is unknown.
    #[must_use]
    pub fn sign_in(&self, authorization_url: &str, username: &str) -> String {
        self.follow(authorization_url, Some(username))
    }

    /// Like [`TestIdp::sign_in`], but in the browser of an earlier sign-in, by the `sid` of its ID
    /// token: the session goes on. The user signs in anew if the request demands it, and consents.
    ///
    /// ```
    /// use oidc_devidp::TestIdp;
    ///
    /// # fn example(idp: &TestIdp, login: &str, step_up: &str, sid_of: fn(&str) -> String) {
    /// let callback = idp.sign_in(login, "alice");
    /// // .. the application redeems the code, and its ID token names the session ..
    /// let sid = sid_of(&callback);
    /// let callback = idp.sign_in_again(step_up, &sid);
    /// # }
    /// ```
    ///
    /// # Panics
    /// When the provider would show an error page, or when the session has ended.
    #[must_use]
    pub fn sign_in_again(&self, authorization_url: &str, sid: &str) -> String {
        let location = self
            .provider()
            .sign_in_again(query_of(authorization_url), sid);
        location.unwrap_or_else(|text| panic!("no way to sign in again: {text}"))
    }

    /// Like [`TestIdp::sign_in`], but the user denies it.
    ///
    /// # Panics
    /// When the provider would show an error page.
    #[must_use]
    pub fn refuse_sign_in(&self, authorization_url: &str) -> String {
        self.follow(authorization_url, None)
    }

    /// Approves a device (RFC 8628) as this user.
    ///
    /// ```
    /// use oidc_devidp::{Endpoint, TestIdp};
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let idp = TestIdp::start().await;
    /// let url = format!("{}{}", idp.issuer(), Endpoint::Device.path());
    /// let form = [("client_id", "oidc-guard-dev"), ("scope", "openid")];
    /// let request = reqwest::Client::new().post(url).form(&form);
    /// let started: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
    ///
    /// idp.approve_device(started["user_code"].as_str().unwrap(), "bob");
    /// // .. and the next poll of the device gets tokens for bob.
    /// # });
    /// ```
    ///
    /// # Panics
    /// When no device waits with this code, or when the user is unknown.
    pub fn approve_device(&self, user_code: &str, username: &str) {
        self.decide_device(user_code, Some(username));
    }

    /// Denies a device (RFC 8628).
    ///
    /// # Panics
    /// When no device waits with this code.
    pub fn deny_device(&self, user_code: &str) {
        self.decide_device(user_code, None);
    }

    /// Replaces every key by a new one; the old ones are published no longer.
    ///
    /// ```
    /// let idp = oidc_devidp::TestIdp::start_blocking();
    /// let before = idp.jwks();
    /// idp.rotate_keys();
    /// assert_ne!(idp.jwks()["keys"][0]["kid"], before["keys"][0]["kid"]);
    /// ```
    pub fn rotate_keys(&self) {
        lock(&self.provider().keys).rotate();
    }

    /// Publishes another key, from now on used to sign with its algorithm, and returns its `kid`,
    /// the thumbprint of the key (RFC 7638).
    ///
    /// ```
    /// use oidc_devidp::{Algorithm, TestIdp, TestKey};
    ///
    /// let idp = TestIdp::start_blocking();
    /// let kid = idp.add_key(TestKey::ec_p384());
    /// assert_eq!(idp.jwks()["keys"][1]["kid"], kid.as_str());
    /// let token = idp.token().alg(Algorithm::Es384).mint();
    /// ```
    pub fn add_key(&self, key: TestKey) -> String {
        let algorithm = key.algorithm();
        lock(&self.provider().keys).add(key, algorithm).kid
    }

    /// The key that signs with an algorithm, as `(kid, key)`; made and published if there is none.
    #[must_use]
    pub fn private_key(&self, algorithm: Algorithm) -> (String, TestKey) {
        let entry = lock(&self.provider().keys).signing(algorithm);
        (entry.kid, entry.key)
    }

    /// The key set as it is published.
    #[must_use]
    pub fn jwks(&self) -> Value {
        lock(&self.provider().keys).jwks()
    }

    /// Publishes this instead of the keys, until [`TestIdp::heal`] or [`TestIdp::rotate_keys`].
    ///
    /// ```
    /// use serde_json::json;
    ///
    /// let idp = oidc_devidp::TestIdp::start_blocking();
    /// idp.publish_jwks(json!({ "keys": [] }));
    /// assert_eq!(idp.jwks(), json!({ "keys": [] }));
    /// idp.heal();
    /// assert_eq!(idp.jwks()["keys"].as_array().map(Vec::len), Some(1));
    /// ```
    pub fn publish_jwks(&self, jwks: Value) {
        lock(&self.provider().keys).replace_published(Some(jwks));
    }

    /// Sets the `Cache-Control` of the key set. Default: `public, max-age=300`.
    pub fn jwks_cache_control(&self, value: Option<&str>) {
        *lock(&self.provider().jwks_cache_control) = value.map(str::to_owned);
    }

    /// Makes an endpoint fail from now on, in place of any earlier fault of that endpoint.
    pub fn fault(&self, endpoint: Endpoint, fault: Fault) {
        self.provider().controls.fault(endpoint, fault);
    }

    /// Ends every fault and publishes the real keys again.
    pub fn heal(&self) {
        self.provider().controls.heal();
        lock(&self.provider().keys).replace_published(None);
    }

    /// Makes the provider violate the protocol from now on, besides what it violates already.
    pub fn tamper(&self, tamper: Tamper) {
        self.provider().controls.tamper(tamper);
    }

    /// Makes the provider follow the protocol again.
    pub fn untamper(&self) {
        self.provider().controls.untamper();
    }

    /// How many requests an endpoint received since the start or the last reset, faults included.
    ///
    /// HTTP clients may try again by themselves when a kept connection closes, as [`Fault::Down`]
    /// makes it; each attempt counts.
    ///
    /// ```
    /// use oidc_devidp::{Endpoint, TestIdp};
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let idp = TestIdp::start().await;
    /// reqwest::get(idp.discovery_url()).await.unwrap();
    /// assert_eq!(idp.hits(Endpoint::Discovery), 1);
    /// idp.reset_hits();
    /// assert_eq!(idp.hits(Endpoint::Discovery), 0);
    /// # });
    /// ```
    #[must_use]
    pub fn hits(&self, endpoint: Endpoint) -> usize {
        self.provider().controls.hits(endpoint)
    }

    /// Sets every counter to zero.
    pub fn reset_hits(&self) {
        self.provider().controls.reset_hits();
    }

    /// Moves the provider's clock forward: codes, tokens and sessions grow older without waiting.
    ///
    /// The application keeps its own clock: to it, tokens issued after this are from the future.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let idp = oidc_devidp::TestIdp::start_blocking();
    /// idp.advance(Duration::from_secs(86_400));
    /// // Codes, refresh tokens and sessions from before have expired.
    /// ```
    pub fn advance(&self, by: Duration) {
        self.provider().clock.advance(by);
    }

    fn client(&self) -> &Client {
        let first = self.config().clients.first();
        first.expect("the configuration has a client")
    }

    fn follow(&self, authorization_url: &str, username: Option<&str>) -> String {
        let query = query_of(authorization_url);
        let location = self.provider().sign_in(query, username);
        location.unwrap_or_else(|text| panic!("no way to sign in: {text}"))
    }

    fn decide_device(&self, user_code: &str, username: Option<&str>) {
        let decided = self.provider().decide_device(user_code, username);
        decided.unwrap_or_else(|text| panic!("cannot decide about {user_code}: {text}"));
    }
}

fn query_of(url: &str) -> &str {
    url.split_once('?').map_or("", |(_, query)| query)
}

fn expect_start(started: Result<DevIdp, Error>) -> TestIdp {
    let idp = started.unwrap_or_else(|error| panic!("cannot start the test provider: {error}"));
    idp.into()
}

impl From<DevIdp> for TestIdp {
    fn from(mut idp: DevIdp) -> Self {
        let others = idp.take_others().into_iter();
        let others = others.map(|(name, other)| (name, other.into()));
        Self {
            others: others.collect(),
            idp,
        }
    }
}

impl Deref for TestIdp {
    type Target = DevIdp;

    fn deref(&self) -> &DevIdp {
        &self.idp
    }
}
