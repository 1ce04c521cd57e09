//! Adds what a client demands of every token to a matrix.

use super::demanded::demands;
use super::matrix::AccessMatrix;
use crate::client::Oidc;

impl AccessMatrix {
    /// Adds what the client demands of every token ([`OidcBuilder::require`](crate::OidcBuilder::require)),
    /// so that it is shown, and locked. The client is the one that guards the handlers: the one in
    /// the router's state, or in `app_data`. Layers bring what their own client demands.
    ///
    /// ```no_run
    /// # use oidc::{Oidc, access::AccessMatrix};
    /// # let oidc = Oidc::from_env().unwrap();
    /// # let matrix = AccessMatrix::default();
    /// matrix.for_client(&oidc).assert_locked("policy.lock");
    /// ```
    #[must_use]
    pub fn for_client(mut self, oidc: &Oidc) -> Self {
        self.client = Some(demands(oidc));
        self
    }
}
