#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]

#[cfg(feature = "actix-web")]
#[cfg_attr(docsrs, doc(cfg(feature = "actix-web")))]
pub mod actix;
#[cfg(feature = "axum")]
#[cfg_attr(docsrs, doc(cfg(feature = "axum")))]
pub mod axum;
pub mod guide;
mod metadata;
mod routes;
mod scopes;

pub use oidc_macros::{optional, policy, public, required, tools};
/// What py-oidc-auth calls a [`Principal`], although it stands for an access token.
pub type IdToken = Principal;
pub use oidc_runtime::access;
#[cfg(feature = "utoipa")]
#[cfg_attr(docsrs, doc(cfg(feature = "utoipa")))]
pub use oidc_runtime::openapi;
pub use oidc_runtime::policy::{OAuthScope, Policy, PolicySpec};
pub use oidc_runtime::{
    Algorithm, BearerToken, BoundTokens, Claims, ClientAuth, ClientKey, Clock, ConfigError,
    ErrorResponse, Guard, GuardLayer, Health, Identity, Introspect, Issuer, IssuerHealth, McpLayer,
    Metadata, NoTools, Oidc, OidcBuilder, Principal, ProviderError, Rejection, RequestParts,
    Routes, Tenants, Tools, UnknownAlgorithm, Via,
};

#[cfg(any(feature = "axum", feature = "actix-web"))]
pub use oidc_runtime::CarriesUser;
#[cfg(feature = "sessions")]
#[cfg_attr(docsrs, doc(cfg(feature = "sessions")))]
pub use oidc_runtime::{
    InvalidSessionId, Refresh, Session, SessionError, SessionId, SessionInfo, SessionLayer,
    Sessions, SessionsError, Userinfo, stores,
};

/// What generated code may name. No part of the public interface: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use crate::__sessions as sessions;
    pub use oidc_macros::{
        __routes as routes, __scopes as scopes, __unregistered_scope as unregistered_scope,
    };
    pub use oidc_runtime::policy::{
        AccessMode, Authenticated, CheckFn, Inline, InlinePolicy, OAuthScope, OnInvalidToken,
        Optional, OptionalRejecting, Policy, PolicySpec, Rule, Scalar, Unsatisfiable,
    };
    pub use oidc_runtime::{Guard, RoutePaths, Routes, Tools, Via};
}
