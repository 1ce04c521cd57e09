//! `man`: manual pages.

use std::io;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::args::Cli;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// Print a manual page, for `man -l -`
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The command that the page is about; without it, all of oidc-guard
    command: Option<String>,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let mut cli = Cli::command();
    cli.build();
    let command = match &args.command {
        None => cli,
        Some(name) => subcommand(&cli, name)?,
    };
    let page = render(command).map_err(|error| {
        Failure::new(
            Exit::Failure,
            "output",
            format!("could not render the page: {error}"),
        )
    })?;
    output::part(&page)?;
    Ok(Exit::Success)
}

fn subcommand(cli: &Command, name: &str) -> Result<Command, Failure> {
    let found = cli.find_subcommand(name).cloned();
    found.ok_or_else(|| Failure::usage(format!("there is no command {name:?}")))
}

fn render(command: Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    Ok(page)
}
