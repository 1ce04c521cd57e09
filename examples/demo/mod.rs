//! What the two examples share: the provider, the address to listen on, and the page.

mod about;
mod issued;
mod other_origin;
pub(crate) mod page;
pub(crate) mod qr;
mod sessions;

use std::net::{SocketAddr, TcpListener};
use std::process;
use std::sync::Arc;

pub(crate) use about::About;
pub(crate) use issued::Issued;
use oidc::stores::MemoryStore;
use oidc::{Introspect, Issuer, Oidc, OidcBuilder, Routes, Sessions};
use oidc_devidp::{Algorithm, DevIdp, TestIdp};
pub(crate) use sessions::list;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Sign-in, token, device, sign-out, userinfo and session endpoints below `/api/auth/v2`.
pub(crate) const SIGN_IN: Routes = oidc::routes!(prefix = "/api", sessions);

/// The connection to the provider.
pub(crate) struct Provider {
    pub(crate) oidc: Oidc,
    pub(crate) about: About,
    pub(crate) issued: Issued,
}

/// Connects to the provider that the `OIDC_…` variables name. If they name none, it starts one
/// for development in this process, where users sign in without a password, and another one as that of
/// a partner.
///
/// Your own application only needs `OidcBuilder::from_env()`, and `OIDC_PUBLIC_URL` for sessions.
pub(crate) async fn connect(address: SocketAddr) -> Provider {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    // Only a store can list the sessions of a user.
    let sessions = Sessions::from_env(SIGN_IN).store(MemoryStore::new());
    let mut builder = OidcBuilder::from_env().sessions(sessions);
    let mut local = None;
    if !is_set("OIDC_PUBLIC_URL") && !is_set("OIDC_PROXY") {
        let url = format!("http://127.0.0.1:{}", address.port());
        builder = builder.public_url(&url);
        local = Some(url);
    }
    let mut embedded = None;
    if !is_set("OIDC_DISCOVERY_URL") && !is_set("OIDC_CLIENT_ID") {
        let idp = start_embedded().await;
        builder = with_embedded(builder, &idp);
        embedded = Some(Arc::new(idp));
    }
    let oidc = builder.build().unwrap_or_else(|error| fail(error));
    let about = About::new(embedded.is_some(), local).await;
    Provider {
        oidc,
        about: about.unwrap_or_else(|error| fail(error)),
        issued: Issued(embedded),
    }
}

async fn start_embedded() -> TestIdp {
    let partner = DevIdp::builder().algorithm(Algorithm::Es256);
    let own = DevIdp::builder().configure(|config| config.device_interval = 1);
    TestIdp::start_with(own.also("partner", partner)).await
}

/// Users sign in at our own provider. Users of the partner are let in where a rule names it.
fn with_embedded(builder: OidcBuilder, idp: &TestIdp) -> OidcBuilder {
    let partner = idp.other("partner");
    builder
        .discovery_url(idp.discovery_url())
        .client_id(idp.client_id())
        .introspect(Introspect::Opaque)
        .trust(
            "partner",
            Issuer::at(partner.discovery_url()).audience(partner.client_id()),
        )
}

/// Whether `--access` was given: print who may call what, and end.
pub(crate) fn asks_for_access() -> bool {
    std::env::args().any(|argument| argument == "--access")
}

/// Opens the port to listen on: `HOST` (127.0.0.1) and `PORT` (8000).
pub(crate) fn listen() -> TcpListener {
    let host = std::env::var("HOST").unwrap_or_else(|_| "127.0.0.1".to_owned());
    let port = match std::env::var("PORT").map(|port| port.parse()) {
        Ok(Ok(port)) => port,
        Ok(Err(_)) => fail("PORT must be a number from 0 to 65535"),
        Err(_) => 8000,
    };
    TcpListener::bind((host.as_str(), port)).unwrap_or_else(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => fail(format!(
            "port {port} of {host} is taken by another program; choose another one, for example \
             with PORT={}",
            port.checked_add(1).unwrap_or(8000),
        )),
        _ => fail(format!("cannot listen on port {port} of {host}: {error}")),
    })
}

/// Logs to the standard error stream; `RUST_LOG=oidc_runtime=debug` shows every rejection.
pub(crate) fn start_logging() {
    let filter = std::env::var("RUST_LOG").unwrap_or_else(|_| "info".to_owned());
    let filter: Targets = filter.parse().unwrap_or_else(|error| fail(error));
    let output = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry()
        .with(output)
        .with(filter)
        .init();
}

fn fail(error: impl std::fmt::Display) -> ! {
    eprintln!("error: {error}");
    process::exit(1)
}
