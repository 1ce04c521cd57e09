//! From the settings to validated ones.

use std::time::Duration;

use url::Url;

use super::builder::Sessions;
use super::{SessionPaths, SessionSettings};
use crate::clock::UnixSeconds;
use crate::config::check::{is_origin, key_problem};
use crate::config::error::Problems;
use crate::config::{is_local_path, is_loopback};
use crate::routes::Endpoint;

const IDLE: Duration = Duration::from_secs(30 * 60);
const LIFETIME: Duration = Duration::from_secs(8 * 60 * 60);
const STALENESS: Duration = Duration::from_secs(1);
/// Parameters of the authorization request that the library sends, or that would change what its
/// response means (OpenID Connect Core §3.1.2.1, §6, RFC 7636, RFC 8707, RFC 9126, RFC 9449).
const OWN_PARAMETERS: [&str; 23] = [
    "response_type",
    "response_mode",
    "client_id",
    "client_secret",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
    "acr_values",
    "login_hint",
    "ui_locales",
    "id_token_hint",
    "claims",
    "request",
    "request_uri",
    "registration",
    "resource",
    "audience",
    "dpop_jkt",
];

impl Sessions {
    /// Validates every setting. `None` if there are mistakes.
    pub(in crate::config) fn check(
        mut self,
        public_url: Option<&Url>,
        problems: &mut Problems,
    ) -> Option<SessionSettings> {
        let before = problems.len();
        let public_url = self.checked_public_url(public_url, problems);
        for key in &self.keys {
            if let Some(problem) = key_problem(key) {
                problems.add("sessions.key", problem);
            }
        }
        let store = problems.take("sessions.store", &mut self.store);
        let idle = duration("sessions.idle", problems, &mut self.idle, IDLE);
        let lifetime = duration("sessions.lifetime", problems, &mut self.lifetime, LIFETIME);
        let remember = self.remember.map(|lifetime| {
            let mut setting = Some(Ok(lifetime));
            duration("sessions.remember", problems, &mut setting, LIFETIME)
        });
        let userinfo = problems.take("sessions.userinfo", &mut self.userinfo);
        let staleness = problems.take("sessions.staleness", &mut self.staleness);
        self.check_origins(problems);
        self.check_parameters(problems);
        self.check_local_paths(problems);
        let paths = self.checked_paths(public_url, problems);
        if let Some(paths) = &paths {
            self.check_pages(paths, problems);
        }
        let settings = SessionSettings {
            public_url: public_url?.clone(),
            paths: paths?,
            keys: self.keys,
            store: store.flatten(),
            idle,
            lifetime,
            persistent: self.persistent,
            remember,
            refresh: self.refresh,
            userinfo: userinfo.unwrap_or_default(),
            staleness_ms: milliseconds(staleness.unwrap_or(STALENESS)),
            trusted_origins: self.trusted_origins,
            login_parameters: self.login_parameters,
            offline_access: self.offline_access,
            after_sign_in: self.after_sign_in,
            after_sign_out: self.after_sign_out,
            error_path: self.error_path,
            same_site_strict: self.same_site_strict,
        };
        (problems.len() == before).then_some(settings)
    }

    /// The names of the cookies, their attributes and the redirect URI depend on it.
    fn checked_public_url<'u>(
        &self,
        public_url: Option<&'u Url>,
        problems: &mut Problems,
    ) -> Option<&'u Url> {
        let Some(url) = public_url else {
            if !problems.has("public_url") {
                problems.add("public_url", "is missing: sessions need it");
            }
            return None;
        };
        if url.scheme() == "http" && !is_loopback(url) && !self.plain_cookies {
            problems.add(
                "public_url",
                "must start with https://, because a session cookie would be sent in the clear",
            );
        }
        Some(url)
    }

    fn check_origins(&self, problems: &mut Problems) {
        for origin in self
            .trusted_origins
            .iter()
            .filter(|origin| !is_origin(origin))
        {
            let message = format!(
                "contains `{}`, which is not an origin, such as `https://admin.example.org`",
                origin.escape_debug()
            );
            problems.add("sessions.trusted_origin", message);
        }
    }

    fn check_parameters(&self, problems: &mut Problems) {
        for name in &self.login_parameters {
            if name.is_empty() || OWN_PARAMETERS.contains(&name.as_str()) {
                let message = format!("cannot be `{}`", name.escape_debug());
                problems.add("sessions.login_parameter", message);
            }
        }
    }

    fn check_local_paths(&self, problems: &mut Problems) {
        let paths = [
            ("sessions.after_sign_in", Some(&self.after_sign_in)),
            ("sessions.after_sign_out", Some(&self.after_sign_out)),
            ("sessions.error_path", self.error_path.as_ref()),
        ];
        for (field, path) in paths {
            if path.is_some_and(|path| !is_local_path(path)) {
                problems.add(field, "must be a path of this application, such as `/home`");
            }
        }
        let mounted_at = &self.mounted_at;
        let is_prefix = is_local_path(mounted_at) && !mounted_at.ends_with('/');
        if !mounted_at.is_empty() && !is_prefix {
            problems.add("sessions.mounted_at", "must be a path such as `/shop`");
        }
    }

    /// Nobody should land on an endpoint, which would send them on or sign them out.
    fn check_pages(&self, paths: &SessionPaths, problems: &mut Problems) {
        for (field, page) in [
            ("sessions.after_sign_in", &self.after_sign_in),
            ("sessions.after_sign_out", &self.after_sign_out),
        ] {
            let path = page.split(['?', '#']).next().unwrap_or_default();
            if paths.is_endpoint(&format!("{}{path}", paths.base)) {
                problems.add(field, "must be a page, not one of the sign-in endpoints");
            }
        }
    }

    fn checked_paths(
        &self,
        public_url: Option<&Url>,
        problems: &mut Problems,
    ) -> Option<SessionPaths> {
        let base = public_url?.path().trim_end_matches('/').to_owned();
        let at = |path: &str| format!("{base}{}{path}", self.mounted_at);
        let path_of = |endpoint| {
            let mut served = self.routes.served();
            served
                .find(|route| route.endpoint == endpoint)
                .map(|route| at(route.path))
        };
        let (login, callback) = (path_of(Endpoint::Login), path_of(Endpoint::Callback));
        let (Some(login), Some(_)) = (login, callback) else {
            problems.add("sessions", "need the routes `login` and `callback`");
            return None;
        };
        let all = self.routes.served().map(|route| at(route.path)).collect();
        Some(SessionPaths { base, login, all })
    }
}

/// In whole seconds, at least one.
fn duration(
    field: &'static str,
    problems: &mut Problems,
    setting: &mut crate::config::error::Setting<Duration>,
    default: Duration,
) -> UnixSeconds {
    let duration = problems.take(field, setting).unwrap_or(default);
    if duration.as_secs() == 0 {
        problems.add(field, "must be at least 1 second");
    }
    UnixSeconds::try_from(duration.as_secs()).unwrap_or(UnixSeconds::MAX / 4)
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
