//! Who sent a request without a living session: a browser that opens a page can sign in, a program
//! cannot follow a redirect to the provider.

use url::Url;

use super::origin::Origins;
use super::return_to;
use crate::request::{Authorization, Field, RequestParts};

/// Who gets the response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Visitor {
    /// A browser that opens a page. It is redirected.
    Navigation {
        /// Where it continues after signing in: a path as the browser sees it, which is allowed.
        return_to: String,
    },
    /// A script of htmx, which redirects the page if the response has `HX-Redirect`.
    Htmx,
    /// Everything else: scripts, images, frames, prefetches, clients of an API.
    Program,
}

impl Visitor {
    /// `own_endpoints` are as for [`return_to::is_allowed`].
    pub(crate) fn of(
        request: &RequestParts<'_>,
        origins: &Origins,
        own_endpoints: impl Fn(&str) -> bool,
    ) -> Self {
        let has_credentials = request.authorization() != Authorization::None;
        if has_credentials || is_prefetch(request) {
            return Self::Program;
        }
        if Field::of(request, "hx-request").is("true") {
            return Self::Htmx;
        }
        let page = match request.method() {
            _ if !opens_page(request) => return Self::Program,
            "GET" | "HEAD" => requested(request),
            // What was sent is lost, so the browser returns to the form.
            "POST" => referrer(request, origins).unwrap_or_else(|| "/".to_owned()),
            _ => return Self::Program,
        };
        let base = origins.base();
        let page = format!("{base}{page}");
        Self::Navigation {
            return_to: return_to::of_request(&page, own_endpoints)
                .unwrap_or_else(|| format!("{base}/")),
        }
    }
}

/// The browser fetches a page that its user may never open (`prefetch`, `prefetch;prerender`).
fn is_prefetch(request: &RequestParts<'_>) -> bool {
    request
        .fields("sec-purpose")
        .any(|purpose| purpose.trim_ascii_start().starts_with(b"prefetch"))
}

/// Whether a browser shows the response as a page, by Fetch Metadata. Browsers that do not send it
/// ask for HTML by name when they open a page, and for `*/*` in scripts.
fn opens_page(request: &RequestParts<'_>) -> bool {
    let destination = Field::of(request, "sec-fetch-dest");
    let mode = Field::of(request, "sec-fetch-mode");
    let is_page = mode.is("navigate")
        || (mode.is_absent() && accepts_html(request) && !is_from_script(request));
    is_page && (destination.is_absent() || destination.is("document"))
}

fn accepts_html(request: &RequestParts<'_>) -> bool {
    let html = ["text/html", "application/xhtml+xml"].map(str::as_bytes);
    request
        .fields("accept")
        .flat_map(|field| field.split(|byte| *byte == b','))
        .filter_map(|range| range.split(|byte| *byte == b';').next())
        .any(|name| {
            html.iter()
                .any(|html| name.trim_ascii().eq_ignore_ascii_case(html))
        })
}

fn is_from_script(request: &RequestParts<'_>) -> bool {
    request.fields("x-requested-with").next().is_some()
}

fn requested(request: &RequestParts<'_>) -> String {
    match request.query() {
        Some(query) => format!("{}?{query}", request.path()),
        None => request.path().to_owned(),
    }
}

fn referrer(request: &RequestParts<'_>, origins: &Origins) -> Option<String> {
    let url = Url::parse(Field::of(request, "referer").text()?).ok()?;
    origins.local_page(&url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::tests::Request;

    fn visitor(request: &Request) -> Visitor {
        let own = |path: &str| path == "/auth/v2/logout";
        let url = Url::parse("https://shop.example.org").unwrap();
        Visitor::of(&request.parts(), &Origins::new(&url, Vec::new()), own)
    }

    fn of(method: &'static str, fields: &[(&'static str, &'static str)]) -> Visitor {
        visitor(&Request::new(method, fields))
    }

    fn navigation(return_to: &str) -> Visitor {
        Visitor::Navigation {
            return_to: return_to.to_owned(),
        }
    }

    const NAVIGATE: (&str, &str) = ("sec-fetch-mode", "navigate");
    const DOCUMENT: (&str, &str) = ("sec-fetch-dest", "document");
    const HTML: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

    #[test]
    fn browsers_that_open_a_page_navigate() {
        for fields in [
            &[NAVIGATE, DOCUMENT][..],
            &[NAVIGATE],
            &[NAVIGATE, DOCUMENT, ("accept", "*/*")],
            &[NAVIGATE, DOCUMENT, HTML, ("sec-fetch-site", "cross-site")],
            &[HTML],
            &[
                ("accept", "application/json"),
                ("accept", "TEXT/HTML ;q=0.5"),
            ],
            &[("accept", "*/*, application/xhtml+xml")],
            &[HTML, ("hx-request", "false")],
        ] {
            for method in ["GET", "HEAD"] {
                assert_eq!(
                    of(method, fields),
                    navigation("/orders?page=2"),
                    "{fields:?}"
                );
            }
        }
    }

    #[test]
    fn everything_else_is_a_program() {
        for fields in [
            &[][..],
            &[("accept", "*/*")],
            &[("accept", "text/*")],
            &[("accept", "text/html5")],
            &[("accept", "application/json;x=text/html")],
            &[HTML, ("x-requested-with", "XMLHttpRequest")],
            &[HTML, ("sec-fetch-mode", "cors")],
            &[HTML, ("sec-fetch-mode", "no-cors")],
            &[HTML, ("sec-fetch-mode", "websocket")],
            &[HTML, ("sec-fetch-mode", "")],
            &[HTML, NAVIGATE, NAVIGATE],
            &[HTML, NAVIGATE, ("sec-fetch-dest", "iframe")],
            &[HTML, NAVIGATE, ("sec-fetch-dest", "image")],
            &[HTML, NAVIGATE, DOCUMENT, DOCUMENT],
            &[HTML, ("sec-fetch-dest", "empty")],
            &[NAVIGATE, DOCUMENT, ("sec-purpose", "prefetch")],
            &[NAVIGATE, DOCUMENT, ("sec-purpose", "prefetch;prerender")],
            &[NAVIGATE, DOCUMENT, ("authorization", "Bearer x")],
            &[NAVIGATE, DOCUMENT, ("authorization", "")],
            &[
                NAVIGATE,
                ("hx-request", "true"),
                ("authorization", "Bearer x"),
            ],
        ] {
            assert_eq!(of("GET", fields), Visitor::Program, "{fields:?}");
        }
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "get"] {
            assert_eq!(
                of(method, &[NAVIGATE, DOCUMENT]),
                Visitor::Program,
                "{method}"
            );
        }
    }

    #[test]
    fn htmx_says_so() {
        let fields = [("hx-request", "true"), ("accept", "*/*")];
        for method in ["GET", "POST", "PUT", "DELETE"] {
            assert_eq!(of(method, &fields), Visitor::Htmx);
        }
    }

    #[test]
    fn forms_return_to_their_page() {
        for (referer, expected) in [
            ("https://shop.example.org/cart?a=b#c", "/cart?a=b"),
            ("https://shop.example.org/", "/"),
            ("http://shop.example.org/cart", "/"),
            ("https://evil.example/cart", "/"),
            ("https://shop.example.org@evil.example/cart", "/"),
            ("https://shop.example.org//evil.example", "/"),
            ("https://shop.example.org/auth/v2/logout", "/"),
            ("about:blank", "/"),
            ("/cart", "/"),
            ("", "/"),
        ] {
            for how in [NAVIGATE, HTML] {
                let form = of("POST", &[how, ("referer", referer)]);
                assert_eq!(form, navigation(expected), "{referer}");
            }
        }
        assert_eq!(of("POST", &[NAVIGATE]), navigation("/"));
        let script = of(
            "POST",
            &[("accept", "*/*"), ("referer", "https://shop.example.org/a")],
        );
        assert_eq!(script, Visitor::Program);
    }

    #[test]
    fn nobody_returns_to_our_endpoints() {
        let mut request = Request::new("GET", &[NAVIGATE]);
        request.target = "/auth/v2/logout?a=b";
        assert_eq!(visitor(&request), navigation("/"));
        request.target = "//evil.example";
        assert_eq!(visitor(&request), navigation("/"));
    }
}
