//! `login`: signs a person in.

use std::io::{self, IsTerminal};
use std::time::{Duration, SystemTime};

use oidc_client::{Client, CodeFlow, DeviceFlow, DevicePrompt, Environment, Error, Token, Way};
use serde_json::json;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::held;
use crate::output::style;
use crate::output::text::printable;
use crate::output::{self, Output};
use crate::server::ServerArgs;

/// Sign in to a server
///
/// With a browser on this machine, or, over SSH and in terminals without a desktop, on another device: then
/// an address, a code and a QR code are shown. The tokens are kept for the other commands and for programs
/// with the library oidc-client.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    server: ServerArgs,
    /// Sign in on another device
    #[arg(long, conflicts_with_all = ["browser", "scope"])]
    device: bool,
    /// Sign in with a browser on this machine
    #[arg(long)]
    browser: bool,
    /// Show the address for the browser instead of opening it
    #[arg(long, conflicts_with = "device")]
    no_open: bool,
    /// The scopes to request, instead of those of the server; needs a browser on this machine
    #[arg(long, value_name = "SCOPES")]
    scope: Vec<String>,
    /// Seconds to wait for the person
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=3600))]
    timeout: Option<u32>,
}

pub(crate) async fn run(args: &Args, output: Output) -> Result<Exit, Failure> {
    let client = args.server.client()?;
    let address = client.server().address().to_owned();
    client.check_store().await?;
    let token = sign_in(args, &client, output).await?;
    report(&address, &token, output)
}

fn report(address: &str, token: &Token, output: Output) -> Result<Exit, Failure> {
    let mut json = held::to_json(address, token);
    json["stored"] = json!(token.not_stored().is_none());
    output.result(&json, || {
        let validity = held::to_text(token, SystemTime::now());
        format!(
            "{} to {address}: the token {validity}\n",
            style::good("Signed in")
        )
    })?;
    match token.not_stored() {
        None => Ok(Exit::Success),
        Some(error) => Err(Failure::new(
            Exit::Failure,
            "store",
            format!(
                "the new tokens are not kept: {}",
                printable(&error.to_string())
            ),
        )),
    }
}

async fn sign_in(args: &Args, client: &Client, output: Output) -> Result<Token, Failure> {
    match way(args)? {
        Way::Device => match client.sign_in(device(args, output)).await {
            // Somebody who asked for this flow gets no other one.
            Err(Error::NoDeviceFlow) if !args.device => {
                let code = browser(args, false, output);
                client.sign_in(code).await.map_err(Failure::from)
            }
            result => result.map_err(Failure::from),
        },
        _ => client
            .sign_in(browser(args, !args.no_open, output))
            .await
            .map_err(Failure::from),
    }
}

fn way(args: &Args) -> Result<Way, Failure> {
    if args.device {
        return Ok(Way::Device);
    }
    if args.browser || args.no_open || !args.scope.is_empty() {
        return Ok(Way::Browser);
    }
    match Environment::detect().way() {
        Way::Nobody => Err(Failure::new(
            Exit::SignInRequired,
            "sign_in_required",
            "nobody can be asked to sign in here: no terminal, or a batch job; pass --device or --browser \
             if somebody reads this",
        )),
        way => Ok(way),
    }
}

fn browser(args: &Args, opens: bool, output: Output) -> CodeFlow {
    let mut flow = CodeFlow::new().show(move |address| show_address(address, opens, output));
    if !opens {
        flow = flow.without_browser();
    }
    if !args.scope.is_empty() {
        flow = flow.scopes(args.scope.join(" "));
    }
    match args.timeout {
        Some(seconds) => flow.timeout(Duration::from_secs(seconds.into())),
        None => flow,
    }
}

fn device(args: &Args, output: Output) -> DeviceFlow {
    let flow = DeviceFlow::new().show(move |prompt| show_code(prompt, output));
    match args.timeout {
        Some(seconds) => flow.timeout(Duration::from_secs(seconds.into())),
        None => flow,
    }
}

fn show_address(address: &str, opens: bool, output: Output) {
    if output.is_json() {
        output::tell_json(&json!({ "prompt": "browser", "address": address }));
    } else {
        let how = if opens {
            "use the browser that opens, or open this address on this machine"
        } else {
            "open this address in a browser on this machine"
        };
        output::tell(&format!("To sign in, {how}:\n\n    {address}\n"));
    }
}

fn show_code(prompt: &DevicePrompt, output: Output) {
    if output.is_json() {
        output::tell_json(&json!({
            "prompt": "device",
            "verification_uri": prompt.verification_uri(),
            "verification_uri_complete": prompt.verification_uri_complete(),
            "user_code": prompt.user_code(),
            "expires_in": prompt.expires_in().as_secs(),
        }));
        return;
    }
    output::tell(&prompt.to_string());
    if let Some(code) = prompt.qr_code().filter(|_| io::stderr().is_terminal()) {
        output::tell(&code);
    }
}
