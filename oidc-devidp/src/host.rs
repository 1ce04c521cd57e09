//! Which requests are for this provider. A website can point its own name at this machine (DNS
//! rebinding); the browser would then let its scripts read every response.

use axum::extract::Request;
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use url::{Host, Url};

/// Why a request is rejected for its `Host`.
pub(crate) enum HostError {
    Missing,
    Repeated,
    Malformed,
    /// It names neither the issuer's host nor a loopback one.
    Foreign,
}

impl HostError {
    pub(crate) fn response(&self, issuer: &str) -> Response {
        match self {
            Self::Missing => bad_request("the request has no `Host` header"),
            Self::Repeated => bad_request("the `Host` header is repeated"),
            Self::Malformed => bad_request("the `Host` header is malformed"),
            Self::Foreign => {
                let text = format!("this provider serves {issuer} and loopback names only\n");
                (StatusCode::MISDIRECTED_REQUEST, text).into_response()
            }
        }
    }
}

fn bad_request(text: &str) -> Response {
    (StatusCode::BAD_REQUEST, format!("{text}\n")).into_response()
}

/// Lets through what is for the issuer's host or a loopback name.
pub(crate) fn check(request: &Request, issuer: &str) -> Result<(), HostError> {
    let named = host(request.headers())?;
    // In the absolute form, which is for proxies, the target names a host as well.
    let target = request.uri().authority();
    let is_ours = |authority: &Authority| is_loopback(authority) || is_of(authority, issuer);
    if is_ours(&named) && target.is_none_or(is_ours) {
        Ok(())
    } else {
        Err(HostError::Foreign)
    }
}

/// The only `Host` of the request (RFC 9112 §3.2).
fn host(headers: &HeaderMap) -> Result<Authority, HostError> {
    let mut all = headers.get_all(HOST).iter();
    let host = all.next().ok_or(HostError::Missing)?;
    if all.next().is_some() {
        return Err(HostError::Repeated);
    }
    let text = host.to_str().ok().filter(|text| !text.contains('@'));
    text.and_then(|text| text.parse().ok())
        .ok_or(HostError::Malformed)
}

fn is_loopback(authority: &Authority) -> bool {
    match Host::parse(authority.host()) {
        Ok(Host::Domain(name)) => name == "localhost",
        Ok(Host::Ipv4(ip)) => ip.is_loopback(),
        Ok(Host::Ipv6(ip)) => ip.is_loopback(),
        Err(_) => false,
    }
}

fn is_of(authority: &Authority, issuer: &str) -> bool {
    Url::parse(issuer).is_ok_and(|issuer| {
        let named = Url::parse(&format!("{}://{authority}", issuer.scheme()));
        named.is_ok_and(|named| named.origin() == issuer.origin())
    })
}
