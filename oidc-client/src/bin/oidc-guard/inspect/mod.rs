//! `inspect`: why a server accepts or rejects a token.

mod expected;
mod input;
mod reading;
mod reason;
mod report;
mod verdict;
pub(crate) mod when;

use std::time::SystemTime;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::settings::{Settings, SettingsArgs};
use expected::Expected;
use reading::Reading;
use reason::Case;
use report::Report;
use verdict::Verdict;

/// Explain a token against a server's settings
///
/// Reads the token from standard input, never from an argument. The verdict is that of the server's own code
/// with the server's `OIDC_…` variables, from the environment or from `--env-file`: its provider is asked for
/// its keys, and with `OIDC_INTROSPECTION` about the token. Settings that exist only in the server's code are
/// not known here.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Take the stored token of this server instead of standard input, as it is
    #[arg(long, value_name = "ADDRESS")]
    server: Option<String>,
    #[command(flatten)]
    settings: SettingsArgs,
}

pub(crate) async fn run(args: &Args, output: Output) -> Result<Exit, Failure> {
    let settings = Settings::read(&args.settings)?;
    let oidc = settings
        .oidc()
        .map_err(|error| Failure::usage(error.to_string()))?;
    let token = match &args.server {
        Some(address) => input::of_server(address, args.settings.transport()).await?,
        None => input::from_stdin()?,
    };
    let verdict = Verdict::of(&oidc, &token).await;
    let report = explain(
        verdict,
        Reading::of(&token),
        &Expected::of(&settings),
        SystemTime::now(),
    );
    output.result(&report.to_json(), || report.to_text())?;
    Ok(report.exit())
}

fn explain(verdict: Verdict, token: Reading, expected: &Expected, now: SystemTime) -> Report {
    let case = Case {
        token: &token,
        expected,
        now,
    };
    let reason = verdict.code().map(|code| case.explain(code));
    let further = match &verdict {
        Verdict::Invalid(code) => case.further(code),
        _ => Vec::new(),
    };
    Report {
        verdict,
        reason,
        further,
        token,
        now,
    }
}
