//! For whom a token is.

use super::{Case, Words};
use crate::output::text::printable;

pub(super) fn differs(case: &Case<'_>) -> bool {
    let wanted = &case.issuer().audiences;
    let found = case.token.strings("aud");
    !found.is_empty()
        && !found
            .iter()
            .any(|one| wanted.iter().any(|wanted| wanted == one))
}

pub(super) fn explain(case: &Case<'_>) -> Words {
    let wanted = case.issuer().audiences.join(" or ");
    let found = printable(&case.token.strings("aud").join(", "));
    let message = format!("its audience is {found}, the server wants {wanted}");
    (message, fix(case, &found, &wanted))
}

fn fix(case: &Case<'_>, found: &str, wanted: &str) -> String {
    const GRAPH: &str = "00000003-0000-0000-c000-000000000000";
    match found {
        GRAPH => {
            "it is for Microsoft Graph: request a scope of your API, api://CLIENT/SCOPE".to_owned()
        }
        "account" => format!(
            "Keycloak adds no audience by itself: add an Audience mapper for {wanted}; never accept `account`"
        ),
        _ if found.starts_with("api://") && !wanted.starts_with("api://") => format!(
            "Entra ID: set `requestedAccessTokenVersion` to 2 in the API's manifest; elsewhere set \
             OIDC_AUDIENCE={found}"
        ),
        _ if case.issuer().name == "own" => format!(
            "have the provider issue tokens for {wanted}; or set OIDC_AUDIENCE={found}, if that stands for \
             this server and for no other"
        ),
        _ => format!(
            "have the issuer issue tokens for {wanted}; or change OIDC_TRUST_{}_AUDIENCE",
            case.issuer().name.to_ascii_uppercase()
        ),
    }
}
