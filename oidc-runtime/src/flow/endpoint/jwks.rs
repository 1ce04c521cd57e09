//! The public half of the client's key, for the provider (RFC 7517 §5, RFC 7523 §3).

use serde_json::json;

use crate::answer::Response;
use crate::client_auth::ClientKeyPair;
use crate::flow::call::Call;

/// An empty set without a key. It needs no provider.
pub(super) fn jwks(call: &Call<'_>) -> Response {
    let key = call.oidc.config().own.credentials.key();
    let keys: Vec<_> = key.into_iter().map(ClientKeyPair::public_jwk).collect();
    Response::json(200, &json!({ "keys": keys }))
}
