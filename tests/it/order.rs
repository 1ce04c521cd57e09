//! The guard decides before anything else of a request is looked at.

use std::future::{Ready, ready};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::{FutureExt as _, StreamExt as _};
use oidc::{Principal, RequestParts};
use reqwest::{Method, RequestBuilder};
use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::keys::until;
use crate::support::bench::Bench;
use crate::support::reply::{Reply, anonymous, invalid_token, ok};
use crate::support::servers::{App, Framework, Server, for_both};

#[derive(Deserialize)]
struct Echo {
    n: i64,
}

#[oidc::policy()]
struct Anybody;

#[oidc::required]
async fn axum_echo(user: Principal, echo: axum::Json<Echo>) -> String {
    format!("{} {}", user.subject(), echo.n)
}

#[oidc::required]
async fn actix_echo(user: Principal, echo: web::Json<Echo>) -> String {
    format!("{} {}", user.subject(), echo.n)
}

async fn axum_plain(echo: axum::Json<Echo>) -> String {
    echo.n.to_string()
}

async fn actix_plain(echo: web::Json<Echo>) -> String {
    echo.n.to_string()
}

/// `/echo` is guarded by its attribute, `/layered/echo` by a layer.
const APP: App = App {
    axum: |oidc| {
        let layered = axum::Router::new().route("/echo", axum::routing::post(axum_plain));
        axum::Router::new()
            .route("/echo", axum::routing::post(axum_echo))
            .nest("/layered", layered.layer(oidc.layer(Anybody)))
    },
    actix: |oidc, config| {
        let plain = web::post().to(actix_plain);
        let layered = web::scope("/layered").wrap(oidc.layer(Anybody));
        config
            .route("/echo", web::post().to(actix_echo))
            .service(layered.route("/echo", plain));
    },
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Missing,
    Bad,
    Good,
}

/// Content type, text, and whether the handler can read it.
type Body = (&'static str, &'static str, bool);

const BODIES: [Body; 5] = [
    ("application/json", "{\"n\": 7}", true),
    ("application/json", "{\"n\": ", false),
    ("application/json", "{\"m\": 7}", false),
    ("text/plain", "{\"n\": 7}", false),
    ("application/json", "", false),
];

/// `races`: whether an extractor that needs no body may reject the request before the token.
async fn check(server: &Server, bench: &Bench, path: &str, token: Token, body: Body, races: bool) {
    let (content_type, text, readable) = body;
    let request = server
        .request(Method::POST, path)
        .header("content-type", content_type);
    let request = request.body(text);
    let request = match token {
        Token::Missing => request,
        Token::Bad => request.bearer_auth(bench.idp.token().expires_in(-60).mint()),
        Token::Good => request.bearer_auth(bench.good_token()),
    };
    let reply = Reply::of(request).await;
    let case = format!("{path}, {token:?} token, {content_type} {text:?}");
    match token {
        Token::Missing => reply.assert(&case, &anonymous()),
        Token::Bad if races => {
            assert!(matches!(reply.status, 400 | 401 | 415), "{case}: {reply:?}");
        }
        Token::Bad => reply.assert(&case, &invalid_token()),
        Token::Good if readable => assert_eq!(reply.status, 200, "{case}: {reply:?}"),
        Token::Good => assert!(matches!(reply.status, 400 | 415 | 422), "{case}: {reply:?}"),
    }
}

#[tokio::test]
async fn guard_before_body() {
    let bench = Bench::start().await;
    for_both(
        APP,
        || bench.oidc(),
        async |server| {
            let warming = server
                .request(Method::POST, "/echo")
                .bearer_auth(bench.good_token());
            warming.send().await.expect("a response");
            for path in ["/echo", "/layered/echo"] {
                for token in [Token::Missing, Token::Bad, Token::Good] {
                    for body in BODIES {
                        check(server, &bench, path, token, body, false).await;
                    }
                }
            }
        },
    )
    .await;
}

#[tokio::test]
async fn guard_before_body_while_keys_are_unknown() {
    let bench = Bench::start().await;
    for path in ["/echo", "/layered/echo"] {
        for token in [Token::Missing, Token::Bad, Token::Good] {
            for body in BODIES {
                for_both(
                    APP,
                    || bench.oidc(),
                    async |server| {
                        // actix-web polls extractors side by side: while the guard waits for keys,
                        // one may dislike the headers. The layer waits before there are extractors.
                        let races = server.framework == Framework::Actix
                            && path == "/echo"
                            && body.0 != "application/json";
                        check(server, &bench, path, token, body, races).await;
                    },
                )
                .await;
            }
        }
    }
}

/// A body that never ends does not delay a rejection, whatever the client promises of it.
#[tokio::test]
async fn rejection_does_not_wait_for_the_body() {
    let bench = Bench::start().await;
    let bad = format!(
        "Authorization: Bearer {}\r\n",
        bench.idp.token().expires_in(-60).mint()
    );
    let promises = [
        "Content-Length: 1000000\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Content-Length: 1000000\r\nExpect: 100-continue\r\n",
    ];
    for_both(APP, || bench.oidc(), async |server| {
        for path in ["/echo", "/layered/echo"] {
            for credentials in ["", &bad] {
                for promise in promises {
                    let head = format!(
                        "POST {path} HTTP/1.1\r\nHost: app\r\nContent-Type: application/json\r\n\
                         {credentials}{promise}\r\n"
                    );
                    let response = response_to_unfinished(server, &head).await;
                    assert!(response.contains("HTTP/1.1 401 "), "{head}{response}");
                }
            }
        }
    })
    .await;
}

/// Sends the head of a request and nothing more, until there is a final response.
async fn response_to_unfinished(server: &Server, head: &str) -> String {
    let mut stream = TcpStream::connect(server.address)
        .await
        .expect("a connection");
    stream
        .write_all(head.as_bytes())
        .await
        .expect("the head is sent");
    let mut response = Vec::new();
    let read = async {
        let mut buffer = [0; 4096];
        while !String::from_utf8_lossy(&response).contains("HTTP/1.1 4") {
            let count = stream.read(&mut buffer).await.expect("a response");
            assert_ne!(count, 0, "closed without a response to {head}");
            response.extend_from_slice(&buffer[..count]);
        }
    };
    let limit = Duration::from_secs(10);
    tokio::time::timeout(limit, read)
        .await
        .expect("a response before the body is finished");
    String::from_utf8_lossy(&response).into_owned()
}

async fn never(_: &Principal, _: &RequestParts<'_>) -> bool {
    tokio::task::yield_now().await;
    false
}

/// An extractor of an application that cannot wait: it looks at once, as soon as actix-web makes
/// it, which is before anything is polled.
struct Eager;

impl FromRequest for Eager {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let user = Principal::from_request(request, payload).now_or_never();
        assert!(
            user.is_none(),
            "an extractor spoke before the guard: {user:?}"
        );
        ready(Ok(Self))
    }
}

#[oidc::required(check = never)]
async fn denied(_: Eager) -> &'static str {
    "inside"
}

#[oidc::required(check = never)]
async fn plainly_denied() -> &'static str {
    "inside"
}

#[oidc::optional(check = never)]
async fn seen(_: Eager, user: Option<Principal>) -> String {
    user.map_or("nobody".to_owned(), |user| user.subject().to_owned())
}

/// Only the guard concludes, however early others look.
#[tokio::test]
async fn an_eager_extractor_settles_nothing() {
    let bench = Bench::start().await;
    let oidc = bench.oidc();
    let server = Server::actix_of(move |config| {
        config
            .app_data(oidc.clone())
            .route("/denied", web::get().to(denied))
            .route("/plainly_denied", web::get().to(plainly_denied))
            .route("/seen", web::get().to(seen));
    });
    let good = bench.good_token();
    for keys in ["cold", "warm"] {
        for path in ["/plainly_denied", "/denied"] {
            let reply = server.get(path, good.as_str()).await;
            reply.assert(
                &format!("{path}, {keys} keys"),
                &crate::support::reply::denied(),
            );
        }
        let reply = server.get("/seen", good.as_str()).await;
        reply.assert(&format!("/seen, {keys} keys"), &ok("nobody"));
    }
}

static READ: AtomicUsize = AtomicUsize::new(0);

/// Reads the body on a task of its own as soon as it is made.
struct Uploads;

impl FromRequest for Uploads {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(_: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let mut payload = payload.take();
        actix_web::rt::spawn(async move {
            while let Some(Ok(chunk)) = payload.next().await {
                READ.fetch_add(chunk.len(), Ordering::SeqCst);
            }
        });
        ready(Ok(Self))
    }
}

#[oidc::required(check = never)]
async fn upload(_: Uploads) -> &'static str {
    "inside"
}

#[oidc::required]
async fn take(_: Uploads) -> &'static str {
    until(async || READ.load(Ordering::SeqCst) > 0).await;
    "inside"
}

/// actix-web makes all extractors before any is polled: until the guard has admitted the request
/// there is no body for them.
#[tokio::test]
async fn the_body_is_withheld_until_the_request_is_admitted() {
    let bench = Bench::start().await;
    let oidc = bench.oidc();
    let server = Server::actix_of(move |config| {
        config
            .app_data(oidc.clone())
            .route("/upload", web::post().to(upload))
            .route("/take", web::post().to(take));
    });
    let post = async |path: &str, token: Option<&str>| {
        let request = server.request(Method::POST, path).body("x".repeat(10_000));
        Reply::of(token.into_iter().fold(request, RequestBuilder::bearer_auth)).await
    };
    let (good, bad) = (bench.good_token(), bench.idp.token().expires_in(-60).mint());
    for keys in ["cold", "warm"] {
        for (path, token) in [
            ("/upload", None),
            ("/upload", Some(&bad)),
            ("/upload", Some(&good)),
            ("/take", None),
            ("/take", Some(&bad)),
        ] {
            let reply = post(path, token.map(String::as_str)).await;
            assert!(matches!(reply.status, 401 | 403), "{path}: {reply:?}");
            let read = READ.load(Ordering::SeqCst);
            assert_eq!(read, 0, "{path} with {token:?} and {keys} keys: bytes read");
        }
    }
    assert_eq!(post("/take", Some(&good)).await.status, 200);
}
