//! An application with sessions.

use oidc_stores::MemoryStore;

use super::signer::{CLIENT_ID, CLOCK, ISSUER};
use crate::client::Oidc;
use crate::config::{OidcBuilder, Sessions};
use crate::routes::{RoutePaths, Routes};

pub(super) const ORIGIN: &str = "https://shop.example.org";

pub(super) const ROUTES: Routes = Routes::new(RoutePaths {
    login: Some("/auth/v2/login"),
    callback: Some("/auth/v2/callback"),
    token: Some("/auth/v2/token"),
    device: Some("/auth/v2/device"),
    logout: Some("/auth/v2/logout"),
    userinfo: Some("/auth/v2/userinfo"),
    jwks: Some("/client.jwks"),
    session: Some("/auth/v2/session"),
    backchannel_logout: Some("/auth/v2/backchannel-logout"),
    frontchannel_logout: Some("/auth/v2/frontchannel-logout"),
    sessions: true,
});

/// Keeps sessions in cookies.
pub(super) fn with_cookies() -> Oidc {
    build(builder(ISSUER), sessions())
}

/// Keeps sessions in memory.
pub(super) fn with_store() -> Oidc {
    build(builder(ISSUER), sessions().store(MemoryStore::new()))
}

/// Has a provider that responds.
pub(super) fn with_provider(discovery_url: &str) -> Oidc {
    build(builder(discovery_url).issuer(ISSUER), sessions())
}

fn builder(discovery_url: &str) -> OidcBuilder {
    let clock = CLOCK.clone();
    Oidc::builder()
        .client_id(CLIENT_ID)
        .discovery_url(discovery_url)
        .public_url(ORIGIN)
        .clock(move || std::time::UNIX_EPOCH + clock.since_epoch())
}

fn sessions() -> Sessions {
    Sessions::new(ROUTES).key("the key of this application and of no other")
}

fn build(builder: OidcBuilder, sessions: Sessions) -> Oidc {
    builder.sessions(sessions).build().expect("a configuration")
}
