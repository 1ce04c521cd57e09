//! Which clients there are.

use super::state::Provider;
use crate::config::Client;
use crate::sync::lock;

impl Provider {
    pub(super) fn client(&self, client_id: &str) -> Option<Client> {
        let configured = self.config.client(client_id).cloned();
        configured.or_else(|| lock(&self.store).registered.get(client_id).cloned())
    }
}
