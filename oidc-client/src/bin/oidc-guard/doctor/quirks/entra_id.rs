//! Microsoft Entra ID.

use super::{CHECK, Finding, Seen, segments};
use crate::output::text::printable;

/// Where it is, national clouds and External ID included.
pub(super) const DOMAINS: [&str; 5] = [
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
    "ciamlogin.com",
    "sts.windows.net",
];

pub(super) fn check(seen: &Seen<'_>) -> Vec<Finding> {
    let path = segments(&seen.asked);
    let tenant = path.first().copied().unwrap_or_default();
    let findings = [
        tenant_finding(tenant),
        version(&path, tenant),
        resource(seen),
        scope(seen),
    ];
    findings.into_iter().flatten().collect()
}

fn tenant_finding(tenant: &str) -> Option<Finding> {
    if matches!(tenant, "common" | "organizations" | "consumers") {
        return Some(
            Finding::problem(CHECK, format!("the tenant is `{tenant}`"))
                .why("tokens name the tenant of the user, so none has the issuer of this document")
                .fix(
                    "configure one tenant, https://login.microsoftonline.com/TENANT/v2.0; to accept \
                     others as well, trust `organizations` as a template (OIDC_TRUST)",
                ),
        );
    }
    let is_guid = tenant.len() == 36
        && tenant
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    (!is_guid).then(|| {
        Finding::warning(
            CHECK,
            format!("the tenant is named {:?}", printable(tenant)),
        )
        .why("the issuer in tokens has the ID of the tenant, not its domain name")
        .fix("write the directory (tenant) ID, a GUID, into OIDC_DISCOVERY_URL")
    })
}

fn version(path: &[&str], tenant: &str) -> Option<Finding> {
    if path.contains(&"v2.0") {
        return None;
    }
    let tenant = if tenant.is_empty() { "TENANT" } else { tenant };
    Some(
        Finding::problem(CHECK, "this is the document of version 1")
            .why("its issuer is https://sts.windows.net/…, which tokens of version 2 do not name")
            .fix(format!(
                "set OIDC_DISCOVERY_URL=https://login.microsoftonline.com/{}/v2.0, and in the manifest of \
                 the API `requestedAccessTokenVersion` to 2",
                printable(tenant)
            )),
    )
}

fn resource(seen: &Seen<'_>) -> Option<Finding> {
    (!seen.words("OIDC_RESOURCE").is_empty()).then(|| {
        Finding::problem(CHECK, "OIDC_RESOURCE is set")
            .why("the v2.0 endpoint finds the API by the scope, and rejects `resource`")
            .fix("remove OIDC_RESOURCE, and request a scope of the API in OIDC_SCOPES")
    })
}

fn scope(seen: &Seen<'_>) -> Option<Finding> {
    let scopes = seen.words("OIDC_SCOPES");
    if scopes.iter().any(|scope| scope.contains('/')) {
        return None;
    }
    let saw = match seen.settings {
        Some(_) => "OIDC_SCOPES has no scope of an API",
        None => "which API access tokens are for is determined by the requested scope",
    };
    let finding = match seen.settings {
        Some(_) => Finding::warning(CHECK, saw),
        None => Finding::note(CHECK, saw),
    };
    Some(
        finding
            .why("without one the access token is for Microsoft Graph, and nobody else can verify it")
            .fix("expose an API, and request its scope: OIDC_SCOPES=profile email api://CLIENT/SCOPE"),
    )
}
