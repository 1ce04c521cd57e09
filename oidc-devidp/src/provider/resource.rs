//! The resources that a request names, which are the audience of its access tokens (RFC 8707).

use super::oauth_error::OAuthError;
use super::params::Params;
use crate::config::{Client, Config, is_resource};

/// What a sign-in of the client is for. A client that introduced itself has no audience of its own:
/// it may name any resource, or any of the list if there is one.
pub(super) fn audience(
    config: &Config,
    client: &Client,
    params: &Params,
) -> Result<Vec<String>, OAuthError> {
    if config.client(&client.client_id).is_some() {
        return narrow(params, &client.full_audience());
    }
    let requested = requested(params)?;
    if requested.is_empty() {
        return Ok(client.full_audience());
    }
    let is_listed = |resource: &&str| config.resources.iter().any(|listed| listed == resource);
    if !config.resources.is_empty() && !requested.iter().all(is_listed) {
        return invalid("resource is not one of this provider's");
    }
    let mut audience: Vec<String> = Vec::new();
    for resource in requested {
        if !audience.iter().any(|known| known == resource) {
            audience.push(resource.to_owned());
        }
    }
    Ok(audience)
}

/// The part of an audience that the request names, or all of it.
pub(super) fn narrow(params: &Params, audience: &[String]) -> Result<Vec<String>, OAuthError> {
    let requested = requested(params)?;
    let is_permitted = |resource: &&str| audience.iter().any(|permitted| permitted == resource);
    if !requested.iter().all(is_permitted) {
        return invalid("resource is not in the audience of the client or of the grant");
    }
    let is_requested =
        |permitted: &&String| requested.is_empty() || requested.contains(&permitted.as_str());
    Ok(audience.iter().filter(is_requested).cloned().collect())
}

fn requested(params: &Params) -> Result<Vec<&str>, OAuthError> {
    let requested: Vec<&str> = params.resources().collect();
    if requested.iter().all(|resource| is_resource(resource)) {
        Ok(requested)
    } else {
        invalid("resource must be an absolute URI without a fragment")
    }
}

fn invalid<T>(description: &str) -> Result<T, OAuthError> {
    Err(OAuthError::new("invalid_target", description))
}
