//! The sealed `state` of a sign-in to a session.

use aws_lc_rs::error::Unspecified;
use serde::{Deserialize, Serialize};

use crate::clock::UnixSeconds;
use crate::flow::state::{SignIn, StateError};
use crate::seal::Sealer;
use crate::token::SKEW;

/// How long a user may take to sign in, in seconds.
pub(super) const LIFETIME: UnixSeconds = 60 * 60;

/// A sign-in to a session that is in progress. Its one member tells it from other sign-ins.
#[derive(Deserialize, Serialize)]
pub(super) struct Sealed {
    session: SessionSignIn,
}

/// What the callback needs.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct SessionSignIn {
    pub(super) sign_in: SignIn,
    pub(super) return_to: String,
    /// The authentication that was asked for (OpenID Connect Core §3.1.2.1).
    pub(super) acr_values: Option<String>,
    pub(super) max_age: Option<u64>,
    pub(super) remember: bool,
    /// Without any interaction.
    pub(super) silent: bool,
    /// It follows one that took too long.
    pub(super) is_retry: bool,
}

impl SessionSignIn {
    pub(super) fn seal(&self, sealer: &Sealer) -> Result<String, Unspecified> {
        let session = self.clone();
        sealer.seal(&Sealed { session })
    }

    /// `None` if the state is not that of a sign-in to a session.
    pub(super) fn open(sealer: &Sealer, state: &str) -> Option<Self> {
        let Sealed { session } = sealer.open(state)?;
        Some(session)
    }

    pub(super) fn is_expired(&self, now: UnixSeconds) -> bool {
        let age = now.saturating_sub(self.sign_in.issued_at);
        !(-SKEW..LIFETIME).contains(&age)
    }

    /// Marks the sign-in as used in this process.
    pub(super) fn use_up(&self, sealer: &Sealer, now: UnixSeconds) -> Result<(), StateError> {
        let end = now.saturating_add(LIFETIME + SKEW);
        let is_first = sealer.use_once(&self.sign_in.nonce, now, end);
        is_first.then_some(()).ok_or(StateError::Replayed)
    }
}
