//! Addresses of this machine.

use url::{Host, Url};

pub(super) fn same_but_loopback_port(known: &str, uri: &str) -> bool {
    let (Some(mut known), Some(mut uri)) = (loopback(known), loopback(uri)) else {
        return false;
    };
    known.set_port(None).is_ok() && uri.set_port(None).is_ok() && known == uri
}

/// Parses an `http` URL of this machine that nothing in it disguises.
pub(crate) fn loopback(uri: &str) -> Option<Url> {
    let url = Url::parse(uri).ok()?;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    // The parser forgives backslashes, blanks and odd hosts; only the canonical spelling passes.
    let canonical = uri.starts_with("http://")
        && uri.is_ascii()
        && !uri.contains(['\\', '\t', '\r', '\n', ' ', '@']);
    (is_loopback(&url) && plain && canonical).then_some(url)
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}
