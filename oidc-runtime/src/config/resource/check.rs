//! Validates the settings of a protected resource.

use url::Url;

use super::builder::ResourceBuilder;
use super::{BrowserClients, Resource, ResourceSettings};
use crate::config::check::{is_origin, is_scope_list};
use crate::config::error::Problems;

/// Any origin, in a list of origins.
const ANY: &str = "*";

impl ResourceBuilder {
    /// The settings; mistakes are added to the problems.
    pub(in crate::config) fn check(&mut self, problems: &mut Problems) -> ResourceSettings {
        let resource = self.identifier.as_deref().map(Resource::parse);
        let resource = resource.and_then(|parsed| problems.check("resource", parsed));
        let documentation = self.documentation.take();
        if documentation
            .as_deref()
            .is_some_and(|url| !is_web_page(url))
        {
            problems.add("resource_documentation", "must be an http(s) URL");
        }
        let name = self.name.take();
        if name.as_deref() == Some("") {
            problems.add("resource_name", "is empty");
        }
        ResourceSettings {
            resource,
            name,
            documentation,
            scopes: scopes(self.scopes.as_deref(), "resource_scopes", problems),
            challenge_scopes: scopes(
                self.challenge_scopes.as_deref(),
                "challenge_scopes",
                problems,
            ),
            scope_prefix: self.checked_scope_prefix(problems),
            browser_clients: self.checked_browser_clients(problems),
        }
    }

    /// The resources for which tokens are requested.
    pub(in crate::config) fn requested(&mut self, problems: &mut Problems) -> Vec<String> {
        let Some(requested) = self.requested.take() else {
            return self.identifier.iter().cloned().collect();
        };
        for uri in &requested {
            let plain = uri.bytes().all(|byte| byte.is_ascii_graphic()) && !uri.contains('#');
            if !plain || Url::parse(uri).is_err() {
                let message = format!(
                    "contains `{}`, which is not an absolute URI without a fragment",
                    uri.escape_debug()
                );
                problems.add("requested_resources", message);
            }
        }
        requested
    }

    fn checked_scope_prefix(&mut self, problems: &mut Problems) -> String {
        let prefix = self.scope_prefix.take().unwrap_or_default();
        if prefix.contains(' ') || !is_scope_list(&prefix) {
            problems.add("scope_prefix", "must be the beginning of a scope name");
        }
        prefix
    }

    fn checked_browser_clients(&mut self, problems: &mut Problems) -> BrowserClients {
        let origins = self.browser_clients.take().unwrap_or_default();
        if origins.iter().any(|origin| origin == ANY) {
            return BrowserClients::Any;
        }
        for origin in origins.iter().filter(|origin| !is_origin(origin)) {
            let message = format!(
                "contains `{}`, which is not an origin such as `https://inspector.example`, nor `*`",
                origin.escape_debug()
            );
            problems.add("browser_clients", message);
        }
        match origins.as_slice() {
            [] => BrowserClients::None,
            _ => BrowserClients::Origins(origins),
        }
    }
}

fn scopes(
    scopes: Option<&str>,
    field: &'static str,
    problems: &mut Problems,
) -> Option<Vec<String>> {
    let scopes = scopes?;
    if !is_scope_list(scopes) {
        problems.add(field, "must consist of scope names separated by spaces");
    }
    Some(scopes.split_ascii_whitespace().map(str::to_owned).collect())
}

fn is_web_page(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
