//! Which requests are for this provider. A website can point its own name at this machine (DNS
//! rebinding); the browser would then let its scripts read every answer.

use axum::extract::Request;
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};
use url::{Host, Url};

/// The status of the refusal, if the request is not for the issuer's host or a loopback name.
pub(crate) fn check(request: &Request, issuer: &str) -> Result<(), StatusCode> {
    let named = host(request.headers()).ok_or(StatusCode::BAD_REQUEST)?;
    // In the absolute form, which is for proxies, the target names a host as well.
    let target = request.uri().authority();
    let is_ours = |authority: &Authority| is_loopback(authority) || is_of(authority, issuer);
    if is_ours(&named) && target.is_none_or(is_ours) {
        Ok(())
    } else {
        Err(StatusCode::MISDIRECTED_REQUEST)
    }
}

/// The only `Host` of the request (RFC 9112 §3.2).
fn host(headers: &HeaderMap) -> Option<Authority> {
    let mut all = headers.get_all(HOST).iter();
    let (host, another) = (all.next()?, all.next());
    let host = host.to_str().ok().filter(|host| !host.contains('@'))?;
    another.is_none().then(|| host.parse().ok())?
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
