#![no_main]

use oidc_runtime::fuzzing::{mcp_body, mcp_message};
use rmcp::model::{ClientJsonRpcMessage, ClientRequest, JsonRpcMessage};

// Whatever `rmcp` takes for a call of a tool, the guard takes for a call of that tool, or rejects.
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    for body in [data, &mcp_body(data)] {
        let asked = mcp_message(body);
        if let Some(tool) = called(body) {
            assert!(asked.covers(&tool), "{asked:?}, not {tool:?}");
        }
    }
});

/// The tool that `rmcp` runs.
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
