//! Nothing secret is printed, at any level.

use oidc::{ClientAuth, ClientKey, OidcBuilder};
use serde_json::json;

use super::{KID, Recorder, Request, SECRET, app, key_path, key_pem};
use crate::support::logs::Logs;
use crate::support::secrets::Secrets;
use crate::support::servers::Server;

const ASSERTION: &str = "an assertion that only the provider may see";

/// The lines of a key.
fn lines(name: &str) -> Secrets {
    let mut secrets = Secrets::default();
    for line in key_pem(name).lines().filter(|line| line.len() >= 32) {
        if !line.starts_with("-----") {
            secrets.add("the key", line);
        }
    }
    secrets
}

fn secret(text: &str) -> Secrets {
    let mut secrets = Secrets::default();
    secrets.add("the credential", text);
    secrets
}

type Configure = Box<dyn Fn(OidcBuilder) -> OidcBuilder>;

fn cases() -> Vec<(Secrets, Configure)> {
    let with = |auth: fn() -> ClientAuth| -> Configure {
        Box::new(move |builder| builder.client_auth(auth()))
    };
    let mut cases: Vec<(Secrets, Configure)> = vec![
        (
            secret(SECRET),
            Box::new(|builder| {
                let builder = builder.client_secret(SECRET);
                builder.client_auth(ClientAuth::post())
            }),
        ),
        (
            secret(ASSERTION),
            with(|| ClientAuth::assertion(async || Ok::<_, String>(ASSERTION.to_owned()))),
        ),
    ];
    for name in ["p256", "ed25519", "rsa_2048"] {
        cases.push((
            lines(name),
            Box::new(move |builder| {
                let key = ClientKey::pem(key_pem(name)).id(KID);
                builder.client_auth(ClientAuth::key(key))
            }),
        ));
        cases.push((
            lines(name),
            Box::new(move |builder| {
                let key = ClientKey::file(key_path(name)).id(KID);
                builder.client_auth(ClientAuth::key(key))
            }),
        ));
    }
    cases
}

#[tokio::test]
async fn are_not_printed() {
    let recorder = Recorder::start(json!({})).await;
    for start in [Server::axum, Server::actix] {
        for (mut secrets, configure) in cases() {
            let builder = configure(recorder.builder());
            secrets.assert_none_in("the builder", &format!("{builder:?} {builder:#?}"));
            let oidc = builder.build().expect("the configuration is sound");
            secrets.assert_none_in("the client", &format!("{oidc:?} {oidc:#?}"));
            let logs = Logs::default();
            let server = logs.listen(|| start(app(), oidc));
            let mut replies = vec![server.get("/api/client.jwks", None).await];
            for request in Request::ALL {
                replies.push(request.send(&server).await);
                let sent = recorder.take_one();
                for assertion in sent.all("client_assertion") {
                    secrets.add_token("the assertion", assertion);
                }
            }
            let lines = logs.take();
            for target in ["oidc_runtime", "hyper_util"] {
                let is_heard = |line: &&crate::support::logs::Line| line.target.starts_with(target);
                assert!(lines.iter().any(|line| is_heard(&line)), "{target}");
            }
            for line in &lines {
                secrets.assert_none_in("a log line", &line.to_string());
            }
            for reply in &replies {
                secrets.assert_none_in("a response", &format!("{reply:?}"));
            }
        }
    }
}
