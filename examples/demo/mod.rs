//! What the two examples share: the provider, the address to listen on, and the page.

pub(crate) mod page;
pub(crate) mod qr;

use std::net::TcpListener;
use std::process;

use oidc::{Oidc, OidcBuilder};
use oidc_devidp::DevIdp;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The connection to the provider.
pub(crate) struct Provider {
    pub(crate) oidc: Oidc,
    /// The provider inside this process, if there is one; it runs until it is dropped.
    embedded: Option<DevIdp>,
}

impl Provider {
    pub(crate) fn is_embedded(&self) -> bool {
        self.embedded.is_some()
    }
}

/// Connects to the provider that the `OIDC_…` variables name. If they name none, it starts one
/// for development in this process, where users sign in without a password.
///
/// Your own application only needs `Oidc::from_env()`.
pub(crate) fn connect() -> Provider {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let mut builder = OidcBuilder::from_env();
    let mut embedded = None;
    if !is_set("OIDC_DISCOVERY_URL") && !is_set("OIDC_CLIENT_ID") {
        let idp = start_embedded();
        builder = builder
            .discovery_url(idp.discovery_url())
            .client_id("oidc-guard-dev");
        embedded = Some(idp);
    }
    let oidc = builder.build().unwrap_or_else(|error| fail(error));
    Provider { oidc, embedded }
}

fn start_embedded() -> DevIdp {
    DevIdp::builder()
        .port(0)
        .configure(|config| config.device_interval = 1)
        .start()
        .unwrap_or_else(|error| fail(error))
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
