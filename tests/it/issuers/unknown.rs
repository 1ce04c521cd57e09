//! Nothing is fetched and nothing is computed for a token of an issuer that nobody trusts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use oidc_devidp::{Endpoint, TestKey};
use serde_json::{Value, json};

use super::{NAMES, codes, fetches, oidc, provider, start, token};
use crate::support::bench::Bench;
use crate::support::logs::Logs;
use crate::support::reply::{invalid_token, ok};
use crate::support::servers::{App, Server, for_both, guarded_app};

fn app() -> App {
    guarded_app!(either(issuer("own", "partner")))
}

/// A server that counts its requests.
async fn listen() -> (String, Arc<AtomicUsize>) {
    let requests = Arc::<AtomicUsize>::default();
    let counted = Arc::clone(&requests);
    let router = Router::new().fallback(async move || {
        counted.fetch_add(1, Ordering::SeqCst);
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port is free");
    let address = listener.local_addr().expect("a bound port has an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}"), requests)
}

/// Issuers that nobody trusts, some of which look like others.
fn strangers(bench: &Bench) -> Vec<String> {
    let mut strangers = vec![
        String::new(),
        "https://attacker.example".to_owned(),
        "partner".to_owned(),
        "own".to_owned(),
    ];
    for name in NAMES {
        let issuer = provider(bench, name).issuer().to_owned();
        strangers.extend([
            provider(bench, name).discovery_url(),
            format!("{issuer}/tenant"),
            format!("{issuer}?"),
            format!("{issuer}#"),
            format!(" {issuer}"),
            format!("{issuer}\u{0}"),
            issuer.replace("127.0.0.1", "localhost"),
            issuer.replace("127.0.0.1", "127.1"),
            issuer.replace("http://", "https://"),
            issuer.replace("http://", "HTTP://"),
            issuer.replace("http://", "http://user@"),
            format!("{issuer} https://attacker.example"),
        ]);
    }
    strangers
}

#[tokio::test]
async fn fetches_nothing() {
    let bench = start().await;
    let (elsewhere, requests) = listen().await;
    let mut strangers = strangers(&bench);
    strangers.push(elsewhere.clone());
    for start in [Server::axum, Server::actix] {
        let logs = Logs::default();
        let server = logs.listen(|| start(app(), oidc(&bench)));
        for name in NAMES {
            provider(&bench, name).reset_hits();
        }
        logs.take();
        for stranger in &strangers {
            for key in [None, Some(TestKey::ec_p256())] {
                let token = bench.idp.token().issuer(stranger);
                let token = token.header("jku", json!(format!("{elsewhere}/keys")));
                let token = token.header("x5u", json!(format!("{elsewhere}/certificates")));
                let token = match &key {
                    Some(key) => token.key(key).kid("unknown"),
                    None => token,
                };
                let reply = server.get("/either", token.mint().as_str()).await;
                reply.assert(stranger, &invalid_token());
                assert_eq!(codes(&logs), ["issuer_mismatch"], "{stranger}");
            }
        }
        for name in NAMES {
            assert_eq!(fetches(provider(&bench, name)), 0, "{name}");
        }
        assert_eq!(requests.load(Ordering::SeqCst), 0);
    }
}

/// A claim that is no text names nobody.
#[tokio::test]
async fn of_the_wrong_type_is_nobody() {
    let bench = start().await;
    let issuer = bench.idp.issuer();
    let values = [
        Value::Null,
        json!(7),
        json!(true),
        json!([issuer]),
        json!({ "issuer": issuer }),
    ];
    for_both(
        app(),
        || oidc(&bench),
        async |server| {
            for value in &values {
                let token = bench.idp.token().claim("iss", value.clone()).mint();
                let reply = server.get("/either", token.as_str()).await;
                reply.assert(&value.to_string(), &invalid_token());
            }
            let token = bench.idp.token().without("iss").mint();
            let reply = server.get("/either", token.as_str()).await;
            reply.assert("no issuer", &invalid_token());
        },
    )
    .await;
}

/// Two claims of that name may be read in two ways.
#[tokio::test]
async fn twice_is_nobody() {
    let bench = start().await;
    let partner = provider(&bench, "partner");
    let forged = |first: &str, second: &str| {
        let claims = [
            r#"{"iss":""#,
            first,
            r#"","iss":""#,
            second,
            r#"","sub":"a"}"#,
        ]
        .concat();
        let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let payload = base64::Engine::encode(&engine, claims);
        let good = bench.good_token();
        let parts: Vec<_> = good.split('.').collect();
        format!("{}.{payload}.{}", parts[0], parts[2])
    };
    let tokens = [
        forged(bench.idp.issuer(), partner.issuer()),
        forged(partner.issuer(), bench.idp.issuer()),
    ];
    for_both(
        app(),
        || oidc(&bench),
        async |server| {
            for token in &tokens {
                let reply = server.get("/either", token.as_str()).await;
                reply.assert(token, &invalid_token());
            }
        },
    )
    .await;
}

/// The keys of an issuer are fetched for its own tokens only.
#[tokio::test]
async fn keys_are_fetched_for_the_tokens_of_their_issuer() {
    let bench = start().await;
    for_both(
        app(),
        || oidc(&bench),
        async |server| {
            for name in NAMES {
                provider(&bench, name).reset_hits();
            }
            let hits = || NAMES.map(|name| provider(&bench, name).hits(Endpoint::Jwks));
            let partners = token(&bench, "partner").mint();
            let reply = server.get("/either", partners.as_str()).await;
            reply.assert("partner", &ok("alice"));
            assert_eq!(hits(), [0, 1, 0]);
            let reply = server.get("/either", bench.good_token().as_str()).await;
            reply.assert("own", &ok("alice"));
            assert_eq!(hits(), [1, 1, 0]);
        },
    )
    .await;
}
