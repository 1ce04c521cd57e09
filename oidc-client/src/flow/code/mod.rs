//! The authorization code flow of a native application (RFC 8252).

mod browser;
mod callback;
mod listener;
mod login;
mod page;
#[cfg(target_os = "linux")]
mod peer;
#[cfg(not(target_os = "linux"))]
#[path = "peer_unknown.rs"]
mod peer;

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::Session;
use crate::error::Error;
use crate::http::token;
use crate::token::Token;
use callback::Outcome;
use listener::Listener;
use login::Login;

/// The ports that redirect URIs are registered for by custom of py-oidc-auth.
const PORTS: RangeInclusive<u16> = 53100..=53105;
/// How long a person has to sign in.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// Signs in with a browser on this machine (RFC 8252): the browser is sent to the provider, and comes
/// back to a port of the loopback interface with a code, which the application exchanges for tokens.
///
/// The answer of the browser counts only if it has the `state` of this sign-in; other requests to the
/// port are refused, and the sign-in goes on. The code is of use only together with a verifier (RFC
/// 7636), which this process keeps to itself where the application allows it, as oidc-guard does. With
/// py-oidc-auth the verifier is a part of the `state`.
///
/// Other users of a machine can often see the arguments of a browser, and so the `state`. On Linux the
/// port therefore serves this user and root only; elsewhere, and where Linux does not tell whose a
/// connection is, such a user could finish the sign-in with an account of their own. Where that matters,
/// use the [device flow](super::DeviceFlow).
///
/// ```no_run
/// use oidc_client::{Client, CodeFlow, Prompt};
///
/// # async fn shown() -> Result<(), oidc_client::Error> {
/// let flow = CodeFlow::new()
///     .prompt(Prompt::SelectAccount)
///     .show(|address| eprintln!("open {address}"));
/// Client::new("https://app.example")?.sign_in(flow).await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "it does nothing until it is passed to `Client::sign_in`"]
pub struct CodeFlow {
    ports: Vec<u16>,
    patience: Duration,
    prompt: Option<Prompt>,
    scopes: Option<String>,
    offline_access: bool,
    open: Present,
    show: Present,
}

type Present = Arc<dyn Fn(&str) + Send + Sync>;

/// What the provider asks the user for (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Prompt {
    /// To sign in, even if they are signed in.
    Login,
    /// To agree to what the application may do.
    Consent,
    /// To choose an account.
    SelectAccount,
}

impl Prompt {
    fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
        }
    }
}

impl CodeFlow {
    /// The code flow with all settings at their defaults.
    pub fn new() -> Self {
        Self {
            ports: PORTS.collect(),
            patience: PATIENCE,
            prompt: Some(Prompt::Consent),
            scopes: None,
            offline_access: true,
            open: Arc::new(browser::open),
            show: Arc::new(browser::show),
        }
    }

    /// The ports of which the first free one gets the answer of the browser. Default: 53100 to 53105.
    /// The provider has to allow `http://localhost:PORT/callback` as a redirect URI.
    pub fn ports(mut self, ports: impl IntoIterator<Item = u16>) -> Self {
        self.ports = ports.into_iter().collect();
        self
    }

    /// How long the person has to sign in. Default: 5 minutes.
    pub fn timeout(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// What the provider asks the user for. Default: [`Prompt::Consent`], without which providers issue
    /// no refresh token (OpenID Connect Core §11); `None` leaves it to the provider.
    pub fn prompt(mut self, prompt: impl Into<Option<Prompt>>) -> Self {
        self.prompt = prompt.into();
        self
    }

    /// The requested scopes, separated by spaces. Default: those of the application.
    pub fn scopes(mut self, scopes: impl Into<String>) -> Self {
        self.scopes = Some(scopes.into());
        self
    }

    /// Whether a refresh token is requested. Default: yes.
    pub fn offline_access(mut self, offline_access: bool) -> Self {
        self.offline_access = offline_access;
        self
    }

    /// How a browser is opened, in a thread of its own. Default: the browser of the desktop.
    pub fn open(mut self, open: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.open = Arc::new(open);
        self
    }

    /// How the address is shown, for a browser may fail without a word. Default: on standard error.
    pub fn show(mut self, show: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.show = Arc::new(show);
        self
    }

    /// Shows the address instead of opening a browser.
    pub fn without_browser(self) -> Self {
        self.open(|_| ())
    }

    pub(super) async fn run(self, session: Session<'_>) -> Result<Token, Error> {
        let listener = Listener::bind(&self.ports).await?;
        let login = Login::begin(&self, session, listener.port()).await?;
        let answers = listener.listen(login.state());
        self.present(login.address());
        let answer = answers.first(self.patience).await;
        let code = match answer {
            Outcome::Code(code) => code,
            Outcome::Refused(refusal) => return Err(refusal),
        };
        let form = [
            ("code", code.expose()),
            ("redirect_uri", login.redirect_uri()),
            ("code_verifier", login.verifier()),
        ];
        let url = session.server.token_url().clone();
        let answer = session.http.post(url, &form).await?;
        token(&answer, session.clock.now())
    }

    /// A browser may take its time to start, or to end: nobody waits for the thread.
    fn present(&self, address: &str) {
        (self.show)(address);
        let (open, address) = (Arc::clone(&self.open), address.to_owned());
        if let Err(error) = thread::Builder::new().spawn(move || open(&address)) {
            tracing::debug!(%error, "no browser can be opened");
        }
    }
}

impl Default for CodeFlow {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for CodeFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeFlow")
            .field("ports", &self.ports)
            .field("timeout", &self.patience)
            .field("prompt", &self.prompt)
            .field("scopes", &self.scopes)
            .field("offline_access", &self.offline_access)
            .finish_non_exhaustive()
    }
}
