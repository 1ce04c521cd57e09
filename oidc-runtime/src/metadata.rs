//! The metadata of a protected resource, by which clients find its provider (RFC 9728).

use std::sync::Arc;

use serde::Serialize;

use crate::answer::{Rejection, Response};
use crate::client::{Described, Oidc};
use crate::config::BoundTokens;

/// Where the metadata is; the path of the resource follows.
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub(crate) const PATH: &str = "/.well-known/oauth-protected-resource";
/// The methods that are served.
const METHODS: &str = "GET, HEAD, OPTIONS";

/// The metadata of the protected resources of an application, as `oidc::metadata!()` returns it.
///
/// It converts into an `axum::Router` and into an `oidc::axum::Router`, and is a service of
/// actix-web. It belongs to the outermost router, because its address is at the root of the host:
///
/// ```
/// use oidc::Oidc;
///
/// let axum: axum::Router<Oidc> = axum::Router::new().merge(oidc::metadata!());
/// let strict: oidc::axum::Router<Oidc> = oidc::axum::Router::new().merge(oidc::metadata!());
/// let actix = actix_web::App::new().service(oidc::metadata!());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "metadata does nothing until an application serves it"]
pub struct Metadata;

impl Metadata {
    /// Called by `oidc::metadata!()`.
    #[doc(hidden)]
    pub const fn new() -> Self {
        Self
    }
}

/// RFC 9728 §2. Members without a value are left out.
#[derive(Serialize)]
struct Document<'d> {
    resource: &'d str,
    authorization_servers: [&'d str; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes_supported: Vec<String>,
    bearer_methods_supported: [&'d str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_name: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_documentation: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_client_certificate_bound_access_tokens: Option<bool>,
}

/// Responds to a request for metadata. `path` is the whole path, including prefixes under which the
/// routes are nested.
///
/// Nothing in it comes from the request, so that nobody can name another provider by a `Host` field.
pub(crate) async fn answer(oidc: &Oidc, method: &str, path: &str) -> Response {
    let mut response = match oidc.resources().at(path) {
        Some(described) => of_resource(oidc, method, &described).await,
        None => not_found(oidc, path),
    };
    response.set("access-control-allow-origin", "*");
    response
}

async fn of_resource(oidc: &Oidc, method: &str, described: &Described) -> Response {
    match method {
        "GET" | "HEAD" => match issuer(oidc).await {
            Ok(issuer) => Response::json(200, &document(described, &issuer)),
            Err(rejection) => rejection.response(),
        },
        "OPTIONS" => preflight(),
        _ => {
            let mut response = Response::empty(405);
            response.set("allow", METHODS);
            response
        }
    }
}

/// All clients send `MCP-Protocol-Version`, so that browsers ask first.
fn preflight() -> Response {
    let mut response = Response::empty(204);
    response.set("access-control-allow-methods", METHODS);
    response.set("access-control-allow-headers", "*");
    response.set("access-control-max-age", "600");
    response
}

fn not_found(oidc: &Oidc, path: &str) -> Response {
    if let Some(expected) = oidc.resources().newly_misplaced(path) {
        tracing::warn!(
            expected,
            "the metadata of the protected resource is mounted at another path than clients ask \
             for: add `oidc::metadata!()` to the outermost router"
        );
    }
    Response::empty(404)
}

/// The provider's issuer identifier, which its configuration or its own metadata names.
async fn issuer(oidc: &Oidc) -> Result<Arc<str>, Rejection> {
    if let Some(issuer) = &oidc.config().own.provider.issuer {
        return Ok(issuer.as_str().into());
    }
    let ready = oidc.provider().ready().await;
    let snapshot = ready.map_err(|_| Rejection::unavailable(oidc.provider().retry_after()))?;
    Ok(Arc::clone(&snapshot.metadata.issuer))
}

fn document<'d>(described: &'d Described, issuer: &'d str) -> Document<'d> {
    let settings = &described.config.resource;
    let takes_bound_tokens = described.config.bound_tokens == BoundTokens::CheckedByGateway;
    Document {
        resource: described.resource.identifier(),
        authorization_servers: [issuer],
        scopes_supported: described.scopes(),
        bearer_methods_supported: ["header"],
        resource_name: settings.name.as_deref(),
        resource_documentation: settings.documentation.as_deref(),
        tls_client_certificate_bound_access_tokens: takes_bound_tokens.then_some(true),
    }
}
