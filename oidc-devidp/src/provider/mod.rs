//! The protocol: one file for each endpoint, over state that all share.

mod accept;
mod acr;
mod assertion;
mod authorization_request;
mod authorize;
mod backchannel;
mod claims;
mod client_auth;
mod client_document;
mod client_metadata;
mod clients;
mod cors;
mod credentials;
mod device;
mod dialect;
mod discovery;
mod end_session;
mod form;
mod grant;
mod grant_type;
mod introspection;
mod issue;
mod oauth_error;
mod offline;
mod opaque;
mod outgoing;
mod pages;
mod params;
mod redirect_uri;
mod registration;
mod registry;
mod resource;
mod revocation;
mod scope;
mod session;
mod state;
mod store;
mod tampering;
mod token;
mod uri;
mod userinfo;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

pub use backchannel::LogoutDelivery;
pub(crate) use backchannel::deliver;
pub(crate) use grant::Grant;
pub(crate) use state::Provider;

use crate::endpoint::Endpoint;
use cors::for_all_origins;

/// All endpoints, at the root and below the path of the issuer; metadata also where that path comes
/// last (RFC 8414 §3.1).
pub(crate) fn router(provider: Arc<Provider>) -> Router {
    let mut routes = routes();
    if provider.config.registration {
        let limit = DefaultBodyLimit::max(registration::MAX_REQUEST);
        let route = for_all_origins(post(registration::post).layer(limit));
        routes = routes.route("/register", route);
    }
    let below = |endpoint: Endpoint| format!("{}{}", endpoint.path(), provider.path);
    let openid = for_all_origins(get(discovery::openid_metadata));
    let oauth = for_all_origins(get(discovery::oauth_metadata));
    let routes = match provider.path.as_str() {
        "" => routes,
        // A path may have what was a parameter in axum 0.7.
        path => (routes.clone().without_v07_checks())
            .nest(path, routes)
            .route(&below(Endpoint::Discovery), openid),
    };
    let routes = routes.route(&below(Endpoint::AuthorizationServer), oauth);
    routes.with_state(provider)
}

fn routes() -> Router<Arc<Provider>> {
    Router::new()
        .route(
            "/.well-known/openid-configuration",
            for_all_origins(get(discovery::openid_metadata)),
        )
        .route("/jwks", for_all_origins(get(discovery::jwks)))
        .route("/authorize", get(authorize::get).post(authorize::post))
        .route("/authorize/decision", post(authorize::decide))
        .route("/token", for_all_origins(post(token::post)))
        .route("/revoke", for_all_origins(post(revocation::post)))
        .route("/introspect", post(introspection::post))
        .route("/device_authorization", post(device::authorize))
        .route("/device", get(device::page).post(device::decide))
        .route("/userinfo", get(userinfo::respond).post(userinfo::respond))
        .route(
            "/end_session",
            get(end_session::get).post(end_session::post),
        )
        .route("/end_session/decision", post(end_session::decide))
        .route("/style.css", get(pages::style))
}
