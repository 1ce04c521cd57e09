//! The checks of a server with sign-in endpoints.

mod authorization;
mod device;
mod login;
mod token;
mod transport;
mod userinfo;

use url::Url;

use super::clock;
use super::fetch::{FetchError, Fetched, Fetcher};
use super::finding::Finding;

/// The sign-in endpoints below an address.
pub(super) struct Endpoints(Url);

impl Endpoints {
    pub(super) fn at(address: &Url) -> Self {
        let mut base = address.clone();
        let path = format!("{}/auth/v2/", address.path().trim_end_matches('/'));
        base.set_path(&path);
        base.set_query(None);
        base.set_fragment(None);
        Self(base)
    }

    fn url(&self, endpoint: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{endpoint}", self.0.path()));
        url
    }

    fn login(&self, redirect_uri: &str) -> Url {
        let mut url = self.url("login");
        url.query_pairs_mut()
            .append_pair("redirect_uri", redirect_uri);
        url
    }

    /// Asks `login` without its parameters, to see whether it is one.
    pub(super) async fn probe(&self, fetcher: &Fetcher) -> Result<Option<Fetched>, FetchError> {
        let response = fetcher.get(&self.url("login")).await?;
        Ok(is_login(&response).then_some(response))
    }
}

/// `login` without parameters is refused, or begins a session at the provider.
fn is_login(response: &Fetched) -> bool {
    let has_detail = || {
        response
            .object()
            .is_some_and(|body| body.contains_key("detail"))
    };
    match response.status {
        400 | 422 | 500..=504 => has_detail(),
        300..=399 => {
            authorization::Request::of(response).is_some_and(|request| request.is_code_flow())
        }
        _ => false,
    }
}

/// Checks a server whose `login` gave this response.
pub(super) async fn check(
    fetcher: &Fetcher,
    endpoints: &Endpoints,
    login: &Fetched,
) -> Vec<Finding> {
    let mut findings = vec![transport::check(&endpoints.0)];
    findings.extend(login::check(fetcher, endpoints).await);
    findings.push(token::check(fetcher, endpoints).await);
    findings.push(userinfo::check(fetcher, endpoints).await);
    findings.push(device::check(fetcher, endpoints).await);
    findings.extend(clock::check(login));
    findings
}

/// Of an endpoint that did not respond.
fn silent(check: &'static str, error: &FetchError) -> Finding {
    Finding::problem(check, error.to_string()).fix(error.fix())
}
