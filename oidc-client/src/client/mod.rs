//! The client of one application.

mod builder;
mod refresh;
mod user_info;

use std::sync::Arc;

pub use builder::ClientBuilder;
pub(crate) use builder::{TIMEOUT, certificates};
pub use user_info::UserInfo;

use crate::clock::SharedClock;
use crate::environment::{Environment, Way};
use crate::error::Error;
use crate::flow::{CodeFlow, DeviceFlow, Flow, Session};
use crate::http::{Answer, Http};
use crate::keeper::Keeper;
use crate::server::Server;
use crate::token::Token;
use refresh::Refresh;

/// Signs a person in to one application, and keeps the token fresh. Cheap to clone; clones share
/// everything.
///
/// The application has the sign-in endpoints of oidc-guard or py-oidc-auth. Its address may have a path
/// prefix, below which the endpoints are.
///
/// ```no_run
/// # async fn shown() -> Result<(), oidc_client::Error> {
/// let client = oidc_client::Client::new("https://app.example/api")?;
/// let token = client.authenticate().await?;
/// println!("{}", token.scope().unwrap_or_default());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    server: Server,
    http: Http,
    clock: SharedClock,
    keeper: Arc<Keeper<Refresh>>,
    environment: Option<Environment>,
    code_flow: CodeFlow,
    device_flow: DeviceFlow,
}

impl Client {
    /// A client of the application at this address, such as `https://app.example` or
    /// `https://app.example/api`, with all settings at their defaults. Plain `http` is accepted for the
    /// loopback interface only.
    pub fn new(address: &str) -> Result<Self, Error> {
        Self::builder(address).build()
    }

    /// A client with other settings.
    pub fn builder(address: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(address.into())
    }

    /// The application.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.0.server
    }

    /// A valid token, by the shortest way: the stored one, a refreshed one, or one of a new sign-in, for
    /// which the person is asked in the way that fits where the program runs.
    ///
    /// | where | way |
    /// |---|---|
    /// | a batch job (Slurm, PBS, SGE, LSF, OAR, Kubernetes, CI), or no terminal | nobody is asked: [`Error::SignInRequired`] |
    /// | over SSH, in Jupyter, or without a display | [device flow](DeviceFlow) |
    /// | elsewhere | [code flow](CodeFlow) |
    ///
    /// Where an application has no device flow, the code flow takes its place, and prints its address.
    pub async fn authenticate(&self) -> Result<Token, Error> {
        match self.token().await {
            Err(Error::SignInRequired(reason)) => {
                let environment = self.0.environment.clone();
                match environment.unwrap_or_else(Environment::detect).way() {
                    Way::Nobody => Err(Error::SignInRequired(reason)),
                    Way::Browser => self.sign_in(self.0.code_flow.clone()).await,
                    Way::Device => self.sign_in_elsewhere().await,
                }
            }
            result => result,
        }
    }

    async fn sign_in_elsewhere(&self) -> Result<Token, Error> {
        match self.sign_in(self.0.device_flow.clone()).await {
            Err(Error::NoDeviceFlow) => {
                let flow = self.0.code_flow.clone().without_browser();
                self.sign_in(flow).await
            }
            result => result,
        }
    }

    /// A valid token, stored or refreshed. Never asks a person: [`Error::SignInRequired`].
    ///
    /// It is refreshed a minute before it expires, by one task of one process, for all that share the
    /// store. While the application or its provider does not respond, the old token is returned until
    /// it expires: after 5 seconds, and for the next 10 seconds at once. The refresh goes on
    /// meanwhile, see [`renewals_finished`](crate::renewals_finished).
    pub async fn token(&self) -> Result<Token, Error> {
        self.0.keeper.fresh().await
    }

    /// Another token than this one, which the application rejected although it has not expired: one that
    /// another process got meanwhile, or a refreshed one.
    pub async fn renew(&self, rejected: &Token) -> Result<Token, Error> {
        self.0.keeper.instead_of(rejected).await
    }

    /// The stored token, of whatever age; `None` if there is none. Sends no request.
    pub async fn stored(&self) -> Result<Option<Token>, Error> {
        self.0.keeper.current().await
    }

    /// Signs a person in, whether there is a token or not, and stores the new one.
    ///
    /// ```no_run
    /// use oidc_client::{Client, CodeFlow, DeviceFlow, Prompt};
    ///
    /// # async fn shown() -> Result<(), oidc_client::Error> {
    /// let client = Client::new("https://app.example")?;
    /// client.sign_in(CodeFlow::new().prompt(Prompt::Login)).await?;
    /// client.sign_in(DeviceFlow::new().show(|prompt| println!("{prompt}"))).await?;
    /// # Ok(()) }
    /// ```
    pub async fn sign_in(&self, flow: impl Into<Flow>) -> Result<Token, Error> {
        // Before anybody signs in for nothing: a file that is not ours is not replaced.
        self.0.keeper.current().await?;
        let session = Session {
            server: &self.0.server,
            http: &self.0.http,
            clock: &self.0.clock,
        };
        let token = flow.into().run(session).await?;
        self.0.keeper.keep(token).await
    }

    /// Removes the stored token; returns whether there was one. The provider may still have a session of
    /// the user in the browser, which [`Server::logout_url`] ends there.
    pub async fn sign_out(&self) -> Result<bool, Error> {
        self.0.keeper.forget().await
    }

    /// Makes sure that the token of a sign-in can be stored, before anybody signs in for nothing.
    pub async fn check_store(&self) -> Result<(), Error> {
        self.0.keeper.check().await
    }

    /// What the application knows about the user. Needs a token, and asks nobody for one. A token that the
    /// application rejects is renewed once.
    pub async fn user_info(&self) -> Result<UserInfo, Error> {
        let token = self.token().await?;
        let mut answer = self.ask_with(&token).await?;
        if answer.status == 401 {
            answer = self.ask_with(&self.renew(&token).await?).await?;
        }
        UserInfo::new(answer.json()?)
    }

    async fn ask_with(&self, token: &Token) -> Result<Answer, Error> {
        let url = self.0.server.userinfo_url().clone();
        let token = token.access_token();
        self.0.http.get_with_bearer(url, token).await
    }
}
