//! HTTP requests to the provider: limited in time and size, without redirects.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{
    ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER,
};
use reqwest::{Certificate, Client, ClientBuilder, Method, RequestBuilder, Response, redirect};
use url::Url;

use crate::secret::Secret;

/// The largest accepted response body. Documents of providers are far smaller.
pub(crate) const MAX_BODY_BYTES: usize = 1024 * 1024;
/// The upper limit for the provider's `Retry-After`.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60 * 60);

/// Settings of the HTTP client.
pub(crate) struct HttpSettings {
    /// For one request in all, from connecting to the last byte.
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
    /// Trusted in addition to the system's.
    pub(crate) root_certificates: Vec<Certificate>,
}

/// The HTTP clients for one provider.
#[derive(Clone)]
pub(crate) struct Http {
    /// Keeps connections for reuse.
    pooled: MakeRequest,
    /// Opens a connection per request. A pooled connection is driven by the runtime that opened
    /// it, and actix-web has one runtime per worker: a request could stall while another worker is
    /// blocked.
    unpooled: MakeRequest,
}

/// perf: a trait object hides the type of the client. Otherwise rustc proves for every route that
/// everything inside reqwest's client is `Send` and `Sync`: 0.6 ms per route in `cargo check`, 15 ms
/// in a build (bench `compile_time`).
type MakeRequest = Arc<dyn Fn(Method, Url) -> RequestBuilder + Send + Sync>;

/// A response of the provider with a status below 500 that is not a redirect.
pub(crate) struct HttpResponse {
    pub(crate) status: u16,
    /// By its `Content-Type`.
    pub(crate) is_json: bool,
    pub(crate) body: Vec<u8>,
    /// From `Cache-Control`; zero if the response must not be stored.
    pub(crate) max_age: Option<Duration>,
    pub(crate) retry_after: Option<Duration>,
}

impl HttpResponse {
    /// The error for a status that the caller did not expect.
    pub(crate) fn unexpected_status(&self) -> HttpError {
        HttpError::Status {
            status: self.status,
            retry_after: self.retry_after,
        }
    }
}

impl Http {
    pub(crate) fn new(settings: &HttpSettings) -> Result<Self, reqwest::Error> {
        // `HTTPS_PROXY` and the like must not divert tokens to another host.
        let client = || client_builder(settings).no_proxy();
        Ok(Self {
            pooled: make_request(client())?,
            unpooled: make_request(client().pool_max_idle_per_host(0))?,
        })
    }

    /// Fetches a document that the provider publishes.
    pub(crate) async fn get(&self, url: &Url) -> Result<HttpResponse, HttpError> {
        send((self.unpooled)(Method::GET, url.clone()), MAX_BODY_BYTES).await
    }

    pub(crate) async fn get_with_bearer(
        &self,
        url: &Url,
        token: &str,
    ) -> Result<HttpResponse, HttpError> {
        let authorization = secret_header("Bearer", token)?;
        let request = (self.pooled)(Method::GET, url.clone());
        send(request.header(AUTHORIZATION, authorization), MAX_BODY_BYTES).await
    }

    /// Posts a form; `basic` is the value of HTTP Basic credentials, encoded in Base64. A response of
    /// more bytes than `limit` is an error.
    pub(crate) async fn post_form(
        &self,
        url: &Url,
        form: String,
        basic: Option<&Secret>,
        limit: usize,
    ) -> Result<HttpResponse, HttpError> {
        let mut request = (self.pooled)(Method::POST, url.clone())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        if let Some(basic) = basic {
            request = request.header(AUTHORIZATION, secret_header("Basic", basic.expose())?);
        }
        send(request, limit).await
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Http")
    }
}

/// What every HTTP client has: limits of time, and no redirects.
pub(crate) fn client_builder(settings: &HttpSettings) -> ClientBuilder {
    Client::builder()
        .connect_timeout(settings.connect_timeout)
        .timeout(settings.timeout)
        // A redirect could send a refresh token to another host, or fetch keys from one.
        .redirect(redirect::Policy::none())
        .user_agent(concat!("oidc-guard/", env!("CARGO_PKG_VERSION")))
        .tls_certs_merge(settings.root_certificates.clone())
}

fn make_request(builder: ClientBuilder) -> Result<MakeRequest, reqwest::Error> {
    let client = builder.build()?;
    Ok(Arc::new(move |method, url| client.request(method, url)))
}

/// Parses PEM certificates; the error describes the problem.
pub(crate) fn parse_certificates(pem: &[u8]) -> Result<Vec<Certificate>, String> {
    match Certificate::from_pem_bundle(pem) {
        // The parser accepts text without a PEM block.
        Ok(certificates) if certificates.is_empty() => {
            Err("contains no PEM-encoded certificate".to_owned())
        }
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(error.to_string()),
    }
}

fn secret_header(scheme: &str, credentials: &str) -> Result<HeaderValue, HttpError> {
    let mut value =
        HeaderValue::try_from(format!("{scheme} {credentials}")).map_err(|_| HttpError::Request)?;
    value.set_sensitive(true);
    Ok(value)
}

async fn send(request: RequestBuilder, limit: usize) -> Result<HttpResponse, HttpError> {
    let mut response = request.header(ACCEPT, "application/json").send().await?;
    let status = response.status().as_u16();
    let retry_after = retry_after(response.headers());
    if response.status().is_server_error() || response.status().is_redirection() {
        return Err(HttpError::Status {
            status,
            retry_after,
        });
    }
    let max_age = max_age(response.headers());
    let is_json = is_json(response.headers());
    let body = read_body(&mut response, limit).await?;
    Ok(HttpResponse {
        status,
        is_json,
        body,
        max_age,
        retry_after,
    })
}

/// The body, unless it has more bytes than `limit`.
pub(crate) async fn read_body(response: &mut Response, limit: usize) -> Result<Vec<u8>, HttpError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Err(HttpError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Whether the media type is `application/json`, with whatever parameters.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

/// How long a response may be stored (RFC 9111 §5.2.2). The field may have several lines.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let lines = headers.get_all(CACHE_CONTROL).iter();
    let directives = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|directive| directive.split_once('=').unwrap_or((directive, "")));
    let mut max_age = None;
    for (name, value) in directives {
        match name.trim().to_ascii_lowercase().as_str() {
            "no-store" | "no-cache" => return Some(Duration::ZERO),
            "max-age" if max_age.is_none() => {
                max_age = delta_seconds(value.trim().trim_matches('"'));
            }
            _ => {}
        }
    }
    max_age
}

/// `Retry-After` in seconds (RFC 9110 §10.2.3), at most [`MAX_RETRY_AFTER`]. A date is ignored: it
/// would require synchronized clocks.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?;
    delta_seconds(seconds.trim()).map(|pause| pause.min(MAX_RETRY_AFTER))
}

/// RFC 9111 §1.2.2: digits only; a number that overflows counts as the maximum.
fn delta_seconds(text: &str) -> Option<Duration> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().map_or(Duration::MAX, Duration::from_secs))
}

/// Why a request to the provider failed. Contains no URL, as URLs carry codes and states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HttpError {
    /// No complete response within the timeout.
    Timeout,
    /// The connection could not be established, or was lost.
    Connection,
    /// The request could not be built.
    Request,
    /// 5xx, a redirect, or another unexpected status.
    Status {
        status: u16,
        retry_after: Option<Duration>,
    },
    /// More than the limit.
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
            Self::Timeout => f.write_str("no response within the timeout"),
            Self::Connection => f.write_str("the connection failed"),
            Self::Request => f.write_str("the request could not be built"),
            Self::Status { status, .. } => write!(f, "status {status}"),
            Self::TooLarge => f.write_str("the response is too large"),
        }
    }
}

impl std::error::Error for HttpError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(value: &'static str) -> Option<Duration> {
        let value = HeaderValue::from_static(value);
        retry_after(&HeaderMap::from_iter([(RETRY_AFTER, value)]))
    }

    #[test]
    fn retry_after_is_read_in_seconds_and_bounded() {
        assert_eq!(after("0"), Some(Duration::ZERO));
        assert_eq!(after(" 120 "), Some(Duration::from_secs(120)));
        assert_eq!(after("3601"), Some(MAX_RETRY_AFTER));
        assert_eq!(after("99999999999999999999999"), Some(MAX_RETRY_AFTER));
        for nonsense in [
            "",
            "-1",
            "+1",
            "1.5",
            "soon",
            "Fri, 31 Dec 1999 23:59:59 GMT",
        ] {
            assert_eq!(after(nonsense), None, "{nonsense:?}");
        }
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }

    #[test]
    fn max_age_is_read_from_all_lines() {
        let cases: [(&[&'static str], Option<u64>); 16] = [
            (&[], None),
            (&[""], None),
            (&["public"], None),
            (&["max-age=60"], Some(60)),
            (&["public , Max-Age=\"60\" , x"], Some(60)),
            (&["public", "max-age=60"], Some(60)),
            (&["s-maxage=5", "stale-if-error=7", "max-age=60"], Some(60)),
            (&["max-age=60", "max-age=70"], Some(60)),
            (&["max-age=soon", "max-age=70"], Some(70)),
            (&["max-age"], None),
            (&["max-age=-1"], None),
            (&["\u{e9}", "max-age=60"], Some(60)),
            (&["no-store"], Some(0)),
            (&["max-age=60", "No-Store"], Some(0)),
            (&["max-age=60, no-cache=\"set-cookie\""], Some(0)),
            (&["max-age=99999999999999999999"], Some(u64::MAX)),
        ];
        for (lines, seconds) in cases {
            let mut headers = HeaderMap::new();
            for line in lines {
                let line = HeaderValue::from_bytes(line.as_bytes()).expect("a value");
                headers.append(CACHE_CONTROL, line);
            }
            let found = max_age(&headers).map(|age| age.as_secs());
            assert_eq!(found, seconds, "{lines:?}");
        }
    }
}
