//! The redirect URI of a sign-in: whether it is accepted, and whether the browser returns to this
//! application with it.

use url::Url;

use super::call::Call;
use crate::request::RequestParts;

impl Call<'_> {
    /// Whether a code may be sent there: to the application's own callback, or to an address that
    /// the configuration allows.
    pub(super) fn allows_redirect(&self, redirect_uri: &str) -> bool {
        let rules = &self.oidc.config().redirects;
        rules.allow(redirect_uri, self.own_callback().as_deref())
    }

    /// Whether it is the application's callback. Without a configured public URL only the path is
    /// compared, because behind a proxy the application may see a different host than the browser.
    pub(super) fn is_callback(&self, redirect_uri: &str) -> bool {
        match self.oidc.config().public_url {
            Some(_) => self.own_callback().as_deref() == Some(redirect_uri),
            None => self
                .route
                .callback_path(self.path)
                .is_some_and(|path| has_path(redirect_uri, &path)),
        }
    }

    /// Whether the browser sends this application's cookies to that address: it is the callback, or
    /// a page on the same origin that passes the code on. A native application on the same machine
    /// uses a different port.
    ///
    /// Without a configured public URL, it is compared with the host of the request. A client can
    /// send any host, so the request that presents the code has to be checked again.
    pub(super) fn returns_here(&self, redirect_uri: &str, request: &RequestParts<'_>) -> bool {
        let Ok(url) = Url::parse(redirect_uri) else {
            return false;
        };
        match &self.oidc.config().public_url {
            Some(base) => url.origin() == base.origin(),
            None => self.is_callback(redirect_uri) || self.is_for_host_of(&url, request),
        }
    }

    pub(super) fn own_callback(&self) -> Option<String> {
        let base = self.oidc.config().public_url.as_ref()?;
        Some(below(base, &self.route.callback_path(self.path)?))
    }

    /// Whether the request was sent to the host and port of this URL. The scheme that the browser
    /// used is not known here, so the scheme of the URL determines the default port.
    fn is_for_host_of(&self, url: &Url, request: &RequestParts<'_>) -> bool {
        let field = request.header("host").map(String::from_utf8_lossy);
        let Some(host) = self.authority.map(Into::into).or(field) else {
            return false;
        };
        let target = Url::parse(&format!("{}://{host}/", url.scheme()));
        target.is_ok_and(|target| target.origin() == url.origin())
    }
}

/// The absolute URI of a path below the application's public URL.
pub(super) fn below(base: &Url, path: &str) -> String {
    format!("{}{path}", base.as_str().trim_end_matches('/'))
}

/// The absolute URI of a path as the browser sees it.
#[cfg(feature = "sessions")]
pub(super) fn at_origin(base: &Url, path: &str) -> String {
    format!("{}{path}", base.origin().ascii_serialization())
}

fn has_path(redirect_uri: &str, path: &str) -> bool {
    Url::parse(redirect_uri).is_ok_and(|url| url.path().ends_with(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_callback_is_recognized_by_its_path() {
        let path = "/api/auth/v2/callback";
        assert!(has_path("http://127.0.0.1:8000/api/auth/v2/callback", path));
        assert!(has_path(
            "https://app.example/proxied/api/auth/v2/callback?a=b",
            path
        ));
        assert!(!has_path("http://localhost:53100/callback", path));
        assert!(!has_path("app:/api/auth/v2/callback/x", path));
    }
}
