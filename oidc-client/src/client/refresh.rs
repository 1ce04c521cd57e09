//! From a refresh token to new tokens (RFC 6749 §6).

use crate::clock::SharedClock;
use crate::error::{Error, Reason};
use crate::http::{Http, Refusal, token};
use crate::keeper::{Renew, Renewal};
use crate::server::Server;
use crate::token::Token;

/// Renews tokens at the application.
#[derive(Debug)]
pub(super) struct Refresh {
    pub(super) server: Server,
    pub(super) http: Http,
    pub(super) clock: SharedClock,
}

impl Renew for Refresh {
    async fn renew(&self, old: Option<&Token>) -> Result<Token, Renewal> {
        let old = old.ok_or(Renewal::Ended(Reason::NoToken))?;
        let refresh_token = old.refresh_token().ok_or(Renewal::Ended(Reason::Expired))?;
        let url = self.server.token_url().clone();
        let sent = self
            .http
            .post(url, &[("refresh-token", refresh_token)])
            .await;
        let answer = sent.map_err(Renewal::Failed)?;
        match token(&answer, self.clock.now()) {
            Ok(new) => Ok(continued(new, old)),
            Err(Error::Refused(refusal)) if is_definite(&refusal) => {
                Err(Renewal::Ended(Reason::Ended))
            }
            Err(error) => Err(Renewal::Failed(error)),
        }
    }
}

/// A response without a refresh token or scope leaves the old ones in force (RFC 6749 §6).
fn continued(mut new: Token, old: &Token) -> Token {
    if new.refresh_token.is_none() {
        new.refresh_token.clone_from(&old.refresh_token);
        new.refresh_expires = old.refresh_expires;
    }
    if new.scope.is_none() {
        new.scope.clone_from(&old.scope);
    }
    new
}

/// Whether the refresh token is meant, and for good (RFC 6749 §5.2; the others are codes of OpenID Connect
/// Core §3.1.2.6 that providers give here as well). py-oidc-auth has no code for a session of its own that
/// has ended. A page of a proxy has neither code nor description.
fn is_definite(refusal: &Refusal) -> bool {
    match refusal.code() {
        Some(code) => matches!(
            code,
            "invalid_grant" | "interaction_required" | "login_required" | "consent_required"
        ),
        None => refusal.status() == 401 && refusal.is_described,
    }
}
