//! A user from what the issuer of an access token says about it (RFC 7662 §2.2).

use std::sync::Arc;

use super::access_claims::{check_authorized_party, check_binding};
use super::claims_error::ClaimsError;
use super::expectations::Expectations;
use super::explain;
use super::memo::Memo;
use super::registered_claims::RegisteredClaims;
use super::rules::check_not_before;
use super::verified::{Source, VerifiedUser};
use crate::clock::UnixSeconds;
use crate::jose::TokenError;

/// What is wrong with an answer that calls a token active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnswerError {
    /// Claims have the wrong type: the server is at fault.
    Malformed,
    /// The token is not valid for this application.
    Invalid(TokenError),
}

impl From<TokenError> for AnswerError {
    fn from(reason: TokenError) -> Self {
        Self::Invalid(reason)
    }
}

impl VerifiedUser {
    /// The user of a token that its issuer calls active, in an answer with these claims. The answer
    /// counts for `cache` seconds, but not beyond `exp`.
    pub(crate) fn introspected(
        text: &str,
        answer: &str,
        expected: &Expectations<'_>,
        cache: UnixSeconds,
    ) -> Result<Self, AnswerError> {
        let claims = read(answer)?;
        let subject = check_opaque(&claims, expected).map_err(|error| {
            explain::answer(error, expected);
            error.reason
        })?;
        let is_application = claims.sub.is_none();
        let scopes = expected.trust.scopes(answer.as_bytes());
        let valid_until = valid_until(claims.exp.map(|exp| exp.0), expected.now, cache);
        Ok(Self {
            text: text.into(),
            source: Source::Introspected {
                claims: answer.into(),
                is_application,
            },
            valid_until,
            expires_at: claims.exp.map_or(valid_until, |exp| exp.0),
            memo: Memo::default(),
            issuer: expected.issuer.named(""),
            subject: subject.into(),
            scopes: scopes.or(claims.scope).unwrap_or_default(),
            acr: claims.acr,
            issued_at: claims.iat.map(|date| date.0),
            authenticated_at: claims.auth_time.map(|date| date.0),
            trust: Arc::clone(expected.trust),
        })
    }

    /// The user of a JWT that its issuer calls active as well. What the answer says must not
    /// contradict the token.
    pub(crate) fn confirmed(
        mut self,
        answer: &str,
        expected: &Expectations<'_>,
        cache: UnixSeconds,
    ) -> Result<Self, AnswerError> {
        let claims = read(answer)?;
        check_confirmation(&claims, expected).map_err(|error| {
            explain::answer(error, expected);
            error.reason
        })?;
        if claims.sub.is_some_and(|subject| subject != self.subject) {
            return Err(TokenError::SubjectMismatch.into());
        }
        let exp = claims
            .exp
            .map_or(self.expires_at, |exp| exp.0.min(self.expires_at));
        self.valid_until = valid_until(Some(exp), expected.now, cache);
        Ok(self)
    }
}

fn read(answer: &str) -> Result<RegisteredClaims, AnswerError> {
    RegisteredClaims::parse(answer.as_bytes()).map_err(|_| AnswerError::Malformed)
}

/// Checks the claims of an opaque token, and returns its subject.
fn check_opaque<'c>(
    claims: &'c RegisteredClaims,
    expected: &Expectations<'_>,
) -> Result<&'c str, ClaimsError> {
    if !has_audience(claims, expected) {
        return Err(TokenError::AudienceMismatch.into());
    }
    check(claims, expected)?;
    let subject = claims.sub.as_deref().or(claims.client.as_deref());
    let subject = subject.filter(|subject| !subject.is_empty());
    subject.ok_or(ClaimsError::malformed("sub"))
}

/// Checks what an answer says about a JWT, which has claims of its own.
fn check_confirmation(
    claims: &RegisteredClaims,
    expected: &Expectations<'_>,
) -> Result<(), ClaimsError> {
    if claims.aud.is_some() && !has_audience(claims, expected) {
        return Err(TokenError::AudienceMismatch.into());
    }
    check(claims, expected)
}

fn has_audience(claims: &RegisteredClaims, expected: &Expectations<'_>) -> bool {
    expected.audiences.is_none_or(|accepted| {
        let found = claims.aud.as_ref();
        found.is_some_and(|found| accepted.iter().any(|name| found.contains(name)))
    })
}

/// The checks of a JWT, as far as an answer has the claims. Its `exp` is the server's own word, so no
/// tolerance is due.
fn check(claims: &RegisteredClaims, expected: &Expectations<'_>) -> Result<(), ClaimsError> {
    if let Some(claim) = claims.stated_other_kind() {
        return Err(ClaimsError::other_kind(claim));
    }
    let issuer = claims.iss.as_deref();
    if issuer.is_some_and(|issuer| issuer != expected.issuer.text()) {
        return Err(TokenError::IssuerMismatch.into());
    }
    check_authorized_party(claims, expected.authorized_parties)?;
    check_binding(claims.binding, expected)?;
    if claims.exp.is_some_and(|exp| expected.now >= exp.0) {
        return Err(TokenError::Expired.into());
    }
    check_not_before(claims, expected.now)?;
    Ok(())
}

fn valid_until(exp: Option<UnixSeconds>, now: UnixSeconds, cache: UnixSeconds) -> UnixSeconds {
    let limit = now.saturating_add(cache);
    exp.map_or(limit, |exp| exp.min(limit))
}
