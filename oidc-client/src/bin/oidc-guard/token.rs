//! `token`: prints a valid access token.

use oidc_client::Error;
use serde_json::json;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::held;
use crate::output::Output;
use crate::server::ServerArgs;
use crate::undisturbed::undisturbed;

/// Print a valid access token and nothing else
///
/// A token that is about to expire is renewed first. Nobody is asked to sign in, unless with `--sign-in`. For
/// example: `curl -H "Authorization: Bearer $(oidc-guard token https://app.example.org)" …`; curl shows its
/// arguments to other users of the machine, `oidc-guard get` does not.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    server: ServerArgs,
    /// Sign in if there is no token
    #[arg(long)]
    sign_in: bool,
}

pub(crate) async fn run(args: &Args, output: Output) -> Result<Exit, Failure> {
    let client = args.server.client()?;
    let address = client.server().address();
    let token = match undisturbed(client.token()).await {
        Err(Error::SignInRequired(_)) if args.sign_in => client.authenticate().await,
        token => token,
    };
    let token = token.map_err(Failure::at(address))?;
    held::warn_unless_stored(&token, output);
    let json = json!({
        "access_token": token.access_token(),
        "token_type": "Bearer",
        "expires": held::seconds(token.expires()),
        "scope": token.scope(),
    });
    output.result(&json, || format!("{}\n", token.access_token()))?;
    Ok(Exit::Success)
}
