//! HTTP with limits and without redirects.

use std::time::Duration;

use reqwest::{Certificate, Client, Response, header::HeaderMap};

use crate::http;

/// Settings of an HTTP client.
#[derive(Debug)]
pub struct HttpSettings {
    /// For one request in all, from connecting to the last byte.
    pub timeout: Duration,
    /// For connecting.
    pub connect_timeout: Duration,
    /// Trusted in addition to the system's.
    pub root_certificates: Vec<Certificate>,
    /// Whether the proxies of the environment are used (`HTTPS_PROXY` and the like).
    pub proxies: bool,
}

/// Why there is no body.
#[derive(Debug)]
pub enum BodyError {
    /// It is larger than the limit.
    TooLarge,
    /// The connection was lost, or too slow.
    Lost,
}

/// A client that follows no redirects.
///
/// # Errors
///
/// If TLS cannot be set up.
pub fn http_client(settings: HttpSettings) -> Result<Client, reqwest::Error> {
    let builder = http::client_builder(&http::HttpSettings {
        timeout: settings.timeout,
        connect_timeout: settings.connect_timeout,
        root_certificates: settings.root_certificates,
    });
    // A server may close an idle connection just when a code or refresh token is sent on it.
    let builder = builder.pool_max_idle_per_host(0);
    if settings.proxies {
        builder.build()
    } else {
        builder.no_proxy().build()
    }
}

/// The body, unless it has more bytes than `limit`.
pub async fn limited_body(response: &mut Response, limit: usize) -> Result<Vec<u8>, BodyError> {
    http::read_body(response, limit)
        .await
        .map_err(|error| match error {
            http::HttpError::TooLarge => BodyError::TooLarge,
            _ => BodyError::Lost,
        })
}

/// Whether the media type is `application/json`, with whatever parameters.
#[must_use]
pub fn is_json(headers: &HeaderMap) -> bool {
    http::is_json(headers)
}

/// Reads certificates in PEM; the error describes the problem.
pub fn root_certificates(pem: &[u8]) -> Result<Vec<Certificate>, String> {
    http::parse_certificates(pem)
}
