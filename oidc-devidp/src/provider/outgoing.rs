//! Requests of the provider's own.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use reqwest::ClientBuilder;
use reqwest::redirect::Policy;

/// How long the other side may take to respond.
const PATIENCE: Duration = Duration::from_secs(5);

/// A client that goes where it is sent and nowhere else.
pub(super) fn http_client() -> ClientBuilder {
    let here = [
        (Ipv4Addr::LOCALHOST, 0).into(),
        (Ipv6Addr::LOCALHOST, 0).into(),
    ];
    reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .resolve_to_addrs("localhost", &here)
        .timeout(PATIENCE)
}
