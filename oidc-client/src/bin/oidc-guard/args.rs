//! The command line.

use clap::{Parser, Subcommand};

use crate::{completions, doctor, get, inspect, list, login, logout, man, token, whoami};

/// Sign in to servers with OpenID Connect, and find out why they reject tokens
///
/// Signs people in to servers that have the sign-in endpoints of oidc-guard or py-oidc-auth
/// (`/auth/v2/…`), keeps their tokens and renews them; explains tokens, and checks providers and servers.
#[derive(Debug, Parser)]
#[command(name = "oidc-guard", version, after_long_help = EXIT_CODES)]
pub(crate) struct Cli {
    /// Print JSON, whose shape does not change
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Login(login::Args),
    Logout(logout::Args),
    Token(token::Args),
    Whoami(whoami::Args),
    Get(get::Args),
    List(list::Args),
    Inspect(inspect::Args),
    Doctor(doctor::Args),
    Completions(completions::Args),
    Man(man::Args),
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done; the token is valid; no problem was found
  1  not done; the token is not valid; a problem was found
  2  the arguments, settings or input are not usable
  3  a server or provider could not be reached, so nothing is known
  4  a person has to sign in first";
