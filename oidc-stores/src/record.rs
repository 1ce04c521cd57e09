use std::fmt;

/// Which application a session belongs to, so that several can share a database.
///
/// oidc-guard takes the first 8 bytes of a SHA-256 of issuer and client id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AppId(pub [u8; 8]);

/// What a session is stored under.
///
/// `Debug` prints the application, not the hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionKey {
    /// The application.
    pub app: AppId,
    /// SHA-256 of the secret in the cookie: reading a database does not yield cookies.
    pub hash: [u8; 32],
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionKey")
            .field("app", &self.app)
            .finish_non_exhaustive()
    }
}

/// A stored session. All times are Unix seconds.
///
/// `Debug` prints neither key nor payload.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// What it is stored under.
    pub key: SessionKey,
    /// `sub` of the ID token.
    pub subject: String,
    /// `sid` of the ID token: the session at the provider.
    pub provider_session: Option<String>,
    /// `iat` of the sign-in's ID token, hence by the provider's clock. A back-channel logout ends
    /// what was issued up to its own `iat`.
    pub issued_at: i64,
    /// When the user signed in.
    pub signed_in_at: i64,
    /// The last recorded use.
    pub seen_at: i64,
    /// When the session ends unless it is used before.
    pub idle_until: i64,
    /// When the session ends in any case.
    pub ends_at: i64,
    /// Counts the replacements of the payload. At most [`i64::MAX`].
    pub version: u64,
    /// Sealed by the application; a store does not read it. Its first byte is its format.
    pub payload: Vec<u8>,
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("subject", &self.subject)
            .field("provider_session", &self.provider_session)
            .field("issued_at", &self.issued_at)
            .field("signed_in_at", &self.signed_in_at)
            .field("seen_at", &self.seen_at)
            .field("idle_until", &self.idle_until)
            .field("ends_at", &self.ends_at)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// What [`SessionStore::list`](crate::SessionStore::list) tells about a session. All times are Unix
/// seconds, with the meaning they have in [`Record`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// What the session is stored under.
    pub key: SessionKey,
    /// When the user signed in.
    pub signed_in_at: i64,
    /// The last recorded use.
    pub seen_at: i64,
    /// When the session ends unless it is used before.
    pub idle_until: i64,
    /// When the session ends in any case.
    pub ends_at: i64,
}

impl From<&Record> for Summary {
    fn from(record: &Record) -> Self {
        Self {
            key: record.key,
            signed_in_at: record.signed_in_at,
            seen_at: record.seen_at,
            idle_until: record.idle_until,
            ends_at: record.ends_at,
        }
    }
}
