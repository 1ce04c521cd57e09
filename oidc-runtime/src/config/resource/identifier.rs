//! The identifier of a protected resource.

use url::{Host, Url};

/// What the path of the metadata begins with (RFC 9728 §3).
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The identifier of a protected resource: an https URL without query and fragment, or http on a
/// loopback host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resource {
    identifier: String,
    /// Scheme and authority.
    origin: String,
    /// Empty for an origin alone, with or without its slash.
    path: String,
}

impl Resource {
    /// # Errors
    /// What is wrong with the text.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("is not an absolute URL: {error}"))?;
        let is_loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        if !(url.scheme() == "https" || url.scheme() == "http" && is_loopback) {
            return Err("must start with https:// (http:// only on a loopback host)".into());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("must not have a query or a fragment".into());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not contain a user name or password".into());
        }
        let bare = url.path() == "/" && !text.ends_with('/');
        let normal = url.as_str();
        let normal = if bare {
            normal.trim_end_matches('/')
        } else {
            normal
        };
        if normal != text {
            // Clients ask for the metadata of the normal form, and compare the identifier exactly.
            return Err(format!("is not in normal form: write `{normal}`"));
        }
        let path = if url.path() == "/" { "" } else { url.path() };
        Ok(Self {
            identifier: text.to_owned(),
            origin: url.origin().ascii_serialization(),
            path: path.to_owned(),
        })
    }

    pub(crate) fn identifier(&self) -> &str {
        &self.identifier
    }

    /// Scheme, host and port, as browsers write them.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// What a token for this resource has in `aud`. Clients write an origin with or without its slash.
    pub(crate) fn audiences(&self) -> Vec<String> {
        if self.path.is_empty() {
            vec![self.origin.clone(), format!("{}/", self.origin)]
        } else {
            vec![self.identifier.clone()]
        }
    }

    /// The path of its metadata: the well-known one, inserted between host and path (RFC 9728 §3.1).
    pub(crate) fn metadata_path(&self) -> String {
        format!("{WELL_KNOWN}{}", self.path)
    }

    /// The address of its metadata.
    pub(crate) fn metadata_url(&self) -> String {
        format!("{}{}", self.origin, self.metadata_path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metadata_is_between_host_and_path() {
        for (identifier, url) in [
            (
                "https://notes.example",
                "https://notes.example/.well-known/oauth-protected-resource",
            ),
            (
                "https://notes.example/",
                "https://notes.example/.well-known/oauth-protected-resource",
            ),
            (
                "https://notes.example:8443/mcp",
                "https://notes.example:8443/.well-known/oauth-protected-resource/mcp",
            ),
            (
                "https://notes.example/a/b/",
                "https://notes.example/.well-known/oauth-protected-resource/a/b/",
            ),
            (
                "http://[::1]:8000/mcp",
                "http://[::1]:8000/.well-known/oauth-protected-resource/mcp",
            ),
        ] {
            assert_eq!(Resource::parse(identifier).unwrap().metadata_url(), url);
        }
    }

    #[test]
    fn an_origin_has_two_forms() {
        for identifier in ["https://notes.example", "https://notes.example/"] {
            let resource = Resource::parse(identifier).unwrap();
            assert_eq!(resource.identifier(), identifier);
            assert_eq!(
                resource.audiences(),
                ["https://notes.example", "https://notes.example/"]
            );
        }
        let resource = Resource::parse("https://notes.example/mcp").unwrap();
        assert_eq!(resource.audiences(), ["https://notes.example/mcp"]);
    }

    #[test]
    fn mistakes_are_named() {
        for (text, problem) in [
            ("notes", "absolute"),
            ("/mcp", "absolute"),
            ("urn:example:notes", "https://"),
            ("http://notes.example/mcp", "https://"),
            ("http://127.0.0.1.example/mcp", "https://"),
            ("ftp://127.0.0.1/mcp", "https://"),
            ("https://notes.example/mcp?a=b", "query"),
            ("https://notes.example/mcp#a", "fragment"),
            ("https://user@notes.example/mcp", "user name"),
            ("https://Notes.example/mcp", "`https://notes.example/mcp`"),
            (
                "https://notes.example:443/mcp",
                "`https://notes.example/mcp`",
            ),
            (
                "https://notes.example/a/../mcp",
                "`https://notes.example/mcp`",
            ),
            ("https://notes.example/a b", "`https://notes.example/a%20b`"),
            (" https://notes.example/mcp", "normal form"),
        ] {
            let error = Resource::parse(text).unwrap_err();
            assert!(error.contains(problem), "{text}: {error}");
        }
        for text in [
            "http://localhost:1/a",
            "http://127.0.0.2",
            "http://[::1]:80/a",
        ] {
            let _ = Resource::parse(text);
        }
    }
}
