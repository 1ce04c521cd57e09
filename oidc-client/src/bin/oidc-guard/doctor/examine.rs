//! Finds out what is at an address, and has it checked.

use url::Url;

use super::document::{Document, location, with_well_known};
use super::fetch::{FetchError, Fetched, Fetcher};
use super::finding::Finding;
use super::provider::{self, Seen};
use super::quirks::{self, Elsewhere};
use super::report::{Kind, Report};
use super::server::{self, Endpoints};
use crate::output::text::printable;
use crate::settings::Settings;

const CHECK: &str = "discovery";

pub(super) async fn examine(fetcher: &Fetcher, address: &Url, settings: Settings) -> Report {
    let asked = with_well_known(address);
    let response = match fetcher.get(&asked).await {
        Ok(response) => response,
        Err(error) => return unreachable(address, &error),
    };
    if let Some(document) = document(&response) {
        return provider_report(fetcher, asked, document, &response, settings).await;
    }
    let endpoints = Endpoints::at(address);
    if let Ok(Some(login)) = endpoints.probe(fetcher).await {
        let findings = server::check(fetcher, &endpoints, &login).await;
        return Report::new(address, Kind::Server, findings);
    }
    let mut findings = vec![nothing_there(&asked, &response)];
    findings.extend(elsewhere(fetcher, address).await);
    Report::new(address, Kind::Unknown, findings)
}

fn unreachable(address: &Url, error: &FetchError) -> Report {
    let finding = Finding::problem("connection", error.to_string()).fix(error.fix());
    match error {
        FetchError::TooLarge => Report::new(address, Kind::Unknown, vec![finding]),
        FetchError::Timeout | FetchError::Tls(_) | FetchError::Connection(_) => {
            Report::unreachable(address, finding)
        }
    }
}

async fn provider_report(
    fetcher: &Fetcher,
    asked: Url,
    document: Document,
    response: &Fetched,
    settings: Settings,
) -> Report {
    let issuer = location(&asked).to_owned();
    let plain = settings.only_provider(&issuer);
    let allow_http = settings.allows_http();
    let known = Known::of(settings, &issuer);
    let mut seen = Seen::new(asked, document, known.settings());
    seen.allow_http = allow_http;
    let server = known.settings().unwrap_or(&plain);
    let mut findings = provider::check(fetcher, &seen, response, server).await;
    findings.extend(known.remark());
    let mut report = Report::new(&seen.asked, Kind::Provider, findings);
    report.issuer = Some(seen.document.issuer().to_owned());
    report.provider = seen.provider().map(quirks::Provider::name);
    report
}

/// Whether the settings at hand are those of a server of this provider.
enum Known {
    Of(Settings),
    OfAnother(String),
    Nothing,
}

impl Known {
    fn of(mut settings: Settings, issuer: &str) -> Self {
        if settings.get("OIDC_CLIENT_ID").is_none() {
            return Self::Nothing;
        }
        let Some(configured) = settings.get("OIDC_DISCOVERY_URL") else {
            settings.set("OIDC_DISCOVERY_URL", issuer);
            return Self::Of(settings);
        };
        match Url::parse(configured) {
            Ok(url) if location(&url) == issuer => Self::Of(settings),
            _ => Self::OfAnother(configured.to_owned()),
        }
    }

    fn settings(&self) -> Option<&Settings> {
        match self {
            Self::Of(settings) => Some(settings),
            Self::OfAnother(_) | Self::Nothing => None,
        }
    }

    fn remark(&self) -> Option<Finding> {
        const CHECK: &str = "settings";
        match self {
            Self::Of(_) => None,
            Self::OfAnother(other) => Some(
                Finding::note(CHECK, format!("OIDC_DISCOVERY_URL is {}", printable(other))).why(
                    "the settings are for another provider, so nothing was compared with them",
                ),
            ),
            Self::Nothing => Some(
                Finding::note(CHECK, "no settings of a server are at hand")
                    .why("what is configured there was not compared with the provider")
                    .fix("run it with the server's OIDC_… variables, or with --env-file FILE"),
            ),
        }
    }
}

fn document(response: &Fetched) -> Option<Document> {
    let object = response.object().filter(|_| response.status == 200)?;
    let is_metadata = ["issuer", "authorization_endpoint", "jwks_uri"]
        .iter()
        .any(|name| object.contains_key(*name));
    is_metadata.then_some(Document(object))
}

fn nothing_there(asked: &Url, response: &Fetched) -> Finding {
    const WHY: &str = "neither a provider nor a server with sign-in endpoints is at this address";
    let asked = printable(asked.as_str());
    if response.is_redirect() {
        let target = printable(response.location.as_deref().unwrap_or("nowhere"));
        return Finding::problem(CHECK, format!("{asked} redirects to {target}"))
            .why(
                "servers do not follow redirects: another host could answer in the provider's name",
            )
            .fix("configure the address at which the document is");
    }
    match response.status {
        200 => Finding::problem(CHECK, format!("{asked} is no discovery document"))
            .why(WHY)
            .fix("check the address; a web page that answers everything is not it"),
        status => Finding::problem(CHECK, format!("{asked} answers {status}"))
            .why(WHY)
            .fix(
                "check the address. Issuers look like https://HOST/realms/REALM (Keycloak), \
                 https://login.microsoftonline.com/TENANT/v2.0 (Entra ID), https://TENANT.auth0.com/ (Auth0), \
                 https://DOMAIN/oauth2/default (Okta), https://HOST/application/o/SLUG/ (authentik); a server's \
                 address ends before /auth/v2",
            ),
    }
}

/// What is at addresses of the same host that people mean.
async fn elsewhere(fetcher: &Fetcher, address: &Url) -> Option<Finding> {
    for Elsewhere { address, meaning } in quirks::candidates(address) {
        let found = fetcher.get(&address).await.ok();
        if found.as_ref().and_then(document).is_some() {
            let saw = format!(
                "there is a discovery document at {}",
                printable(location(&address))
            );
            return Some(Finding::note(CHECK, saw).fix(meaning));
        }
    }
    None
}
