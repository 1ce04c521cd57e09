//! `logout`: forgets the tokens of a server.

use serde_json::json;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::server::ServerArgs;

/// Forget the tokens of a server
///
/// The session at the provider goes on: the address that ends it in a browser is shown.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    server: ServerArgs,
}

pub(crate) async fn run(args: &Args, output: Output) -> Result<Exit, Failure> {
    let client = args.server.client()?;
    let server = client.server();
    let address = server.address();
    let signed_out = client.sign_out().await?;
    let json = json!({
        "address": address,
        "signed_out": signed_out,
        "logout_url": server.logout_url().as_str(),
    });
    output.result(&json, || {
        if signed_out {
            format!(
                "Signed out of {address}. To end the session at the provider as well, open\n\n    {}\n",
                server.logout_url()
            )
        } else {
            format!("Nobody was signed in to {address}\n")
        }
    })?;
    Ok(Exit::Success)
}
