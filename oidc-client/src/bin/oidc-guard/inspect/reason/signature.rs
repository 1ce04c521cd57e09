//! Who signed a token, and with what.

use super::{Case, Words};
use crate::output::text::printable;

fn header(case: &Case<'_>, name: &str) -> String {
    let value = case.token.header(name).and_then(|value| value.as_str());
    printable(value.unwrap_or("none"))
}

pub(super) fn algorithm(case: &Case<'_>) -> Words {
    let found = header(case, "alg");
    let accepted = &case.issuer().algorithms;
    if accepted.contains(&found) {
        return (
            format!(
                "it is signed with {found}, and the provider's key for it is for another algorithm"
            ),
            "use a token of this provider; if it is, its key set is wrong: run `oidc-guard doctor`"
                .to_owned(),
        );
    }
    let fix = if found.starts_with("HS") {
        "have the provider sign with an asymmetric algorithm: whoever can check HS signatures can forge them"
    } else if found == "none" {
        "have the provider sign its tokens: this one is anybody's"
    } else {
        "have the provider sign with an accepted algorithm; if OIDC_ALGORITHMS is set, check it"
    };
    (
        format!(
            "it is signed with {found}, the server accepts {}",
            accepted.join(", ")
        ),
        fix.to_owned(),
    )
}

pub(super) fn unknown_key(case: &Case<'_>) -> Words {
    let issuer = &case.issuer().address;
    (
        format!("it is signed by the key {}, which {issuer} does not publish", header(case, "kid")),
        "sign in again: the key may have been withdrawn; else the token is of another provider, realm or \
         environment with the same issuer"
            .to_owned(),
    )
}

pub(super) fn no_key() -> Words {
    (
        "it does not say which key signed it (`kid`), and too many keys fit".to_owned(),
        "have the provider set `kid` in tokens".to_owned(),
    )
}

pub(super) fn invalid(case: &Case<'_>) -> Words {
    let kid = header(case, "kid");
    (
        format!("its signature is not that of the provider's key {kid}: it was changed or forged"),
        "copy the token again, to the last character; a Microsoft Graph token looks like this, too: request a \
         scope of your own API"
            .to_owned(),
    )
}

pub(super) fn extension(case: &Case<'_>) -> Words {
    let names = ["crit", "b64", "zip"];
    let found = names
        .into_iter()
        .find(|name| case.token.header(name).is_some());
    (
        format!(
            "its header demands the extension `{}`",
            found.unwrap_or("crit")
        ),
        "have the provider leave it out".to_owned(),
    )
}
