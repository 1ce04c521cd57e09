//! Whether the document is that of the address it was found at.

use url::Url;

use super::Seen;
use crate::doctor::document::location;
use crate::doctor::finding::Finding;
use crate::output::text::printable;

const CHECK: &str = "issuer";
const WHY: &str = "every token names its issuer, and a server trusts the document only if it is \
                   that of the issuer it was told about (OpenID Connect Discovery §4.3)";

pub(super) fn check(seen: &Seen<'_>) -> Finding {
    let issuer = seen.document.issuer();
    let shown = printable(issuer);
    if issuer.is_empty() {
        return Finding::problem(CHECK, "the document has no `issuer`")
            .why(WHY)
            .fix("check the address: this is no discovery document");
    }
    if issuer.contains('{') {
        return Finding::problem(CHECK, format!("the issuer {shown} has a placeholder"))
            .why("no token has such an issuer: the document speaks for many tenants")
            .fix(
                "put the ID of one tenant into OIDC_DISCOVERY_URL; other tenants can be trusted \
                  beside it with OIDC_TRUST and a template",
            );
    }
    let expected = location(&seen.asked);
    if configured(seen) == Some(issuer) {
        return Finding::ok(CHECK, format!("{shown}, as OIDC_ISSUER says"));
    }
    if issuer.trim_end_matches('/') == expected {
        return Finding::ok(CHECK, shown);
    }
    let saw = format!("the document at {expected} names the issuer {shown}");
    Finding::problem(CHECK, saw)
        .why(WHY)
        .fix(fix(issuer, &seen.asked))
}

fn configured<'s>(seen: &Seen<'s>) -> Option<&'s str> {
    seen.settings
        .and_then(|settings| settings.get("OIDC_ISSUER"))
}

fn fix(issuer: &str, asked: &Url) -> String {
    let shown = printable(issuer);
    let Ok(named) = Url::parse(issuer) else {
        return "correct the provider's issuer, which has to be a URL".to_owned();
    };
    let same_place = named.host_str() == asked.host_str() && named.port() == asked.port();
    if same_place && named.scheme() != asked.scheme() {
        format!(
            "if {shown} works, configure that address; otherwise have the proxy in front of the \
             provider pass the scheme on (`X-Forwarded-Proto`)"
        )
    } else if named.host_str() == asked.host_str() {
        format!("configure OIDC_DISCOVERY_URL={shown}")
    } else {
        format!(
            "configure OIDC_DISCOVERY_URL={shown}; if only this address can be reached from the \
             server, keep it and set OIDC_ISSUER={shown}"
        )
    }
}
