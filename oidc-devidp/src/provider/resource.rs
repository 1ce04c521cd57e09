//! The resources that a request names, which are the audience of its access tokens (RFC 8707).

use url::Url;

use super::oauth_error::OAuthError;
use super::params::Params;

/// The part of an audience that the request names, or all of it.
pub(super) fn narrow(params: &Params, audience: &[String]) -> Result<Vec<String>, OAuthError> {
    let requested: Vec<&str> = params.resources().collect();
    if !requested.iter().all(|resource| is_resource(resource)) {
        return invalid("resource must be an absolute URI without a fragment");
    }
    let is_permitted = |resource: &&str| audience.iter().any(|permitted| permitted == resource);
    if !requested.iter().all(is_permitted) {
        return invalid("resource is not in the audience of the client or of the grant");
    }
    let is_requested =
        |permitted: &&String| requested.is_empty() || requested.contains(&permitted.as_str());
    Ok(audience.iter().filter(is_requested).cloned().collect())
}

fn is_resource(resource: &str) -> bool {
    Url::parse(resource).is_ok_and(|url| url.fragment().is_none())
}

fn invalid<T>(description: &str) -> Result<T, OAuthError> {
    Err(OAuthError::new("invalid_target", description))
}
