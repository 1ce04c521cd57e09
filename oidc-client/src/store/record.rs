//! A token as stored text: JSON with a version.

use std::path::Path;

use oidc_runtime::for_client::{Secret, object};
use serde_json::{Map, Value, json};

use super::StoreError;
use crate::clock::{seconds, time_of};
use crate::text::is_token;
use crate::token::Token;

const FORMAT: &str = "oidc-client token";
const VERSION: u64 = 1;

/// The key of an entry, and its token.
pub(super) struct Record {
    pub(super) key: String,
    pub(super) token: Token,
}

pub(super) fn encode(key: &str, token: &Token) -> Vec<u8> {
    let record = json!({
        "format": FORMAT,
        "version": VERSION,
        "key": key,
        "access_token": token.access_token(),
        "refresh_token": token.refresh_token(),
        "scope": token.scope,
        "obtained": seconds(token.obtained),
        "expires": token.expires.map(seconds),
        "refresh_expires": token.refresh_expires.map(seconds),
    });
    record.to_string().into_bytes()
}

/// Reads what [`encode`] wrote; `path` is where it was, for errors.
pub(super) fn decode(text: &[u8], path: &Path) -> Result<Record, StoreError> {
    let foreign = |problem| StoreError::Foreign(path.to_owned(), problem);
    let members = object(text).ok_or_else(|| foreign("it is no JSON object"))?;
    if members.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(foreign("it has another format"));
    }
    match members.get("version").and_then(Value::as_u64) {
        Some(VERSION) => {}
        Some(newer) if newer > VERSION => return Err(StoreError::Newer(path.to_owned())),
        _ => return Err(foreign("it has no known version")),
    }
    record(&members).ok_or_else(|| foreign("it is damaged"))
}

/// The token of this key in what [`encode`] wrote.
pub(super) fn token_of(key: &str, text: &[u8], path: &Path) -> Result<Token, StoreError> {
    let record = decode(text, path)?;
    if record.key == key {
        Ok(record.token)
    } else {
        Err(of_another(path))
    }
}

pub(super) fn of_another(path: &Path) -> StoreError {
    StoreError::Foreign(path.to_owned(), "it belongs to another application")
}

fn record(members: &Map<String, Value>) -> Option<Record> {
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let time = |name: &str| members.get(name).and_then(Value::as_u64).and_then(time_of);
    Some(Record {
        key: text("key")?.to_owned(),
        token: Token {
            access_token: Secret::new(text("access_token").filter(|text| is_token(text))?),
            refresh_token: text("refresh_token").map(Secret::new),
            scope: text("scope").map(str::to_owned),
            obtained: time("obtained")?,
            expires: time("expires"),
            refresh_expires: time("refresh_expires"),
            unkept: None,
        },
    })
}
