//! The algorithm of a token never decides how it is checked (RFC 8725 §3.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oidc_devidp::{Algorithm, TestKey};
use serde_json::json;

use super::forge::{Forge, encode};
use super::{Attempt, accepted, attempt, rejected};

fn unsigned(alg: &'static str) -> [Attempt; 2] {
    let text = move |forge: &Forge<'_>| {
        let mut header = forge.header();
        header["alg"] = json!(alg);
        format!(
            "{}.{}.",
            encode(header.to_string()),
            encode(forge.claims().to_string())
        )
    };
    let borrowed = move |forge: &Forge<'_>| {
        let (_, signature) = forge.parts(Algorithm::Rs256);
        format!("{}{}", text(forge), encode(signature))
    };
    [
        rejected(&format!("{alg:?}, no signature"), text),
        rejected(&format!("{alg:?}, a genuine signature"), borrowed),
    ]
}

#[tokio::test]
async fn none() {
    let names = ["none", "None", "NONE", "nOnE", "", " none", "null"];
    attempt(names.into_iter().flat_map(unsigned).collect()).await;
}

/// `SubjectPublicKeyInfo` of an RSA key: a fixed prefix for 2048 bits (RFC 8017 appendix A.1.1).
fn spki(key: &TestKey) -> Vec<u8> {
    let public = key.public_key_bytes();
    let algorithm = [
        0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
    ];
    let bits = [&der(0x03, public.len() + 1)[..], &[0], public].concat();
    [
        &der(0x30, algorithm.len() + bits.len())[..],
        &algorithm,
        &bits,
    ]
    .concat()
}

/// A DER tag with a length of two bytes.
fn der(tag: u8, length: usize) -> Vec<u8> {
    let [high, low] = u16::try_from(length).expect("a key is short").to_be_bytes();
    vec![tag, 0x82, high, low]
}

fn pem(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let lines: Vec<_> = body
        .as_bytes()
        .chunks(64)
        .map(String::from_utf8_lossy)
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

#[tokio::test]
async fn hmac_with_the_public_key() {
    let secret = |name: &str, secret: fn(&str, &TestKey) -> Vec<u8>| {
        rejected(name, move |forge| {
            let (kid, key) = forge.key();
            forge.token().hmac(&secret(&kid, &key)).mint()
        })
    };
    let attempts = vec![
        secret("PKCS#1 DER", |_, key| key.public_key_bytes().to_vec()),
        secret("PKCS#1 PEM", |_, key| {
            pem("RSA PUBLIC KEY", key.public_key_bytes()).into()
        }),
        secret("SPKI DER", |_, key| spki(key)),
        secret("SPKI PEM", |_, key| pem("PUBLIC KEY", &spki(key)).into()),
        secret("SPKI PEM without its last newline", |_, key| {
            pem("PUBLIC KEY", &spki(key)).trim_end().into()
        }),
        secret("JWK", |kid, key| key.jwk(kid).to_string().into()),
        secret("modulus", |kid, key| {
            key.jwk(kid)["n"].as_str().unwrap_or_default().into()
        }),
        secret("kid", |kid, _| kid.into()),
        secret("empty secret", |_, _| Vec::new()),
        secret("zero", |_, _| vec![0; 32]),
        rejected("HS384 in name", |forge| {
            forge
                .token()
                .hmac(b"x")
                .header("alg", json!("HS384"))
                .mint()
        }),
        rejected("HS512 in name", |forge| {
            forge
                .token()
                .hmac(b"x")
                .header("alg", json!("HS512"))
                .mint()
        }),
        rejected("RS256 in name, HMAC in truth", |forge| {
            let (_, key) = forge.key();
            forge
                .token()
                .hmac(&spki(&key))
                .header("alg", json!("RS256"))
                .mint()
        }),
    ];
    attempt(attempts).await;
}

#[tokio::test]
async fn of_another_key() {
    let saying = |name: &'static str| {
        rejected(name, move |forge| {
            forge.token().header("alg", json!(name)).mint()
        })
    };
    let signed_as = |name: &str, signs: Algorithm, says: Algorithm| {
        rejected(name, move |forge| {
            let kid = forge.idp.private_key(says).0;
            forge.token().alg(signs).kid(kid.as_str()).mint()
        })
    };
    let mut attempts = vec![
        signed_as(
            "RS256 under the kid of an EC key",
            Algorithm::Rs256,
            Algorithm::Es256,
        ),
        signed_as(
            "ES256 under the kid of an RSA key",
            Algorithm::Es256,
            Algorithm::Rs256,
        ),
        signed_as(
            "ES256 under the kid of a P-384 key",
            Algorithm::Es256,
            Algorithm::Es384,
        ),
        signed_as(
            "EdDSA under the kid of an EC key",
            Algorithm::EdDsa,
            Algorithm::Es256,
        ),
        signed_as(
            "PS256 under the kid of an RS256 key",
            Algorithm::Ps256,
            Algorithm::Rs256,
        ),
        signed_as(
            "RS512 under the kid of an RS256 key",
            Algorithm::Rs512,
            Algorithm::Rs256,
        ),
        rejected("no alg", |forge| forge.token().without_header("alg").mint()),
        rejected("alg a number", |forge| {
            forge.token().header("alg", json!(256)).mint()
        }),
        rejected("alg an array", |forge| {
            forge.token().header("alg", json!(["RS256"])).mint()
        }),
        accepted("its own", |forge| forge.token().mint()),
    ];
    let names = [
        "rs256",
        "Rs256",
        "RS256 ",
        "RSA256",
        "RS1",
        "SHA256withRSA",
        "ES256",
        "ES256K",
        "ES512",
        "PS256",
        "EdDSA",
        "Ed25519",
        "RSA-OAEP",
        "dir",
        "A256KW",
    ];
    attempts.extend(names.map(saying));
    attempt(attempts).await;
}
