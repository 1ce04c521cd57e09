//! The credentials of a service account.

use std::sync::Arc;

use super::auth::{ClientAuth, Kind};
use crate::client_auth::ClientCredentials;
use crate::secret::Secret;

/// What the account authenticates with; the error describes the problem. A service account is never a
/// public client (RFC 6749 §4.4).
pub(in crate::config) fn credentials(
    auth: Option<ClientAuth>,
    secret: Option<Secret>,
) -> Result<ClientCredentials, String> {
    if secret
        .as_ref()
        .is_some_and(|secret| secret.expose().is_empty())
    {
        return Err("the secret is empty".to_owned());
    }
    match (auth.map(|auth| auth.0), secret) {
        (None, Some(secret)) => Ok(ClientCredentials::Secret {
            secret,
            method: None,
        }),
        (Some(Kind::Secret(method)), Some(secret)) => Ok(ClientCredentials::Secret {
            secret,
            method: Some(method),
        }),
        (Some(Kind::Key(key)), None) => Ok(ClientCredentials::Key {
            pair: Arc::new(key.load().map_err(|problem| format!("the key {problem}"))?),
            audience: None,
        }),
        (Some(Kind::Assertion(source)), None) => Ok(ClientCredentials::Assertion(source)),
        (Some(Kind::Key(_) | Kind::Assertion(_)), Some(_)) => {
            Err("a secret is set beside a key or an assertion; set only one".to_owned())
        }
        (None | Some(Kind::Secret(_) | Kind::None), _) => {
            Err("a service account needs a secret, a key or an assertion".to_owned())
        }
    }
}
