//! Tokens for tests.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::config::Client;
use crate::jwt::{self, Signature};
use crate::keys::{Algorithm, TestKey};
use crate::provider::{Grant, Provider};
use crate::random;
use crate::sync::lock;

const SCOPES: [&str; 3] = ["openid", "profile", "email"];

/// A token in the making: valid until something about it is changed.
///
/// ```
/// use oidc_devidp::{Algorithm, TestIdp, TestKey};
/// use serde_json::json;
///
/// let idp = TestIdp::start_blocking();
/// let genuine = idp.token().sub("bob").scope("read write").mint();
/// let expired = idp.token().expires_in(-60).mint();
/// let foreign = idp.token().audience("another-api").mint();
/// let forged = idp.token().key(&TestKey::rsa(2048)).mint();
/// let odd = idp.token().header("typ", json!(7)).claim("exp", json!("soon")).mint();
/// ```
#[derive(Clone)]
#[must_use]
pub struct TokenBuilder {
    provider: Arc<Provider>,
    header: Map<String, Value>,
    claims: Map<String, Value>,
    algorithm: Algorithm,
    key: Option<TestKey>,
    signature: Kind,
    /// Whether the claims of its user are among the claims.
    describes_user: bool,
}

#[derive(Clone)]
enum Kind {
    Asymmetric,
    Hmac(Vec<u8>),
    None,
    /// Not a JWT; the text if it was chosen.
    Opaque(Option<String>),
}

impl TokenBuilder {
    pub(crate) fn access_token(provider: Arc<Provider>, client: &Client) -> Self {
        let claims = provider.access_claims(&grant(&provider, client));
        let typ = provider.access_token_type();
        Self::new(provider, typ, claims)
    }

    pub(crate) fn id_token(provider: Arc<Provider>, client: &Client) -> Self {
        let mut grant = grant(&provider, client);
        grant.nonce = Some("test-nonce".to_owned());
        grant.sid = Some(random::id());
        let claims = provider.id_claims(&grant);
        Self::new(provider, "JWT", claims)
    }

    pub(crate) fn logout_token(provider: Arc<Provider>, client: &Client) -> Self {
        let claims = provider.logout_claims(&client.client_id, "alice");
        Self {
            describes_user: false,
            ..Self::new(provider, "logout+jwt", claims)
        }
    }

    /// Sets `sub`. The claims of a configured user take the place of alice's, except in a logout
    /// token, which has none.
    #[expect(clippy::should_implement_trait, reason = "it is the name of the claim")]
    pub fn sub(mut self, sub: &str) -> Self {
        if self.describes_user {
            self.describe(sub);
        }
        self.claim("sub", json!(sub))
    }

    /// Sets `scope` to this space separated list.
    pub fn scope(self, scope: &str) -> Self {
        self.claim("scope", json!(scope))
    }

    /// Sets `scope` to these, separated by spaces.
    pub fn scopes<'a>(self, scopes: impl IntoIterator<Item = &'a str>) -> Self {
        let scopes: Vec<_> = scopes.into_iter().collect();
        self.scope(&scopes.join(" "))
    }

    /// Sets `aud` to one audience; use [`TokenBuilder::claim`] for several.
    pub fn audience(self, audience: &str) -> Self {
        self.claim("aud", json!(audience))
    }

    /// Sets `iss`.
    pub fn issuer(self, issuer: &str) -> Self {
        self.claim("iss", json!(issuer))
    }

    /// Sets `sid`, the session with the provider.
    pub fn sid(self, sid: &str) -> Self {
        self.claim("sid", json!(sid))
    }

    /// Sets `nonce`.
    pub fn nonce(self, nonce: &str) -> Self {
        self.claim("nonce", json!(nonce))
    }

    /// Sets a claim to any JSON value.
    pub fn claim(mut self, name: &str, value: Value) -> Self {
        self.claims.insert(name.to_owned(), value);
        self
    }

    /// Sets a claim inside objects, which are made as needed: `realm_access.roles`.
    ///
    /// ```
    /// use oidc_devidp::TestIdp;
    /// use serde_json::json;
    ///
    /// let idp = TestIdp::start_blocking();
    /// let token = idp.token().claim_at("realm_access.roles", json!(["editor"])).mint();
    /// ```
    pub fn claim_at(mut self, path: &str, value: Value) -> Self {
        let (first, rest) = path
            .split_once('.')
            .map_or((path, None), |(first, rest)| (first, Some(rest)));
        let slot = self.claims.entry(first).or_insert(Value::Null);
        let slot = rest
            .into_iter()
            .flat_map(|rest| rest.split('.'))
            .fold(slot, |slot, name| {
                if !slot.is_object() {
                    *slot = json!({});
                }
                &mut slot[name]
            });
        *slot = value;
        self
    }

    /// Leaves a claim out.
    pub fn without(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// Sets `exp` to so many seconds from the provider's now; negative for the past.
    pub fn expires_in(self, seconds: i64) -> Self {
        let exp = self.now().saturating_add(seconds);
        self.claim("exp", json!(exp))
    }

    /// Sets `iat` to this Unix time in seconds.
    pub fn issued_at(self, seconds: i64) -> Self {
        self.claim("iat", json!(seconds))
    }

    /// Sets `iat` to so many seconds from the provider's now; negative for the past.
    pub fn issued_in(self, seconds: i64) -> Self {
        let iat = self.now().saturating_add(seconds);
        self.issued_at(iat)
    }

    /// Sets a header parameter to any JSON value, `alg` included; the signature stays as it is.
    ///
    /// ```
    /// use oidc_devidp::TestIdp;
    /// use serde_json::json;
    ///
    /// let idp = TestIdp::start_blocking();
    /// let critical = idp.token().header("crit", json!(["exp"])).mint();
    /// ```
    pub fn header(mut self, name: &str, value: Value) -> Self {
        self.header.insert(name.to_owned(), value);
        self
    }

    /// Leaves a header parameter out.
    pub fn without_header(self, name: &str) -> Self {
        self.header(name, Value::Null)
    }

    /// Sets `kid`, or leaves it out.
    pub fn kid<'a>(self, kid: impl Into<Option<&'a str>>) -> Self {
        self.header("kid", kid.into().map_or(Value::Null, |kid| json!(kid)))
    }

    /// Signs with the provider's key for this algorithm, which is made and published if need be.
    pub fn alg(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Signs with this key, under the `kid` of the provider's own. The algorithm becomes the
    /// key's, unless the key can do the one chosen.
    pub fn key(mut self, key: &TestKey) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// Signs with HMAC-SHA-256 and this secret, as `HS256`.
    pub fn hmac(mut self, secret: &[u8]) -> Self {
        self.signature = Kind::Hmac(secret.to_vec());
        self
    }

    /// Does not sign: `alg` is `none`.
    pub fn unsigned(mut self) -> Self {
        self.signature = Kind::None;
        self
    }

    /// Makes it an opaque access token: a random text that the introspection endpoint (RFC 7662) answers
    /// with these claims while `exp`, if it has one, is ahead. There is no header and no signature.
    ///
    /// ```
    /// use oidc_devidp::TestIdp;
    ///
    /// let idp = TestIdp::start_blocking();
    /// let of_user = idp.token().sub("bob").scope("read").opaque().mint();
    /// let of_application = idp.token().without("sub").opaque().mint();
    /// let foreign = idp.token().audience("another-api").opaque().mint();
    /// ```
    pub fn opaque(mut self) -> Self {
        self.signature = Kind::Opaque(None);
        self
    }

    /// Like [`TokenBuilder::opaque`], with this text.
    ///
    /// ```
    /// let idp = oidc_devidp::TestIdp::start_blocking();
    /// assert_eq!(idp.token().opaque_as("a+b/c~d==").mint(), "a+b/c~d==");
    /// ```
    pub fn opaque_as(mut self, text: &str) -> Self {
        self.signature = Kind::Opaque(Some(text.to_owned()));
        self
    }

    /// The token: a JWT in compact form, or the text of an opaque one.
    #[must_use]
    pub fn mint(self) -> String {
        let published = lock(&self.provider.keys).signing(self.algorithm);
        let key = self.key.unwrap_or(published.key);
        let algorithm = if key.can(self.algorithm) {
            self.algorithm
        } else {
            key.algorithm()
        };
        let (alg, signature) = match self.signature {
            Kind::Opaque(None) => return self.provider.opaque_token(self.claims),
            Kind::Opaque(Some(text)) => {
                self.provider.keep_opaque_token(text.clone(), self.claims);
                return text;
            }
            Kind::Asymmetric => (algorithm.name(), Signature::Key(key, algorithm)),
            Kind::Hmac(secret) => ("HS256", Signature::Hmac(secret)),
            Kind::None => ("none", Signature::None),
        };
        let mut header = Map::new();
        header.insert("alg".to_owned(), json!(alg));
        header.insert("kid".to_owned(), json!(published.kid));
        header.extend(self.header);
        header.retain(|_, value| !value.is_null());
        jwt::encode(&header.into(), &self.claims.into(), &signature)
    }

    fn new(provider: Arc<Provider>, typ: &str, claims: Map<String, Value>) -> Self {
        let algorithm = provider.config.algorithm;
        Self {
            provider,
            header: Map::from_iter([("typ".to_owned(), json!(typ))]),
            claims,
            algorithm,
            key: None,
            signature: Kind::Asymmetric,
            describes_user: true,
        }
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn describe(&mut self, sub: &str) {
        let config = &self.provider.config;
        if let Some(before) = self.claims["sub"]
            .as_str()
            .and_then(|sub| config.user_by_sub(sub))
        {
            for name in before.all_claims().keys() {
                self.claims.remove(name);
            }
        }
        if let Some(user) = config.user_by_sub(sub) {
            self.claims.extend(user.all_claims());
        }
    }

    fn now(&self) -> i64 {
        i64::try_from(self.provider.clock.seconds()).unwrap_or(i64::MAX)
    }
}

fn grant(provider: &Provider, client: &Client) -> Grant {
    let now = provider.clock.seconds();
    let audience = client.full_audience();
    let acr = provider.ordinary_acr("alice");
    Grant::immediate(&client.client_id, "alice", &SCOPES, audience, now, acr)
}

impl fmt::Debug for TokenBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenBuilder")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}
