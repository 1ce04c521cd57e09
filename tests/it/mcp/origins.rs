//! Requests of web pages.

use reqwest::Method;

use super::{RESOURCE, app, call, field, json_of, notes, post, token};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::for_both;

const CLIENT: &str = "https://inspector.example";

#[tokio::test]
async fn only_the_resource_itself_may_call() {
    let bench = Bench::start().await;
    let reader = token(&bench, "notes:read");
    for_both(
        app(),
        || notes(&bench),
        async |server| {
            for (origin, status) in [
                ("https://notes.example", 200),
                ("HTTPS://Notes.Example:443", 200),
                ("https://notes.example:8443", 403),
                ("http://notes.example", 403),
                ("https://notes.example.evil.example", 403),
                ("https://notes.example/", 403),
                ("null", 403),
                ("", 403),
                (CLIENT, 403),
            ] {
                for token in [reader.as_str(), "x"] {
                    let request = post(server, token, call("list_notes")).header("origin", origin);
                    let reply = Reply::of(request).await;
                    let expected = if token == "x" && status == 200 {
                        401
                    } else {
                        status
                    };
                    assert_eq!(reply.status, expected, "{origin}: {reply:?}");
                    assert!(field(&reply.headers, "access-control-allow-origin").is_empty());
                    if status == 403 {
                        assert_eq!(reply.challenge(), "", "{origin}");
                        assert_eq!(json_of(&reply)["error"], "access_denied");
                    }
                }
            }
            let preflight = preflight(server, CLIENT);
            assert_eq!(Reply::of(preflight).await.status, 403);
        },
    )
    .await;
}

#[tokio::test]
async fn configured_clients_get_what_browsers_need() {
    let bench = Bench::start().await;
    let reader = token(&bench, "notes:read");
    for (clients, origin, allowed) in [
        (&[CLIENT][..], CLIENT, Some(CLIENT)),
        (&["*"], CLIENT, Some("*")),
        (&[CLIENT], "https://other.example", None),
        (&["*"], "null", None),
    ] {
        let oidc = || {
            let builder = bench.builder().resource(RESOURCE);
            let builder = builder.browser_clients(clients.iter().copied());
            builder.build().expect("sound")
        };
        for_both(app(), oidc, async |server| {
            let reply = Reply::of(preflight(server, origin)).await;
            let allowed: Vec<&str> = allowed.into_iter().collect();
            assert_eq!(
                reply.status,
                if allowed.is_empty() { 403 } else { 204 },
                "{origin}"
            );
            assert_eq!(
                field(&reply.headers, "access-control-allow-origin"),
                allowed
            );
            if allowed.is_empty() {
                return;
            }
            assert_eq!(field(&reply.headers, "access-control-max-age"), ["600"]);
            let methods = field(&reply.headers, "access-control-allow-methods");
            assert_eq!(methods, ["GET, POST, DELETE"]);
            assert!(field(&reply.headers, "access-control-allow-credentials").is_empty());
            for (token, tool, status) in [
                (&*reader, "list_notes", 200),
                (&*reader, "delete_note", 403),
                ("x", "list_notes", 401),
            ] {
                let request = post(server, token, call(tool)).header("origin", origin);
                let reply = Reply::of(request).await;
                assert_eq!(reply.status, status, "{tool}");
                assert_eq!(
                    field(&reply.headers, "access-control-allow-origin"),
                    allowed
                );
                let vary = field(&reply.headers, "vary");
                let is_origin = |name: &&str| name.trim().eq_ignore_ascii_case("origin");
                let named = vary.iter().flat_map(|field| field.split(','));
                assert_eq!(named.filter(is_origin).count(), 1, "{tool}: {vary:?}");
                let exposed = field(&reply.headers, "access-control-expose-headers");
                assert!(exposed[0].contains("WWW-Authenticate"), "{exposed:?}");
            }
        })
        .await;
    }
}

fn preflight(server: &crate::support::servers::Server, origin: &str) -> reqwest::RequestBuilder {
    server
        .request(Method::OPTIONS, "/mcp")
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization, mcp-name")
}
