//! Every rejection is logged once, with a code that does not change.

use std::time::Duration;

use oidc::Principal;
use oidc_devidp::{Endpoint, Fault, Tamper, TestKey};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use tracing::Level;

use crate::sign_in::{Browser, NATIVE, parameter};
use crate::support::bench::Bench;
use crate::support::logs::{Line, Logs};
use crate::support::reply::Reply;
use crate::support::servers::{App, Server, app};

/// Responses with a code are those of this library.
pub(super) const RUNTIME: &str = "oidc_runtime";

#[oidc::required]
async fn required() -> &'static str {
    "ok"
}

#[oidc::optional]
async fn optional(user: Option<Principal>) -> String {
    format!("{user:?}")
}

#[oidc::required(scopes = "impossible")]
async fn scoped() -> &'static str {
    "ok"
}

#[oidc::required(claims(groups = "nobody"))]
async fn claimed() -> &'static str {
    "ok"
}

#[oidc::required(acr = "gold")]
async fn stepped() -> &'static str {
    "ok"
}

#[oidc::required(issuer = "partner", scopes = "impossible")]
async fn partnered() -> &'static str {
    "ok"
}

#[oidc::required(via = "session")]
async fn browsed() -> &'static str {
    "ok"
}

#[derive(serde::Deserialize)]
struct Tenant {
    tenant: String,
}

#[oidc::required]
async fn typed(oidc::Claims(claims): oidc::Claims<Tenant>) -> String {
    claims.tenant
}

fn guarded() -> App {
    app!(
        required, optional, scoped, claimed, stepped, partnered, browsed, typed
    )
}

fn with_sign_in() -> App {
    App {
        axum: |oidc| (guarded().axum)(oidc).nest("/api", oidc::routes!().into()),
        actix: |oidc, config| {
            (guarded().actix)(oidc, config);
            config.service(actix_web::web::scope("/api").service(oidc::routes!()));
        },
    }
}

/// The codes of the library's events, except those about the provider.
fn codes(lines: &[Line]) -> Vec<&str> {
    let rejections = lines.iter().filter(|line| {
        line.target.starts_with(RUNTIME) && !line.field("message").starts_with("could not")
    });
    let codes = rejections.map(|line| line.field("code"));
    codes.filter(|code| !code.is_empty()).collect()
}

type Start = fn(App, oidc::Oidc) -> Server;

pub(super) fn start(start: Start, bench: &Bench) -> (Server, Logs) {
    start_with(start, bench.builder())
}

pub(super) fn start_with(start: Start, builder: oidc::OidcBuilder) -> (Server, Logs) {
    let oidc = builder.build().expect("the configuration is sound");
    let logs = Logs::default();
    let server = logs.listen(|| start(with_sign_in(), oidc));
    (server, logs)
}

/// The code of each reason to reject a token, with such a token.
fn tokens(bench: &Bench) -> Vec<(&'static str, String)> {
    let token = || bench.idp.token();
    let good = token().mint();
    let (start, _) = good.rsplit_once('.').expect("a token has three parts");
    vec![
        (
            "token_too_large",
            token().claim("x", json!("y".repeat(16_000))).mint(),
        ),
        ("token_malformed", "one.two".to_owned()),
        ("token_encrypted", "one.two.three.four.five".to_owned()),
        (
            "token_encrypted",
            token().header("enc", json!("A256GCM")).mint(),
        ),
        ("alg_not_allowed", token().unsigned().mint()),
        ("alg_not_allowed", token().hmac(b"public").mint()),
        (
            "header_unsupported",
            token().header("crit", json!(["exp"])).mint(),
        ),
        (
            "typ_not_allowed",
            token().header("typ", json!("logout+jwt")).mint(),
        ),
        ("kid_unknown", token().kid("unknown").mint()),
        ("signature_invalid", format!("{start}.{}", "A".repeat(342))),
        ("claims_malformed", token().without("sub").mint()),
        ("token_expired", token().expires_in(-60).mint()),
        (
            "token_not_yet_valid",
            token().claim("nbf", json!(9_999_999_999_i64)).mint(),
        ),
        ("token_issued_in_future", token().issued_in(3600).mint()),
        (
            "issuer_mismatch",
            token().issuer("https://other.example").mint(),
        ),
        ("audience_mismatch", token().audience("other").mint()),
        ("not_an_access_token", bench.idp.id_token().mint()),
        (
            "token_bound",
            token().claim("cnf", json!({ "jkt": "AAAA" })).mint(),
        ),
    ]
}

#[tokio::test]
async fn of_tokens() {
    let bench = Bench::start().await;
    for framework in [Server::axum, Server::actix] {
        let (server, logs) = start(framework, &bench);
        for (code, token) in tokens(&bench) {
            for path in ["/required", "/optional", "/api/auth/v2/userinfo"] {
                logs.take();
                let reply = server.get(path, token.as_str()).await;
                // Whoever sends a bound token as a bearer token is told so.
                let is_admitted = path == "/optional" && code != "token_bound";
                let status = if is_admitted { 200 } else { 401 };
                assert_eq!(reply.status, status, "{code}: {reply:?}");
                let lines = logs.take();
                let rejections: Vec<_> = lines
                    .iter()
                    .filter(|line| line.target == "oidc_runtime::gate")
                    .collect();
                assert_eq!(rejections.len(), 1, "{code} {path}: {lines:#?}");
                assert_eq!(rejections[0].field("code"), code, "{path}: {lines:#?}");
                assert_eq!(rejections[0].field("path"), path);
                assert_eq!(rejections[0].field("method"), "GET");
                assert_eq!(rejections[0].field("status"), "401");
            }
        }
    }
}

/// More keys than are tried for a token that names none.
#[tokio::test]
async fn of_a_token_without_key() {
    let bench = Bench::start().await;
    let mut jwks = json!({ "keys": [] });
    for number in 0..5 {
        let key = TestKey::ec_p256().jwk(&format!("key-{number}"));
        jwks["keys"].as_array_mut().expect("a list").push(key);
    }
    bench.idp.publish_jwks(jwks);
    for framework in [Server::axum, Server::actix] {
        let (server, logs) = start(framework, &bench);
        let key = TestKey::ec_p256();
        let token = bench.idp.token().key(&key).kid(None).mint();
        assert_eq!(server.get("/required", token.as_str()).await.status, 401);
        assert_eq!(codes(&logs.take()), ["kid_missing"]);
    }
}

#[tokio::test]
async fn of_requests() {
    let bench = Bench::start().await;
    for framework in [Server::axum, Server::actix] {
        let (server, logs) = start(framework, &bench);
        let good = bench.good_token();
        let get = |path| server.request(Method::GET, path);
        let cases: [(&str, RequestBuilder); 9] = [
            ("credentials_missing", get("/required")),
            ("credentials_malformed", get("/required").bearer_auth("a,b")),
            (
                "credentials_malformed",
                get("/required").bearer_auth(&good).bearer_auth(&good),
            ),
            ("scope_missing", get("/scoped").bearer_auth(&good)),
            ("policy_denied", get("/claimed").bearer_auth(&good)),
            ("step_up_required", get("/stepped").bearer_auth(&good)),
            ("issuer_denied", get("/partnered").bearer_auth(&good)),
            ("session_required", get("/browsed").bearer_auth(&good)),
            ("claims_unfit", get("/typed").bearer_auth(&good)),
        ];
        for (code, request) in cases {
            logs.take();
            let reply = Reply::of(request).await;
            assert!(reply.status >= 400, "{code}: {reply:?}");
            assert_eq!(codes(&logs.take()), [code]);
        }
        for (path, token) in [("/required", Some(good.as_str())), ("/optional", None)] {
            assert_eq!(server.get(path, token).await.status, 200);
            assert_eq!(codes(&logs.take()), [""; 0], "nothing is rejected");
        }
    }
}

#[tokio::test]
async fn of_an_application_without_client() {
    let bench = Bench::start().await;
    let logs = Logs::default();
    let server = logs.listen(|| Server::actix_without_client(with_sign_in(), bench.oidc()));
    assert_eq!(server.get("/required", None).await.status, 500);
    let lines = logs.take();
    assert_eq!(codes(&lines), ["misconfigured"]);
    assert!(
        lines
            .iter()
            .any(|line| line.field("message").contains(".app_data(")),
        "{lines:?}"
    );
}

/// Anyone can send such tokens, so there is no warning.
#[tokio::test]
async fn of_keys_that_are_not_due() {
    let bench = Bench::start().await;
    for start in [Server::axum, Server::actix] {
        let logs = Logs::default();
        let server = logs.listen(|| start(guarded(), bench.steady_oidc()));
        assert_eq!(
            server
                .get("/required", bench.good_token().as_str())
                .await
                .status,
            200
        );
        let newer = |kid: &str| bench.idp.token().kid(kid).issued_in(20).mint();
        for (kid, status) in [("one", 401), ("two", 401), ("three", 503)] {
            bench.advance(Duration::from_secs(2));
            logs.take();
            let reply = server.get("/required", newer(kid).as_str()).await;
            assert_eq!(reply.status, status, "{kid}: {reply:?}");
        }
        let lines = logs.take();
        assert_eq!(codes(&lines), ["keys_not_due"]);
        let warnings = lines
            .iter()
            .filter(|line| line.level.is_some_and(|level| level <= Level::WARN));
        assert_eq!(warnings.count(), 0, "{lines:#?}");
    }
}

#[tokio::test]
async fn of_a_provider_that_is_down() {
    let bench = Bench::start().await;
    for framework in [Server::axum, Server::actix] {
        bench.idp.fault(Endpoint::Jwks, Fault::Status(500));
        let (server, logs) = start(framework, &bench);
        let reply = server.get("/required", bench.good_token().as_str()).await;
        assert_eq!(reply.status, 503, "{reply:?}");
        let lines = logs.take();
        assert_eq!(codes(&lines), ["provider_unavailable"]);
        let failure = lines
            .iter()
            .find(|line| line.field("message").starts_with("could not"));
        assert_eq!(
            failure.expect("the reason").field("error"),
            "could not fetch the key set: status 500"
        );
        bench.idp.heal();
    }
}

/// The most common mistake of a configuration: the log names the remedy.
#[tokio::test]
async fn of_another_audience_names_it() {
    let bench = Bench::start().await;
    for framework in [Server::axum, Server::actix] {
        let (server, logs) = start(framework, &bench);
        let token = bench
            .idp
            .token()
            .claim("aud", json!(["account", "other-api"]))
            .mint();
        assert_eq!(server.get("/required", token.as_str()).await.status, 401);
        let lines = logs.take();
        let named = lines.iter().find(|line| {
            line.field("code") == "audience_mismatch" && !line.field("found").is_empty()
        });
        let line = named.expect("an event that names the audiences");
        assert!(
            line.field("found").contains(r#""account", "other-api""#),
            "{line}"
        );
        assert!(
            line.field("accepted").contains(bench.idp.client_id()),
            "{line}"
        );
        assert!(line.field("message").contains("`audience`"), "{line}");
    }
}

/// Before its signature is checked, anyone may have written what a token contains.
#[tokio::test]
async fn of_a_forgery_quote_nothing() {
    let bench = Bench::start().await;
    for framework in [Server::axum, Server::actix] {
        let (server, logs) = start(framework, &bench);
        for token in [
            bench
                .idp
                .token()
                .kid("x")
                .audience("a forged audience")
                .mint(),
            bench.idp.token().kid("x").issuer("a forged issuer").mint(),
        ] {
            assert_eq!(server.get("/required", token.as_str()).await.status, 401);
            let lines = logs.take();
            let quoted = lines
                .iter()
                .find(|line| line.to_string().contains("forged"));
            assert!(quoted.is_none(), "{quoted:?}");
        }
    }
}

async fn refresh(browser: &Browser<'_>) -> Reply {
    browser.post("token", &[("refresh-token", "unknown")]).await
}

pub(super) async fn sign_in(browser: &Browser<'_>, bench: &Bench) -> Reply {
    let landing = browser.sign_in(&bench.idp, NATIVE).await;
    let get = |name| parameter(&landing, name).expect("a code and a state");
    let form = [
        ("code", &*get("code")),
        ("redirect_uri", NATIVE),
        ("code_verifier", &*get("state")),
    ];
    browser.post("token", &form).await
}

#[tokio::test]
async fn of_sign_in_requests() {
    let bench = Bench::start().await;
    for framework in [Server::axum, Server::actix] {
        let (server, logs) = start(framework, &bench);
        let browser = Browser::new(&server);
        let elsewhere = [("redirect_uri", "https://attacker.example")];
        let forged = [("code", "code"), ("state", "forged")];
        let form = [("grant_type", "password")];
        let replies = [
            ("request_malformed", browser.get("login", &[]).await),
            (
                "redirect_not_allowed",
                browser.get("login", &elsewhere).await,
            ),
            ("state_forged", browser.get("callback", &forged).await),
            (
                "response_mode_unsupported",
                browser.post("callback", &forged).await,
            ),
            (
                "sign_in_denied",
                browser.get("callback", &[("error", "access_denied")]).await,
            ),
            ("request_malformed", browser.post("token", &form).await),
            ("provider_refused", refresh(&browser).await),
            ("method_not_allowed", browser.get("token", &[]).await),
        ];
        let lines = logs.take();
        let expected = replies.iter().map(|(code, _)| *code).collect::<Vec<_>>();
        assert_eq!(codes(&lines), expected, "{lines:#?}");
        assert!(
            replies.iter().all(|(_, reply)| reply.status >= 400),
            "{replies:?}"
        );
    }
}

#[tokio::test]
async fn of_id_tokens() {
    let bench = Bench::start().await;
    for framework in [Server::axum, Server::actix] {
        let (server, logs) = start(framework, &bench);
        let browser = Browser::new(&server);
        for (tamper, code) in [
            (Tamper::SigNone, "alg_not_allowed"),
            (Tamper::EncryptedIdToken, "token_encrypted"),
            (Tamper::InvalidSig, "signature_invalid"),
            (Tamper::InvalidIss, "issuer_mismatch"),
            (Tamper::InvalidAud, "audience_mismatch"),
            (Tamper::MissingSub, "claims_malformed"),
            (Tamper::MissingNonce, "nonce_mismatch"),
            (Tamper::WrongNonce, "nonce_mismatch"),
            (Tamper::UnknownKid, "kid_unknown"),
            (Tamper::WrongAtHash, "at_hash_mismatch"),
            (Tamper::ExpiredIdToken, "token_expired"),
            (Tamper::WrongAzp, "azp_mismatch"),
            (Tamper::NoIdToken, "id_token_missing"),
        ] {
            bench.idp.tamper(tamper);
            logs.take();
            let reply = sign_in(&browser, &bench).await;
            assert_eq!(reply.status, 502, "{tamper:?}: {reply:?}");
            let lines = logs.take();
            let last = codes(&lines).pop();
            assert_eq!(last, Some(code), "{tamper:?}: {lines:#?}");
            bench.idp.untamper();
        }
    }
}

#[tokio::test]
async fn of_a_provider_that_fails() {
    let bench = Bench::start().await;
    for framework in [Server::axum, Server::actix] {
        let (server, logs) = start(framework, &bench);
        let browser = Browser::new(&server);
        bench.oidc().discover().await.expect("the provider runs");
        for (fault, code) in [
            (Fault::Down, "provider_unavailable"),
            (Fault::Status(500), "provider_failed"),
            (Fault::Status(404), "error_response_malformed"),
            (Fault::Status(400), "provider_refused"),
            (Fault::Status(401), "client_refused"),
            (Fault::Busy(1), "provider_busy"),
            (Fault::Garbage, "token_response_malformed"),
            (Fault::Huge(2 << 20), "provider_failed"),
        ] {
            bench.idp.fault(Endpoint::Token, fault.clone());
            logs.take();
            refresh(&browser).await;
            assert_eq!(codes(&logs.take()), [code], "{fault:?}");
        }
        bench.idp.heal();
    }
}
