//! The settings as the application makes them.

use std::sync::Arc;
use std::time::Duration;

use oidc_stores::SessionStore;

use crate::config::error::Setting;
use crate::routes::Routes;
use crate::secret::Secret;

/// The settings of browser sessions, for [`OidcBuilder::sessions`](crate::OidcBuilder::sessions).
///
/// A user signs in once in their browser, which is known by a cookie from then on. The same
/// attributes serve browsers with that cookie and programs with a bearer token.
///
/// By default the session itself is in the cookie, encrypted, and nothing has to be installed. With
/// several instances, and a provider that rotates refresh tokens, use a [`store`](Self::store).
///
/// ```
/// use oidc::{Oidc, Sessions};
///
/// const SIGN_IN: oidc::Routes = oidc::routes!(prefix = "/api", sessions);
///
/// # fn main() -> Result<(), oidc::ConfigError> {
/// # let key = "0123456789abcdefghijklmnopqrstuv";
/// let oidc = Oidc::builder()
///     .client_id("shop")
///     .discovery_url("https://login.example.org/realms/main")
///     .public_url("https://shop.example.org")
///     .sessions(Sessions::new(SIGN_IN).key(key))
///     .build()?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a separate setting")]
#[must_use = "settings do nothing until they are passed to `OidcBuilder::sessions`"]
pub struct Sessions {
    pub(super) routes: Routes,
    pub(super) mounted_at: String,
    pub(super) keys: Vec<Secret>,
    pub(super) store: Setting<Option<Arc<dyn SessionStore>>>,
    pub(super) idle: Setting<Duration>,
    pub(super) lifetime: Setting<Duration>,
    pub(super) persistent: bool,
    pub(super) remember: Option<Duration>,
    pub(super) refresh: Refresh,
    pub(super) userinfo: Setting<Userinfo>,
    pub(super) staleness: Setting<Duration>,
    pub(super) trusted_origins: Vec<String>,
    pub(super) login_parameters: Vec<String>,
    pub(super) offline_access: bool,
    pub(super) after_sign_in: String,
    pub(super) after_sign_out: String,
    pub(super) error_path: Option<String>,
    pub(super) same_site_strict: bool,
    pub(super) plain_cookies: bool,
}

/// When a session's access token is refreshed, see [`Sessions::refresh`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refresh {
    /// Ahead of its expiry, in the background, by any request of the session (the default).
    #[default]
    Eager,
    /// Only for a handler that takes a [`BearerToken`](crate::BearerToken).
    OnDemand,
}

/// Whether the userinfo endpoint is asked for the claims of a session, see [`Sessions::userinfo`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Userinfo {
    /// If the scopes `profile` or `email` were requested and their claims are in no token (the
    /// default). The sign-in goes on without the claims if the provider does not respond.
    #[default]
    Missing,
    /// At every sign-in and refresh. Without a response the sign-in fails.
    Always,
    /// Never.
    Never,
}

impl Sessions {
    /// Sessions that begin at these sign-in endpoints: the value of
    /// `oidc::routes!(.., sessions)` that the application serves.
    pub fn new(routes: Routes) -> Self {
        Self {
            routes,
            mounted_at: String::new(),
            keys: Vec::new(),
            store: None,
            idle: None,
            lifetime: None,
            persistent: false,
            remember: None,
            refresh: Refresh::default(),
            userinfo: None,
            staleness: None,
            trusted_origins: Vec::new(),
            login_parameters: Vec::new(),
            offline_access: false,
            after_sign_in: "/".to_owned(),
            after_sign_out: "/".to_owned(),
            error_path: None,
            same_site_strict: false,
            plain_cookies: false,
        }
    }

    /// The path at which the router or scope with the endpoints is nested, `/shop`. Default: none.
    pub fn mounted_at(mut self, path: impl Into<String>) -> Self {
        self.mounted_at = path.into();
        self
    }

    /// The key from which the keys of the cookies are derived: at least 32 random characters, such as
    /// the output of `openssl rand -base64 32`. Call it again for older keys, newest first; they open
    /// the cookies that they sealed until these end. All instances need the same keys.
    ///
    /// Default: a random key, so that a restart ends all sessions.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.keys.push(Secret::new(key));
        self
    }

    /// Keeps the sessions in a store; the cookie then holds a random secret. Default: none, the
    /// session itself is in the cookie.
    ///
    /// A store makes ended sessions end on every instance within the [`staleness`](Self::staleness),
    /// lists them, and lets several instances share refresh tokens that the provider rotates.
    pub fn store(mut self, store: impl SessionStore) -> Self {
        self.store = Some(Ok(Some(Arc::new(store))));
        self
    }

    /// How long a session lives without a request. At least 1 second. Default: 30 minutes.
    pub fn idle(mut self, idle: Duration) -> Self {
        self.idle = Some(Ok(idle));
        self
    }

    /// How long a session lives in any case. At least 1 second. Default: 8 hours. The claim
    /// `session_expiry` of an ID token shortens it.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(Ok(lifetime));
        self
    }

    /// Lets the cookie outlive the browser's window. Default: it ends with the browser.
    pub fn persistent(mut self) -> Self {
        self.persistent = true;
        self
    }

    /// Lets users ask to be remembered, by `login?remember=true`: the cookie then outlives the
    /// browser, and the session has this lifetime. Default: off.
    pub fn remember(mut self, lifetime: Duration) -> Self {
        self.remember = Some(lifetime);
        self
    }

    /// When access tokens are refreshed. Default: [`Refresh::Eager`].
    pub fn refresh(mut self, refresh: Refresh) -> Self {
        self.refresh = refresh;
        self
    }

    /// Whether the userinfo endpoint is asked (OpenID Connect Core §5.3). Default:
    /// [`Userinfo::Missing`].
    pub fn userinfo(mut self, userinfo: Userinfo) -> Self {
        self.userinfo = Some(Ok(userinfo));
        self
    }

    /// How long a session may be served from memory without asking the store: within this time a
    /// session that ended on another instance still counts here. 0 asks the store for each request.
    /// Default: 1 second.
    pub fn staleness(mut self, staleness: Duration) -> Self {
        self.staleness = Some(Ok(staleness));
        self
    }

    /// A further origin, such as `https://admin.example.org`, whose pages may send requests that
    /// change something, or open a WebSocket, with the cookie. Default: the application's own only.
    pub fn trusted_origin(mut self, origin: impl Into<String>) -> Self {
        self.trusted_origins.push(origin.into());
        self
    }

    /// A parameter that `login` passes on to the provider, such as `kc_idp_hint`. It cannot be one
    /// that the library sends itself. Default: none.
    pub fn login_parameter(mut self, name: impl Into<String>) -> Self {
        self.login_parameters.push(name.into());
        self
    }

    /// Requests the scope `offline_access`, without which some providers return no refresh token:
    /// Entra ID, Auth0, Okta. Default: off; Keycloak needs none.
    pub fn offline_access(mut self) -> Self {
        self.offline_access = true;
        self
    }

    /// The path to which a sign-in returns that was not begun for another page. Default: `/`.
    pub fn after_sign_in(mut self, path: impl Into<String>) -> Self {
        self.after_sign_in = path.into();
        self
    }

    /// The path to which a sign-out returns. Default: `/`.
    pub fn after_sign_out(mut self, path: impl Into<String>) -> Self {
        self.after_sign_out = path.into();
        self
    }

    /// A path of the application to which browsers are redirected, with the reason code in the query
    /// parameter `code`, instead of the library's error page. A 503 keeps the library's page, and so
    /// does an error of that path itself. Default: none.
    pub fn error_path(mut self, path: impl Into<String>) -> Self {
        self.error_path = Some(path.into());
        self
    }

    /// Sends the cookie with requests of the own site only (`SameSite=Strict`), not if a link on
    /// another site leads here. Default: `Lax`.
    ///
    /// The way back from a provider on another site is such a link. So a user who signs in anew, for a
    /// stronger sign-in for instance, gets a session beside the earlier one: that one is neither ended
    /// nor sent any more, and ends by itself; the application's value does not carry over.
    pub fn same_site_strict(mut self) -> Self {
        self.same_site_strict = true;
        self
    }

    /// Sets cookies over plain HTTP beyond the loopback interface, where anyone on the network can
    /// read them and act as the user. For tests only.
    pub fn insecure_plain_cookies(mut self) -> Self {
        self.plain_cookies = true;
        self
    }
}
