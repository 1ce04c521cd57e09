//! The settings of a service account, which is a client of its own.

use std::time::Duration;

use super::check::{parse_url, with_well_known};
use super::client_auth::{ClientAuth, credentials};
use super::{ProviderSettings, check_provider_url};
use crate::client_auth::ClientCredentials;
use crate::clock::SharedClock;
use crate::jose::Algorithm;
use crate::secret::Secret;

const NAME: &str = "service";

/// The provider that issues tokens to the account; the error describes the problem.
pub(crate) fn service_provider(
    discovery_url: &str,
    timeout: Duration,
    allow_http: bool,
    clock: SharedClock,
) -> Result<ProviderSettings, String> {
    let url = parse_url(discovery_url).map_err(|problem| format!("its address {problem}"))?;
    let checked = check_provider_url(&url, allow_http);
    checked.map_err(|problem| format!("its address {problem}"))?;
    Ok(ProviderSettings {
        name: NAME.into(),
        discovery_url: with_well_known(url),
        issuer: None,
        jwks_uri: None,
        template: None,
        algorithms: Algorithm::ALL.to_vec(),
        timeout,
        allow_http,
        clock,
    })
}

/// What the account authenticates with; the error describes the problem.
pub(crate) fn service_credentials(
    auth: Option<ClientAuth>,
    secret: Option<Secret>,
) -> Result<ClientCredentials, String> {
    credentials(auth, secret)
}
