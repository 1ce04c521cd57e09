//! One discovery document for many tenants, each of which is an issuer, as Entra ID has it.

#![expect(
    clippy::too_many_lines,
    reason = "a table is as long as its cases are many"
)]

use oidc::{Issuer, OidcBuilder};
use oidc_devidp::{Endpoint, Fault, TestIdp, TestKey, TokenBuilder};
use serde_json::{Value, json};

use super::{AUDIENCE, fetches, json_of, start};
use crate::support::bench::Bench;
use crate::support::logs::Logs;
use crate::support::reply::{invalid_token, ok, unavailable};
use crate::support::servers::{App, Server, app, for_both};

const TENANT: &str = "9122040d-6c67-4c5b-b112-36a304b66dad";
const SECOND: &str = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
/// Known to the provider, and not trusted.
const HOSTILE: &str = "11111111-2222-3333-4444-555555555555";

#[oidc::required(issuer = "staff")]
async fn staff(user: oidc::Principal) -> String {
    super::facts(&user).to_string()
}

#[oidc::required]
async fn open(user: oidc::Principal) -> String {
    super::facts(&user).to_string()
}

fn routes() -> App {
    app!(staff, open)
}

/// A provider for many tenants, and what signs for which of them.
struct Tenants {
    bench: Bench,
    keys: Vec<(&'static str, TestKey)>,
}

impl Tenants {
    async fn start() -> Self {
        let bench = start().await;
        let keys = ["any", "template", "of_tenant", "of_hostile", "elsewhere"];
        let keys: Vec<_> = keys.map(|name| (name, TestKey::ec_p256())).into();
        let tenants = Self { bench, keys };
        let base = tenants.base();
        let restricted = |name: &str| match name {
            "any" => None,
            "template" => Some(format!("{base}/{{tenantid}}/v2.0")),
            "of_tenant" => Some(format!("{base}/{TENANT}/v2.0")),
            "of_hostile" => Some(format!("{base}/{HOSTILE}/v2.0")),
            _ => Some("https://other.example/{tenantid}/v2.0".to_owned()),
        };
        let jwk = |(name, key): &(&'static str, TestKey)| {
            let mut jwk = key.jwk(name);
            if let Some(issuer) = restricted(name) {
                jwk["issuer"] = json!(issuer);
            }
            jwk
        };
        let jwks: Vec<Value> = tenants.keys.iter().map(jwk).collect();
        let idp = tenants.idp();
        idp.publish_jwks(json!({ "keys": jwks }));
        tenants.publish(&format!("{base}/{{tenantid}}/v2.0"));
        tenants
    }

    fn publish(&self, issuer: &str) {
        let jwks_uri = format!("{}/jwks", self.base());
        let document = json!({ "issuer": issuer, "jwks_uri": jwks_uri });
        let fault = Fault::Body(document.to_string());
        self.idp().fault(Endpoint::Discovery, fault);
    }

    fn idp(&self) -> &TestIdp {
        self.bench.idp.other("staff")
    }

    fn base(&self) -> String {
        self.idp().issuer().to_owned()
    }

    /// The issuer of a tenant.
    fn of(&self, tenant: &str) -> String {
        format!("{}/{tenant}/v2.0", self.base())
    }

    /// A token of a tenant, signed by this key.
    fn token(&self, tenant: &str, key: &str) -> TokenBuilder {
        let token = self.idp().token().audience(AUDIENCE).issued_in(-60);
        let token = token.issuer(&self.of(tenant)).claim("tid", json!(tenant));
        self.sign(token, key)
    }

    fn sign(&self, token: TokenBuilder, name: &str) -> TokenBuilder {
        let (_, key) = self
            .keys
            .iter()
            .find(|(known, _)| *known == name)
            .expect("a key");
        token.key(key).kid(name)
    }

    fn issuer(&self) -> Issuer {
        Issuer::template(self.idp().discovery_url(), "tid").audience(AUDIENCE)
    }

    fn builder(&self, issuer: Issuer) -> OidcBuilder {
        self.bench.steady_builder().trust("staff", issuer)
    }

    fn oidc(&self) -> oidc::Oidc {
        let built = self
            .builder(self.issuer().tenants([TENANT, SECOND]))
            .build();
        built.expect("the configuration is sound")
    }
}

#[tokio::test]
async fn users_of_the_listed_tenants_are_let_in() {
    let tenants = Tenants::start().await;
    for_both(
        routes(),
        || tenants.oidc(),
        async |server| {
            for (tenant, key) in [
                (TENANT, "any"),
                (SECOND, "any"),
                (TENANT, "template"),
                (SECOND, "template"),
                (TENANT, "of_tenant"),
            ] {
                let token = tenants.token(tenant, key).mint();
                for round in ["fresh", "cached"] {
                    let reply = server.get("/staff", token.as_str()).await;
                    assert_eq!(reply.status, 200, "{tenant} {key} {round}: {reply:?}");
                    let facts = json_of(&reply);
                    assert_eq!(facts["iss"], tenants.of(tenant).as_str());
                    assert_eq!(facts["issuer"], "staff");
                    let identity = facts["identity"].as_str().expect("a text");
                    assert!(identity.contains(tenant) && identity.contains("alice"));
                    let reply = server.get("/open", token.as_str()).await;
                    assert_eq!(reply.status, 403, "{reply:?}");
                }
            }
        },
    )
    .await;
}

#[tokio::test]
async fn others_are_not() {
    let tenants = Tenants::start().await;
    let good = || tenants.token(TENANT, "any");
    let base = tenants.base();
    let uppercase = TENANT.to_uppercase();
    let token = |issuer: &str, tid: Value| good().issuer(issuer).claim("tid", tid).mint();
    let tid = || json!(TENANT);
    let cases = [
        (
            "a tenant that is not listed",
            tenants.token(HOSTILE, "any").mint(),
        ),
        (
            "the key of a hostile tenant",
            tenants.token(TENANT, "of_hostile").mint(),
        ),
        (
            "a hostile tenant",
            tenants.token(HOSTILE, "of_hostile").mint(),
        ),
        (
            "the key of another tenant",
            tenants.token(SECOND, "of_tenant").mint(),
        ),
        (
            "the key of other issuers",
            tenants.token(TENANT, "elsewhere").mint(),
        ),
        (
            "a tenant in the claim only",
            token(&tenants.of(HOSTILE), tid()),
        ),
        (
            "a tenant in the issuer only",
            token(&tenants.of(TENANT), json!(HOSTILE)),
        ),
        (
            "another tenant in the claim",
            token(&tenants.of(TENANT), json!(SECOND)),
        ),
        ("no tenant", good().without("tid").mint()),
        (
            "a list of tenants",
            token(&tenants.of(TENANT), json!([TENANT])),
        ),
        ("null", token(&tenants.of(TENANT), Value::Null)),
        (
            "capitals in the claim",
            token(&tenants.of(TENANT), json!(uppercase)),
        ),
        (
            "capitals in both",
            token(&tenants.of(&uppercase), json!(uppercase)),
        ),
        (
            "a space in the claim",
            token(&tenants.of(TENANT), json!(format!("{TENANT} "))),
        ),
        (
            "a longer issuer",
            token(&format!("{}/", tenants.of(TENANT)), tid()),
        ),
        (
            "a shorter issuer",
            token(&format!("{base}/{TENANT}"), tid()),
        ),
        (
            "a prefixed issuer",
            token(&format!("{base}/x/{TENANT}/v2.0"), tid()),
        ),
        ("the pattern", token(&tenants.of("{tenantid}"), tid())),
        (
            "the pattern in both",
            token(&tenants.of("{tenantid}"), json!("{tenantid}")),
        ),
        ("no tenant in the issuer", token(&tenants.of(""), json!(""))),
        (
            "a name instead",
            token(&tenants.of("common"), json!("common")),
        ),
        (
            "organizations",
            token(&tenants.of("organizations"), json!("organizations")),
        ),
        (
            "a path",
            token(
                &tenants.of(&format!("{HOSTILE}/../{TENANT}")),
                json!(format!("{HOSTILE}/../{TENANT}")),
            ),
        ),
        (
            "two tenants",
            token(&tenants.of(&format!("{TENANT}/v2.0/{TENANT}")), tid()),
        ),
        ("the base", token(&base, tid())),
        (
            "another host",
            token(&format!("https://x.example/{TENANT}/v2.0"), tid()),
        ),
        ("another audience", good().audience("other").mint()),
        ("an unsigned one", good().unsigned().mint()),
    ];
    for_both(
        routes(),
        || tenants.oidc(),
        async |server| {
            for _ in 0..2 {
                for (case, token) in &cases {
                    let reply = server.get("/staff", token.as_str()).await;
                    reply.assert(case, &invalid_token());
                }
                // The genuine ones are still welcome.
                let reply = server.get("/staff", good().mint().as_str()).await;
                reply.assert("good", &ok("alice"));
            }
        },
    )
    .await;
}

/// Any of them, if it is said so, but no text that is no tenant.
#[tokio::test]
async fn any_tenant() {
    let tenants = Tenants::start().await;
    let oidc = || {
        let issuer = tenants.issuer().insecure_accept_any_tenant();
        let built = tenants.builder(issuer.everywhere()).build();
        built.expect("the configuration is sound")
    };
    for_both(routes(), oidc, async |server| {
        for (case, token, status) in [
            ("listed", tenants.token(TENANT, "any").mint(), 200),
            ("another", tenants.token(HOSTILE, "any").mint(), 200),
            ("its key", tenants.token(HOSTILE, "of_hostile").mint(), 200),
            (
                "of its key",
                tenants.token(TENANT, "of_hostile").mint(),
                401,
            ),
            ("a name", tenants.token("common", "any").mint(), 401),
            ("nothing", tenants.token("", "any").mint(), 401),
            (
                "the other in the claim",
                tenants
                    .token(TENANT, "any")
                    .claim("tid", json!(HOSTILE))
                    .mint(),
                401,
            ),
        ] {
            let reply = server.get("/open", token.as_str()).await;
            assert_eq!(reply.status, status, "{case}: {reply:?}");
        }
    })
    .await;
}

/// What cannot be its token is not worth a fetch.
#[tokio::test]
async fn nothing_is_fetched_for_other_hosts() {
    let tenants = Tenants::start().await;
    for_both(
        routes(),
        || tenants.oidc(),
        async |server| {
            tenants.idp().reset_hits();
            tenants.bench.idp.reset_hits();
            for issuer in [
                format!("https://x.example/{TENANT}/v2.0"),
                tenants.of(TENANT).replace("127.0.0.1", "localhost"),
                TENANT.to_owned(),
            ] {
                let token = tenants.token(TENANT, "any").issuer(&issuer).mint();
                let reply = server.get("/staff", token.as_str()).await;
                reply.assert(&issuer, &invalid_token());
            }
            assert_eq!(fetches(tenants.idp()), 0);
            assert_eq!(fetches(&tenants.bench.idp), 0);
        },
    )
    .await;
}

/// A document that is none of a template, or of another host, is not used.
#[tokio::test]
async fn a_document_that_does_not_fit_is_not_used() {
    let tenants = Tenants::start().await;
    for issuer in [
        tenants.of(TENANT),
        tenants.base(),
        "https://x.example/{tenantid}/v2.0".to_owned(),
        format!("{}/{{tenantid}}/{{tenantid}}", tenants.base()),
    ] {
        tenants.publish(&issuer);
        for_both(
            routes(),
            || tenants.oidc(),
            async |server| {
                let token = tenants.token(TENANT, "any").mint();
                let reply = server.get("/staff", token.as_str()).await;
                reply.assert(&issuer, &unavailable());
            },
        )
        .await;
    }
}

/// A provider for many tenants is nobody's own: nobody would be sure who signs in.
#[tokio::test]
async fn as_the_own_provider() {
    let tenants = Tenants::start().await;
    for start in [Server::axum, Server::actix] {
        let logs = Logs::default();
        let builder = tenants.bench.steady_builder().audience(AUDIENCE);
        let built = builder.discovery_url(tenants.idp().discovery_url()).build();
        let oidc = built.expect("the document is not read yet");
        let server = logs.listen(|| start(routes(), oidc));
        let of_base = tenants.token(TENANT, "any").issuer(&tenants.base());
        let tokens = [TENANT, "{tenantid}"].map(|tenant| tenants.token(tenant, "any"));
        for token in tokens.into_iter().chain([of_base]) {
            let reply = server.get("/open", token.mint().as_str()).await;
            assert!([401, 503].contains(&reply.status), "{reply:?}");
        }
        let lines = logs.take();
        let told = lines
            .iter()
            .any(|line| line.to_string().contains("template"));
        assert!(told, "{lines:#?}");
    }
}
