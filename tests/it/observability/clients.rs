//! A provider that does not accept this application as the client it is registered as: users cannot
//! fix that, and the log names what to change.

use oidc::{ClientAuth, ClientKey, Oidc, OidcBuilder};
use oidc_devidp::{Client, DevIdp, Endpoint, Fault};
use serde_json::{Value, json};
use tracing::Level;

use crate::sign_in::{Browser, NATIVE, app};
use crate::support::bench::Bench;
use crate::support::logs::{Line, Logs};
use crate::support::provider::{CONFIDENTIAL_CLIENT, NpmProvider, Options, PUBLIC_CLIENT};
use crate::support::reply::Reply;
use crate::support::servers::Server;
use crate::support::user_agent::UserAgent;

const SECRET: &str = "the secret that nobody may see";

/// Runs a request on both frameworks: the response, and its events except those at DEBUG.
async fn observe(
    oidc: impl Fn() -> OidcBuilder,
    request: impl AsyncFn(&Browser<'_>) -> Reply,
    assert: impl Fn(&Reply, &[Line]),
) {
    for start in [Server::axum, Server::actix] {
        let logs = Logs::default();
        let oidc = oidc().build().expect("the configuration is sound");
        let server = logs.listen(|| start(app(), oidc));
        let reply = request(&Browser::new(&server)).await;
        let mut lines = logs.take();
        lines.retain(|line| !line.field("code").is_empty() && line.level <= Some(Level::INFO));
        for text in lines
            .iter()
            .map(Line::to_string)
            .chain([reply.body.clone()])
        {
            assert!(!text.contains(SECRET), "{text}");
        }
        assert(&reply, &lines);
    }
}

/// What one line at WARN has to contain.
struct Expected {
    error: &'static str,
    client_auth: &'static str,
    advice: &'static str,
}

impl Expected {
    #[track_caller]
    fn assert(&self, lines: &[Line], code: &str, status: &str) {
        let [line] = lines else {
            panic!("not one line: {lines:#?}");
        };
        assert_eq!(line.level, Some(Level::WARN), "{line}");
        for (name, value) in [
            ("code", code),
            ("status", status),
            ("error", self.error),
            ("client_auth", self.client_auth),
        ] {
            assert_eq!(line.field(name), value, "{line}");
        }
        assert!(line.field("message").contains(self.advice), "{line}");
    }

    /// The response does not blame the user.
    #[track_caller]
    fn assert_rejected(&self, reply: &Reply, lines: &[Line]) {
        assert_eq!(reply.status, 502, "{reply:?}");
        let body: Value = serde_json::from_str(&reply.body).expect("JSON");
        assert_eq!(body["error"], "upstream_error");
        self.assert(lines, "client_refused", "502");
    }
}

async fn refresh(browser: &Browser<'_>) -> Reply {
    browser.post("token", &[("refresh_token", "r")]).await
}

async fn device(browser: &Browser<'_>) -> Reply {
    browser.post("device", &[]).await
}

/// A provider whose client has a secret.
async fn confidential() -> Bench {
    let client = Client::new("oidc-guard-dev").secret(SECRET);
    Bench::with(DevIdp::builder().client(client)).await
}

#[tokio::test]
async fn with_another_secret_or_none() {
    let bench = confidential().await;
    let wrong = || bench.builder().client_secret("another secret");
    let expected = Expected {
        error: "invalid_client",
        client_auth: "client_secret_basic",
        advice: "`client_id` and `client_secret`",
    };
    let assert = |reply: &Reply, lines: &[Line]| {
        expected.assert_rejected(reply, lines);
        let offered = r#"["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]"#;
        assert_eq!(lines[0].field("auth_methods_supported"), offered);
    };
    observe(wrong, refresh, assert).await;
    observe(wrong, device, assert).await;
    let expected = Expected {
        error: "invalid_client",
        client_auth: "none",
        advice: "set `client_secret`",
    };
    let none = || bench.builder();
    observe(none, refresh, |reply, lines| {
        expected.assert_rejected(reply, lines);
    })
    .await;
}

/// A discovery document with these methods of client authentication.
async fn offering(supported: Value) -> Bench {
    let bench = confidential().await;
    let issuer = bench.idp.issuer();
    let document = json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/jwks"),
        "token_endpoint": format!("{issuer}/token"),
        "token_endpoint_auth_methods_supported": supported,
    });
    let fault = Fault::Body(document.to_string());
    bench.idp.fault(Endpoint::Discovery, fault);
    bench
}

#[tokio::test]
async fn at_a_provider_without_basic() {
    let bench = offering(json!(["client_secret_post", "private_key_jwt"])).await;
    let secret = || bench.builder().client_secret("another secret");
    let with = |auth: ClientAuth| bench.builder().client_auth(auth);
    let key = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/client_keys/p256.pem");
    let key = || with(ClientAuth::key(ClientKey::file(key)));
    let assertion = async || Ok::<_, String>("an assertion".to_owned());
    let assertion = || with(ClientAuth::assertion(assertion));
    let cases: [(&dyn Fn() -> OidcBuilder, _, _); 4] = [
        (
            &secret,
            "client_secret_post",
            "choose the registered one by `client_auth`",
        ),
        (&key, "private_key_jwt", "the public half of this key"),
        (
            &assertion,
            "client_assertion",
            "the issuer of the assertion",
        ),
        (
            &|| secret().client_auth(ClientAuth::none()),
            "none",
            "set `client_secret`",
        ),
    ];
    for (oidc, client_auth, advice) in cases {
        let expected = Expected {
            error: "invalid_client",
            client_auth,
            advice,
        };
        observe(oidc, refresh, |reply, lines| {
            expected.assert_rejected(reply, lines);
        })
        .await;
    }
}

/// Whatever the discovery document contains there, it is usable, and it does not flood the log.
#[tokio::test]
async fn at_a_provider_that_offers_nonsense() {
    let long = vec!["x".repeat(1000); 1000];
    for supported in [
        json!(null),
        json!("client_secret_basic"),
        json!({ "client_secret_basic": true }),
        json!([null, 7, ["client_secret_basic"]]),
        json!(["a\r\nINFO all is well \u{1b}[2J\u{202e}"]),
        json!(long),
    ] {
        let bench = offering(supported).await;
        let oidc = || bench.builder().client_secret("another secret");
        observe(oidc, refresh, |reply, lines| {
            assert_eq!(reply.status, 502, "{reply:?}");
            let offered = lines[0].field("auth_methods_supported");
            assert!(offered.len() < 2000, "{offered}");
            let printable = |character| matches!(character, ' '..='~');
            assert!(offered.chars().all(printable), "{offered:?}");
        })
        .await;
    }
}

/// An error that may be the user's is still reported to them.
#[tokio::test]
async fn with_what_only_looks_like_the_users_fault() {
    let bench = Bench::start().await;
    for (error, advice) in [
        ("invalid_request", "this grant type"),
        ("invalid_scope", "`scopes`"),
        ("invalid_target", "resources"),
        ("unsupported_grant_type", "enable this grant type"),
    ] {
        let fault = Fault::Error(error.to_owned());
        bench.idp.fault(Endpoint::Token, fault);
        observe(
            || bench.builder(),
            refresh,
            |reply, lines| {
                assert_eq!(reply.status, 400, "{reply:?}");
                let expected = Expected {
                    error,
                    client_auth: "none",
                    advice,
                };
                expected.assert(lines, "provider_refused", "400");
            },
        )
        .await;
    }
}

/// Errors that are certainly the user's are not logged at WARN.
#[tokio::test]
async fn unless_it_is_the_users_fault() {
    let bench = Bench::start().await;
    observe(
        || bench.builder(),
        refresh,
        |reply, lines| {
            assert_eq!(reply.status, 400, "{reply:?}");
            assert!(lines.is_empty(), "{lines:#?}");
        },
    )
    .await;
}

fn client(provider: &NpmProvider, client_id: &str, secret: Option<&str>) -> OidcBuilder {
    let builder = Oidc::builder()
        .client_id(client_id)
        .discovery_url(provider.discovery_url());
    match secret {
        Some(secret) => builder.client_secret(secret),
        None => builder,
    }
}

#[tokio::test]
async fn at_a_real_provider() {
    let provider = NpmProvider::start(&Options::default()).await;
    let check = "`client_id` and `client_secret`";
    for (client_id, secret, client_auth, advice) in [
        (
            CONFIDENTIAL_CLIENT,
            Some(SECRET),
            "client_secret_basic",
            check,
        ),
        (CONFIDENTIAL_CLIENT, None, "none", "set `client_secret`"),
        (PUBLIC_CLIENT, Some(SECRET), "client_secret_basic", check),
        (
            "test-secret-jwt",
            Some(SECRET),
            "client_secret_basic",
            check,
        ),
        ("unknown", None, "none", "set `client_secret`"),
    ] {
        let oidc = || client(&provider, client_id, secret);
        let expected = Expected {
            error: "invalid_client",
            client_auth,
            advice,
        };
        let assert = |reply: &Reply, lines: &[Line]| expected.assert_rejected(reply, lines);
        observe(oidc, refresh, assert).await;
        observe(oidc, device, assert).await;
    }
}

/// The provider reports an invalid request if the client may not use the grant.
#[tokio::test]
async fn at_a_real_provider_without_the_grant() {
    let provider = NpmProvider::start(&Options::default()).await;
    let oidc = || client(&provider, "test-code-only", None);
    let expected = Expected {
        error: "invalid_request",
        client_auth: "none",
        advice: "allows the client to use this grant type",
    };
    observe(oidc, refresh, |reply, lines| {
        assert_eq!(reply.status, 400, "{reply:?}");
        expected.assert(lines, "provider_refused", "400");
    })
    .await;
    observe(oidc, device, |reply, lines| {
        expected.assert_rejected(reply, lines);
    })
    .await;
}

/// The provider reports only that the code is invalid.
#[tokio::test]
async fn at_a_real_provider_that_wants_dpop() {
    let provider = NpmProvider::start(&Options::default()).await;
    let sign_in = async |browser: &Browser<'_>| {
        let login = browser.begin(NATIVE).await;
        let agent = UserAgent::approving("alice");
        let landing = agent.visit_until(&login, NATIVE).await;
        let get = |name| landing.query(name).expect("a code and a state");
        let form = [
            ("code", &*get("code")),
            ("redirect_uri", NATIVE),
            ("code_verifier", &get("state")),
        ];
        browser.post("token", &form).await
    };
    let oidc = || client(&provider, "test-dpop", None);
    observe(oidc, sign_in, |reply, lines| {
        assert_eq!(reply.status, 400, "{reply:?}");
        let [line] = lines else {
            panic!("not one line: {lines:#?}");
        };
        assert_eq!(line.level, Some(Level::INFO), "{line}");
        assert_eq!(line.field("error"), "invalid_grant");
        assert!(line.field("message").contains("DPoP"), "{line}");
    })
    .await;
}
