//! Which web pages may call an MCP server, and the fields by which browsers let them (CORS).

use std::borrow::Cow;

use url::Url;

use crate::config::{BrowserClients, Config};
use crate::request::{Field, RequestParts};

/// What pages may send.
const METHODS: &str = "GET, POST, DELETE";
const REQUEST_FIELDS: &str = "Authorization, Content-Type, Accept, MCP-Protocol-Version, Mcp-Method, \
                              Mcp-Name, Mcp-Session-Id, Last-Event-ID, DPoP";
/// What pages may read of a response.
const RESPONSE_FIELDS: &str = "WWW-Authenticate, Mcp-Session-Id, DPoP-Nonce, MCP-Protocol-Version";
/// How long a browser may remember the answer to a preflight request, in seconds.
const MAX_AGE: &str = "600";

/// Header fields for a response, which replace its own of the same name.
pub(crate) type CorsFields = Vec<(&'static str, Cow<'static, str>)>;

/// The pages that may call.
#[derive(Clone, Debug)]
pub(super) struct Origins {
    own: Option<String>,
    clients: BrowserClients,
}

/// Where a request comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// From a program, or from the server's own pages.
    Own,
    /// From a page of a configured client. Carries what the response allows.
    Client(Cow<'static, str>),
    Foreign,
}

impl Origins {
    pub(super) fn new(config: &Config) -> Self {
        let settings = &config.resource;
        let resource = settings.resource.as_ref();
        let own = match (resource, &config.public_url) {
            (Some(resource), _) => Some(resource.origin().to_owned()),
            (None, Some(url)) => Some(url.origin().ascii_serialization()),
            (None, None) => None,
        };
        Self {
            own,
            clients: settings.browser_clients.clone(),
        }
    }

    pub(super) fn origin_of(&self, request: &RequestParts<'_>) -> Origin {
        let field = match Field::of(request, "origin") {
            Field::Absent => return Origin::Own,
            field => field.text(),
        };
        match field.and_then(serialized) {
            Some(origin) => self.judge(origin),
            None => Origin::Foreign,
        }
    }

    fn judge(&self, origin: String) -> Origin {
        if self.own.as_ref() == Some(&origin) {
            return Origin::Own;
        }
        match &self.clients {
            BrowserClients::Any => Origin::Client("*".into()),
            BrowserClients::Origins(origins) if origins.contains(&origin) => {
                Origin::Client(origin.into())
            }
            BrowserClients::Origins(_) | BrowserClients::None => Origin::Foreign,
        }
    }
}

impl Origin {
    /// The fields of every response to the request.
    pub(super) fn fields(&self) -> CorsFields {
        match self {
            Self::Own | Self::Foreign => Vec::new(),
            Self::Client(allowed) => vec![
                ("access-control-allow-origin", allowed.clone()),
                ("access-control-expose-headers", RESPONSE_FIELDS.into()),
                ("vary", "Origin".into()),
            ],
        }
    }
}

/// Whether a `Vary` field names `Origin` already (RFC 9110 §12.5.5).
pub(crate) fn varies_by_origin(field: &[u8]) -> bool {
    let mut names = field.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    names.any(|name| name == b"*" || name.eq_ignore_ascii_case(b"origin"))
}

/// Whether a browser asks what it may send.
pub(super) fn is_preflight(request: &RequestParts<'_>) -> bool {
    let method = Field::of(request, "access-control-request-method");
    request.method() == "OPTIONS" && !method.is_absent()
}

/// The further fields of the answer to that.
pub(super) const PREFLIGHT: [(&str, &str); 3] = [
    ("access-control-allow-methods", METHODS),
    ("access-control-allow-headers", REQUEST_FIELDS),
    ("access-control-max-age", MAX_AGE),
];

/// A serialized origin (RFC 6454 §6.2) as browsers write it; `None` for `null` and for anything else.
fn serialized(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let url = Url::parse(&text).ok()?;
    let origin = url.origin().ascii_serialization();
    let default_port = match url.scheme() {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let port = text.strip_prefix(&origin)?;
    (port.is_empty() || port == default_port).then_some(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_have_one_form() {
        for (text, expected) in [
            ("https://notes.example", "https://notes.example"),
            ("HTTPS://Notes.Example", "https://notes.example"),
            ("https://notes.example:443", "https://notes.example"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("http://[::1]:8000", "http://[::1]:8000"),
        ] {
            assert_eq!(serialized(text).as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_is_no_origin_is_foreign() {
        for text in [
            "",
            "null",
            "notes.example",
            "https://notes.example/",
            "https://notes.example/a",
            "https://notes.example?a",
            "https://notes.example#a",
            "https://user@notes.example",
            "https:notes.example",
            "https:\\\\notes.example",
            "https://notes.example:80",
            "https://notes.example https://evil.example",
            "file://",
            "chrome-extension://abc",
        ] {
            let origin = serialized(text);
            assert_ne!(origin.as_deref(), Some("https://notes.example"), "{text}");
        }
    }

    #[test]
    fn vary_names_origin_or_everything() {
        for (field, expected) in [
            ("Origin", true),
            ("Accept-Encoding,origin , Cookie", true),
            ("*", true),
            ("", false),
            ("Accept-Encoding, X-Origin", false),
        ] {
            assert_eq!(varies_by_origin(field.as_bytes()), expected, "{field}");
        }
    }

    #[test]
    fn an_application_without_address_has_no_pages() {
        let origins = Origins {
            own: None,
            clients: BrowserClients::None,
        };
        assert_eq!(
            origins.judge("https://notes.example".into()),
            Origin::Foreign
        );
    }
}
