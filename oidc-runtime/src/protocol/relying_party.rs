//! The application as a client of its provider.

use std::sync::Arc;

use url::Url;

use super::authentication::Authentication;
use super::error::ProtocolError;
use crate::client_auth::ClientCredentials;
use crate::clock::SharedClock;
use crate::http::{HttpResponse, MAX_BODY_BYTES};
use crate::jose::Algorithm;
use crate::provider::{Metadata, Provider, Snapshot};

/// A client of one provider (RFC 6749 §1.1), with its credentials.
#[derive(Clone, Copy)]
pub(crate) struct RelyingParty<'c> {
    pub(crate) provider: &'c Arc<Provider>,
    pub(crate) client_id: &'c str,
    pub(crate) credentials: &'c ClientCredentials,
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

    /// Posts a form as this client (RFC 6749 §2.3) to an endpoint of the provider's metadata.
    pub(super) async fn post(
        &self,
        metadata: &Metadata,
        endpoint: &Url,
        parameters: &[(&str, &str)],
    ) -> Result<HttpResponse, ProtocolError> {
        self.post_for(metadata, endpoint, parameters, MAX_BODY_BYTES)
            .await
    }

    /// The same for a response of a limited size.
    pub(super) async fn post_for(
        &self,
        metadata: &Metadata,
        endpoint: &Url,
        parameters: &[(&str, &str)],
        limit: usize,
    ) -> Result<HttpResponse, ProtocolError> {
        let (id, credentials) = (self.client_id, self.credentials);
        let client = Authentication::decide(id, credentials, metadata, self.clock).await?;
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .extend_pairs(client.parameters(id))
            .extend_pairs(self.resource_parameters())
            .finish();
        let http = &self.provider.http;
        Ok(http
            .post_form(endpoint, form, client.basic(), limit)
            .await?)
    }

    /// The name of the method by which it authenticates, for logs.
    pub(super) fn auth_method(&self, metadata: &Metadata) -> &'static str {
        let offered = &metadata.token_endpoint_auth_methods;
        self.credentials.method_name(offered)
    }

    /// The `resource` parameters of authorization and token requests (RFC 8707 §2).
    pub(super) fn resource_parameters(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.resources.iter().map(|uri| ("resource", uri.as_str()))
    }
}

/// An endpoint without which the provider cannot be used.
pub(crate) fn required_endpoint(url: Option<&Url>) -> Result<&Url, ProtocolError> {
    url.ok_or(ProtocolError::UnusableResponse("endpoint_missing"))
}
