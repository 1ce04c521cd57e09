//! Operators of several instances learn from the log that they need a shared key.

use crate::sign_in::{Browser, NATIVE, app};
use crate::support::bench::Bench;
use crate::support::logs::Logs;
use crate::support::servers::Server;

#[tokio::test]
async fn a_key_of_one_process_is_logged_once() {
    let bench = Bench::start().await;
    let shared = "a key that all instances share, 32+";
    for start in [Server::axum, Server::actix] {
        for (key, reported) in [(None, 1), (Some(shared), 0)] {
            let builder = bench.builder();
            let builder = match key {
                Some(key) => builder.state_key(key),
                None => builder,
            };
            let oidc = builder.build().expect("the configuration is sound");
            let logs = Logs::default();
            let server = logs.listen(|| start(app(), oidc));
            let browser = Browser::new(&server);
            for _ in 0..2 {
                let reply = browser.get("login", &[("redirect_uri", NATIVE)]).await;
                assert_eq!(reply.status, 307, "{reply:?}");
            }
            let lines = logs.take();
            let mentions = |line: &&crate::support::logs::Line| {
                line.field("message").contains("OIDC_STATE_KEY")
            };
            assert_eq!(lines.iter().filter(mentions).count(), reported, "{key:?}");
        }
    }
}
