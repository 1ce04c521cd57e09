//! The macro of the sign-in endpoints.

/// The sign-in endpoints as one value: [`Routes`](crate::Routes), which an axum `Router` merges or nests and an
/// actix-web `App` or `Scope` takes as a service.
///
/// | key | default | endpoint |
/// |---|---|---|
/// | `prefix` | none | goes in front of every path |
/// | `login` | `"/auth/v2/login"` | `GET`, with `?redirect_uri=..`: redirects the browser to the provider. With sessions also without it |
/// | `callback` | `"/auth/v2/callback"` | `GET`: receives the code from the provider and responds with the tokens as JSON: for scripts, not for people. A sign-in to a session continues at its page instead |
/// | `token` | `"/auth/v2/token"` | `POST`: exchanges a code, a refresh token or a device code for tokens |
/// | `device` | `"/auth/v2/device"` | `POST`: begins a sign-in on a device without a browser |
/// | `logout` | `"/auth/v2/logout"` | `GET`, with sessions also `POST`: signs out at the provider |
/// | `userinfo` | `"/auth/v2/userinfo"` | `GET`: the name and e-mail address of the user of a token |
/// | `jwks` | `None` | `GET`: the public half of the client's key, for the provider (see [`ClientAuth::key`](crate::ClientAuth::key)); an empty key set without a key |
///
/// The flag `sessions` adds the endpoints of [browser sessions](#browser-sessions), and needs the
/// feature of that name:
///
/// | key | default | endpoint |
/// |---|---|---|
/// | `session` | `"/auth/v2/session"` | `GET`: whether the browser is signed in, and as whom |
/// | `backchannel_logout` | `"/auth/v2/backchannel-logout"` | `POST`: the provider ends sessions (OpenID Connect Back-Channel Logout 1.0) |
/// | `frontchannel_logout` | `None` | `GET`: the same through a frame in the browser (OpenID Connect Front-Channel Logout 1.0) |
///
/// `None` switches an endpoint off: `device = None`. Paths are literal. Your own routes are added
/// beside them as usual. The guide has a chapter on [signing in](crate::guide::sign_in).
///
/// # `login`
///
/// | query parameter | meaning |
/// |---|---|
/// | `redirect_uri` | required, unless a session is to begin: where the browser returns to with a code. The application's own callback, a loopback address on any port, or one of [`OidcBuilder::allowed_redirect`](crate::OidcBuilder::allowed_redirect); any other gets 400 |
/// | `scope` | replaces the configured scopes, unless it is blank; `openid` is always added |
/// | `offline_access` | `true` or `false`: whether to request a refresh token |
/// | `prompt` | `login`, `consent` or `select_account`; `none` counts as absent |
/// | `code_challenge`, `code_challenge_method` | of a client that keeps its own verifier (RFC 7636); the method is `S256` |
///
/// Many providers issue a refresh token only if the user consents in this very sign-in (OpenID
/// Connect Core §11): send `prompt=consent` with `offline_access=true`. A sign-in that requested a
/// refresh token and did not receive one is logged at INFO.
///
/// A sign-in that returns to the application itself, to its callback or to one of its pages, can
/// only be finished by the browser that began it; see [`OidcBuilder::public_url`](crate::OidcBuilder::public_url).
///
/// # `callback` and `token`
///
/// The callback exchanges the code itself. Unless a session begins, its response is JSON, which suits
/// scripts; a page for people is its own `redirect_uri`, receives the code and posts it to `token`.
///
/// `token` takes a form, urlencoded or multipart, with the fields of one row; `grant_type` may be
/// left out:
///
/// | fields | grant |
/// |---|---|
/// | `code`, `redirect_uri`, `code_verifier`, and optionally `state` | authorization code |
/// | `refresh_token` (or `refresh-token`) | refresh |
/// | `device_code` (or `device-code`) | device |
///
/// The `code_verifier` is the `state` that came with the code, which contains the sealed verifier. A
/// client that sent a `code_challenge` sends its own verifier instead, and should send the `state`
/// as `state`: only then is it checked that the sign-in began here and was not finished before.
///
/// # `logout`
///
/// Redirects the browser to the provider with the query parameters `id_token_hint`, `state` and
/// `post_logout_redirect_uri`. The last is a path, `/bye`, or an address of `allowed_redirect`. A
/// path becomes an address below [`OidcBuilder::public_url`](crate::OidcBuilder::public_url); without a public URL it is not passed
/// to the provider, which then decides where the browser ends up. A provider without an
/// end-session endpoint is left out: the browser is redirected to the path or address at once.
///
/// # axum
///
/// The state of the router has to hold an [`Oidc`](crate::Oidc) (`Oidc: FromRef<S>`); without it the
/// application does not compile.
///
/// ```
/// use axum::{Router, routing::get};
/// use oidc::Oidc;
///
/// fn app(oidc: Oidc) -> Router {
///     Router::new()
///         .route("/", get(async || "hello"))
///         .merge(oidc::routes!(prefix = "/api", device = None))
///         .nest("/second", oidc::routes!().into())
///         .with_state(oidc)
/// }
/// ```
///
/// # actix-web
///
/// The application's data has to hold an [`Oidc`](crate::Oidc); without it the endpoints respond with 500 and the
/// log says what is missing.
///
/// ```
/// use actix_web::{App, web};
/// use oidc::Oidc;
///
/// fn configure(config: &mut web::ServiceConfig, oidc: Oidc) {
///     config
///         .app_data(oidc)
///         .route("/", web::get().to(async || "hello"))
///         .service(oidc::routes!(prefix = "/api", device = None))
///         .service(web::scope("/second").service(oidc::routes!()));
/// }
/// # let _ = App::new().configure(|config| {
/// #     let oidc = Oidc::builder().client_id("app").discovery_url("https://login.example.org");
/// #     configure(config, oidc.build().unwrap());
/// # });
/// ```
///
/// # Browser sessions
///
/// With the flag `sessions`, and an [`Oidc`](crate::Oidc) that is built with
/// `OidcBuilder::sessions`:
///
/// - `login` without `redirect_uri` begins a sign-in to a session. It takes `return_to` and other
///   parameters in place of those above.
/// - `callback` then sets the cookie and redirects the browser to that page.
/// - `logout` ends the session of the browser, here and at the provider. A form or a script posts to
///   it; a link works on pages of the application, and from elsewhere asks first.
/// - Everything else works as above, for clients that keep their own tokens.
///
/// The constant is passed to `Sessions` and to the router. The guide has a chapter on
/// [server-rendered applications](crate::guide::server_rendered), with all parameters.
///
#[cfg_attr(feature = "sessions", doc = "```")]
#[cfg_attr(not(feature = "sessions"), doc = "```ignore")]
/// use oidc::Routes;
///
/// const SIGN_IN: Routes = oidc::routes!(prefix = "/api", sessions, session = "/me");
/// ```
#[macro_export]
macro_rules! routes {
    ($($key_values:tt)*) => {
        $crate::__private::routes! { $crate $($key_values)* }
    };
}

/// What the flag `sessions` of [`routes!`] expands to.
#[cfg(feature = "sessions")]
#[doc(hidden)]
#[macro_export]
macro_rules! __sessions {
    () => {
        true
    };
}

/// What the flag `sessions` of [`routes!`] expands to.
#[cfg(not(feature = "sessions"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __sessions {
    () => {
        compile_error!(
            "the flag `sessions` needs the feature of that name; \
             add it to the features of `oidc-guard` in Cargo.toml: `features = [\"sessions\"]`"
        )
    };
}
