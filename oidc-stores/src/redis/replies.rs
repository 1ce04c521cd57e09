//! What Redis replies, as our types.

use redis::{FromRedisValue, Value};

use crate::{AppId, Record, SessionKey, StoreError, Summary, Swap};

/// The fields of a session in the order in which they are read, here and in the scripts.
pub(super) const FIELDS: [&str; 9] = [
    "subject",
    "provider_session",
    "issued_at",
    "signed_in_at",
    "seen_at",
    "idle_until",
    "ends_at",
    "version",
    "payload",
];

/// The values of [`FIELDS`].
pub(super) fn record(key: &SessionKey, fields: Value) -> Result<Record, StoreError> {
    let (
        subject,
        provider_session,
        issued_at,
        signed_in_at,
        seen_at,
        idle_until,
        ends_at,
        version,
        payload,
    ) = parse(fields)?;
    Ok(Record {
        key: *key,
        subject,
        provider_session,
        issued_at,
        signed_in_at,
        seen_at,
        idle_until,
        ends_at,
        version,
        payload,
    })
}

/// What HMGET replies for a key that does not exist.
pub(super) fn is_missing(fields: &Value) -> bool {
    matches!(fields, Value::Array(fields) if fields.first() == Some(&Value::Nil))
}

pub(super) fn swap(reply: &str) -> Result<Swap, StoreError> {
    match reply {
        "swapped" => Ok(Swap::Swapped),
        "changed" => Ok(Swap::Changed),
        "gone" => Ok(Swap::Gone),
        _ => Err(UNEXPECTED),
    }
}

/// What the script `list.lua` replies.
pub(super) fn summaries(app: AppId, listed: Value) -> Result<Vec<Summary>, StoreError> {
    let listed: Vec<(String, i64, i64, i64, i64)> = parse(listed)?;
    let summary = |(id, signed_in_at, seen_at, idle_until, ends_at): (String, _, _, _, _)| {
        let hash = from_hex(&id).ok_or(UNEXPECTED)?;
        Ok(Summary {
            key: SessionKey { app, hash },
            signed_in_at,
            seen_at,
            idle_until,
            ends_at,
        })
    };
    listed.into_iter().map(summary).collect()
}

const UNEXPECTED: StoreError = StoreError::message("Redis holds or replies something unexpected");

fn parse<T: FromRedisValue>(value: Value) -> Result<T, StoreError> {
    // The error of the parser would print the value.
    redis::from_redis_value(value).map_err(|_| UNEXPECTED)
}

fn from_hex(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    for (n, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * n..2 * n + 2)?, 16).ok()?;
    }
    Some(bytes)
}
