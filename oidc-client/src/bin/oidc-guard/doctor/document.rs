//! A discovery document, read without judging it.

use serde_json::{Map, Value};
use url::Url;

/// Where a discovery document is below its issuer (OpenID Connect Discovery §4).
pub(crate) const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// The members of a discovery document (OpenID Connect Discovery §3, RFC 8414 §2).
#[derive(Clone, Debug, Default)]
pub(crate) struct Document(pub(crate) Map<String, Value>);

impl Document {
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    pub(crate) fn issuer(&self) -> &str {
        self.text("issuer").unwrap_or_default()
    }

    pub(crate) fn url(&self, name: &str) -> Option<Url> {
        Url::parse(self.text(name)?).ok()
    }

    /// The strings of a list; `None` if the document does not have it.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<&str>> {
        let items = self.0.get(name)?.as_array()?;
        Some(items.iter().filter_map(Value::as_str).collect())
    }

    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.0.get(name) == Some(&Value::Bool(true))
    }

    #[cfg(test)]
    pub(crate) fn of(json: &Value) -> Self {
        Self(json.as_object().cloned().unwrap_or_default())
    }
}

/// The address of the discovery document of an issuer, or of itself.
pub(crate) fn with_well_known(url: &Url) -> Url {
    let mut url = url.clone();
    if !url.path().ends_with(WELL_KNOWN) {
        let path = format!("{}{WELL_KNOWN}", url.path().trim_end_matches('/'));
        url.set_path(&path);
    }
    url
}

/// The issuer that a document at this address belongs to, without a slash at the end.
pub(crate) fn location(url: &Url) -> &str {
    let url = url.as_str();
    let base = url.split_once(WELL_KNOWN).map_or(url, |(base, _)| base);
    base.trim_end_matches('/')
}

/// Whether the host is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
