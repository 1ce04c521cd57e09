//! Metadata (OpenID Connect Discovery §3, RFC 8414) and the key set.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::grant_type;
use super::state::Provider;
use crate::config::Config;
use crate::controls::ANOTHER_ISSUER;
use crate::endpoint::Endpoint;
use crate::sync::lock;
use crate::tamper::Tamper;

pub(super) async fn openid_metadata(State(provider): State<Arc<Provider>>) -> Json<Value> {
    Json(metadata(&provider, Endpoint::Discovery))
}

pub(super) async fn oauth_metadata(State(provider): State<Arc<Provider>>) -> Json<Value> {
    Json(metadata(&provider, Endpoint::AuthorizationServer))
}

/// The metadata as one of the two endpoints has it.
fn metadata(provider: &Provider, endpoint: Endpoint) -> Value {
    let mut metadata = endpoints(provider);
    if let Some(members) = metadata.as_object_mut() {
        members.extend(client_authentication(&provider.config));
        provider.adapt_metadata(members);
    }
    let mut omit = |tamper, member: &str| {
        if provider.controls.is(tamper)
            && let Some(members) = metadata.as_object_mut()
        {
            members.remove(member);
        }
    };
    omit(Tamper::NoDeviceEndpoint, "device_authorization_endpoint");
    omit(Tamper::NoEndSession, "end_session_endpoint");
    omit(Tamper::NoUserinfo, "userinfo_endpoint");
    omit(Tamper::NoRevocation, "revocation_endpoint");
    omit(Tamper::NoIntrospection, "introspection_endpoint");
    if provider.config.registration {
        let url = format!("{}{}", provider.base(), Endpoint::Registration.path());
        metadata["registration_endpoint"] = json!(url);
    }
    if provider.config.client_metadata_documents {
        metadata["client_id_metadata_document_supported"] = json!(true);
    }
    if !provider.config.acr_values.is_empty() {
        metadata["acr_values_supported"] = json!(provider.config.acr_values);
    }
    metadata["id_token_signing_alg_values_supported"] = json!([provider.config.algorithm]);
    if provider.controls.wrong_issuer(endpoint) {
        metadata["issuer"] = json!(ANOTHER_ISSUER);
    }
    metadata
}

pub(super) async fn jwks(State(provider): State<Arc<Provider>>) -> Response {
    let jwks = Json(lock(&provider.keys).jwks());
    match lock(&provider.jwks_cache_control).clone() {
        Some(value) => ([(header::CACHE_CONTROL, value)], jwks).into_response(),
        None => jwks.into_response(),
    }
}

fn endpoints(provider: &Provider) -> Value {
    let url = |endpoint: Endpoint| format!("{}{}", provider.base(), endpoint.path());
    json!({
        "issuer": provider.issuer,
        "authorization_endpoint": url(Endpoint::Authorize),
        "token_endpoint": url(Endpoint::Token),
        "userinfo_endpoint": url(Endpoint::Userinfo),
        "jwks_uri": url(Endpoint::Jwks),
        "device_authorization_endpoint": url(Endpoint::Device),
        "end_session_endpoint": url(Endpoint::EndSession),
        "revocation_endpoint": url(Endpoint::Revocation),
        "introspection_endpoint": url(Endpoint::Introspection),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": grant_type::ALL,
        "subject_types_supported": ["public"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "scopes_supported": provider.config.supported_scopes().collect::<Vec<_>>(),
        "claims_supported": [
            "sub", "iss", "aud", "azp", "exp", "iat", "auth_time", "acr", "sid", "nonce", "at_hash",
            "preferred_username", "name", "given_name", "family_name", "email", "email_verified",
        ],
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    })
}

/// RFC 8414 §2: three endpoints authenticate clients, in the same ways.
fn client_authentication(config: &Config) -> Map<String, Value> {
    let methods = &config.token_endpoint_auth_methods_supported;
    let algorithms = &config.token_endpoint_auth_signing_alg_values_supported;
    let mut members = Map::new();
    for endpoint in ["token", "revocation", "introspection"] {
        let name = |what: &str| format!("{endpoint}_endpoint_{what}_supported");
        members.insert(name("auth_methods"), json!(methods));
        members.insert(name("auth_signing_alg_values"), json!(algorithms));
    }
    members.retain(|_, list| *list != json!([]));
    members
}
