//! Where the sign-in endpoints of an application are, below its address.

/// The paths of the sign-in endpoints below the address of the application. Default: `/auth/v2/login`
/// and so on, as both oidc-guard and py-oidc-auth have them.
///
/// ```
/// use oidc_client::{Client, Routes};
///
/// # fn main() -> Result<(), oidc_client::Error> {
/// let client = Client::builder("https://app.example/api")
///     .routes(Routes::default().login("/sign-in").token("/sign-in/token"))
///     .build()?;
/// let login = client.server().login_url();
/// assert_eq!(login.as_str(), "https://app.example/api/sign-in");
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routes {
    pub(crate) login: String,
    pub(crate) token: String,
    pub(crate) device: String,
    pub(crate) userinfo: String,
    pub(crate) logout: String,
}

impl Default for Routes {
    fn default() -> Self {
        let route = |name: &str| format!("/auth/v2/{name}");
        Self {
            login: route("login"),
            token: route("token"),
            device: route("device"),
            userinfo: route("userinfo"),
            logout: route("logout"),
        }
    }
}

macro_rules! route {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $name(mut self, path: impl Into<String>) -> Self {
                self.$name = path.into();
                self
            }
        )*
    };
}

impl Routes {
    route! {
        /// Where a sign-in with a browser begins. Default: `/auth/v2/login`.
        login,
        /// Where a code, a refresh token or a device code is exchanged. Default: `/auth/v2/token`.
        token,
        /// Where a sign-in on another device begins. Default: `/auth/v2/device`.
        device,
        /// What the application knows about the user. Default: `/auth/v2/userinfo`.
        userinfo,
        /// Where a browser signs out. Default: `/auth/v2/logout`.
        logout,
    }
}
