//! The device authorization grant (RFC 8628).

mod poll;
mod prompt;
#[cfg(feature = "qr")]
mod qr;

use std::fmt;
#[cfg(feature = "qr")]
use std::io::IsTerminal as _;
use std::sync::Arc;
use std::time::Duration;

use super::Session;
use crate::error::Error;
use crate::token::Token;
use poll::Poll;
pub use prompt::DevicePrompt;
use prompt::Started;

/// Signs in on another device (RFC 8628): the person opens an address there and types a code, while this
/// program asks the application from time to time whether they have done so.
///
/// ```no_run
/// use oidc_client::{Client, DeviceFlow};
///
/// # async fn shown() -> Result<(), oidc_client::Error> {
/// let flow = DeviceFlow::new().show(|prompt| {
///     println!("open {} and enter {}", prompt.verification_uri(), prompt.user_code());
/// });
/// Client::new("https://app.example")?.sign_in(flow).await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "it does nothing until it is passed to `Client::sign_in`"]
pub struct DeviceFlow {
    show: Show,
    patience: Option<Duration>,
}

type Show = Arc<dyn Fn(&DevicePrompt) + Send + Sync>;

impl DeviceFlow {
    /// The device flow with all settings at their defaults.
    pub fn new() -> Self {
        Self {
            show: Arc::new(show),
            patience: None,
        }
    }

    /// How the person gets to know what to do. Default: a text on standard error, and on a terminal, with
    /// the feature `qr`, a QR code.
    pub fn show(mut self, show: impl Fn(&DevicePrompt) + Send + Sync + 'static) -> Self {
        self.show = Arc::new(show);
        self
    }

    /// How long the person has to sign in, if that is less than the provider allows.
    pub fn timeout(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    pub(super) async fn run(self, session: Session<'_>) -> Result<Token, Error> {
        let Started {
            device_code,
            interval,
            prompt,
        } = prompt::start(session).await?;
        let lifetime = self.patience.map_or(prompt.expires_in(), |patience| {
            patience.min(prompt.expires_in())
        });
        let deadline = session.clock.now() + lifetime;
        (self.show)(&prompt);
        let poll = Poll {
            session,
            device_code,
            deadline,
        };
        poll.until_done(interval).await
    }
}

fn show(prompt: &DevicePrompt) {
    eprintln!("{prompt}");
    #[cfg(feature = "qr")]
    if let Some(code) = prompt.qr_code().filter(|_| std::io::stderr().is_terminal()) {
        eprintln!("{code}");
    }
}

impl Default for DeviceFlow {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for DeviceFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceFlow")
            .field("timeout", &self.patience)
            .finish_non_exhaustive()
    }
}
