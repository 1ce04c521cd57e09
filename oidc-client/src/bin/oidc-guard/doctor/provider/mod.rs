//! The checks of a provider.

mod algorithms;
mod client_auth;
mod cors;
mod endpoints;
mod issuer;
mod keys;
mod library;
mod optional;
mod pkce;
#[cfg(test)]
mod tests;

use oidc_runtime::Algorithm;
use url::Url;

use super::clock;
use super::document::Document;
use super::fetch::{Fetched, Fetcher};
use super::finding::Finding;
use super::quirks::{self, Provider};
use crate::output::text::printable;
use crate::settings::Settings;

/// A discovery document, where it was found, and what the server is configured with, if it is known.
pub(super) struct Seen<'s> {
    /// The address of the document.
    pub(super) asked: Url,
    pub(super) document: Document,
    pub(super) settings: Option<&'s Settings>,
    /// The algorithms that the server accepts.
    pub(super) accepted: Vec<Algorithm>,
    /// Whether plain http is allowed.
    pub(super) allow_http: bool,
}

impl<'s> Seen<'s> {
    pub(super) fn new(asked: Url, document: Document, settings: Option<&'s Settings>) -> Self {
        let names = settings.map(|settings| settings.words("OIDC_ALGORITHMS"));
        let chosen: Vec<_> = names.unwrap_or_default();
        let accepted = if chosen.is_empty() {
            Algorithm::ALL.to_vec()
        } else {
            chosen.iter().filter_map(|name| name.parse().ok()).collect()
        };
        Self {
            asked,
            document,
            settings,
            accepted,
            allow_http: false,
        }
    }

    pub(super) fn word(&self, variable: &str) -> Option<&str> {
        self.settings?.get(variable)
    }

    /// The words of a variable; none without settings.
    pub(super) fn words(&self, variable: &str) -> Vec<String> {
        self.settings
            .map(|settings| settings.words(variable))
            .unwrap_or_default()
    }

    pub(super) fn provider(&self) -> Option<Provider> {
        quirks::recognise(&self.asked, &self.document)
    }

    /// Whatever the document alone tells.
    fn judge(&self) -> Vec<Finding> {
        let mut findings = vec![issuer::check(self)];
        findings.extend(endpoints::check(self));
        findings.push(algorithms::check(self));
        findings.push(pkce::check(self));
        findings.push(client_auth::check(self));
        findings.extend(optional::check(self));
        if let Some(provider) = self.provider() {
            findings.extend(quirks::check(provider, self));
        }
        findings
    }
}

/// Checks a provider whose document was fetched. The `server` has at least what is needed to start one.
pub(super) async fn check(
    fetcher: &Fetcher,
    seen: &Seen<'_>,
    response: &Fetched,
    server: &Settings,
) -> Vec<Finding> {
    let mut findings = vec![media_type(response)];
    findings.extend(seen.judge());
    if endpoints::has_own_jwks_uri(seen) || !has_troubled_jwks_uri(seen) {
        if let Some(url) = jwks_uri(seen) {
            findings.extend(keys_at(fetcher, seen, &url).await);
        }
        findings.push(library::check(server).await);
    }
    findings.extend(clock::check(response));
    findings.push(cors::check(response));
    findings
}

fn media_type(response: &Fetched) -> Finding {
    const CHECK: &str = "discovery";
    if response.is_json() {
        return Finding::ok(CHECK, "the discovery document was read");
    }
    let found = response.content_type.as_deref().unwrap_or("none");
    let saw = format!(
        "the discovery document has the media type {:?}",
        printable(found)
    );
    Finding::warning(CHECK, saw)
        .why(
            "OpenID Connect Discovery §4.2 demands application/json, and some clients insist on it",
        )
        .fix("correct `Content-Type` at the provider or its proxy")
}

/// The endpoints have said so, and nobody connects to it.
fn has_troubled_jwks_uri(seen: &Seen<'_>) -> bool {
    let published = seen.document.text("jwks_uri");
    published.is_some_and(|text| endpoints::trouble(text, seen).is_some())
}

/// Where the server gets the keys.
fn jwks_uri(seen: &Seen<'_>) -> Option<Url> {
    let configured = seen.word("OIDC_JWKS_URI");
    Url::parse(configured.or_else(|| seen.document.text("jwks_uri"))?).ok()
}

async fn keys_at(fetcher: &Fetcher, seen: &Seen<'_>, url: &Url) -> Vec<Finding> {
    const CHECK: &str = "keys";
    let problem = |saw: String, fix: &str| {
        let why = "without keys no token can be verified: requests get 503";
        vec![Finding::problem(CHECK, saw).why(why).fix(fix)]
    };
    let response = match fetcher.get(url).await {
        Ok(response) => response,
        Err(error) => return problem(format!("{}: {error}", printable(url.as_str())), error.fix()),
    };
    if response.status != 200 {
        let saw = format!("{} answers {}", printable(url.as_str()), response.status);
        return problem(
            saw,
            "correct `jwks_uri` at the provider; it must not redirect",
        );
    }
    match serde_json::from_slice(&response.body) {
        Ok(set) => keys::check(&set, &seen.accepted),
        Err(_) => problem(
            format!("{} is not JSON", printable(url.as_str())),
            "check what is at `jwks_uri`; a page that signs people in, or a proxy, is not it",
        ),
    }
}
