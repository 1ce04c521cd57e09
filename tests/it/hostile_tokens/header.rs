//! What else a header can say: keys of its own, extensions, types, names of keys.

use oidc_devidp::{Algorithm, Endpoint, TestKey};
use serde_json::{Value, json};

use super::forge::Forge;
use super::{Attempt, accepted, attempt, rejected};

/// A token of the attacker that names or carries the attacker's key.
fn embedded(name: &str, header: fn(&Forge<'_>) -> Vec<(&'static str, Value)>) -> Attempt {
    rejected(name, move |forge| {
        let (_, key) = forge.attacker.private_key(Algorithm::Rs256);
        let token = forge.token().key(&key);
        header(forge)
            .into_iter()
            .fold(token, |token, (name, value)| token.header(name, value))
            .mint()
    })
}

fn jwk(forge: &Forge<'_>) -> Value {
    let (kid, key) = forge.attacker.private_key(Algorithm::Rs256);
    key.jwk(&kid)
}

fn jku(forge: &Forge<'_>) -> Value {
    json!(format!(
        "{}{}",
        forge.attacker.issuer(),
        Endpoint::Jwks.path()
    ))
}

#[tokio::test]
async fn keys_of_its_own() {
    let attempts = vec![
        embedded("the provider's kid, another key", |_| Vec::new()),
        embedded("jwk", |forge| vec![("jwk", jwk(forge))]),
        embedded("jwk and its kid", |forge| {
            vec![("kid", jwk(forge)["kid"].clone()), ("jwk", jwk(forge))]
        }),
        embedded("jwk without kid", |forge| {
            vec![("kid", Value::Null), ("jwk", jwk(forge))]
        }),
        embedded("jwk under the provider's kid", |forge| {
            let mut jwk = jwk(forge);
            jwk["kid"] = json!(forge.key().0);
            vec![("jwk", jwk)]
        }),
        embedded("jku", |forge| vec![("jku", jku(forge))]),
        embedded("jku and its kid", |forge| {
            vec![("kid", jwk(forge)["kid"].clone()), ("jku", jku(forge))]
        }),
        embedded("jku without kid", |forge| {
            vec![("kid", Value::Null), ("jku", jku(forge))]
        }),
        embedded("x5u", |forge| vec![("x5u", jku(forge))]),
        embedded("x5u and kid", |forge| {
            vec![("kid", jwk(forge)["kid"].clone()), ("x5u", jku(forge))]
        }),
        embedded("x5c", |_| vec![("x5c", json!(["MIIB"]))]),
        embedded("x5t", |_| {
            vec![("x5t", json!("AAAA")), ("x5t#S256", json!("AAAA"))]
        }),
        embedded("kid is an address", |forge| vec![("kid", jku(forge))]),
        embedded("iss in the header", |forge| {
            vec![("iss", json!(forge.attacker.issuer()))]
        }),
        rejected("the attacker's whole token", |forge| {
            forge.attacker.token().mint()
        }),
        rejected("the attacker's token for us", |forge| {
            forge.attacker.token().issuer(forge.idp.issuer()).mint()
        }),
        accepted("a genuine token that carries a foreign jku", |forge| {
            forge
                .token()
                .header("jku", jku(forge))
                .header("x5u", jku(forge))
                .mint()
        }),
    ];
    attempt(attempts).await;
}

#[tokio::test]
async fn extensions() {
    let with = |name: &'static str, value: Value| {
        rejected(&format!("{name} {value}"), move |forge| {
            forge.token().header(name, value.clone()).mint()
        })
    };
    let attempts = vec![
        with("crit", json!(["exp"])),
        with("crit", json!(["b64"])),
        with("crit", json!(["http://example.org/ext"])),
        with("crit", json!(["alg"])),
        with("crit", json!([])),
        with("crit", json!("exp")),
        with("crit", json!(7)),
        with("crit", json!([null])),
        with("b64", json!(false)),
        with("b64", json!(true)),
        with("zip", json!("DEF")),
        with("enc", json!("A256GCM")),
        rejected("crit that names a member", |forge| {
            forge
                .token()
                .header("crit", json!(["ext"]))
                .header("ext", json!(1))
                .mint()
        }),
        rejected("b64 false with crit", |forge| {
            forge
                .token()
                .header("crit", json!(["b64"]))
                .header("b64", json!(false))
                .mint()
        }),
        accepted("members that nobody knows", |forge| {
            forge
                .token()
                .header("ext", json!({ "a": [1] }))
                .header("cty", json!("x"))
                .mint()
        }),
    ];
    attempt(attempts).await;
}

#[tokio::test]
async fn types() {
    let typ = |typ: Value| move |forge: &Forge<'_>| forge.token().header("typ", typ.clone()).mint();
    let yes = |name: &'static str| accepted(name, typ(json!(name)));
    let no = |value: Value| rejected(&format!("typ {value}"), typ(value));
    let attempts = vec![
        yes("at+jwt"),
        yes("AT+JWT"),
        yes("application/at+jwt"),
        yes("Application/AT+jwt"),
        yes("JWT"),
        yes("jwt"),
        yes("application/jwt"),
        accepted("no typ", |forge| forge.token().without_header("typ").mint()),
        no(json!("")),
        no(json!("logout+jwt")),
        no(json!("dpop+jwt")),
        no(json!("secevent+jwt")),
        no(json!("oauth-authz-req+jwt")),
        no(json!("JOSE")),
        no(json!("at+jwt ")),
        no(json!("application/application/at+jwt")),
        no(json!("text/at+jwt")),
        no(json!("application/")),
        no(json!("\u{e4}pplication/jwt")),
        no(json!(1)),
        no(json!(["at+jwt"])),
        no(json!({})),
        no(json!(true)),
    ];
    attempt(attempts).await;
}

#[tokio::test]
async fn names_of_keys() {
    let kid = |value: Value| {
        let name: String = format!("kid {value}").chars().take(60).collect();
        rejected(&name, move |forge| {
            forge.token().header("kid", value.clone()).mint()
        })
    };
    let attempts = vec![
        kid(json!("")),
        kid(json!("unknown")),
        kid(json!(1)),
        kid(json!(true)),
        kid(json!(["rs256"])),
        kid(json!({ "kid": "rs256" })),
        kid(json!("k".repeat(257))),
        kid(json!("k".repeat(9000))),
        kid(json!("../../../../../../dev/null")),
        kid(json!("/etc/passwd")),
        kid(json!("' OR '1'='1")),
        kid(json!("x' UNION SELECT 'AAAA';--")),
        kid(json!("| sleep 10")),
        kid(json!("a\u{0}b")),
        kid(json!("a\r\nSet-Cookie: x=1")),
        kid(json!("%2e%2e%2f")),
        kid(json!("\u{202e}256sr")),
        rejected("the kid in capitals", |forge| {
            forge
                .token()
                .kid(forge.key().0.to_uppercase().as_str())
                .mint()
        }),
        rejected("the kid and a blank", |forge| {
            forge
                .token()
                .kid(format!("{} ", forge.key().0).as_str())
                .mint()
        }),
        rejected("a fresh key under the provider's kid", |forge| {
            forge.token().key(&TestKey::ec_p256()).mint()
        }),
        accepted("no kid, one key", |forge| forge.token().kid(None).mint()),
    ];
    attempt(attempts).await;
}
