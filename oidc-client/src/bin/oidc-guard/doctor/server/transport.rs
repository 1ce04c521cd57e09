//! How the server is reached.

use url::Url;

use crate::doctor::document::is_loopback;
use crate::doctor::finding::Finding;

const CHECK: &str = "transport";

pub(super) fn check(address: &Url) -> Finding {
    if address.scheme() == "https" {
        Finding::ok(CHECK, "https")
    } else if is_loopback(address) {
        Finding::ok(CHECK, "http on this machine")
    } else {
        Finding::problem(CHECK, "http")
            .why("tokens and codes can be read and changed on the way")
            .fix("serve it by https, and set OIDC_PUBLIC_URL to that address")
    }
}
