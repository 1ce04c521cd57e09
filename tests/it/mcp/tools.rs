//! Rules per tool.

use oidc::{NoTools, Tools};
use reqwest::Method;

use super::{Writer, app, call, json_of, notes, post, serving, token, tools};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::for_both;

#[tokio::test]
async fn each_tool_has_its_rule() {
    let bench = Bench::start().await;
    let token = |user, scope| {
        let token = bench.idp.token().sub(user).audience(super::RESOURCE);
        token.scope(scope).mint()
    };
    let (reader, writer) = (token("bob", "notes:read"), token("bob", "notes:write"));
    let (nobody, admin) = (token("bob", "other"), token("alice", "notes:read"));
    for_both(
        app(),
        || notes(&bench),
        async |server| {
            for (token, tool, status, error) in [
                (&reader, "list_notes", 200, None),
                (&writer, "list_notes", 200, None),
                (&writer, "delete_note", 200, None),
                (&reader, "delete_note", 403, Some("insufficient_scope")),
                (&nobody, "list_notes", 403, Some("insufficient_scope")),
                (&nobody, "delete_note", 403, Some("insufficient_scope")),
                (&reader, "purge", 403, Some("access_denied")),
                (&admin, "purge", 200, None),
                (&writer, "LIST_NOTES", 403, Some("access_denied")),
                (&writer, "list_notes ", 403, Some("access_denied")),
                (&writer, "", 403, Some("access_denied")),
            ] {
                let reply = Reply::of(post(server, token, call(tool))).await;
                assert_eq!(reply.status, status, "{tool}: {reply:?}");
                let body = json_of(&reply);
                assert_eq!(body["error"].as_str(), error, "{tool}: {reply:?}");
            }
        },
    )
    .await;
}

#[tokio::test]
async fn a_denied_call_is_told_all_scopes() {
    let bench = Bench::start().await;
    let reader = bench.idp.token().sub("bob").audience(super::RESOURCE);
    let reader = reader.scope("notes:read").mint();
    for_both(
        app(),
        || notes(&bench),
        async |server| {
            let reply = Reply::of(post(server, &reader, call("delete_note"))).await;
            let challenge = reply.challenge();
            assert!(
                challenge.contains(r#"scope="notes:read notes:write""#),
                "{challenge}"
            );
            assert!(challenge.contains(super::METADATA), "{challenge}");
            let reply = Reply::of(post(server, &reader, call("purge"))).await;
            let challenge = reply.challenge();
            assert!(!challenge.contains("scope="), "{challenge}");
            assert!(!challenge.contains("insufficient_scope"), "{challenge}");
        },
    )
    .await;
}

#[tokio::test]
async fn the_server_sees_the_user_and_not_their_credentials() {
    let bench = Bench::start().await;
    let reader = token(&bench, "notes:read");
    for_both(
        app(),
        || notes(&bench),
        async |server| {
            let body = call("list_notes");
            let request = post(server, &reader, body.clone());
            let request = request.header("cookie", "a=b").header("dpop", "proof");
            let seen = json_of(&Reply::of(request).await);
            assert_eq!(seen["sub"], "alice");
            assert_eq!(seen["body"], body);
            for name in ["authorization", "cookie", "dpop"] {
                assert_eq!(seen[name], false, "{name}");
            }
        },
    )
    .await;
}

#[tokio::test]
async fn other_requests_need_the_base_policy_only() {
    let bench = Bench::start().await;
    let (reader, other) = (token(&bench, "notes:read"), token(&bench, "other"));
    for_both(
        app(),
        || notes(&bench),
        async |server| {
            for method in [Method::GET, Method::DELETE] {
                for (token, status) in [(&reader, 200), (&other, 403)] {
                    let request = server.request(method.clone(), "/mcp").bearer_auth(token);
                    assert_eq!(Reply::of(request).await.status, status, "{method}");
                }
            }
            let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
            for (token, status) in [(&reader, 200), (&other, 403)] {
                let reply = Reply::of(post(server, token, list)).await;
                assert_eq!(reply.status, status, "{reply:?}");
            }
        },
    )
    .await;
}

/// `NoTools` says something about other tools only.
#[tokio::test]
async fn rules_hold_beside_no_tools() {
    let bench = Bench::start().await;
    let (reader, writer) = (token(&bench, "notes:read"), token(&bench, "notes:write"));
    let apps = [
        serving!(tools().and(NoTools)),
        serving!(Tools::from(NoTools).and(tools())),
        serving!(Tools::from(NoTools).with("delete_note", Writer)),
    ];
    for app in apps {
        for_both(
            app,
            || notes(&bench),
            async |server| {
                for (token, tool, status) in [
                    (&reader, "delete_note", 403),
                    (&writer, "delete_note", 200),
                    (&reader, "another", 200),
                ] {
                    let reply = Reply::of(post(server, token, call(tool))).await;
                    assert_eq!(reply.status, status, "{tool}: {reply:?}");
                }
                let request = post(server, &reader, call("another"));
                let contradicted = request.header("mcp-name", "delete_note");
                assert_eq!(Reply::of(contradicted).await.status, 400);
                assert_eq!(
                    Reply::of(post(server, &reader, "no JSON")).await.status,
                    400
                );
            },
        )
        .await;
    }
}
