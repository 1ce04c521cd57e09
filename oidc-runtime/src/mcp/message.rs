//! What a JSON-RPC message of an MCP client asks for.
//!
//! The server behind the guard parses the body again. Whatever two parsers could read differently in what
//! the rules depend on is rejected here: duplicate members of the message and of `params`, several
//! messages in one body, text after the message. Deeper members are the server's business.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::object::{Malformed, Object, text};

/// A message, as far as rules depend on it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Message<'b> {
    /// `None` for a response.
    method: Option<Cow<'b, str>>,
    name: Option<Cow<'b, str>>,
    uri: Option<Cow<'b, str>>,
    task: Option<Cow<'b, str>>,
    /// The text of a number or a string.
    id: Option<&'b str>,
}

/// The method that runs a tool.
const CALL: &str = "tools/call";

impl<'b> Message<'b> {
    pub(super) fn parse(body: &'b [u8]) -> Result<Self, Malformed> {
        // One check for the whole body: strings that are skipped would not be checked.
        let body = str::from_utf8(body).map_err(|_| Malformed::Syntax)?;
        let whole: &RawValue = serde_json::from_str(body).map_err(|_| Malformed::Syntax)?;
        let members = Object::parse(whole)?;
        let version = members.get("jsonrpc").and_then(text);
        if version.as_deref() != Some("2.0") {
            return Err(Malformed::Message);
        }
        let id = members.get("id").map(RawValue::get);
        let is_id =
            |id: &&str| id.starts_with(|c: char| c == '"' || c == '-' || c.is_ascii_digit());
        let Some(method) = members.get("method") else {
            // A response (JSON-RPC 2.0 §5).
            let has_one = members.get("result").is_some() != members.get("error").is_some();
            return has_one.then(Self::default).ok_or(Malformed::Message);
        };
        let method = text(method).ok_or(Malformed::Message)?;
        // Without a name it is no call, and for other methods `null` is as good as nothing.
        let params = members
            .get("params")
            .filter(|params| params.get() != "null");
        let params = params.map(Object::parse).transpose()?.unwrap_or_default();
        let param = |name| params.get(name).and_then(text);
        let message = Self {
            method: Some(method),
            name: param("name"),
            uri: param("uri"),
            task: param("taskId"),
            id: id.filter(is_id),
        };
        // A call without the name of a tool is none.
        let is_whole = !message.is_call() || message.name.is_some();
        is_whole.then_some(message).ok_or(Malformed::Message)
    }

    /// The tool that the message runs.
    pub(super) fn tool(&self) -> Option<&str> {
        self.name.as_deref().filter(|_| self.is_call())
    }

    /// The id for an error response, as JSON.
    pub(super) fn id(&self) -> Option<&'b str> {
        self.id
    }

    pub(super) fn method(&self) -> Option<&str> {
        self.method.as_deref()
    }

    /// What the message is about, as `Mcp-Name` repeats it.
    pub(super) fn is_about(&self, target: &str) -> bool {
        let expected = match self.method() {
            Some(CALL | "prompts/get") => [&self.name, &None],
            Some("resources/read") => [&self.uri, &None],
            _ => [&self.uri, &self.task],
        };
        expected
            .iter()
            .any(|expected| expected.as_deref() == Some(target))
    }

    fn is_call(&self) -> bool {
        self.method() == Some(CALL)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn tool(body: &str) -> Result<Option<String>, Malformed> {
        Message::parse(body.as_bytes()).map(|message| message.tool().map(str::to_owned))
    }

    #[test]
    fn calls_name_their_tool() {
        for body in [
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"purge"}}"#,
            r#" {"params":{"arguments":{"name":"x"},"name":"purge"},"method":"tools/call","jsonrpc":"2.0"} "#,
            r#"{"jsonrpc":"2.0","method":"tools\/call","params":{"name":"purg\u0065"}}"#,
            r#"{"jsonrpc":"2.0","\u006dethod":"tools/call","p\u0061rams":{"nam\u0065":"purge"}}"#,
            r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"purge","arguments":{"a":1,"a":2}}}"#,
        ] {
            assert_eq!(tool(body), Ok(Some("purge".into())), "{body}");
        }
    }

    #[test]
    fn other_messages_run_none() {
        for body in [
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"name":"purge"}}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"Tools/Call","params":{"name":"purge"}}"#,
            r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":null}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params": null }"#,
            r#"{"jsonrpc":"2.0","id":1,"result":{"method":"tools/call"}}"#,
            r#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}"#,
        ] {
            assert_eq!(tool(body), Ok(None), "{body}");
        }
    }

    #[test]
    fn what_parsers_read_differently_is_malformed() {
        for body in [
            "",
            "{",
            "nonsense",
            r#"{"jsonrpc":"2.0","method":"ping"} {}"#,
            r#"{"jsonrpc":"2.0","method":"ping"}x"#,
            "\u{feff}{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}",
            r#"{"jsonrpc":"2.0","method":"ping","method":"tools/call"}"#,
            r#"{"jsonrpc":"2.0","method":"ping","m\u0065thod":"tools/call"}"#,
            r#"{"jsonrpc":"2.0","method":"ping","x":1,"x":1}"#,
            r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"a","name":"b"}}"#,
            r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"a","x":1,"x":1}}"#,
            r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"a"},"params":{"name":"a"}}"#,
            r#"{"jsonrpc":"2.0","method":"ping","a":"\x"}"#,
        ] {
            assert_eq!(tool(body), Err(Malformed::Syntax), "{body}");
        }
        let invalid = b"{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"a\":\"\xff\"}";
        assert_eq!(Message::parse(invalid), Err(Malformed::Syntax));
    }

    #[test]
    fn what_is_no_single_message_is_malformed() {
        for body in [
            "[]",
            r#"[{"jsonrpc":"2.0","method":"ping"}]"#,
            "null",
            "1",
            r#""tools/call""#,
            "{}",
            r#"{"method":"ping"}"#,
            r#"{"jsonrpc":"1.0","method":"ping"}"#,
            r#"{"jsonrpc":2.0,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0"}"#,
            r#"{"jsonrpc":"2.0","method":null}"#,
            r#"{"jsonrpc":"2.0","method":1}"#,
            r#"{"jsonrpc":"2.0","id":1,"result":1,"error":1}"#,
            r#"{"jsonrpc":"2.0","method":"tools/call"}"#,
            r#"{"jsonrpc":"2.0","method":"tools/call","params":null}"#,
            r#"{"jsonrpc":"2.0","method":"tools/call","params":["purge"]}"#,
            r#"{"jsonrpc":"2.0","method":"tools/call","params":{}}"#,
            r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":null}}"#,
            r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":["purge"]}}"#,
            r#"{"jsonrpc":"2.0","method":"ping","params":[]}"#,
        ] {
            assert_eq!(tool(body), Err(Malformed::Message), "{body}");
        }
    }

    /// With so many members in the envelope and in `params`, of `envelope` and `params` in all.
    fn with_members(envelope: usize, params: usize) -> String {
        let members = |count| {
            let members = (0..count).map(|index| format!(",\"{index}\":0"));
            members.collect::<String>()
        };
        let (envelope, params) = (members(envelope - 3), members(params - 1));
        format!(
            r#"{{"jsonrpc":"2.0","method":"tools/call","params":{{"name":"purge"{params}}}{envelope}}}"#
        )
    }

    #[test]
    fn members_are_bounded() {
        assert_eq!(tool(&with_members(1024, 1024)), Ok(Some("purge".into())));
        for (envelope, params) in [(1025, 1), (3, 1025), (3, 100_000), (100_000, 1)] {
            let body = with_members(envelope, params);
            assert_eq!(tool(&body), Err(Malformed::Message), "{envelope} {params}");
        }
    }

    proptest! {
        /// Whatever a lenient parser takes for a call of a tool is the same call here, or malformed.
        #[test]
        fn a_lenient_parser_reads_the_same(
            method in "tools/call|tools/list|ping",
            name in ".{0,12}",
            more in prop::collection::vec(("method|params|name|id|x", ".{0,4}"), 0..3),
            cut in 0_usize..400,
        ) {
            let name = serde_json::to_string(&name).unwrap();
            let more = more.iter().map(|(key, value)| format!(",{}:{}", json!(key), json!(value)));
            let more: String = more.collect();
            let body = format!(
                r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{"name":{name}}}{more}}}"#
            );
            let end = body.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(body.len());
            let body = &body[..end];
            if let Ok(found) = tool(body) {
                let lenient: Value = serde_json::from_str(body).unwrap();
                let expected = (lenient["method"] == "tools/call")
                    .then(|| lenient["params"]["name"].as_str().unwrap().to_owned());
                prop_assert_eq!(found, expected);
            }
        }
    }
}
