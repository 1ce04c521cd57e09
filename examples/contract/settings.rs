//! The settings of the contract apps, from environment variables.

use std::env::var;
use std::fmt::Display;
use std::process;

use oidc::{Oidc, OidcBuilder};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The two protected resources.
#[derive(Clone)]
pub(crate) struct Resources {
    pub(crate) notes: Oidc,
    /// That of `/admin/mcp`, on the host of the other one.
    pub(crate) admin: Option<Oidc>,
}

/// Whether `--access` was given: print who may call what, and end.
pub(crate) fn asks_for_access() -> bool {
    std::env::args().any(|argument| argument == "--access")
}

/// Where to listen: `HOST` and `PORT`.
pub(crate) fn address() -> (String, u16) {
    let host = var("HOST").unwrap_or_else(|_| "127.0.0.1".into());
    let port = var("PORT").map_or(8000, |port| {
        let port = port.parse();
        port.unwrap_or_else(|error| fail(format!("PORT: {error}")))
    });
    (host, port)
}

/// What stands in front of the paths of the sign-in routes: `OIDC_PREFIX`, possibly nothing.
pub(crate) fn prefix() -> String {
    let prefix = var("OIDC_PREFIX").unwrap_or_else(|_| "/api/test".into());
    prefix.trim_end_matches('/').into()
}

/// Starts logging and reads the configuration; a mistake ends the program with its name.
pub(crate) fn configure() -> Resources {
    let output = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry()
        .with(output)
        .with(filter())
        .init();
    let notes = OidcBuilder::from_variables(variable).build();
    let notes = notes.unwrap_or_else(|error| fail(error));
    let admin = admin_address().map(|address| notes.for_resource(&address));
    let admin = admin.map(|admin| admin.unwrap_or_else(|error| fail(error)));
    Resources { notes, admin }
}

/// Who may call what does not depend on the configuration, so what is missing is invented for
/// `--access`.
fn variable(name: &str) -> Option<String> {
    let set = var(name).ok().filter(|value| !value.is_empty());
    if set.is_some() || !asks_for_access() {
        return set;
    }
    let invented = match name {
        "OIDC_CLIENT_ID" => "notes",
        "OIDC_DISCOVERY_URL" => "https://login.example",
        "OIDC_RESOURCE" => "https://notes.example/mcp",
        _ => return None,
    };
    Some(invented.to_owned())
}

/// The origin of `OIDC_RESOURCE`, and `/admin/mcp`.
fn admin_address() -> Option<String> {
    let resource = variable("OIDC_RESOURCE")?;
    let host = resource.find("://").map_or(0, |scheme| scheme + 3);
    let path = resource[host..].find('/');
    let origin = path.map_or(&*resource, |path| &resource[..host + path]);
    Some(format!("{origin}/admin/mcp"))
}

/// What `RUST_LOG` says, and warnings if that is nothing that can be read. `rmcp` logs what clients
/// send, and clients put tokens where they do not belong.
fn filter() -> Targets {
    let filter = var("RUST_LOG").ok();
    let filter = filter.and_then(|filter| filter.parse().ok());
    let filter = filter.unwrap_or_else(|| Targets::new().with_default(LevelFilter::WARN));
    filter.with_target("rmcp", LevelFilter::OFF)
}

fn fail(error: impl Display) -> ! {
    eprintln!("{error}");
    process::exit(2)
}
