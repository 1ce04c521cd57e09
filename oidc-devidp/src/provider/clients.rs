//! Which clients there are.

use super::state::Provider;
use crate::config::Client;

impl Provider {
    pub(super) fn client(&self, client_id: &str) -> Option<Client> {
        self.config.client(client_id).cloned()
    }
}
