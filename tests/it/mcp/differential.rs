//! Bodies that parsers could read differently, over HTTP: the crate `rmcp` finds no call in them that
//! the guard has overlooked.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use rmcp::model::{ClientJsonRpcMessage, ClientRequest, JsonRpcMessage};

use super::{RESOURCE, app, notes, post};
use crate::support::bench::Bench;
use crate::support::servers::for_both;

const BODIES: usize = 3_000;
const METHODS: [&str; 4] = ["tools/call", "tools/call", "tools/list", "ping"];
const TOOLS: [&str; 4] = ["list_notes", "delete_note", "purge", "unknown"];
const MEMBERS: [&str; 8] = [
    "method",
    "params",
    "name",
    "id",
    "arguments",
    "_meta",
    "$serde_json::private::RawValue",
    "$serde_json::private::Number",
];
const VALUES: [&str; 8] = [
    "null",
    "1",
    "{}",
    r#""ping""#,
    r#""tools/call""#,
    r#""purge""#,
    r#"{"name":"purge"}"#,
    r#"{"name":"list_notes"}"#,
];

/// A string, of which one character may be escaped.
fn text(content: &'static str) -> impl Strategy<Value = String> {
    proptest::option::weighted(0.1, any::<Index>()).prop_map(move |escaped| {
        let escaped = escaped.map(|index| index.index(content.len()));
        let characters = content.char_indices().map(|(at, character)| {
            if Some(at) == escaped {
                format!("\\u{:04x}", u32::from(character))
            } else {
                character.to_string()
            }
        });
        format!("\"{}\"", characters.collect::<String>())
    })
}

/// An object of these members, and of others, in any order.
fn object(members: impl Strategy<Value = Vec<String>>) -> impl Strategy<Value = String> {
    let other = (
        select(&MEMBERS[..]).prop_flat_map(text),
        select(&VALUES[..]),
    );
    let other = other.prop_map(|(name, value)| format!("{name}:{value}"));
    let others = prop_oneof![3 => Just(Vec::new()), 1 => vec(other, 1..3)];
    let all = (members, others).prop_map(|(members, others)| [members, others].concat());
    let ordered = all.prop_shuffle();
    ordered.prop_map(|members| format!("{{{}}}", members.join(",")))
}

fn message() -> impl Strategy<Value = String> {
    let name = (text("name"), select(&TOOLS[..]).prop_flat_map(text));
    let params = object(name.prop_map(|(key, name)| vec![format!("{key}:{name}")]));
    let method = (text("method"), select(&METHODS[..]).prop_flat_map(text));
    let members = (method, text("params"), params).prop_map(|((method, called), key, params)| {
        vec![
            r#""jsonrpc":"2.0""#.to_owned(),
            r#""id":1"#.to_owned(),
            format!("{method}:{called}"),
            format!("{key}:{params}"),
        ]
    });
    object(members)
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let several = vec(message(), 1..3);
    prop_oneof![
        12 => message().prop_map(String::into_bytes),
        1 => several.prop_map(|batch| format!("[{}]", batch.join(",")).into_bytes()),
        1 => vec(message(), 2).prop_map(|two| two.concat().into_bytes()),
        1 => message().prop_map(|message| format!("\u{feff}{message}").into_bytes()),
        1 => (message(), any::<Index>(), any::<u8>()).prop_map(|(message, at, byte)| {
            let mut body = message.into_bytes();
            let at = at.index(body.len());
            body[at] = byte;
            body
        }),
    ]
}

/// The tool that `rmcp` would run.
fn called(body: &[u8]) -> Option<String> {
    let message: ClientJsonRpcMessage = serde_json::from_slice(body).ok()?;
    match message {
        JsonRpcMessage::Request(request) => match request.request {
            ClientRequest::CallToolRequest(call) => Some(call.params.name.into_owned()),
            _ => None,
        },
        _ => None,
    }
}

#[tokio::test]
async fn rmcp_runs_no_tool_that_the_rules_deny() {
    let bench = Bench::start().await;
    let reader = bench.idp.token().sub("bob").audience(RESOURCE);
    let reader = reader.scope("notes:read").mint();
    let mut random = TestRunner::deterministic();
    let body = body();
    let bodies: Vec<_> = (0..BODIES)
        .map(|_| body.new_tree(&mut random).expect("a body").current())
        .collect();
    for_both(
        app(),
        || notes(&bench),
        async |server| {
            let mut counts = BTreeMap::<_, usize>::new();
            for body in &bodies {
                let response = post(server, &reader, body.clone()).send().await;
                let status = response.expect("a response").status().as_u16();
                let called = called(body);
                let may_run = called.as_deref().is_none_or(|tool| tool == "list_notes");
                let text = String::from_utf8_lossy(body);
                assert!(may_run || status != 200, "{called:?}: {text}");
                *counts.entry((status, called.is_some())).or_default() += 1;
            }
            for seen in [
                (200, true),
                (200, false),
                (400, true),
                (400, false),
                (403, true),
            ] {
                let count = counts.get(&seen).copied().unwrap_or_default();
                assert!(count > BODIES / 300, "{seen:?}: {counts:?}");
            }
        },
    )
    .await;
}
