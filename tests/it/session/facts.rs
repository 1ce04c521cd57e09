//! What policies and handlers know about the user of a session, and from where.

use oidc::Userinfo;
use oidc_devidp::{Endpoint, Fault, Preset, TestIdp, TokenBuilder};
use serde_json::{Value, json};

use crate::session_support::browser::Browser;
use crate::session_support::site::{CLIENT, KEY, Site, setup};
use crate::sign_in::parameter;
use crate::support::logs::Logs;
use crate::support::reply::Reply;

type Change = fn(TokenBuilder) -> TokenBuilder;

/// A token response for alice, whose tokens the test changes.
fn response(idp: &TestIdp, login: &str, access_token: Change, id_token: Change) -> Value {
    let nonce = parameter(login, "nonce").expect("it is sent");
    json!({
        "access_token": access_token(idp.token()).mint(),
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "openid granted",
        "id_token": id_token(idp.id_token().nonce(&nonce)).mint(),
    })
}

async fn sign_in(browser: &Browser, site: &Site, access: Change, id: Change) -> Reply {
    let login = browser.begin("/auth/v2/login").await;
    let response = response(&site.bench.idp, &login, access, id);
    browser.finish_with(&login, &response).await
}

/// The claim `a` is in all three sources, `b` in the last two, `c` in the last one.
#[tokio::test]
async fn the_first_source_with_a_claim_counts() {
    let cases: [(&str, Change, Value); 6] = [
        ("ours", |t| t, json!([1, 2, 3])),
        (
            "for another API",
            |t| t.audience("another"),
            json!([2, 2, 3]),
        ),
        ("about another user", |t| t.sub("bob"), json!([2, 2, 3])),
        ("expired", |t| t.expires_in(-600), json!([2, 2, 3])),
        ("not signed", TokenBuilder::unsigned, json!([2, 2, 3])),
        (
            "from another issuer",
            |t| t.issuer("https://evil.example"),
            json!([2, 2, 3]),
        ),
    ];
    let setup = setup().sessions(|sessions| sessions.userinfo(Userinfo::Always));
    setup
        .run(async |site| {
            let userinfo = json!({"sub": "alice", "a": 3, "b": 3, "c": 3}).to_string();
            for (case, change, expected) in &cases {
                let browser = site.browser();
                let login = browser.begin("/auth/v2/login").await;
                let idp = &site.bench.idp;
                let nonce = parameter(&login, "nonce").expect("it is sent");
                let id_token = idp.id_token().nonce(&nonce);
                let id_token = id_token.claim("a", json!(2)).claim("b", json!(2));
                let response = json!({
                    "access_token": change(idp.token().claim("a", json!(1))).mint(),
                    "token_type": "Bearer",
                    "id_token": id_token.mint(),
                });
                idp.fault(Endpoint::Userinfo, Fault::Body(userinfo.clone()));
                let reply = browser.finish_with(&login, &response).await;
                assert_eq!(reply.status, 303, "{case}: {reply:?}");
                let claims = &browser.me().await["claims"];
                let found = json!([claims["a"], claims["b"], claims["c"]]);
                assert_eq!(found, *expected, "{case}");
            }
        })
        .await;
}

/// What is about the sign-in comes from the ID token, whatever the access token says.
#[tokio::test]
async fn the_sign_in_is_that_of_the_id_token() {
    setup()
        .run(async |site| {
            let browser = site.browser();
            let access: Change = |t| t.claim("acr", json!("gold")).claim("sid", json!("a"));
            let id: Change = |t| t.claim("acr", json!("1")).claim("sid", json!("b"));
            let reply = sign_in(&browser, site, access, id).await;
            assert_eq!(reply.status, 303, "{reply:?}");
            let claims = &browser.me().await["claims"];
            assert_eq!((&claims["acr"], &claims["sid"]), (&json!("1"), &json!("b")));
            assert_eq!(browser.get("/gold").await.status, 401);
        })
        .await;
}

#[tokio::test]
async fn scopes_are_those_of_the_token_or_of_the_response() {
    setup()
        .run(async |site| {
            let cases: [(&str, Change, &[&str]); 2] = [
                ("ours", |t| t.scope("a b"), &["a", "b"]),
                (
                    "foreign",
                    |t| t.audience("x").scope("a b"),
                    &["openid", "granted"],
                ),
            ];
            for (case, change, expected) in cases {
                let browser = site.browser();
                sign_in(&browser, site, change, |t| t).await;
                assert_eq!(browser.me().await["scopes"], json!(expected), "{case}");
            }
            let browser = site.browser();
            let login = browser.begin("/auth/v2/login").await;
            let mut response = response(&site.bench.idp, &login, |t| t.audience("x"), |t| t);
            response.as_object_mut().expect("an object").remove("scope");
            browser.finish_with(&login, &response).await;
            let asked = parameter(&login, "scope").expect("it is sent");
            let asked: Vec<_> = asked.split(' ').collect();
            assert_eq!(browser.me().await["scopes"], json!(asked));
        })
        .await;
}

/// A session is admitted to what its access token is admitted to, also where it cannot be read.
#[tokio::test]
async fn providers_differ_in_where_roles_are() {
    // Keycloak: only in the access token.
    setup()
        .idp(|idp| idp.preset(Preset::Keycloak))
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            assert_eq!(browser.get("/admin").await.status, 200);
            let me = browser.me().await;
            assert_eq!(me["email"], "alice@example.org");
        })
        .await;
    // Google: the access token is opaque.
    setup()
        .idp(|idp| idp.preset(Preset::Google))
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let me = browser.me().await;
            assert_eq!(
                (&me["sub"], &me["email"]),
                (&json!("alice"), &json!("alice@example.org"))
            );
            assert_eq!(browser.get("/scoped").await.status, 200);
            let token = browser.get("/token").await;
            assert!(
                token.status == 200 && !token.body.contains('.'),
                "{token:?}"
            );
        })
        .await;
}

fn with_api(idp: oidc_devidp::Builder) -> oidc_devidp::Builder {
    idp.configure(|config| config.clients[0].audience = vec!["api".to_owned()])
}

/// Entra ID and Auth0, whose access tokens are for an API that is registered apart.
#[tokio::test]
async fn providers_differ_in_whom_their_tokens_are_for() {
    // Entra ID: the API knows the user under another `sub`, and userinfo does not take the token.
    setup()
        .idp(|idp| with_api(idp).preset(Preset::EntraId))
        .client(|client| client.audience("api"))
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let me = browser.me().await;
            let found = (&me["sub"], &me["claims"]["aud"], &me["email"]);
            let email = json!("alice@example.org");
            assert_eq!(found, (&json!("alice"), &json!(CLIENT), &email), "{me}");
            assert_eq!(browser.get("/admin").await.status, 200);
            let token = browser.get("/token").await.body;
            let reply = site.server.get("/me", token.as_str()).await;
            let bearer: Value = serde_json::from_str(&reply.body).expect("JSON");
            assert_ne!(bearer["sub"], me["sub"]);
        })
        .await;
    setup()
        .idp(|idp| with_api(idp).preset(Preset::Auth0))
        .client(|client| client.audience("api"))
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let me = browser.me().await;
            assert_eq!(me["claims"]["aud"][0], "api", "{me}");
            assert_eq!(browser.get("/admin").await.status, 200);
        })
        .await;
}

/// Nobody is told about by somebody else's token, and the log says so once.
#[tokio::test]
async fn a_token_about_another_user_is_logged() {
    setup()
        .run(async |site| {
            let logs = Logs::default();
            let site = logs.listen(|| site.another());
            let browser = site.browser();
            let reply = sign_in(&browser, &site, |t| t.sub("carol"), |t| t).await;
            assert_eq!(reply.status, 303, "{reply:?}");
            assert_eq!(browser.me().await["sub"], "alice");
            let lines = logs.take();
            let hints = lines.iter().filter(|line| {
                let text = line.to_string();
                line.level <= Some(tracing::Level::INFO)
                    && text.contains("access token")
                    && text.contains("subject")
            });
            assert_eq!(hints.count(), 1);
        })
        .await;
}

/// A response of the userinfo endpoint, if it is asked.
#[derive(Clone, Copy, Debug)]
enum Info {
    Genuine,
    Down,
    OfAnother,
    Array,
}

#[tokio::test]
async fn userinfo_is_asked_as_configured() {
    use Info::{Array, Down, Genuine, OfAnother};
    // The mode, what the endpoint does, and whether tokens lack the claims: how often it is asked,
    // whether the user is signed in, and whether their address is known.
    let cases = [
        ("missing", Genuine, false, 0, true, true),
        ("missing", Genuine, true, 1, true, true),
        ("missing", Down, true, 1, true, false),
        ("missing", Array, true, 1, true, false),
        ("missing", OfAnother, true, 1, false, false),
        ("always", Genuine, false, 1, true, true),
        ("always", Genuine, true, 1, true, true),
        ("always", Down, false, 1, false, false),
        ("always", Array, false, 1, false, false),
        ("always", OfAnother, false, 1, false, false),
        ("never", Genuine, true, 0, true, false),
    ];
    setup()
        .run(async |site| {
            for case @ (mode, info, lacks, asked, is_signed_in, is_known) in cases {
                let site = site.another_with(match mode {
                    "always" => |sessions| sessions.key(KEY).userinfo(Userinfo::Always),
                    "never" => |sessions| sessions.key(KEY).userinfo(Userinfo::Never),
                    _ => |sessions| sessions.key(KEY),
                });
                let idp = &site.bench.idp;
                let browser = site.browser();
                let login = browser.begin("/auth/v2/login").await;
                let change: Change = if lacks {
                    |t| {
                        let t = t.without("name").without("preferred_username");
                        t.without("email")
                    }
                } else {
                    |t| t
                };
                let response = response(idp, &login, change, change);
                idp.reset_hits();
                let genuine = json!({"sub": "alice", "email": "alice@example.org"});
                let another = json!({"sub": "bob", "email": "bob@example.org"});
                idp.fault(
                    Endpoint::Userinfo,
                    match info {
                        Genuine => Fault::Body(genuine.to_string()),
                        Down => Fault::Status(500),
                        OfAnother => Fault::Body(another.to_string()),
                        Array => Fault::Body(json!([genuine]).to_string()),
                    },
                );
                let reply = browser.finish_with(&login, &response).await;
                assert_eq!(idp.hits(Endpoint::Userinfo), asked, "{case:?}");
                if is_signed_in {
                    assert_eq!(reply.status, 303, "{case:?}: {reply:?}");
                    let known = browser.me().await["email"] == "alice@example.org";
                    assert_eq!(known, is_known, "{case:?}");
                } else {
                    assert!(reply.status >= 400, "{case:?}: {reply:?}");
                    assert!(!reply.headers.contains_key("location"), "{case:?}");
                    assert_eq!(browser.jar().session(), None, "{case:?}");
                }
            }
        })
        .await;
}

/// The tokens of a session were verified when they came: a rotation of the provider's keys, or an
/// outage, does not end it.
#[tokio::test]
async fn sessions_outlive_the_keys_that_signed_their_tokens() {
    setup()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            site.bench.idp.rotate_keys();
            for endpoint in Endpoint::ALL {
                site.bench.idp.fault(endpoint, Fault::Down);
            }
            assert_eq!(browser.get("/admin").await.status, 200);
            let restarted = site.another();
            let moved = browser.moved_to(restarted.server.address);
            assert_eq!(moved.get("/admin").await.status, 200);
            site.bench.idp.heal();
        })
        .await;
}
