//! Providers whose discovery document speaks for many tenants, each of which is an issuer.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// What stands for the tenant in the issuer of the discovery document.
const PLACEHOLDER: &str = "{tenantid}";

/// How the issuers of such a provider are recognized.
#[derive(Clone, Debug)]
pub(crate) struct IssuerTemplate {
    /// The claim that names the tenant.
    pub(crate) claim: String,
    pub(crate) tenants: Tenants,
}

/// The tenants whose users are accepted.
#[derive(Clone, Debug)]
pub(crate) enum Tenants {
    These(BTreeSet<String>),
    Any,
}

impl IssuerTemplate {
    /// Whether tokens of this issuer are to be looked at: it is the pattern with an accepted tenant.
    pub(crate) fn covers(&self, issuer: &str, pattern: &str) -> bool {
        tenant_of(issuer, pattern).is_some_and(|tenant| self.accepts(tenant))
    }

    /// Whether tokens of this issuer may have to be looked at, as long as the pattern is not known.
    pub(crate) fn may_cover(&self, issuer: &str) -> bool {
        match &self.tenants {
            Tenants::These(tenants) => tenants.iter().any(|tenant| issuer.contains(tenant)),
            Tenants::Any => true,
        }
    }

    /// Whether the claims name an accepted tenant, whose issuer this is.
    pub(super) fn is_issuer(&self, issuer: &str, pattern: &str, payload: &[u8]) -> bool {
        let claims: Map<String, Value> = serde_json::from_slice(payload).unwrap_or_default();
        let tenant = claims.get(&self.claim).and_then(Value::as_str);
        tenant.is_some_and(|tenant| self.accepts(tenant) && expand(pattern, tenant) == issuer)
    }

    /// Whether a key that is restricted to the issuers of this pattern serves an issuer.
    pub(super) fn serves(key_pattern: &str, issuer: &str, pattern: &str) -> bool {
        tenant_of(issuer, pattern).is_some_and(|tenant| expand(key_pattern, tenant) == issuer)
    }

    fn accepts(&self, tenant: &str) -> bool {
        is_uuid(tenant)
            && match &self.tenants {
                Tenants::These(tenants) => tenants.contains(tenant),
                Tenants::Any => true,
            }
    }
}

fn tenant_of<'i>(issuer: &'i str, pattern: &str) -> Option<&'i str> {
    let (start, end) = pattern.split_once(PLACEHOLDER)?;
    issuer.strip_prefix(start)?.strip_suffix(end)
}

fn expand(pattern: &str, tenant: &str) -> String {
    pattern.replace(PLACEHOLDER, tenant)
}

/// Whether the issuer of a discovery document speaks for many tenants.
pub(crate) fn is_pattern(issuer: &str) -> bool {
    issuer.contains(PLACEHOLDER)
}

/// Whether it contains the placeholder once, so that it can be used.
pub(crate) fn is_usable_pattern(issuer: &str) -> bool {
    issuer.matches(PLACEHOLDER).count() == 1
}

/// Whether this is the text of a UUID (RFC 9562 §4).
pub(crate) fn is_uuid(text: &str) -> bool {
    let dashes = [8, 13, 18, 23];
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| {
            if dashes.contains(&at) {
                byte == b'-'
            } else {
                byte.is_ascii_hexdigit()
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATTERN: &str = "https://login.example/{tenantid}/v2.0";
    const TENANT: &str = "9122040d-6c67-4c5b-b112-36a304b66dad";
    const OTHER: &str = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

    fn template() -> IssuerTemplate {
        IssuerTemplate {
            claim: "tid".into(),
            tenants: Tenants::These([TENANT.to_owned()].into()),
        }
    }

    fn issuer(tenant: &str) -> String {
        expand(PATTERN, tenant)
    }

    #[test]
    fn an_issuer_is_the_pattern_with_an_accepted_tenant() {
        let template = template();
        assert!(template.covers(&issuer(TENANT), PATTERN));
        for other in [
            issuer(OTHER),
            issuer(&TENANT.to_uppercase()),
            issuer("{tenantid}"),
            issuer(""),
            issuer(&format!("{TENANT}/v2.0/{TENANT}")),
            format!("{}/", issuer(TENANT)),
            PATTERN.to_owned(),
        ] {
            assert!(!template.covers(&other, PATTERN), "{other}");
        }
        let any = IssuerTemplate {
            tenants: Tenants::Any,
            ..template
        };
        assert!(any.covers(&issuer(OTHER), PATTERN));
        assert!(!any.covers(&issuer("common"), PATTERN));
    }

    #[test]
    fn an_issuer_without_an_accepted_tenant_need_not_be_waited_for() {
        let template = template();
        assert!(template.may_cover(&issuer(TENANT)));
        assert!(!template.may_cover(&issuer(OTHER)));
        let any = IssuerTemplate {
            tenants: Tenants::Any,
            ..template
        };
        assert!(any.may_cover(&issuer(OTHER)));
    }

    #[test]
    fn the_claim_and_the_issuer_name_the_same_tenant() {
        let template = template();
        let is = |claims: &str| template.is_issuer(&issuer(TENANT), PATTERN, claims.as_bytes());
        assert!(is(&format!(r#"{{"tid":"{TENANT}"}}"#)));
        for claims in [
            "{}".to_owned(),
            format!(r#"{{"tid":"{OTHER}"}}"#),
            format!(r#"{{"tid":["{TENANT}"]}}"#),
            format!(r#"{{"tid":"{TENANT} "}}"#),
        ] {
            assert!(!is(&claims), "{claims}");
        }
    }

    #[test]
    fn a_key_serves_the_issuers_of_its_own_pattern() {
        let serves = |key: &str| IssuerTemplate::serves(key, &issuer(TENANT), PATTERN);
        assert!(serves(PATTERN));
        assert!(serves(&issuer(TENANT)));
        assert!(!serves(&issuer(OTHER)));
        assert!(!serves("https://other.example/{tenantid}/v2.0"));
    }
}
