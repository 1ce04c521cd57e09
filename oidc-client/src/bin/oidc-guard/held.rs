//! What is said about a token without showing it.

use std::time::{SystemTime, UNIX_EPOCH};

use oidc_client::Token;
use serde_json::{Value, json};

use crate::inspect::when::moment;
use crate::output::Output;
use crate::output::text::printable;

/// The members that describe a token in JSON.
pub(crate) fn to_json(address: &str, token: &Token) -> Value {
    json!({
        "address": address,
        "expires": seconds(token.expires()),
        "refreshable": token.refresh_token().is_some(),
        "refresh_expires": seconds(token.refresh_expires()),
        "scope": token.scope(),
    })
}

/// Tells if the token was not stored.
pub(crate) fn warn_unless_stored(token: &Token, output: Output) {
    if let Some(error) = token.not_stored() {
        let error = printable(&error.to_string());
        output.warning(
            "not_stored",
            &format!("the new tokens are not kept: {error}"),
        );
    }
}

/// The end of its validity, in words.
pub(crate) fn to_text(token: &Token, now: SystemTime) -> String {
    let mut text = match seconds(token.expires()) {
        #[expect(clippy::cast_precision_loss, reason = "dates are far below")]
        Some(at) if token.expires() <= Some(now) => format!("expired {}", moment(at as f64, now)),
        #[expect(clippy::cast_precision_loss, reason = "dates are far below")]
        Some(at) => format!("expires {}", moment(at as f64, now)),
        None => "expires at a time that the server does not tell".to_owned(),
    };
    if token.refresh_token().is_some() {
        text.push_str(", and is renewed");
    }
    if let Some(scope) = token.scope() {
        text.push_str("; scopes: ");
        text.push_str(&printable(scope));
    }
    text
}

/// In seconds since 1970.
pub(crate) fn seconds(time: Option<SystemTime>) -> Option<u64> {
    let since = time?.duration_since(UNIX_EPOCH).ok()?;
    Some(since.as_secs())
}
