//! RSA keys below 2048 bits do not serve, whoever publishes them (RFC 7518 §3.3).
//!
//! The signature libraries at hand make no such key, so `weak_rsa.json` holds two keys and a
//! token of each, made once with OpenSSL for the issuer named here. They never expire.

use oidc_devidp::{DevIdp, Endpoint};
use serde_json::{Value, json};

use super::app;
use crate::support::bench::Bench;
use crate::support::reply::{invalid_token, ok};
use crate::support::servers::for_both;

const ISSUER: &str = "https://issuer.example";

#[tokio::test]
async fn only_the_strong_one_serves() {
    let made: Value = serde_json::from_str(include_str!("weak_rsa.json")).expect("JSON");
    let bench = Bench::with(DevIdp::builder().issuer(ISSUER)).await;
    bench
        .idp
        .publish_jwks(json!({ "keys": [made["1024"]["jwk"], made["2048"]["jwk"]] }));
    let at = |endpoint: Endpoint| format!("http://{}{}", bench.idp.address(), endpoint.path());
    let oidc = || {
        let builder = bench.builder().issuer(ISSUER);
        let builder = builder
            .discovery_url(at(Endpoint::Discovery))
            .jwks_uri(at(Endpoint::Jwks));
        builder.build().expect("the configuration is sound")
    };
    for_both(app(), oidc, async |server| {
        for (bits, expected) in [("2048", ok("alice")), ("1024", invalid_token())] {
            let reply = server.get("/required", made[bits]["token"].as_str()).await;
            reply.assert(bits, &expected);
        }
    })
    .await;
}
