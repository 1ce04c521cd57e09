//! The authorization request (OpenID Connect Core §3.1.2.1).

use url::Url;

use super::relying_party::RelyingParty;

/// The parameters that the browser carries to the authorization endpoint.
pub(crate) struct AuthorizationRequest<'r> {
    pub(crate) redirect_uri: &'r str,
    pub(crate) scope: &'r str,
    pub(crate) state: &'r str,
    pub(crate) nonce: &'r str,
    /// S256 (RFC 7636 §4.2).
    pub(crate) code_challenge: &'r str,
    pub(crate) prompt: Option<&'r str>,
    /// Parameters that are passed on as they are.
    pub(crate) further: &'r [(String, String)],
}

impl AuthorizationRequest<'_> {
    pub(crate) fn url(&self, endpoint: &Url, party: &RelyingParty<'_>) -> String {
        let mut url = endpoint.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", party.client_id)
            .append_pair("redirect_uri", self.redirect_uri)
            .append_pair("scope", self.scope)
            .append_pair("state", self.state)
            .append_pair("nonce", self.nonce)
            .append_pair("code_challenge", self.code_challenge)
            .append_pair("code_challenge_method", "S256")
            .extend_pairs(self.prompt.map(|prompt| ("prompt", prompt)))
            .extend_pairs(party.resource_parameters())
            .extend_pairs(self.further.iter().map(|(name, value)| (name, value)));
        url.into()
    }
}
