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
    /// Signs out at the provider: `GET`; with sessions also `POST`.
    pub logout: Option<&'static str>,
    /// Returns the names and the e-mail address of the user: `GET`.
    pub userinfo: Option<&'static str>,
    /// The public half of the client's key: `GET`.
    pub jwks: Option<&'static str>,
    /// Tells a browser whether it is signed in: `GET`.
    pub session: Option<&'static str>,
    /// Receives the provider's word that sessions have ended: `POST`.
    pub backchannel_logout: Option<&'static str>,
    /// Receives the same through a frame in the browser: `GET`.
    pub frontchannel_logout: Option<&'static str>,
    /// Whether browsers sign in to sessions. The last three endpoints exist only then.
    pub sessions: bool,
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
    Jwks,
    Session,
    BackchannelLogout,
    FrontchannelLogout,
}

/// A sign-in endpoint and its path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    pub(crate) endpoint: Endpoint,
    pub(crate) path: &'static str,
    callback: Option<&'static str>,
    pub(crate) sessions: bool,
}

impl Routes {
    /// Serves the endpoints at these paths.
    #[doc(hidden)]
    pub const fn new(paths: RoutePaths) -> Self {
        Self { paths }
    }

    #[cfg(any(feature = "axum", feature = "actix-web", feature = "sessions"))]
    pub(crate) fn served(self) -> impl Iterator<Item = Route> {
        let paths = self.paths;
        [
            (Endpoint::Login, paths.login),
            (Endpoint::Callback, paths.callback),
            (Endpoint::Token, paths.token),
            (Endpoint::Device, paths.device),
            (Endpoint::Logout, paths.logout),
            (Endpoint::Userinfo, paths.userinfo),
            (Endpoint::Jwks, paths.jwks),
            (Endpoint::Session, paths.session),
            (Endpoint::BackchannelLogout, paths.backchannel_logout),
            (Endpoint::FrontchannelLogout, paths.frontchannel_logout),
        ]
        .into_iter()
        .filter_map(move |(endpoint, path)| {
            Some(Route {
                endpoint,
                path: path?,
                callback: paths.callback,
                sessions: paths.sessions,
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
            Self::Jwks => "jwks",
            Self::Session => "session",
            Self::BackchannelLogout => "backchannel_logout",
            Self::FrontchannelLogout => "frontchannel_logout",
        }
    }
}

impl Route {
    /// The methods that it serves, as the `Allow` field lists them (RFC 9110 §10.2.1).
    pub(crate) fn allow(self) -> &'static str {
        match self.endpoint {
            Endpoint::Logout if self.sessions => "GET, POST",
            Endpoint::Token | Endpoint::Device | Endpoint::BackchannelLogout => "POST",
            Endpoint::Login
            | Endpoint::Callback
            | Endpoint::Logout
            | Endpoint::Userinfo
            | Endpoint::Jwks
            | Endpoint::Session
            | Endpoint::FrontchannelLogout => "GET",
        }
    }

    pub(crate) fn methods(self) -> impl Iterator<Item = &'static str> {
        self.allow().split(", ")
    }

    pub(crate) fn allows(self, method: &str) -> bool {
        self.methods().any(|allowed| allowed == method)
    }

    /// Whether the body of a request with this method has to be read first.
    pub(crate) fn reads_body(self, method: &str) -> bool {
        // A device sends a form that says nothing.
        method == "POST" && self.allows(method) && self.endpoint != Endpoint::Device
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
            sessions: false,
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

    #[test]
    fn a_sign_out_by_post_needs_sessions() {
        let logout = |sessions| Route {
            endpoint: Endpoint::Logout,
            path: "/auth/v2/logout",
            callback: None,
            sessions,
        };
        assert_eq!(logout(false).allow(), "GET");
        assert!(!logout(false).reads_body("POST"));
        assert_eq!(logout(true).allow(), "GET, POST");
        assert!(logout(true).allows("GET") && logout(true).allows("POST"));
        assert!(!logout(true).allows("GET, POST"));
        assert!(logout(true).reads_body("POST") && !logout(true).reads_body("GET"));
    }
}
