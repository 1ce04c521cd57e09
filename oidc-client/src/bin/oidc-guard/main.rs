//! The command `oidc-guard`: signs people in to servers, explains tokens, checks providers.

mod args;
mod completions;
mod doctor;
mod exit;
mod failure;
mod get;
mod held;
mod inspect;
mod list;
mod login;
mod logout;
mod man;
mod output;
mod server;
mod settings;
mod store;
mod token;
mod undisturbed;
mod whoami;

use std::process;

use clap::Parser;

use args::{Cli, Command};
use exit::Exit;
use failure::Failure;
use output::Output;
use undisturbed::undisturbed;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cli = Cli::parse();
    let output = Output::new(cli.json);
    let exit = run(&cli.command, output).await.unwrap_or_else(|failure| {
        output.failure(&failure);
        failure.exit
    });
    undisturbed(oidc_client::renewals_finished()).await;
    // Nobody waits for threads that wait for other processes.
    process::exit(exit as i32)
}

async fn run(command: &Command, output: Output) -> Result<Exit, Failure> {
    match command {
        Command::Login(args) => login::run(args, output).await,
        Command::Logout(args) => logout::run(args, output).await,
        Command::Token(args) => token::run(args, output).await,
        Command::Whoami(args) => whoami::run(args, output).await,
        Command::Get(args) => get::run(args, output).await,
        Command::List(_) => list::run(output),
        Command::Inspect(args) => inspect::run(args, output).await,
        Command::Doctor(args) => doctor::run(args, output).await,
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    }
}
