//! What the configuration requires of every token: `OidcBuilder::require` and `OidcBuilder::audience`.

use oidc::Principal;
use oidc_devidp::TokenBuilder;
use serde_json::json;

use super::{case, check_with, without_token};
use crate::support::reply::{anonymous, denied, invalid_token, needs_scope, ok};
use crate::support::servers::{App, app};

#[oidc::policy(claims(tenant = "a"))]
struct OurTenant;

#[oidc::policy(scopes = "api")]
struct ApiScope;

#[oidc::required]
async fn plain(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::required(scopes = "read")]
async fn read(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::optional]
async fn optional(user: Option<Principal>) -> &'static str {
    if user.is_some() { "somebody" } else { "nobody" }
}

#[oidc::optional(invalid = "reject")]
async fn rejecting(user: Option<Principal>) -> &'static str {
    if user.is_some() { "somebody" } else { "nobody" }
}

async fn unguarded(user: Principal) -> String {
    user.subject().to_owned()
}

fn routes() -> App {
    app!(plain, read, optional, rejecting, unguarded)
}

#[tokio::test]
async fn rules() {
    let cases = [
        without_token("no token", "/plain", anonymous()),
        case(
            "both rules",
            "/plain",
            |t| t.scope("api").claim("tenant", json!("a")),
            ok("alice"),
        ),
        case(
            "scope of all",
            "/plain",
            |t| t.claim("tenant", json!("a")),
            needs_scope("api", "api"),
        ),
        case("claim of all", "/plain", |t| t.scope("api"), denied()),
        case("forged", "/plain", TokenBuilder::unsigned, invalid_token()),
        case(
            "before the route's own",
            "/read",
            |t| t.scope("api"),
            denied(),
        ),
        case(
            "then the route's own",
            "/read",
            |t| t.scope("api").claim("tenant", json!("a")),
            needs_scope("api read", "read"),
        ),
        case(
            "all three",
            "/read",
            |t| t.scope("api read").claim("tenant", json!("a")),
            ok("alice"),
        ),
        case(
            "optional",
            "/optional",
            |t| t.scope("api").claim("tenant", json!("a")),
            ok("somebody"),
        ),
        case(
            "optional, denied",
            "/optional",
            |t| t.scope("api"),
            ok("nobody"),
        ),
        case(
            "rejecting, denied",
            "/rejecting",
            |t| t.scope("api"),
            denied(),
        ),
        case(
            "extractor alone",
            "/unguarded",
            |t| t.scope("api").claim("tenant", json!("a")),
            ok("alice"),
        ),
        case(
            "extractor alone, denied",
            "/unguarded",
            |t| t.scope("api"),
            denied(),
        ),
    ];
    check_with(
        routes(),
        |builder| builder.require(OurTenant).require(ApiScope),
        &cases,
    )
    .await;
}

#[tokio::test]
async fn audience() {
    let cases = [
        case(
            "the client's id no longer",
            "/plain",
            |t| t,
            invalid_token(),
        ),
        case(
            "ours",
            "/plain",
            |t| t.audience("api://orders"),
            ok("alice"),
        ),
        case(
            "our other",
            "/plain",
            |t| t.audience("api://bills"),
            ok("alice"),
        ),
        case(
            "among others",
            "/plain",
            |t| t.claim("aud", json!(["x", "api://bills"])),
            ok("alice"),
        ),
        case(
            "others",
            "/plain",
            |t| t.claim("aud", json!(["x", "api://order"])),
            invalid_token(),
        ),
    ];
    let configure =
        |builder: oidc::OidcBuilder| builder.audience("api://orders").audience("api://bills");
    check_with(routes(), configure, &cases).await;
}

#[tokio::test]
async fn any_audience() {
    let cases = [
        case("ours", "/plain", |t| t, ok("alice")),
        case("another", "/plain", |t| t.audience("x"), ok("alice")),
        case("none", "/plain", |t| t.without("aud"), invalid_token()),
        case(
            "number",
            "/plain",
            |t| t.claim("aud", json!(1)),
            invalid_token(),
        ),
    ];
    check_with(
        routes(),
        oidc::OidcBuilder::insecure_accept_any_audience,
        &cases,
    )
    .await;
}

/// What might as well be an ID token.
fn unmarked(token: TokenBuilder) -> TokenBuilder {
    let token = token.without("scope").without("client_id");
    token.header("typ", json!("JWT"))
}

fn of_own_audience(token: TokenBuilder) -> TokenBuilder {
    unmarked(token).audience("api://orders")
}

/// `aud` of every ID token of this client names it, and may name others.
fn of_both_audiences(token: TokenBuilder) -> TokenBuilder {
    unmarked(token).claim("aud", json!(["oidc-guard-dev", "api://orders"]))
}

fn with_nonce(token: TokenBuilder) -> TokenBuilder {
    unmarked(token).nonce("n")
}

#[tokio::test]
async fn marks_of_access_tokens() {
    let own_audience = [
        case("its own", "/plain", of_own_audience, ok("alice")),
        case("both", "/plain", of_both_audiences, invalid_token()),
        case(
            "both, marked",
            "/plain",
            |t| of_both_audiences(t).scope("read"),
            ok("alice"),
        ),
        case(
            "nonce",
            "/plain",
            |t| of_own_audience(t).nonce("n"),
            invalid_token(),
        ),
    ];
    let configure = |builder: oidc::OidcBuilder| builder.audience("api://orders");
    check_with(routes(), configure, &own_audience).await;

    let both_audiences = [
        case("its own", "/plain", of_own_audience, ok("alice")),
        case("the client's", "/plain", unmarked, invalid_token()),
        case("both", "/plain", of_both_audiences, invalid_token()),
    ];
    let configure =
        |builder: oidc::OidcBuilder| builder.audience("oidc-guard-dev").audience("api://orders");
    check_with(routes(), configure, &both_audiences).await;

    let any_audience = [
        case("its own", "/plain", of_own_audience, invalid_token()),
        case("the client's", "/plain", unmarked, invalid_token()),
        case(
            "marked",
            "/plain",
            |t| of_own_audience(t).scope("read"),
            ok("alice"),
        ),
    ];
    let configure = oidc::OidcBuilder::insecure_accept_any_audience;
    check_with(routes(), configure, &any_audience).await;

    let accepted = [
        case("the client's", "/plain", unmarked, ok("alice")),
        case("both", "/plain", of_both_audiences, ok("alice")),
        case("nonce", "/plain", with_nonce, invalid_token()),
        case("another", "/plain", of_own_audience, invalid_token()),
    ];
    let configure = oidc::OidcBuilder::insecure_accept_unmarked_tokens;
    check_with(routes(), configure, &accepted).await;
}

#[tokio::test]
async fn authorized_parties() {
    fn of(token: TokenBuilder, azp: &str, client_id: &str) -> TokenBuilder {
        let token = token.claim("azp", json!(azp));
        token.claim("client_id", json!(client_id))
    }
    fn without_azp(token: TokenBuilder) -> TokenBuilder {
        token.without("azp").without("client_id")
    }
    let cases = [
        case("azp", "/plain", |t| of(t, "web", "x"), ok("alice")),
        case("the other", "/plain", |t| of(t, "mobile", "x"), ok("alice")),
        case("another", "/plain", |t| of(t, "x", "web"), invalid_token()),
        case(
            "its prefix",
            "/plain",
            |t| of(t, "we", "x"),
            invalid_token(),
        ),
        case("empty", "/plain", |t| of(t, "", "web"), invalid_token()),
        case(
            "client_id",
            "/plain",
            |t| without_azp(t).claim("client_id", json!("web")),
            ok("alice"),
        ),
        case(
            "cid",
            "/plain",
            |t| without_azp(t).claim("cid", json!("web")),
            ok("alice"),
        ),
        case(
            "appid",
            "/plain",
            |t| without_azp(t).claim("appid", json!("web")),
            ok("alice"),
        ),
        case(
            "client_id first",
            "/plain",
            |t| {
                let token = without_azp(t).claim("appid", json!("web"));
                token.claim("client_id", json!("x"))
            },
            invalid_token(),
        ),
        case(
            "another appid",
            "/plain",
            |t| without_azp(t).claim("appid", json!("x")),
            invalid_token(),
        ),
        case(
            "a list",
            "/plain",
            |t| without_azp(t).claim("client_id", json!(["web"])),
            invalid_token(),
        ),
        case("none", "/plain", without_azp, invalid_token()),
    ];
    let configure = |builder: oidc::OidcBuilder| builder.authorized_parties(["web", "mobile"]);
    check_with(routes(), configure, &cases).await;

    let any = [
        case("another", "/plain", |t| of(t, "x", "y"), ok("alice")),
        case("none", "/plain", without_azp, ok("alice")),
    ];
    check_with(routes(), |builder| builder, &any).await;
}

/// Bound to a key (RFC 7800), the token is worth nothing to who cannot prove that they hold it.
#[tokio::test]
async fn sender_constrained() {
    let cases = [
        case(
            "DPoP",
            "/plain",
            |t| t.claim("cnf", json!({ "jkt": "AAAA" })),
            invalid_token(),
        ),
        case(
            "mutual TLS",
            "/plain",
            |t| t.claim("cnf", json!({ "x5t#S256": "AAAA" })),
            invalid_token(),
        ),
        case(
            "empty",
            "/plain",
            |t| t.claim("cnf", json!({})),
            invalid_token(),
        ),
        case(
            "null",
            "/plain",
            |t| t.claim("cnf", json!(null)),
            invalid_token(),
        ),
        case("none", "/plain", |t| t, ok("alice")),
    ];
    check_with(routes(), |builder| builder, &cases).await;
}

#[tokio::test]
async fn algorithms() {
    use oidc_devidp::Algorithm::{EdDsa, Es256, Es384, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
    let every = [
        case("RS256", "/plain", |t| t.alg(Rs256), ok("alice")),
        case("RS384", "/plain", |t| t.alg(Rs384), ok("alice")),
        case("RS512", "/plain", |t| t.alg(Rs512), ok("alice")),
        case("PS256", "/plain", |t| t.alg(Ps256), ok("alice")),
        case("PS384", "/plain", |t| t.alg(Ps384), ok("alice")),
        case("PS512", "/plain", |t| t.alg(Ps512), ok("alice")),
        case("ES256", "/plain", |t| t.alg(Es256), ok("alice")),
        case("ES384", "/plain", |t| t.alg(Es384), ok("alice")),
        case("EdDSA", "/plain", |t| t.alg(EdDsa), ok("alice")),
    ];
    check_with(routes(), |builder| builder, &every).await;
    let narrowed = [
        case("ES256", "/plain", |t| t.alg(Es256), ok("alice")),
        case(
            "RS256 is left out",
            "/plain",
            |t| t.alg(Rs256),
            invalid_token(),
        ),
        case(
            "EdDSA is left out",
            "/plain",
            |t| t.alg(EdDsa),
            invalid_token(),
        ),
    ];
    check_with(
        routes(),
        |builder| builder.algorithms([oidc::Algorithm::Es256]),
        &narrowed,
    )
    .await;
}
