//! For applications that receive a token otherwise than in the `Authorization` field.

use super::decide::Decision;
use super::report_token;
use crate::answer::Rejection;
use crate::client::{Credentials, Named, Oidc};
use crate::request::{NoRequest, RequestParts};
use crate::token::Principal;

impl Oidc {
    /// Verifies an access token that did not come in an `Authorization` header, such as the first
    /// message of a WebSocket.
    ///
    /// It decides as the guards do: by the cache of verified tokens, by the provider's keys, which
    /// are fetched if the token needs newer ones, and by the policies of
    /// [`OidcBuilder::require`](crate::OidcBuilder::require). Pass the token alone, without
    /// `Bearer`.
    ///
    /// There is no request. The checks of those policies, and the function of
    /// [`OidcBuilder::error_response`](crate::OidcBuilder::error_response), get
    /// [`RequestParts`] whose method and path are empty, and which have no query, header,
    /// parameter, state or extension.
    ///
    /// The result holds for the moment of the call. Close a long connection when the token
    /// expires, see [`Principal::expires_at`].
    ///
    /// ```
    /// use oidc::{Oidc, Rejection};
    ///
    /// async fn first_message(oidc: &Oidc, message: &str) -> Result<String, Rejection> {
    ///     let user = oidc.verify_access_token(message.trim()).await?;
    ///     Ok(format!("Welcome, {}", user.subject()))
    /// }
    /// ```
    ///
    /// # Errors
    /// The rejection that a guard would respond with: of status 400 for text that is not a bearer
    /// token (RFC 6750 §2.1), 401 for a token that is not valid, 403 (401 with `acr` or
    /// `max_age`) if a policy denies the user, 503 while the provider is needed and cannot be
    /// reached. It is logged and counted once, by this method.
    pub async fn verify_access_token(&self, token: &str) -> Result<Principal, Rejection> {
        let credentials = Credentials::Bearer(token.as_bytes());
        let caller = match self.authenticate_now(credentials, Named::default()) {
            Some(caller) => caller,
            None => Box::pin(self.authenticate_later(credentials, Named::default())).await,
        };
        let request = RequestParts::new(&NoRequest);
        let verdict = match Decision::Caller(caller).now(self, None, &request) {
            Ok(verdict) => verdict,
            Err(decision) => Box::pin(decision.later(self, None, &request)).await,
        };
        let rejection = match verdict.seen() {
            Ok(Some(token)) => return Ok(Principal::new(token)),
            Ok(None) => self.missing().clone(),
            Err(rejection) => rejection,
        };
        report_token(rejection.refusal());
        Err(self.worded(rejection, None, &request))
    }
}
