//! Which credential counts, and what a session admits to.

use crate::session_support::browser::{Fields, SAME_ORIGIN};
use crate::session_support::site::{Site, setup};
use crate::support::reply::Reply;

/// With what a request comes: whether with the session of alice, and with which token.
#[derive(Clone, Copy, Debug)]
struct Caller {
    session: bool,
    token: Token,
}

#[derive(Clone, Copy, Debug)]
enum Token {
    None,
    OfBob,
    Invalid,
    Empty,
    Twice,
    /// Of another scheme.
    Basic,
}

async fn get(site: &Site, caller: Caller, path: &str) -> Reply {
    let browser = site.browser();
    if caller.session {
        browser.sign_in("alice").await;
    }
    let bob = site.bench.idp.token().sub("bob").mint();
    let value = match caller.token {
        Token::None => return browser.get(path).await,
        Token::OfBob => format!("Bearer {bob}"),
        Token::Invalid => format!("Bearer {}x", &bob[..bob.len() - 5]),
        Token::Empty => "Bearer".to_owned(),
        Token::Basic => "Basic YTpi".to_owned(),
        Token::Twice => {
            let value = format!("Bearer {bob}");
            let field = ("authorization", value.as_str());
            return browser.get_with(path, &[field, field]).await;
        }
    };
    browser.get_with(path, &[("authorization", &value)]).await
}

/// A bearer token alone decides; only without one does the cookie count.
#[tokio::test]
async fn a_bearer_token_beats_the_session() {
    let cases = [
        ("/home", true, Token::None, 200, "alice"),
        ("/home", true, Token::OfBob, 200, "bob"),
        ("/home", false, Token::OfBob, 200, "bob"),
        ("/home", false, Token::None, 200, "nobody"),
        ("/web_only", true, Token::None, 200, "alice"),
        ("/web_only", true, Token::OfBob, 401, "session"),
        ("/web_only", true, Token::Invalid, 401, "invalid_token"),
        (
            "/api_only",
            true,
            Token::None,
            401,
            "an access token is required",
        ),
        ("/api_only", true, Token::OfBob, 200, "bob"),
        ("/api_only", true, Token::Invalid, 401, "invalid_token"),
        ("/me", true, Token::Invalid, 401, "invalid_token"),
        ("/home", true, Token::Empty, 200, "nobody"),
        ("/me", true, Token::Twice, 400, "invalid_request"),
        ("/home", true, Token::Basic, 200, "alice"),
        ("/home", false, Token::Basic, 200, "nobody"),
        ("/me", true, Token::Empty, 401, "not authenticated"),
        ("/me", true, Token::OfBob, 200, r#""via":"bearer""#),
        ("/me", true, Token::None, 200, r#""via":"session""#),
        ("/me", false, Token::None, 401, "not authenticated"),
    ];
    setup()
        .run(async |site| {
            for (path, session, token, status, body) in cases {
                let caller = Caller { session, token };
                let reply = get(site, caller, path).await;
                assert_eq!(reply.status, status, "{path} {caller:?}: {reply:?}");
                assert!(reply.body.contains(body), "{path} {caller:?}: {reply:?}");
                if status >= 400 {
                    assert!(reply.challenge().starts_with("Bearer "), "{reply:?}");
                }
            }
        })
        .await;
}

/// The rules are the same ones for a session: alice is an administrator, bob is not.
#[tokio::test]
async fn policies_see_the_user_of_the_session() {
    let cases = [
        ("/me", 200, 200),
        ("/scoped", 200, 200),
        ("/admin", 200, 403),
        ("/staff", 200, 403),
        ("/staff_only/room", 200, 403),
        ("/unsuspended", 200, 200),
        ("/sales", 403, 403),
        ("/either", 200, 200),
        ("/demands", 200, 200),
        ("/hello", 200, 200),
    ];
    setup()
        .run(async |site| {
            for (user, pick) in [("alice", 0), ("bob", 1)] {
                let browser = site.signed_in(user).await;
                for (path, alice, bob) in cases {
                    let reply = browser.get(path).await;
                    assert_eq!(reply.status, [alice, bob][pick], "{user} {path}: {reply:?}");
                }
            }
        })
        .await;
}

#[tokio::test]
async fn an_extractor_that_demands_a_session_refuses_bearers() {
    setup()
        .run(async |site| {
            let browser = site.browser();
            let token = format!("Bearer {}", site.bench.good_token());
            let reply = browser
                .get_with("/demands", &[("authorization", &token)])
                .await;
            assert_eq!(reply.status, 401, "{reply:?}");
            assert!(
                reply.body.contains("a browser session is required"),
                "{reply:?}"
            );
            let fields: Fields<'_> = &[("authorization", &token), SAME_ORIGIN[0]];
            let reply = browser.post_with("/act", fields).await;
            assert_eq!(reply.status, 200, "a bearer needs no origin: {reply:?}");
        })
        .await;
}

/// The access token of the session goes to handlers that call another service, unchanged.
#[tokio::test]
async fn handlers_get_the_token_of_the_session() {
    setup()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let token = browser.get("/token").await.body;
            let reply = site.server.get("/api_only", token.as_str()).await;
            assert_eq!((reply.status, reply.body.as_str()), (200, "alice"));
            let own = site.bench.good_token();
            let reply = site.server.get("/token", own.as_str()).await;
            assert_eq!(reply.body, own);
        })
        .await;
}

/// Extractors decide as guards do where there is no guard.
#[tokio::test]
async fn extractors_without_a_guard() {
    setup()
        .run(async |site| {
            let browser = site.browser();
            let reply = browser.open("/alone").await;
            assert_eq!(reply.status, 303, "{reply:?}");
            assert_eq!(browser.get("/alone").await.status, 401);
            browser.sign_in("alice").await;
            let reply = browser.get("/alone").await;
            assert!(reply.body.contains(r#""via":"session""#), "{reply:?}");
            assert_eq!(
                browser.post_with("/alone_too", SAME_ORIGIN).await.status,
                200
            );
            for fields in [&[][..], &[("sec-fetch-site", "cross-site")]] {
                let reply = browser.post_with("/alone_too", fields).await;
                assert_eq!(reply.status, 403, "{reply:?}");
                assert!(reply.body.contains("cross_origin"), "{reply:?}");
            }
            site.advance(1801);
            assert_eq!(browser.get("/alone").await.status, 401);
            assert_eq!(browser.jar().session(), None);
        })
        .await;
}

#[tokio::test]
async fn an_optional_session() {
    setup()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let id = browser.get("/demands").await.body;
            assert_eq!(browser.get("/maybe").await.body, id);
            let token = site.bench.good_token();
            let reply = site.server.get("/maybe", token.as_str()).await;
            assert_eq!((reply.status, reply.body.as_str()), (200, "none"));
        })
        .await;
}

/// What the client demands of everybody, it demands of sessions, and nobody is redirected in circles.
#[tokio::test]
async fn policies_of_the_client() {
    setup()
        .client(|client| client.require(crate::session_support::app::Staff))
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            assert_eq!(browser.get("/me").await.status, 200);
            let browser = site.signed_in("bob").await;
            for path in ["/me", "/alone", "/staff_only/room", "/web_only"] {
                for reply in [browser.get(path).await, browser.open(path).await] {
                    let status = reply.status;
                    assert!(status == 401 || status == 403, "{path}: {reply:?}");
                    assert!(!reply.headers.contains_key("location"), "{path}: {reply:?}");
                }
            }
        })
        .await;
}
