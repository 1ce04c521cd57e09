//! The server that a command is about.

use std::path::PathBuf;

use oidc_client::{Client, ClientBuilder};

use crate::failure::Failure;
use crate::settings::read_file;

/// A server, and how to reach it.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct ServerArgs {
    /// The address of the server, such as `https://app.example.org/api`: what comes before `/auth/v2`
    pub(crate) address: String,
    #[command(flatten)]
    pub(crate) transport: Transport,
}

const HEADING: &str = "Transport";

/// How servers are reached.
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct Transport {
    /// A file with PEM certificates that are trusted in addition to the system's
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    pub(crate) root_certificate: Option<PathBuf>,
    /// Allow plain http to other machines, where everybody on the way can read tokens
    #[arg(long, help_heading = HEADING)]
    pub(crate) insecure_allow_http: bool,
}

impl ServerArgs {
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        self.transport.client(&self.address)
    }
}

impl Transport {
    /// # Errors
    /// If the address or the certificate is not usable.
    pub(crate) fn client(&self, address: &str) -> Result<Client, Failure> {
        self.builder(address)?.build().map_err(Failure::from)
    }

    fn builder(&self, address: &str) -> Result<ClientBuilder, Failure> {
        let mut builder = Client::builder(address);
        if let Some(pem) = self.certificate()? {
            builder = builder.root_certificates(pem);
        }
        if self.insecure_allow_http {
            builder = builder.insecure_allow_http();
        }
        Ok(builder)
    }

    pub(crate) fn certificate(&self) -> Result<Option<Vec<u8>>, Failure> {
        self.root_certificate.as_deref().map(read_file).transpose()
    }
}
