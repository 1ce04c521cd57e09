//! Bodies that two parsers could read differently, and header fields that say something else.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use oidc::Principal;
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{app, call, field, json_of, notes, post, serving, token};
use crate::keys::until;
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::for_both;

#[tokio::test]
async fn ambiguous_bodies_are_rejected() {
    let bench = Bench::start().await;
    let writer = token(&bench, "notes:write");
    let good = call("list_notes");
    let bodies = [
        (-32700, String::new()),
        (-32700, format!("{good}x")),
        (-32700, format!("{good}{good}")),
        (-32700, format!("\u{feff}{good}")),
        (
            -32700,
            good.replacen("\"id\"", "\"method\":\"ping\",\"id\"", 1),
        ),
        (
            -32700,
            good.replacen("\"id\"", "\"m\\u0065thod\":\"ping\",\"id\"", 1),
        ),
        (
            -32700,
            good.replacen("\"name\"", "\"name\":\"delete_note\",\"name\"", 1),
        ),
        (-32600, format!("[{good}]")),
        (-32600, "[]".to_owned()),
        (-32600, "{}".to_owned()),
        (
            -32600,
            good.replacen("\"list_notes\"", "[\"list_notes\"]", 1),
        ),
        (-32600, good.replacen("2.0", "1.0", 1)),
    ];
    for_both(
        app(),
        || notes(&bench),
        async |server| {
            for (code, body) in &bodies {
                let reply = Reply::of(post(server, &writer, body.clone())).await;
                assert_eq!(reply.status, 400, "{body}: {reply:?}");
                assert_eq!(json_of(&reply)["error"]["code"], json!(code), "{body}");
                assert!(json_of(&reply).get("id").is_none(), "{body}");
            }
            let mut invalid = good.replace("list_notes", "list~notes").into_bytes();
            for byte in &mut invalid {
                *byte = if *byte == b'~' { 0xff } else { *byte };
            }
            let reply = Reply::of(post(server, &writer, invalid)).await;
            assert_eq!(reply.status, 400, "{reply:?}");
        },
    )
    .await;
}

#[tokio::test]
async fn header_fields_have_to_repeat_the_body() {
    let bench = Bench::start().await;
    let writer = token(&bench, "notes:write");
    for_both(
        app(),
        || notes(&bench),
        async |server| {
            for (fields, status) in [
                (&[][..], 200),
                (
                    &[("mcp-method", "tools/call"), ("mcp-name", "list_notes")],
                    200,
                ),
                (&[("mcp-name", "=?base64?bGlzdF9ub3Rlcw==?=")], 200),
                (&[("mcp-name", "delete_note")], 400),
                (&[("mcp-name", "=?base64?ZGVsZXRlX25vdGU=?=")], 400),
                (&[("mcp-name", "=?base64?%?=")], 400),
                (&[("mcp-method", "tools/list")], 400),
                (
                    &[("mcp-method", "tools/call"), ("mcp-method", "tools/call")],
                    400,
                ),
                (&[("mcp-name", "list_notes"), ("mcp-name", "purge")], 400),
            ] {
                for version in [None, Some("2025-06-18"), Some("2026-07-28")] {
                    let mut request = post(server, &writer, call("list_notes"));
                    for (name, value) in fields {
                        request = request.header(*name, *value);
                    }
                    if let Some(version) = version {
                        request = request.header("mcp-protocol-version", version);
                    }
                    let reply = Reply::of(request).await;
                    assert_eq!(reply.status, status, "{fields:?} {version:?}: {reply:?}");
                    if status == 400 {
                        assert_eq!(json_of(&reply)["error"]["code"], -32020, "{fields:?}");
                        assert_eq!(json_of(&reply)["id"], 1, "{fields:?}");
                    }
                }
            }
        },
    )
    .await;
}

#[tokio::test]
async fn encoded_and_large_bodies_are_rejected() {
    let bench = Bench::start().await;
    let writer = token(&bench, "notes:write");
    for_both(
        app(),
        || notes(&bench),
        async |server| {
            for (encoding, status) in [("identity", 200), ("gzip", 415), ("br, identity", 415)] {
                let request = post(server, &writer, call("list_notes"));
                let reply = Reply::of(request.header("content-encoding", encoding)).await;
                assert_eq!(reply.status, status, "{encoding}: {reply:?}");
            }
            let padding = " ".repeat(4 << 20);
            let fits = &padding[call("list_notes").len()..];
            let reply = Reply::of(post(server, &writer, call("list_notes") + fits)).await;
            assert_eq!(reply.status, 200, "{}", reply.status);
        },
    )
    .await;
}

/// Each refusal by the head alone comes although the body never does.
#[tokio::test]
async fn no_refusal_by_the_head_waits_for_the_body() {
    let bench = Bench::start().await;
    let (reader, other) = (token(&bench, "notes:read"), token(&bench, "other"));
    for_both(
        app(),
        || notes(&bench),
        async |server| {
            for (fields, status) in [
                (String::new(), 401),
                ("Authorization: Bearer x\r\n".to_owned(), 401),
                (format!("Authorization: Bearer {other}\r\n"), 403),
                (
                    format!("Authorization: Bearer {reader}\r\nOrigin: https://evil.example\r\n"),
                    403,
                ),
                (
                    format!("Authorization: Bearer {reader}\r\nMcp-Session-Id: a~b\r\n"),
                    404,
                ),
                (
                    format!("Authorization: Bearer {reader}\r\nContent-Encoding: gzip\r\n"),
                    415,
                ),
            ] {
                let head =
                    format!("POST /mcp HTTP/1.1\r\nHost: a\r\n{fields}Content-Length: 10\r\n\r\n");
                assert_eq!(status_of(server.address, &head).await, status, "{fields}");
            }
            let declared = format!(
                "POST /mcp HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {reader}\r\n\
             Content-Length: 4194305\r\n\r\n"
            );
            assert_eq!(status_of(server.address, &declared).await, 413);
            // Its end, which never comes, would make it larger.
            let chunked = format!(
                "POST /mcp HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {reader}\r\n\
             Transfer-Encoding: chunked\r\n\r\n400001\r\n{}\r\n",
                " ".repeat(0x0040_0001)
            );
            assert_eq!(status_of(server.address, &chunked).await, 413);
        },
    )
    .await;
}

/// How long a test waits for what has to come.
const LONG: Duration = Duration::from_secs(20);

pub(crate) async fn status_of(address: SocketAddr, head: &str) -> u16 {
    let mut stream = connect(address).await;
    send(&mut stream, head).await;
    let mut start = [0; 12];
    let read = timeout(LONG, stream.read_exact(&mut start));
    read.await
        .expect("the response does not wait for the body")
        .expect("the server responds");
    let status = str::from_utf8(&start[9..]).expect("digits");
    status.parse().expect("a number")
}

async fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).await;
    stream.expect("the server listens")
}

async fn send(stream: &mut TcpStream, text: &str) {
    let sent = stream.write_all(text.as_bytes()).await;
    sent.expect("the server reads");
}

/// All of a request but the fields about its body.
fn head(method: &str, token: &str) -> String {
    format!("{method} /mcp HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n")
}

#[tokio::test]
async fn a_body_is_not_read_where_no_tool_has_a_rule() {
    let bench = Bench::start().await;
    let reader = token(&bench, "notes:read");
    let app = serving!(oidc::NoTools);
    for_both(
        app,
        || notes(&bench),
        async |server| {
            let reply = Reply::of(post(server, &reader, "no JSON")).await;
            assert_eq!(json_of(&reply)["body"], "no JSON");
            let request = server.request(Method::POST, "/mcp").body("no JSON");
            assert_eq!(Reply::of(request).await.status, 401);
        },
    )
    .await;
}

/// Where tools have rules, only the bodies of `POST` requests are messages.
#[tokio::test]
async fn no_other_method_brings_a_message() {
    let bench = Bench::start().await;
    let writer = token(&bench, "notes:write");
    for_both(
        app(),
        || notes(&bench),
        async |server| {
            for (method, without, with) in [
                (Method::GET, 200, 400),
                (Method::DELETE, 200, 400),
                (Method::OPTIONS, 200, 400),
                (Method::PUT, 405, 405),
                (Method::PATCH, 405, 405),
                (Method::from_bytes(b"post").expect("a token"), 405, 405),
                (Method::from_bytes(b"QUERY").expect("a token"), 405, 405),
            ] {
                let request = || server.request(method.clone(), "/mcp").bearer_auth(&writer);
                for (request, status) in [
                    (request(), without),
                    (request().header("content-length", "0"), without),
                    (request().body(call("list_notes")), with),
                ] {
                    let reply = Reply::of(request).await;
                    assert_eq!(reply.status, status, "{method}: {reply:?}");
                    if status == 405 {
                        assert_eq!(field(&reply.headers, "allow"), ["GET, POST, DELETE"]);
                        assert_eq!(json_of(&reply)["error"], "invalid_request");
                    }
                }
                let head = head(method.as_str(), &writer);
                let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n");
                assert_eq!(status_of(server.address, &chunked).await, with, "{method}");
                let nobody = server.request(method.clone(), "/mcp").body("x");
                assert_eq!(Reply::of(nobody).await.status, 401, "{method}");
            }
        },
    )
    .await;
}

/// HTTP/2 needs no field for it.
#[tokio::test]
async fn a_body_that_the_head_does_not_announce_is_removed() {
    use actix_web::App;
    use actix_web::test::{TestRequest, call_and_read_body_json, init_service};
    use axum::http::{Request, Version};
    use tower_layer::Layer as _;
    use tower_service::Service as _;

    let bench = Bench::start().await;
    let bearer = format!("Bearer {}", token(&bench, "notes:read"));
    let layer = notes(&bench).mcp_layer(super::Reader, super::tools());

    let mut server = layer.layer(axum::routing::any(super::on_axum));
    let request = Request::get("/mcp").header("authorization", &bearer);
    let request = request.version(Version::HTTP_2).body(call("purge").into());
    let response = server.call(request.expect("a request")).await;
    let response = response.expect("it cannot fail").into_body();
    let seen = axum::body::to_bytes(response, usize::MAX).await;
    let seen: serde_json::Value = serde_json::from_slice(&seen.expect("a body")).expect("JSON");
    assert_eq!(seen["body"], "", "axum");

    let server = actix_web::web::resource("/mcp").wrap(layer);
    let server = server.route(actix_web::web::to(super::on_actix));
    let server = init_service(App::new().service(server)).await;
    let request = TestRequest::get()
        .uri("/mcp")
        .version(actix_web::http::Version::HTTP_2);
    let request = request.insert_header(("authorization", bearer));
    let mut request = request.set_payload(call("purge")).to_request();
    request
        .headers_mut()
        .remove(actix_web::http::header::CONTENT_LENGTH);
    let seen: serde_json::Value = call_and_read_body_json(&server, request).await;
    assert_eq!(seen["body"], "", "actix-web");
}

/// The rest of it never comes.
#[tokio::test]
async fn a_body_has_a_time_limit() {
    let bench = Bench::start().await;
    let reader = token(&bench, "notes:read");
    let app = serving!(|oidc| {
        let guard = oidc.mcp_layer(super::Reader, super::tools());
        guard.body_timeout(Duration::from_millis(50))
    });
    for_both(
        app,
        || notes(&bench),
        async |server| {
            let head = head("POST", &reader);
            let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n1\r\n{{\r\n");
            assert_eq!(status_of(server.address, &chunked).await, 408);
            let mut stream = connect(server.address).await;
            send(&mut stream, &format!("{head}Content-Length: 10\r\n\r\n{{")).await;
            let mut response = String::new();
            let read = timeout(LONG, stream.read_to_string(&mut response)).await;
            let read = read.expect("the server closes the connection");
            read.expect("text");
            assert!(response.starts_with("HTTP/1.1 408 "), "{response}");
            assert!(
                response.contains(r#""error":"invalid_request""#),
                "{response}"
            );
        },
    )
    .await;
}

static ADMITTED: AtomicUsize = AtomicUsize::new(0);

fn counted(_: &Principal) -> bool {
    ADMITTED.fetch_add(1, Ordering::SeqCst);
    true
}

#[oidc::policy(check = counted)]
struct Counted;

/// It expires after the guard has seen the head, and before it sees the body.
#[tokio::test]
async fn a_token_has_to_last_until_the_body_is_there() {
    let bench = Bench::start().await;
    let oidc = || {
        let builder = bench.steady_builder().resource(super::RESOURCE);
        builder.build().expect("sound")
    };
    for_both(
        serving!(|oidc| oidc.mcp_layer(Counted, super::tools())),
        oidc,
        async |server| {
            let token = bench.idp.token().audience(super::RESOURCE);
            let token = token.expires_in(60).mint();
            let before = ADMITTED.load(Ordering::SeqCst);
            let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
            let mut stream = connect(server.address).await;
            let head = head("POST", &token);
            let length = body.len();
            send(
                &mut stream,
                &format!("{head}Content-Length: {length}\r\n\r\n"),
            )
            .await;
            until(async || ADMITTED.load(Ordering::SeqCst) > before).await;
            bench.advance(Duration::from_secs(120));
            send(&mut stream, body).await;
            let mut response = [0; 1024];
            let read = timeout(LONG, stream.read(&mut response)).await;
            let read = read.expect("a response").expect("a response");
            let response = String::from_utf8_lossy(&response[..read]).into_owned();
            assert!(response.starts_with("HTTP/1.1 401 "), "{response}");
            assert!(response.contains("the access token expired"), "{response}");
        },
    )
    .await;
}
