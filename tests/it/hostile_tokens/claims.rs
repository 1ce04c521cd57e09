//! Registered claims: missing, of another type, or nearly right (RFC 7519 §4.1, RFC 9068 §4).

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::forge::Forge;
use super::{Attempt, accepted, attempt, refused};

fn with(name: &'static str, value: Value) -> impl Fn(&Forge<'_>) -> String {
    move |forge| {
        // The builder drops no claim for null, so a claim can be null.
        forge.token().claim(name, value.clone()).mint()
    }
}

fn no(name: &'static str, value: Value) -> Attempt {
    refused(&format!("{name} {value}"), with(name, value))
}

fn yes(name: &'static str, value: Value) -> Attempt {
    accepted(&format!("{name} {value}"), with(name, value))
}

fn missing(name: &'static str) -> Attempt {
    refused(&format!("no {name}"), move |forge| {
        forge.token().without(name).mint()
    })
}

/// Values that are no string and no date, whatever the claim.
fn of_other_types(name: &'static str) -> Vec<Attempt> {
    let values = [
        json!(null),
        json!(true),
        json!(false),
        json!({}),
        json!({ "a": 1 }),
    ];
    values.into_iter().map(|value| no(name, value)).collect()
}

fn now(offset: i64) -> i64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("it is after 1970");
    now.as_secs().cast_signed() + offset
}

fn and_a_half(seconds: i64) -> Value {
    serde_json::from_str(&format!("{seconds}.5")).expect("a number")
}

#[tokio::test]
async fn issuer() {
    let like = |name: &str, change: fn(&str) -> Value| {
        refused(name, move |forge| {
            forge
                .token()
                .claim("iss", change(forge.idp.issuer()))
                .mint()
        })
    };
    let mut attempts = vec![
        missing("iss"),
        no("iss", json!("")),
        no("iss", json!(1)),
        like("slash behind", |iss| json!(format!("{iss}/"))),
        like("capitals", |iss| json!(iss.to_uppercase())),
        like("https", |iss| json!(iss.replace("http:", "https:"))),
        like("localhost", |iss| {
            json!(iss.replace("127.0.0.1", "localhost"))
        }),
        like("prefix", |iss| json!(&iss[..iss.len() - 1])),
        like("longer", |iss| json!(format!("{iss}.attacker.example"))),
        like("user name", |iss| json!(iss.replace("//", "//a@"))),
        like("blank behind", |iss| json!(format!("{iss} "))),
        like("NUL behind", |iss| json!(format!("{iss}\0"))),
        like("array", |iss| json!([iss])),
        like("object", |iss| json!({ "iss": iss })),
        like("discovery address", |iss| {
            json!(format!("{iss}/.well-known/openid-configuration"))
        }),
        refused("the attacker", |forge| {
            forge.token().issuer(forge.attacker.issuer()).mint()
        }),
    ];
    attempts.extend(of_other_types("iss"));
    attempt(attempts).await;
}

#[tokio::test]
async fn audience() {
    let client = "oidc-guard-dev";
    let mut attempts = vec![
        missing("aud"),
        yes("aud", json!([client])),
        yes("aud", json!(["other", client])),
        no("aud", json!("")),
        no("aud", json!([])),
        no("aud", json!([""])),
        no("aud", json!(7)),
        no("aud", json!([7])),
        no("aud", json!([client, 7])),
        no("aud", json!([null, client])),
        no("aud", json!([[client]])),
        no("aud", json!("other")),
        no("aud", json!(["other", "another"])),
        no("aud", json!("oidc-guard-de")),
        no("aud", json!("oidc-guard-dev2")),
        no("aud", json!("OIDC-GUARD-DEV")),
        no("aud", json!(" oidc-guard-dev")),
        no("aud", json!("oidc-guard-dev other")),
        no("aud", json!("oidc-guard-dev,other")),
        no("aud", json!("oidc-gu\u{430}rd-dev")),
        no("aud", json!("*")),
        refused("aud is the issuer", |forge| {
            forge.token().audience(forge.idp.issuer()).mint()
        }),
        refused("azp in place of aud", |forge| {
            forge
                .token()
                .without("aud")
                .claim("azp", json!("oidc-guard-dev"))
                .mint()
        }),
    ];
    attempts.extend(of_other_types("aud"));
    attempt(attempts).await;
}

#[tokio::test]
async fn expiry() {
    let mut attempts = vec![
        missing("exp"),
        yes("exp", json!(now(300))),
        yes("exp", and_a_half(now(300))),
        yes("exp", json!(now(-20))),
        yes("exp", json!(253_402_300_799_i64)),
        no("exp", json!(now(-40))),
        no("exp", and_a_half(now(-41))),
        no("exp", json!(now(-86_400))),
        no("exp", json!(0)),
        no("exp", json!(-1)),
        no("exp", json!(i64::MIN)),
        no("exp", json!(-1e300)),
        no("exp", json!(1e300)),
        no("exp", json!(i64::MAX)),
        no("exp", json!(u64::MAX)),
        no("exp", json!(now(300) * 1000)),
        no("exp", json!(now(300).to_string())),
        no("exp", json!("")),
        no("exp", json!("2099-01-01T00:00:00Z")),
        no("exp", json!([now(300)])),
        refused("exp beyond all numbers", |forge| {
            let exp = forge.claims()["exp"].to_string();
            forge.with_payload(forge.claims().to_string().replace(&exp, "1e400"))
        }),
        refused("exp of 400 digits", |forge| {
            let exp = forge.claims()["exp"].to_string();
            forge.with_payload(forge.claims().to_string().replace(&exp, &"9".repeat(400)))
        }),
    ];
    attempts.extend(of_other_types("exp"));
    attempt(attempts).await;
}

#[tokio::test]
async fn other_dates() {
    let mut attempts = Vec::new();
    for name in ["nbf", "iat"] {
        attempts.extend([
            yes(name, json!(now(0))),
            yes(name, json!(now(20))),
            yes(name, and_a_half(now(-60))),
            yes(name, json!(0)),
            accepted(&format!("no {name}"), move |forge| {
                forge.token().without(name).mint()
            }),
            no(name, json!(now(60))),
            no(name, json!(now(86_400))),
            no(name, json!(now(0) * 1000)),
            no(name, json!(-1)),
            no(name, json!(1e300)),
            no(name, json!(u64::MAX)),
            no(name, json!(now(-60).to_string())),
            no(name, json!("")),
            no(name, json!([now(-60)])),
        ]);
        attempts.extend(of_other_types(name));
    }
    attempt(attempts).await;
}

#[tokio::test]
async fn subject() {
    let mut attempts = vec![
        missing("sub"),
        no("sub", json!("")),
        no("sub", json!(0)),
        no("sub", json!(248_289_761_001_i64)),
        no("sub", json!(["alice"])),
    ];
    attempts.extend(of_other_types("sub"));
    attempt(attempts).await;
}

#[tokio::test]
async fn other_tokens() {
    let attempts = vec![
        refused("an ID token", |forge| forge.idp.id_token().mint()),
        refused("an ID token without nonce", |forge| {
            forge
                .idp
                .id_token()
                .without("nonce")
                .claim("at_hash", json!("AAAA"))
                .mint()
        }),
        refused("an ID token that says at+jwt", |forge| {
            forge.idp.id_token().header("typ", json!("at+jwt")).mint()
        }),
        no("nonce", json!("n")),
        no("nonce", json!("")),
        no("nonce", json!(null)),
        no("nonce", json!(1)),
        no("at_hash", json!("AAAA")),
        no("at_hash", json!(null)),
        no("c_hash", json!("AAAA")),
        no("token_use", json!("id")),
        no("token_use", json!("refresh")),
        no("token_use", json!(1)),
        yes("token_use", json!("access")),
        no("typ", json!("ID")),
        no("typ", json!("Refresh")),
        no("typ", json!("Offline")),
        no("typ", json!("Logout")),
        yes("typ", json!("Bearer")),
        refused("a logout token", |forge| {
            let events = json!({ "http://schemas.openid.net/event/backchannel-logout": {} });
            forge
                .token()
                .header("typ", json!("logout+jwt"))
                .claim("events", events)
                .mint()
        }),
    ];
    attempt(attempts).await;
}
