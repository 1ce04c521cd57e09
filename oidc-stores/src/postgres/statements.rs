//! What the store says to PostgreSQL: each operation is one statement, unless it has to find out why
//! nothing was written.

use sqlx::postgres::PgRow;
use sqlx::{Executor, Result, Row};

use super::loan::Loan;
use crate::{AppId, Lease, Record, SessionKey, Summary, Swap};

pub(super) async fn insert(mut db: Loan, record: &Record) -> Result<bool> {
    let query = sqlx::query(
        "INSERT INTO oidc_sessions
            (app, id, subject, provider_session, issued_at, signed_in_at, seen_at, idle_until,
             ends_at, version, payload)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (app, id) DO NOTHING",
    )
    .bind(&record.key.app.0[..])
    .bind(&record.key.hash[..])
    .bind(&record.subject)
    .bind(&record.provider_session)
    .bind(record.issued_at)
    .bind(record.signed_in_at)
    .bind(record.seen_at)
    .bind(record.idle_until)
    .bind(record.ends_at)
    .bind(signed(record.version)?)
    .bind(&record.payload);
    let inserted = db.execute(query).await?;
    Ok(inserted.rows_affected() == 1)
}

pub(super) async fn load(mut db: Loan, key: &SessionKey) -> Result<Option<Record>> {
    let query = sqlx::query(
        "SELECT subject, provider_session, issued_at, signed_in_at, seen_at, idle_until, ends_at,
                version, payload
         FROM oidc_sessions WHERE app = $1 AND id = $2",
    )
    .bind(&key.app.0[..])
    .bind(&key.hash[..]);
    let row = db.fetch_optional(query).await?;
    row.map(|row| record(key, &row)).transpose()
}

pub(super) async fn replace(
    mut db: Loan,
    record: &Record,
    expected: u64,
    release: Option<u128>,
) -> Result<Swap> {
    let expected = signed(expected)?;
    loop {
        if swap(&mut db, record, expected, release).await? {
            return Ok(Swap::Swapped);
        }
        // In one statement with the UPDATE this would see what was there before the UPDATE waited.
        let query = sqlx::query(
            "SELECT version <> $3 AS is_changed FROM oidc_sessions WHERE app = $1 AND id = $2",
        )
        .bind(&record.key.app.0[..])
        .bind(&record.key.hash[..])
        .bind(expected);
        match db.fetch_optional(query).await? {
            None => return Ok(Swap::Gone),
            Some(row) if row.try_get("is_changed")? => return Ok(Swap::Changed),
            // It was inserted in between.
            Some(_) => {}
        }
    }
}

async fn swap(
    db: &mut Loan,
    record: &Record,
    expected: i64,
    release: Option<u128>,
) -> Result<bool> {
    let query = sqlx::query(
        "UPDATE oidc_sessions SET
            payload = $4,
            version = version + 1,
            seen_at = GREATEST(seen_at, $5),
            idle_until = GREATEST(idle_until, LEAST($6, ends_at)),
            lease_until = CASE WHEN lease_by = $7 THEN NULL ELSE lease_until END,
            lease_by = CASE WHEN lease_by = $7 THEN NULL ELSE lease_by END
         WHERE app = $1 AND id = $2 AND version = $3",
    )
    .bind(&record.key.app.0[..])
    .bind(&record.key.hash[..])
    .bind(expected)
    .bind(&record.payload)
    .bind(record.seen_at)
    .bind(record.idle_until)
    .bind(release.map(|owner| owner.to_be_bytes().to_vec()));
    let swapped = db.execute(query).await?;
    Ok(swapped.rows_affected() == 1)
}

pub(super) async fn touch(
    mut db: Loan,
    key: &SessionKey,
    seen_at: i64,
    idle_until: i64,
) -> Result<bool> {
    let query = sqlx::query(
        "UPDATE oidc_sessions SET
            seen_at = GREATEST(seen_at, $3),
            idle_until = GREATEST(idle_until, LEAST($4, ends_at))
         WHERE app = $1 AND id = $2 AND idle_until < $4 AND idle_until > $3 AND ends_at > $3",
    )
    .bind(&key.app.0[..])
    .bind(&key.hash[..])
    .bind(seen_at)
    .bind(idle_until);
    let touched = db.execute(query).await?;
    Ok(touched.rows_affected() == 1)
}

pub(super) async fn lease(
    mut db: Loan,
    key: &SessionKey,
    owner: u128,
    seconds: u32,
) -> Result<Lease> {
    let owner = owner.to_be_bytes();
    loop {
        if let Some(record) = grant(&mut db, key, &owner, seconds).await? {
            return Ok(Lease::Granted(record));
        }
        // As in `replace`.
        let query = sqlx::query(
            "SELECT COALESCE(lease_by <> $3 AND lease_until > clock_timestamp(), false) AS is_busy
             FROM oidc_sessions WHERE app = $1 AND id = $2",
        )
        .bind(&key.app.0[..])
        .bind(&key.hash[..])
        .bind(&owner[..]);
        match db.fetch_optional(query).await? {
            None => return Ok(Lease::Gone),
            Some(row) if row.try_get("is_busy")? => return Ok(Lease::Busy),
            // The other's lease has ended in between.
            Some(_) => {}
        }
    }
}

/// `clock_timestamp` rather than `now`, which does not go on while the statement waits for a lock.
async fn grant(
    db: &mut Loan,
    key: &SessionKey,
    owner: &[u8; 16],
    seconds: u32,
) -> Result<Option<Record>> {
    let query = sqlx::query(
        "UPDATE oidc_sessions SET
            lease_by = $3,
            lease_until = clock_timestamp() + make_interval(secs => $4)
         WHERE app = $1 AND id = $2
            AND (lease_until IS NULL OR lease_until <= clock_timestamp() OR lease_by = $3)
         RETURNING subject, provider_session, issued_at, signed_in_at, seen_at, idle_until,
            ends_at, version, payload",
    )
    .bind(&key.app.0[..])
    .bind(&key.hash[..])
    .bind(&owner[..])
    .bind(f64::from(seconds));
    let row = db.fetch_optional(query).await?;
    row.map(|row| record(key, &row)).transpose()
}

pub(super) async fn remove(mut db: Loan, key: &SessionKey) -> Result<bool> {
    let query = sqlx::query("DELETE FROM oidc_sessions WHERE app = $1 AND id = $2")
        .bind(&key.app.0[..])
        .bind(&key.hash[..]);
    let removed = db.execute(query).await?;
    Ok(removed.rows_affected() == 1)
}

pub(super) async fn remove_of_subject(
    mut db: Loan,
    app: AppId,
    subject: &str,
    issued_up_to: i64,
) -> Result<u64> {
    let query = sqlx::query(
        "DELETE FROM oidc_sessions WHERE app = $1 AND subject = $2 AND issued_at <= $3",
    )
    .bind(&app.0[..])
    .bind(subject)
    .bind(issued_up_to);
    let removed = db.execute(query).await?;
    Ok(removed.rows_affected())
}

pub(super) async fn remove_of_provider_session(
    mut db: Loan,
    app: AppId,
    sid: &str,
    issued_up_to: i64,
) -> Result<u64> {
    let query = sqlx::query(
        "DELETE FROM oidc_sessions WHERE app = $1 AND provider_session = $2 AND issued_at <= $3",
    )
    .bind(&app.0[..])
    .bind(sid)
    .bind(issued_up_to);
    let removed = db.execute(query).await?;
    Ok(removed.rows_affected())
}

pub(super) async fn list(mut db: Loan, app: AppId, subject: &str) -> Result<Vec<Summary>> {
    let query = sqlx::query(
        "SELECT id, signed_in_at, seen_at, idle_until, ends_at
         FROM oidc_sessions WHERE app = $1 AND subject = $2",
    )
    .bind(&app.0[..])
    .bind(subject);
    let rows = db.fetch_all(query).await?;
    rows.iter().map(|row| summary(app, row)).collect()
}

pub(super) async fn once(mut db: Loan, key: &[u8; 32], seconds: u32) -> Result<bool> {
    let query = sqlx::query(
        "INSERT INTO oidc_once (key, until)
         VALUES ($1, clock_timestamp() + make_interval(secs => $2))
         ON CONFLICT (key) DO UPDATE SET until = excluded.until
            WHERE oidc_once.until <= clock_timestamp()",
    )
    .bind(&key[..])
    .bind(f64::from(seconds));
    let first = db.execute(query).await?;
    Ok(first.rows_affected() == 1)
}

/// An index finds what has ended; what was not used is a look at every session.
pub(super) async fn sweep(mut db: Loan, app: AppId, now: i64, at_most: u32) -> Result<u64> {
    let query = sqlx::query(
        "WITH ended AS (
            SELECT id FROM oidc_sessions WHERE app = $1 AND ends_at <= $2
            LIMIT $3 FOR UPDATE SKIP LOCKED),
         idle AS (
            SELECT id FROM oidc_sessions WHERE app = $1 AND idle_until <= $2 AND ends_at > $2
            LIMIT $3 - (SELECT count(*) FROM ended) FOR UPDATE SKIP LOCKED),
         swept AS (
            DELETE FROM oidc_sessions
            USING (SELECT id FROM ended UNION ALL SELECT id FROM idle) AS dead
            WHERE oidc_sessions.app = $1 AND oidc_sessions.id = dead.id RETURNING 1),
         over AS (
            SELECT key FROM oidc_once WHERE until <= now()
            LIMIT $3 - (SELECT count(*) FROM swept) FOR UPDATE SKIP LOCKED),
         forgotten AS (
            DELETE FROM oidc_once USING over WHERE oidc_once.key = over.key RETURNING 1)
         SELECT (SELECT count(*) FROM swept) + (SELECT count(*) FROM forgotten)",
    )
    .bind(&app.0[..])
    .bind(now)
    .bind(i64::from(at_most));
    let row = db.fetch_one(query).await?;
    Ok(row.try_get::<i64, _>(0)?.unsigned_abs())
}

fn record(key: &SessionKey, row: &PgRow) -> Result<Record> {
    let version = row.try_get::<i64, _>("version")?;
    Ok(Record {
        key: *key,
        subject: row.try_get("subject")?,
        provider_session: row.try_get("provider_session")?,
        issued_at: row.try_get("issued_at")?,
        signed_in_at: row.try_get("signed_in_at")?,
        seen_at: row.try_get("seen_at")?,
        idle_until: row.try_get("idle_until")?,
        ends_at: row.try_get("ends_at")?,
        version: u64::try_from(version).map_err(|error| sqlx::Error::Decode(error.into()))?,
        payload: row.try_get("payload")?,
    })
}

fn summary(app: AppId, row: &PgRow) -> Result<Summary> {
    let hash = row.try_get::<&[u8], _>("id")?;
    let hash = hash
        .try_into()
        .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    Ok(Summary {
        key: SessionKey { app, hash },
        signed_in_at: row.try_get("signed_in_at")?,
        seen_at: row.try_get("seen_at")?,
        idle_until: row.try_get("idle_until")?,
        ends_at: row.try_get("ends_at")?,
    })
}

fn signed(version: u64) -> Result<i64> {
    i64::try_from(version).map_err(|error| sqlx::Error::Encode(error.into()))
}
