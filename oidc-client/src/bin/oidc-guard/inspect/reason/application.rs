//! Which application obtained a token.

use super::{Case, Words};
use crate::output::text::printable;

fn party<'c>(case: &'c Case<'_>) -> Option<&'c str> {
    let claims = ["azp", "client_id", "cid", "appid"];
    claims.iter().find_map(|claim| case.token.text(claim))
}

pub(super) fn differs(case: &Case<'_>) -> bool {
    let accepted = &case.issuer().parties;
    let is_accepted = |party: &str| accepted.iter().any(|name| name == party);
    !accepted.is_empty() && !party(case).is_some_and(is_accepted)
}

pub(super) fn explain(case: &Case<'_>) -> Words {
    let accepted = case.issuer().parties.join(", ");
    match party(case) {
        Some(party) => {
            let party = printable(party);
            (
                format!("it was issued to the application {party}, the server accepts {accepted}"),
                format!("add {party} to OIDC_AUTHORIZED_PARTIES, if it may call"),
            )
        }
        None => (
            format!(
                "it does not say which application it was issued to; the server accepts {accepted}"
            ),
            "have the provider add `azp` or `client_id`, or remove OIDC_AUTHORIZED_PARTIES"
                .to_owned(),
        ),
    }
}
