//! Registered claims: missing, of another type, or nearly right (RFC 7519 §4.1, RFC 9068 §4).

use std::time::{SystemTime, UNIX_EPOCH};

use oidc_devidp::TokenBuilder;
use serde_json::{Value, json};

use super::forge::Forge;
use super::{Attempt, accepted, attempt, rejected};

fn with(name: &'static str, value: Value) -> impl Fn(&Forge<'_>) -> String {
    move |forge| {
        // The builder drops no claim for null, so a claim can be null.
        forge.token().claim(name, value.clone()).mint()
    }
}

fn no(name: &'static str, value: Value) -> Attempt {
    rejected(&format!("{name} {value}"), with(name, value))
}

fn yes(name: &'static str, value: Value) -> Attempt {
    accepted(&format!("{name} {value}"), with(name, value))
}

fn missing(name: &'static str) -> Attempt {
    rejected(&format!("no {name}"), move |forge| {
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
        rejected(name, move |forge| {
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
        rejected("the attacker", |forge| {
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
        rejected("aud is the issuer", |forge| {
            forge.token().audience(forge.idp.issuer()).mint()
        }),
        rejected("azp in place of aud", |forge| {
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
        rejected("exp beyond all numbers", |forge| {
            let exp = forge.claims()["exp"].to_string();
            forge.with_payload(forge.claims().to_string().replace(&exp, "1e400"))
        }),
        rejected("exp of 400 digits", |forge| {
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

/// Whatever their value is, these are in other kinds of tokens only.
const OF_OTHER_TOKENS: [&str; 5] = ["nonce", "at_hash", "c_hash", "s_hash", "events"];

#[tokio::test]
async fn other_tokens() {
    let mut attempts = vec![
        rejected("an ID token", |forge| forge.idp.id_token().mint()),
        rejected("an ID token without nonce", |forge| {
            forge.idp.id_token().without("nonce").mint()
        }),
        rejected("an ID token of the implicit flow", |forge| {
            forge
                .idp
                .id_token()
                .without("nonce")
                .claim("at_hash", json!("AAAA"))
                .mint()
        }),
        rejected("an ID token that says at+jwt", |forge| {
            forge.idp.id_token().header("typ", json!("at+jwt")).mint()
        }),
        rejected("an ID token of FAPI", |forge| {
            forge
                .idp
                .id_token()
                .without("nonce")
                .claim("scope", json!("openid"))
                .claim("s_hash", json!("AAAA"))
                .mint()
        }),
        no("token_use", json!("id")),
        no("token_use", json!("refresh")),
        no("token_use", json!(1)),
        yes("token_use", json!("access")),
        no("typ", json!("ID")),
        no("typ", json!("Refresh")),
        no("typ", json!("Offline")),
        no("typ", json!("Logout")),
        yes("typ", json!("Bearer")),
    ];
    for name in OF_OTHER_TOKENS {
        let values = [
            json!("AAAA"),
            json!(""),
            json!(null),
            json!(1),
            json!([]),
            json!({}),
        ];
        attempts.extend(values.map(|value| no(name, value)));
    }
    for typ in ["logout+jwt", "JWT"] {
        attempts.push(rejected(
            &format!("a logout token that says {typ}"),
            move |forge| {
                let events = json!({ "http://schemas.openid.net/event/backchannel-logout": {} });
                forge
                    .token()
                    .header("typ", json!(typ))
                    .claim("events", events)
                    .mint()
            },
        ));
    }
    attempt(attempts).await;
}

/// A token for the client id that might as well be an ID token, and what is added to it.
fn unmarked(forge: &Forge<'_>) -> TokenBuilder {
    let token = forge.token().without("scope").without("client_id");
    token.header("typ", json!("JWT"))
}

/// Providers leave `nonce` and `at_hash` out of many ID tokens, so for the client id a token has
/// to be marked as an access token.
#[tokio::test]
async fn marks_of_access_tokens() {
    let mark = |name: &'static str, value: Value| {
        accepted(&format!("marked by {name} {value}"), move |forge| {
            unmarked(forge).claim(name, value.clone()).mint()
        })
    };
    let no_mark = |name: &'static str, value: Value| {
        rejected(&format!("not marked by {name} {value}"), move |forge| {
            unmarked(forge).claim(name, value.clone()).mint()
        })
    };
    let mut attempts = vec![
        rejected("unmarked", |forge| unmarked(forge).mint()),
        rejected("unmarked, no typ", |forge| {
            unmarked(forge).without_header("typ").mint()
        }),
        accepted("at+jwt", |forge| {
            unmarked(forge).header("typ", json!("at+jwt")).mint()
        }),
        accepted("application/at+jwt", |forge| {
            let typ = json!("application/AT+JWT");
            unmarked(forge).header("typ", typ).mint()
        }),
        mark("scope", json!("openid")),
        mark("scope", json!(["openid"])),
        mark("scp", json!("read write")),
        mark("scp", json!(["read"])),
        mark("token_use", json!("access")),
        mark("typ", json!("Bearer")),
        no_mark("scope", json!("")),
        no_mark("scope", json!(" ")),
        no_mark("scope", json!([])),
        no_mark("scp", json!("")),
        no_mark("typ", json!("JWT")),
        no_mark("typ", json!("bearer ")),
        no_mark("azp", json!("oidc-guard-dev")),
        no_mark("aud", json!(["oidc-guard-dev", "other"])),
    ];
    for name in ["client_id", "cid", "appid", "azpacr"] {
        attempts.push(mark(name, json!("oidc-guard-dev")));
        let values = [json!(""), json!(7), json!(null), json!(true), json!(["a"])];
        attempts.extend(values.map(|value| no_mark(name, value)));
        attempts.push(no_mark(name, json!({ "a": "b" })));
        attempts.push(accepted(
            &format!("{name} a number, marked by its scope"),
            move |forge| {
                let token = unmarked(forge).claim(name, json!(7));
                token.scope("openid").mint()
            },
        ));
    }
    attempt(attempts).await;
}
