//! A server with guarded routes and sign-in endpoints, and its provider.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use futures_util::stream;
use oidc::{Oidc, Principal};
use oidc_devidp::{Config, DevIdp, TestIdp};

use super::site;

/// A server that listens until the test ends.
pub(crate) struct App {
    pub(crate) idp: TestIdp,
    /// What people pass to the command.
    pub(crate) address: String,
}

impl App {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Its tokens live for two seconds.
    pub(crate) async fn short_lived() -> Self {
        Self::start_with(|config| config.access_token_lifetime = 2).await
    }

    /// Devices may ask for tokens once a minute.
    pub(crate) async fn with_slow_devices() -> Self {
        Self::start_with(|config| config.device_interval = 60).await
    }

    async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let builder = DevIdp::builder().configure(|config| {
            config.device_interval = 1;
            change(config);
        });
        let idp = TestIdp::start_with(builder).await;
        let oidc = Oidc::builder()
            .client_id(idp.client_id())
            .discovery_url(idp.discovery_url())
            .build()
            .expect("the settings are sound");
        let router = Router::new()
            .route("/api/me", get(me))
            .route(
                "/api/away",
                get(async || Redirect::to("https://else.example/")),
            )
            .route("/api/exact", get(async || ([json()], EXACT)))
            .route("/api/echo", get(echo))
            .route("/api/endless", get(endless))
            .route("/api/reject", get(reject))
            .merge(oidc::routes!(prefix = "/api"))
            .with_state(oidc);
        let address = format!("{}/api", site(router).await);
        Self { idp, address }
    }

    /// The variables of this server.
    pub(crate) fn variables(&self) -> [(&'static str, String); 2] {
        [
            ("OIDC_CLIENT_ID", self.idp.client_id().to_owned()),
            ("OIDC_DISCOVERY_URL", self.idp.discovery_url()),
        ]
    }

    pub(crate) fn me(&self) -> String {
        format!("{}/me", self.address)
    }
}

/// JSON that a reader of numbers would change.
pub(crate) const EXACT: &str = r#"{"z":12345678901234567890123,"a":0.1234567890123456789,"z":1}"#;

fn json() -> (HeaderName, &'static str) {
    (header::CONTENT_TYPE, "application/json")
}

/// Sends the token back where it does not belong.
async fn echo(headers: HeaderMap) -> impl IntoResponse {
    let sent = headers[header::AUTHORIZATION].to_str().expect("text");
    let challenge =
        format!(r#"Bearer error="insufficient_scope", error_description="not for {sent}""#);
    (
        StatusCode::FORBIDDEN,
        [(header::WWW_AUTHENTICATE, challenge)],
    )
}

/// Rejects every token, for the reason in the query.
async fn reject(RawQuery(reason): RawQuery) -> impl IntoResponse {
    let challenge = format!(r#"Bearer error="{}""#, reason.unwrap_or_default());
    (
        StatusCode::UNAUTHORIZED,
        [(header::WWW_AUTHENTICATE, challenge)],
    )
}

/// A body that ends when nobody reads it any more.
async fn endless() -> Body {
    Body::from_stream(stream::repeat_with(|| {
        Ok::<_, Infallible>("again\n".repeat(1000))
    }))
}

#[oidc::required]
async fn me(user: Principal) -> String {
    user.subject().to_owned()
}
