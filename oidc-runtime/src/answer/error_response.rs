//! The response to a rejected request, which an application may customize.

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde::Serialize;

use super::page::page;
use super::refusal::{Browser, Refusal};
use super::response::{HTML, JSON, PAGE_HEADERS, Response, SIGN_IN_HEADERS};

/// Header fields that cannot be set, because clients, caches and the connection depend on them.
const FIXED: [&str; 18] = [
    "age",
    "allow",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "date",
    "expires",
    "keep-alive",
    "proxy-connection",
    "retry-after",
    "surrogate-control",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "www-authenticate",
    "x-accel-expires",
];
/// The end of the names of fields for certain caches (RFC 9213 §3.1).
const TARGETED: &str = "cdn-cache-control";

/// The response to a rejected request or a failed sign-in, whose body and header fields
/// [`OidcBuilder::error_response`](crate::OidcBuilder::error_response) may set.
///
/// Status, `WWW-Authenticate`, `Retry-After`, `Allow` and `Cache-Control: no-store` are fixed, and
/// so are `Pragma`, `Referrer-Policy`, `X-Content-Type-Options` and `X-Frame-Options` of the
/// sign-in endpoints: clients, caches and browsers depend on them. Neither these nor other header
/// fields for caches and the connection, such as `CDN-Cache-Control` and `Content-Length`, can be
/// set.
///
/// A browser that an application with sessions redirects, to sign in or to
/// `Sessions::error_path`, gets neither the body nor the header fields
/// that are set here.
///
/// It contains no token and no secret. A setter ignores an argument that cannot be sent and logs an
/// error: the request is rejected in any case, so there is no result to handle or `unwrap`.
///
/// ```
/// use oidc::{ErrorResponse, RequestParts};
/// use serde_json::json;
///
/// /// Problem details (RFC 9457).
/// fn problem(response: &mut ErrorResponse, request: &RequestParts<'_>) {
///     response.set_json(&json!({
///         "status": response.status(),
///         "detail": response.description(),
///         "instance": request.path(),
///     }));
///     response.set_header("content-type", "application/problem+json");
/// }
/// ```
pub struct ErrorResponse {
    refusal: Refusal,
    endpoint: Option<&'static str>,
    /// The default body, serialized on first use.
    json: OnceLock<String>,
    own: Own,
}

/// What the application has set.
#[derive(Default)]
struct Own {
    content_type: Option<String>,
    body: Option<Vec<u8>>,
    headers: Vec<(HeaderName, String)>,
}

impl ErrorResponse {
    pub(crate) fn new(refusal: Refusal, endpoint: Option<&'static str>) -> Self {
        Self {
            refusal,
            endpoint,
            json: OnceLock::new(),
            own: Own::default(),
        }
    }

    /// The HTTP status, 400 or above.
    ///
    /// ```
    /// fn outage(response: &mut oidc::ErrorResponse, _: &oidc::RequestParts<'_>) {
    ///     if response.status() == 503 {
    ///         response.set_body("text/plain", "Signing in does not work at the moment.");
    ///     }
    /// }
    /// # let _ = oidc::Oidc::builder().error_response(outage);
    /// ```
    #[must_use]
    pub fn status(&self) -> u16 {
        self.refusal.status
    }

    /// The reason code of the log and the metrics, such as `token_expired`. Codes never change.
    ///
    /// It is more precise than the default body. Sent to the client, it tells an attacker how far a
    /// forged token got.
    ///
    /// ```
    /// fn expired(response: &mut oidc::ErrorResponse, _: &oidc::RequestParts<'_>) {
    ///     if response.code() == "token_expired" {
    ///         response.set_header("x-refresh", "1");
    ///     }
    /// }
    /// # let _ = oidc::Oidc::builder().error_response(expired);
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.refusal.code
    }

    /// The OAuth error code, such as `invalid_token` (RFC 6750 §3.1, RFC 9470 §3, RFC 6749 §5.2).
    /// `None` for a request without credentials.
    ///
    /// ```
    /// use serde_json::json;
    ///
    /// fn short(response: &mut oidc::ErrorResponse, _: &oidc::RequestParts<'_>) {
    ///     response.set_json(&json!({ "error": response.error() }));
    /// }
    /// # let _ = oidc::Oidc::builder().error_response(short);
    /// ```
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.refusal.error.as_deref()
    }

    /// A sentence for the client's developer: `error_description` of the default body (RFC 6749
    /// §5.2).
    ///
    /// ```
    /// fn plain(response: &mut oidc::ErrorResponse, _: &oidc::RequestParts<'_>) {
    ///     let text = response.description().to_owned();
    ///     response.set_body("text/plain", text);
    /// }
    /// # let _ = oidc::Oidc::builder().error_response(plain);
    /// ```
    #[must_use]
    pub fn description(&self) -> &str {
        &self.refusal.description
    }

    /// The sign-in endpoint that responds: `login`, `callback`, `token`, `device`, `logout`,
    /// `userinfo`, `jwks`, `session`, `backchannel_logout` or `frontchannel_logout`. `None` for a guard
    /// or an extractor.
    ///
    /// ```
    /// /// A page for browsers, which open these endpoints themselves.
    /// fn page(response: &mut oidc::ErrorResponse, _: &oidc::RequestParts<'_>) {
    ///     if matches!(response.endpoint(), Some("login" | "callback" | "logout")) {
    ///         let html = "<h1>Signing in failed</h1><a href='/'>Try again</a>";
    ///         response.set_body("text/html; charset=utf-8", html);
    ///     }
    /// }
    /// # let _ = oidc::Oidc::builder().error_response(page);
    /// ```
    #[must_use]
    pub fn endpoint(&self) -> Option<&'static str> {
        self.endpoint
    }

    /// The value of `WWW-Authenticate` (RFC 6750 §3), if the response has one. It is sent as it is.
    ///
    /// ```
    /// use serde_json::json;
    ///
    /// fn with_challenge(response: &mut oidc::ErrorResponse, _: &oidc::RequestParts<'_>) {
    ///     response.set_json(&json!({ "challenge": response.challenge() }));
    /// }
    /// # let _ = oidc::Oidc::builder().error_response(with_challenge);
    /// ```
    #[must_use]
    pub fn challenge(&self) -> Option<&str> {
        self.refusal.challenge.as_deref()
    }

    /// Sets a JSON body of type `application/json`. If the value cannot be serialized, the body
    /// stays unchanged and an error is logged.
    ///
    /// ```
    /// #[derive(serde::Serialize)]
    /// struct Problem {
    ///     message: String,
    /// }
    ///
    /// fn problem(response: &mut oidc::ErrorResponse, _: &oidc::RequestParts<'_>) {
    ///     let message = response.description().to_owned();
    ///     response.set_json(&Problem { message });
    /// }
    /// # let _ = oidc::Oidc::builder().error_response(problem);
    /// ```
    pub fn set_json(&mut self, body: &impl Serialize) {
        match serde_json::to_vec(body) {
            Ok(body) => self.set_body(JSON, body),
            Err(error) => tracing::error!("an error response's `set_json` is ignored: {error}"),
        }
    }

    /// Sets the body and its `Content-Type`. If the type is malformed, both stay unchanged and an
    /// error is logged.
    ///
    /// The body is sent as it is: escape text that you put into HTML.
    ///
    /// ```
    /// fn empty(response: &mut oidc::ErrorResponse, _: &oidc::RequestParts<'_>) {
    ///     response.set_body("text/plain", Vec::new());
    /// }
    /// # let _ = oidc::Oidc::builder().error_response(empty);
    /// ```
    pub fn set_body(&mut self, content_type: &str, body: impl Into<Vec<u8>>) {
        if !content_type.is_empty() && is_value(content_type) {
            self.own.content_type = Some(content_type.to_owned());
            self.own.body = Some(body.into());
        } else {
            tracing::error!(
                content_type,
                "an error response's `set_body` is ignored: the content type is malformed"
            );
        }
    }

    /// Sets a header field, and replaces an earlier one of this name. `Content-Type` applies to the
    /// body, including the default one.
    ///
    /// The name is a token and the value is printable ASCII (RFC 9110 §5.1, §5.5). A field that is
    /// malformed or fixed is ignored and an error is logged.
    ///
    /// ```
    /// fn traced(response: &mut oidc::ErrorResponse, request: &oidc::RequestParts<'_>) {
    ///     let id = request.header("x-request-id").map(String::from_utf8_lossy);
    ///     if let Some(id) = id {
    ///         response.set_header("x-request-id", &id);
    ///     }
    /// }
    /// # let _ = oidc::Oidc::builder().error_response(traced);
    /// ```
    pub fn set_header(&mut self, name: &str, value: &str) {
        match self.settable(name, value) {
            Ok(name) if name == CONTENT_TYPE => self.own.content_type = Some(value.to_owned()),
            Ok(name) => {
                self.own.headers.retain(|(other, _)| *other != name);
                self.own.headers.push((name, value.to_owned()));
            }
            // The value may be secret.
            Err(problem) => tracing::error!(
                header = name,
                "an error response's `set_header` is ignored: {problem}"
            ),
        }
    }

    fn settable(&self, name: &str, value: &str) -> Result<HeaderName, &'static str> {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| "the name is malformed")?;
        if !is_value(value) || (name == CONTENT_TYPE && value.is_empty()) {
            return Err("the value is malformed");
        }
        let protects_sign_in = SIGN_IN_HEADERS.iter().any(|(fixed, _)| name == *fixed);
        let is_fixed = FIXED.contains(&name.as_str()) || name.as_str().ends_with(TARGETED);
        if is_fixed || (protects_sign_in && self.endpoint.is_some()) {
            return Err("the field is fixed");
        }
        Ok(name)
    }

    /// Restores the default response.
    pub(super) fn reset(&mut self) {
        self.own = Own::default();
    }

    pub(crate) fn refusal(&self) -> &Refusal {
        &self.refusal
    }

    /// The default body.
    pub(super) fn json(&self) -> &str {
        self.json.get_or_init(|| self.refusal.json())
    }

    pub(crate) fn response(&self) -> Response {
        let Self { refusal, own, .. } = self;
        if let Some(Browser::Redirect(location)) = &refusal.browser {
            return Response::see_other(location.clone());
        }
        let content_type = own.content_type.clone().map(Cow::Owned);
        let body = own.body.clone();
        let mut response = Response::new(refusal.status);
        let (default_type, default_body) = match &refusal.browser {
            Some(Browser::Page { again }) => (HTML, page(refusal, again)),
            _ => (JSON, self.json().to_owned()),
        };
        response.set("content-type", content_type.unwrap_or(default_type.into()));
        response.body = body.unwrap_or_else(|| default_body.into_bytes());
        if let (Some(Browser::Page { .. }), None) = (&refusal.browser, self.endpoint) {
            for (name, value) in PAGE_HEADERS {
                response.set(name, value);
            }
        }
        if let Some(Browser::Login { url, is_htmx: true }) = &refusal.browser {
            response.set("hx-redirect", url.clone());
        }
        if let Some(challenge) = self.challenge() {
            response.set("www-authenticate", challenge.to_owned());
        }
        if let Some(pause) = refusal.retry_after {
            response.set("retry-after", pause.as_secs().max(1).to_string());
        }
        if let Some(method) = refusal.allow {
            response.set("allow", method);
        }
        for (name, value) in &own.headers {
            response.set(name.as_str().to_owned(), value.clone());
        }
        response
    }
}

/// Whether this is a field value (RFC 9110 §5.5), which neither begins nor ends with whitespace.
/// Implementations disagree about other characters than ASCII.
fn is_value(value: &str) -> bool {
    value.is_ascii() && value.trim_ascii() == value && HeaderValue::from_str(value).is_ok()
}

impl fmt::Debug for ErrorResponse {
    /// Omits what the application has set, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorResponse")
            .field("refusal", &self.refusal)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(endpoint: Option<&'static str>) -> ErrorResponse {
        let refusal = Refusal::new(401, "code", None, "text");
        ErrorResponse::new(refusal, endpoint)
    }

    fn fields(response: &ErrorResponse) -> Vec<String> {
        let fields = response.response().headers.into_iter();
        fields
            .map(|(name, value)| format!("{name}: {value}"))
            .collect()
    }

    #[test]
    fn the_last_setting_wins() {
        let mut response = response(None);
        response.set_header("X-One", "1");
        response.set_header("x-one", "2");
        response.set_header("Content-Type", "text/plain");
        response.set_body("text/html", "<p>");
        response.set_json(&[1]);
        response.set_header("content-type", "application/problem+json");
        let expected = [
            "cache-control: no-store",
            "content-type: application/problem+json",
            "x-one: 2",
        ];
        assert_eq!(fields(&response), expected);
        assert_eq!(response.response().body, b"[1]");
    }

    #[test]
    fn what_cannot_be_set_is_ignored() {
        for endpoint in [None, Some("login")] {
            let mut response = response(endpoint);
            let before = fields(&response);
            for (name, value) in FIXED.map(|name| (name, "x")).into_iter().chain([
                ("Cache-Control", "public"),
                ("CDN-Cache-Control", "max-age=60"),
                ("Cloudflare-CDN-Cache-Control", "max-age=60"),
                ("WWW-AUTHENTICATE", "Basic"),
                ("", "x"),
                ("x y", "x"),
                ("x:y", "x"),
                ("x\r\ny", "x"),
                ("caf\u{e9}", "x"),
                ("x", "a\r\nset-cookie: b"),
                ("x", "a\nb"),
                ("x", "a\0b"),
                ("x", "caf\u{e9}"),
                ("x", " a"),
                ("x", "a\t"),
                ("content-type", "a\r\nb"),
                ("content-type", ""),
            ]) {
                response.set_header(name, value);
                assert_eq!(fields(&response), before, "{name}: {value}");
            }
            response.set_body("text/html\r\nx: y", "<p>");
            response.set_body("", "<p>");
            response.set_json(&std::collections::BTreeMap::from([((1, 2), 3)]));
            assert_eq!(fields(&response), before);
            assert_eq!(response.response().body, response.json().as_bytes());
        }
    }

    #[test]
    fn what_protects_a_sign_in_stays() {
        for (name, _) in SIGN_IN_HEADERS {
            let (mut guard, mut sign_in) = (response(None), response(Some("login")));
            guard.set_header(name, "x");
            sign_in.set_header(name, "x");
            assert_eq!(fields(&guard).len(), fields(&sign_in).len() + 1, "{name}");
        }
    }
}
