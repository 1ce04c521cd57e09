//! Compares what the endpoint for back-channel logouts accepts with the rules of OpenID Connect
//! Back-Channel Logout 1.0 §2.4 and §2.6.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use tokio::runtime::{Builder, Runtime};

use super::choices::Choices;
use super::forge::{disturb, header, is_tidy, tampered};
use super::key_server;
use super::request::Request;
use super::shop;
use super::signer::{CLIENT_ID, ISSUER, KID, NOW, sign};
use crate::client::Oidc;
use crate::flow::{Call, answer};
use crate::routes::{Endpoint, Route};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
const FORM: &str = "application/x-www-form-urlencoded";

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime")
});
static SHOP: LazyLock<Oidc> = LazyLock::new(|| {
    let oidc = shop::with_provider(&key_server::start());
    RUNTIME.block_on(oidc.discover()).expect("the keys");
    oidc
});
static ROUTE: LazyLock<Route> = LazyLock::new(|| {
    let mut served = shop::ROUTES.served();
    let route = served.find(|route| route.endpoint == Endpoint::BackchannelLogout);
    route.expect("the endpoint")
});

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Logout {
    /// It has no token of the provider.
    Refused,
    /// It has one, which violates a rule.
    Violation,
    /// It ends sessions.
    Ended,
}

/// Posts a body that is arbitrary, or a form with a token that is arbitrary, tampered with, or of the
/// provider with arbitrary contents.
///
/// # Panics
/// If a logout is accepted without a token of the provider that keeps the rules, or refused with one.
pub fn logout_token(data: &[u8]) -> Logout {
    let mut choices = Choices::new(data);
    match choices.below(8) {
        0 => {
            let content_type =
                choices.pick(&[FORM, "multipart/form-data; boundary=b", "text/html"]);
            assert_eq!(post(content_type, choices.rest()), 400);
            Logout::Refused
        }
        1 => {
            let token = String::from_utf8_lossy(choices.rest());
            assert_eq!(post(FORM, &form(&[&token])), 400, "{token}");
            Logout::Refused
        }
        2 => {
            let token = genuine(&mut choices);
            let changed = tampered(token.clone(), choices);
            let accepted = is_accepted(post(FORM, &form(&[&changed])), &changed);
            assert!(!accepted || changed == token, "{changed}");
            Logout::Refused
        }
        3 => {
            let token = genuine(&mut choices);
            refused_as_a_form(&token, &mut choices);
            Logout::Refused
        }
        _ => judge(&genuine(&mut choices)),
    }
}

/// Whatever the token: the form is wrong.
fn refused_as_a_form(token: &str, choices: &mut Choices<'_>) {
    let (content_type, body) = match choices.below(4) {
        0 => (FORM, form(&[token, token])),
        1 => (FORM, form(&[token, ""])),
        2 => ("application/json", form(&[token])),
        _ => ("", form(&[token])),
    };
    let body_text = String::from_utf8_lossy(&body);
    assert_eq!(post(content_type, &body), 400, "{content_type} {body_text}");
}

fn judge(token: &str) -> Logout {
    let claims = claims(token);
    let good = is_logout_token(&header(token), &claims);
    let accepted = is_accepted(post(FORM, &form(&[token])), token);
    assert!(good || !accepted, "accepted {} {claims:?}", header(token));
    let must_be_accepted = good && is_tidy(token) && has_usual_types(&claims);
    assert!(
        accepted || !must_be_accepted,
        "refused {} {claims:?}",
        header(token)
    );
    if accepted {
        Logout::Ended
    } else {
        Logout::Violation
    }
}

fn is_accepted(status: u16, token: &str) -> bool {
    assert!(matches!(status, 200 | 400), "{status} for {token}");
    status == 200
}

fn post(content_type: &str, body: &[u8]) -> u16 {
    let mut request = Request {
        method: "POST",
        path: ROUTE.path,
        fields: vec![("content-type", content_type.as_bytes().to_vec())],
    };
    let call = Call {
        oidc: &SHOP,
        route: *ROUTE,
        path: ROUTE.path,
        authority: None,
        body: Some(body),
    };
    RUNTIME.block_on(answer(call, &mut request)).status
}

fn form(tokens: &[&str]) -> Vec<u8> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for token in tokens {
        form.append_pair("logout_token", token);
    }
    form.finish().into_bytes()
}

/// The rules, as predicates on JSON.
fn is_logout_token(header: &Value, claims: &Map<String, Value>) -> bool {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let has_text = |name: &str| text(name).is_some_and(|text| !text.is_empty());
    let declared = header.get("typ").map(|typ| {
        let typ = typ.as_str().unwrap_or("?").to_lowercase();
        typ.strip_prefix("application/").unwrap_or(&typ).to_owned()
    });
    let typ = matches!(declared.as_deref(), None | Some("jwt" | "logout+jwt"));
    let kid = header.get("kid").is_none_or(|kid| kid == KID);
    let unsupported = ["crit", "b64", "zip", "enc"];
    let plain = !unsupported.iter().any(|name| header.get(name).is_some());
    let signed = header["alg"] == "EdDSA" && kid && typ && plain;

    let audience = match claims.get("aud") {
        Some(Value::Array(items)) => items.contains(&json!(CLIENT_ID)),
        value => value == Some(&json!(CLIENT_ID)),
    };
    let parties = text("iss") == Some(ISSUER) && audience;

    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let now = NOW as f64;
    let seconds = |name: &str| claims.get(name).map(|value| value.as_f64().map(f64::floor));
    let Some(Some(issued_at)) = seconds("iat") else {
        return false;
    };
    let current = match seconds("exp") {
        Some(exp) => exp.is_some_and(|exp| now < exp + 30.0),
        None => now < issued_at + 300.0,
    };
    let times = issued_at <= now + 30.0 && current;

    let event = claims.get("events").and_then(|events| events.get(EVENT));
    let event = event.is_some_and(Value::is_object) && !claims.contains_key("nonce");
    let about = match claims.get("sid") {
        None | Some(Value::Null | Value::String(_)) => has_text("sid") || has_text("sub"),
        Some(_) => false,
    };
    signed && parties && times && event && about && has_text("jti")
}

/// Whether the claims that JSON Web Tokens usually have are of their types, even those that no rule
/// is about.
fn has_usual_types(claims: &Map<String, Value>) -> bool {
    let dates = ["exp", "nbf", "iat", "auth_time"].iter().all(|name| {
        let date = claims.get(*name).map(Value::as_f64);
        date.is_none_or(|date| date.is_some_and(|date| (0.0..253_402_300_800.0).contains(&date)))
    });
    let texts = ["acr", "azp", "typ", "token_use"];
    let texts = texts
        .iter()
        .all(|name| claims.get(*name).is_none_or(Value::is_string));
    let sub = claims
        .get("sub")
        .is_none_or(|sub| sub.as_str().is_some_and(|sub| !sub.is_empty()));
    let audiences = match &claims["aud"] {
        Value::Array(items) => items.iter().all(Value::is_string),
        value => value.is_string(),
    };
    dates && texts && sub && audiences
}

fn claims(token: &str) -> Map<String, Value> {
    let payload = token.split('.').nth(1).and_then(super::forge::decode);
    let claims = serde_json::from_slice(&payload.unwrap_or_default());
    claims.unwrap_or_default()
}

/// Signed by the provider, with a header and claims that are right apart from some members.
fn genuine(choices: &mut Choices<'_>) -> String {
    let mut header = Map::new();
    header.insert("alg".into(), json!("EdDSA"));
    header.insert("kid".into(), json!(KID));
    header.insert("typ".into(), json!(choices.pick(&["logout+jwt", "JWT"])));
    if choices.once_in(2) {
        let names = [
            "typ", "kid", "alg", "crit", "b64", "zip", "enc", "jwk", "cty",
        ];
        disturb(&mut header, choices, &names, 2);
    }
    let mut claims = Map::new();
    claims.insert("iss".into(), json!(ISSUER));
    claims.insert("aud".into(), json!(CLIENT_ID));
    claims.insert("iat".into(), json!(NOW));
    claims.insert("exp".into(), json!(NOW + 120));
    claims.insert("jti".into(), json!("a-logout"));
    claims.insert("sub".into(), json!("user"));
    claims.insert("sid".into(), json!("a-session"));
    claims.insert("events".into(), events(choices));
    for name in ["exp", "sub", "sid"] {
        if choices.once_in(3) {
            claims.remove(name);
        }
    }
    let names = [
        "iss",
        "aud",
        "iat",
        "exp",
        "jti",
        "sub",
        "sid",
        "events",
        "nonce",
        "nbf",
        "auth_time",
        "azp",
        "typ",
        "token_use",
        "groups",
        "",
    ];
    disturb(&mut claims, choices, &names, 3);
    sign(
        Value::Object(header).to_string().as_bytes(),
        Value::Object(claims).to_string().as_bytes(),
    )
}

fn events(choices: &mut Choices<'_>) -> Value {
    match choices.below(10) {
        0 => json!({}),
        1 => json!({ EVENT: null }),
        2 => json!({ EVENT: [] }),
        3 => json!({ "http://schemas.openid.net/event/another": {} }),
        4 => json!([EVENT]),
        5 => json!({ EVENT: { "reason": "any" }, "another": {} }),
        _ => json!({ EVENT: {} }),
    }
}
