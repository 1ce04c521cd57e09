//! Bodies for an MCP server that parsers could read differently.

use super::choices::Choices;

/// The tools that have rules.
pub(super) const TOOLS: [&str; 3] = ["list_notes", "delete_note", "purge"];

const TOOL_NAMES: [&str; 8] = [
    TOOLS[0], TOOLS[1], TOOLS[2], "Purge", "purge ", "purge\0", "", "lösche",
];
const METHODS: [&str; 8] = [
    "tools/call",
    "tools/call",
    "tools/call",
    "tools/list",
    "Tools/Call",
    "initialize",
    "prompts/get",
    "notifications/initialized",
];
const MEMBERS: [&str; 12] = [
    "method",
    "params",
    "name",
    "jsonrpc",
    "id",
    "arguments",
    "Method",
    "_meta",
    "result",
    "error",
    // How `serde_json` passes values to itself.
    "$serde_json::private::RawValue",
    "$serde_json::private::Number",
];
const VALUES: [&str; 12] = [
    "null",
    "1",
    "[]",
    "{}",
    "\"2.0\"",
    "\"purge\"",
    "\"tools/call\"",
    r#"{"name":"purge"}"#,
    r#"{"method":"tools/call","params":{"name":"purge"}}"#,
    r#"["tools/call"]"#,
    "1e999",
    r#""\ud800""#,
];
const BEFORE: [&[u8]; 3] = [b"\xef\xbb\xbf", b" \r\n\t", b"\0"];
const AFTER: [&[u8]; 6] = [b"\n", b"x", b"{}", b",", b"]", b"\xff"];

/// Writes a body: mostly a call of a tool, sometimes more or less than one.
#[must_use]
pub fn mcp_body(data: &[u8]) -> Vec<u8> {
    let mut choices = Choices::new(data);
    if choices.once_in(16) {
        return choices.rest().to_vec();
    }
    let mut body = Vec::new();
    if choices.once_in(16) {
        body.extend(choices.pick(&BEFORE));
    }
    body.extend(messages(&mut choices).bytes());
    if choices.once_in(16) {
        body.extend(choices.pick(&AFTER));
    }
    if choices.once_in(8) {
        let at = choices.position(body.len());
        body[at] = choices.byte();
    }
    body
}

fn messages(choices: &mut Choices<'_>) -> String {
    let first = message(choices);
    match choices.below(24) {
        23 => format!("[{first}]"),
        22 => format!("[{first},{}]", message(choices)),
        21 => format!("{first}{}", message(choices)),
        _ => first,
    }
}

fn message(choices: &mut Choices<'_>) -> String {
    let method = text(choices.pick(&METHODS), choices);
    let params = params(choices);
    let members = vec![
        ("jsonrpc", "\"2.0\"".to_owned()),
        ("id", "1".to_owned()),
        ("method", method),
        ("params", params),
    ];
    object(members, choices)
}

fn params(choices: &mut Choices<'_>) -> String {
    if choices.once_in(16) {
        return choices.pick(&VALUES).to_owned();
    }
    let name = text(choices.pick(&TOOL_NAMES), choices);
    let arguments = object(Vec::new(), choices);
    object(vec![("name", name), ("arguments", arguments)], choices)
}

/// An object in some order, with members that are missing or too many.
fn object(mut members: Vec<(&'static str, String)>, choices: &mut Choices<'_>) -> String {
    if choices.once_in(4) {
        members.push((choices.pick(&MEMBERS), choices.pick(&VALUES).to_owned()));
    }
    if choices.once_in(16) {
        members.pop();
    }
    if choices.once_in(2) && !members.is_empty() {
        let first = choices.below(members.len());
        members.rotate_left(first);
    }
    let members: Vec<_> = members
        .into_iter()
        .map(|(name, value)| format!("{}:{value}", text(name, choices)))
        .collect();
    format!("{{{}}}", members.join(","))
}

/// A string, of which a character may be escaped that need not be.
fn text(content: &str, choices: &mut Choices<'_>) -> String {
    let escaped = choices
        .once_in(8)
        .then(|| choices.below(content.len().max(1)));
    let characters = content.char_indices().map(|(at, character)| {
        if Some(at) == escaped || character.is_control() {
            format!("\\u{:04x}", u32::from(character))
        } else {
            character.to_string()
        }
    });
    format!("\"{}\"", characters.collect::<String>())
}
