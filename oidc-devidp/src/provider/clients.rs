//! Which clients there are: those of the configuration, and those that introduced themselves.

use super::client_document::{fetch, is_address};
use super::state::Provider;
use crate::config::Client;
use crate::sync::lock;

impl Provider {
    /// The client of a request, or why there is none. A document that was read before is not read
    /// again.
    pub(super) async fn client(&self, client_id: &str) -> Result<Client, String> {
        match self.known_client(client_id) {
            Some(client) => Ok(client),
            None => self.read_document(client_id).await,
        }
    }

    /// The client of a request that begins a sign-in: as its document is now.
    pub(super) async fn present_client(&self, client_id: &str) -> Result<Client, String> {
        match self.registered_client(client_id) {
            Some(client) => Ok(client),
            None => self.read_document(client_id).await,
        }
    }

    pub(super) fn known_client(&self, client_id: &str) -> Option<Client> {
        let registered = self.registered_client(client_id);
        registered.or_else(|| lock(&self.store).documents.get(client_id).cloned())
    }

    fn registered_client(&self, client_id: &str) -> Option<Client> {
        let configured = self.config.client(client_id).cloned();
        configured.or_else(|| lock(&self.store).registered.get(client_id).cloned())
    }

    async fn read_document(&self, client_id: &str) -> Result<Client, String> {
        if !self.config.client_metadata_documents || !is_address(client_id) {
            return Err("Unknown client.".to_owned());
        }
        let client = fetch(client_id).await;
        let client =
            client.map_err(|text| format!("The metadata document does not count: {text}."))?;
        lock(&self.store).documents.add(client.clone());
        Ok(client)
    }
}
