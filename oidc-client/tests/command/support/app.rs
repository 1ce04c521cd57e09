//! A server with guarded routes and sign-in endpoints, and its provider.

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
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

#[oidc::required]
async fn me(user: Principal) -> String {
    user.subject().to_owned()
}
