//! The codes of the sign-in endpoints without sessions that other tests do not see.

use std::time::Duration;

use oidc::{ClientAuth, OidcBuilder};
use oidc_devidp::{Endpoint, Fault, Tamper, TestIdp, TokenBuilder};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use tracing::Level;

use super::codes::{start, start_with};
use super::session_codes::assert_code;
use crate::keys::until;
use crate::sign_in::{Browser, NATIVE, location, parameter};
use crate::support::bench::Bench;
use crate::support::logs::Line;
use crate::support::reply::Reply;
use crate::support::servers::Server;

/// The pair of RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// For providers that stay silent.
const IMPATIENT: Duration = Duration::from_millis(300);

/// What a client gets when alice returns from the provider.
struct Landed {
    code: String,
    state: String,
}

impl Landed {
    /// With a verifier of the client's own.
    async fn with_challenge(browser: &Browser<'_>, idp: &TestIdp) -> Self {
        let query = [
            ("redirect_uri", NATIVE),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let authorization = location(&browser.get("login", &query).await);
        Self::read(&idp.sign_in(&authorization, "alice"))
    }

    async fn plain(browser: &Browser<'_>, idp: &TestIdp) -> Self {
        Self::read(&browser.sign_in(idp, NATIVE).await)
    }

    fn read(url: &str) -> Self {
        let get = |name| parameter(url, name).expect("a code and a state");
        Self {
            code: get("code"),
            state: get("state"),
        }
    }

    fn form<'f>(&'f self, redirect_uri: &'f str, verifier: &'f str) -> [(&'f str, &'f str); 4] {
        [
            ("code", &self.code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
            ("state", &self.state),
        ]
    }
}

#[tokio::test]
async fn of_token_requests() {
    let bench = Bench::start().await;
    for framework in [Server::axum, Server::actix] {
        let (server, logs) = start(framework, &bench);
        let browser = Browser::new(&server);
        let post = async |code, status, form: &[(&str, &str)]| {
            assert_code(&logs, code, status, browser.post("token", form)).await;
        };
        let password = [("refresh_token", "r"), ("grant_type", "password")];
        post("grant_unsupported", 400, &password).await;
        let large = "a".repeat(65 * 1024);
        post("body_too_large", 413, &[("refresh_token", &*large)]).await;

        let landed = Landed::plain(&browser, &bench.idp).await;
        let elsewhere = landed.form("http://localhost:53101/callback", &landed.state);
        post("state_of_other_redirect", 400, &elsewhere).await;
        let landed = Landed::with_challenge(&browser, &bench.idp).await;
        let missing = landed.form(NATIVE, &landed.state);
        post("verifier_missing", 400, &missing).await;
        let other = VERIFIER.replace('d', "e");
        post("verifier_mismatch", 400, &landed.form(NATIVE, &other)).await;
    }
}

#[tokio::test]
async fn of_a_user_without_a_name() {
    let bench = Bench::start().await;
    bench.idp.tamper(Tamper::NoUserinfo);
    let names = [
        "preferred_username",
        "name",
        "given_name",
        "family_name",
        "email",
    ];
    let token = bench.idp.token();
    let nameless = names.into_iter().fold(token, TokenBuilder::without);
    let nameless = nameless.mint();
    for framework in [Server::axum, Server::actix] {
        let (server, logs) = start(framework, &bench);
        let reply = server.get("/api/auth/v2/userinfo", nameless.as_str());
        assert_code(&logs, "username_missing", 404, reply).await;
    }
}

/// A request for which the application needs the provider, and what happens there.
struct Case {
    code: &'static str,
    status: u16,
    request: for<'b> fn(&'b Browser<'_>) -> RequestBuilder,
    fault: (Endpoint, Fault),
}

fn refresh(browser: &Browser<'_>) -> RequestBuilder {
    let form = [("refresh_token", "r")];
    browser.request(Method::POST, "token").form(&form)
}

fn device(browser: &Browser<'_>) -> RequestBuilder {
    browser.request(Method::POST, "device")
}

fn login(browser: &Browser<'_>) -> RequestBuilder {
    let query = [("redirect_uri", NATIVE)];
    browser.request(Method::GET, "login").query(&query)
}

fn cases(idp: &TestIdp) -> [Case; 7] {
    let metadata = json!({
        "issuer": idp.issuer(),
        "jwks_uri": format!("{}{}", idp.issuer(), Endpoint::Jwks.path()),
    });
    let metadata = Fault::Body(metadata.to_string());
    let script = json!({
        "device_code": "d",
        "user_code": "u",
        "verification_uri": "javascript:alert(1)",
        "expires_in": 60,
    });
    let of_two = json!({
        "access_token": idp.token().mint(),
        "token_type": "Bearer",
        "id_token": idp.id_token().sub("mallory").without("nonce").without("at_hash").mint(),
    });
    [
        Case {
            code: "subject_mismatch",
            status: 502,
            request: refresh,
            fault: (Endpoint::Token, Fault::Body(of_two.to_string())),
        },
        Case {
            code: "status_unexpected",
            status: 502,
            request: refresh,
            fault: (Endpoint::Token, Fault::Status(204)),
        },
        Case {
            code: "device_response_malformed",
            status: 502,
            request: device,
            fault: (Endpoint::Device, Fault::Garbage),
        },
        Case {
            code: "device_response_unusable",
            status: 502,
            request: device,
            fault: (Endpoint::Device, Fault::Body(script.to_string())),
        },
        Case {
            code: "device_flow_missing",
            status: 503,
            request: device,
            fault: (Endpoint::Discovery, metadata.clone()),
        },
        Case {
            code: "endpoint_missing",
            status: 502,
            request: login,
            fault: (Endpoint::Discovery, metadata.clone()),
        },
        Case {
            code: "endpoint_missing",
            status: 502,
            request: refresh,
            fault: (Endpoint::Discovery, metadata),
        },
    ]
}

#[tokio::test]
async fn of_a_provider_that_cannot_be_used() {
    let bench = Bench::start().await;
    for framework in [Server::axum, Server::actix] {
        for case in cases(&bench.idp) {
            let (endpoint, fault) = case.fault;
            bench.idp.fault(endpoint, fault);
            let (server, logs) = start(framework, &bench);
            let reply = Reply::of((case.request)(&Browser::new(&server)));
            assert_code(&logs, case.code, case.status, reply).await;
            bench.idp.heal();
        }
    }
}

#[tokio::test]
async fn of_a_provider_that_stays_silent() {
    let bench = Bench::start().await;
    for framework in [Server::axum, Server::actix] {
        let (server, logs) = start_with(framework, bench.builder().timeout(IMPATIENT));
        let browser = Browser::new(&server);
        let discovered = browser.get("login", &[("redirect_uri", NATIVE)]).await;
        assert!(matches!(discovered.status, 307 | 504), "{discovered:?}");
        bench.idp.fault(Endpoint::Token, Fault::Drip);
        let reply = Reply::of(refresh(&browser));
        assert_code(&logs, "provider_timeout", 504, reply).await;
        bench.idp.heal();
    }
}

type Change = fn(OidcBuilder) -> OidcBuilder;

/// The application cannot authenticate, so the provider is not asked.
#[tokio::test]
async fn of_an_application_without_a_proof() {
    let bench = Bench::start().await;
    let issuer = bench.idp.issuer();
    let metadata = json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}{}", Endpoint::Jwks.path()),
        "token_endpoint": format!("{issuer}{}", Endpoint::Token.path()),
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
    });
    let metadata = Fault::Body(metadata.to_string());
    bench.idp.fault(Endpoint::Discovery, metadata);
    let secret = |builder: OidcBuilder| builder.client_secret("a secret");
    let file = |builder: OidcBuilder| {
        let file = ClientAuth::assertion_file("/nowhere/assertion");
        builder.client_auth(file)
    };
    let cases: [(_, _, Change, _); 2] = [
        ("client_auth_not_offered", 502, secret, "private_key_jwt"),
        (
            "client_assertion_unavailable",
            503,
            file,
            "/nowhere/assertion",
        ),
    ];
    for framework in [Server::axum, Server::actix] {
        for (code, status, with, told) in cases {
            let (server, logs) = start_with(framework, with(bench.builder()));
            let reply = Reply::of(refresh(&Browser::new(&server))).await;
            assert_eq!(reply.status, status, "{reply:?}");
            let lines = logs.take();
            let warned = |line: &&Line| line.level == Some(Level::WARN);
            let warnings: Vec<_> = lines.iter().filter(warned).collect();
            let [reason, rejection] = warnings[..] else {
                panic!("{code}: {lines:#?}");
            };
            assert!(reason.to_string().contains(told), "{reason}");
            assert_eq!(rejection.field("code"), code, "{rejection}");
        }
    }
    assert_eq!(bench.idp.hits(Endpoint::Token), 0);
}

/// The provider has replaced its keys since the sign-in began, and publishes none that can be used.
#[tokio::test]
async fn of_a_provider_without_keys() {
    let bench = Bench::start().await;
    for framework in [Server::axum, Server::actix] {
        let (server, logs) = start(framework, &bench);
        let browser = Browser::new(&server);
        let callback = browser.sign_in(&bench.idp, &browser.callback()).await;
        bench.advance(Duration::from_secs(31));
        bench.idp.rotate_keys();
        let none = Fault::Body(json!({ "keys": [] }).to_string());
        bench.idp.fault(Endpoint::Jwks, none);
        let reply = browser.open(&callback);
        assert_code(&logs, "key_set_unusable", 502, reply).await;
        bench.idp.heal();
    }
}

/// It was read before, so nobody's request fails.
#[tokio::test]
async fn of_a_provider_that_is_not_described_again() {
    let bench = Bench::start().await;
    for framework in [Server::axum, Server::actix] {
        let (server, logs) = start(framework, &bench);
        let is_accepted = async || {
            let token = bench.good_token();
            let reply = server.get("/required", token.as_str()).await;
            assert_eq!(reply.status, 200, "{reply:?}");
        };
        is_accepted().await;
        bench.idp.fault(Endpoint::Discovery, Fault::Status(500));
        bench.advance(Duration::from_secs(2 * 60 * 60));
        until(async || {
            is_accepted().await;
            let lines = logs.take();
            lines
                .iter()
                .any(|line| line.field("code") == "discovery_failed")
        })
        .await;
        bench.idp.heal();
    }
}

/// Nothing but a broken operating system causes it.
const WITHOUT_A_CASE: [&str; 1] = ["randomness_missing"];

/// Nobody has to look a code up that never occurs, or that the chapter explains wrongly.
#[test]
fn every_documented_code_has_a_case() {
    let chapter = include_str!("../../../docs/guide/operations.md");
    let cases = [
        include_str!("codes.rs"),
        include_str!("issuer_codes.rs"),
        include_str!("mcp_codes.rs"),
        include_str!("session_codes.rs"),
        include_str!("sign_in_codes.rs"),
    ];
    let (_, codes) = chapter.split_once("## Reason codes\n").expect("a section");
    let (codes, _) = codes.split_once("\n## ").expect("another section follows");
    let rows = codes.lines().filter(|line| line.starts_with("| `"));
    let codes = rows.flat_map(|row| {
        let cell = row.split(" | ").next().unwrap_or_default();
        cell.split('`').skip(1).step_by(2)
    });
    let codes: Vec<_> = codes.collect();
    assert!(codes.len() >= 90, "{codes:?}");
    for code in codes {
        let quoted = format!("\"{code}\"");
        let has_case = cases.iter().any(|cases| cases.contains(&quoted));
        assert!(has_case || WITHOUT_A_CASE.contains(&code), "{code}");
    }
}
