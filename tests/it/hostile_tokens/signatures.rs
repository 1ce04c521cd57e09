//! Signatures that are nearly right (RFC 7518 §3.3 to §3.5, RFC 8037 §3.1).

use std::cmp::Ordering;

use oidc_devidp::Algorithm::{self, EdDsa, Es256, Es384, Ps256, Rs256};

use super::forge::encode;
use super::{Attempt, accepted, attempt, rejected};

/// The order of P-256 (SP 800-186 §3.2.1.3).
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// A genuine token whose signature was changed.
fn changed(name: &str, algorithm: Algorithm, change: fn(Vec<u8>) -> Vec<u8>) -> Attempt {
    rejected(name, move |forge| forge.resign(algorithm, change))
}

#[tokio::test]
async fn of_every_algorithm() {
    let mut attempts = Vec::new();
    for algorithm in [Rs256, Ps256, Es256, Es384, EdDsa] {
        let changed =
            |name: &str, change| changed(&format!("{algorithm} {name}"), algorithm, change);
        attempts.extend([
            accepted(&format!("{algorithm} untouched"), move |forge| {
                forge.resign(algorithm, |bytes| bytes)
            }),
            changed("none", |_| Vec::new()),
            changed("one byte", |_| vec![0]),
            changed("zeros", |bytes| vec![0; bytes.len()]),
            changed("ones", |bytes| vec![0xff; bytes.len()]),
            changed("first bit", |mut bytes| {
                bytes[0] ^= 0x80;
                bytes
            }),
            changed("last bit", |mut bytes| {
                let last = bytes.len() - 1;
                bytes[last] ^= 1;
                bytes
            }),
            changed("truncated", |bytes| bytes[..bytes.len() - 1].to_vec()),
            changed("halved", |bytes| bytes[..bytes.len() / 2].to_vec()),
            changed("without its start", |bytes| bytes[1..].to_vec()),
            changed("extended", |bytes| [bytes, vec![0]].concat()),
            changed("zero in front", |bytes| [vec![0], bytes].concat()),
            changed("twice", |bytes| [bytes.clone(), bytes].concat()),
            changed("reversed", |bytes| bytes.into_iter().rev().collect()),
            rejected(&format!("{algorithm} of another token"), move |forge| {
                let (text, _) = forge.parts(algorithm);
                let other = forge.idp.token().sub("bob").alg(algorithm).mint();
                let (_, signature) = other.rsplit_once('.').expect("a token has three parts");
                format!("{text}.{signature}")
            }),
            rejected(&format!("{algorithm} of another payload"), move |forge| {
                let (text, signature) = forge.parts(algorithm);
                let (header, _) = text.split_once('.').expect("a token has three parts");
                let mut claims = forge.claims();
                claims["sub"] = "admin".into();
                format!(
                    "{header}.{}.{}",
                    encode(claims.to_string()),
                    encode(signature)
                )
            }),
        ]);
    }
    attempt(attempts).await;
}

#[tokio::test]
async fn of_elliptic_curves() {
    let attempts = vec![
        changed("r is zero", Es256, |bytes| {
            [vec![0; 32], bytes[32..].to_vec()].concat()
        }),
        changed("s is zero", Es256, |bytes| {
            [bytes[..32].to_vec(), vec![0; 32]].concat()
        }),
        changed("r is the order", Es256, |bytes| {
            [&P256_ORDER, &bytes[32..]].concat()
        }),
        changed("s is the order", Es256, |bytes| {
            [&bytes[..32], &P256_ORDER].concat()
        }),
        changed("r and s are the order", Es256, |_| {
            [P256_ORDER, P256_ORDER].concat()
        }),
        changed("r and s are one", Es256, |_| {
            let one: Vec<u8> = [vec![0; 31], vec![1]].concat();
            [one.clone(), one].concat()
        }),
        changed("r and s swapped", Es256, |bytes| {
            [&bytes[32..], &bytes[..32]].concat()
        }),
        changed("DER", Es256, |bytes| {
            der_signature(&bytes[..32], &bytes[32..])
        }),
        changed("padded to P-384", Es256, |bytes| {
            [&[0; 16][..], &bytes[..32], &[0; 16], &bytes[32..]].concat()
        }),
        changed("DER of P-384", Es384, |bytes| {
            der_signature(&bytes[..48], &bytes[48..])
        }),
        accepted("low s", |forge| {
            forge.resign(Es256, |bytes| with_s(&bytes, Ordering::Less))
        }),
        // Only Bitcoin forbids it: RFC 7518 §3.4 does not, and many signers make both.
        accepted("high s", |forge| {
            forge.resign(Es256, |bytes| with_s(&bytes, Ordering::Greater))
        }),
    ];
    attempt(attempts).await;
}

/// The signature with the one of `s` and `n - s` that is less or greater than the other.
fn with_s(signature: &[u8], wanted: Ordering) -> Vec<u8> {
    let (r, s) = signature.split_at(32);
    let other = difference(&P256_ORDER, s);
    let chosen = if s.cmp(&other) == wanted { s } else { &other };
    [r, chosen].concat()
}

/// `a - b` of two big-endian numbers of the same length.
fn difference(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut borrow = false;
    let mut digits: Vec<u8> = a
        .iter()
        .zip(b)
        .rev()
        .map(|(a, b)| {
            let (once, first) = a.overflowing_sub(*b);
            let (twice, second) = once.overflowing_sub(u8::from(borrow));
            borrow = first || second;
            twice
        })
        .collect();
    digits.reverse();
    digits
}

/// ECDSA-Sig-Value (RFC 3279 §2.2.3), which is not what a JWS carries.
fn der_signature(r: &[u8], s: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| {
        let sign: &[u8] = if number[0] >= 0x80 { &[0] } else { &[] };
        let length = u8::try_from(sign.len() + number.len()).expect("a short number");
        [&[0x02, length], sign, number].concat()
    };
    let body = [integer(r), integer(s)].concat();
    let length = u8::try_from(body.len()).expect("a short sequence");
    [vec![0x30, length], body].concat()
}
