//! `whoami`: who is signed in.

use serde_json::json;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::held;
use crate::output::Output;
use crate::output::text::printable;
use crate::server::ServerArgs;
use crate::undisturbed::undisturbed;

/// Ask a server who is signed in
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    server: ServerArgs,
}

pub(crate) async fn run(args: &Args, output: Output) -> Result<Exit, Failure> {
    let client = args.server.client()?;
    let address = client.server().address();
    let user = undisturbed(client.user_info()).await;
    let user = user.map_err(Failure::at(address))?;
    if let Some(token) = client.stored().await? {
        held::warn_unless_stored(&token, output);
    }
    let members = [
        ("username", Some(user.username())),
        ("first_name", user.first_name()),
        ("last_name", user.last_name()),
        ("email", user.email()),
    ];
    let mut json = json!({ "address": address });
    for (name, value) in members {
        json[name] = json!(value);
    }
    output.result(&json, || {
        let [username, first_name, last_name, email] =
            members.map(|(_, value)| value.map(printable));
        let names = [first_name, last_name].into_iter().flatten();
        let name = names.collect::<Vec<_>>().join(" ");
        let name = Some(name).filter(|name| !name.is_empty());
        let parts = [username, name, email];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        format!("{}\n", parts.join("  "))
    })?;
    Ok(Exit::Success)
}
