//! `metadata!`.

/// Serves the metadata of the application's protected resources (RFC 9728), by which clients find the
/// provider: below `/.well-known/oauth-protected-resource`, for
/// [`OidcBuilder::resource`](crate::OidcBuilder::resource) and every
/// [`Oidc::for_resource`](crate::Oidc::for_resource).
///
/// Its address is at the root of the host, so it belongs to the outermost router, and outside of guards.
/// Web pages of every origin may read it. Until the provider's own metadata has been fetched it responds
/// with 503; without a resource, with 404.
///
/// # axum
///
/// ```
/// use axum::{Router, routing::get};
/// use oidc::Oidc;
///
/// fn app(oidc: Oidc) -> Router {
///     Router::new()
///         .route("/", get(async || "hello"))
///         .merge(oidc::metadata!())
///         .with_state(oidc)
/// }
/// ```
///
/// # actix-web
///
/// ```
/// use actix_web::web::ServiceConfig;
/// use oidc::Oidc;
///
/// fn configure(config: &mut ServiceConfig, oidc: Oidc) {
///     config.app_data(oidc).service(oidc::metadata!());
/// }
/// # let _ = actix_web::App::new().configure(|config| {
/// #     let oidc = Oidc::builder().client_id("app").discovery_url("https://login.example.org");
/// #     configure(config, oidc.build().unwrap());
/// # });
/// ```
#[macro_export]
macro_rules! metadata {
    () => {
        $crate::Metadata::new()
    };
}
