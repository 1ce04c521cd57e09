//! The issuers whose tokens a client accepts, each with its own keys.

use std::sync::Arc;

use aws_lc_rs::error::Unspecified;

use crate::config::{BoundTokens, Config, Introspect, IssuerSettings};
use crate::http::Http;
use crate::introspection::Introspector;
use crate::protocol::RelyingParty;
use crate::provider::{Provider, Snapshot};
use crate::token::{Expectations, ExpectedIssuer};

/// An issuer whose tokens are accepted.
pub(crate) struct Authority {
    pub(crate) settings: IssuerSettings,
    pub(crate) provider: Arc<Provider>,
    /// Set if the issuer is asked about tokens.
    pub(crate) introspector: Option<Arc<Introspector>>,
}

impl Authority {
    /// What a token of this issuer is validated against.
    pub(crate) fn expectations<'e>(
        &'e self,
        config: &'e Config,
        snapshot: &'e Snapshot,
    ) -> Expectations<'e> {
        let settings = &self.settings;
        let issuer = &snapshot.metadata.issuer;
        Expectations {
            issuer: match &settings.provider.template {
                None => ExpectedIssuer::This(issuer),
                Some(template) => ExpectedIssuer::Tenant {
                    pattern: issuer,
                    template,
                },
            },
            trust: &settings.trust,
            client_id: &config.client_id,
            audiences: settings.audiences.as_deref(),
            authorized_parties: settings.authorized_parties.as_deref(),
            algorithms: &settings.provider.algorithms,
            accept_unmarked: settings.accept_unmarked_tokens,
            gateway_checks_certificates: config.bound_tokens == BoundTokens::CheckedByGateway,
            now: config.clock.unix_seconds(),
        }
    }

    fn new(settings: &IssuerSettings, config: &Config, http: &Http) -> Result<Self, Unspecified> {
        let introspector = settings
            .introspects()
            .then(|| Introspector::new(config.clock.clone()));
        Ok(Self {
            settings: settings.clone(),
            provider: Arc::new(Provider::new(settings.provider.clone(), http.clone())),
            introspector: introspector.transpose()?.map(Arc::new),
        })
    }

    /// The same issuer with other settings, but for those of its provider.
    fn with(&self, settings: &IssuerSettings) -> Self {
        let introspector = self.introspector.as_ref();
        Self {
            settings: settings.clone(),
            provider: Arc::clone(&self.provider),
            introspector: introspector.map(|known| Arc::new(known.for_resource())),
        }
    }

    /// The client towards this issuer, which requests tokens for these resources.
    pub(crate) fn relying_party<'c>(
        &'c self,
        config: &'c Config,
        resources: &'c [String],
    ) -> RelyingParty<'c> {
        RelyingParty {
            provider: &self.provider,
            client_id: &self.settings.client_id,
            credentials: &self.settings.credentials,
            resources,
            algorithms: &self.settings.provider.algorithms,
            clock: &config.clock,
        }
    }

    /// What its opaque tokens begin with.
    fn prefix(&self) -> Option<&str> {
        self.settings.introspection.token_prefix.as_deref()
    }

    /// Whether JWTs are not valid before the issuer has confirmed them.
    pub(crate) fn confirms_all(&self) -> bool {
        self.settings.introspection.mode == Introspect::Always
    }

    /// Whether tokens that name this issuer are this one's, as far as is known by now.
    fn issues(&self, issuer: &str) -> bool {
        let settings = &self.settings.provider;
        match (self.provider.peek().as_ref(), &settings.template) {
            (None, _) => settings.may_issue(issuer),
            (Some(known), None) => *known.metadata.issuer == *issuer,
            (Some(known), Some(template)) => template.covers(issuer, &known.metadata.issuer),
        }
    }
}

/// The issuers of a client, in the order of their numbers: its own provider first.
pub(crate) struct Authorities(Vec<Authority>);

impl Authorities {
    pub(crate) fn new(config: &Config, http: &Http) -> Result<Self, Unspecified> {
        let authorities: Result<_, _> = config
            .issuers()
            .map(|settings| Authority::new(settings, config, http))
            .collect();
        authorities.map(Self)
    }

    /// The same issuers with other settings, but for those of their providers.
    pub(crate) fn with(&self, config: &Config) -> Self {
        let known = self.0.iter().zip(config.issuers());
        Self(
            known
                .map(|(known, settings)| known.with(settings))
                .collect(),
        )
    }

    pub(crate) fn own(&self) -> &Authority {
        &self.0[0]
    }

    /// The issuer with this number.
    #[inline]
    pub(crate) fn get(&self, number: usize) -> Option<&Authority> {
        self.0.get(number)
    }

    /// Whose tokens name this issuer. One that names none is the own provider's to reject, so that the
    /// log tells what is wrong with it if it is genuine. What is known to be an issuer takes precedence over what may be
    /// one of a template.
    pub(crate) fn of(&self, issuer: Option<&str>) -> Option<&Authority> {
        let Some(issuer) = issuer else {
            return self.0.first();
        };
        let is_template = |authority: &&Authority| authority.settings.provider.template.is_some();
        let mut exact = self.0.iter().filter(|authority| !is_template(authority));
        let mut templates = self.0.iter().filter(is_template);
        exact
            .find(|authority| authority.issues(issuer))
            .or_else(|| templates.find(|authority| authority.issues(issuer)))
    }

    /// Who is asked about an opaque token, at a route whose rule names this one issuer. Never two: the
    /// token is a secret between its issuer and its bearer.
    pub(crate) fn of_opaque<'n>(
        &self,
        token: &str,
        named: impl FnOnce() -> Option<&'n str>,
    ) -> Option<&Authority> {
        let begins = |one: &&Authority| one.prefix().is_some_and(|start| token.starts_with(start));
        let begun = self.0.iter().filter(begins);
        if let Some(longest) = begun.max_by_key(|one| one.prefix().map(str::len)) {
            return Some(longest);
        }
        let asked = || self.0.iter().filter(|one| one.settings.introspects());
        let others = || asked().filter(|one| one.prefix().is_none());
        match others().count() {
            0 | 1 => others().next(),
            _ => {
                let named = named()?;
                others().find(|one| *one.settings.trust.name == *named)
            }
        }
    }

    /// Whether it depends on the route who is asked about an opaque token.
    pub(crate) fn are_ambiguous(&self) -> bool {
        let asked = self.0.iter().filter(|one| one.settings.introspects());
        asked.filter(|one| one.prefix().is_none()).nth(1).is_some()
    }

    /// Whether opaque tokens may be somebody's.
    pub(crate) fn introspect(&self) -> bool {
        self.0.iter().any(|one| one.introspector.is_some())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Authority> {
        self.0.iter()
    }
}
