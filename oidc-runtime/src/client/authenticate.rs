//! Authenticates a request: from its credentials to a verified access token.

use std::sync::Arc;

use super::authority::Authority;
use super::credentials::{Credentials, b64token};
use super::introspect::Presented;
use super::oidc::{Authentication, Oidc};
use super::token_cache::is_signed_by;
use crate::answer::Rejection;
use crate::introspection::Introspector;
use crate::jose::{MAX_TOKEN_BYTES, Shape, TokenError};
use crate::policy::{PolicySpec, sole_issuer};
use crate::provider::{NeededKey, Snapshot, Unverified};
use crate::telemetry;
use crate::token::{Source, UncheckedToken, VerifiedUser};

impl Oidc {
    /// Verifies the credentials of a request without waiting; `None` if keys have to be fetched
    /// first, or the issuer asked. The one that is `named` may be the one whose opaque token it is.
    pub(crate) fn authenticate_now(
        &self,
        credentials: Credentials<'_>,
        named: Named<'_>,
    ) -> Option<Authentication> {
        let token = match credentials {
            Credentials::Bearer(token) => token,
            Credentials::Absent | Credentials::Empty => return Some(Ok(None)),
            Credentials::Malformed => return Some(Err(self.malformed())),
        };
        let now = self.now();
        if let Some(cache) = self.cache() {
            let seconds = now.as_secs().cast_signed();
            if let Some(user) = cache.get(token, seconds) {
                let authority = self.authorities().get(user.trust.number)?;
                if !authority.provider.is_usable(now) {
                    return None;
                }
                authority.provider.keep_fresh(now);
                if !is_signed_by(&user, &authority.provider) {
                    cache.forget(token);
                } else if !self.is_misplaced(&user, token, named) {
                    return Some(Ok(Some(user)));
                }
            }
        }
        let Ok(text) = str::from_utf8(token) else {
            return Some(Err(self.malformed()));
        };
        self.verify_now(text, named)
    }

    /// Verifies them where [`authenticate_now`](Self::authenticate_now) could not: fetches the keys
    /// that it needs, or asks the issuer.
    pub(crate) async fn authenticate_later(
        &self,
        credentials: Credentials<'_>,
        named: Named<'_>,
    ) -> Authentication {
        let Credentials::Bearer(token) = credentials else {
            return Ok(None);
        };
        let text = b64token(token).ok_or_else(|| self.malformed())?;
        let user = match self.issuer_to_ask(text, named) {
            Some((authority, introspector)) => {
                let presented = Presented::Opaque;
                self.confirm(text, presented, authority, introspector).await
            }
            None => self.verify_later(text).await,
        };
        user.map(Some)
    }

    /// Whether the route was needed to know whose opaque token the user came with.
    #[inline]
    pub(crate) fn is_known_by_route(&self, user: &VerifiedUser) -> bool {
        let is_introspected = matches!(user.source, Source::Introspected { .. });
        is_introspected && self.authorities().are_ambiguous()
    }

    /// Whether nobody would be asked about the token here, if it were not known: what an issuer has said
    /// at another route decides nothing here.
    #[inline]
    fn is_misplaced(&self, user: &VerifiedUser, token: &[u8], named: Named<'_>) -> bool {
        self.is_known_by_route(user) && {
            let token = str::from_utf8(token).unwrap_or_default();
            let asked = self.authorities().of_opaque(token, || named.sole());
            asked.is_none()
        }
    }

    async fn verify_later(&self, token: &str) -> Result<Arc<VerifiedUser>, Rejection> {
        let (user, authority) = self.verify_by_newer_keys(token).await?;
        match &authority.introspector {
            Some(introspector) if authority.confirms_all() => {
                let presented = Presented::Signed(Box::new(user));
                self.confirm(token, presented, authority, introspector)
                    .await
            }
            _ => Ok(self.accept(user)),
        }
    }

    /// Who is asked about the token, if it is opaque and somebody is.
    fn issuer_to_ask(
        &self,
        token: &str,
        named: Named<'_>,
    ) -> Option<(&Authority, &Arc<Introspector>)> {
        let authorities = self.authorities();
        let fits = token.len() <= MAX_TOKEN_BYTES;
        if !authorities.introspect() || !fits || Shape::of(token) != Shape::Opaque {
            return None;
        }
        let authority = authorities.of_opaque(token, || named.sole())?;
        Some((authority, authority.introspector.as_ref()?))
    }

    /// Verifies a JWT by the keys of its issuer, which are fetched if it needs newer ones.
    async fn verify_by_newer_keys(
        &self,
        token: &str,
    ) -> Result<(VerifiedUser, &Authority), Rejection> {
        let received_at = self.now();
        if let Some(authority) = self.authority_of(token) {
            let provider = &authority.provider;
            let ready = provider.ready().await;
            let snapshot = ready.map_err(|_| unavailable(authority))?;
            let unchecked = UncheckedToken::parse(token);
            let unchecked = unchecked.map_err(|reason| self.invalid(token, reason))?;
            let expected = authority.expectations(self.config(), &snapshot);
            if let Ok(issued_at) = unchecked.accept_if_signed(&expected) {
                let key = NeededKey::new(unchecked.compact(), issued_at, received_at);
                let verify = |latest: &Snapshot| {
                    let unchecked = UncheckedToken::parse(token)?;
                    let verified = self.verify(token, unchecked, authority, latest);
                    verified.map_err(|unverified| unverified.reason)
                };
                let verified = provider.verify_with_refresh(&key, verify).await;
                let user = verified
                    .map_err(|unverified| self.unverified(token, authority, &unverified))?;
                return Ok((user, authority));
            }
        }
        let verified = self.verify_by_keys(token);
        verified.unwrap_or_else(|| Err(unavailable(self.own())))
    }

    fn authority_of(&self, token: &str) -> Option<&Authority> {
        let unchecked = UncheckedToken::parse(token).ok()?;
        self.authorities().of(unchecked.issuer())
    }

    /// Verifies a token that is not cached; `None` if something has to be awaited.
    fn verify_now(&self, token: &str, named: Named<'_>) -> Option<Authentication> {
        if let Some((_, introspector)) = self.issuer_to_ask(token, named) {
            let is_inactive = introspector.is_inactive(token);
            return is_inactive.then(|| Err(self.invalid(token, TokenError::Inactive)));
        }
        match self.verify_by_keys(token)? {
            Ok((user, authority)) => match &authority.introspector {
                Some(introspector) if authority.confirms_all() => {
                    let is_inactive = introspector.is_inactive(token);
                    is_inactive.then(|| Err(self.invalid(token, TokenError::Inactive)))
                }
                _ => Some(Ok(Some(self.accept(user)))),
            },
            Err(rejection) => Some(Err(rejection)),
        }
    }

    /// Verifies a JWT by the keys of its issuer; `None` if keys have to be fetched first.
    fn verify_by_keys(&self, token: &str) -> Option<Result<(VerifiedUser, &Authority), Rejection>> {
        let unchecked = match UncheckedToken::parse(token) {
            Ok(unchecked) => unchecked,
            Err(reason) => return Some(Err(self.invalid(token, reason))),
        };
        // No key and no fetch for an issuer that nobody trusts.
        let Some(authority) = self.authorities().of(unchecked.issuer()) else {
            let issuer = &self.own().settings.provider;
            self.hints().foreign_issuer(issuer.location());
            return Some(Err(self.invalid(token, TokenError::IssuerMismatch)));
        };
        let now = self.now();
        if !authority.provider.is_usable(now) {
            return None;
        }
        authority.provider.keep_fresh(now);
        let snapshot = authority.provider.peek();
        let snapshot = snapshot.as_ref()?;
        match self.verify(token, unchecked, authority, snapshot) {
            Ok(user) => Some(Ok((user, authority))),
            Err(unverified) => self.judge(token, unverified, authority, snapshot).map(Err),
        }
    }

    /// Caches the user of a token, unless the next request has to look at it again.
    pub(super) fn accept(&self, user: VerifiedUser) -> Arc<VerifiedUser> {
        let user = Arc::new(user);
        if let Some(cache) = self.cache()
            && !user.is_over(self.config().clock.unix_seconds())
        {
            cache.insert(Arc::clone(&user));
        }
        user
    }

    /// The only place where signatures of access tokens are verified.
    fn verify<'t>(
        &self,
        text: &'t str,
        unchecked: UncheckedToken<'t>,
        authority: &Authority,
        snapshot: &Snapshot,
    ) -> Result<VerifiedUser, Unverifiable<'t>> {
        let expected = authority.expectations(self.config(), snapshot);
        let signed = unchecked.check_signature(&snapshot.keys, &expected);
        let signed = signed.map_err(|(reason, token)| Unverifiable {
            reason,
            unsigned: Some(token),
        })?;
        let user = VerifiedUser::new(text, signed, &expected, snapshot.epoch)?;
        telemetry::verified();
        Ok(user)
    }

    /// The rejection of a token that did not verify; `None` if newer keys may verify it.
    fn judge(
        &self,
        token: &str,
        unverified: Unverifiable<'_>,
        authority: &Authority,
        snapshot: &Snapshot,
    ) -> Option<Rejection> {
        let Unverifiable { reason, unsigned } = unverified;
        let Some(unsigned) = unsigned else {
            return Some(self.invalid(token, reason));
        };
        match unsigned.accept_if_signed(&authority.expectations(self.config(), snapshot)) {
            Ok(issued_at) => {
                let key = NeededKey::new(unsigned.compact(), issued_at, self.now());
                let verdict = authority.provider.judge(&key, reason, snapshot);
                verdict.map(|unverified| self.unverified(token, authority, &unverified))
            }
            // It is invalid with any key.
            Err(other) if reason == TokenError::KeyUnknown => Some(self.invalid(token, other)),
            Err(_) => Some(self.invalid(token, reason)),
        }
    }

    /// The subject of an access token of the client's own provider, if it is valid for this
    /// application. No request is rejected because of the result, so it is not logged.
    pub(crate) fn subject_of(&self, token: &str) -> Option<Box<str>> {
        let own = self.own();
        let latest = own.provider.peek();
        let snapshot = latest.as_ref()?;
        let expected = own.expectations(self.config(), snapshot);
        let unchecked = UncheckedToken::parse(token).ok()?;
        let signed = unchecked.check_signature(&snapshot.keys, &expected).ok()?;
        signed.subject(&expected)
    }

    fn malformed(&self) -> Rejection {
        Rejection::malformed_credentials(&self.config().challenges)
    }

    fn unverified(&self, token: &str, authority: &Authority, unverified: &Unverified) -> Rejection {
        match unverified {
            Unverified::Invalid(reason) => self.invalid(token, *reason),
            Unverified::TooEarly(left) => Rejection::too_early_for_keys(*left),
            Unverified::Unreachable(_) => unavailable(authority),
        }
    }

    /// Of a token that is not valid, or none at all.
    pub(super) fn invalid(&self, token: &str, reason: TokenError) -> Rejection {
        // Only now: a token that verifies contains no other characters.
        if b64token(token.as_bytes()).is_none() {
            return self.malformed();
        }
        let accepted = &self.own().settings.provider.algorithms;
        self.hints().refused(reason, token, accepted);
        Rejection::invalid_token(&self.config().challenges, reason)
    }
}

/// What names an issuer at the place where a token is presented.
#[derive(Clone, Copy, Default)]
pub(crate) struct Named<'n> {
    pub(crate) route: Option<&'static PolicySpec>,
    pub(crate) tenant: Option<&'n str>,
}

impl<'n> Named<'n> {
    /// The tenant's issuer, or the only one that the rule of the route lets in by name.
    fn sole(self) -> Option<&'n str> {
        let by_rule = || sole_issuer(&self.route?.rule);
        self.tenant.or_else(by_rule)
    }
}

/// A token that these keys did not verify.
struct Unverifiable<'t> {
    reason: TokenError,
    /// The token, unless its signature is valid.
    unsigned: Option<Box<UncheckedToken<'t>>>,
}

impl From<TokenError> for Unverifiable<'_> {
    /// Of a token with a valid signature.
    fn from(reason: TokenError) -> Self {
        Self {
            reason,
            unsigned: None,
        }
    }
}

/// The rejection if an issuer is required but unreachable.
fn unavailable(authority: &Authority) -> Rejection {
    Rejection::unavailable(authority.provider.retry_after())
}
