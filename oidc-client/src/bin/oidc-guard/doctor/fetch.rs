//! Requests of the doctor: limited in time and size, never redirected.

use std::error::Error;
use std::fmt;
use std::time::{Duration, SystemTime};

use reqwest::header::{
    ACCEPT, ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE, DATE, HeaderMap, HeaderName, LOCATION,
    ORIGIN, WWW_AUTHENTICATE,
};
use reqwest::{Certificate, Client, RequestBuilder, Response, redirect};
use url::Url;

use crate::failure::Failure;
use crate::output::text::printable;

/// The largest response that is read. Documents of providers are far smaller.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// The origin of a page that is nobody's, to see whether scripts may read a document.
const SOME_ORIGIN: &str = "https://app.example";

/// Sends the doctor's requests.
pub(crate) struct Fetcher(Client);

/// A response.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) challenge: Option<String>,
    pub(crate) allow_origin: Option<String>,
    pub(crate) date: Option<SystemTime>,
    /// When the request was sent and its answer received.
    pub(crate) between: (SystemTime, SystemTime),
    pub(crate) body: Vec<u8>,
}

/// Why there is no response.
#[derive(Debug)]
pub(crate) enum FetchError {
    Timeout,
    TooLarge,
    /// The certificate, or TLS itself.
    Tls(String),
    Connection(String),
}

impl Fetcher {
    /// # Errors
    /// If the certificate is not one.
    pub(crate) fn new(timeout: Duration, certificate: Option<&[u8]>) -> Result<Self, Failure> {
        let certificates = certificate.map(Certificate::from_pem_bundle).transpose();
        let certificates =
            certificates.map_err(|_| Failure::usage("the root certificate is not PEM"))?;
        let client = Client::builder()
            .timeout(timeout)
            // An address that redirects is a finding; where it leads to was not asked about.
            .redirect(redirect::Policy::none())
            .no_proxy()
            .user_agent(concat!("oidc-guard/", env!("CARGO_PKG_VERSION")))
            .tls_certs_merge(certificates.unwrap_or_default());
        let client = client
            .build()
            .map_err(|error| Failure::usage(format!("TLS cannot be used: {error}")))?;
        Ok(Self(client))
    }

    pub(crate) async fn get(&self, url: &Url) -> Result<Fetched, FetchError> {
        let request = self.0.get(url.clone()).header(ORIGIN, SOME_ORIGIN);
        send(request).await
    }

    /// Posts an urlencoded form.
    pub(crate) async fn post(&self, url: &Url, form: &str) -> Result<Fetched, FetchError> {
        let request = self.0.post(url.clone());
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        send(request.body(form.to_owned())).await
    }
}

impl Fetched {
    /// Whether the media type is JSON, with whatever parameters.
    pub(crate) fn is_json(&self) -> bool {
        let essence = self
            .content_type
            .as_deref()
            .and_then(|value| value.split(';').next());
        essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
    }

    /// The body as a JSON object.
    pub(crate) fn object(&self) -> Option<serde_json::Map<String, serde_json::Value>> {
        serde_json::from_slice(&self.body).ok()
    }

    pub(crate) fn is_redirect(&self) -> bool {
        (300..400).contains(&self.status)
    }
}

async fn send(request: RequestBuilder) -> Result<Fetched, FetchError> {
    let sent = SystemTime::now();
    let mut response = request.header(ACCEPT, "application/json").send().await?;
    let received = SystemTime::now();
    let headers = response.headers();
    Ok(Fetched {
        status: response.status().as_u16(),
        content_type: text(headers, &CONTENT_TYPE),
        location: text(headers, &LOCATION),
        challenge: text(headers, &WWW_AUTHENTICATE),
        allow_origin: text(headers, &ACCESS_CONTROL_ALLOW_ORIGIN),
        date: text(headers, &DATE).and_then(|date| httpdate::parse_http_date(&date).ok()),
        between: (sent, received),
        body: read_body(&mut response).await?,
    })
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

async fn read_body(response: &mut Response) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(FetchError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

impl From<reqwest::Error> for FetchError {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::Timeout;
        }
        let mut cause: &dyn Error = &error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        let cause = printable(&cause.to_string());
        let is_tls = ["certificate", "TLS", "tls", "handshake"];
        if is_tls.iter().any(|word| cause.contains(word)) {
            Self::Tls(cause)
        } else {
            Self::Connection(cause)
        }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("it did not respond in time"),
            Self::TooLarge => f.write_str("its response is larger than 1 MiB"),
            Self::Tls(cause) => write!(f, "no secure connection: {cause}"),
            Self::Connection(cause) => write!(f, "no connection: {cause}"),
        }
    }
}

impl FetchError {
    /// What to do about it.
    pub(crate) fn fix(&self) -> &'static str {
        match self {
            Self::Timeout => {
                "check that the address is right and that a firewall lets this machine in"
            }
            Self::TooLarge => "check the address: documents of providers have some kilobytes",
            Self::Tls(_) => {
                "have it present a certificate for this host name that is trusted; for a private \
                 authority pass --root-certificate here, and call `root_certificate` in the server"
            }
            Self::Connection(_) => "check host name, port and firewall, and whether it is running",
        }
    }
}
