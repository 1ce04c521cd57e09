//! The codes of MCP servers.

use reqwest::header::HeaderMap;

use super::session_codes::assert_code;
use crate::mcp::{app, call, notes, post, status_of, token};
use crate::support::bench::Bench;
use crate::support::logs::Logs;
use crate::support::reply::Reply;
use crate::support::servers::Server;

#[tokio::test]
async fn of_mcp_servers() {
    let bench = Bench::start().await;
    let reader = token(&bench, "notes:read");
    for start in [Server::axum, Server::actix] {
        let logs = Logs::default();
        let server = logs.listen(|| start(app(), notes(&bench)));
        let with = |name: &str, value: &str| {
            let request = post(&server, &reader, call("list_notes"));
            request.header(name, value)
        };
        for (code, status, request) in [
            ("origin_denied", 403, with("origin", "https://evil.example")),
            ("mcp_session_unknown", 404, with("mcp-session-id", "a~b")),
            (
                "mcp_encoding_unsupported",
                415,
                with("content-encoding", "br"),
            ),
            ("mcp_header_mismatch", 400, with("mcp-name", "purge")),
            ("mcp_body_malformed", 400, post(&server, &reader, "{")),
            ("tool_unknown", 403, post(&server, &reader, call("unknown"))),
        ] {
            assert_code(&logs, code, status, Reply::of(request)).await;
        }
        let declared = async {
            let head = format!(
                "POST /mcp HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {reader}\r\n\
                 Content-Length: 4194305\r\n\r\n"
            );
            Reply {
                status: status_of(server.address, &head).await,
                headers: HeaderMap::new(),
                body: String::new(),
            }
        };
        assert_code(&logs, "mcp_body_too_large", 413, declared).await;
    }
}
