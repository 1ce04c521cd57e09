//! Where the token comes from. Never from an argument: other users of the machine can read those.

use std::io::{self, IsTerminal, Read};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::server::Transport;

/// More than any token has.
const MAX_BYTES: u64 = 64 * 1024;

/// Reads a token from standard input.
///
/// # Errors
/// If there is none.
pub(super) fn from_stdin() -> Result<String, Failure> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        output::tell("Paste the token, then press Enter and Ctrl-D.");
    }
    let mut bytes = Vec::new();
    let limited = stdin.lock().take(MAX_BYTES + 1).read_to_end(&mut bytes);
    limited.map_err(|error| {
        Failure::new(
            Exit::Usage,
            "input",
            format!("could not read standard input: {error}"),
        )
    })?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Failure::usage(
            "standard input has more than 64 KiB, which is no token",
        ));
    }
    let text = String::from_utf8(bytes);
    let text = text.map_err(|_| Failure::usage("standard input is not a text"))?;
    let token = token_in(&text);
    if token.is_empty() {
        return Err(Failure::usage(
            "no token: pass it on standard input, or name a server with --server",
        ));
    }
    Ok(token.to_owned())
}

/// The stored token of a server, which may have expired.
///
/// # Errors
/// If nobody has signed in there.
pub(super) async fn of_server(address: &str, transport: &Transport) -> Result<String, Failure> {
    let client = transport.client(address)?;
    let token = client.stored().await?;
    let address = client.server().address();
    let token = token.ok_or_else(|| Failure::sign_in_required(address, "there is no token"))?;
    Ok(token.access_token().to_owned())
}

/// The token of a text, which may be that of an `Authorization` header field.
fn token_in(text: &str) -> &str {
    let text = after(text.trim(), "authorization:");
    after(text, "bearer ")
}

fn after<'t>(text: &'t str, prefix: &str) -> &'t str {
    match text.split_at_checked(prefix.len()) {
        Some((start, rest)) if start.eq_ignore_ascii_case(prefix) => rest.trim(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_field_may_be_pasted() {
        for text in [
            "abc",
            " abc\n",
            "Bearer abc",
            "bearer  abc",
            "Authorization: Bearer abc\r\n",
        ] {
            assert_eq!(token_in(text), "abc", "{text:?}");
        }
        assert_eq!(token_in("a b"), "a b");
        assert_eq!(token_in("Bearer "), "Bearer");
    }
}
