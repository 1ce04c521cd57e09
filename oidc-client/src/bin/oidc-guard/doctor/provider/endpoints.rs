//! The addresses in a discovery document.

use url::Url;

use super::Seen;
use crate::doctor::document::is_loopback;
use crate::doctor::finding::Finding;
use crate::output::text::printable;

const CHECK: &str = "endpoints";

/// The endpoints, and what fails without them if something does.
const ENDPOINTS: [(&str, Option<&str>); 9] = [
    ("authorization_endpoint", Some("nobody can sign in")),
    ("token_endpoint", Some("nobody can sign in")),
    ("jwks_uri", Some("no token can be verified")),
    ("userinfo_endpoint", None),
    ("device_authorization_endpoint", None),
    ("introspection_endpoint", None),
    ("revocation_endpoint", None),
    ("end_session_endpoint", None),
    ("registration_endpoint", None),
];

pub(super) fn check(seen: &Seen<'_>) -> Vec<Finding> {
    let mut findings: Vec<_> = ENDPOINTS
        .iter()
        .filter_map(|(name, needed)| endpoint(seen, name, *needed))
        .collect();
    findings.extend(hosts(seen));
    findings
}

fn endpoint(seen: &Seen<'_>, name: &str, needed: Option<&str>) -> Option<Finding> {
    let Some(text) = seen.document.text(name) else {
        let needed = needed.filter(|_| !(name == "jwks_uri" && has_own_jwks_uri(seen)))?;
        return Some(
            Finding::problem(CHECK, format!("`{name}` is missing"))
                .why(format!("without it {needed}"))
                .fix("check the address, and that OpenID Connect is switched on at the provider"),
        );
    };
    let trouble = trouble(text, seen)?;
    let saw = format!("`{name}` is {}: {trouble}", printable(text));
    Some(
        Finding::problem(CHECK, saw)
            .why("codes, tokens and secrets are sent there")
            .fix("have the provider publish https addresses; behind a proxy, tell it its public address"),
    )
}

/// Whether the server gets the keys from elsewhere than the document says.
pub(super) fn has_own_jwks_uri(seen: &Seen<'_>) -> bool {
    seen.word("OIDC_JWKS_URI").is_some()
}

/// Why the server does not connect to an address in the document, if that is so.
pub(super) fn trouble(text: &str, seen: &Seen<'_>) -> Option<&'static str> {
    let Ok(url) = Url::parse(text) else {
        return Some("it is not an absolute URL");
    };
    if !matches!(url.scheme(), "http" | "https") {
        Some("it is neither https nor http")
    } else if url.scheme() == "http" && !is_loopback(&url) && !seen.allow_http {
        Some("it is not https")
    } else if is_loopback(&url) && !is_loopback(&seen.asked) {
        Some("it means whatever machine reads the document")
    } else if !url.username().is_empty() || url.password().is_some() {
        Some("it contains a user name or password")
    } else if url.fragment().is_some() {
        Some("it contains a fragment")
    } else {
        None
    }
}

/// On which hosts the endpoints are. Some providers have several.
fn hosts(seen: &Seen<'_>) -> Option<Finding> {
    let home = seen.asked.host_str().unwrap_or_default();
    let urls = ENDPOINTS
        .iter()
        .filter_map(|(name, _)| seen.document.url(name));
    let mut others: Vec<String> = urls
        .filter_map(|url| url.host_str().map(str::to_owned))
        .filter(|host| host != home)
        .collect();
    others.sort();
    others.dedup();
    if others.is_empty() {
        let is_some = ENDPOINTS
            .iter()
            .any(|(name, _)| seen.document.url(name).is_some());
        return is_some.then(|| Finding::ok(CHECK, format!("all on {home}")));
    }
    let saw = format!("also on {}", printable(&others.join(", ")));
    Some(
        Finding::note(CHECK, saw)
            .why("the server and the browser connect to these hosts as well")
            .fix("check that they are the provider's, and that a firewall lets the server reach them"),
    )
}
