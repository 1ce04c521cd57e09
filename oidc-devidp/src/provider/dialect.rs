//! How tokens and metadata differ from the standard's while a [`Preset`] is on.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::accept::Accepted;
use super::grant::Grant;
use super::oauth_error::OAuthError;
use super::state::Provider;
use crate::config::{AccessTokens, Client, Preset};
use crate::endpoint::Endpoint;

/// The claims where Keycloak has roles.
const KEYCLOAK_ROLES: [&str; 2] = ["realm_access", "resource_access"];

impl Provider {
    /// The header parameter `typ` of access tokens.
    pub(crate) fn access_token_type(&self) -> &'static str {
        match self.config.preset {
            Some(Preset::Keycloak | Preset::EntraId | Preset::Auth0) => "JWT",
            // RFC 9068 §2.1.
            None | Some(Preset::Google) => "at+jwt",
        }
    }

    pub(super) fn has_opaque_access_tokens(&self, client: &Client, grant: &Grant) -> bool {
        if let Some(form) = self.config.access_tokens_of(client) {
            return form == AccessTokens::Opaque;
        }
        match self.config.preset {
            Some(Preset::Google) => true,
            Some(Preset::Auth0) => grant.is_for_client_itself(),
            _ => false,
        }
    }

    /// Whether ID tokens of the token endpoint have it (OpenID Connect Core §3.1.3.6: optional).
    pub(super) fn has_at_hash(&self) -> bool {
        self.config.preset != Some(Preset::EntraId)
    }

    /// Whether token responses have `refresh_expires_in`, which no standard knows.
    pub(super) fn tells_refresh_lifetime(&self) -> bool {
        matches!(self.config.preset, None | Some(Preset::Keycloak))
    }

    pub(super) fn adapt_access_claims(&self, claims: &mut Map<String, Value>, grant: &Grant) {
        match self.config.preset {
            Some(Preset::Keycloak) => {
                remove(claims, &["client_id"]);
                claims.insert("typ".to_owned(), json!("Bearer"));
                claims.extend(grant.sid.as_ref().map(|sid| ("sid".to_owned(), json!(sid))));
            }
            Some(Preset::EntraId) => {
                remove(claims, &["client_id", "acr", "auth_time"]);
                let scope = claims.remove("scope").unwrap_or_default();
                claims.insert("scp".to_owned(), scope);
                identify(claims, &grant.sub);
                if !grant.is_for_client_itself() {
                    let sub = pairwise(&grant.sub, &grant.audience.join(" "));
                    claims.insert("sub".to_owned(), json!(sub));
                }
            }
            Some(Preset::Auth0) => {
                remove(claims, &["client_id"]);
                if grant.has_scope("openid") && !grant.is_for_client_itself() {
                    let userinfo = format!("{}{}", self.base(), Endpoint::Userinfo.path());
                    let audience = grant.audience.iter().chain([&userinfo]);
                    claims.insert("aud".to_owned(), audience.cloned().collect());
                }
            }
            None | Some(Preset::Google) => {}
        }
    }

    pub(super) fn adapt_id_claims(&self, claims: &mut Map<String, Value>, grant: &Grant) {
        match self.config.preset {
            Some(Preset::Keycloak) => {
                remove(claims, &KEYCLOAK_ROLES);
                claims.insert("typ".to_owned(), json!("ID"));
            }
            Some(Preset::Google) => remove(claims, &["sid", "acr", "auth_time"]),
            Some(Preset::EntraId) => {
                remove(claims, &["sid", "acr", "auth_time"]);
                identify(claims, &grant.sub);
            }
            None | Some(Preset::Auth0) => {}
        }
    }

    pub(super) fn adapt_userinfo(&self, claims: &mut Map<String, Value>) {
        if self.config.preset == Some(Preset::Keycloak) {
            remove(claims, &KEYCLOAK_ROLES);
        }
    }

    pub(super) fn adapt_metadata(&self, metadata: &mut Map<String, Value>) {
        let Some(preset) = self.config.preset else {
            return;
        };
        if !preset.sends_logout_tokens() {
            let backchannel = [
                "backchannel_logout_supported",
                "backchannel_logout_session_supported",
            ];
            remove(metadata, &backchannel);
        }
        if !preset.names_issuer() {
            remove(
                metadata,
                &["authorization_response_iss_parameter_supported"],
            );
        }
        if preset != Preset::Keycloak {
            remove_endpoint(metadata, "introspection_endpoint");
        }
        match preset {
            Preset::Google => remove(metadata, &["end_session_endpoint"]),
            Preset::EntraId => {
                remove_endpoint(metadata, "revocation_endpoint");
                let types = json!(["pairwise"]);
                metadata.insert("subject_types_supported".to_owned(), types);
            }
            Preset::Keycloak | Preset::Auth0 => {}
        }
    }

    pub(super) fn check_scopes(&self, scopes: &[String]) -> Result<(), OAuthError> {
        let google = self.config.preset == Some(Preset::Google);
        if google && scopes.iter().any(|scope| scope == "offline_access") {
            let text = "offline_access is not a scope of this provider";
            return Err(OAuthError::new("invalid_scope", text));
        }
        Ok(())
    }

    /// Whether the userinfo endpoint takes this token of ours.
    pub(super) fn is_for_userinfo(&self, token: &Accepted) -> bool {
        self.config.preset != Some(Preset::EntraId) || token.is_for_client_itself()
    }
}

/// The claims of Entra ID that tell the same user to all applications of a tenant.
fn identify(claims: &mut Map<String, Value>, sub: &str) {
    claims.insert("oid".to_owned(), json!(pairwise(sub, Preset::TENANT)));
    claims.insert("tid".to_owned(), json!(Preset::TENANT));
    claims.insert("ver".to_owned(), json!("2.0"));
}

/// What stands for a user in one place (OpenID Connect Core §8.1).
fn pairwise(sub: &str, place: &str) -> String {
    let hash = digest(&SHA256, format!("{place} {sub}").as_bytes());
    URL_SAFE_NO_PAD.encode(hash)
}

fn remove(members: &mut Map<String, Value>, names: &[&str]) {
    for name in names {
        members.remove(*name);
    }
}

/// Removes an endpoint, and how clients authenticate there.
fn remove_endpoint(metadata: &mut Map<String, Value>, endpoint: &str) {
    metadata.retain(|name, _| !name.starts_with(endpoint));
}
