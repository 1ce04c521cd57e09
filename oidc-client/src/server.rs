//! The address of an application.

use url::{Host, Url};

use crate::error::Error;
use crate::routes::Routes;

/// An application with sign-in endpoints: its address, and where the endpoints are.
///
/// ```
/// # fn main() -> Result<(), oidc_client::Error> {
/// let client = oidc_client::Client::new("HTTPS://App.example:443/api/")?;
/// let server = client.server();
/// assert_eq!(server.address(), "https://app.example/api");
/// assert_eq!(server.token_url().path(), "/api/auth/v2/token");
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Server {
    address: String,
    base: Url,
    pub(crate) allows_http: bool,
    login: Url,
    token: Url,
    device: Url,
    userinfo: Url,
    logout: Url,
}

impl Server {
    pub(crate) fn new(address: &str, routes: &Routes, allows_http: bool) -> Result<Self, Error> {
        let base = base(address, allows_http)?;
        let url = |path: &str| below(&base, path);
        Ok(Self {
            address: base.as_str().trim_end_matches('/').to_owned(),
            login: url(&routes.login)?,
            token: url(&routes.token)?,
            device: url(&routes.device)?,
            userinfo: url(&routes.userinfo)?,
            logout: url(&routes.logout)?,
            allows_http,
            base,
        })
    }

    /// The address in the form in which tokens are stored under it: lower case, without the default
    /// port, without a slash at the end, with the path prefix.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The same as a URL.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.base
    }

    /// Where a sign-in with a browser begins.
    #[must_use]
    pub fn login_url(&self) -> &Url {
        &self.login
    }

    /// Where a code, a refresh token or a device code is exchanged.
    #[must_use]
    pub fn token_url(&self) -> &Url {
        &self.token
    }

    /// Where a sign-in on another device begins.
    #[must_use]
    pub fn device_url(&self) -> &Url {
        &self.device
    }

    /// What the application knows about the user.
    #[must_use]
    pub fn userinfo_url(&self) -> &Url {
        &self.userinfo
    }

    /// Where a browser signs out at the provider.
    #[must_use]
    pub fn logout_url(&self) -> &Url {
        &self.logout
    }
}

fn base(address: &str, allows_http: bool) -> Result<Url, Error> {
    let invalid = |problem: &str| Err(Error::settings(format!("the address {problem}")));
    let url = match Url::parse(address) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => {
            return invalid("has no scheme: write it with `https://` in front");
        }
        Err(error) => return invalid(&format!("is not a valid URL: {error}")),
    };
    if let Some(problem) = address_problem(&url, allows_http) {
        invalid(problem)
    } else if url.query().is_some() || url.fragment().is_some() {
        invalid("must not contain `?` or `#`")
    } else {
        Ok(url)
    }
}

/// Why nobody should be sent to this URL, if that is so, with codes and tokens or to type a password.
pub(crate) fn address_problem(url: &Url, allows_http: bool) -> Option<&'static str> {
    // A name before the host is often taken for it.
    if !url.username().is_empty() || url.password().is_some() {
        return Some("must not contain a user name or password");
    }
    match url.scheme() {
        "https" => None,
        "http" if allows_http || is_loopback(url) => None,
        "http" => {
            Some("must start with https:// (plain HTTP is allowed for the loopback interface only)")
        }
        _ => Some("must start with https://"),
    }
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A route below the address. It stays on the same origin whatever the path is.
fn below(base: &Url, path: &str) -> Result<Url, Error> {
    let invalid = || Error::settings(format!("`{}` is not a path", path.escape_debug()));
    if path.is_empty() || path.contains(['?', '#', '\\']) || path.contains("//") {
        return Err(invalid());
    }
    let mut url = base.clone();
    let prefix = base.path().trim_end_matches('/');
    url.set_path(&format!("{prefix}/{}", path.trim_start_matches('/')));
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(address: &str) -> Result<Server, Error> {
        Server::new(address, &Routes::default(), false)
    }

    #[test]
    fn addresses_have_one_form() {
        let cases = [
            ("https://app.example", "https://app.example"),
            ("https://app.example/", "https://app.example"),
            ("HTTPS://App.Example:443//", "https://app.example"),
            ("https://app.example/api/", "https://app.example/api"),
            ("https://app.example/a/../api", "https://app.example/api"),
            (
                "https://app.example:8443/API",
                "https://app.example:8443/API",
            ),
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
            ("http://localhost:80/x", "http://localhost/x"),
            ("http://[::1]:8000", "http://[::1]:8000"),
        ];
        for (address, expected) in cases {
            let server = server(address).expect(address);
            assert_eq!(server.address(), expected, "{address}");
            let token = server.token_url().as_str();
            assert_eq!(token, format!("{expected}/auth/v2/token"), "{address}");
        }
    }

    #[test]
    fn other_addresses_are_refused_with_the_reason() {
        let cases = [
            ("", "https://"),
            ("app.example", "https://"),
            ("ftp://app.example", "https://"),
            ("http://app.example", "plain HTTP"),
            ("http://10.0.0.1", "plain HTTP"),
            ("http://localhost.example", "plain HTTP"),
            ("https://user@app.example", "user name"),
            ("https://:secret@app.example", "user name"),
            ("https://app.example/?a", "`?`"),
            ("https://app.example/#a", "`#`"),
            ("https://", "valid URL"),
        ];
        for (address, part) in cases {
            let error = server(address).expect_err(address).to_string();
            assert!(error.contains(part), "{address}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
        assert!(Server::new("http://app.example", &Routes::default(), true).is_ok());
    }

    #[test]
    fn routes_stay_on_the_server() {
        for path in ["", "//evil.example", "/a?b", "/a#b", "\\\\evil.example"] {
            let routes = Routes::default().token(path);
            assert!(
                Server::new("https://app.example", &routes, false).is_err(),
                "{path}"
            );
        }
        let routes = Routes::default().token("https:evil.example");
        let server = Server::new("https://app.example/x", &routes, false).expect("a path");
        assert_eq!(server.token_url().host_str(), Some("app.example"));
    }
}
