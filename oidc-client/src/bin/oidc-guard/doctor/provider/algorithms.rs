//! What the provider signs with.

use oidc_runtime::Algorithm;

use super::Seen;
use crate::doctor::finding::Finding;
use crate::output::text::printable;

const CHECK: &str = "algorithms";
const ADVERTISED: &str = "id_token_signing_alg_values_supported";

pub(super) fn check(seen: &Seen<'_>) -> Finding {
    let Some(names) = seen.document.list(ADVERTISED) else {
        return Finding::note(CHECK, format!("`{ADVERTISED}` is missing"))
            .why("OpenID Connect Discovery §3 requires it; the keys decide then");
    };
    let (usable, others): (Vec<_>, Vec<_>) = names.iter().partition(|name| is_usable(seen, name));
    let list = |names: &[&&str]| {
        let names: Vec<_> = names.iter().map(|name| **name).collect();
        printable(&names.join(", "))
    };
    if usable.is_empty() {
        return Finding::problem(CHECK, format!("only {}", list(&others)))
            .why("none of them is accepted: symmetric signatures and `none` prove nothing to a server")
            .fix("have the provider sign with RS256, PS256, ES256 or EdDSA; check OIDC_ALGORITHMS");
    }
    let saw = format!("{} accepted", list(&usable));
    if others.is_empty() {
        return Finding::ok(CHECK, saw);
    }
    Finding::ok(CHECK, saw).why(format!(
        "tokens with {} would be rejected; choose another algorithm for this client",
        list(&others)
    ))
}

fn is_usable(seen: &Seen<'_>, name: &str) -> bool {
    name.parse::<Algorithm>()
        .is_ok_and(|algorithm| seen.accepted.contains(&algorithm))
}
