//! An OpenID Connect provider for development, as a program.

use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use clap::Parser;
use oidc_devidp::{Config, DevIdp, Error};

/// An OpenID Connect provider for development: users sign in without a password.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// Clients, users and everything else, in TOML.
    config: Option<PathBuf>,
    /// The address to listen on; other issuers of the file have their own [default: 127.0.0.1]
    #[arg(long)]
    host: Option<IpAddr>,
    /// The port to listen on; 0 lets the system choose; other issuers of the file have their own
    /// [default: 9400]
    #[arg(long)]
    port: Option<u16>,
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_target(false)
        .init();
    match start(Args::parse()) {
        Ok(idp) => {
            introduce(&idp);
            for (name, other) in idp.others() {
                println!("\nname       {name}");
                introduce(other);
            }
            // The server has its own thread; a signal ends the process.
            loop {
                thread::park();
            }
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start(args: Args) -> Result<DevIdp, Error> {
    let mut config = match args.config {
        Some(path) => Config::from_file(path)?,
        None => Config::default(),
    };
    config.host = args.host.unwrap_or(config.host);
    config.port = args.port.unwrap_or(config.port);
    DevIdp::start(config)
}

fn introduce(idp: &DevIdp) {
    println!("issuer     {}", idp.issuer());
    println!("discovery  {}", idp.discovery_url());
    for client in &idp.config().clients {
        let is_public = client.client_secret.is_none() && client.public_keys.is_empty();
        let kind = if is_public { "public" } else { "confidential" };
        println!("client     {} ({kind})", client.client_id);
    }
    for user in &idp.config().users {
        println!("user       {}", user.username);
    }
}
