//! `get`: a request with the token of its server.

mod answer;
mod owner;
mod text;

use std::time::Duration;

use oidc_client::{Error, Token, rejects_token};
use reqwest::{Certificate, Response, redirect};
use url::Url;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::held;
use crate::output::Output;
use crate::server::Transport;
use crate::store::{self, Kept};
use crate::undisturbed::undisturbed;

/// Get a URL with the token of its server
///
/// The token is sent only to a host that you have signed in to, and redirects are not followed. It is renewed
/// before, or once if the server rejects it. The body goes to standard output, whatever the status.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// What to get
    url: Url,
    /// The server whose token is sent, if there are several at the host
    #[arg(long, value_name = "ADDRESS")]
    server: Option<String>,
    /// Seconds to wait for the next part of the response
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=3600))]
    timeout: u32,
    #[command(flatten)]
    transport: Transport,
}

pub(crate) async fn run(args: &Args, output: Output) -> Result<Exit, Failure> {
    check(&args.url)?;
    let address = address(args, output)?;
    let client = args.transport.client(&address)?;
    let token = undisturbed(client.token()).await;
    let mut token = token.map_err(Failure::at(&address))?;
    held::warn_unless_stored(&token, output);
    let http = http(args)?;
    let mut response = send(&http, args, &token).await?;
    let mut is_ended = false;
    if rejects_token(response.status(), response.headers()) {
        match undisturbed(client.renew(&token)).await {
            Ok(renewed) => {
                held::warn_unless_stored(&renewed, output);
                response = send(&http, args, &renewed).await?;
                token = renewed;
            }
            Err(error) => is_ended = matches!(error, Error::SignInRequired(_)),
        }
    }
    match answer::print(response, &token, output).await {
        Err(failure) if is_ended && failure.code == answer::STATUS => {
            let reason = format!("{}, and there is no other token", failure.message);
            Err(Failure::sign_in_required(&address, &reason))
        }
        printed => printed,
    }
}

/// The server whose token is sent.
fn address(args: &Args, output: Output) -> Result<String, Failure> {
    if let Some(chosen) = &args.server {
        let client = args.transport.client(chosen)?;
        return owner::chosen(&args.url, client.server().address());
    }
    if let Some(address) = store::first_of(owner::candidates(&args.url))? {
        return Ok(address);
    }
    let Kept { entries, problems } = store::kept();
    let signed_in = entries.into_iter().map(|entry| entry.address);
    let only = owner::only(&args.url, signed_in.collect());
    store::warn(&problems, output);
    match only {
        // The token may be in what cannot be read.
        Err(failure) if failure.exit == Exit::SignInRequired && !problems.is_empty() => {
            Err(Failure::new(
                Exit::Failure,
                "store",
                "the token of this host may be in what cannot be read",
            ))
        }
        only => only,
    }
}

/// # Errors
/// If it is not one that a token can be sent to.
fn check(url: &Url) -> Result<(), Failure> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Failure::usage(
            "the URL must start with https:// or http://",
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Failure::usage(
            "the URL must not contain a user name or password: a request has one `Authorization` only",
        ));
    }
    Ok(())
}

fn http(args: &Args) -> Result<reqwest::Client, Failure> {
    let pem = args.transport.certificate()?;
    let certificates = pem.as_deref().map(Certificate::from_pem_bundle).transpose();
    let certificates =
        certificates.map_err(|_| Failure::usage("the root certificate is not PEM"))?;
    let mut client = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(10))
        .read_timeout(Duration::from_secs(args.timeout.into()))
        // The token would go along to wherever the server points.
        .redirect(redirect::Policy::none())
        .user_agent(concat!("oidc-guard/", env!("CARGO_PKG_VERSION")))
        .tls_certs_merge(certificates.unwrap_or_default());
    if args.url.scheme() == "http" {
        // A proxy would read the token.
        client = client.no_proxy();
    }
    client
        .build()
        .map_err(|error| Failure::usage(format!("TLS cannot be used: {error}")))
}

async fn send(http: &reqwest::Client, args: &Args, token: &Token) -> Result<Response, Failure> {
    let request = http.get(args.url.clone());
    let request = request.bearer_auth(token.access_token());
    request.send().await.map_err(answer::failed)
}
