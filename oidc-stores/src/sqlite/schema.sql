-- All times are Unix seconds. lease_by and lease_until: who renews the tokens, and until when.
CREATE TABLE IF NOT EXISTS oidc_sessions (
    app BLOB NOT NULL,
    id BLOB NOT NULL,
    subject TEXT NOT NULL,
    provider_session TEXT,
    issued_at INTEGER NOT NULL,
    signed_in_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    idle_until INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    lease_by BLOB,
    lease_until INTEGER,
    payload BLOB NOT NULL,
    PRIMARY KEY (app, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS oidc_sessions_subject ON oidc_sessions (app, subject);
CREATE INDEX IF NOT EXISTS oidc_sessions_provider_session
    ON oidc_sessions (app, provider_session) WHERE provider_session IS NOT NULL;
CREATE INDEX IF NOT EXISTS oidc_sessions_ends_at ON oidc_sessions (app, ends_at);

CREATE TABLE IF NOT EXISTS oidc_once (
    key BLOB NOT NULL PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS oidc_once_until ON oidc_once (until);
