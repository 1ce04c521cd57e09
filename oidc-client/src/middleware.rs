//! A middleware for reqwest that adds the bearer token.

use http::Extensions;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Request, Response};
use reqwest_middleware::{Error as MiddlewareError, Middleware, Next};
use url::{Origin, Url};

use crate::challenge::rejects_token;
use crate::client::Client;
use crate::error::Error;
use crate::server::address_problem;
use crate::service::ServiceAccount;
use crate::token::Token;

/// Adds a valid access token to the requests to one origin (RFC 6750 §2.1), and to no others: neither to
/// other hosts, nor where a redirect leads to another origin. A request that has an `Authorization`
/// header already is left as it is.
///
/// A response 401 that does not name another reason than the token leads to a new token, with which the
/// request is repeated once, if its body can be.
///
/// ```no_run
/// use oidc_client::{Bearer, Client};
///
/// # async fn shown() -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::new("https://app.example/api")?;
/// client.authenticate().await?;
/// let http = reqwest_middleware::ClientBuilder::new(reqwest::Client::new())
///     .with(Bearer::of(&client))
///     .build();
/// let orders = http.get("https://app.example/orders").send().await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Bearer {
    source: Source,
    origin: Origin,
}

#[derive(Clone, Debug)]
enum Source {
    Client(Client),
    Account(ServiceAccount),
}

impl Bearer {
    /// The token of a person, for the origin of the application: its scheme, host and port.
    #[must_use]
    pub fn of(client: &Client) -> Self {
        Self {
            origin: client.server().url().origin(),
            source: Source::Client(client.clone()),
        }
    }

    /// The token of a service account, for the origin of this URL: `https`, or plain `http` on the
    /// loopback interface.
    pub fn of_account(account: &ServiceAccount, url: &str) -> Result<Self, Error> {
        let invalid = |problem: &str| Error::settings(format!("the origin {problem}"));
        let url = Url::parse(url).map_err(|_| invalid("is not a valid URL"))?;
        match address_problem(&url, false) {
            Some(problem) => Err(invalid(problem)),
            None => Ok(Self {
                origin: url.origin(),
                source: Source::Account(account.clone()),
            }),
        }
    }

    fn is_for(&self, url: &Url) -> bool {
        url.origin() == self.origin
    }

    async fn token(&self) -> Result<Token, Error> {
        match &self.source {
            Source::Client(client) => client.token().await,
            Source::Account(account) => account.token().await,
        }
    }

    async fn renewed(&self, rejected: &Token) -> Result<Token, Error> {
        match &self.source {
            Source::Client(client) => client.renew(rejected).await,
            Source::Account(account) => account.renew(rejected).await,
        }
    }
}

#[async_trait::async_trait]
impl Middleware for Bearer {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        if !self.is_for(request.url()) || request.headers().contains_key(AUTHORIZATION) {
            return next.run(request, extensions).await;
        }
        let token = self.token().await.map_err(MiddlewareError::middleware)?;
        let again = request.try_clone();
        add(&mut request, &token)?;
        let response = next.clone().run(request, extensions).await?;
        let Some(mut again) = again.filter(|_| self.rejects_token(&response)) else {
            return Ok(response);
        };
        match self.renewed(&token).await {
            Ok(token) => {
                add(&mut again, &token)?;
                next.run(again, extensions).await
            }
            Err(error) => {
                tracing::debug!(%error, "a rejected token was not renewed");
                Ok(response)
            }
        }
    }
}

impl Bearer {
    /// RFC 6750 §3.1. py-oidc-auth gives no reason.
    fn rejects_token(&self, response: &Response) -> bool {
        self.is_for(response.url()) && rejects_token(response.status(), response.headers())
    }
}

fn add(request: &mut Request, token: &Token) -> Result<(), MiddlewareError> {
    let value = format!("Bearer {}", token.access_token());
    let mut value = HeaderValue::try_from(value).map_err(MiddlewareError::middleware)?;
    value.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, value);
    Ok(())
}
