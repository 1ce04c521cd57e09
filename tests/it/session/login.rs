//! How a sign-in to a session begins: what a link may ask for, and what it may not.

use oidc_devidp::Endpoint;
use reqwest::Method;
use serde_json::Value;

use crate::session_support::site::{HTTPS, Place, setup};
use crate::sign_in::{location, parameter};
use crate::support::reply::Reply;

const PLACES: &[Place] = &[Place::Cookie];

/// What the provider gets of a link: `None` stands for a rejection.
#[tokio::test]
async fn parameters_of_the_link() {
    let passed = |name, value| Some((name, Some(value)));
    let ignored = |name| Some((name, None));
    let long = "x".repeat(513);
    let cases = [
        ("login_hint=alice", passed("login_hint", "alice")),
        ("ui_locales=de-CH%20de", passed("ui_locales", "de-CH de")),
        (
            "acr_values=gold%20silver",
            passed("acr_values", "gold silver"),
        ),
        ("max_age=0", passed("max_age", "0")),
        ("max_age=300", passed("max_age", "300")),
        ("prompt=login", passed("prompt", "login")),
        ("prompt=consent", passed("prompt", "consent")),
        // Clients of py-oidc-auth mean nothing by it.
        ("prompt=none", ignored("prompt")),
        ("silent=true", passed("prompt", "none")),
        ("silent=false", ignored("prompt")),
        ("kc_idp_hint=github", passed("kc_idp_hint", "github")),
        // Whatever is not ours to pass on.
        ("claims=x", ignored("claims")),
        ("request=x", ignored("request")),
        ("request_uri=x", ignored("request_uri")),
        ("resource=x", ignored("resource")),
        ("other=x", ignored("other")),
        ("client_id=evil", passed("client_id", "shop")),
        ("response_type=token", passed("response_type", "code")),
        ("response_mode=fragment", ignored("response_mode")),
        (
            "code_challenge_method=plain",
            passed("code_challenge_method", "S256"),
        ),
        // A link must not choose what the application may do.
        ("scope=openid", None),
        ("scope=", None),
        ("max_age=-1", None),
        ("max_age=1.5", None),
        ("max_age=x", None),
        ("max_age=99999999999999999999", None),
        ("silent=maybe", None),
        ("remember=maybe", None),
        ("prompt=never", None),
        ("login_hint=a&login_hint=b", None),
        ("return_to=/a&return_to=/b", None),
        ("max_age=1&max_age=1", None),
        ("login_hint=%0d%0a", None),
        ("acr_values=%00", None),
        ("iss=https://evil.example", None),
    ];
    setup()
        .places(PLACES)
        .sessions(|sessions| sessions.login_parameter("kc_idp_hint"))
        .run(async |site| {
            let browser = site.browser();
            for (query, expected) in cases {
                let login = format!("/auth/v2/login?{query}");
                let Some((name, value)) = expected else {
                    let reply = browser.get(&login).await;
                    assert_eq!(reply.status, 400, "{query}: {reply:?}");
                    let body: Value = serde_json::from_str(&reply.body).expect("JSON");
                    assert_eq!(body["error"], "invalid_request", "{query}");
                    assert!(!reply.headers.contains_key("set-cookie"), "{query}");
                    continue;
                };
                let authorization = browser.begin(&login).await;
                let found = parameter(&authorization, name);
                assert_eq!(found.as_deref(), value, "{query}: {authorization}");
            }
            for name in ["login_hint", "acr_values", "ui_locales"] {
                let reply = browser.get(&format!("/auth/v2/login?{name}={long}")).await;
                assert_eq!(reply.status, 400, "{name}: {reply:?}");
            }
        })
        .await;
}

/// What the application asks for, with the protection that the standards demand.
#[tokio::test]
async fn the_authorization_request() {
    setup()
        .places(PLACES)
        .run(async |site| {
            let browser = site.browser();
            let [first, second] = [
                browser.begin("/auth/v2/login").await,
                browser.begin("/auth/v2/login").await,
            ];
            for (name, value) in [
                ("response_type", "code"),
                ("client_id", "shop"),
                ("scope", "openid profile email"),
                ("code_challenge_method", "S256"),
                ("redirect_uri", &format!("{HTTPS}/auth/v2/callback")),
            ] {
                assert_eq!(parameter(&first, name).as_deref(), Some(value), "{name}");
            }
            for name in ["state", "nonce", "code_challenge"] {
                let [first, second] = [&first, &second].map(|url| parameter(url, name));
                assert!(first.is_some() && first != second, "{name}");
            }
            assert_eq!(parameter(&first, "kc_idp_hint"), None);
        })
        .await;
}

/// Somebody else may begin a sign-in with us, if they name our provider (OpenID Connect Core §4).
#[tokio::test]
async fn third_parties_begin_a_sign_in() {
    setup()
        .places(PLACES)
        .run(async |site| {
            let browser = site.browser();
            let issuer = site.bench.idp.issuer();
            let query = format!("iss={issuer}&login_hint=alice&target_link_uri=/me");
            let authorization = browser.begin(&format!("/auth/v2/login?{query}")).await;
            let hint = parameter(&authorization, "login_hint");
            assert_eq!(hint.as_deref(), Some("alice"));
            let reply = browser.finish(&authorization, "alice").await;
            assert_eq!((reply.status, location(&reply).as_str()), (303, "/me"));

            for method in [Method::POST, Method::PUT, Method::DELETE] {
                let request = browser.request(method.clone(), "/auth/v2/login", &[]);
                let reply = Reply::of(request).await;
                assert_eq!(reply.status, 405, "{method}: {reply:?}");
                assert_eq!(reply.headers["allow"], "GET", "{method}");
            }
        })
        .await;
}

/// A redirect to the login costs no request to the provider, however many there are.
#[tokio::test]
async fn floods_of_strangers_cost_nothing() {
    setup()
        .places(PLACES)
        .run(async |site| {
            let browser = site.browser();
            browser.begin("/auth/v2/login").await;
            site.bench.idp.reset_hits();
            for _ in 0..20 {
                let stranger = site.browser();
                let reply = stranger.open("/me").await;
                stranger.begin(&location(&reply)).await;
            }
            let hits = Endpoint::ALL.map(|endpoint| site.bench.idp.hits(endpoint));
            assert_eq!(hits.iter().sum::<usize>(), 0, "{hits:?}");
        })
        .await;
}

/// Clients that receive tokens themselves still do, on the same endpoint.
#[tokio::test]
async fn with_a_redirect_uri_tokens_are_returned() {
    setup()
        .places(PLACES)
        .run(async |site| {
            let browser = site.browser();
            let callback = format!("{HTTPS}/auth/v2/callback");
            let reply = browser
                .get(&format!("/auth/v2/login?redirect_uri={callback}"))
                .await;
            assert_eq!(reply.status, 307, "{reply:?}");
            let back = site.bench.idp.sign_in(&location(&reply), "alice");
            let reply = browser.get(&back).await;
            assert_eq!(reply.status, 200, "{reply:?}");
            assert!(reply.body.contains("access_token"), "{reply:?}");
            assert_eq!(browser.jar().session(), None);
        })
        .await;
}
