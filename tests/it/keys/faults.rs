//! Unusable responses of the provider: 503 while no key is known, unnoticed afterwards.

use std::time::Duration;

use oidc_devidp::{Endpoint, Fault};
use serde_json::{Value, json};

use super::{LIMIT, app, until, warm_up};
use crate::support::bench::Bench;
use crate::support::reply::{ok, unavailable};
use crate::support::servers::for_both;

/// What may come in place of a document; `elsewhere` is where an attacker's lies.
fn faults(elsewhere: &str) -> Vec<Fault> {
    vec![
        Fault::Down,
        Fault::Slow(10 * LIMIT),
        Fault::Drip,
        Fault::Status(500),
        Fault::Status(503),
        Fault::Status(404),
        Fault::Status(401),
        Fault::Status(204),
        Fault::Garbage,
        Fault::Huge(2 << 20),
        Fault::GzipBomb,
        Fault::Redirect(elsewhere.to_owned()),
        Fault::Empty,
        Fault::Body("null".to_owned()),
        Fault::Body("[]".to_owned()),
        Fault::Body("{}".to_owned()),
        Fault::Body("{".to_owned()),
        Fault::Body(r#"{"keys":[]}"#.to_owned()),
        Fault::Body(r#"{"keys":{}}"#.to_owned()),
        Fault::Body(r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#.to_owned()),
    ]
}

fn hasty(bench: &Bench) -> oidc::Oidc {
    let builder = bench
        .builder()
        .timeout(Duration::from_millis(500))
        .token_cache_bytes(0);
    builder.build().expect("the configuration is sound")
}

async fn are_unavailable_at_first(endpoint: Endpoint) {
    let (bench, attacker) = (Bench::start().await, Bench::start().await);
    attacker.idp.rotate_keys();
    let elsewhere = format!("{}{}", attacker.idp.issuer(), endpoint.path());
    let good = bench.good_token();
    let foreign = attacker.idp.token().issuer(bench.idp.issuer()).mint();
    for fault in faults(&elsewhere) {
        for_both(
            app(),
            || hasty(&bench),
            async |server| {
                bench.idp.fault(endpoint, fault.clone());
                let case = format!("{endpoint:?} {fault:?}");
                for token in [&good, &foreign] {
                    server
                        .get("/required", token.as_str())
                        .await
                        .assert(&case, &unavailable());
                }
                bench.idp.heal();
                until(async || server.get("/required", good.as_str()).await.status == 200).await;
            },
        )
        .await;
    }
    assert_eq!(attacker.idp.hits(endpoint), 0, "a redirect was followed");
}

#[tokio::test]
async fn of_the_key_set_are_unavailable_at_first() {
    are_unavailable_at_first(Endpoint::Jwks).await;
}

#[tokio::test]
async fn of_the_discovery_are_unavailable_at_first() {
    are_unavailable_at_first(Endpoint::Discovery).await;
}

#[tokio::test]
async fn go_unnoticed_later() {
    let (bench, attacker) = (Bench::start().await, Bench::start().await);
    let elsewhere = format!("{}{}", attacker.idp.issuer(), Endpoint::Jwks.path());
    for_both(
        app(),
        || hasty(&bench),
        async |server| {
            bench.idp.heal();
            warm_up(server, &bench).await;
            for fault in faults(&elsewhere) {
                bench.idp.fault(Endpoint::Jwks, fault.clone());
                bench.idp.reset_hits();
                until(async || {
                    // More than any pause after a failure; an earlier attempt may still be under way.
                    bench.advance(Duration::from_secs(61));
                    let reply = server.get("/required", bench.good_token().as_str()).await;
                    reply.assert(&format!("{fault:?}"), &ok("alice"));
                    bench.idp.hits(Endpoint::Jwks) > 0
                })
                .await;
                let reply = server.get("/required", bench.good_token().as_str()).await;
                reply.assert(&format!("{fault:?}, afterwards"), &ok("alice"));
            }
        },
    )
    .await;
    assert_eq!(
        attacker.idp.hits(Endpoint::Jwks),
        0,
        "a redirect was followed"
    );
}

/// A discovery document that is one, but not a usable one.
#[tokio::test]
async fn of_the_document_are_unavailable() {
    let bench = Bench::start().await;
    let issuer = bench.idp.issuer().to_owned();
    let jwks_uri = format!("{issuer}/jwks");
    let documents = [
        json!({ "issuer": issuer }),
        json!({ "issuer": issuer, "jwks_uri": null }),
        json!({ "issuer": issuer, "jwks_uri": 7 }),
        json!({ "issuer": issuer, "jwks_uri": "" }),
        json!({ "issuer": issuer, "jwks_uri": "/jwks" }),
        json!({ "issuer": issuer, "jwks_uri": "file:///etc/passwd" }),
        json!({ "issuer": issuer, "jwks_uri": "http://attacker.example/jwks" }),
        json!({ "jwks_uri": jwks_uri }),
        json!({ "issuer": null, "jwks_uri": jwks_uri }),
        json!({ "issuer": "", "jwks_uri": jwks_uri }),
        json!({ "issuer": [issuer], "jwks_uri": jwks_uri }),
        json!({ "issuer": format!("{issuer}/other"), "jwks_uri": jwks_uri }),
        json!({ "issuer": issuer.to_uppercase(), "jwks_uri": jwks_uri }),
        json!({ "issuer": issuer.replace("127.0.0.1", "localhost"), "jwks_uri": jwks_uri }),
        json!({ "issuer": "https://attacker.example", "jwks_uri": jwks_uri }),
    ];
    for document in documents {
        bench
            .idp
            .fault(Endpoint::Discovery, Fault::Body(document.to_string()));
        for_both(
            app(),
            || hasty(&bench),
            async |server| {
                let reply = server.get("/required", bench.good_token().as_str()).await;
                reply.assert(&document.to_string(), &unavailable());
            },
        )
        .await;
    }
    assert_eq!(
        bench.idp.hits(Endpoint::Jwks),
        0,
        "keys of another issuer were fetched"
    );
}

/// The metadata of a provider, with every endpoint.
fn document(issuer: &str) -> Value {
    let at = |endpoint: Endpoint| format!("{issuer}{}", endpoint.path());
    json!({
        "issuer": issuer,
        "jwks_uri": at(Endpoint::Jwks),
        "authorization_endpoint": at(Endpoint::Authorize),
        "token_endpoint": at(Endpoint::Token),
        "device_authorization_endpoint": at(Endpoint::Device),
        "userinfo_endpoint": at(Endpoint::Userinfo),
        "end_session_endpoint": at(Endpoint::EndSession),
    })
}

/// Credentials in an address would be sent along, and an endpoint must not have a fragment
/// (RFC 6749 §3.1, §3.2).
#[tokio::test]
async fn of_the_addresses_are_unavailable() {
    let bench = Bench::start().await;
    let good = document(bench.idp.issuer());
    let publish = |document: &Value| {
        let fault = Fault::Body(document.to_string());
        bench.idp.fault(Endpoint::Discovery, fault);
    };
    let names = good.as_object().expect("an object").keys();
    for name in names.filter(|name| *name != "issuer") {
        let address = good[name].as_str().expect("an address");
        let with = |user: &str| address.replacen("://", &format!("://{user}@"), 1);
        for (changed, problem) in [
            (with("alice"), "user name or password"),
            (with("alice:s3cret"), "user name or password"),
            (with(":s3cret"), "user name or password"),
            (format!("{address}#part"), "fragment"),
            (format!("{address}#"), "fragment"),
        ] {
            let mut document = good.clone();
            document[name] = json!(changed);
            publish(&document);
            let error = hasty(&bench).discover().await.expect_err(&changed);
            let text = error.to_string();
            assert!(text.contains(&format!("`{name}`")), "{changed}: {text}");
            assert!(text.contains(problem), "{changed}: {text}");
            assert!(!text.contains("s3cret"), "{text}");
            for_both(
                app(),
                || hasty(&bench),
                async |server| {
                    let reply = server.get("/required", bench.good_token().as_str()).await;
                    reply.assert(&changed, &unavailable());
                },
            )
            .await;
        }
    }
    for endpoint in Endpoint::ALL {
        let asked = bench.idp.hits(endpoint) > 0;
        assert_eq!(asked, endpoint == Endpoint::Discovery, "{endpoint:?}");
    }
    publish(&good);
    for_both(
        app(),
        || hasty(&bench),
        async |server| warm_up(server, &bench).await,
    )
    .await;
}

#[tokio::test]
async fn of_the_issuer_are_unavailable() {
    let bench = Bench::start().await;
    bench.idp.fault(Endpoint::Discovery, Fault::WrongIssuer);
    for_both(
        app(),
        || hasty(&bench),
        async |server| {
            let reply = server.get("/required", bench.good_token().as_str()).await;
            reply.assert("the document names another issuer", &unavailable());
        },
    )
    .await;
    bench.idp.heal();
    let oidc = || {
        bench
            .builder()
            .issuer("https://other.example")
            .build()
            .expect("sound")
    };
    for_both(app(), oidc, async |server| {
        let reply = server.get("/required", bench.good_token().as_str()).await;
        assert_eq!(reply.status, 401, "the configuration names another issuer");
    })
    .await;
    assert_eq!(
        bench.idp.hits(Endpoint::Jwks),
        0,
        "keys of another issuer were fetched"
    );
}
