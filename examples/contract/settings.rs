//! The settings of the contract apps, from environment variables.

use std::env::var;
use std::fmt::Display;
use std::process;

use oidc::access::AccessMatrix;
use oidc::{ConfigError, Oidc, OidcBuilder, Tenants};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::clock;

/// The handles of the client.
#[derive(Clone)]
pub(crate) struct Clients {
    pub(crate) notes: Oidc,
    /// For the resource `/admin/mcp`, on the host of the other one.
    pub(crate) admin: Option<Oidc>,
    /// For routes whose tenant is part of the path.
    pub(crate) by_path: Oidc,
    /// For routes whose tenant is the host.
    pub(crate) by_host: Oidc,
}

/// What the program is asked to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Task {
    Serve,
    /// `--access`: print who may call what.
    PrintAccess,
    /// `--check`: print which rules name issuers that are not configured.
    Check,
}

/// Prints what the program is asked for instead of serving; false if it is to serve.
pub(crate) fn prints(clients: &Clients, access: &AccessMatrix) -> bool {
    match task() {
        Task::Serve => return false,
        Task::PrintAccess => print!("{access}"),
        Task::Check => {
            for finding in clients.notes.check(access) {
                println!("{finding}");
            }
        }
    }
    true
}

fn task() -> Task {
    let asked = |flag: &str| std::env::args().any(|argument| argument == flag);
    if asked("--access") {
        Task::PrintAccess
    } else if asked("--check") {
        Task::Check
    } else {
        Task::Serve
    }
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
pub(crate) fn configure() -> Clients {
    let output = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry()
        .with(output)
        .with(filter())
        .init();
    let notes = OidcBuilder::from_variables(variable).clock(clock::now);
    let notes = or_fail(notes.build());
    Clients {
        admin: admin_address().map(|address| or_fail(notes.for_resource(&address))),
        by_path: or_fail(notes.for_tenants(Tenants::by_path("tenant"))),
        by_host: notes
            .for_tenants(Tenants::by_host(tenant_hosts()))
            .unwrap_or_else(|error| fail(format!("TENANT_HOSTS: {error}"))),
        notes,
    }
}

/// `TENANT_HOSTS`: pairs of a host and the name of an issuer.
fn tenant_hosts() -> Vec<(String, String)> {
    let hosts = variable("TENANT_HOSTS").unwrap_or_default();
    let hosts = hosts.split_ascii_whitespace().map(|pair| {
        let (host, name) = pair
            .split_once('=')
            .unwrap_or_else(|| fail("TENANT_HOSTS: must be `host=issuer`, separated by spaces"));
        (host.to_owned(), name.to_owned())
    });
    hosts.collect()
}

/// Who may call what does not depend on the configuration, so what is missing is invented for
/// `--access`.
fn variable(name: &str) -> Option<String> {
    let set = set(name).or_else(|| of_own_client(name));
    if set.is_some() || task() != Task::PrintAccess {
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

fn set(name: &str) -> Option<String> {
    var(name).ok().filter(|value| !value.is_empty())
}

/// The suites' servers know one client, by one secret or assertion. Do not copy this: an issuer that gets the secret
/// of the client at another one can act as that client.
fn of_own_client(name: &str) -> Option<String> {
    let setting = name.strip_prefix("OIDC_TRUST_")?;
    if setting.ends_with("_CLIENT_SECRET") {
        set("OIDC_CLIENT_SECRET")
    } else if setting.ends_with("_CLIENT_ASSERTION_FILE") {
        set("OIDC_CLIENT_ASSERTION_FILE")
    } else if setting.ends_with("_CLIENT_AUTH") && set("OIDC_CLIENT_KEY_FILE").is_none() {
        let credentials = ["OIDC_CLIENT_SECRET", "OIDC_CLIENT_ASSERTION_FILE"];
        let has_none = credentials.into_iter().all(|name| set(name).is_none());
        set("OIDC_CLIENT_AUTH").or_else(|| has_none.then(|| "none".to_owned()))
    } else {
        None
    }
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

fn or_fail<T>(result: Result<T, ConfigError>) -> T {
    result.unwrap_or_else(|error| fail(error))
}

fn fail(error: impl Display) -> ! {
    eprintln!("{error}");
    process::exit(2)
}
