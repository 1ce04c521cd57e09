//! Discovery documents.

use std::sync::LazyLock;

use url::Url;

use crate::client::Oidc;
use crate::provider::Metadata;

const ISSUER: &str = "https://login.example.org";

static OIDC: LazyLock<Oidc> = LazyLock::new(|| {
    let builder = Oidc::builder().client_id("app").discovery_url(ISSUER);
    builder.build().expect("a configuration")
});

/// Parses a discovery document; returns whether it is accepted.
///
/// # Panics
/// If the document of another issuer is accepted, or a URL without TLS or with credentials.
pub fn discovery(json: &[u8]) -> bool {
    let Ok(metadata) = Metadata::parse(json, &OIDC.config().own.provider) else {
        return false;
    };
    assert_eq!(metadata.issuer.trim_end_matches('/'), ISSUER);
    assert!(metadata.issuer.len() <= ISSUER.len() + 1, "{metadata:?}");
    let optional = [
        &metadata.authorization_endpoint,
        &metadata.token_endpoint,
        &metadata.device_authorization_endpoint,
        &metadata.userinfo_endpoint,
        &metadata.end_session_endpoint,
    ];
    let given = optional.into_iter().flatten();
    for url in given.chain([&metadata.jwks_uri]) {
        assert!(is_safe(url), "{url}");
    }
    true
}

fn is_safe(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let loopback = host == "localhost" || host == "[::1]" || host.starts_with("127.");
    let has_extras =
        !url.username().is_empty() || url.password().is_some() || url.fragment().is_some();
    let is_private = url.scheme() == "https" || url.scheme() == "http" && loopback;
    !host.is_empty() && is_private && !has_extras
}
