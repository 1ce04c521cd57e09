//! Calls to the provider: bounded in time and size, never redirected.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Certificate, Client, Method, RequestBuilder, Response, redirect};
use url::Url;

use crate::config::{Config, ConfigError, Problems};
use crate::secret::Secret;

/// No document of a provider comes near this.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// The client for one provider. Its connections are shared by all calls.
///
/// Behind a trait object: whoever holds the client in the state of an application makes rustc
/// prove for each route that all that is inside may cross threads, and inside reqwest that is a
/// lot (0.6 ms a route in `cargo check`, 15 ms in a build).
#[derive(Clone)]
pub(crate) struct Http(Arc<dyn Fn(Method, Url) -> RequestBuilder + Send + Sync>);

/// What the provider answered with a status below 500.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    /// `max-age` of `Cache-Control` (RFC 9111 §5.2.2.1).
    pub(crate) max_age: Option<Duration>,
}

impl Http {
    pub(crate) fn new(config: &Config) -> Result<Self, ConfigError> {
        let mut problems = Problems::default();
        let certificates = root_certificates(config, &mut problems);
        if !problems.is_empty() {
            return Err(problems.into_error());
        }
        let mut builder = Client::builder()
            .connect_timeout(config.connect_timeout)
            .timeout(config.timeout)
            // A redirect could carry a refresh token elsewhere, or fetch keys from elsewhere.
            .redirect(redirect::Policy::none())
            // Whoever may set an environment variable must not see tokens.
            .no_proxy()
            .user_agent(concat!("oidc-guard/", env!("CARGO_PKG_VERSION")));
        if !certificates.is_empty() {
            builder = builder.tls_certs_merge(certificates);
        }
        match builder.build() {
            Ok(client) => Ok(Self(Arc::new(move |method, url| {
                client.request(method, url)
            }))),
            Err(error) => {
                problems.add("root_certificate", format!("makes no TLS client: {error}"));
                Err(problems.into_error())
            }
        }
    }

    pub(crate) async fn get(&self, url: &Url) -> Result<Answer, HttpError> {
        send(self.request(Method::GET, url)).await
    }

    pub(crate) async fn get_with_bearer(
        &self,
        url: &Url,
        token: &str,
    ) -> Result<Answer, HttpError> {
        let authorization = secret_header("Bearer", token)?;
        let request = self.request(Method::GET, url);
        send(request.header(AUTHORIZATION, authorization)).await
    }

    /// Posts a form; `basic` is the value of HTTP Basic credentials, already in Base64.
    pub(crate) async fn post_form(
        &self,
        url: &Url,
        form: String,
        basic: Option<&Secret>,
    ) -> Result<Answer, HttpError> {
        let mut request = self
            .request(Method::POST, url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        if let Some(basic) = basic {
            request = request.header(AUTHORIZATION, secret_header("Basic", basic.expose())?);
        }
        send(request).await
    }

    fn request(&self, method: Method, url: &Url) -> RequestBuilder {
        (self.0)(method, url.clone())
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Http")
    }
}

fn root_certificates(config: &Config, problems: &mut Problems) -> Vec<Certificate> {
    let mut certificates = Vec::new();
    for pem in &config.root_certificates {
        let bundle = problems.check("root_certificate", Certificate::from_pem_bundle(pem));
        match bundle {
            // Text without a PEM block is no error to the parser.
            Some(bundle) if bundle.is_empty() => {
                problems.add("root_certificate", "holds no certificate in PEM");
            }
            bundle => certificates.extend(bundle.into_iter().flatten()),
        }
    }
    certificates
}

fn secret_header(scheme: &str, credentials: &str) -> Result<HeaderValue, HttpError> {
    let mut value =
        HeaderValue::try_from(format!("{scheme} {credentials}")).map_err(|_| HttpError::Request)?;
    value.set_sensitive(true);
    Ok(value)
}

async fn send(request: RequestBuilder) -> Result<Answer, HttpError> {
    let mut response = request.header(ACCEPT, "application/json").send().await?;
    let status = response.status().as_u16();
    if response.status().is_server_error() || response.status().is_redirection() {
        return Err(HttpError::Status(status));
    }
    let max_age = max_age(response.headers());
    let body = read_body(&mut response).await?;
    Ok(Answer {
        status,
        body,
        max_age,
    })
}

async fn read_body(response: &mut Response) -> Result<Vec<u8>, HttpError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(HttpError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let directives = headers.get(CACHE_CONTROL)?.to_str().ok()?;
    let seconds = directives.split(',').find_map(|directive| {
        let (name, value) = directive.trim().split_once('=')?;
        name.eq_ignore_ascii_case("max-age")
            .then_some(value.trim_matches('"'))
    })?;
    seconds.parse().ok().map(Duration::from_secs)
}

/// Why a call to the provider failed. It names no address: addresses carry codes and states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HttpError {
    /// No whole answer in time.
    Timeout,
    /// No connection, or it broke.
    Connection,
    /// The request could not be made.
    Request,
    /// 5xx, or a redirect.
    Status(u16),
    /// More than [`MAX_BODY_BYTES`].
    TooLarge,
}

impl From<reqwest::Error> for HttpError {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::Timeout
        } else if error.is_builder() {
            Self::Request
        } else {
            Self::Connection
        }
    }
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("no answer in time"),
            Self::Connection => f.write_str("the connection failed"),
            Self::Request => f.write_str("the request could not be made"),
            Self::Status(status) => write!(f, "status {status}"),
            Self::TooLarge => f.write_str("the answer is too large"),
        }
    }
}

impl std::error::Error for HttpError {}
