//! Ids of protocol sessions, bound to their user.

use reqwest::Method;

use super::{RESOURCE, app, call, field, json_of, notes, post, token};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::{Server, for_both};

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#;

/// The id that the client gets.
async fn begin(server: &Server, token: &str) -> String {
    let reply = Reply::of(post(server, token, INITIALIZE)).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    field(&reply.headers, "mcp-session-id").concat()
}

#[tokio::test]
async fn an_id_is_of_one_user() {
    let bench = Bench::start().await;
    let alice = token(&bench, "notes:read");
    let again = token(&bench, "notes:write");
    let bob = bench
        .idp
        .token()
        .sub("bob")
        .audience(RESOURCE)
        .scope("notes:read");
    let bob = bob.mint();
    for_both(
        app(),
        || notes(&bench),
        async |server| {
            let id = begin(server, &alice).await;
            let (own, tag) = id.rsplit_once('~').expect("a tag");
            assert_eq!(own, super::SESSION);
            assert!(tag.len() >= 20, "{tag}");
            for token in [&alice, &again] {
                let request = post(server, token, call("list_notes"));
                let reply = Reply::of(request.header("mcp-session-id", &id)).await;
                assert_eq!(
                    json_of(&reply)["session"],
                    super::SESSION,
                    "the server sees its own"
                );
            }
            let shorter = &id[..id.len() - 1];
            for (token, id) in [
                (&bob, id.as_str()),
                (&alice, own),
                (&alice, shorter),
                (&alice, &*format!("{id}x")),
                (&alice, &*format!("x{id}")),
                (&alice, &*format!("{own}~{}", tag.to_uppercase())),
                (&alice, ""),
                (&alice, "~"),
            ] {
                for method in [Method::POST, Method::GET, Method::DELETE] {
                    let request = server.request(method, "/mcp").bearer_auth(token);
                    let request = request.header("mcp-session-id", id);
                    let reply = Reply::of(request.body(call("list_notes"))).await;
                    assert_eq!(reply.status, 404, "{id}: {reply:?}");
                }
            }
        },
    )
    .await;
}

#[tokio::test]
async fn instances_share_the_key() {
    let bench = Bench::start().await;
    let alice = token(&bench, "notes:read");
    let oidc = |key: &str| {
        let builder = bench.builder().resource(RESOURCE).state_key(key);
        builder.build().expect("sound")
    };
    let key = "qwertzuiopasdfghjklyxcvbnm0123456789";
    for_both(
        app(),
        || oidc(key),
        async |server| {
            let id = begin(server, &alice).await;
            for (other, status) in [(oidc(key), 200), (oidc(&key.replace('q', "Q")), 404)] {
                let other = Server::on(server.framework, app(), other);
                let request = post(&other, &alice, call("list_notes"));
                let reply = Reply::of(request.header("mcp-session-id", &id)).await;
                assert_eq!(reply.status, status, "{reply:?}");
            }
        },
    )
    .await;
}
