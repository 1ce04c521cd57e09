//! What a token costs that was not seen before, and one that is forged, against the bare check of
//! its signature, which nothing can be faster than, and against jsonwebtoken.

use std::hint::black_box;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, Validation, decode};
use oidc_devidp::{Algorithm, TestIdp};
use oidc_guard_bench::gate::{Anyone, admits, request};
use oidc_guard_bench::{Contender, forged, interleaved, raw_key, token, warm};
use serde::Deserialize;

const ROUNDS: usize = 61;
const TOKENS: usize = 64;
const OPERATIONS: usize = 4 * TOKENS;

#[derive(Deserialize)]
struct User {
    sub: String,
}

#[tokio::main]
async fn main() {
    let idp = TestIdp::start().await;
    println!(
        "| {:<9} | {:>5} | {:>12} | {:>5} | {:>8} | {:>14} | {:>6} | {:>12} |",
        "algorithm",
        "bytes",
        "raw check ns",
        "A/A",
        "verified",
        "and remembered",
        "forged",
        "jsonwebtoken"
    );
    println!(
        "|-----------|------:|-------------:|------:|---------:|---------------:|-------:|-------------:|"
    );
    for (algorithm, theirs) in [
        (Algorithm::Rs256, jsonwebtoken::Algorithm::RS256),
        (Algorithm::Es256, jsonwebtoken::Algorithm::ES256),
        (Algorithm::EdDsa, jsonwebtoken::Algorithm::EdDSA),
    ] {
        measure(&idp, algorithm, theirs).await;
    }
}

async fn measure(idp: &TestIdp, algorithm: Algorithm, theirs: jsonwebtoken::Algorithm) {
    let tokens: Vec<String> = (0..TOKENS).map(|n| token(idp, n, algorithm)).collect();
    let forgetful = warm(idp, 0).await;
    let remembering = warm(idp, 64 << 20).await;
    let contenders = [
        raw(idp, algorithm, &tokens),
        raw(idp, algorithm, &tokens),
        first_sight(&forgetful, &tokens),
        first_sight(&remembering, &tokens),
        refused(&remembering, &tokens),
        with_jsonwebtoken(idp, theirs, &tokens),
    ];
    let [raw, control, verified, remembered, refused, jsonwebtoken] =
        interleaved(contenders, ROUNDS, OPERATIONS);
    println!(
        "| {:<9} | {:>5} | {raw:>12.0} | {:>5.2} | {:>8.2} | {:>14.2} | {:>6.2} | {:>12.2} |",
        algorithm.name(),
        tokens[0].len(),
        control / raw,
        verified / raw,
        remembered / raw,
        refused / raw,
        jsonwebtoken / raw,
    );
}

fn raw(idp: &TestIdp, algorithm: Algorithm, tokens: &[String]) -> Contender<'static> {
    let key = raw_key(idp, algorithm);
    let parts: Vec<_> = tokens
        .iter()
        .map(|token| {
            let (signed, signature) = token.rsplit_once('.').expect("a token");
            let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
            (signed.as_bytes().to_vec(), signature)
        })
        .collect();
    Contender::new(move |operations| {
        for (signed, signature) in parts.iter().cycle().take(operations) {
            key.verify_sig(black_box(signed), signature)
                .expect("a signature");
        }
    })
}

fn first_sight<'c>(oidc: &'c oidc::Oidc, tokens: &[String]) -> Contender<'c> {
    let mut requests: Vec<_> = tokens.iter().map(|token| request(Some(token))).collect();
    Contender::new(move |operations| {
        for _ in 0..operations / TOKENS {
            oidc.clear_token_cache();
            for request in &mut requests {
                assert!(admits::<Anyone>(oidc, request));
            }
        }
    })
}

fn refused<'c>(oidc: &'c oidc::Oidc, tokens: &[String]) -> Contender<'c> {
    let mut requests: Vec<_> = tokens
        .iter()
        .map(|token| request(Some(&forged(token))))
        .collect();
    Contender::new(move |operations| {
        for _ in 0..operations / TOKENS {
            for request in &mut requests {
                assert!(!admits::<Anyone>(oidc, request));
            }
        }
    })
}

fn with_jsonwebtoken<'c>(
    idp: &TestIdp,
    algorithm: jsonwebtoken::Algorithm,
    tokens: &'c [String],
) -> Contender<'c> {
    let set: jsonwebtoken::jwk::JwkSet = serde_json::from_value(idp.jwks()).expect("a key set");
    let header = jsonwebtoken::decode_header(&tokens[0]).expect("a header");
    let kid = header.kid.expect("a name of the key");
    let key = DecodingKey::from_jwk(set.find(&kid).expect("the key")).expect("a key");
    let mut validation = Validation::new(algorithm);
    validation.set_audience(&[idp.client_id()]);
    validation.set_issuer(&[idp.issuer()]);
    Contender::new(move |operations| {
        for token in tokens.iter().cycle().take(operations) {
            let user = decode::<User>(token, &key, &validation).expect("a valid token");
            assert!(!user.claims.sub.is_empty());
        }
    })
}
