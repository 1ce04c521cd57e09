//! The guard decides before anything else of a request is looked at.

use std::time::Duration;

use oidc::IdToken;
use reqwest::Method;
use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::bench::Bench;
use crate::support::reply::{Reply, anonymous, invalid_token};
use crate::support::servers::{App, Framework, Server, for_both};

#[derive(Deserialize)]
struct Echo {
    n: i64,
}

#[oidc::policy()]
struct Anybody;

#[oidc::required]
async fn axum_echo(user: IdToken, echo: axum::Json<Echo>) -> String {
    format!("{} {}", user.subject(), echo.n)
}

#[oidc::required]
async fn actix_echo(user: IdToken, echo: actix_web::web::Json<Echo>) -> String {
    format!("{} {}", user.subject(), echo.n)
}

async fn axum_plain(echo: axum::Json<Echo>) -> String {
    echo.n.to_string()
}

async fn actix_plain(echo: actix_web::web::Json<Echo>) -> String {
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
        let plain = actix_web::web::post().to(actix_plain);
        let layered = actix_web::web::scope("/layered").wrap(oidc.layer(Anybody));
        config
            .route("/echo", actix_web::web::post().to(actix_echo))
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

/// `races`: whether the body may be refused before the token.
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
            warming.send().await.expect("an answer");
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
                        // the body is read. The layer waits before there are extractors.
                        let races =
                            server.framework == Framework::Actix && path == "/echo" && !body.2;
                        check(server, &bench, path, token, body, races).await;
                    },
                )
                .await;
            }
        }
    }
}

/// A body that never ends does not hold up a refusal, whatever the client promises of it.
#[tokio::test]
async fn refusal_does_not_wait_for_the_body() {
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
                    let answer = answer_to_unfinished(server, &head).await;
                    assert!(answer.contains("HTTP/1.1 401 "), "{head}{answer}");
                }
            }
        }
    })
    .await;
}

/// Sends the head of a request and nothing more, until there is a final answer.
async fn answer_to_unfinished(server: &Server, head: &str) -> String {
    let mut stream = TcpStream::connect(server.address)
        .await
        .expect("a connection");
    stream
        .write_all(head.as_bytes())
        .await
        .expect("the head is sent");
    let mut answer = Vec::new();
    let read = async {
        let mut buffer = [0; 4096];
        while !String::from_utf8_lossy(&answer).contains("HTTP/1.1 4") {
            let count = stream.read(&mut buffer).await.expect("an answer");
            assert_ne!(count, 0, "closed without an answer to {head}");
            answer.extend_from_slice(&buffer[..count]);
        }
    };
    let limit = Duration::from_secs(10);
    tokio::time::timeout(limit, read)
        .await
        .expect("an answer before the body is finished");
    String::from_utf8_lossy(&answer).into_owned()
}
