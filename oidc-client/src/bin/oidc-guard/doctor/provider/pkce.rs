//! Proof Key for Code Exchange (RFC 7636).

use super::Seen;
use crate::doctor::finding::Finding;
use crate::output::text::printable;

const CHECK: &str = "pkce";
const ADVERTISED: &str = "code_challenge_methods_supported";

pub(super) fn check(seen: &Seen<'_>) -> Finding {
    match seen.document.list(ADVERTISED) {
        Some(methods) if methods.contains(&"S256") => Finding::ok(CHECK, "S256"),
        Some(methods) => Finding::problem(CHECK, format!("only {:?}", printable(&methods.join(", "))))
            .why("every sign-in sends a challenge with S256; with another method a stolen code is of use")
            .fix("allow S256 at the provider, for this client"),
        None => Finding::note(CHECK, format!("`{ADVERTISED}` is missing"))
            .why("every sign-in sends a challenge with S256; some providers support it and do not say so")
            .fix("try a sign-in; if the provider rejects `code_challenge`, it has to be updated"),
    }
}
