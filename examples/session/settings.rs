//! The settings of the session apps, from environment variables.

use std::env::var;
use std::time::Duration;

use oidc::{Oidc, OidcBuilder, Refresh, Sessions};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::{SIGN_IN, clock};

/// Where to listen: `HOST` and `PORT`.
pub(crate) fn address() -> (String, u16) {
    let host = var("HOST").unwrap_or_else(|_| "127.0.0.1".into());
    let port = var("PORT").map_or(8000, |port| port.parse().expect("PORT is a number"));
    (host, port)
}

/// Whether the layer is there; without it, a request with a session cookie is an error.
pub(crate) fn has_layer() -> bool {
    !is_on("APP_NO_LAYER")
}

/// Starts logging and reads the configuration; a mistake ends the program with its name.
pub(crate) fn configure() -> Oidc {
    let output = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry()
        .with(output)
        .with(filter())
        .init();
    let (_, port) = address();
    let builder = OidcBuilder::from_variables(|name| match name {
        "OIDC_PUBLIC_URL" | "OIDC_PROXY" => {
            let own = || Some(format!("http://127.0.0.1:{port}"));
            var("OIDC_PROXY").ok().or_else(own)
        }
        name => var(name).ok(),
    });
    let builder = builder.sessions(sessions()).clock(clock::now);
    builder.build().unwrap_or_else(|error| {
        eprintln!("{error}");
        std::process::exit(2)
    })
}

fn sessions() -> Sessions {
    let mut sessions = Sessions::from_env(SIGN_IN);
    if var("APP_REFRESH").as_deref() == Ok("on-demand") {
        sessions = sessions.refresh(Refresh::OnDemand);
    }
    if is_on("APP_PERSISTENT") {
        sessions = sessions.persistent();
    }
    if let Ok(seconds) = var("APP_REMEMBER") {
        let seconds = seconds
            .parse()
            .expect("APP_REMEMBER is a number of seconds");
        sessions = sessions.remember(Duration::from_secs(seconds));
    }
    if is_on("APP_SAME_SITE_STRICT") {
        sessions = sessions.same_site_strict();
    }
    if let Ok(name) = var("APP_LOGIN_PARAMETER") {
        sessions = sessions.login_parameter(name);
    }
    sessions
}

fn is_on(name: &str) -> bool {
    var(name).as_deref() == Ok("1")
}

/// What `RUST_LOG` says, and warnings if that is nothing that can be read.
fn filter() -> Targets {
    let filter = var("RUST_LOG").ok();
    let filter = filter.and_then(|filter| filter.parse().ok());
    filter.unwrap_or_else(|| Targets::new().with_default(LevelFilter::WARN))
}
