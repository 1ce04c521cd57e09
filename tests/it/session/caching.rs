//! No cache keeps what is one user's.

use crate::session_support::app::CACHE_CONTROL;
use crate::session_support::site::setup;
use crate::support::reply::Reply;

fn field<'r>(reply: &'r Reply, name: &str) -> Option<&'r str> {
    let field = reply.headers.get(name);
    field.map(|value| value.to_str().expect("ASCII"))
}

#[tokio::test]
async fn responses_of_sessions_are_private() {
    // The path, whether with a session, `Cache-Control`, and `Vary`.
    let cases = [
        ("/me", true, Some("no-store"), Some("Cookie")),
        ("/home", true, Some("no-store"), Some("Cookie")),
        ("/home", false, None, Some("Cookie")),
        ("/me", false, Some("no-store"), Some("Cookie")),
        ("/admin", true, Some("no-store"), Some("Cookie")),
        ("/staff_only/room", true, Some("no-store"), Some("Cookie")),
        ("/cached", true, Some(CACHE_CONTROL), Some("Cookie")),
        ("/hello", true, None, None),
        ("/hello", false, None, None),
    ];
    setup()
        .run(async |site| {
            let signed_in = site.browser();
            signed_in.sign_in("alice").await;
            let stranger = site.browser();
            for case @ (path, with_session, cache_control, vary) in cases {
                let browser = if with_session { &signed_in } else { &stranger };
                let reply = browser.get(path).await;
                assert_eq!(field(&reply, "cache-control"), cache_control, "{case:?}");
                assert_eq!(field(&reply, "vary"), vary, "{case:?}");
                assert!(
                    reply.headers.get_all("vary").iter().count() <= 1,
                    "{case:?}"
                );
            }
            // A bearer's response is private by RFC 9111 §3.5.
            let token = format!("Bearer {}", site.bench.good_token());
            let reply = stranger
                .get_with("/home", &[("authorization", &token)])
                .await;
            assert_eq!(field(&reply, "cache-control"), None, "{reply:?}");
        })
        .await;
}
