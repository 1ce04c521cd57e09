//! Who issued a token.

use super::{Case, Words};
use crate::output::text::printable;

pub(super) fn differs(case: &Case<'_>) -> bool {
    let found = case.token.text("iss").map(|iss| iss.trim_end_matches('/'));
    let trusted = case.expected.addresses();
    found.is_some_and(|found| trusted.iter().all(|one| one.trim_end_matches('/') != found))
}

pub(super) fn mismatch(case: &Case<'_>) -> Words {
    let found = case.token.text("iss").unwrap_or_default();
    let trusted = case.expected.addresses();
    let shown = printable(found);
    let message = format!(
        "its issuer is {shown}, the server trusts {}",
        trusted.join(" and ")
    );
    (message, fix(found, &trusted))
}

fn fix(found: &str, trusted: &[&str]) -> String {
    let shown = printable(found);
    let is_same = |normal: fn(&str) -> &str| trusted.iter().any(|one| normal(one) == normal(found));
    if is_same(|one| one.trim_end_matches('/')) {
        return format!("only the slash at the end differs: set OIDC_ISSUER={shown}");
    }
    if is_same(|one| one.split_once("://").map_or(one, |(_, rest)| rest)) {
        return "only http and https differ: have the provider use its public address (behind a proxy, \
                `X-Forwarded-Proto`)"
            .to_owned();
    }
    if found.starts_with("https://sts.windows.net/") {
        return "Entra ID: set `requestedAccessTokenVersion` to 2 in the manifest of the API's registration"
            .to_owned();
    }
    format!(
        "use a token of the server's provider, or point OIDC_DISCOVERY_URL at {shown}; to accept both, trust \
         it with OIDC_TRUST"
    )
}

pub(super) fn denied(case: &Case<'_>) -> Words {
    let name = &case.issuer().name;
    (
        format!("it is valid, and only routes whose rule names the issuer `{name}` let it in"),
        format!(
            "name it: #[oidc::required(issuer(\"own\", \"{name}\"))], or set OIDC_TRUST_{}_EVERYWHERE=true",
            name.to_ascii_uppercase()
        ),
    )
}

pub(super) fn unavailable(case: &Case<'_>) -> Words {
    let address = &case.issuer().address;
    (
        format!("the keys of {address} could not be read, so nothing is known about the signature"),
        format!("see what is wrong: oidc-guard doctor {address}"),
    )
}

pub(super) fn unanswered(case: &Case<'_>, code: &str) -> Words {
    let address = &case.issuer().address;
    let fix = match code {
        "introspection_unauthorized" => {
            "the issuer does not let this client ask: check OIDC_CLIENT_ID and OIDC_CLIENT_SECRET"
                .to_owned()
        }
        "client_assertion_unavailable" => {
            "check the file that OIDC_CLIENT_ASSERTION_FILE names".to_owned()
        }
        _ => format!("see what is wrong: oidc-guard doctor {address}"),
    };
    (
        format!("{address} was asked about it and gave no usable answer"),
        fix,
    )
}
