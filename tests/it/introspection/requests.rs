//! What the server is asked, and about which texts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oidc::{ClientAuth, ClientKey, Introspect, OidcBuilder};
use oidc_devidp::{Endpoint, Fault};
use reqwest::{Method, Url};
use serde_json::json;

use super::scripted::{Asked, Scripted};
use super::{CLIENT, SECRET, builder, start};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::{App, for_both, guarded_app};

fn app() -> App {
    guarded_app!(required())
}

fn form(asked: &Asked) -> Vec<(String, String)> {
    let form = Url::parse(&format!("http://localhost/?{}", asked.body)).expect("a form");
    form.query_pairs().into_owned().collect()
}

fn all(asked: &Asked, name: &str) -> Vec<String> {
    let form = form(asked).into_iter();
    form.filter(|(key, _)| key == name)
        .map(|(_, value)| value)
        .collect()
}

fn field<'a>(asked: &'a Asked, name: &str) -> Vec<&'a str> {
    let fields = asked.headers.get_all(name).iter();
    fields.map(|value| value.to_str().expect("ASCII")).collect()
}

#[tokio::test]
async fn is_a_form_about_the_token() {
    let bench = start().await;
    let scripted = Scripted::start().await;
    let oidc = || {
        let built = scripted.at(builder(&bench)).build();
        built.expect("the configuration is sound")
    };
    for_both(app(), oidc, async |server| {
        for token in [
            "a",
            "opaque",
            "ptn_abc-DEF.ghi~jkl",
            "a+b/c~d==",
            "+/+/=",
            "a.b",
            "a.b.c",
            "e30.e30.e30",
            "a.b.c.d",
            &"x".repeat(8_000),
        ] {
            let reply = server.get("/required", token).await;
            assert_eq!(reply.status, 401, "{token}: {reply:?}");
            let asked = scripted.take();
            let [asked] = &asked[..] else {
                panic!("{token}: {asked:?}");
            };
            assert_eq!(asked.method, Method::POST.as_str());
            assert_eq!(field(asked, "accept"), ["application/json"]);
            let content_type = field(asked, "content-type");
            assert_eq!(content_type, ["application/x-www-form-urlencoded"]);
            assert_eq!(all(asked, "token"), [token]);
            assert_eq!(all(asked, "token_type_hint"), ["access_token"]);
            assert_eq!(field(asked, "cookie").len(), 0);
            assert_eq!(all(asked, "resource").len(), 0);
        }
    })
    .await;
}

/// Texts that no bearer token is (RFC 6750 §2.1) are shown to nobody.
#[tokio::test]
async fn is_not_about_other_texts() {
    let bench = start().await;
    let scripted = Scripted::start().await;
    let oidc = || {
        let built = scripted.at(builder(&bench)).build();
        built.expect("the configuration is sound")
    };
    for_both(app(), oidc, async |server| {
        let too_long = "x".repeat(17 * 1024);
        for token in [
            "",
            "=",
            "==",
            "a=b",
            "a b",
            "a,b",
            "a&token=b",
            "a%20b",
            "\"a\"",
            "a;b",
            "a:b",
            "a@b",
            "a?b",
            "a#b",
            "{a}",
            "a\u{e4}",
            &too_long,
        ] {
            let request = server.request(Method::GET, "/required");
            let request = request.header("authorization", format!("Bearer {token}").as_bytes());
            let reply = Reply::of(request).await;
            let statuses = [400, 401, 413, 431];
            assert!(statuses.contains(&reply.status), "{token}: {reply:?}");
            assert_eq!(scripted.take().len(), 0, "{token}");
        }
    })
    .await;
}

/// The provider whose discovery document says this, and how a client with these credentials asks it.
async fn authenticated(
    offered: &[&str],
    configure: impl Fn(OidcBuilder) -> OidcBuilder,
) -> Vec<Asked> {
    let bench = start().await;
    let scripted = Scripted::start().await;
    let issuer = bench.idp.issuer();
    let document = json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/jwks"),
        "introspection_endpoint": scripted.url(),
        "token_endpoint_auth_methods_supported": offered,
    });
    let fault = Fault::Body(document.to_string());
    bench.idp.fault(Endpoint::Discovery, fault);
    let oidc = || {
        let builder = bench.steady_builder().introspect(Introspect::Opaque);
        let built = configure(builder).build();
        built.expect("the configuration is sound")
    };
    for_both(app(), oidc, async |server| {
        let reply = server.get("/required", "opaque").await;
        assert_eq!(reply.status, 401, "{reply:?}");
    })
    .await;
    scripted.take()
}

fn key() -> ClientAuth {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/client_keys/p256.pem");
    ClientAuth::key(ClientKey::file(path).id("k1"))
}

/// The methods in use: HTTP Basic, `client_id`, `client_secret`, `client_assertion`.
fn methods(asked: &Asked) -> (usize, [usize; 3]) {
    let parameters = ["client_id", "client_secret", "client_assertion"];
    (
        field(asked, "authorization").len(),
        parameters.map(|name| all(asked, name).len()),
    )
}

#[tokio::test]
async fn is_authenticated_in_one_way() {
    type Configure = fn(OidcBuilder) -> OidcBuilder;
    let secret: Configure = |builder| builder.client_secret(SECRET);
    let post: Configure = |builder| {
        let builder = builder.client_secret(SECRET);
        builder.client_auth(ClientAuth::post())
    };
    let by_key: Configure = |builder| builder.client_auth(key());
    let nothing: Configure = |builder| builder;
    for (offered, configure, expected) in [
        (&["client_secret_basic"][..], secret, (1, [0, 0, 0])),
        (&["client_secret_post"], secret, (0, [1, 1, 0])),
        (&["client_secret_basic"], post, (0, [1, 1, 0])),
        (&["private_key_jwt"], by_key, (0, [1, 0, 1])),
        (&["client_secret_basic", "none"], by_key, (0, [1, 0, 1])),
        (&["client_secret_basic"], nothing, (0, [1, 0, 0])),
    ] {
        let asked = authenticated(offered, configure).await;
        assert_eq!(asked.len(), 2, "{asked:?}");
        for asked in asked {
            assert_eq!(methods(&asked), expected, "{offered:?}: {asked:?}");
            if let [basic] = field(&asked, "authorization")[..] {
                assert_eq!(basic, expected_basic());
            }
            assert!(
                all(&asked, "client_secret")
                    .iter()
                    .all(|found| found == SECRET)
            );
            assert!(all(&asked, "client_id").iter().all(|found| found == CLIENT));
        }
    }
}

/// RFC 6749 §2.3.1.
fn expected_basic() -> String {
    let url = Url::parse_with_params("http://x/", [("", SECRET)]).expect("a URL");
    let encoded = url.query().and_then(|query| query.strip_prefix('='));
    let pair = format!("{CLIENT}:{}", encoded.expect("a parameter"));
    format!("Basic {}", STANDARD.encode(pair))
}

/// An assertion serves once.
#[tokio::test]
async fn has_a_new_assertion_each_time() {
    let bench = start().await;
    let scripted = Scripted::start().await;
    let oidc = || ask_with_key(&bench, &scripted);
    for_both(app(), oidc, async |server| {
        for token in ["one", "two", "three"] {
            server.get("/required", token).await;
        }
    })
    .await;
    let asked = scripted.take();
    let mut assertions: Vec<_> = asked
        .iter()
        .flat_map(|asked| all(asked, "client_assertion"))
        .collect();
    assertions.sort_unstable();
    assertions.dedup();
    assert_eq!(assertions.len(), 6);
}

fn ask_with_key(bench: &Bench, scripted: &Scripted) -> oidc::Oidc {
    let builder = bench.steady_builder().introspect(Introspect::Opaque);
    let built = scripted.at(builder.client_auth(key())).build();
    built.expect("the configuration is sound")
}

/// Without an assertion there is nothing to ask with.
#[tokio::test]
async fn is_not_sent_without_an_assertion() {
    let bench = start().await;
    let scripted = Scripted::start().await;
    let oidc = || {
        let builder = bench.steady_builder().introspect(Introspect::Opaque);
        let auth = ClientAuth::assertion_file("/nowhere/assertion");
        let built = scripted.at(builder.client_auth(auth)).build();
        built.expect("the configuration is sound")
    };
    for_both(app(), oidc, async |server| {
        // More often than a breaker would let through.
        for number in 0..8 {
            let reply = server.get("/required", format!("t{number}").as_str()).await;
            assert_eq!(reply.status, 503, "{reply:?}");
            assert!(reply.headers.contains_key("retry-after"));
        }
    })
    .await;
    assert_eq!(scripted.take().len(), 0);
}
