//! How a person signs in.

mod code;
mod device;

pub use code::{CodeFlow, Prompt};
pub use device::{DeviceFlow, DevicePrompt};

use crate::clock::SharedClock;
use crate::error::Error;
use crate::http::Http;
use crate::server::Server;
use crate::token::Token;

/// A way to sign in: a [`CodeFlow`] or a [`DeviceFlow`], which [`Client::sign_in`](crate::Client::sign_in)
/// takes as they are.
#[derive(Clone, Debug)]
pub struct Flow(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Code(CodeFlow),
    Device(DeviceFlow),
}

impl From<CodeFlow> for Flow {
    fn from(flow: CodeFlow) -> Self {
        Self(Kind::Code(flow))
    }
}

impl From<DeviceFlow> for Flow {
    fn from(flow: DeviceFlow) -> Self {
        Self(Kind::Device(flow))
    }
}

impl Flow {
    pub(crate) async fn run(self, session: Session<'_>) -> Result<Token, Error> {
        match self.0 {
            Kind::Code(flow) => flow.run(session).await,
            Kind::Device(flow) => flow.run(session).await,
        }
    }
}

/// What a flow talks to.
#[derive(Clone, Copy)]
pub(crate) struct Session<'s> {
    pub(crate) server: &'s Server,
    pub(crate) http: &'s Http,
    pub(crate) clock: &'s SharedClock,
}
