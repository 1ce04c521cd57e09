//! Browser sessions that began with a sign-in at the provider, with tokens as long as those of
//! Keycloak.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderName, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oidc::{Oidc, Sessions};
use oidc_devidp::{DevIdp, Endpoint, Fault, TestIdp, TokenBuilder};
use serde_json::json;
use tower_service::Service;

use crate::axum::request;
use crate::credentials::Credentials;

pub const SIGN_IN: oidc::Routes = oidc::routes!(sessions);

const PUBLIC_URL: &str = "https://shop.example.org";
const KEY: &str = "a-key-for-benchmarks-and-nothing-else";
const CACHE_BYTES: u64 = 256 << 20;
/// Nothing expires, and no use has to be recorded, while something is measured.
const LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// What a user has after a sign-in.
pub struct SignedIn {
    pub tokens: Tokens,
    /// The `Cookie` field of the browser.
    pub cookie: String,
    /// The `Set-Cookie` field with which the session began.
    pub set_cookie: String,
}

/// The tokens of a sign-in.
pub struct Tokens {
    pub access: String,
    pub id: String,
    pub refresh: String,
}

/// A provider that knows where the application is.
pub async fn provider() -> TestIdp {
    let with_callback = DevIdp::builder().configure(|config| {
        let callback = format!("{PUBLIC_URL}/auth/v2/callback");
        config.clients[0].redirect_uris.push(callback);
    });
    TestIdp::start_with(with_callback).await
}

/// Sessions with the same key in every client.
pub fn settings() -> Sessions {
    let settings = Sessions::new(SIGN_IN).key(KEY);
    settings.idle(LIFETIME).lifetime(LIFETIME)
}

/// A client with sessions, which has not seen any yet.
pub fn client(idp: &TestIdp, settings: Sessions) -> Oidc {
    Oidc::builder()
        .client_id(idp.client_id())
        .discovery_url(idp.discovery_url())
        .public_url(PUBLIC_URL)
        .token_cache_bytes(CACHE_BYTES)
        .sessions(settings)
        .build()
        .expect("the configuration is right")
}

/// The same, with the keys of the provider.
pub async fn warm_client(idp: &TestIdp, settings: Sessions) -> Oidc {
    let oidc = client(idp, settings);
    oidc.discover().await.expect("the provider runs");
    oidc
}

/// Signs in in a new browser. `number` tells the user.
pub async fn sign_in(app: &mut Router, idp: &TestIdp, number: usize) -> SignedIn {
    let login = get(app, "/auth/v2/login", Credentials::None).await;
    let [begun] = cookies(&login)[..] else {
        panic!("one cookie for the sign-in");
    };
    let location = field(&login, &LOCATION);
    let nonce = location
        .split(['?', '&'])
        .find_map(|parameter| parameter.strip_prefix("nonce="))
        .expect("a nonce");
    let tokens = Tokens::new(idp, number, nonce);
    idp.fault(Endpoint::Token, Fault::Body(tokens.response()));
    let landing = idp.sign_in(location, "alice");
    let path = landing
        .strip_prefix(PUBLIC_URL)
        .expect("back at the application");
    let callback = get(app, path, Credentials::Cookie(pair(begun))).await;
    assert_eq!(callback.status(), StatusCode::SEE_OTHER);
    let mut set = cookies(&callback);
    set.retain(|cookie| !cookie.contains("Max-Age=0"));
    let [set_cookie] = set[..] else {
        panic!("the session is in one cookie");
    };
    SignedIn {
        cookie: pair(set_cookie).to_owned(),
        set_cookie: set_cookie.to_owned(),
        tokens,
    }
}

async fn get(app: &mut Router, path: &str, credentials: Credentials<'_>) -> Response {
    let response = app.call(request(path, credentials)).await;
    response.expect("infallible")
}

fn field<'r>(response: &'r Response, name: &HeaderName) -> &'r str {
    let value = response.headers().get(name).expect("the field");
    value.to_str().expect("ASCII")
}

fn cookies(response: &Response) -> Vec<&str> {
    let fields = response.headers().get_all(SET_COOKIE).iter();
    fields.map(|value| value.to_str().expect("ASCII")).collect()
}

/// Name and value, without the attributes.
fn pair(set_cookie: &str) -> &str {
    set_cookie.split(';').next().unwrap_or_default()
}

impl Tokens {
    /// About 1,300, 1,150 and 750 bytes.
    fn new(idp: &TestIdp, number: usize, nonce: &str) -> Self {
        let of_user = |token: TokenBuilder| {
            token
                .claim("sub", json!(uuid("b7e01c52", number)))
                .claim("jti", json!(uuid("9f1c2d3e", number)))
                .sid(&uuid("7a2f4d1c", number))
                .expires_in(LIFETIME.as_secs() as i64)
        };
        let access = of_user(idp.token())
            .scope("openid profile email read")
            .claim("typ", json!("Bearer"))
            .claim_at("resource_access.account.roles", json!(["view-profile"]))
            .mint();
        let id = of_user(idp.id_token())
            .without("realm_access")
            .claim("typ", json!("ID"))
            .claim("at_hash", json!(at_hash(&access)))
            .nonce(nonce);
        let refresh = of_user(idp.logout_token())
            .without("events")
            .claim("typ", json!("Refresh"))
            .claim("aud", json!(idp.issuer()))
            .claim("azp", json!(idp.client_id()))
            .claim("session_state", json!(uuid("7a2f4d1c", number)))
            .claim("nonce", json!(nonce))
            .scope("openid profile email read")
            .hmac(b"a key of the provider");
        Self {
            access,
            id: id.mint(),
            refresh: refresh.mint(),
        }
    }

    fn response(&self) -> String {
        let response = json!({
            "access_token": self.access,
            "id_token": self.id,
            "refresh_token": self.refresh,
            "token_type": "Bearer",
            "expires_in": LIFETIME.as_secs(),
            "scope": "openid profile email read",
        });
        response.to_string()
    }
}

/// OpenID Connect Core §3.1.3.6.
fn at_hash(access_token: &str) -> String {
    let hash = digest(&SHA256, access_token.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16])
}

fn uuid(first: &str, number: usize) -> String {
    format!("{first}-0000-4000-8000-{number:012}")
}
