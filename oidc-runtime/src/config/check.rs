//! From the settings to a validated configuration.

use std::collections::HashSet;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::issuer::{IntrospectionSettings, Shared, WELL_KNOWN, check_trusted, prefix_problem};
use super::{
    Checked, Config, ConfigError, IssuerSettings, OidcBuilder, ProviderSettings, RedirectRules,
    Resource, check_provider_url,
};
use crate::clock::UnixSeconds;
use crate::http::{Http, HttpSettings, parse_certificates};
use crate::jose::Algorithm;
use crate::seal::{Sealer, Tagger};
use crate::secret::Secret;
use crate::token::{ClaimPath, OWN_ISSUER, RolePlaces, Trust};

const MIN_KEY_BYTES: usize = 32;
/// The minimum number of different bytes in a key. Fewer than one in ten million keys of 32 random
/// hexadecimal digits have less.
const MIN_KEY_VARIETY: usize = 8;
/// The format version of the sealed state of a sign-in.
const STATE_VERSION: u8 = 3;
const TIMEOUT: Duration = Duration::from_secs(10);
const INTROSPECTION_CACHE: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl OidcBuilder {
    /// Validates every field, so that all mistakes are reported at once.
    pub(crate) fn check(mut self) -> Result<Checked, ConfigError> {
        let client_id = self.checked_client_id();
        let discovery_url = self.checked_discovery_url();
        let jwks_uri = self.checked_url("jwks_uri", self.jwks_uri.clone());
        let public_url = self.checked_public_url();
        let redirects = self.checked_redirects();
        let scopes = self.checked_scopes();
        let algorithms = self.checked_algorithms();
        let roles_from = self.checked_roles_from();
        let offline_access = self
            .problems
            .take("offline_access", &mut self.offline_access);
        let return_id_token = self
            .problems
            .take("return_id_token", &mut self.return_id_token);
        let bound_tokens = self.problems.take("bound_tokens", &mut self.bound_tokens);
        let refresh_token_lifetime = self.checked_refresh_token_lifetime();
        let timeout = self.checked_timeout();
        let http = self.checked_http(timeout);
        let requested_resources = self.resource.requested(&mut self.problems);
        let resource = self.resource.check(&mut self.problems);
        let introspection = self.checked_introspection();
        let introspection_cache = self.checked_introspection_cache();
        self.check_rest();
        let credentials =
            mem::take(&mut self.client_auth).check(self.client_secret.take(), &mut self.problems);
        #[cfg(feature = "sessions")]
        let sessions = (self.sessions.take())
            .and_then(|sessions| sessions.check(public_url.as_ref(), &mut self.problems));
        let (Some(client_id), Some(discovery_url)) = (client_id, discovery_url) else {
            return Err(self.problems.into_error());
        };
        let shared = Shared {
            timeout,
            allow_http: self.allow_http,
            clock: self.clock.clone().unwrap_or_default(),
            client_id: client_id.clone(),
            key: credentials.key_pair(),
        };
        let own = ProviderSettings {
            name: OWN_ISSUER.into(),
            discovery_url: discovery_url.clone(),
            issuer: self.issuer.clone(),
            jwks_uri,
            template: None,
            algorithms,
            timeout,
            allow_http: shared.allow_http,
            clock: shared.clock.clone(),
        };
        let trusted = mem::take(&mut self.trusted);
        let own_prefix = introspection.token_prefix.as_deref();
        let trusted = check_trusted(trusted, &own, own_prefix, &shared, &mut self.problems);
        let client = client_and_provider(&client_id, &discovery_url, self.issuer.as_deref());
        let sealer = self.checked_sealer(&client);
        let tagger = self.checked_tagger(&client);
        match (http, sealer, tagger) {
            (Some(http), Some(sealer), Some(tagger)) if self.problems.is_empty() => {
                let audiences = self.accepted_audiences(&client_id, resource.resource.as_ref());
                let roles = roles_from
                    .unwrap_or_else(|| RolePlaces::usual(Some(&client_id), audiences.as_deref()));
                let config = Config {
                    own: IssuerSettings {
                        trust: Arc::new(Trust::own(roles)),
                        provider: own,
                        audiences,
                        authorized_parties: self.authorized_parties,
                        accept_unmarked_tokens: self.accept_unmarked_tokens,
                        introspection,
                        client_id: client_id.clone(),
                        credentials,
                    },
                    trusted,
                    bound_tokens: bound_tokens.unwrap_or_default(),
                    challenges: resource.challenges(self.realm.as_deref().unwrap_or(&client_id)),
                    client_id,
                    introspection_cache,
                    requested_resources,
                    resource,
                    scopes,
                    offline_access: offline_access.unwrap_or(true),
                    refresh_token_lifetime,
                    return_id_token: return_id_token.unwrap_or(false),
                    global_policies: self.global_policies,
                    redirects,
                    public_url,
                    token_cache_bytes: self.token_cache_bytes.unwrap_or(64 << 20),
                    clock: shared.clock,
                    error_responder: self.error_responder,
                    #[cfg(feature = "sessions")]
                    sessions,
                };
                Ok(Checked {
                    config,
                    http,
                    sealer,
                    tagger,
                })
            }
            _ => Err(self.problems.into_error()),
        }
    }

    fn checked_client_id(&mut self) -> Option<String> {
        let id = self.client_id.clone();
        let problem = match id.as_deref() {
            None => Some("is missing"),
            Some(id) => client_id_problem(id),
        };
        let Some(problem) = problem else {
            return id;
        };
        self.problems.add("client_id", problem);
        None
    }

    fn checked_discovery_url(&mut self) -> Option<Url> {
        if self.discovery_url.is_none() {
            self.problems.add("discovery_url", "is missing");
        }
        let url = self.checked_url("discovery_url", self.discovery_url.clone())?;
        Some(with_well_known(url))
    }

    fn checked_url(&mut self, field: &'static str, text: Option<String>) -> Option<Url> {
        let url = self.problems.check(field, parse_url(&text?))?;
        match check_provider_url(&url, self.allow_http) {
            Ok(()) => Some(url),
            Err(problem) => {
                self.problems.add(field, problem);
                None
            }
        }
    }

    fn checked_public_url(&mut self) -> Option<Url> {
        let url = self.problems.take("public_url", &mut self.public_url)?;
        let url = self.problems.check("public_url", parse_url(&url))?;
        if matches!(url.scheme(), "http" | "https")
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
        {
            return Some(url);
        }
        self.problems.add(
            "public_url",
            "must be an http(s) URL without user name, password, query or fragment",
        );
        None
    }

    fn checked_redirects(&mut self) -> RedirectRules {
        for uri in &self.allowed_redirects {
            let usable = Url::parse(uri).is_ok_and(|url| {
                // RFC 3986 §2; other characters are not allowed in `Location`.
                uri.bytes().all(|byte| byte.is_ascii_graphic())
                    && url.fragment().is_none()
                    && !matches!(
                        url.scheme(),
                        "javascript" | "data" | "vbscript" | "file" | "blob"
                    )
            });
            if !usable {
                let message = format!(
                    "contains `{}`, which is not a valid redirect URI",
                    uri.escape_debug()
                );
                self.problems.add("allowed_redirects", message);
            }
        }
        let loopback = self
            .problems
            .take("loopback_redirects", &mut self.loopback_redirects);
        RedirectRules::new(self.allowed_redirects.clone(), loopback.unwrap_or(true))
    }

    fn checked_scopes(&mut self) -> String {
        let scopes = self.scopes.as_deref().unwrap_or("profile email");
        if !is_scope_list(scopes) {
            self.problems
                .add("scopes", "must consist of scope names separated by spaces");
        }
        with_openid(scopes)
    }

    fn checked_algorithms(&mut self) -> Vec<Algorithm> {
        let algorithms = self.problems.take("algorithms", &mut self.algorithms);
        let algorithms = algorithms.unwrap_or_else(|| Algorithm::ALL.to_vec());
        if algorithms.is_empty() {
            self.problems
                .add("algorithms", "is empty: no token would be accepted");
        }
        algorithms
    }

    fn checked_roles_from(&mut self) -> Option<RolePlaces> {
        let paths = self.roles_from.take()?;
        if paths.is_empty() {
            self.problems
                .add("roles_from", "is empty: no user would have a role");
        }
        let places = paths.iter().map(|path| {
            let place = path.parse::<ClaimPath>();
            place.map_err(|error| format!("contains `{}`, {error}", path.escape_debug()))
        });
        let places = self.problems.check("roles_from", places.collect());
        places.map(RolePlaces::new)
    }

    fn checked_refresh_token_lifetime(&mut self) -> Duration {
        let field = "refresh_token_lifetime";
        let lifetime = self.problems.take(field, &mut self.refresh_token_lifetime);
        let lifetime = lifetime.unwrap_or(30 * DAY);
        if lifetime.as_secs() == 0 {
            self.problems.add(field, "must be at least 1 second");
        }
        lifetime
    }

    fn checked_introspection(&mut self) -> IntrospectionSettings {
        let settings = mem::take(&mut self.introspection);
        let mut mode = settings.mode;
        let mode = self.problems.take("introspect", &mut mode);
        if let Some(problem) = settings.token_prefix.as_deref().and_then(prefix_problem) {
            self.problems.add("token_prefix", problem);
        }
        IntrospectionSettings {
            mode: mode.unwrap_or_default(),
            token_prefix: settings.token_prefix,
            endpoint: self.checked_url("introspection_endpoint", settings.endpoint),
        }
    }

    fn checked_introspection_cache(&mut self) -> UnixSeconds {
        let field = "introspection_cache";
        let time = self.problems.take(field, &mut self.introspection_cache);
        let time = time.unwrap_or(INTROSPECTION_CACHE).as_secs();
        UnixSeconds::try_from(time).unwrap_or(UnixSeconds::MAX)
    }

    fn checked_timeout(&mut self) -> Duration {
        let timeout = self.problems.take("timeout", &mut self.timeout);
        let timeout = timeout.unwrap_or(TIMEOUT);
        if timeout.is_zero() {
            self.problems.add("timeout", "must be longer than 0");
        }
        timeout
    }

    fn check_rest(&mut self) {
        if self.audiences.iter().any(String::is_empty) {
            self.problems.add("audience", "is empty");
        }
        match self.authorized_parties.as_deref() {
            Some([]) => self
                .problems
                .add("authorized_parties", "is empty: no token would be accepted"),
            Some(parties) if parties.iter().any(String::is_empty) => {
                self.problems
                    .add("authorized_parties", "contains an empty name");
            }
            _ => {}
        }
        if let Some(problem) = self.issuer.as_deref().and_then(issuer_problem) {
            self.problems.add("issuer", problem);
        }
        if self
            .client_secret
            .as_ref()
            .is_some_and(|secret| secret.expose().is_empty())
        {
            self.problems.add("client_secret", "is empty");
        }
        self.check_state_key();
        let realm = self.realm.as_deref().unwrap_or_default();
        // Clients look for the parameters of a challenge with regular expressions.
        let is_plain = |byte: u8| (0x20..=0x7e).contains(&byte) && !b"\"\\=".contains(&byte);
        if !realm.bytes().all(is_plain) {
            let message = "must be printable ASCII without `\"`, `\\` and `=`";
            self.problems.add("realm", message);
        }
    }

    fn checked_http(&mut self, timeout: Duration) -> Option<Http> {
        let mut root_certificates = Vec::new();
        for pem in &self.root_certificates {
            let certificates = parse_certificates(pem);
            let certificates = self.problems.check("root_certificate", certificates);
            root_certificates.extend(certificates.into_iter().flatten());
        }
        let http = Http::new(&HttpSettings {
            timeout,
            connect_timeout: self.connect_timeout.unwrap_or(CONNECT_TIMEOUT),
            root_certificates,
        });
        let http = http.map_err(|error| format!("could not be loaded: {error}"));
        self.problems.check("root_certificate", http)
    }

    fn checked_sealer(&mut self, client: &str) -> Option<Sealer> {
        let key = self.state_key.as_ref();
        let sealer = Sealer::new(key, "oidc-guard sign-in state", client, STATE_VERSION);
        let sealer = sealer.map_err(|_| "cannot be used to derive a key");
        self.problems.check("state_key", sealer)
    }

    fn checked_tagger(&mut self, client: &str) -> Option<Tagger> {
        let tagger = Tagger::new(self.state_key.as_ref(), "oidc-guard MCP session", client);
        let tagger = tagger.map_err(|_| "cannot be used to derive a key");
        self.problems.check("state_key", tagger)
    }

    fn check_state_key(&mut self) {
        if let Some(problem) = self.state_key.as_ref().and_then(key_problem) {
            self.problems.add("state_key", problem);
        }
    }

    /// The resource and further audiences; without a resource, the client id is the default.
    fn accepted_audiences(
        &self,
        client_id: &str,
        resource: Option<&Resource>,
    ) -> Option<Vec<String>> {
        if self.any_audience {
            return None;
        }
        let own = match resource {
            Some(resource) => resource.audiences(),
            None if self.audiences.is_empty() => vec![client_id.to_owned()],
            None => Vec::new(),
        };
        Some(
            own.into_iter()
                .chain(self.audiences.iter().cloned())
                .collect(),
        )
    }
}

/// What is wrong with a configured key, if anything.
pub(super) fn key_problem(key: &Secret) -> Option<&'static str> {
    let bytes = key.expose().as_bytes();
    if bytes.len() < MIN_KEY_BYTES {
        Some("must have at least 32 characters")
    } else if bytes.iter().collect::<HashSet<_>>().len() < MIN_KEY_VARIETY {
        Some("must be random, such as the output of `openssl rand -base64 32`")
    } else {
        None
    }
}

/// What is wrong with a client id (RFC 6749 appendix A.1), if anything.
pub(super) fn client_id_problem(id: &str) -> Option<&'static str> {
    if id.is_empty() {
        Some("is empty")
    } else {
        let plain = id.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
        (!plain).then_some("contains characters that RFC 6749 does not allow")
    }
}

/// What is wrong with the identifier of an issuer (RFC 8414 §2), if anything.
pub(super) fn issuer_problem(issuer: &str) -> Option<&'static str> {
    if issuer.is_empty() {
        Some("is empty")
    } else {
        issuer
            .contains('#')
            .then_some("must not contain a fragment")
    }
}

/// Identifies this client of this provider. Only the last part could contain the separator.
fn client_and_provider(client_id: &str, discovery_url: &Url, issuer: Option<&str>) -> String {
    let issuer = issuer.unwrap_or_default();
    format!("{client_id}\0{discovery_url}\0{issuer}")
}

/// The URL of the discovery document of this issuer, or of this document itself.
pub(super) fn with_well_known(mut url: Url) -> Url {
    if !url.path().ends_with(WELL_KNOWN) {
        // OpenID Connect Discovery §4: a terminating slash of the issuer is removed.
        let path = format!("{}{WELL_KNOWN}", url.path().trim_end_matches('/'));
        url.set_path(&path);
    }
    url
}

/// Parses a URL, with a hint for the most frequent mistake, a missing scheme.
pub(super) fn parse_url(text: &str) -> Result<Url, String> {
    let is_bare_host = !text.is_empty() && !text.starts_with('/');
    Url::parse(text).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase if is_bare_host => {
            format!("has no scheme: write `https://{}`", text.escape_debug())
        }
        error => format!("is not a valid URL: {error}"),
    })
}

/// Whether this is an origin as browsers write it (RFC 6454 §6.2), and not a pattern of several.
pub(super) fn is_origin(text: &str) -> bool {
    let url = Url::parse(text);
    !text.contains('*') && url.is_ok_and(|url| url.origin().ascii_serialization() == text)
}

/// Whether this is a list of scope tokens (RFC 6749 §3.3), possibly empty.
pub(crate) fn is_scope_list(scopes: &str) -> bool {
    scopes
        .bytes()
        .all(|byte| matches!(byte, b' '..=b'!' | b'#'..=b'[' | b']'..=b'~'))
}

/// Puts `openid` first, which a sign-in requires (OpenID Connect Core §3.1.2.1).
pub(crate) fn with_openid(scopes: &str) -> String {
    let others = scopes
        .split(' ')
        .filter(|scope| !scope.is_empty() && *scope != "openid");
    std::iter::once("openid")
        .chain(others)
        .collect::<Vec<_>>()
        .join(" ")
}
