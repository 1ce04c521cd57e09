//! The answer to a request, printed.

use std::error::Error;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oidc_client::Token;
use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, LOCATION, WWW_AUTHENTICATE};
use serde::Serialize;
use serde_json::value::RawValue;

use super::text::Text;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::text::printable;
use crate::output::{self, Output, Reader, is_on_terminal};

/// The code of a failure that the server's status is.
pub(super) const STATUS: &str = "status";

/// The largest body that fits into a JSON result.
const MAX_JSON_BYTES: usize = 16 * 1024 * 1024;

/// Prints the body; a status other than 2xx is a failure all the same.
pub(super) async fn print(
    response: Response,
    token: &Token,
    output: Output,
) -> Result<Exit, Failure> {
    let status = response.status();
    let remark = remark(&response, token);
    if output.is_json() {
        print_json(response).await?;
    } else {
        print_body(response).await?;
    }
    if status.is_success() {
        return Ok(Exit::Success);
    }
    let message = format!("the server answered {}{remark}", status.as_u16());
    Err(Failure::new(Exit::Failure, STATUS, message))
}

/// What the header says about a failure, unless it repeats the token.
fn remark(response: &Response, token: &Token) -> String {
    let field = |name| {
        let value = response.headers().get(name)?.to_str().ok()?;
        (!token.is_repeated_in(value)).then_some(value)
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
    let mut text = is_on_terminal().then(Text::default);
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        let reader = match &mut text {
            Some(text) => output::part(text.next(&chunk).as_bytes())?,
            None => output::part(&chunk)?,
        };
        if reader == Reader::Left {
            return Ok(());
        }
    }
    match text {
        Some(text) => output::print(&format!("{}\n", text.rest())),
        None => Ok(()),
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
    let text = str::from_utf8(&body).ok();
    output::print_json(&Printed {
        status: response.status().as_u16(),
        content_type: media_type,
        body: text.map(|text| serde_json::from_str(text).map_or(Body::Text(text), Body::Json)),
        body_base64: text.is_none().then(|| STANDARD.encode(&body)),
    })
}

/// The answer with `--json`.
#[derive(Serialize)]
struct Printed<'a> {
    status: u16,
    content_type: Option<&'a str>,
    body: Option<Body<'a>>,
    body_base64: Option<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a> {
    /// With every digit and member that the server sent.
    Json(&'a RawValue),
    Text(&'a str),
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
