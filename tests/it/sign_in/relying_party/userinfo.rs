use oidc_devidp::{Endpoint, Tamper};
use serde_json::{Value, json};

use super::super::userinfo::{ask, lean};
use super::{Browser, app, assert_error, for_both, location, parameter, with_browser};
use crate::support::bench::Bench;

/// The embedded provider accepts tokens in the header only.
#[tokio::test]
async fn userinfo_bearer_header() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            bench.idp.reset_hits();
            let reply = ask(&Browser::new(server), lean(&bench)).await;
            assert_eq!(reply.status, 200, "{reply:?}");
            assert_eq!(bench.idp.hits(Endpoint::Userinfo), 1);
        },
    )
    .await;
}

#[tokio::test]
async fn userinfo_invalid_sub() {
    let bench = Bench::start().await;
    bench.idp.tamper(Tamper::UserinfoWrongSub);
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let reply = ask(&Browser::new(server), lean(&bench)).await;
            assert_error("another subject", &reply, 502, "upstream_error");
            assert!(!reply.body.contains("alice"), "{reply:?}");
        },
    )
    .await;
}

/// Scopes are requested as given, and the claims that they grant arrive.
#[tokio::test]
async fn scope_userinfo_claims() {
    let bench = Bench::start().await;
    let names = json!({ "username": "alice", "last_name": "Liddell", "first_name": "Alice" });
    with_browser(&bench, async |browser| {
        for (scope, found, email) in [
            ("openid", &Value::Null, Value::Null),
            ("openid profile", &names, Value::Null),
            ("openid profile email", &names, json!("alice@example.org")),
        ] {
            let query = [("redirect_uri", super::NATIVE), ("scope", scope)];
            let url = location(&browser.get("login", &query).await);
            assert_eq!(parameter(&url, "scope").as_deref(), Some(scope));

            let reply = ask(&browser, lean(&bench).scope(scope)).await;
            let info: Value = serde_json::from_str(&reply.body).expect("JSON");
            assert_eq!(reply.status == 200, !found.is_null(), "{scope}: {reply:?}");
            for name in ["username", "last_name", "first_name"] {
                assert_eq!(info[name], found[name], "{scope}: {name}");
            }
            assert_eq!(info["email"], email, "{scope}");
        }
    })
    .await;
}
