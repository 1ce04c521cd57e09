//! Where the users of each issuer are let in: for every rule, the users that it admits.

use oidc::{Principal, RequestParts};
use oidc_devidp::TokenBuilder;
use serde_json::json;

use super::{codes, issuer_denied, oidc, start, token};
use crate::support::bench::Bench;
use crate::support::logs::Logs;
use crate::support::reply::{denied, needs_scope, ok, step_up};
use crate::support::servers::{App, Server, for_both, guarded_app};

#[oidc::policy(issuer = "partner")]
struct Partners;

#[oidc::policy(roles = "admin")]
struct Admins;

#[oidc::policy(any(policy = Admins, policy = Partners))]
struct AdminsOrPartners;

async fn agrees(_: &Principal, _: &RequestParts<'_>) -> bool {
    tokio::task::yield_now().await;
    true
}

async fn disagrees(_: &Principal, _: &RequestParts<'_>) -> bool {
    tokio::task::yield_now().await;
    false
}

/// A check that only users get to who may be let in.
async fn is_never_asked(user: &Principal, _: &RequestParts<'_>) -> bool {
    assert_ne!(user.issuer_name(), "partner");
    true
}

fn app() -> App {
    guarded_app!(
        open(),
        own(issuer = "own"),
        partner(issuer = "partner"),
        both(issuer("own", "partner")),
        staff(issuer = "staff"),
        nobody(issuer = "nobody"),
        admin(roles = "admin"),
        partner_admin(issuer = "partner", roles = "admin"),
        gold(any(
            roles = "admin",
            all(issuer = "partner", claims(tier = "gold"))
        )),
        gold_first(any(
            all(claims(tier = "gold"), issuer = "partner"),
            roles = "admin"
        )),
        nested(any(
            scopes = "impossible",
            all(
                any(roles = "admin", claims(tier = "gold")),
                any(issuer = "partner", issuer = "nobody")
            )
        )),
        beside(any(issuer = "partner", roles = "admin"), roles = "admin"),
        any_tier(any(
            claims(tier = "gold"),
            all(issuer = "partner", roles = "impossible")
        )),
        not_own(not(issuer = "own")),
        not_partner(not(issuer = "partner")),
        not_nobody(not(issuer = "nobody")),
        not_not(not(not(issuer = "partner"))),
        named(policy = Partners),
        named_any(policy = AdminsOrPartners),
        named_all(all(policy = Admins, policy = Partners)),
        checked(issuer = "partner", check = agrees),
        failed(issuer = "partner", check = disagrees),
        check_or(any(check = disagrees, issuer = "partner")),
        check_alone(check = is_never_asked),
        check_beside(any(
            all(check = agrees, issuer = "partner"),
            roles = "admin"
        )),
    )
}

/// A user of each kind, in the order of the columns below.
fn users(bench: &Bench) -> [TokenBuilder; 7] {
    let bob = |name| token(bench, name).sub("bob");
    let gold = |token: TokenBuilder| token.claim("tier", json!("gold"));
    [
        bob("own"),
        token(bench, "own"),
        bob("partner"),
        token(bench, "partner"),
        gold(bob("partner")),
        gold(bob("staff")),
        token(bench, "staff"),
    ]
}

/// Alice is an administrator at each issuer. `+` is admitted, `-` is denied, `s` lacks a scope, `x` is denied
/// because of the issuer.
const DECISIONS: [(&str, &str); 25] = [
    // own bob, own alice; bob, alice, and a golden bob of the partner; a golden bob, and alice of staff
    ("/open", "++ xxx ++"),
    ("/own", "++ xxx xx"),
    ("/partner", "xx +++ xx"),
    ("/both", "++ +++ xx"),
    ("/staff", "xx xxx ++"),
    ("/nobody", "xx xxx xx"),
    ("/admin", "-+ xxx -+"),
    ("/partner_admin", "xx -+- xx"),
    ("/gold", "-+ --+ -+"),
    ("/gold_first", "-+ --+ -+"),
    ("/nested", "ss -++ ss"),
    ("/beside", "-+ -+- -+"),
    ("/any_tier", "-- --- +-"),
    ("/not_own", "-- xxx ++"),
    ("/not_partner", "++ xxx ++"),
    ("/not_nobody", "++ xxx ++"),
    ("/not_not", "-- xxx --"),
    ("/named", "xx +++ xx"),
    ("/named_any", "-+ +++ -+"),
    ("/named_all", "xx -+- xx"),
    ("/checked", "xx +++ xx"),
    ("/failed", "xx --- xx"),
    ("/check_or", "-- +++ --"),
    ("/check_alone", "++ xxx ++"),
    ("/check_beside", "-+ +++ -+"),
];

/// Every user at every route: in this order and back, so that each decision is also made for a user who
/// was let in elsewhere before.
#[tokio::test]
async fn for_each_kind_of_user() {
    let bench = start().await;
    let users = users(&bench).map(TokenBuilder::mint);
    for cache_bytes in [0, 1 << 20] {
        let oidc = || {
            let builder = bench.steady_builder().token_cache_bytes(cache_bytes);
            let built = super::trusting(&bench, builder).build();
            built.expect("the configuration is sound")
        };
        for_both(app(), oidc, async |server| {
            let back = DECISIONS.iter().rev();
            let mut failures = Vec::new();
            for (path, decisions) in DECISIONS.iter().chain(back) {
                let mut found = String::new();
                for (index, token) in users.iter().enumerate() {
                    let reply = server.get(path, token.as_str()).await;
                    if [2, 5].contains(&index) {
                        found.push(' ');
                    }
                    found.push(match reply.status {
                        200 => '+',
                        403 => '-',
                        _ => '?',
                    });
                }
                if found != decisions.replace(['x', 's'], "-") {
                    failures.push(format!("{path}: {found} instead of {decisions}"));
                }
            }
            assert!(failures.is_empty(), "{}", failures.join("\n"));
        })
        .await;
    }
}

/// The code tells an issuer that is not let in from a user who is denied.
#[tokio::test]
async fn the_code_says_whether_the_issuer_is_the_reason() {
    let bench = start().await;
    let users = users(&bench).map(TokenBuilder::mint);
    for start in [Server::axum, Server::actix] {
        let logs = Logs::default();
        let server = logs.listen(|| start(app(), oidc(&bench)));
        for (path, decisions) in DECISIONS {
            let decisions = decisions.chars().filter(|decision| *decision != ' ');
            for (user, (token, decision)) in users.iter().zip(decisions).enumerate() {
                codes(&logs);
                let reply = server.get(path, token.as_str()).await;
                let found = codes(&logs);
                let expected: &[&str] = match decision {
                    '+' => &[],
                    'x' => &["issuer_denied"],
                    's' => &["scope_missing"],
                    _ => &["policy_denied"],
                };
                assert_eq!(found, expected, "{path} of user {user}: {reply:?}");
            }
        }
    }
}

fn scoped() -> App {
    guarded_app!(
        read(scopes = "read"),
        partner_read(issuer = "partner", scopes = "read"),
        read_or_partner(any(scopes = "read", issuer = "partner")),
        read_or_partner_write(any(
            scopes = "read",
            all(issuer = "partner", scopes = "write")
        )),
        role_or_partner_write(any(
            roles = "admin",
            all(issuer = "partner", scopes = "write")
        )),
        step_up(issuer = "partner", acr = "gold"),
        fresh(acr = "gold"),
    )
}

/// A challenge names nothing that would not help.
#[tokio::test]
async fn the_remedy_is_one() {
    let bench = start().await;
    let bob = |name, scope| token(&bench, name).sub("bob").scope(scope).mint();
    let cases = [
        ("/read", bob("partner", "read"), issuer_denied()),
        ("/read", bob("partner", "other"), issuer_denied()),
        ("/read", bob("staff", "other"), needs_scope("read", "read")),
        ("/read", bob("staff", "read"), ok("bob")),
        (
            "/partner_read",
            bob("partner", "other"),
            needs_scope("read", "read"),
        ),
        ("/partner_read", bob("partner", "read"), ok("bob")),
        ("/partner_read", bob("own", "read"), issuer_denied()),
        ("/partner_read", bob("staff", "other"), issuer_denied()),
        ("/read_or_partner", bob("partner", "other"), ok("bob")),
        (
            "/read_or_partner",
            bob("own", "other"),
            needs_scope("read", "read"),
        ),
        (
            "/read_or_partner_write",
            bob("partner", "read"),
            needs_scope("write", "write"),
        ),
        ("/read_or_partner_write", bob("partner", "write"), ok("bob")),
        (
            "/read_or_partner_write",
            bob("own", "write"),
            needs_scope("read", "read"),
        ),
        (
            "/role_or_partner_write",
            bob("partner", "read"),
            needs_scope("write", "write"),
        ),
        ("/role_or_partner_write", bob("own", "write"), denied()),
        (
            "/step_up",
            bob("partner", "read"),
            step_up(&["acr_values=\"gold\""]),
        ),
        ("/step_up", bob("own", "read"), issuer_denied()),
        ("/fresh", bob("partner", "read"), issuer_denied()),
    ];
    for_both(
        scoped(),
        || oidc(&bench),
        async |server| {
            for (index, (path, token, expected)) in cases.iter().enumerate() {
                for round in ["fresh", "cached"] {
                    let reply = server.get(path, token.as_str()).await;
                    reply.assert(&format!("case {index}, {path}, {round}"), expected);
                    let challenge = reply.challenge();
                    let is_denied = challenge.contains("access_denied");
                    assert!(!(is_denied && challenge.contains("scope=")), "{challenge}");
                }
            }
        },
    )
    .await;
}
