//! Service accounts: tokens for a program itself (RFC 6749 §4.4).

mod builder;

use std::sync::Arc;

use oidc_runtime::for_client::{ServiceClient, ServiceError};

pub use builder::ServiceAccountBuilder;

use crate::clock::SharedClock;
use crate::error::Error;
use crate::http::Refusal;
use crate::keeper::{Keeper, Renew, Renewal};
use crate::token::Token;

/// A program that calls others under its own name: it gets access tokens from the provider by the client
/// credentials grant (RFC 6749 §4.4), and new ones before they expire. Cheap to clone; clones share
/// everything.
///
/// ```no_run
/// use oidc_client::ServiceAccount;
///
/// # async fn shown(secret: String) -> Result<(), oidc_client::Error> {
/// let account = ServiceAccount::builder("https://login.example", "nightly-report")
///     .secret(secret)
///     .scopes("orders:read")
///     .audience("https://api.shop.example")
///     .build()?;
/// let token = account.token().await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct ServiceAccount(Arc<Keeper<Grant>>);

/// How a token is requested.
#[derive(Debug)]
struct Grant {
    client: ServiceClient,
    scopes: Option<String>,
    audience: Option<String>,
    clock: SharedClock,
}

impl ServiceAccount {
    /// The settings of an account at the provider with this issuer or discovery document.
    pub fn builder(
        discovery_url: impl Into<String>,
        client_id: impl Into<String>,
    ) -> ServiceAccountBuilder {
        ServiceAccountBuilder::new(discovery_url.into(), client_id.into())
    }

    /// A valid token. A new one is requested a minute before the old one expires, once for all tasks, and
    /// for all processes that share the store. While the provider does not respond, the old one is
    /// returned until it expires.
    pub async fn token(&self) -> Result<Token, Error> {
        self.0.fresh().await
    }

    /// Another token than this one, which was rejected although it has not expired.
    pub async fn renew(&self, rejected: &Token) -> Result<Token, Error> {
        self.0.instead_of(rejected).await
    }
}

impl Renew for Grant {
    async fn renew(&self, _: Option<&Token>) -> Result<Token, Renewal> {
        let (scopes, audience) = (self.scopes.as_deref(), self.audience.as_deref());
        let issued = self.client.token(scopes, audience).await;
        let issued = issued.map_err(|error| Renewal::Failed(error.into()))?;
        let now = self.clock.now();
        Ok(Token {
            access_token: issued.access_token,
            refresh_token: None,
            scope: issued.scope.or_else(|| self.scopes.clone()),
            obtained: now,
            expires: issued
                .lifetime
                .and_then(|lifetime| now.checked_add(lifetime)),
            refresh_expires: None,
            unkept: None,
        })
    }
}

impl From<ServiceError> for Error {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Refused { status, code } => Self::Refused(Refusal::of(status, &code)),
            ServiceError::Unavailable(problem) => Self::Unavailable(problem),
            ServiceError::Unusable(problem) => Self::Unusable(problem),
        }
    }
}
