//! Who is asked about an opaque token: its issuer alone, for it is a secret between the two.

use oidc::{Introspect, Issuer, Oidc, OidcBuilder, Tenants};
use oidc_devidp::TestIdp;

use super::{SECRET, calls, idp, opaque};
use crate::support::bench::Bench;
use crate::support::reply::{Expected, denied, invalid_token, ok};
use crate::support::servers::{App, Server, for_both, guarded_app};

const NAMES: [&str; 3] = ["own", "partner", "staff"];

fn app() -> App {
    guarded_app!(
        open(),
        own(issuer = "own"),
        partner(issuer = "partner"),
        staff(issuer = "staff"),
        two(issuer("own", "partner")),
        not_partner(not(issuer = "partner")),
        partner_twice(any(
            issuer = "partner",
            all(issuer = "partner", scopes = "x")
        )),
        partner_or_admin(any(issuer = "partner", roles = "admin")),
    )
}

/// Providers called [`NAMES`], whose opaque tokens begin with these.
async fn start(prefixes: [&str; 3]) -> Bench {
    let [own, partner, staff] = prefixes.map(|prefix| idp().opaque_token_prefix(prefix));
    Bench::with(own.also("partner", partner).also("staff", staff)).await
}

fn provider<'b>(bench: &'b Bench, name: &str) -> &'b TestIdp {
    match name {
        "own" => &bench.idp,
        other => bench.idp.other(other),
    }
}

fn asked(issuer: Issuer) -> Issuer {
    issuer.introspect(Introspect::Opaque).client_secret(SECRET)
}

/// A client that trusts all of them, each configured by the function.
fn trusting(
    bench: &Bench,
    own: fn(OidcBuilder) -> OidcBuilder,
    others: [fn(Issuer) -> Issuer; 2],
) -> Oidc {
    let builder = own(bench.steady_builder().client_secret(SECRET));
    let builder =
        ["partner", "staff"]
            .into_iter()
            .zip(others)
            .fold(builder, |builder, (name, configure)| {
                let idp = provider(bench, name);
                let issuer = Issuer::at(idp.discovery_url()).audience(idp.client_id());
                builder.trust(name, configure(issuer))
            });
    builder.build().expect("the configuration is sound")
}

/// Sends a token to a path; `asks` is who is asked about it, and how often.
async fn check(
    server: &Server,
    bench: &Bench,
    case: &str,
    request: (&str, &str),
    expected: &Expected,
    asks: &str,
) {
    for name in NAMES {
        provider(bench, name).reset_hits();
    }
    let (path, token) = request;
    let reply = server.get(path, token).await;
    reply.assert(&format!("{case}: {path}"), expected);
    for name in NAMES {
        let times = usize::from(name == asks);
        assert_eq!(
            calls(provider(bench, name)),
            times,
            "{case}: {path} asks {name}"
        );
    }
}

#[tokio::test]
async fn by_the_beginning_of_the_token() {
    let bench = start(["own_", "ptn_", ""]).await;
    let oidc = || {
        trusting(
            &bench,
            |own| own.introspect(Introspect::Opaque).token_prefix("own_"),
            [|partner| asked(partner).token_prefix("ptn_"), asked],
        )
    };
    let token = |name| opaque(provider(&bench, name)).mint();
    for_both(app(), oidc, async |server| {
        // The prefix counts before the route, and the rest is of the only one without.
        let framework = server.framework;
        let unknown = |prefix: &str, number: u8| format!("{prefix}{number}{framework}");
        for (case, path, token, expected, asks) in [
            ("own", "/own", token("own"), ok("alice"), "own"),
            ("own", "/open", token("own"), ok("alice"), "own"),
            ("own", "/partner", token("own"), denied(), "own"),
            (
                "partner",
                "/partner",
                token("partner"),
                ok("alice"),
                "partner",
            ),
            ("partner", "/own", token("partner"), denied(), "partner"),
            ("partner", "/open", token("partner"), denied(), "partner"),
            ("staff", "/staff", token("staff"), ok("alice"), "staff"),
            ("staff", "/partner", token("staff"), denied(), "staff"),
            (
                "unknown",
                "/staff",
                unknown("own_", 1),
                invalid_token(),
                "own",
            ),
            (
                "unknown",
                "/own",
                unknown("ptn_", 2),
                invalid_token(),
                "partner",
            ),
            (
                "unknown",
                "/own",
                unknown("OWN_", 3),
                invalid_token(),
                "staff",
            ),
            (
                "unknown",
                "/own",
                unknown("xown_", 4),
                invalid_token(),
                "staff",
            ),
            (
                "unknown",
                "/own",
                unknown("own", 5),
                invalid_token(),
                "staff",
            ),
        ] {
            check(server, &bench, case, (path, &token), &expected, asks).await;
            // From memory, it is nobody.
            check(server, &bench, case, (path, &token), &expected, "nobody").await;
        }
    })
    .await;
}

#[tokio::test]
async fn by_the_longest_beginning() {
    let bench = start(["p_", "p_x_", "p_x"]).await;
    let oidc = || {
        trusting(
            &bench,
            |own| own.introspect(Introspect::Opaque).token_prefix("p_"),
            [
                |partner| asked(partner).token_prefix("p_x_"),
                |staff| asked(staff).token_prefix("p_x"),
            ],
        )
    };
    for_both(app(), oidc, async |server| {
        let number = server.framework;
        for (token, asks) in [
            (format!("p_{number}"), "own"),
            (format!("p_x_{number}"), "partner"),
            (format!("p_x{number}"), "staff"),
            // Everybody has a beginning of their own.
            (format!("q_{number}"), "nobody"),
            (format!("p{number}"), "nobody"),
        ] {
            check(
                server,
                &bench,
                &token,
                ("/own", &token),
                &invalid_token(),
                asks,
            )
            .await;
        }
    })
    .await;
}

/// Without beginnings, the only one that answers is asked, whatever the route names.
#[tokio::test]
async fn by_being_the_only_one() {
    let bench = start(["", "", ""]).await;
    let own = || {
        trusting(
            &bench,
            |own| own.introspect(Introspect::Opaque),
            [|partner| partner, |staff| staff],
        )
    };
    let partner = || trusting(&bench, |own| own, [asked, |staff| staff]);
    for_both(app(), own, async |server| {
        for (path, expected) in [
            ("/own", ok("alice")),
            ("/open", ok("alice")),
            ("/partner", denied()),
            ("/two", ok("alice")),
        ] {
            let token = opaque(&bench.idp).mint();
            check(server, &bench, "own", (path, &token), &expected, "own").await;
        }
    })
    .await;
    for_both(app(), partner, async |server| {
        for (path, expected) in [
            ("/own", denied()),
            ("/open", denied()),
            ("/partner", ok("alice")),
            ("/two", ok("alice")),
        ] {
            let token = opaque(bench.idp.other("partner")).mint();
            check(
                server,
                &bench,
                "partner",
                (path, &token),
                &expected,
                "partner",
            )
            .await;
        }
    })
    .await;
}

fn all_asked(bench: &Bench) -> Oidc {
    trusting(
        bench,
        |own| own.introspect(Introspect::Opaque),
        [asked, |staff| asked(staff).everywhere()],
    )
}

/// If several answer, it is the one that the route names, or nobody.
#[tokio::test]
async fn by_the_route() {
    let bench = start(["", "", ""]).await;
    let token = |name| opaque(provider(&bench, name)).mint();
    for_both(
        app(),
        || all_asked(&bench),
        async |server| {
            for (path, of, expected, asks) in [
                ("/own", "own", ok("alice"), "own"),
                ("/partner", "partner", ok("alice"), "partner"),
                ("/staff", "staff", ok("alice"), "staff"),
                ("/partner_twice", "partner", ok("alice"), "partner"),
                ("/partner_or_admin", "partner", ok("alice"), "partner"),
                ("/own", "partner", invalid_token(), "own"),
                ("/partner", "own", invalid_token(), "partner"),
                ("/open", "own", invalid_token(), "nobody"),
                ("/open", "staff", invalid_token(), "nobody"),
                ("/two", "own", invalid_token(), "nobody"),
                ("/two", "partner", invalid_token(), "nobody"),
                ("/not_partner", "partner", invalid_token(), "nobody"),
            ] {
                let request = (path, &*token(of));
                check(server, &bench, of, request, &expected, asks).await;
            }
        },
    )
    .await;
}

/// What is remembered of a token at one route is no answer at another, where nobody would be asked.
#[tokio::test]
async fn by_the_route_also_from_memory() {
    let bench = start(["", "", ""]).await;
    for_both(
        app(),
        || all_asked(&bench),
        async |server| {
            for (of, named) in [("own", "/own"), ("staff", "/staff")] {
                let token = opaque(provider(&bench, of)).mint();
                check(server, &bench, of, (named, &token), &ok("alice"), of).await;
                for path in ["/open", "/not_partner"] {
                    let request = (path, &*token);
                    check(server, &bench, of, request, &invalid_token(), "nobody").await;
                }
                check(server, &bench, of, (named, &token), &ok("alice"), "nobody").await;
            }
        },
    )
    .await;
}

/// The tenant's issuer counts as named.
#[tokio::test]
async fn by_the_tenant() {
    let bench = start(["", "", ""]).await;
    let oidc = || {
        let tenants = Tenants::by(|request| request.query().map(str::to_owned));
        let oidc = all_asked(&bench).for_tenants(tenants);
        oidc.expect("tenants")
    };
    for_both(app(), oidc, async |server| {
        for name in NAMES {
            let path = format!("/open?{name}");
            let token = opaque(provider(&bench, name)).mint();
            check(server, &bench, name, (&path, &token), &ok("alice"), name).await;
            let stranger = format!("stranger-{}-{name}", server.framework);
            let expected = invalid_token();
            check(server, &bench, name, (&path, &stranger), &expected, name).await;
        }
        let reply = server.get("/open?nobody", "stranger").await;
        assert_eq!(reply.status, 404, "{reply:?}");
    })
    .await;
}

/// The secret of the application is for its own provider; each other issuer has another.
#[tokio::test]
async fn with_the_credentials_for_that_issuer() {
    let partner = oidc_devidp::Client::new("shop-at-partner").secret("another secret");
    let partner = oidc_devidp::DevIdp::builder()
        .opaque_token_prefix("ptn_")
        .configure(|config| config.clients = vec![partner]);
    let bench = Bench::with(idp().also("partner", partner)).await;
    let oidc = || {
        let at = bench.idp.other("partner");
        let issuer = Issuer::at(at.discovery_url()).audience(at.client_id());
        let issuer = issuer.introspect(Introspect::Opaque).token_prefix("ptn_");
        let issuer = issuer
            .client_id("shop-at-partner")
            .client_secret("another secret");
        let builder = super::builder(&bench).trust("partner", issuer);
        builder.build().expect("the configuration is sound")
    };
    for_both(app(), oidc, async |server| {
        let partner = opaque(bench.idp.other("partner")).mint();
        let reply = server.get("/partner", partner.as_str()).await;
        reply.assert("partner", &ok("alice"));
        let own = opaque(&bench.idp).mint();
        server
            .get("/own", own.as_str())
            .await
            .assert("own", &ok("alice"));
    })
    .await;
}
