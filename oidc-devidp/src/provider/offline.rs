//! Which grants bring a refresh token.

use super::authorization_request::{AuthorizationRequest, Prompt};
use super::grant::Offline;
use super::state::Provider;
use super::store::Session;
use crate::config::{Client, RefreshTokens};
use crate::sync::lock;

impl Provider {
    pub(super) fn offline_of_browser(
        &self,
        request: &AuthorizationRequest,
        scopes: &[String],
        session: &Session,
    ) -> Offline {
        let client = &request.target.client;
        match client.refresh_tokens {
            RefreshTokens::AccessType if request.access_type_offline => {
                let consent = (client.client_id.clone(), session.sub.clone());
                let is_first = lock(&self.store).offline_consents.insert(consent);
                if is_first || request.requires(Prompt::Consent) {
                    Offline::Beyond
                } else {
                    Offline::No
                }
            }
            RefreshTokens::AccessType => Offline::No,
            _ => by_scope(client, scopes),
        }
    }
}

pub(super) fn offline_of_device(client: &Client, scopes: &[String]) -> Offline {
    match client.refresh_tokens {
        RefreshTokens::AccessType => Offline::Beyond,
        _ => by_scope(client, scopes),
    }
}

/// OpenID Connect Core §11.
fn by_scope(client: &Client, scopes: &[String]) -> Offline {
    if scopes.iter().any(|scope| scope == "offline_access") {
        Offline::Beyond
    } else if client.refresh_tokens == RefreshTokens::Always {
        Offline::WithSession
    } else {
        Offline::No
    }
}
