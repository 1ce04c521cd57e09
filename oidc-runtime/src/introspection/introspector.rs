//! Asks an issuer about tokens, as seldom as possible.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest::SHA256_OUTPUT_LEN;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac::{self, HMAC_SHA256};
use tokio::time::Instant;

use super::breaker::Breaker;
use super::flight::{Boarding, Flights};
use super::inactive::{Inactive, TokenHash};
use crate::clock::SharedClock;
use crate::jose::TokenError;
use crate::telemetry;
use crate::token::VerifiedUser;

/// When to come back if too many questions are under way, or the one who asked is gone.
const SOON: Duration = Duration::from_secs(1);

/// Why a token is not confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unconfirmed {
    /// It is not valid.
    Invalid(TokenError),
    /// Its issuer's metadata cannot be fetched.
    Unreachable,
    /// The server failed, or its answer cannot be relied upon.
    Failed,
    /// It is not asked for this long.
    NotAsked(Duration),
    /// It does not accept the client's credentials.
    Unauthorized,
    /// The client has no credentials at the moment.
    NoCredentials,
}

/// What an issuer says about a token.
pub(crate) type Confirmation = Result<Arc<VerifiedUser>, Unconfirmed>;

/// The questions about the tokens of one issuer, and what is remembered of the answers.
pub(crate) struct Introspector {
    /// Random per process.
    key: hmac::Key,
    clock: SharedClock,
    inactive: Arc<Inactive>,
    flights: Arc<Flights<Confirmation>>,
    breaker: Arc<Mutex<Breaker>>,
}

impl Introspector {
    pub(crate) fn new(clock: SharedClock) -> Result<Self, Unspecified> {
        let mut key = [0; SHA256_OUTPUT_LEN];
        aws_lc_rs::rand::fill(&mut key)?;
        Ok(Self {
            key: hmac::Key::new(HMAC_SHA256, &key),
            clock,
            inactive: Arc::new(Inactive::new()),
            flights: Flights::new(),
            breaker: Arc::default(),
        })
    }

    /// For another resource, for which the same answers lead to other users.
    pub(crate) fn for_resource(&self) -> Self {
        Self {
            key: self.key.clone(),
            clock: self.clock.clone(),
            inactive: Arc::clone(&self.inactive),
            flights: Flights::new(),
            breaker: Arc::clone(&self.breaker),
        }
    }

    /// Whether the issuer has called the token inactive lately.
    pub(crate) fn is_inactive(&self, token: &str) -> bool {
        self.remembers(self.hash(token))
    }

    /// Asks about a token, unless the answer is `known` by now, or somebody is asking: then the caller
    /// gets the same answer. The question goes on if the caller leaves.
    pub(crate) async fn ask<Q>(
        self: &Arc<Self>,
        token: &str,
        known: impl FnOnce() -> Option<Arc<VerifiedUser>>,
        question: impl FnOnce() -> Q,
    ) -> Confirmation
    where
        Q: Future<Output = Confirmation> + Send + 'static,
    {
        let token = self.hash(token);
        let waiting = match self.flights.board(token) {
            Boarding::Full => return Err(Unconfirmed::NotAsked(SOON)),
            Boarding::Wait(waiting) => waiting,
            Boarding::Ask(pilot, waiting) => {
                // Others may have boarded already, so they get the same answer.
                if let Some(answer) = self.answer_at_once(token, known) {
                    pilot.answer(answer.clone());
                    return answer;
                }
                let (introspector, question) = (Arc::clone(self), question());
                tokio::spawn(async move {
                    let answer = question.await;
                    introspector.note(token, &answer);
                    pilot.answer(answer);
                });
                waiting
            }
        };
        let answer = waiting.answer().await;
        answer.unwrap_or(Err(Unconfirmed::NotAsked(SOON)))
    }

    /// What needs no question: the last flight may have landed since the caller looked.
    fn answer_at_once(
        &self,
        token: TokenHash,
        known: impl FnOnce() -> Option<Arc<VerifiedUser>>,
    ) -> Option<Confirmation> {
        if let Some(user) = known() {
            return Some(Ok(user));
        }
        if self.remembers(token) {
            return Some(Err(Unconfirmed::Invalid(TokenError::Inactive)));
        }
        let passed = self.breaker().pass(Instant::now());
        passed.err().map(|pause| Err(Unconfirmed::NotAsked(pause)))
    }

    fn note(&self, token: TokenHash, answer: &Confirmation) {
        match answer {
            Ok(_) | Err(Unconfirmed::Invalid(_)) => {
                telemetry::introspected(true);
                self.breaker().succeeded();
                if let Err(Unconfirmed::Invalid(TokenError::Inactive)) = answer {
                    self.inactive.insert(token, self.clock.unix_seconds());
                }
            }
            Err(Unconfirmed::Failed | Unconfirmed::Unauthorized) => {
                telemetry::introspected(false);
                self.breaker().failed(Instant::now());
            }
            // The server was not asked.
            Err(
                Unconfirmed::Unreachable | Unconfirmed::NotAsked(_) | Unconfirmed::NoCredentials,
            ) => {}
        }
    }

    fn remembers(&self, token: TokenHash) -> bool {
        self.inactive.contains(token, self.clock.unix_seconds())
    }

    fn hash(&self, token: &str) -> TokenHash {
        let tag = hmac::sign(&self.key, token.as_bytes());
        let mut hash = [0; size_of::<TokenHash>()];
        hash.copy_from_slice(&tag.as_ref()[..size_of::<TokenHash>()]);
        TokenHash::from_ne_bytes(hash)
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
