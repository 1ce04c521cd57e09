//! JWTs, which everybody can verify: who is asked about them, and when.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oidc::{Introspect, Oidc};
use oidc_devidp::{Endpoint, Fault, TestKey};
use serde_json::json;

use super::scripted::{Answer, Scripted};
use super::{CLIENT, SECRET, builder, calls, codes, idp, oidc, opaque, start};
use crate::support::bench::Bench;
use crate::support::logs::Logs;
use crate::support::reply::{Expected, invalid_token, ok};
use crate::support::servers::{App, Server, for_both, guarded_app};

fn app() -> App {
    guarded_app!(required())
}

fn always(bench: &Bench) -> Oidc {
    let built = builder(bench).introspect(Introspect::Always).build();
    built.expect("the configuration is sound")
}

/// JWTs that are not valid, whatever their issuer may say of them.
fn invalid(bench: &Bench) -> Vec<(&'static str, String)> {
    let token = || bench.idp.token();
    let good = token().mint();
    let parts: Vec<_> = good.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let unreadable = encode(r#"{"alg":"RS256","alg":"none"}"#);
    let encrypted = encode(r#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#);
    vec![
        ("expired", token().expires_in(-60).mint()),
        ("for others", token().audience("another").mint()),
        ("of a stranger", token().issuer("https://x.example").mint()),
        ("of nobody", token().without("iss").mint()),
        ("forged", token().key(&TestKey::rsa(2048)).mint()),
        (
            "of an unknown key",
            token().kid("unknown").issued_in(-60).mint(),
        ),
        ("unsigned", token().unsigned().mint()),
        ("of a shared secret", token().hmac(SECRET.as_bytes()).mint()),
        ("an ID token", bench.idp.id_token().mint()),
        ("a logout token", bench.idp.logout_token().mint()),
        ("bound", token().claim("cnf", json!({ "jkt": "A" })).mint()),
        ("without a signature", format!("{header}.{payload}.")),
        (
            "tampered",
            format!("{header}.{payload}.{}A", &signature[1..]),
        ),
        (
            "without claims",
            format!("{header}.{}.{signature}", encode("{}")),
        ),
        (
            "without JSON",
            format!("{header}.{}.{signature}", encode("x")),
        ),
        (
            "with an unreadable header",
            format!("{unreadable}.{payload}.{signature}"),
        ),
        (
            "with an unknown header",
            token().header("crit", json!(["x"])).mint(),
        ),
        (
            "of another type",
            token().header("typ", json!("dpop+jwt")).mint(),
        ),
        (
            "encrypted",
            format!("{encrypted}.{payload}.{payload}.{payload}.{payload}"),
        ),
    ]
}

/// Nobody is asked about a JWT that is not valid, for a JWT says itself what it is worth.
#[tokio::test]
async fn that_are_not_valid_are_not_asked_about() {
    let bench = start().await;
    let tokens = invalid(&bench);
    for client in [oidc, always] {
        for_both(
            app(),
            || client(&bench),
            async |server| {
                bench.idp.reset_hits();
                for (case, token) in &tokens {
                    for _ in 0..2 {
                        let reply = server.get("/required", token.as_str()).await;
                        reply.assert(case, &invalid_token());
                        assert_eq!(calls(&bench.idp), 0, "{case}");
                    }
                }
            },
        )
        .await;
    }
}

/// Without being told to, nobody is asked about anything.
#[tokio::test]
async fn and_nothing_else_by_default() {
    let bench = start().await;
    let never = || {
        let built = bench.steady_builder().client_secret(SECRET).build();
        built.expect("the configuration is sound")
    };
    let opaque = opaque(&bench.idp).mint();
    for_both(app(), never, async |server| {
        bench.idp.reset_hits();
        for (token, expected) in [
            (opaque.as_str(), invalid_token()),
            ("a.b.c", invalid_token()),
            (&bench.good_token(), ok("alice")),
        ] {
            server
                .get("/required", token)
                .await
                .assert(token, &expected);
        }
        assert_eq!(calls(&bench.idp), 0);
    })
    .await;
}

/// `Opaque` leaves JWTs to their signatures, also when the server fails or the token is revoked.
#[tokio::test]
async fn are_not_asked_about_among_opaque_ones() {
    let bench = start().await;
    bench.idp.fault(Endpoint::Introspection, Fault::Status(500));
    for_both(
        app(),
        || oidc(&bench),
        async |server| {
            bench.idp.reset_hits();
            for _ in 0..2 {
                let reply = server.get("/required", bench.good_token().as_str()).await;
                reply.assert("a JWT", &ok("alice"));
            }
            assert_eq!(calls(&bench.idp), 0);
        },
    )
    .await;
}

/// `Always` verifies, then asks, then remembers.
#[tokio::test]
async fn are_confirmed() {
    let bench = start().await;
    for_both(
        app(),
        || always(&bench),
        async |server| {
            let token = bench.idp.token().expires_in(3600).mint();
            let get = async || server.get("/required", token.as_str()).await;
            bench.idp.reset_hits();
            for asked in [1, 1, 2, 2] {
                get().await.assert("good", &ok("alice"));
                assert_eq!(calls(&bench.idp), asked);
                bench.advance(Duration::from_secs(15));
            }
            let opaque = opaque(&bench.idp).mint();
            let reply = server.get("/required", opaque.as_str()).await;
            reply.assert("opaque", &ok("alice"));
        },
    )
    .await;
}

#[tokio::test]
async fn that_are_revoked_are_noticed() {
    let bench = start().await;
    for_both(
        app(),
        || always(&bench),
        async |server| {
            let token = bench.idp.token().claim("jti", json!("of-this-test")).mint();
            let get = async || server.get("/required", token.as_str()).await;
            get().await.assert("good", &ok("alice"));
            let revoked = Fault::Body(r#"{"active":false}"#.to_owned());
            bench.idp.fault(Endpoint::Introspection, revoked);
            bench.idp.reset_hits();
            bench.advance(Duration::from_secs(29));
            get().await.assert("still remembered", &ok("alice"));
            assert_eq!(calls(&bench.idp), 0);
            bench.advance(Duration::from_secs(1));
            for _ in 0..2 {
                get().await.assert("revoked", &invalid_token());
                assert_eq!(calls(&bench.idp), 1);
            }
            bench.idp.heal();
        },
    )
    .await;
}

/// What the answer says must not contradict the token.
#[tokio::test]
async fn that_are_contradicted_are_not_valid() {
    let bench = start().await;
    let scripted = Scripted::start().await;
    let answers = [
        (json!({ "active": true }), ok("alice")),
        (json!({ "active": true, "sub": "alice" }), ok("alice")),
        (json!({ "active": true, "aud": CLIENT }), ok("alice")),
        (
            json!({ "active": true, "iss": bench.idp.issuer() }),
            ok("alice"),
        ),
        (
            json!({ "active": true, "exp": 9_999_999_999_u64 }),
            ok("alice"),
        ),
        // The signed claims count.
        (json!({ "active": true, "scope": "admin" }), ok("alice")),
        (json!({ "active": false }), invalid_token()),
        (json!({ "active": true, "sub": "bob" }), invalid_token()),
        (json!({ "active": true, "aud": "another" }), invalid_token()),
        (
            json!({ "active": true, "iss": "https://x.example" }),
            invalid_token(),
        ),
        (json!({ "active": true, "exp": 1 }), invalid_token()),
        (
            json!({ "active": true, "nbf": 9_999_999_999_u64 }),
            invalid_token(),
        ),
        (
            json!({ "active": true, "cnf": { "jkt": "A" } }),
            invalid_token(),
        ),
    ];
    let oidc = || {
        let builder = builder(&bench).introspect(Introspect::Always);
        let built = scripted.at(builder).build();
        built.expect("the configuration is sound")
    };
    for_both(app(), oidc, async |server| {
        for (number, (answer, expected)) in answers.iter().enumerate() {
            scripted.respond_with(Answer::json(answer.to_string()));
            let token = bench.idp.token().claim("number", json!(number)).mint();
            for _ in 0..2 {
                let reply = server.get("/required", token.as_str()).await;
                reply.assert(&answer.to_string(), expected);
            }
        }
    })
    .await;
}

/// A good signature is not enough while the server gives no answer.
#[tokio::test]
async fn that_cannot_be_confirmed_are_not_accepted() {
    let bench = start().await;
    for (fault, code) in [
        (Fault::Status(500), "introspection_failed"),
        (Fault::Status(401), "introspection_unauthorized"),
        (Fault::Garbage, "introspection_failed"),
        (Fault::Body("{}".to_owned()), "introspection_failed"),
    ] {
        for start in [Server::axum, Server::actix] {
            bench.idp.fault(Endpoint::Introspection, fault.clone());
            let logs = Logs::default();
            let server = logs.listen(|| start(app(), always(&bench)));
            let token = bench.good_token();
            codes(&logs);
            let reply = server.get("/required", token.as_str()).await;
            assert_eq!(reply.status, 503, "{fault:?}: {reply:?}");
            assert_eq!(codes(&logs), [code], "{fault:?}");
            bench.idp.heal();
            let reply = server.get("/required", token.as_str()).await;
            reply.assert("afterwards", &ok("alice"));
        }
    }
}

/// A server that does not answer questions about JWTs says so in the log of the application.
#[tokio::test]
async fn that_the_server_does_not_take() {
    let bench = Bench::with(idp().jwt_introspection(false)).await;
    for start in [Server::axum, Server::actix] {
        let logs = Logs::default();
        let server = logs.listen(|| start(app(), always(&bench)));
        let reply = server.get("/required", bench.good_token().as_str()).await;
        assert_eq!(reply.status, 503, "{reply:?}");
        let lines = logs.take();
        let is_told = |line: &crate::support::logs::Line| {
            let is_warning = line
                .level
                .is_some_and(|level| level <= tracing::Level::WARN);
            is_warning && line.to_string().contains("unsupported_token_type")
        };
        assert!(lines.iter().any(is_told), "{lines:#?}");
    }
}

/// One rejection after another for the same JWT costs no question beyond the first.
#[tokio::test]
async fn rules_apply_to_confirmed_ones() {
    let bench = start().await;
    let cases: [(&str, Expected); 2] = [
        ("read", ok("alice")),
        ("write", crate::support::reply::needs_scope("read", "read")),
    ];
    for_both(
        guarded_app!(read(scopes = "read")),
        || always(&bench),
        async |server| {
            for (scope, expected) in &cases {
                let token = bench.idp.token().scope(scope).mint();
                bench.idp.reset_hits();
                for _ in 0..3 {
                    let reply = server.get("/read", token.as_str()).await;
                    reply.assert("confirmed", expected);
                }
                assert_eq!(calls(&bench.idp), 1);
            }
        },
    )
    .await;
}
