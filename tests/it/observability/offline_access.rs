//! The log explains why users who requested to stay signed in do not.

use oidc_devidp::{Client, DevIdp};

use crate::sign_in::{Browser, NATIVE, app, location, parameter};
use crate::support::bench::Bench;
use crate::support::logs::Logs;
use crate::support::servers::Server;

/// Whether the browser ends at the application's callback or a client brings the code.
async fn sign_in(browser: &Browser<'_>, bench: &Bench, offline_access: &str, own: bool) {
    let callback = browser.callback();
    let redirect_uri = if own { &*callback } else { NATIVE };
    let query = [
        ("redirect_uri", redirect_uri),
        ("offline_access", offline_access),
    ];
    let login = location(&browser.get("login", &query).await);
    let landing = bench.idp.sign_in(&login, "alice");
    let reply = if own {
        browser.open(&landing).await
    } else {
        let get = |name| parameter(&landing, name).expect("a code and a state");
        let form = [
            ("code", &*get("code")),
            ("redirect_uri", NATIVE),
            ("code_verifier", &get("state")),
        ];
        browser.post("token", &form).await
    };
    assert_eq!(reply.status, 200, "{reply:?}");
}

#[tokio::test]
async fn a_missing_refresh_token_is_logged_with_its_remedy() {
    let id = "oidc-guard-dev";
    let generous = Client::new(id).any_loopback_redirect();
    let strict = generous.clone().scopes(["openid", "profile", "email"]);
    for (client, offline_access, reported) in [
        (&strict, "true", 1),
        (&strict, "false", 0),
        (&generous, "true", 0),
    ] {
        let bench = Bench::with(DevIdp::builder().client(client.clone())).await;
        for start in [Server::axum, Server::actix] {
            let logs = Logs::default();
            let server = logs.listen(|| start(app(), bench.oidc()));
            for own in [true, false] {
                let browser = Browser::new(&server);
                sign_in(&browser, &bench, offline_access, own).await;
                let lines = logs.take();
                let found = lines.iter().filter(|line| {
                    let message = line.field("message");
                    message.contains("refresh token") && message.contains("prompt=consent")
                });
                assert_eq!(
                    found.count(),
                    reported,
                    "{client:?} {offline_access} {lines:#?}"
                );
            }
        }
    }
}
