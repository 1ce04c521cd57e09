//! The application as a client of its provider.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use form_urlencoded::byte_serialize;
use url::Url;

use super::error::ProtocolError;
use crate::clock::SharedClock;
use crate::http::HttpResponse;
use crate::jose::Algorithm;
use crate::provider::{Provider, Snapshot};
use crate::secret::Secret;

/// A client of one provider (RFC 6749 §1.1), with its credentials.
#[derive(Clone, Copy)]
pub(crate) struct RelyingParty<'c> {
    pub(crate) provider: &'c Arc<Provider>,
    pub(crate) client_id: &'c str,
    pub(crate) client_secret: Option<&'c Secret>,
    /// The resources for which access tokens are requested (RFC 8707 §2).
    pub(crate) resources: &'c [String],
    /// The accepted signature algorithms of ID tokens.
    pub(crate) algorithms: &'c [Algorithm],
    pub(crate) clock: &'c SharedClock,
}

impl RelyingParty<'_> {
    /// The provider's metadata and keys. Waits for discovery if it has not succeeded yet.
    pub(crate) async fn provider(&self) -> Result<Arc<Snapshot>, ProtocolError> {
        let ready = self.provider.ready().await;
        ready.map_err(|_| ProtocolError::Unavailable(self.provider.retry_after()))
    }

    /// Posts a form as this client (RFC 6749 §2.3).
    pub(super) async fn post(
        &self,
        endpoint: &Url,
        parameters: &[(&str, &str)],
    ) -> Result<HttpResponse, ProtocolError> {
        let basic = self.basic_credentials();
        let client_id = basic.is_none().then_some(("client_id", self.client_id));
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .extend_pairs(client_id)
            .extend_pairs(self.resource_parameters())
            .finish();
        let http = &self.provider.http;
        Ok(http.post_form(endpoint, form, basic.as_ref()).await?)
    }

    /// The `resource` parameters of authorization and token requests (RFC 8707 §2).
    pub(super) fn resource_parameters(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.resources.iter().map(|uri| ("resource", uri.as_str()))
    }

    /// The credentials of HTTP Basic; id and secret are form-encoded first (RFC 6749 §2.3.1).
    fn basic_credentials(&self) -> Option<Secret> {
        let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let secret = encode(self.client_secret?.expose());
        let pair = format!("{}:{secret}", encode(self.client_id));
        Some(Secret::new(STANDARD.encode(pair)))
    }
}

/// An endpoint without which the provider cannot be used.
pub(crate) fn required_endpoint(url: Option<&Url>) -> Result<&Url, ProtocolError> {
    url.ok_or(ProtocolError::UnusableResponse("endpoint_missing"))
}
