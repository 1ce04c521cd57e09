//! What the store says to SQLite.

use rusqlite::{Connection, OptionalExtension, Result, Row, Transaction, named_params, params};

use crate::{AppId, Lease, Record, SessionKey, Summary, Swap};

pub(super) fn has_a_table(db: &Connection) -> Result<bool> {
    let tables = "SELECT count(*) > 0 FROM sqlite_schema
        WHERE type = 'table' AND name IN ('oidc_sessions', 'oidc_once')";
    db.query_row(tables, [], |row| row.get(0))
}

pub(super) fn insert(db: &Connection, record: &Record) -> Result<bool> {
    let mut statement = db.prepare_cached(
        "INSERT INTO oidc_sessions
            (app, id, subject, provider_session, issued_at, signed_in_at, seen_at, idle_until,
             ends_at, version, payload)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (app, id) DO NOTHING",
    )?;
    let inserted = statement.execute(params![
        record.key.app.0,
        record.key.hash,
        record.subject,
        record.provider_session,
        record.issued_at,
        record.signed_in_at,
        record.seen_at,
        record.idle_until,
        record.ends_at,
        signed(record.version)?,
        record.payload,
    ])?;
    Ok(inserted == 1)
}

pub(super) fn load(db: &Connection, key: &SessionKey) -> Result<Option<Record>> {
    let mut statement = db.prepare_cached(
        "SELECT subject, provider_session, issued_at, signed_in_at, seen_at, idle_until, ends_at,
                version, payload
         FROM oidc_sessions WHERE app = ?1 AND id = ?2",
    )?;
    statement
        .query_row(params![key.app.0, key.hash], |row| record(key, row))
        .optional()
}

pub(super) fn replace(
    db: &Transaction<'_>,
    record: &Record,
    expected: u64,
    release: Option<u128>,
) -> Result<Swap> {
    let mut statement = db.prepare_cached(
        "UPDATE oidc_sessions SET
            payload = :payload,
            version = version + 1,
            seen_at = MAX(seen_at, :seen_at),
            idle_until = MAX(idle_until, MIN(:idle_until, ends_at)),
            lease_until = CASE WHEN lease_by = :release THEN NULL ELSE lease_until END,
            lease_by = CASE WHEN lease_by = :release THEN NULL ELSE lease_by END
         WHERE app = :app AND id = :id AND version = :expected",
    )?;
    let replaced = statement.execute(named_params! {
        ":app": record.key.app.0,
        ":id": record.key.hash,
        ":expected": signed(expected)?,
        ":payload": record.payload,
        ":seen_at": record.seen_at,
        ":idle_until": record.idle_until,
        ":release": release.map(u128::to_be_bytes),
    })?;
    Ok(match replaced {
        0 if exists(db, &record.key)? => Swap::Changed,
        0 => Swap::Gone,
        _ => Swap::Swapped,
    })
}

pub(super) fn touch(
    db: &Connection,
    key: &SessionKey,
    seen_at: i64,
    idle_until: i64,
) -> Result<bool> {
    let mut statement = db.prepare_cached(
        "UPDATE oidc_sessions SET
            seen_at = MAX(seen_at, :seen_at),
            idle_until = MAX(idle_until, MIN(:idle_until, ends_at))
         WHERE app = :app AND id = :id
            AND idle_until < :idle_until AND idle_until > :seen_at AND ends_at > :seen_at",
    )?;
    let touched = statement.execute(named_params! {
        ":app": key.app.0,
        ":id": key.hash,
        ":seen_at": seen_at,
        ":idle_until": idle_until,
    })?;
    Ok(touched == 1)
}

/// Both clocks count whole seconds, so a lease lasts up to a second longer, never shorter.
pub(super) fn lease(
    db: &Transaction<'_>,
    key: &SessionKey,
    owner: u128,
    seconds: u32,
) -> Result<Lease> {
    let mut statement = db.prepare_cached(
        "UPDATE oidc_sessions SET
            lease_by = :owner,
            lease_until = unixepoch() + :seconds + (:seconds > 0)
         WHERE app = :app AND id = :id
            AND (lease_until IS NULL OR lease_until <= unixepoch() OR lease_by = :owner)
         RETURNING subject, provider_session, issued_at, signed_in_at, seen_at, idle_until,
            ends_at, version, payload",
    )?;
    let parameters = named_params! {
        ":app": key.app.0,
        ":id": key.hash,
        ":owner": owner.to_be_bytes(),
        ":seconds": seconds,
    };
    let granted = statement
        .query_row(parameters, |row| record(key, row))
        .optional()?;
    Ok(match granted {
        Some(record) => Lease::Granted(record),
        None if exists(db, key)? => Lease::Busy,
        None => Lease::Gone,
    })
}

pub(super) fn remove(db: &Connection, key: &SessionKey) -> Result<bool> {
    let mut statement =
        db.prepare_cached("DELETE FROM oidc_sessions WHERE app = ?1 AND id = ?2")?;
    Ok(statement.execute(params![key.app.0, key.hash])? == 1)
}

pub(super) fn remove_of_subject(
    db: &Connection,
    app: AppId,
    subject: &str,
    issued_up_to: i64,
) -> Result<usize> {
    db.prepare_cached(
        "DELETE FROM oidc_sessions WHERE app = ?1 AND subject = ?2 AND issued_at <= ?3",
    )?
    .execute(params![app.0, subject, issued_up_to])
}

pub(super) fn remove_of_provider_session(
    db: &Connection,
    app: AppId,
    sid: &str,
    issued_up_to: i64,
) -> Result<usize> {
    db.prepare_cached(
        "DELETE FROM oidc_sessions WHERE app = ?1 AND provider_session = ?2 AND issued_at <= ?3",
    )?
    .execute(params![app.0, sid, issued_up_to])
}

pub(super) fn list(db: &Connection, app: AppId, subject: &str) -> Result<Vec<Summary>> {
    let mut statement = db.prepare_cached(
        "SELECT id, signed_in_at, seen_at, idle_until, ends_at
         FROM oidc_sessions WHERE app = ?1 AND subject = ?2",
    )?;
    let summaries = statement.query_map(params![app.0, subject], |row| {
        Ok(Summary {
            key: SessionKey {
                app,
                hash: row.get(0)?,
            },
            signed_in_at: row.get(1)?,
            seen_at: row.get(2)?,
            idle_until: row.get(3)?,
            ends_at: row.get(4)?,
        })
    })?;
    summaries.collect()
}

pub(super) fn once(db: &Connection, key: &[u8; 32], seconds: u32) -> Result<bool> {
    let mut statement = db.prepare_cached(
        "INSERT INTO oidc_once (key, until) VALUES (?1, unixepoch() + ?2 + 1)
         ON CONFLICT (key) DO UPDATE SET until = excluded.until WHERE until <= unixepoch()",
    )?;
    Ok(statement.execute(params![key, seconds])? == 1)
}

fn exists(db: &Connection, key: &SessionKey) -> Result<bool> {
    db.prepare_cached("SELECT 1 FROM oidc_sessions WHERE app = ?1 AND id = ?2")?
        .exists(params![key.app.0, key.hash])
}

fn record(key: &SessionKey, row: &Row<'_>) -> Result<Record> {
    let version = row.get(7)?;
    Ok(Record {
        key: *key,
        subject: row.get(0)?,
        provider_session: row.get(1)?,
        issued_at: row.get(2)?,
        signed_in_at: row.get(3)?,
        seen_at: row.get(4)?,
        idle_until: row.get(5)?,
        ends_at: row.get(6)?,
        version: u64::try_from(version)
            .map_err(|_| rusqlite::Error::IntegralValueOutOfRange(7, version))?,
        payload: row.get(8)?,
    })
}

fn signed(version: u64) -> Result<i64> {
    i64::try_from(version).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}
