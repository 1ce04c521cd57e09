//! `doctor`: what is wrong with a provider or server, and how to mend it.

mod clock;
mod document;
mod examine;
mod fetch;
mod finding;
mod provider;
mod quirks;
mod report;
mod server;

use std::time::Duration;

use url::Url;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::settings::{Settings, SettingsArgs};
use fetch::Fetcher;
use report::Report;

/// How many requests may time out before the doctor gives up.
const PATIENCE: u32 = 6;

/// Check a provider, or a server with sign-in endpoints
///
/// URL is the issuer or discovery address of a provider, or the address of a server; which of them it is,
/// is found out. Without URL the provider of the server's settings is checked. With settings (the
/// environment, or `--env-file`) the provider is checked against them.
///
/// No redirect is followed, no secret is sent, and no other host is asked than the one that the provider's
/// discovery document names for its keys, if there is no trouble with that address. A check of a server
/// begins sign-ins that nobody finishes.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// A provider or server, such as `https://login.example.org` or `https://app.example.org/api`
    url: Option<String>,
    /// Seconds that one request may take
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=120))]
    timeout: u32,
    #[command(flatten)]
    settings: SettingsArgs,
}

pub(crate) async fn run(args: &Args, output: Output) -> Result<Exit, Failure> {
    let settings = Settings::read(&args.settings)?;
    let address = address(args.url.as_deref().or(settings.get("OIDC_DISCOVERY_URL")))?;
    let timeout = Duration::from_secs(args.timeout.into());
    let fetcher = Fetcher::new(timeout, settings.root_certificate())?;
    let examination = examine::examine(&fetcher, &address, settings);
    let report = tokio::time::timeout(timeout * PATIENCE, examination).await;
    let report = report.unwrap_or_else(|_| Report::gave_up(&address));
    output.result(&report.to_json(), || report.to_text())?;
    Ok(report.exit())
}

fn address(text: Option<&str>) -> Result<Url, Failure> {
    let Some(text) = text else {
        return Err(Failure::usage(
            "which provider or server? Give its address, or set OIDC_DISCOVERY_URL",
        ));
    };
    let url = Url::parse(text).map_err(|_| {
        Failure::usage("the address is not a URL, such as https://login.example.org")
    })?;
    let is_plain = url.username().is_empty() && url.password().is_none();
    if !matches!(url.scheme(), "http" | "https") || !is_plain {
        return Err(Failure::usage(
            "the address has to begin with https:// or http://, without user name and password",
        ));
    }
    Ok(url)
}
