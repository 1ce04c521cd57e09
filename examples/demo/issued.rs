//! Tokens for the page that nobody signs in for: one of a partner's provider, and an opaque one.

use std::sync::Arc;

use oidc::Oidc;
use oidc_devidp::{Endpoint, TestIdp};
use serde_json::{Value, json};

/// How long a token is valid, in seconds.
const LIFETIME: i64 = 300;

/// The development providers in this process, if there are some; they run until they are dropped.
#[derive(Clone)]
pub(crate) struct Issued(pub(super) Option<Arc<TestIdp>>);

impl Issued {
    /// A token of alice: `partner` is a JWT of the partner's provider, `opaque` a random text of our own.
    pub(crate) fn issue(&self, kind: &str) -> Option<Value> {
        let idp = self.0.as_ref()?;
        let token = match kind {
            "partner" => idp.other("partner").token(),
            "opaque" => idp.token().opaque(),
            _ => return None,
        };
        let token = token.scope("openid profile").expires_in(LIFETIME).mint();
        Some(json!({ "access_token": token, "expires_in": LIFETIME }))
    }

    /// Revokes a token at our own provider (RFC 7009), and has this application forget what it knows of
    /// the token. Without that, a revoked token would be accepted for up to 30 seconds more.
    pub(crate) async fn revoke(&self, oidc: &Oidc, token: &str) -> reqwest::Result<()> {
        let Some(idp) = &self.0 else { return Ok(()) };
        let url = format!("{}{}", idp.issuer(), Endpoint::Revocation.path());
        let form = [("token", token), ("client_id", idp.client_id())];
        let response = reqwest::Client::new().post(url).form(&form).send().await?;
        response.error_for_status()?;
        oidc.evict_token(token);
        Ok(())
    }
}
