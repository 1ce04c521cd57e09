//! Asks issuers about the access tokens that they alone can read (RFC 7662).

use std::sync::Arc;
use std::time::Duration;

use super::authority::Authority;
use super::oidc::Oidc;
use crate::answer::Rejection;
use crate::introspection::{Confirmation, Introspector, Unconfirmed};
use crate::jose::TokenError;
use crate::protocol::{Introspected, IntrospectionError, introspect};
use crate::provider::Snapshot;
use crate::token::{AnswerError, VerifiedUser};

/// When to come back if an issuer gives no answer.
const PAUSE: Duration = Duration::from_secs(1);
/// How long callers wait beyond the issuer's timeouts: for an assertion to authenticate with.
const WAIT_GRACE: Duration = Duration::from_secs(11);

/// What is known about a token before its issuer is asked.
pub(super) enum Presented {
    Opaque,
    /// A JWT that verifies.
    Signed(Box<VerifiedUser>),
}

impl Oidc {
    /// Asks the issuer about a token, unless the answer is known or on its way.
    pub(super) async fn confirm(
        &self,
        token: &str,
        presented: Presented,
        authority: &Authority,
        introspector: &Arc<Introspector>,
    ) -> Result<Arc<VerifiedUser>, Rejection> {
        let number = authority.settings.trust.number;
        let known = || self.cached(token, authority);
        let question = || self.clone().question(token.into(), presented, number);
        // The runtime that asks may be blocked.
        let limit = authority.settings.provider.timeout * 2 + WAIT_GRACE;
        let answer = introspector.ask(token, known, question);
        let answer = tokio::time::timeout(limit, answer).await;
        let answer = answer.unwrap_or(Err(Unconfirmed::NotAsked(PAUSE)));
        answer.map_err(|unconfirmed| self.unconfirmed(token, authority, unconfirmed))
    }

    fn cached(&self, token: &str, authority: &Authority) -> Option<Arc<VerifiedUser>> {
        let now = self.now();
        if !authority.provider.is_usable(now) {
            return None;
        }
        let user = self
            .cache()?
            .get(token.as_bytes(), now.as_secs().cast_signed())?;
        (user.trust.number == authority.settings.trust.number).then_some(user)
    }

    /// Asks, and keeps the answer before anybody can ask again.
    async fn question(self, token: Box<str>, presented: Presented, number: usize) -> Confirmation {
        let Some(authority) = self.authorities().get(number) else {
            return Err(Unconfirmed::Failed);
        };
        let answer = self.answer(&token, presented, authority).await;
        let user = answer.map_err(|fault| fault.report(authority))?;
        Ok(self.accept(user))
    }

    async fn answer(
        &self,
        token: &str,
        presented: Presented,
        authority: &Authority,
    ) -> Result<VerifiedUser, Fault> {
        let ready = authority.provider.ready().await;
        let snapshot = ready.map_err(|_| Fault::Unreachable)?;
        let answer = self.introspect(token, authority, &snapshot).await;
        let claims = match answer.map_err(Fault::Unanswered)? {
            Introspected::Active(claims) => claims,
            Introspected::Inactive => return Err(Fault::Invalid(TokenError::Inactive)),
        };
        let expected = authority.expectations(self.config(), &snapshot);
        let cache = self.config().introspection_cache;
        let user = match presented {
            Presented::Opaque => VerifiedUser::introspected(token, &claims, &expected, cache),
            Presented::Signed(user) => user.confirmed(&claims, &expected, cache),
        };
        user.map_err(Fault::from)
    }

    async fn introspect(
        &self,
        token: &str,
        authority: &Authority,
        snapshot: &Snapshot,
    ) -> Result<Introspected, IntrospectionError> {
        let party = authority.relying_party(self.config(), &[]);
        let endpoint = authority.settings.introspection.endpoint.as_ref();
        introspect(&party, snapshot, endpoint, token).await
    }

    fn unconfirmed(
        &self,
        token: &str,
        authority: &Authority,
        unconfirmed: Unconfirmed,
    ) -> Rejection {
        let (pause, code) = match unconfirmed {
            Unconfirmed::Invalid(reason) => return self.invalid(token, reason),
            Unconfirmed::Unreachable => {
                return Rejection::unavailable(authority.provider.retry_after());
            }
            Unconfirmed::Failed => (PAUSE, "introspection_failed"),
            Unconfirmed::NotAsked(pause) => (whole_seconds(pause), "introspection_failed"),
            Unconfirmed::Unauthorized => (PAUSE, "introspection_unauthorized"),
            Unconfirmed::NoCredentials => (PAUSE, "client_assertion_unavailable"),
        };
        Rejection::introspection_failed(pause, code)
    }
}

fn whole_seconds(pause: Duration) -> Duration {
    Duration::from_secs(pause.as_secs() + u64::from(pause.subsec_nanos() > 0))
}

/// Why a question about a token does not lead to a user.
enum Fault {
    /// The issuer's metadata cannot be fetched.
    Unreachable,
    Unanswered(IntrospectionError),
    /// The answer calls the token active, but its claims have the wrong types.
    Malformed,
    Invalid(TokenError),
}

impl From<AnswerError> for Fault {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::Malformed => Self::Malformed,
            AnswerError::Invalid(reason) => Self::Invalid(reason),
        }
    }
}

impl Fault {
    /// Logs what an operator can do something about, without anything of the token.
    fn report(self, authority: &Authority) -> Unconfirmed {
        let issuer = &*authority.settings.trust.name;
        let failed = |problem: &str| {
            let code = "introspection_failed";
            tracing::warn!(
                code,
                issuer,
                problem,
                "could not ask an issuer about a token"
            );
            Unconfirmed::Failed
        };
        match self {
            Self::Invalid(reason) => Unconfirmed::Invalid(reason),
            Self::Unreachable => Unconfirmed::Unreachable,
            Self::Malformed => failed("a claim in the answer has the wrong type"),
            Self::Unanswered(IntrospectionError::Failed(problem)) => failed(&problem),
            Self::Unanswered(IntrospectionError::NoEndpoint) => {
                failed("the discovery document has no `introspection_endpoint`")
            }
            // It is logged where the credentials are obtained.
            Self::Unanswered(IntrospectionError::NoCredentials) => Unconfirmed::NoCredentials,
            Self::Unanswered(IntrospectionError::Unauthorized) => {
                let code = "introspection_unauthorized";
                tracing::warn!(
                    code,
                    issuer,
                    "an issuer does not accept the credentials of this client at its introspection \
                     endpoint"
                );
                Unconfirmed::Unauthorized
            }
        }
    }
}
