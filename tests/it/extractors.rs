//! The arguments that show a handler its caller, with and without an attribute in front.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::FromRef;
use axum::routing::get;
use oidc::{BearerToken, Claims, Oidc, Principal, Rejection};
use oidc_devidp::Endpoint;
use serde::Deserialize;
use tracing::Level;

use crate::support::bench::Bench;
use crate::support::logs::Logs;
use crate::support::reply::{anonymous, denied, invalid_token, malformed, ok, rejection};
use crate::support::servers::{App, Server, app, for_both};

#[derive(Deserialize)]
struct Profile {
    given_name: String,
}

async fn user(user: Principal) -> String {
    user.subject().to_owned()
}

async fn maybe(user: Option<Principal>) -> String {
    user.map_or("nobody".to_owned(), |user| user.subject().to_owned())
}

async fn claims(Claims(profile): Claims<Profile>) -> String {
    profile.given_name
}

async fn bearer(token: BearerToken) -> String {
    token.secret().to_owned()
}

async fn everything(
    user: Principal,
    maybe: Option<Principal>,
    Claims(profile): Claims<Profile>,
    token: BearerToken,
) -> String {
    assert_eq!(maybe.expect("the same user").subject(), user.subject());
    assert!(token.secret().contains('.'));
    format!("{} {}", user.subject(), profile.given_name)
}

async fn maybe_claims(profile: Option<Claims<Profile>>) -> String {
    profile.map_or("nobody".to_owned(), |Claims(profile)| profile.given_name)
}

async fn maybe_bearer(token: Option<BearerToken>) -> String {
    token.map_or("nobody".to_owned(), |token| token.secret().to_owned())
}

async fn result(user: Result<Principal, Rejection>) -> Result<String, Rejection> {
    match user {
        Ok(user) => Ok(user.subject().to_owned()),
        Err(rejection) if rejection.code() == "token_expired" => Err(rejection),
        Err(rejection) => Ok(rejection.code().to_owned()),
    }
}

#[oidc::required(roles = "admin")]
async fn guarded(user: Principal, Claims(profile): Claims<Profile>, token: BearerToken) -> String {
    assert!(token.secret().contains('.'));
    format!("{} {}", user.subject(), profile.given_name)
}

#[oidc::optional(roles = "admin")]
async fn guarded_maybe(one: Option<Principal>, other: Option<Principal>) -> String {
    assert_eq!(one.is_some(), other.is_some());
    maybe(one).await
}

#[oidc::optional(roles = "admin")]
async fn guarded_maybe_claims(profile: Option<Claims<Profile>>) -> String {
    maybe_claims(profile).await
}

#[oidc::optional(roles = "admin")]
async fn guarded_maybe_bearer(token: Option<BearerToken>) -> String {
    maybe_bearer(token).await
}

#[oidc::optional(roles = "admin")]
async fn guarded_result(user: Result<Principal, Rejection>) -> Result<String, Rejection> {
    result(user).await
}

async fn declines(_: &Principal, _: &oidc::RequestParts<'_>) -> bool {
    tokio::task::yield_now().await;
    false
}

#[oidc::optional(check = declines)]
async fn declined_maybe(one: Option<Principal>, other: Option<Principal>) -> String {
    assert_eq!(one.is_some(), other.is_some());
    maybe(one).await
}

static REQUESTS: AtomicUsize = AtomicUsize::new(0);

async fn counts(_: &Principal, _: &oidc::RequestParts<'_>) -> bool {
    REQUESTS.fetch_add(1, Ordering::SeqCst);
    true
}

#[oidc::policy(check = counts)]
struct Counted;

fn routes() -> App {
    app!(
        user,
        maybe,
        claims,
        bearer,
        everything,
        guarded,
        guarded_maybe,
        guarded_maybe_claims,
        guarded_maybe_bearer,
        guarded_result,
        declined_maybe,
        maybe_claims,
        maybe_bearer,
        result,
    )
}

#[tokio::test]
async fn with_and_without_an_attribute() {
    let bench = Bench::start().await;
    let good = bench.good_token();
    let bob = bench.idp.token().sub("bob").mint();
    let nameless = bench.idp.token().without("given_name").mint();
    let expired = bench.idp.token().expires_in(-60).mint();
    let cases = [
        ("/user", None, anonymous()),
        ("/user", Some(&good), ok("alice")),
        ("/user", Some(&expired), invalid_token()),
        ("/maybe", None, ok("nobody")),
        ("/maybe", Some(&good), ok("alice")),
        ("/maybe", Some(&expired), ok("nobody")),
        ("/claims", None, anonymous()),
        ("/claims", Some(&good), ok("Alice")),
        ("/claims", Some(&expired), invalid_token()),
        ("/claims", Some(&nameless), denied()),
        ("/bearer", None, anonymous()),
        ("/bearer", Some(&good), ok(".")),
        ("/bearer", Some(&expired), invalid_token()),
        ("/maybe_claims", None, ok("nobody")),
        ("/maybe_claims", Some(&good), ok("Alice")),
        ("/maybe_claims", Some(&expired), ok("nobody")),
        ("/maybe_claims", Some(&nameless), ok("nobody")),
        ("/maybe_bearer", None, ok("nobody")),
        ("/maybe_bearer", Some(&good), ok(".")),
        ("/maybe_bearer", Some(&expired), ok("nobody")),
        ("/result", None, ok("credentials_missing")),
        ("/result", Some(&good), ok("alice")),
        ("/result", Some(&expired), invalid_token()),
        ("/everything", None, anonymous()),
        ("/everything", Some(&good), ok("alice Alice")),
        ("/everything", Some(&expired), invalid_token()),
        ("/everything", Some(&nameless), denied()),
        ("/guarded", None, anonymous()),
        ("/guarded", Some(&good), ok("alice Alice")),
        ("/guarded", Some(&bob), denied()),
        ("/guarded", Some(&expired), invalid_token()),
        ("/guarded_maybe", None, ok("nobody")),
        ("/guarded_maybe", Some(&good), ok("alice")),
        ("/guarded_maybe", Some(&bob), ok("nobody")),
        ("/guarded_maybe", Some(&expired), ok("nobody")),
        ("/guarded_maybe_claims", Some(&good), ok("Alice")),
        ("/guarded_maybe_claims", Some(&bob), ok("nobody")),
        ("/guarded_maybe_bearer", Some(&good), ok(".")),
        ("/guarded_maybe_bearer", Some(&bob), ok("nobody")),
        ("/guarded_result", Some(&good), ok("alice")),
        ("/guarded_result", Some(&bob), ok("credentials_missing")),
        ("/guarded_result", Some(&expired), ok("credentials_missing")),
    ];
    for cache_bytes in [0, 1 << 20] {
        let oidc = || {
            bench
                .builder()
                .token_cache_bytes(cache_bytes)
                .build()
                .expect("sound")
        };
        for_both(routes(), oidc, async |server| {
            for (path, token, expected) in &cases {
                let token: Option<&String> = *token;
                let reply = server.get(path, token.map(String::as_str)).await;
                reply.assert(path, expected);
            }
            let doubled = server.request(reqwest::Method::GET, "/user");
            let doubled = doubled.bearer_auth(&good).bearer_auth(&good);
            crate::support::reply::Reply::of(doubled)
                .await
                .assert("doubled", &malformed());
            assert_eq!(server.get("/bearer", good.as_str()).await.body, good);
        })
        .await;
    }
}

/// However many extractors there are, a request is verified once, with one request to the provider.
#[tokio::test]
async fn share_one_verification() {
    let bench = Bench::start().await;
    let oidc = || {
        bench
            .builder()
            .token_cache_bytes(0)
            .require(Counted)
            .build()
            .expect("sound")
    };
    for_both(routes(), oidc, async |server| {
        bench.idp.reset_hits();
        for request in 1..=3 {
            REQUESTS.store(0, Ordering::SeqCst);
            let reply = server.get("/guarded", bench.good_token().as_str()).await;
            reply.assert("guarded", &ok("alice Alice"));
            assert_eq!(
                REQUESTS.load(Ordering::SeqCst),
                1,
                "verifications of request {request}"
            );
        }
        assert_eq!(bench.idp.hits(Endpoint::Discovery), 1);
        assert_eq!(bench.idp.hits(Endpoint::Jwks), 1);
        assert_eq!(bench.idp.hits(Endpoint::Userinfo), 0);
    })
    .await;
}

#[tokio::test]
async fn missing_app_data_is_a_server_error() {
    let bench = Bench::start().await;
    let logs = Logs::default();
    let server = logs.listen(|| Server::actix_without_client(routes(), bench.oidc()));
    for path in [
        "/user",
        "/claims",
        "/bearer",
        "/everything",
        "/guarded",
        "/guarded_maybe",
    ] {
        for token in [None, Some(bench.good_token())] {
            let reply = server.get(path, token.as_deref()).await;
            reply.assert(path, &rejection(500, Some("server_error")));
            let lines = logs.take();
            let errors = lines.iter().filter(|line| line.level == Some(Level::ERROR));
            let codes: Vec<_> = errors.map(|line| line.field("code")).collect();
            assert_eq!(codes, ["misconfigured"], "{path}");
        }
    }
}

/// actix-web polls extractors side by side: none may see a user whom the guard, still waiting for
/// keys or for a check, is about to turn away.
#[tokio::test]
async fn wait_for_the_guard() {
    let bench = Bench::start().await;
    let bob = bench.idp.token().sub("bob").mint();
    for path in ["/guarded_maybe", "/declined_maybe"] {
        for_both(
            routes(),
            || bench.oidc(),
            async |server| {
                for keys in ["cold", "warm"] {
                    let reply = server.get(path, bob.as_str()).await;
                    reply.assert(&format!("{path}, {keys} keys"), &ok("nobody"));
                }
            },
        )
        .await;
    }
}

async fn email(user: Principal) -> String {
    format!("{:?} {}", user.email(), user.email_verified())
}

/// `email_verified` is about `email`, whatever other claim an address is in.
#[tokio::test]
async fn addresses() {
    let bench = Bench::start().await;
    let token = || bench.idp.token().without("email").without("email_verified");
    let (one, other) = ("alice@example.org", "al@example.org");
    let verified = || token().claim("email_verified", true.into());
    for (token, expected) in [
        (token(), "None false"),
        (verified(), "None false"),
        (
            verified().claim("email", one.into()),
            r#"Some("alice@example.org") true"#,
        ),
        (
            token().claim("mail", other.into()),
            r#"Some("al@example.org") false"#,
        ),
        (
            verified().claim("mail", other.into()),
            r#"Some("al@example.org") false"#,
        ),
        (
            verified()
                .claim("mail", other.into())
                .claim("email", one.into()),
            r#"Some("alice@example.org") true"#,
        ),
    ] {
        let token = token.mint();
        for_both(
            app!(email),
            || bench.oidc(),
            async |server| {
                let reply = server.get("/email", token.as_str()).await;
                reply.assert(expected, &ok(expected));
            },
        )
        .await;
    }
}

/// A state behind an `Arc`, also within another one.
#[tokio::test]
async fn client_in_a_shared_state() {
    struct Inner {
        oidc: Oidc,
    }

    impl FromRef<Inner> for Oidc {
        fn from_ref(inner: &Inner) -> Self {
            inner.oidc.clone()
        }
    }

    fn router<S>() -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
        Oidc: FromRef<S>,
    {
        Router::new()
            .route("/guarded", get(guarded))
            .route("/maybe_claims", get(maybe_claims))
    }

    let bench = Bench::start().await;
    let inner = || Inner { oidc: bench.oidc() };
    let once = Arc::new(inner());
    let twice = Arc::new(Arc::new(inner()));
    let client = Arc::new(bench.oidc());
    for server in [
        Server::axum_of(move || router().with_state(once)),
        Server::axum_of(move || router().with_state(twice)),
        Server::axum_of(move || router().with_state(client)),
    ] {
        let reply = server.get("/guarded", bench.good_token().as_str()).await;
        reply.assert("guarded", &ok("alice Alice"));
        let reply = server.get("/guarded", None).await;
        reply.assert("guarded, anonymous", &anonymous());
        let reply = server.get("/maybe_claims", None).await;
        reply.assert("maybe", &ok("nobody"));
    }
}
