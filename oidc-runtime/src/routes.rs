//! Which sign-in endpoints an application serves, and at which paths.

/// The path of each sign-in endpoint, relative to the router or scope that serves them; `None`
/// disables it. `oidc::routes!` fills it in.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "generated code writes every field"
)]
pub struct RoutePaths {
    /// Redirects the browser to the provider: `GET`.
    pub login: Option<&'static str>,
    /// The redirect URI to which the provider returns the browser: `GET`.
    pub callback: Option<&'static str>,
    /// Exchanges a code, a refresh token or a device code for tokens: `POST`.
    pub token: Option<&'static str>,
    /// Begins a sign-in on a device without a browser: `POST`.
    pub device: Option<&'static str>,
    /// Signs out at the provider: `GET`.
    pub logout: Option<&'static str>,
    /// Returns the names and the e-mail address of the user: `GET`.
    pub userinfo: Option<&'static str>,
}

/// The sign-in endpoints, as `oidc::routes!` returns them.
///
/// It converts into an `axum::Router` and into an `oidc::axum::Router`, and is a service of
/// actix-web:
///
/// ```
/// use oidc::{Oidc, Routes};
///
/// const ENDPOINTS: Routes = oidc::routes!(prefix = "/api", device = None);
///
/// let axum: axum::Router<Oidc> = axum::Router::new().merge(ENDPOINTS);
/// let strict: oidc::axum::Router<Oidc> = oidc::axum::Router::new().merge(ENDPOINTS);
/// let actix = actix_web::web::scope("/second").service(ENDPOINTS);
/// assert_eq!(strict.access().routes.len(), 5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "routes do nothing until an application serves them"]
pub struct Routes {
    paths: RoutePaths,
}

/// A sign-in endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Login,
    Callback,
    Token,
    Device,
    Logout,
    Userinfo,
}

/// A sign-in endpoint and its path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    pub(crate) endpoint: Endpoint,
    pub(crate) path: &'static str,
    callback: Option<&'static str>,
}

impl Routes {
    /// Serves the endpoints at these paths.
    #[doc(hidden)]
    pub const fn new(paths: RoutePaths) -> Self {
        Self { paths }
    }

    #[cfg(any(feature = "axum", feature = "actix-web"))]
    pub(crate) fn served(self) -> impl Iterator<Item = Route> {
        let paths = self.paths;
        [
            (Endpoint::Login, paths.login),
            (Endpoint::Callback, paths.callback),
            (Endpoint::Token, paths.token),
            (Endpoint::Device, paths.device),
            (Endpoint::Logout, paths.logout),
            (Endpoint::Userinfo, paths.userinfo),
        ]
        .into_iter()
        .filter_map(move |(endpoint, path)| {
            Some(Route {
                endpoint,
                path: path?,
                callback: paths.callback,
            })
        })
    }
}

impl Endpoint {
    /// Its name in logs and error responses.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Callback => "callback",
            Self::Token => "token",
            Self::Device => "device",
            Self::Logout => "logout",
            Self::Userinfo => "userinfo",
        }
    }

    pub(crate) fn method(self) -> &'static str {
        match self {
            Self::Token | Self::Device => "POST",
            Self::Login | Self::Callback | Self::Logout | Self::Userinfo => "GET",
        }
    }
}

impl Route {
    /// Whether the body of a request with this method has to be read first.
    pub(crate) fn reads_body(self, method: &str) -> bool {
        self.endpoint == Endpoint::Token && method == self.endpoint.method()
    }

    /// The path of the callback as the browser sees it. The routes may be nested, so their prefix
    /// is taken from the path of this request.
    pub(crate) fn callback_path(self, request_path: &str) -> Option<String> {
        let prefix = request_path.strip_suffix(self.path)?;
        Some(format!("{prefix}{}", self.callback?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_callback_has_the_prefix_of_the_login() {
        let route = |callback| Route {
            endpoint: Endpoint::Login,
            path: "/auth/v2/login",
            callback,
        };
        let beside = route(Some("/cb"));
        assert_eq!(
            beside.callback_path("/auth/v2/login").as_deref(),
            Some("/cb")
        );
        assert_eq!(
            beside.callback_path("/a/b/auth/v2/login").as_deref(),
            Some("/a/b/cb")
        );
        assert_eq!(beside.callback_path("/auth/v2/log%69n"), None);
        assert_eq!(route(None).callback_path("/auth/v2/login"), None);
    }
}
