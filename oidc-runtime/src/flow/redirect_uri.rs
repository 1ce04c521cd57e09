//! The redirect URI of a sign-in: whether it is accepted, and whether the browser returns to this
//! application with it.

use url::Url;

use super::call::Call;
use crate::request::RequestParts;

impl Call<'_> {
    /// Whether a code may be sent there: to the application's own callback, or where the
    /// configuration says.
    pub(super) fn allows_redirect(&self, redirect_uri: &str) -> bool {
        let rules = &self.oidc.config().redirects;
        rules.allow(redirect_uri, self.own_callback().as_deref())
    }

    /// Whether it is the application's callback. An application that does not know its public
    /// address goes by the path: behind a proxy it may see another host than the browser.
    pub(super) fn is_callback(&self, redirect_uri: &str) -> bool {
        match self.oidc.config().public_url {
            Some(_) => self.own_callback().as_deref() == Some(redirect_uri),
            None => self
                .route
                .callback_path(self.path)
                .is_some_and(|path| has_path(redirect_uri, &path)),
        }
    }

    /// Whether the browser that returns there sends the cookies that this application sets: a
    /// cookie belongs to a host. The callback is among it, and pages of the application that
    /// pass the code on. A native application on the same machine has another port.
    ///
    /// Without a public address it is the host of the request that counts. A request may name
    /// any, so this has to be asked anew by the request that brings the code.
    pub(super) fn returns_here(&self, redirect_uri: &str, request: &RequestParts<'_>) -> bool {
        let Ok(url) = Url::parse(redirect_uri) else {
            return false;
        };
        match &self.oidc.config().public_url {
            Some(base) => url.origin() == base.origin(),
            None => self.is_callback(redirect_uri) || self.is_for_host_of(&url, request),
        }
    }

    fn own_callback(&self) -> Option<String> {
        let base = self.oidc.config().public_url.as_ref()?;
        Some(below(base, &self.route.callback_path(self.path)?))
    }

    /// Whether the request went to the host and port of this URL. What scheme the browser used
    /// is not known here, so the one of the URL gives the default port.
    fn is_for_host_of(&self, url: &Url, request: &RequestParts<'_>) -> bool {
        let field = request.header("host").map(String::from_utf8_lossy);
        let Some(host) = self.authority.map(Into::into).or(field) else {
            return false;
        };
        let target = Url::parse(&format!("{}://{host}/", url.scheme()));
        target.is_ok_and(|target| target.origin() == url.origin())
    }
}

/// A path of the application below its public address.
pub(super) fn below(base: &Url, path: &str) -> String {
    format!("{}{path}", base.as_str().trim_end_matches('/'))
}

fn has_path(redirect_uri: &str, path: &str) -> bool {
    Url::parse(redirect_uri).is_ok_and(|url| url.path().ends_with(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_callback_is_known_by_its_path() {
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
