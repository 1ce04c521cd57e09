//! Kinds of tokens that are no access tokens.

use super::{Case, Words};
use crate::output::text::printable;

/// Claims that only other kinds of tokens have, and what those are called.
const MARKS: [(&str, &str); 5] = [
    ("nonce", "an ID token"),
    ("at_hash", "an ID token"),
    ("c_hash", "an ID token"),
    ("s_hash", "an ID token"),
    ("events", "a logout token"),
];

const SEND_ACCESS: &str = "send the access token: ID tokens are for the client that signs a user in, and prove \
                           nothing to an API";

pub(super) fn other(case: &Case<'_>) -> Words {
    if let Some((claim, kind)) = MARKS
        .iter()
        .find(|(claim, _)| case.token.claim(claim).is_some())
    {
        return (
            format!("it has the claim `{claim}`, so it is {kind} and not an access token"),
            format!(
                "{SEND_ACCESS} (authentik copies `nonce` into the first access token: refresh once)"
            ),
        );
    }
    for claim in ["typ", "token_use"] {
        let other = case
            .token
            .text(claim)
            .filter(|kind| !matches!(*kind, "Bearer" | "access"));
        if let Some(kind) = other {
            let message = format!(
                "its `{claim}` is {:?}: not an access token",
                printable(kind)
            );
            return (message, SEND_ACCESS.to_owned());
        }
    }
    (
        "nothing marks it as an access token, and its audience is the client's, as in an ID token".to_owned(),
        "if it is an ID token, send the access token; else give the API an audience of its own at the provider \
         and set OIDC_AUDIENCE"
            .to_owned(),
    )
}

pub(super) fn type_of_header(case: &Case<'_>) -> Words {
    let typ = case
        .token
        .header("typ")
        .map(ToString::to_string)
        .unwrap_or_default();
    (
        format!(
            "its header has the `typ` {}, access tokens have JWT or at+jwt",
            printable(&typ)
        ),
        "send the access token, not a logout token, refresh token or proof".to_owned(),
    )
}

pub(super) fn is_bound(case: &Case<'_>) -> bool {
    case.token.claim("cnf").is_some()
}

pub(super) fn bound(case: &Case<'_>) -> Words {
    let member = |name: &str| {
        case.token
            .claim("cnf")
            .and_then(|cnf| cnf.get(name))
            .is_some()
    };
    let to = if member("x5t#S256") {
        "a TLS client certificate (RFC 8705)"
    } else if member("jkt") {
        "a key, by DPoP (RFC 9449)"
    } else {
        "a key"
    };
    let fix = if member("x5t#S256") {
        "switch certificate-bound tokens off for this client; or have a gateway compare certificates and set \
         OIDC_BOUND_TOKENS=checked-by-gateway"
    } else {
        "switch DPoP off for this client: the server takes bearer tokens"
    };
    (
        format!("it is bound to {to} (`cnf`), so it is of no use to a bearer alone"),
        fix.to_owned(),
    )
}
