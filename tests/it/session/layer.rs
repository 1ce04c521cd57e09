//! The application forgot the layer that sends the cookies.

use crate::session_support::app::WITHOUT_LAYER;
use crate::session_support::browser::NAVIGATE;
use crate::session_support::site::setup;
use crate::support::logs::Logs;

#[tokio::test]
async fn a_session_without_the_layer_is_an_error_that_says_so() {
    setup()
        .app(WITHOUT_LAYER)
        .run(async |site| {
            let logs = Logs::default();
            let site = logs.listen(|| site.another());
            let browser = site.signed_in("alice").await;
            for (path, fields) in [
                ("/me", &[][..]),
                ("/me", NAVIGATE),
                ("/home", &[]),
                ("/basket", &[]),
                ("/demands", &[]),
            ] {
                logs.take();
                let reply = browser.get_with(path, fields).await;
                assert_eq!(reply.status, 500, "{path}: {reply:?}");
                let lines = logs.take();
                let names_it = lines.iter().any(|line| {
                    let text = line.to_string();
                    line.level == Some(tracing::Level::ERROR)
                        && text.contains(".layer(oidc.sessions())")
                        && text.contains(".wrap(oidc.sessions())")
                });
                assert!(names_it, "{path}: {lines:#?}");
            }
            // Whoever has no session does not need it.
            let stranger = site.browser();
            for (path, status) in [("/home", 200), ("/hello", 200), ("/me", 401)] {
                assert_eq!(stranger.get(path).await.status, status, "{path}");
            }
            assert_eq!(browser.get("/hello").await.status, 200);
            let token = format!("Bearer {}", site.bench.good_token());
            let reply = browser.get_with("/me", &[("authorization", &token)]).await;
            assert_eq!(reply.status, 200, "{reply:?}");
        })
        .await;
}
