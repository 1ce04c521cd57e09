//! The request that a server sends the browser to its provider with (RFC 6749 §4.1.1).

use std::collections::HashMap;

use url::Url;

use crate::doctor::document::is_loopback;
use crate::doctor::fetch::Fetched;
use crate::doctor::finding::Finding;
use crate::output::text::printable;

const CHECK: &str = "login";

/// An authorization request.
pub(super) struct Request {
    url: Url,
    parameters: HashMap<String, String>,
}

impl Request {
    /// That of a redirect.
    pub(super) fn of(response: &Fetched) -> Option<Self> {
        if !response.is_redirect() {
            return None;
        }
        let url = Url::parse(response.location.as_deref()?).ok()?;
        let parameters = url.query_pairs().into_owned().collect();
        Some(Self { url, parameters })
    }

    fn get(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    pub(super) fn is_code_flow(&self) -> bool {
        self.get("response_type") == "code" && !self.get("client_id").is_empty()
    }

    pub(super) fn redirect_uri(&self) -> &str {
        self.get("redirect_uri")
    }

    /// What is wrong with it, for a sign-in that was to return to `redirect_uri`.
    pub(super) fn judge(&self, redirect_uri: &str) -> Vec<Finding> {
        let problems: Vec<_> = [
            self.address(),
            self.returns_to(redirect_uri),
            self.challenge(),
            self.missing(
                "state",
                "a sign-in that somebody else began could be finished by this user",
            ),
            self.missing("nonce", "an ID token of another sign-in could be put in"),
            self.openid(),
        ]
        .into_iter()
        .flatten()
        .collect();
        if problems.is_empty() {
            let host = printable(self.url.host_str().unwrap_or_default());
            let saw = format!(
                "redirects to {host} with exactly this redirect URI, S256, state and nonce"
            );
            return vec![Finding::ok(CHECK, saw)];
        }
        problems
    }

    fn address(&self) -> Option<Finding> {
        let is_safe = self.url.scheme() == "https" || is_loopback(&self.url);
        (!is_safe).then(|| {
            let saw = format!(
                "redirects to {}",
                printable(&self.url.origin().ascii_serialization())
            );
            Finding::problem(CHECK, saw)
                .why("people type their passwords there, and it is not https")
                .fix("configure a provider with https addresses (OIDC_DISCOVERY_URL)")
        })
    }

    fn returns_to(&self, expected: &str) -> Option<Finding> {
        let found = self.redirect_uri();
        (found != expected).then(|| {
            let saw = format!(
                "sends redirect_uri={}, asked was {expected}",
                printable(found)
            );
            Finding::problem(CHECK, saw)
                .why("the code goes to another address than the one that waits for it")
                .fix("look for a proxy that rewrites addresses, and check OIDC_PUBLIC_URL")
        })
    }

    fn challenge(&self) -> Option<Finding> {
        let has_challenge = !self.get("code_challenge").is_empty();
        (!has_challenge || self.get("code_challenge_method") != "S256").then(|| {
            Finding::problem(CHECK, "sends no `code_challenge` with S256")
                .why("a code that is stolen on its way back is of use to the thief (RFC 7636)")
                .fix("update the server")
        })
    }

    fn missing(&self, name: &str, why: &str) -> Option<Finding> {
        self.get(name).is_empty().then(|| {
            Finding::problem(CHECK, format!("sends no `{name}`"))
                .why(why)
                .fix("update the server")
        })
    }

    fn openid(&self) -> Option<Finding> {
        let has_openid = self.get("scope").split(' ').any(|scope| scope == "openid");
        (!has_openid).then(|| {
            Finding::problem(CHECK, "does not request the scope `openid`")
                .why("without it the sign-in is not OpenID Connect, and there is no ID token")
                .fix("update the server")
        })
    }
}

/// The issuer that probably belongs to an authorization endpoint, by the paths of common providers.
pub(super) fn probable_issuer(request: &Request) -> String {
    let path = request.url.path();
    let issuer = if let Some(tenant) = path.strip_suffix("/oauth2/v2.0/authorize") {
        format!("{tenant}/v2.0")
    } else {
        let ends = [
            "/protocol/openid-connect/auth",
            "/oauth/v2/authorize",
            "/v1/authorize",
            "/oauth2/auth",
        ];
        let ends = ends.iter().chain(&[
            "/oauth/authorize",
            "/oauth2/authorize",
            "/authorize",
            "/auth",
        ]);
        ends.copied()
            .find_map(|end| path.strip_suffix(end))
            .unwrap_or_default()
            .to_owned()
    };
    format!(
        "{}{}",
        request.url.origin().ascii_serialization(),
        printable(&issuer)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::{Level, worst};

    const BACK: &str = "http://localhost:53100/callback";

    fn request(location: &str) -> Request {
        let url = Url::parse(location).expect("a URL");
        let parameters = url.query_pairs().into_owned().collect();
        Request { url, parameters }
    }

    fn good() -> String {
        "https://id.example/authorize?response_type=code&client_id=a&scope=openid+profile&state=s&nonce=n\
         &code_challenge=c&code_challenge_method=S256&redirect_uri=http%3A%2F%2Flocalhost%3A53100%2Fcallback"
            .to_owned()
    }

    #[test]
    fn each_part_of_the_request_matters() {
        assert_eq!(worst(&request(&good()).judge(BACK)), Level::Ok);
        for (part, changed) in [
            ("https://id.example", "http://id.example"),
            ("53100%2Fcallback", "53100%2Fcallback%2F"),
            ("redirect_uri=http", "redirect_uri=https"),
            ("S256", "plain"),
            ("code_challenge=c", "x=c"),
            ("state=s", "state="),
            ("nonce=n", "n=n"),
            ("scope=openid", "scope=openidx"),
        ] {
            let broken = good().replace(part, changed);
            let findings = request(&broken).judge(BACK);
            assert_eq!(worst(&findings), Level::Problem, "{changed}");
            assert_eq!(findings.len(), 1, "{changed}");
        }
    }

    #[test]
    fn the_issuer_follows_from_the_paths_of_common_providers() {
        for (endpoint, issuer) in [
            (
                "https://h/realms/shop/protocol/openid-connect/auth?x",
                "https://h/realms/shop",
            ),
            (
                "https://login.microsoftonline.com/t/oauth2/v2.0/authorize",
                "https://login.microsoftonline.com/t/v2.0",
            ),
            (
                "https://d.okta.com/oauth2/default/v1/authorize",
                "https://d.okta.com/oauth2/default",
            ),
            ("https://t.auth0.com/authorize", "https://t.auth0.com"),
            ("http://127.0.0.1:9400/authorize", "http://127.0.0.1:9400"),
            ("https://h/else", "https://h"),
        ] {
            assert_eq!(probable_issuer(&request(endpoint)), issuer);
        }
    }
}
