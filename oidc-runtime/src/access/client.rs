//! Adds a client's global policies to a matrix.

use super::demanded::demands;
use super::matrix::AccessMatrix;
use crate::client::Oidc;

impl AccessMatrix {
    /// Adds the client's global policies ([`OidcBuilder::require`](crate::OidcBuilder::require)),
    /// so that they are printed, and compared with the lock file.
    ///
    /// Pass the client that guards the handlers: the one in the router's state, or in `app_data`.
    /// The guards of a layer already include the global policies of the layer's own client. The
    /// client may be a dummy, because this does no I/O.
    ///
    /// ```
    /// use oidc::{Oidc, access::AccessMatrix};
    ///
    /// #[oidc::policy(claims(tenant = "acme"))]
    /// struct Tenant;
    ///
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = Oidc::builder()
    ///     .client_id("app")
    ///     .discovery_url("https://login.example.org")
    ///     .require(Tenant)
    ///     .build()?;
    /// let matrix = AccessMatrix::default().for_client(&oidc);
    /// assert!(matrix.to_string().ends_with("Every token: policy = Tenant\n"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn for_client(mut self, oidc: &Oidc) -> Self {
        self.client = Some(demands(oidc));
        self
    }
}
