//! Access tokens for a service account (RFC 6749 §4.4).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Certificate;

use crate::client_auth::ClientCredentials;
use crate::clock::{Clock, SharedClock};
use crate::config::{ClientAuth, service_credentials, service_provider};
use crate::http::{Http, HttpError, HttpSettings};
use crate::protocol::{Grant, ProtocolError, RelyingParty, exchange};
use crate::provider::Provider;
use crate::secret::Secret;

/// Settings of a service account.
#[derive(Debug)]
pub struct ServiceSettings<C> {
    /// The issuer or its discovery document.
    pub discovery_url: String,
    /// As which client it authenticates.
    pub client_id: String,
    /// Its secret, if it has one.
    pub secret: Option<Secret>,
    /// How it authenticates, unless by its secret as the provider offers.
    pub auth: Option<ClientAuth>,
    /// RFC 8707.
    pub resources: Vec<String>,
    /// For one request, and for discovery.
    pub timeout: Duration,
    /// Trusted in addition to the system's.
    pub root_certificates: Vec<Certificate>,
    /// Whether plain HTTP is allowed outside the loopback interface.
    pub allow_http: bool,
    /// Says when assertions are made.
    pub clock: C,
}

/// A client of a provider that gets tokens for itself.
pub struct ServiceClient {
    provider: Arc<Provider>,
    client_id: String,
    credentials: ClientCredentials,
    resources: Vec<String>,
    clock: SharedClock,
}

/// What the provider issued.
#[derive(Debug)]
pub struct ServiceToken {
    /// The access token.
    pub access_token: Secret,
    /// The granted scope, if it differs from the requested one.
    pub scope: Option<String>,
    /// How long it is valid, if the provider says so.
    pub lifetime: Option<Duration>,
}

/// Why there is no token.
#[derive(Debug)]
pub enum ServiceError {
    /// The provider refused, with this status and `error`.
    Refused {
        /// The status of the response.
        status: u16,
        /// The `error` of RFC 6749 §5.2, or what the status implies.
        code: String,
    },
    /// The provider does not respond; it may do so later.
    Unavailable(String),
    /// The response is of no use.
    Unusable(String),
}

impl ServiceClient {
    /// Checks the settings; the error describes the problem.
    pub fn new<C: Clock>(settings: ServiceSettings<C>) -> Result<Self, String> {
        if settings.client_id.is_empty() {
            return Err("the client id is empty".to_owned());
        }
        let clock = SharedClock::new(settings.clock);
        let (timeout, allow_http) = (settings.timeout, settings.allow_http);
        let provider =
            service_provider(&settings.discovery_url, timeout, allow_http, clock.clone())?;
        let http = Http::new(&HttpSettings {
            timeout,
            connect_timeout: timeout,
            root_certificates: settings.root_certificates,
        });
        let http = http.map_err(|error| format!("TLS cannot be set up: {error}"))?;
        Ok(Self {
            provider: Arc::new(Provider::new(provider, http)),
            client_id: settings.client_id,
            credentials: service_credentials(settings.auth, settings.secret)?,
            resources: settings.resources,
            clock,
        })
    }

    /// Asks for a token with this scope, or the default one.
    pub async fn token(
        &self,
        scope: Option<&str>,
        audience: Option<&str>,
    ) -> Result<ServiceToken, ServiceError> {
        let party = RelyingParty {
            provider: &self.provider,
            client_id: &self.client_id,
            credentials: &self.credentials,
            resources: &self.resources,
            algorithms: &[],
            clock: &self.clock,
        };
        let ready = self.provider.ready().await;
        let provider = ready.map_err(|error| ServiceError::Unavailable(error.to_string()))?;
        let grant = Grant::ClientCredentials { scope, audience };
        let response = exchange(&party, &provider, &grant).await?;
        let now = self.clock.unix_seconds();
        let seconds = response.expires(now).map(|end| end.saturating_sub(now));
        let lifetime = seconds.and_then(|seconds| u64::try_from(seconds).ok());
        Ok(ServiceToken {
            access_token: Secret::new(response.access_token()),
            scope: response.scope().map(str::to_owned),
            lifetime: lifetime.map(Duration::from_secs),
        })
    }
}

impl fmt::Debug for ServiceClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceClient")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl From<ProtocolError> for ServiceError {
    fn from(error: ProtocolError) -> Self {
        match error {
            ProtocolError::GrantRejected(error) | ProtocolError::ClientRejected(error) => {
                Self::Refused {
                    status: error.status,
                    code: error.error,
                }
            }
            ProtocolError::Http(error @ HttpError::TooLarge) => Self::Unusable(error.to_string()),
            ProtocolError::Http(error) => Self::Unavailable(error.to_string()),
            ProtocolError::Unavailable(_) => {
                Self::Unavailable("the provider cannot be reached".to_owned())
            }
            ProtocolError::Busy(_) => {
                Self::Unavailable("the provider limits the rate of requests".to_owned())
            }
            ProtocolError::NoClientAssertion => {
                Self::Unavailable("there is no client assertion".to_owned())
            }
            ProtocolError::ClientAuthNotOffered => Self::Unusable(
                "the provider offers no supported client authentication method".to_owned(),
            ),
            ProtocolError::UnusableResponse(code) => {
                Self::Unusable(format!("the provider's response is of no use ({code})"))
            }
            _ => Self::Unusable("the provider's response is of no use".to_owned()),
        }
    }
}
