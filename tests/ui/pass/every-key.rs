//! Every form of the policy language.

use oidc::{Principal, RequestParts};

#[oidc::required(scopes = "read write:all")]
async fn scopes_in_one_string() {}

#[oidc::required(
    scopes("read", "write"),
    roles("editor", "author"),
    acr("gold", "silver")
)]
async fn lists_in_parentheses() {}

#[oidc::required(scopes = ["read", "write"], roles = ["editor", "author"], acr = ["gold"])]
async fn lists_in_brackets() {}

#[oidc::required(roles("Team Lead"), acr = ["level 2"], scopes("a,b"))]
async fn separators_inside_values() {}

#[oidc::required(
    claims(
        groups = "admin",
        email_verified = true,
        level = 3,
        offset = -1,
        realm_access.roles = ["a", "b"],
        resource_access."my-api".roles = "x",
        "https://example.org/tenant" = "a",
        type = "human",
    ),
)]
async fn claims() {}

#[oidc::required(
    any(roles = "editor", all(scopes = "read", not(claims(groups = ["banned", "left"])))),
    any(scopes = "a", scopes = "b"),
    not(roles = "guest"),
    not(roles = "robot"),
)]
async fn combined() {}

#[oidc::required(acr = "urn:example:mfa", max_age = "15m")]
async fn step_up() {}

#[oidc::required(any(max_age = "30s", max_age = "1h", max_age = "7d"))]
async fn ages() {}

#[oidc::required(via = "bearer", not(via = "session"))]
async fn programs() {}

#[oidc::optional(any(via = "session", max_age = "5m"))]
async fn browsers() {}

#[oidc::required(issuer = "partner", scopes = "read")]
async fn of_a_partner() {}

#[oidc::optional(issuer("own", "partner_2"))]
async fn of_either() {}

#[oidc::policy(issuer = ["partner"])]
struct Partners;

#[oidc::required(any(roles = "admin", all(issuer = "partner", claims(tier = "gold")), policy = Partners))]
async fn of_some() {}

#[oidc::required(not(issuer("staff", "partner")))]
async fn of_nobody_else() {}

struct Session;

#[oidc::required(via = "session")]
async fn with_session(_session: Session) {}

#[oidc::required(via = "bearer")]
async fn without_session(_session: Option<Session>) {}

mod other {
    pub(crate) struct Session;
}

#[oidc::required(via = "bearer")]
async fn with_other_session(_session: other::Session) {}

fn office_hours(_user: &Principal) -> bool {
    true
}

fn reads(_user: &Principal, request: &RequestParts<'_>) -> bool {
    request.method() == "GET"
}

mod checks {
    pub(crate) async fn owner(_user: &super::Principal, _request: &super::RequestParts<'_>) -> bool {
        true
    }
}

#[oidc::required(check = office_hours, any(check = reads, check = checks::owner, roles = "admin"))]
async fn checked() {}

#[oidc::policy]
struct Anybody;

#[oidc::policy(policy = Anybody, scopes = "read", crate = ::oidc)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Reader;

#[oidc::required(policy = Reader)]
async fn named() {}

#[oidc::required(not(policy = Reader), policy = self::Anybody)]
async fn named_among_rules() {}

#[oidc::optional]
async fn optional(_user: Option<Principal>) {}

#[oidc::optional(scopes = "read", invalid = "reject")]
async fn optional_rejecting(_user: Option<oidc::Principal>) {}

#[oidc::optional(policy = Reader, invalid = "reject")]
async fn optional_named(_user: Option<Principal>) {}

#[oidc::public(reason = "health check")]
async fn public() {}

fn main() {
    let _ = (Reader, Anybody, Partners);
}
