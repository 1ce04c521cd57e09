//! The keys of a provider, one by one.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oidc_runtime::Algorithm;
use serde_json::{Map, Value};

use crate::doctor::finding::Finding;
use crate::output::text::printable;

const CHECK: &str = "keys";
/// RFC 7518 §3.3.
const MIN_RSA_BITS: usize = 2048;
/// How many keys without `kid` the server tries for a token without one.
const MAX_CANDIDATES: usize = 4;

/// Judges a key set (RFC 7517 §5); `accepted` are the algorithms that the server accepts.
pub(super) fn check(set: &Value, accepted: &[Algorithm]) -> Vec<Finding> {
    let Some(keys) = set.get("keys").and_then(Value::as_array) else {
        return vec![
            Finding::problem(
                CHECK,
                "the document at `jwks_uri` is no key set: it has no list `keys`",
            )
            .why("no token can be verified")
            .fix("check `jwks_uri`"),
        ];
    };
    let objects: Vec<_> = keys.iter().filter_map(Value::as_object).collect();
    let mut findings: Vec<_> = objects
        .iter()
        .filter_map(|key| one(key, accepted))
        .collect();
    findings.extend(names(&objects));
    let usable: Vec<_> = objects
        .iter()
        .filter(|key| problem(key, accepted).is_none())
        .collect();
    findings.push(match usable.as_slice() {
        [] => Finding::problem(CHECK, format!("none of {} keys is usable", keys.len()))
            .why("no token can be verified")
            .fix(
                "have the provider sign with RS256, PS256, ES256, ES384 or EdDSA (Ed25519) and publish \
                 the key; if OIDC_ALGORITHMS is set, check it",
            ),
        usable => Finding::ok(CHECK, format!("{} of {} usable", usable.len(), keys.len())),
    });
    findings
}

/// Why the server skips a key.
#[derive(Debug, PartialEq, Eq)]
enum Skipped {
    Private,
    Symmetric,
    Weak(usize),
    Encryption,
    Unsupported(String),
    NotAccepted(String),
    Malformed,
}

fn problem(key: &Map<String, Value>, accepted: &[Algorithm]) -> Option<Skipped> {
    let text = |name: &str| key.get(name).and_then(Value::as_str);
    if key.contains_key("k") || text("kty") == Some("oct") {
        return Some(Skipped::Symmetric);
    }
    if ["d", "p", "q"].iter().any(|name| key.contains_key(*name)) {
        return Some(Skipped::Private);
    }
    if text("use").is_some_and(|purpose| purpose != "sig") {
        return Some(Skipped::Encryption);
    }
    if let Some(alg) = text("alg") {
        match alg.parse::<Algorithm>() {
            Err(_) => return Some(Skipped::Unsupported(format!("algorithm {alg}"))),
            Ok(algorithm) if !accepted.contains(&algorithm) => {
                return Some(Skipped::NotAccepted(alg.to_owned()));
            }
            Ok(_) => {}
        }
    }
    match (text("kty"), text("crv")) {
        (Some("RSA"), _) => match text("n").and_then(rsa_bits) {
            None => Some(Skipped::Malformed),
            Some(bits) if bits < MIN_RSA_BITS => Some(Skipped::Weak(bits)),
            Some(_) => None,
        },
        (Some("EC"), Some("P-256" | "P-384")) | (Some("OKP"), Some("Ed25519")) => None,
        (Some("EC" | "OKP"), Some(curve)) => Some(Skipped::Unsupported(format!("curve {curve}"))),
        (Some(kind), _) => Some(Skipped::Unsupported(format!("key type {kind}"))),
        (None, _) => Some(Skipped::Malformed),
    }
}

fn rsa_bits(modulus: &str) -> Option<usize> {
    let bytes = URL_SAFE_NO_PAD.decode(modulus).ok()?;
    let start = bytes.iter().position(|byte| *byte != 0)?;
    let first = bytes[start].leading_zeros() as usize;
    Some((bytes.len() - start) * 8 - first)
}

fn one(key: &Map<String, Value>, accepted: &[Algorithm]) -> Option<Finding> {
    let kid = key.get("kid").and_then(Value::as_str).map(printable);
    let name = kid.map_or("a key without `kid`".to_owned(), |kid| format!("key {kid}"));
    Some(match problem(key, accepted)? {
        Skipped::Private => Finding::problem(
            CHECK,
            format!("{name} is published with its private part"),
        )
        .why("everybody can sign tokens as this provider")
        .fix("withdraw the key at once, publish only public parts, and revoke what it has signed"),
        Skipped::Symmetric => Finding::problem(CHECK, format!("{name} is a symmetric key"))
            .why("it is a secret that everybody can read here and forge tokens with")
            .fix("withdraw it, and sign with an asymmetric algorithm such as RS256 or ES256"),
        Skipped::Weak(bits) => Finding::warning(CHECK, format!("{name} is RSA with {bits} bits"))
            .why("the server rejects what it has signed: RFC 7518 demands 2048 bits")
            .fix("generate a key of at least 2048 bits"),
        Skipped::Encryption => Finding::note(CHECK, format!("{name} is for encryption"))
            .why("the server does not use it: encrypted tokens are not supported"),
        Skipped::Unsupported(what) => {
            Finding::warning(CHECK, format!("{name} has the {}", printable(&what)))
                .why("the server skips it, and rejects tokens that it has signed")
                .fix("sign with RS, PS, ES256, ES384 or EdDSA (Ed25519)")
        }
        Skipped::NotAccepted(alg) => {
            Finding::warning(CHECK, format!("{name} is for {}", printable(&alg)))
                .why("OIDC_ALGORITHMS leaves this algorithm out, so its tokens are rejected")
                .fix("add it to OIDC_ALGORITHMS, if the provider signs access tokens with it")
        }
        Skipped::Malformed => Finding::warning(CHECK, format!("{name} is malformed"))
            .why("the server skips it, and rejects tokens that it has signed")
            .fix("correct the key set (RFC 7517, RFC 7518 §6)"),
    })
}

/// Keys are found by `kid`.
fn names(keys: &[&Map<String, Value>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    let kid = |key: &&&Map<String, Value>| key.get("kid").and_then(Value::as_str).is_some();
    for kid in keys.iter().filter_map(|key| key.get("kid")?.as_str()) {
        *count.entry(kid).or_default() += 1;
    }
    for (kid, times) in count.into_iter().filter(|(_, times)| *times > 1) {
        let saw = format!("{times} keys have the `kid` {}", printable(kid));
        findings.push(
            Finding::warning(CHECK, saw)
                .why("a token names its key by `kid`: the server has to try all of them")
                .fix("give each key a `kid` of its own (RFC 7517 §4.5)"),
        );
    }
    let nameless = keys.len() - keys.iter().filter(kid).count();
    if nameless > 0 {
        let saw = format!("{nameless} of {} keys have no `kid`", keys.len());
        let finding = if nameless > MAX_CANDIDATES {
            Finding::problem(CHECK, saw)
                .why("more keys fit a token than the server tries: it is rejected")
        } else if keys.len() > 1 {
            Finding::warning(CHECK, saw)
                .why("when keys are replaced, servers cannot tell which is which")
        } else {
            Finding::note(CHECK, saw).why("once there are two keys, tokens have to name theirs")
        };
        findings.push(finding.fix("have the provider set `kid` in keys and tokens"));
    }
    findings
}
