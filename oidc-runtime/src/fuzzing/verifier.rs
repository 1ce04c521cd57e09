//! Compares the verifier with a second library, and with an independent implementation of the rules
//! for claims.

use serde_json::{Map, Value, json};

use super::choices::Choices;
use super::forge::{disturb, header, is_tidy, tampered};
use super::signer::{
    AUDIENCE, CLIENT_ID, ISSUER, KEYS, KID, NOW, PEER_KEYS, Settings, sign, verify, verify_with,
};
use crate::jose::{Compact, TokenError, check_signature};

/// What became of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Not signed by the provider, or malformed.
    Refused,
    /// Rejected although the other library accepts the signature: the listed exceptions.
    RefusedByUsAlone,
    /// Correctly signed, but not an access token for this application.
    SignatureOnly,
    /// Accepted as a user.
    Accepted,
}

/// Verifies a token that is arbitrary, tampered with, or genuine with arbitrary contents.
///
/// # Panics
/// If this library accepts a signature that `jsonwebtoken` does not, if it rejects one for a reason
/// that is not listed, or if it accepts claims that violate the rules.
pub fn verifier(data: &[u8]) -> Verdict {
    let token = token(Choices::new(data));
    let signature = Compact::parse(&token).and_then(|token| check_signature(token, &KEYS));
    let peer = peer_accepts(&token);
    match signature {
        Ok(signed) => {
            assert!(peer, "only we accept the signature of {token}");
            check_claims(&token, &signed.payload)
        }
        Err(reason) if peer => {
            assert!(
                is_listed(reason, &token),
                "only we reject {token}: {reason:?}"
            );
            Verdict::RefusedByUsAlone
        }
        Err(_) => Verdict::Refused,
    }
}

/// Reasons to reject a token although its signature is valid.
fn is_listed(reason: TokenError, token: &str) -> bool {
    match reason {
        // The other library leaves an upper bound to the server.
        TokenError::TooLarge => token.len() > 16 * 1024,
        // Members of a JWE (RFC 7516 §9), which the other library does not check for.
        TokenError::Encrypted => header(token).get("enc").is_some(),
        // Extensions that would have to be understood (RFC 7515 §4.1.11, RFC 7797 §6).
        TokenError::HeaderUnsupported => true,
        // Unknown keys; the other library tries every key, whatever its `kid`.
        TokenError::KeyUnknown => header(token)["kid"] != KID,
        // Duplicate members, and members of the wrong type.
        TokenError::Malformed => !is_tidy(token),
        _ => false,
    }
}

/// Whether `jsonwebtoken` accepts the signature with any of the keys. It does not get the header,
/// because it also reads embedded keys, which this library ignores.
fn peer_accepts(token: &str) -> bool {
    let Some(algorithm) = header(token)["alg"]
        .as_str()
        .and_then(|name| name.parse().ok())
    else {
        return false;
    };
    let Some((message, signature)) = token.rsplit_once('.') else {
        return false;
    };
    PEER_KEYS.iter().any(|key| {
        let verified = jsonwebtoken::crypto::verify(signature, message.as_bytes(), key, algorithm);
        verified.unwrap_or(false)
    })
}

fn check_claims(token: &str, payload: &[u8]) -> Verdict {
    let user = verify(token);
    let claims = match serde_json::from_slice(payload) {
        Ok(Value::Object(claims)) => claims,
        _ => Map::new(),
    };
    let header = header(token);
    let good = is_access_token(&header, &claims);
    let tidy = Value::Object(claims.clone()).to_string().as_bytes() == payload;
    match user {
        Ok(user) => {
            assert!(good, "accepted {header} {claims:?}");
            check_party(token, &claims);
            assert_eq!(user.claims(), &claims, "the claims that a handler sees");
            assert_eq!(Some(user.subject()), claims["sub"].as_str());
            Verdict::Accepted
        }
        Err(reason) => {
            assert!(!(good && tidy), "rejected {header} {claims:?}: {reason:?}");
            Verdict::SignatureOnly
        }
    }
}

/// With authorized parties configured, acceptance depends on the client that obtained the token.
fn check_party(token: &str, claims: &Map<String, Value>) {
    let settings = Settings {
        authorized_parties: Some(vec![CLIENT_ID.to_owned()]),
        ..Settings::default()
    };
    let of_client = verify_with(&settings, token);
    let names = ["azp", "client_id", "cid", "appid"];
    let mut parties = names.iter().filter_map(|name| claims.get(*name)?.as_str());
    let party = match claims.get("azp") {
        Some(azp) => azp.as_str(),
        None => parties.find(|party| !party.is_empty()),
    };
    let expected = party == Some(CLIENT_ID);
    assert_eq!(of_client.is_ok(), expected, "{claims:?}: {of_client:?}");
}

/// The rules of `SECURITY.md` for an access token, as predicates on JSON.
fn is_access_token(header: &Value, claims: &Map<String, Value>) -> bool {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let date = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(value) => {
            let seconds = value.as_f64().map(f64::floor);
            let in_range = seconds.filter(|seconds| (0.0..253_402_300_800.0).contains(seconds));
            in_range.map(Some).ok_or(())
        }
    };
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let now = NOW as f64;
    let declared = header.get("typ").map(|typ| {
        let typ = typ.as_str().unwrap_or("?").to_lowercase();
        typ.strip_prefix("application/").unwrap_or(&typ).to_owned()
    });
    let typ = matches!(declared.as_deref(), None | Some("jwt" | "at+jwt"));
    let named = |audience: &str| match claims.get("aud") {
        Some(Value::Array(items)) => items.contains(&json!(audience)),
        value => value == Some(&json!(audience)),
    };
    let audience = strings_or_one(claims.get("aud")) && (named(AUDIENCE) || named(CLIENT_ID));
    let marked = declared.as_deref() == Some("at+jwt")
        || text("typ") == Some("Bearer")
        || text("token_use") == Some("access")
        || ["client_id", "cid", "appid", "azpacr"]
            .map(text)
            .iter()
            .flatten()
            .any(|name| !name.is_empty())
        || has_scope(claims);
    let kind = marked || !named(CLIENT_ID);
    let times = match (date("exp"), date("nbf"), date("iat"), date("auth_time")) {
        (Ok(Some(exp)), Ok(nbf), Ok(iat), Ok(_)) => {
            now < exp + 30.0
                && nbf.is_none_or(|nbf| nbf <= now + 30.0)
                && iat.is_none_or(|iat| iat <= now + 30.0)
        }
        _ => false,
    };
    let strings = ["azp", "acr"]
        .iter()
        .all(|name| claims.get(*name).is_none_or(Value::is_string));
    let scopes = ["scope", "scp"].iter().all(|name| {
        claims
            .get(*name)
            .is_none_or(|value| strings_or_one(Some(value)))
    });
    let other_kind = ["nonce", "at_hash", "c_hash", "s_hash", "events"]
        .iter()
        .any(|name| claims.contains_key(*name));
    let token_use = claims.get("token_use").is_none_or(|kind| kind == "access");
    let typ_claim = claims.get("typ").is_none_or(|kind| {
        kind.as_str()
            .is_some_and(|kind| !["ID", "Refresh", "Offline", "Logout"].contains(&kind))
    });
    let subject = text("sub").is_some_and(|sub| !sub.is_empty());
    let identity = text("iss") == Some(ISSUER) && subject && audience;
    let types = typ && times && strings && scopes;
    let is_bearer = !claims.contains_key("cnf");
    types && identity && kind && !other_kind && token_use && typ_claim && is_bearer
}

fn strings_or_one(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Array(items)) => items.iter().all(Value::is_string),
        value => value.is_some_and(Value::is_string),
    }
}

/// Whether `scope`, or without it `scp`, names a scope.
fn has_scope(claims: &Map<String, Value>) -> bool {
    let words = match claims.get("scope").or_else(|| claims.get("scp")) {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(text)) => vec![text.as_str()],
        _ => Vec::new(),
    };
    words.iter().any(|word| !word.trim_matches(' ').is_empty())
}

fn token(mut choices: Choices<'_>) -> String {
    match choices.below(4) {
        0 => String::from_utf8_lossy(choices.rest()).into_owned(),
        1 => {
            let text = choices.rest();
            let mut parts = text.splitn(2, |byte| *byte == b'\n');
            sign(
                parts.next().unwrap_or_default(),
                parts.next().unwrap_or_default(),
            )
        }
        2 => genuine(&mut choices),
        _ => {
            let token = genuine(&mut choices);
            tampered(token, choices)
        }
    }
}

/// Signed by the provider, with a header and claims that are valid apart from some members.
fn genuine(choices: &mut Choices<'_>) -> String {
    let mut header = Map::new();
    header.insert("alg".into(), json!("EdDSA"));
    header.insert("kid".into(), json!(KID));
    let names = [
        "typ", "kid", "alg", "crit", "b64", "zip", "enc", "jwk", "jku", "x5c", "cty",
    ];
    disturb(&mut header, choices, &names, 2);
    let mut claims = Map::new();
    claims.insert("iss".into(), json!(ISSUER));
    let audiences = [
        json!(AUDIENCE),
        json!(CLIENT_ID),
        json!([AUDIENCE, CLIENT_ID]),
    ];
    claims.insert("aud".into(), audiences[choices.below(3)].clone());
    if !choices.once_in(4) {
        claims.insert("client_id".into(), json!(CLIENT_ID));
    }
    claims.insert("sub".into(), json!("user"));
    claims.insert("exp".into(), json!(NOW + 60));
    let names = [
        "iss",
        "aud",
        "sub",
        "exp",
        "nbf",
        "iat",
        "auth_time",
        "azp",
        "acr",
        "scope",
        "scp",
        "nonce",
        "at_hash",
        "c_hash",
        "s_hash",
        "events",
        "client_id",
        "cid",
        "appid",
        "azpacr",
        "token_use",
        "typ",
        "cnf",
        "groups",
        "",
    ];
    disturb(&mut claims, choices, &names, 4);
    sign(
        Value::Object(header).to_string().as_bytes(),
        Value::Object(claims).to_string().as_bytes(),
    )
}
