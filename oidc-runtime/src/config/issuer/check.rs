//! From the settings of a trusted issuer to validated ones.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::builder::Issuer;
use super::env::variable;
use super::introspection::{
    Introspect, IntrospectionBuilder, IntrospectionSettings, prefix_problem,
};
use super::{IssuerSettings, ProviderSettings};
use crate::client_auth::{ClientCredentials, ClientKeyPair};
use crate::clock::SharedClock;
use crate::config::check::{client_id_problem, issuer_problem, parse_url, with_well_known};
use crate::config::check_provider_url;
use crate::config::client_auth::ClientAuthBuilder;
use crate::config::error::{Problems, Setting};
use crate::jose::Algorithm;
use crate::secret::Secret;
use crate::token::{ClaimPath, IssuerTemplate, OWN_ISSUER, RolePlaces, Tenants, Trust, is_uuid};

const FIELD: &str = "trust";

/// What every issuer shares.
pub(in crate::config) struct Shared {
    pub(in crate::config) timeout: Duration,
    pub(in crate::config) allow_http: bool,
    pub(in crate::config) clock: SharedClock,
    pub(in crate::config) client_id: String,
    /// With which the client authenticates to its own provider.
    pub(in crate::config) key: Option<Arc<ClientKeyPair>>,
}

/// Validates the trusted issuers. `own` is the client's own provider, whose opaque tokens begin with
/// `own_prefix`.
pub(in crate::config) fn check_trusted(
    trusted: Vec<(String, Issuer)>,
    own: &ProviderSettings,
    own_prefix: Option<&str>,
    shared: &Shared,
    problems: &mut Problems,
) -> Vec<IssuerSettings> {
    let mut checked: Vec<IssuerSettings> = Vec::new();
    let mut names = HashSet::new();
    for (name, issuer) in trusted {
        if let Some(problem) = name_problem(&name, &names) {
            problems.add(FIELD, format!("names `{}`, {problem}", name.escape_debug()));
            continue;
        }
        names.insert(name.clone());
        let number = checked.len() + 1;
        let mut check = Check {
            name: &name,
            problems,
        };
        let Some(settings) = check.issuer(issuer, number, shared) else {
            continue;
        };
        if let Some(problem) = repeats(&settings.provider, own, &checked) {
            check.add("DISCOVERY_URL", problem);
        } else if let Some(problem) = repeats_prefix(&settings, own_prefix, &checked) {
            check.add("TOKEN_PREFIX", problem);
        } else {
            checked.push(settings);
        }
    }
    checked
}

fn repeats(
    new: &ProviderSettings,
    own: &ProviderSettings,
    checked: &[IssuerSettings],
) -> Option<String> {
    let checked = checked.iter().map(|issuer| &issuer.provider);
    let mut known = checked.chain([own]);
    let same = known.find(|known| is_same(known, new))?;
    Some(format!("is that of `{}` as well", same.name))
}

fn repeats_prefix(
    new: &IssuerSettings,
    own: Option<&str>,
    checked: &[IssuerSettings],
) -> Option<String> {
    let prefix = new.introspection.token_prefix.as_deref()?;
    let checked = checked.iter().map(|issuer| {
        let known = issuer.introspection.token_prefix.as_deref();
        (&*issuer.trust.name, known)
    });
    let mut known = checked.chain([(OWN_ISSUER, own)]);
    let (name, _) = known.find(|(_, known)| *known == Some(prefix))?;
    Some(format!("is that of `{name}` as well"))
}

fn is_same(one: &ProviderSettings, other: &ProviderSettings) -> bool {
    let identifier = |one: &ProviderSettings| {
        let issuer = one.issuer.as_deref().unwrap_or(one.location());
        issuer.trim_end_matches('/').to_owned()
    };
    one.discovery_url == other.discovery_url || identifier(one) == identifier(other)
}

fn name_problem(name: &str, known: &HashSet<String>) -> Option<&'static str> {
    let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
    let starts_with_letter = name.starts_with(|first: char| first.is_ascii_lowercase());
    if !starts_with_letter || !name.bytes().all(is_plain) {
        Some("which is no name: use lower-case letters, digits and `_`, a letter first")
    } else if name == OWN_ISSUER {
        Some("which is the name of the client's own provider")
    } else if known.contains(name) {
        Some("twice")
    } else {
        None
    }
}

/// Validates one issuer, so that all mistakes are reported at once.
struct Check<'c> {
    name: &'c str,
    problems: &'c mut Problems,
}

impl Check<'_> {
    fn add(&mut self, setting: &str, problem: impl fmt::Display) {
        let variable = variable(self.name, setting);
        let method = setting.to_ascii_lowercase();
        let message = format!("of `{}`: `{method}` ({variable}) {problem}", self.name);
        self.problems.add(FIELD, message);
    }

    fn ok<T, E: fmt::Display>(&mut self, setting: &str, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.add(setting, error)).ok()
    }

    fn take<T>(&mut self, setting: &str, value: Setting<T>) -> Option<T> {
        self.ok(setting, value?)
    }

    fn issuer(&mut self, issuer: Issuer, number: usize, shared: &Shared) -> Option<IssuerSettings> {
        let problems = self.problems.len();
        if issuer.discovery_url.is_none() {
            self.add("DISCOVERY_URL", "is missing");
        }
        let discovery_url = self.url("DISCOVERY_URL", issuer.discovery_url.as_deref(), shared);
        let jwks_uri = self.url("JWKS_URI", issuer.jwks_uri.as_deref(), shared);
        let audiences = self.audiences(issuer.audiences, issuer.any_audience);
        let algorithms = self.algorithms(issuer.algorithms);
        let scopes_from = (issuer.scopes_from).and_then(|path| self.path("SCOPES_FROM", &path));
        let roles = self.roles(issuer.roles_from, audiences.as_deref());
        let any_tenant = self.take("INSECURE_ANY_TENANT", issuer.any_tenant);
        let any_tenant = any_tenant.unwrap_or(false);
        let template = self.template(issuer.tenant_claim, issuer.tenants, any_tenant);
        let everywhere = self.take("EVERYWHERE", issuer.everywhere).unwrap_or(false);
        let introspection = self.introspection(issuer.introspection, template.is_some(), shared);
        let credentials = self.credentials(
            issuer.client_secret,
            issuer.client_auth,
            &introspection,
            shared,
        );
        if let Some(problem) = issuer.identifier.as_deref().and_then(issuer_problem) {
            self.add("ISSUER", problem);
        }
        if let Some(problem) = issuer.client_id.as_deref().and_then(client_id_problem) {
            self.add("CLIENT_ID", problem);
        }
        if self.problems.len() > problems {
            return None;
        }
        let trust = Trust {
            number,
            name: self.name.into(),
            everywhere,
            scopes_from,
            roles: roles.with_prefix(issuer.roles_prefix),
        };
        Some(IssuerSettings {
            trust: Arc::new(trust),
            provider: ProviderSettings {
                name: self.name.into(),
                discovery_url: with_well_known(discovery_url?),
                issuer: issuer.identifier,
                jwks_uri,
                template,
                algorithms,
                timeout: shared.timeout,
                allow_http: shared.allow_http,
                clock: shared.clock.clone(),
            },
            audiences,
            authorized_parties: None,
            accept_unmarked_tokens: false,
            introspection,
            client_id: issuer.client_id.unwrap_or_else(|| shared.client_id.clone()),
            credentials,
        })
    }

    fn url(&mut self, setting: &str, text: Option<&str>, shared: &Shared) -> Option<Url> {
        let url = self.ok(setting, parse_url(text?))?;
        let allowed = check_provider_url(&url, shared.allow_http);
        self.ok(setting, allowed).map(|()| url)
    }

    fn audiences(&mut self, audiences: Vec<String>, any: bool) -> Option<Vec<String>> {
        if audiences.iter().any(String::is_empty) {
            self.add("AUDIENCE", "is empty");
        } else if audiences.is_empty() && !any {
            self.add(
                "AUDIENCE",
                "is missing: set what `aud` of its tokens for this application contains",
            );
        }
        (!any).then_some(audiences)
    }

    fn algorithms(&mut self, algorithms: Setting<Vec<Algorithm>>) -> Vec<Algorithm> {
        let algorithms = self.take("ALGORITHMS", algorithms);
        let algorithms = algorithms.unwrap_or_else(|| Algorithm::ALL.to_vec());
        if algorithms.is_empty() {
            self.add("ALGORITHMS", "is empty: no token would be accepted");
        }
        algorithms
    }

    fn roles(&mut self, paths: Option<Vec<String>>, audiences: Option<&[String]>) -> RolePlaces {
        let Some(paths) = paths else {
            return RolePlaces::usual(None, audiences);
        };
        if paths.is_empty() {
            self.add("ROLES_FROM", "is empty: no user would have a role");
        }
        let places = paths
            .iter()
            .filter_map(|path| self.path("ROLES_FROM", path));
        RolePlaces::new(places.collect())
    }

    fn path(&mut self, setting: &str, path: &str) -> Option<ClaimPath> {
        let place = path.parse::<ClaimPath>();
        let place = place.map_err(|error| format!("contains `{}`, {error}", path.escape_debug()));
        self.ok(setting, place)
    }

    fn introspection(
        &mut self,
        settings: IntrospectionBuilder,
        is_template: bool,
        shared: &Shared,
    ) -> IntrospectionSettings {
        let mode = self.take("INTROSPECTION", settings.mode);
        let mode = mode.unwrap_or_default();
        if is_template && mode != Introspect::Never {
            self.add(
                "INTROSPECTION",
                "is not possible for a template, which has no issuer to ask",
            );
        }
        if let Some(problem) = settings.token_prefix.as_deref().and_then(prefix_problem) {
            self.add("TOKEN_PREFIX", problem);
        }
        IntrospectionSettings {
            mode,
            token_prefix: settings.token_prefix,
            endpoint: self.url(
                "INTROSPECTION_ENDPOINT",
                settings.endpoint.as_deref(),
                shared,
            ),
        }
    }

    fn credentials(
        &mut self,
        secret: Option<Secret>,
        auth: ClientAuthBuilder,
        introspection: &IntrospectionSettings,
        shared: &Shared,
    ) -> ClientCredentials {
        if secret.is_none() && !auth.is_set() {
            if let Some(pair) = &shared.key {
                return ClientCredentials::Key {
                    pair: Arc::clone(pair),
                    audience: None,
                };
            }
            if introspection.mode != Introspect::Never {
                self.add(
                    "CLIENT_SECRET",
                    "is missing: the issuer tells its clients only (or set `client_auth`)",
                );
            }
        }
        if secret
            .as_ref()
            .is_some_and(|secret| secret.expose().is_empty())
        {
            self.add("CLIENT_SECRET", "is empty");
        }
        let mut problems = Problems::default();
        let credentials = auth.check(secret, &mut problems);
        let prefix = format!("of `{}`:", self.name);
        self.problems.add_all(FIELD, &prefix, problems);
        credentials
    }

    fn template(
        &mut self,
        claim: Option<String>,
        tenants: Vec<String>,
        any_tenant: bool,
    ) -> Option<IssuerTemplate> {
        let Some(claim) = claim else {
            if any_tenant || !tenants.is_empty() {
                self.add("TENANTS", "is of use with a template only");
            }
            return None;
        };
        if claim.is_empty() {
            self.add("TEMPLATE", "is empty: name the claim with the tenant");
        }
        for tenant in tenants.iter().filter(|tenant| !is_uuid(tenant)) {
            let tenant = tenant.escape_debug();
            self.add(
                "TENANTS",
                format!("contains `{tenant}`, which is not a UUID"),
            );
        }
        if tenants.is_empty() && !any_tenant {
            self.add(
                "TENANTS",
                "is missing: everybody with an account would be accepted",
            );
        }
        let tenants = if any_tenant {
            Tenants::Any
        } else {
            Tenants::These(tenants.into_iter().collect())
        };
        Some(IssuerTemplate { claim, tenants })
    }
}
