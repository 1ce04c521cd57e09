-- Times are Unix seconds, except those that go by the clock of the database. lease_by and
-- lease_until: who renews the tokens, and until when.
CREATE TABLE IF NOT EXISTS oidc_sessions (
    app BYTEA NOT NULL,
    id BYTEA NOT NULL,
    subject TEXT NOT NULL,
    provider_session TEXT,
    issued_at BIGINT NOT NULL,
    signed_in_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    idle_until BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    lease_by BYTEA,
    lease_until TIMESTAMPTZ,
    payload BYTEA NOT NULL,
    PRIMARY KEY (app, id)
) WITH (fillfactor = 80);
CREATE INDEX IF NOT EXISTS oidc_sessions_subject ON oidc_sessions (app, subject);
CREATE INDEX IF NOT EXISTS oidc_sessions_provider_session
    ON oidc_sessions (app, provider_session) WHERE provider_session IS NOT NULL;
-- Not idle_until: without an index of it, recording a use writes the row only.
CREATE INDEX IF NOT EXISTS oidc_sessions_ends_at ON oidc_sessions (app, ends_at);

CREATE TABLE IF NOT EXISTS oidc_once (
    key BYTEA NOT NULL PRIMARY KEY,
    until TIMESTAMPTZ NOT NULL
);
CREATE INDEX IF NOT EXISTS oidc_once_until ON oidc_once (until);
