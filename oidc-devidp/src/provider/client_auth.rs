//! Client authentication (RFC 6749 §2.3).

use aws_lc_rs::constant_time;
use axum::http::HeaderMap;

use super::credentials::{Proof, credentials};
use super::oauth_error::OAuthError;
use super::params::Params;
use super::state::Provider;
use crate::config::{AuthMethod, Client};

impl Provider {
    /// The client that sent a request, once it is authenticated.
    pub(super) async fn authenticate(
        &self,
        headers: &HeaderMap,
        params: &Params,
    ) -> Result<Client, OAuthError> {
        let given = credentials(headers, params)?;
        let over_http = given.proof.is_over_http();
        let invalid = |text: &str| OAuthError::invalid_client(text, over_http);
        let client = self.client(&given.client_id).await;
        let client = client.map_err(|text| invalid(&text))?;
        if !client.authenticates_by(given.proof.method()) {
            return Err(invalid(refusal(&client, given.proof.method())));
        }
        match &given.proof {
            Proof::None => {}
            Proof::Basic(secret) | Proof::Post(secret) => {
                if !client
                    .client_secret
                    .as_ref()
                    .is_some_and(|known| equal(known, secret))
                {
                    return Err(invalid("wrong client secret"));
                }
            }
            Proof::Assertion(assertion) => {
                let checked = self.check_assertion(&client, assertion);
                checked.map_err(invalid)?;
            }
        }
        Ok(client)
    }
}

fn refusal(client: &Client, method: AuthMethod) -> &'static str {
    if client.is_public() {
        "a public client has no secret and no key"
    } else if method == AuthMethod::None {
        "the client has to authenticate"
    } else {
        "the client is registered for another way of authentication"
    }
}

fn equal(known: &str, sent: &str) -> bool {
    constant_time::verify_slices_are_equal(known.as_bytes(), sent.as_bytes()).is_ok()
}
