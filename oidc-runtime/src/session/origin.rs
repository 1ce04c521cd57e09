//! Protection of session cookies from requests that other sites send (cross-site request forgery and
//! cross-site WebSocket hijacking), by what browsers say about the sender: Fetch Metadata, else the
//! `Origin` field (RFC 6454 §7).

use std::fmt;

use url::Url;

use crate::request::{Field, RequestParts};

/// The origins whose pages may send requests with a session cookie.
#[derive(Clone, Debug)]
pub(crate) struct Origins {
    /// Beside the application's own, as browsers write them: `https://app.example`.
    trusted: Vec<String>,
    /// Where browsers see this application.
    own: String,
    /// The path below which it is, without the trailing slash.
    path: String,
}

/// Why a request with a session cookie is rejected. The text says which header to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CrossOrigin {
    /// Nothing says where it comes from.
    Unstated,
    /// It comes from elsewhere.
    Foreign,
}

impl CrossOrigin {
    pub(crate) fn description(self) -> &'static str {
        match self {
            Self::Unstated => {
                "a request with a session cookie must say where it comes from: send \
                 `Sec-Fetch-Site: same-origin` or this application's `Origin`, as browsers do, or \
                 a bearer token in place of the cookie"
            }
            Self::Foreign => {
                "a request with a session cookie must come from a page of this application, with \
                 `Sec-Fetch-Site: same-origin` or this application's `Origin`"
            }
        }
    }
}

impl Origins {
    pub(crate) fn new(public_url: &Url, trusted: Vec<String>) -> Self {
        Self {
            trusted,
            own: public_url.origin().ascii_serialization(),
            path: public_url.path().trim_end_matches('/').to_owned(),
        }
    }

    /// Whether a request with a session cookie may act.
    ///
    /// Pages with `Referrer-Policy: no-referrer` send `Origin: null` to their own origin, so
    /// `Sec-Fetch-Site` precedes an `Origin` that is not trusted.
    pub(crate) fn allows(&self, request: &RequestParts<'_>) -> Result<(), CrossOrigin> {
        if !needs_check(request) {
            return Ok(());
        }
        let origin = Field::of(request, "origin");
        if origin.text().is_some_and(|origin| self.trusts(origin)) {
            return Ok(());
        }
        let site = Field::of(request, "sec-fetch-site");
        let is_own = match (site, origin) {
            (Field::Absent, Field::Absent) => return Err(CrossOrigin::Unstated),
            (Field::Absent, _) => origin.is(&self.own),
            _ => site.is("same-origin") || site.is("none"),
        };
        is_own.then_some(()).ok_or(CrossOrigin::Foreign)
    }

    /// The path and query of a page of this application, as the application sees them; `None` for
    /// pages of others.
    pub(super) fn local_page(&self, url: &Url) -> Option<String> {
        if url.origin().ascii_serialization() != self.own {
            return None;
        }
        let path = url.path().strip_prefix(&self.path)?;
        if !(path.is_empty() || path.starts_with('/')) {
            return None;
        }
        Some(match url.query() {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        })
    }

    /// The path below which browsers see this application, without the trailing slash.
    pub(super) fn base(&self) -> &str {
        &self.path
    }

    fn trusts(&self, origin: &str) -> bool {
        self.trusted.iter().any(|trusted| trusted == origin)
    }
}

/// Whether the request does something or opens a connection. Reading is safe, because the page that
/// sent the request does not get the response (the same-origin policy).
fn needs_check(request: &RequestParts<'_>) -> bool {
    !matches!(request.method(), "GET" | "HEAD" | "OPTIONS")
        || request.fields("upgrade").next().is_some()
        || request
            .fields("sec-fetch-mode")
            .any(|mode| mode == b"websocket")
}

impl fmt::Display for CrossOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::tests::Request;

    const OWN: &str = "https://shop.example.org";

    fn origins(public_url: &str) -> Origins {
        let url = Url::parse(public_url).unwrap();
        Origins::new(&url, vec!["https://admin.example.org".into()])
    }

    fn check(
        method: &'static str,
        fields: &[(&'static str, &'static str)],
    ) -> Result<(), CrossOrigin> {
        let request = Request::new(method, fields);
        origins(OWN).allows(&request.parts())
    }

    #[test]
    fn what_the_sender_says_decides() {
        const SITE: &str = "sec-fetch-site";
        const ORIGIN: &str = "origin";
        let passes = Ok(());
        let foreign = Err(CrossOrigin::Foreign);
        for (fields, expected) in [
            (&[][..], Err(CrossOrigin::Unstated)),
            (&[(SITE, "same-origin")], passes),
            (&[(SITE, "none")], passes),
            (&[(SITE, "same-site")], foreign),
            (&[(SITE, "cross-site")], foreign),
            (&[(SITE, "")], foreign),
            (&[(SITE, "Same-Origin")], foreign),
            (&[(SITE, "same-origin, same-origin")], foreign),
            (&[(SITE, "same-origin"), (SITE, "same-origin")], foreign),
            (&[(SITE, "same-origin"), (SITE, "cross-site")], foreign),
            (&[(SITE, "same-origin"), (ORIGIN, "null")], passes),
            (&[(SITE, "cross-site"), (ORIGIN, OWN)], foreign),
            (&[(SITE, ""), (ORIGIN, OWN)], foreign),
            (&[(ORIGIN, OWN)], passes),
            (&[(ORIGIN, OWN), (ORIGIN, OWN)], foreign),
            (&[(ORIGIN, "")], foreign),
            (&[(ORIGIN, "null")], foreign),
            (&[(ORIGIN, "http://shop.example.org")], foreign),
            (&[(ORIGIN, "https://shop.example.org:8443")], foreign),
            (&[(ORIGIN, "https://shop.example.org.evil")], foreign),
            (&[(ORIGIN, "https://shop.example.org@evil")], foreign),
            (&[(ORIGIN, "https://evil.example.org")], foreign),
            (&[(ORIGIN, "shop.example.org")], foreign),
            (&[(ORIGIN, "https://admin.example.org")], passes),
            (
                &[(ORIGIN, "https://admin.example.org"), (SITE, "same-site")],
                passes,
            ),
            (&[(ORIGIN, "http://admin.example.org")], foreign),
            (&[(ORIGIN, "https://admin.example.org/")], foreign),
        ] {
            for method in ["POST", "PUT", "DELETE", "PATCH", "CONNECT", "get"] {
                assert_eq!(check(method, fields), expected, "{fields:?}");
            }
        }
    }

    #[test]
    fn only_what_acts_is_checked() {
        let cross = ("sec-fetch-site", "cross-site");
        for method in ["GET", "HEAD", "OPTIONS"] {
            assert_eq!(check(method, &[cross]), Ok(()));
            for other in [
                ("upgrade", "websocket"),
                ("upgrade", ""),
                ("sec-fetch-mode", "websocket"),
            ] {
                let foreign = Err(CrossOrigin::Foreign);
                assert_eq!(check(method, &[cross, other]), foreign);
                let unstated = Err(CrossOrigin::Unstated);
                assert_eq!(check(method, &[other]), unstated);
            }
        }
    }

    #[test]
    fn pages_are_seen_below_the_public_url() {
        let page = |public_url, url| origins(public_url).local_page(&Url::parse(url).unwrap());
        let below = "https://shop.example.org/app/";
        for (public_url, url, expected) in [
            (OWN, "https://shop.example.org/a?b#c", Some("/a?b")),
            (OWN, "https://other.example.org/a", None),
            (below, "https://shop.example.org/app/a?b", Some("/a?b")),
            (below, "https://shop.example.org/app", Some("")),
            (below, "https://shop.example.org/a", None),
            (below, "https://shop.example.org/application", None),
            (below, "http://shop.example.org/app/a", None),
            (below, "data:,x", None),
        ] {
            assert_eq!(page(public_url, url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn the_error_names_the_headers() {
        for error in [CrossOrigin::Unstated, CrossOrigin::Foreign] {
            let text = error.to_string();
            assert!(text.contains("`Sec-Fetch-Site: same-origin`"), "{text}");
            assert!(text.contains("`Origin`"), "{text}");
        }
    }
}
