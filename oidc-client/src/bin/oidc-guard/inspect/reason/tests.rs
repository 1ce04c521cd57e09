#![expect(
    clippy::too_many_lines,
    reason = "a table is as long as its cases are many"
)]

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use super::*;
use crate::inspect::reading::Kind;
use crate::settings::Settings;

const NOW: u64 = 1_800_000_000;

fn settings() -> Settings {
    Settings::of(&[
        ("OIDC_CLIENT_ID", "shop"),
        ("OIDC_DISCOVERY_URL", "https://id.example"),
        ("OIDC_AUDIENCE", "shop-api"),
        ("OIDC_AUTHORIZED_PARTIES", "shop cli"),
        ("OIDC_ALGORITHMS", "RS256"),
    ])
}

fn object(value: &Value) -> Option<Map<String, Value>> {
    value.as_object().cloned()
}

/// A token with these claims instead of good ones.
fn token(changes: &Value) -> Reading {
    let mut claims = json!({
        "iss": "https://id.example", "aud": "shop-api", "azp": "shop", "sub": "alice",
        "exp": NOW + 60, "scope": "read",
    });
    for (name, value) in object(changes).expect("an object") {
        claims[name] = value;
    }
    let claims = object(&claims).map(|claims| {
        claims
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .collect()
    });
    Reading {
        kind: Kind::Jwt,
        header: object(&json!({ "alg": "HS256", "kid": "k1", "typ": "JWT" })),
        claims,
        length: 500,
    }
}

fn explained(code: &str, token: &Reading) -> Reason {
    let expected = Expected::of(&settings());
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
    Case {
        token,
        expected: &expected,
        now,
    }
    .explain(code)
}

#[test]
fn each_code_is_explained_by_what_the_token_says() {
    let plain = || json!({});
    for (code, claims, message, fix) in [
        (
            "token_expired",
            json!({ "exp": NOW - 180 }),
            "expired 3 minutes ago",
            "refresh",
        ),
        (
            "token_not_yet_valid",
            json!({ "nbf": NOW + 120 }),
            "in 2 minutes",
            "clocks",
        ),
        (
            "token_issued_in_future",
            json!({ "iat": NOW + 3600 }),
            "in 1 hour",
            "clocks",
        ),
        (
            "audience_mismatch",
            json!({ "aud": ["a", "b"] }),
            "a, b, the server wants shop-api",
            "OIDC_AUDIENCE=a",
        ),
        (
            "audience_mismatch",
            json!({ "aud": "account" }),
            "account",
            "Audience mapper",
        ),
        (
            "audience_mismatch",
            json!({ "aud": "00000003-0000-0000-c000-000000000000" }),
            "0000",
            "Graph",
        ),
        (
            "issuer_mismatch",
            json!({ "iss": "https://else.example" }),
            "else.example, the server trusts https://id.example",
            "OIDC_TRUST",
        ),
        (
            "issuer_mismatch",
            json!({ "iss": "https://id.example/" }),
            "https://id.example/",
            "slash",
        ),
        (
            "issuer_mismatch",
            json!({ "iss": "http://id.example" }),
            "http://id.example",
            "http and https",
        ),
        (
            "issuer_mismatch",
            json!({ "iss": "https://sts.windows.net/x/" }),
            "sts.windows.net",
            "requestedAccessTokenVersion",
        ),
        (
            "azp_mismatch",
            json!({ "azp": "other" }),
            "other, the server accepts shop, cli",
            "OIDC_AUTHORIZED_PARTIES",
        ),
        (
            "azp_mismatch",
            json!({ "azp": null }),
            "does not say",
            "azp",
        ),
        (
            "not_an_access_token",
            json!({ "nonce": "n" }),
            "`nonce`, so it is an ID token",
            "access token",
        ),
        (
            "not_an_access_token",
            json!({ "events": {} }),
            "logout token",
            "access token",
        ),
        (
            "not_an_access_token",
            json!({ "typ": "Refresh" }),
            "Refresh",
            "access token",
        ),
        (
            "not_an_access_token",
            plain(),
            "nothing marks it",
            "OIDC_AUDIENCE",
        ),
        (
            "token_bound",
            json!({ "cnf": { "jkt": "x" } }),
            "DPoP",
            "DPoP",
        ),
        (
            "token_bound",
            json!({ "cnf": { "x5t#S256": "x" } }),
            "certificate",
            "OIDC_BOUND_TOKENS",
        ),
        (
            "claims_malformed",
            json!({ "sub": null }),
            "`sub` is missing",
            "basic",
        ),
        (
            "claims_malformed",
            json!({ "exp": "soon" }),
            "`exp` is not a number",
            "expire",
        ),
        (
            "claims_malformed",
            json!({ "aud": [1] }),
            "`aud` is not a text",
            "audience",
        ),
        ("claims_malformed", plain(), "occurs twice", "log"),
        (
            "alg_not_allowed",
            plain(),
            "HS256, the server accepts RS256",
            "asymmetric",
        ),
        (
            "kid_unknown",
            plain(),
            "k1, which https://id.example does not publish",
            "sign in again",
        ),
        ("signature_invalid", plain(), "k1", "copy"),
        ("kid_missing", plain(), "kid", "kid"),
        ("token_malformed", plain(), "cannot be decoded", "copy"),
        ("token_encrypted", plain(), "JWE", "encryption"),
        ("token_too_large", plain(), "500 bytes", "groups"),
        ("token_inactive", plain(), "not active", "sign in again"),
        (
            "provider_unavailable",
            plain(),
            "could not be read",
            "doctor https://id.example",
        ),
        (
            "introspection_unauthorized",
            plain(),
            "no usable answer",
            "OIDC_CLIENT_SECRET",
        ),
        ("something_new", plain(), "something_new", "guide"),
    ] {
        let reason = explained(code, &token(&claims));
        assert_eq!(reason.code, code);
        assert!(
            reason.message.contains(message),
            "{code}: {}",
            reason.message
        );
        assert!(reason.fix.contains(fix), "{code}: {}", reason.fix);
    }
}

#[test]
fn an_opaque_token_is_called_so() {
    let opaque = Reading::of("ya29.abc");
    let reason = explained("token_malformed", &opaque);
    assert!(reason.message.contains("opaque"), "{}", reason.message);
    assert!(reason.fix.contains("OIDC_INTROSPECTION"), "{}", reason.fix);
}

#[test]
fn further_reasons_are_named() {
    let expected = Expected::of(&settings());
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
    let further = |claims: Value, code: &str| -> Vec<String> {
        let token = token(&claims);
        let case = Case {
            token: &token,
            expected: &expected,
            now,
        };
        case.further(code)
            .into_iter()
            .map(|reason| reason.code)
            .collect()
    };
    let bad = json!({ "aud": "x", "iss": "https://y", "exp": NOW - 60, "azp": "z", "cnf": {} });
    assert_eq!(
        further(bad, "issuer_mismatch"),
        [
            "audience_mismatch",
            "azp_mismatch",
            "token_bound",
            "token_expired"
        ]
    );
    assert!(further(json!({}), "signature_invalid").is_empty());
    // Within the tolerance.
    assert!(further(json!({ "exp": NOW - 29, "nbf": NOW + 29 }), "kid_unknown").is_empty());
}

#[test]
fn text_of_a_token_cannot_control_the_terminal() {
    let reason = explained(
        "issuer_mismatch",
        &token(&json!({ "iss": "https://x\u{1b}[2J" })),
    );
    assert!(!reason.message.contains('\u{1b}') && !reason.fix.contains('\u{1b}'));
}
