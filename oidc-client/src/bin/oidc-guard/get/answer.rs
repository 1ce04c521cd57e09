//! The answer to a request, printed.

use std::error::Error;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, LOCATION, WWW_AUTHENTICATE};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::text::{printable, printable_lines};
use crate::output::{self, Output, is_on_terminal};

/// The largest body that fits into a JSON result.
const MAX_JSON_BYTES: usize = 16 * 1024 * 1024;

/// Prints the body; a status other than 2xx is a failure all the same.
pub(super) async fn print(response: Response, output: Output) -> Result<Exit, Failure> {
    let status = response.status();
    let remark = remark(&response);
    if output.is_json() {
        print_json(response).await?;
    } else {
        print_body(response).await?;
    }
    if status.is_success() {
        return Ok(Exit::Success);
    }
    let message = format!("the server answered {}{remark}", status.as_u16());
    Err(Failure::new(Exit::Failure, "status", message))
}

/// What the header says about a failure.
fn remark(response: &Response) -> String {
    let field = |name| {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let redirect = field(LOCATION).filter(|_| response.status().is_redirection());
    match (redirect, field(WWW_AUTHENTICATE)) {
        (Some(target), _) => format!(
            ": a redirect to {}, which was not followed",
            printable(target)
        ),
        (None, Some(challenge)) => format!(": {}", printable(challenge)),
        (None, None) => String::new(),
    }
}

async fn print_body(mut response: Response) -> Result<(), Failure> {
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if is_on_terminal() {
            output::print(&printable_lines(&String::from_utf8_lossy(&chunk)))?;
        } else {
            output::bytes(&chunk)?;
        }
    }
    if is_on_terminal() {
        output::print("\n")
    } else {
        Ok(())
    }
}

async fn print_json(mut response: Response) -> Result<(), Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > MAX_JSON_BYTES {
            let message = "the body is larger than 16 MiB: get it without --json";
            return Err(Failure::new(Exit::Failure, "too_large", message));
        }
        body.extend_from_slice(&chunk);
    }
    let media_type = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let json = json!({
        "status": response.status().as_u16(),
        "content_type": media_type,
        "body": text_of(&body),
        "body_base64": str::from_utf8(&body).is_err().then(|| STANDARD.encode(&body)),
    });
    output::print_json(&json)
}

/// The body as JSON if it is that, else as text; null if it is neither.
fn text_of(body: &[u8]) -> Value {
    let text = || str::from_utf8(body).map_or(Value::Null, |text| json!(text));
    serde_json::from_slice(body).unwrap_or_else(|_| text())
}

/// The causes, without the URL, which may have secrets in its query.
pub(super) fn failed(error: reqwest::Error) -> Failure {
    let is_timeout = error.is_timeout();
    let error = error.without_url();
    let mut cause: &dyn Error = &error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let message = if is_timeout {
        "the server does not respond in time".to_owned()
    } else {
        format!(
            "the server cannot be reached: {}",
            printable(&cause.to_string())
        )
    };
    Failure::new(Exit::Unreachable, "unavailable", message)
}
