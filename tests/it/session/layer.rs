//! The application forgot the layer that sends the cookies.

use super::app::WITHOUT_LAYER;
use super::browser::NAVIGATE;
use super::shop::{KEY, setup};
use crate::support::logs::Logs;

#[tokio::test]
async fn a_session_without_the_layer_is_an_error_that_says_so() {
    setup()
        .app(WITHOUT_LAYER)
        .run(async |shop| {
            let logs = Logs::default();
            let server = logs.listen(|| shop.another(|sessions| sessions.key(KEY)));
            let shop = shop.with(&server);
            let browser = shop.browser();
            browser.sign_in("alice").await;
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
            let stranger = shop.browser();
            for (path, status) in [("/home", 200), ("/hello", 200), ("/me", 401)] {
                assert_eq!(stranger.get(path).await.status, status, "{path}");
            }
            assert_eq!(browser.get("/hello").await.status, 200);
            let token = format!("Bearer {}", shop.bench.good_token());
            let reply = browser.get_with("/me", &[("authorization", &token)]).await;
            assert_eq!(reply.status, 200, "{reply:?}");
        })
        .await;
}
