//! Which grants bring a refresh token.

use super::authorization_request::{AuthorizationRequest, Prompt};
use super::grant::Offline;
use super::grant_type::REFRESH_TOKEN;
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
        if !client.may_use(REFRESH_TOKEN) {
            return Offline::No;
        }
        match self.config.refresh_tokens(client) {
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
            sign_ins => by_scope(sign_ins, scopes),
        }
    }

    pub(super) fn offline_of_device(&self, client: &Client, scopes: &[String]) -> Offline {
        match self.config.refresh_tokens(client) {
            _ if !client.may_use(REFRESH_TOKEN) => Offline::No,
            RefreshTokens::AccessType => Offline::Beyond,
            sign_ins => by_scope(sign_ins, scopes),
        }
    }
}

/// OpenID Connect Core §11.
fn by_scope(sign_ins: RefreshTokens, scopes: &[String]) -> Offline {
    if scopes.iter().any(|scope| scope == "offline_access") {
        Offline::Beyond
    } else if sign_ins == RefreshTokens::Always {
        Offline::WithSession
    } else {
        Offline::No
    }
}
