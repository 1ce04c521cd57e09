//! Trusted issuers from environment variables.

use super::builder::Issuer;
use super::introspection::{Introspect, IntrospectionBuilder};
use crate::config::client_auth::ClientAuthBuilder;
use crate::config::env::{algorithms, flag};
use crate::secret::Secret;

/// The issuers that `OIDC_TRUST` names, with their variables.
pub(in crate::config) fn trusted_from_variables(
    read: impl Fn(&str) -> Option<String>,
) -> Vec<(String, Issuer)> {
    let names = read("OIDC_TRUST").unwrap_or_default();
    let names = names.split_ascii_whitespace();
    names
        .map(|name| (name.to_owned(), issuer(name, &read)))
        .collect()
}

/// The variable of a setting, such as `OIDC_TRUST_PARTNER_AUDIENCE`.
pub(super) fn variable(name: &str, setting: &str) -> String {
    format!("OIDC_TRUST_{}_{setting}", name.to_ascii_uppercase())
}

fn issuer(name: &str, read: impl Fn(&str) -> Option<String>) -> Issuer {
    let read = |setting| read(&variable(name, setting));
    let words = |setting| -> Option<Vec<String>> {
        let text = read(setting)?;
        Some(text.split_ascii_whitespace().map(str::to_owned).collect())
    };
    Issuer {
        identifier: read("ISSUER"),
        jwks_uri: read("JWKS_URI"),
        audiences: words("AUDIENCE").unwrap_or_default(),
        algorithms: read("ALGORITHMS").as_deref().map(algorithms),
        scopes_from: read("SCOPES_FROM"),
        roles_from: words("ROLES_FROM"),
        roles_prefix: read("ROLES_PREFIX").unwrap_or_default(),
        everywhere: read("EVERYWHERE").as_deref().map(flag),
        tenant_claim: read("TEMPLATE"),
        tenants: words("TENANTS").unwrap_or_default(),
        introspection: IntrospectionBuilder {
            mode: read("INTROSPECTION")
                .as_deref()
                .map(Introspect::of_variable),
            token_prefix: read("TOKEN_PREFIX"),
            endpoint: None,
        },
        client_id: read("CLIENT_ID"),
        client_secret: read("CLIENT_SECRET").map(Secret::new),
        client_auth: ClientAuthBuilder::of_variables(|field| match field {
            "client_auth" => read("CLIENT_AUTH"),
            "client_auth.key" => read("CLIENT_KEY_FILE"),
            "client_auth.key_id" => read("CLIENT_KEY_ID"),
            "client_auth.assertion" => read("CLIENT_ASSERTION_FILE"),
            _ => None,
        }),
        any_tenant: read("INSECURE_ANY_TENANT").as_deref().map(flag),
        ..Issuer::new(read("DISCOVERY_URL"))
    }
}
