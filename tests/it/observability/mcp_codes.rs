//! The codes of MCP servers.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderMap;

use super::session_codes::assert_code;
use crate::mcp::{Reader, call, notes, post, serving, status_of, token, tools};
use crate::support::bench::Bench;
use crate::support::logs::Logs;
use crate::support::reply::Reply;
use crate::support::servers::{App, Server};

const IMPATIENT: App = serving!(|oidc| {
    let guard = oidc.mcp_layer(Reader, tools());
    guard.body_timeout(Duration::from_secs(2))
});

#[tokio::test]
async fn of_mcp_servers() {
    let bench = Bench::start().await;
    let reader = token(&bench, "notes:read");
    for start in [Server::axum, Server::actix] {
        let logs = Logs::default();
        let server = logs.listen(|| start(IMPATIENT, notes(&bench)));
        let with = |name: &str, value: &str| {
            let request = post(&server, &reader, call("list_notes"));
            request.header(name, value)
        };
        let of_method = |method| {
            let request = server.request(method, "/mcp").bearer_auth(&reader);
            request.body(call("list_notes"))
        };
        for (code, status, request) in [
            ("origin_denied", 403, with("origin", "https://evil.example")),
            ("mcp_session_unknown", 404, with("mcp-session-id", "a~b")),
            (
                "mcp_encoding_unsupported",
                415,
                with("content-encoding", "br"),
            ),
            ("mcp_method_not_allowed", 405, of_method(Method::PUT)),
            ("mcp_body_unexpected", 400, of_method(Method::DELETE)),
            ("mcp_header_mismatch", 400, with("mcp-name", "purge")),
            ("mcp_body_malformed", 400, post(&server, &reader, "{")),
            ("tool_unknown", 403, post(&server, &reader, call("unknown"))),
        ] {
            assert_code(&logs, code, status, Reply::of(request)).await;
        }
        for (code, status, body) in [
            ("mcp_body_too_large", 413, "Content-Length: 4194305\r\n\r\n"),
            (
                "mcp_body_too_slow",
                408,
                "Transfer-Encoding: chunked\r\n\r\n",
            ),
            (
                "mcp_body_incomplete",
                400,
                "Transfer-Encoding: chunked\r\n\r\nno size\r\n",
            ),
        ] {
            let request = format!(
                "POST /mcp HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {reader}\r\n{body}"
            );
            let reply = async {
                Reply {
                    status: status_of(server.address, &request).await,
                    headers: HeaderMap::new(),
                    body: String::new(),
                }
            };
            assert_code(&logs, code, status, reply).await;
        }
    }
}
