//! Bodies that two parsers could read differently, and header fields that say something else.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{app, call, json_of, notes, post, token};
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

pub(crate) async fn status_of(address: SocketAddr, head: &str) -> u16 {
    let mut stream = TcpStream::connect(address)
        .await
        .expect("the server listens");
    stream
        .write_all(head.as_bytes())
        .await
        .expect("the server reads");
    let mut start = [0; 12];
    let read = timeout(Duration::from_secs(20), stream.read_exact(&mut start));
    read.await
        .expect("the response does not wait for the body")
        .expect("the server responds");
    let status = str::from_utf8(&start[9..]).expect("digits");
    status.parse().expect("a number")
}

#[tokio::test]
async fn a_body_is_not_read_where_no_tool_has_a_rule() {
    let bench = Bench::start().await;
    let reader = token(&bench, "notes:read");
    let app = crate::support::servers::App {
        axum: |oidc| {
            let server = axum::routing::any(super::on_axum);
            let server = oidc.mcp(server, super::Reader, oidc::NoTools);
            axum::Router::new().nest_service("/mcp", server)
        },
        actix: |oidc, config| {
            let server = actix_web::web::to(super::on_actix);
            let scope = actix_web::web::scope("/mcp");
            let scope = scope.wrap(oidc.mcp_layer(super::Reader, oidc::NoTools));
            config.service(scope.route("", server));
        },
    };
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
