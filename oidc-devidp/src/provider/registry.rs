//! Clients that introduced themselves.

use std::collections::VecDeque;

use crate::config::Client;

/// Clients in the order in which they came. Anybody may come, so the oldest go in the end.
#[derive(Default)]
pub(super) struct Registry(VecDeque<Client>);

impl Registry {
    const CAPACITY: usize = 1_000;

    pub(super) fn get(&self, client_id: &str) -> Option<&Client> {
        let mut clients = self.0.iter();
        clients.find(|client| client.client_id == client_id)
    }

    /// Adds a client, in place of one with the same identifier.
    pub(super) fn add(&mut self, client: Client) {
        self.0.retain(|known| known.client_id != client.client_id);
        if self.0.len() == Self::CAPACITY {
            self.0.pop_front();
        }
        self.0.push_back(client);
    }
}
