//! Handles of a client for routes that belong to tenants.

use super::oidc::Oidc;
use super::tenants::Tenants;
use crate::config::ConfigError;
use crate::request::RequestParts;

impl Oidc {
    /// The same client for routes at which each request belongs to a tenant, whose users come from one
    /// issuer: it shares keys, caches and the sign-in.
    ///
    /// A token of another issuer is rejected with 403 and the code `issuer_denied`, and a request
    /// without a tenant, or with one that is no issuer of this client, with 404 and the code
    /// `tenant_unknown`, whatever it carries, unless the route is public. The tenant's issuer counts as named by the rule of the
    /// route, so it need not be trusted [everywhere](crate::Issuer::everywhere).
    ///
    /// ```
    /// use oidc::{Issuer, Oidc, Tenants};
    ///
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = Oidc::builder()
    ///     .client_id("shop")
    ///     .discovery_url("https://login.example.org")
    ///     .trust("partner", Issuer::at("https://id.partner.example").audience("shop-api"))
    ///     .build()?;
    /// let tenants = Tenants::by_host([("shop.example", "own"), ("partner.shop.example", "partner")]);
    /// let oidc = oidc.for_tenants(tenants)?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// If a host is mapped to a name that is no issuer of this client.
    pub fn for_tenants(&self, tenants: Tenants) -> Result<Self, ConfigError> {
        for name in tenants.names() {
            if self.issuer(name).is_none() {
                let problem = format!("names `{}`, which is no issuer", name.escape_debug());
                return Err(ConfigError::new("tenants", &problem));
            }
        }
        Ok(self.with_tenants(tenants))
    }

    /// The issuer that the request belongs to: none in particular without tenants, and an error if there
    /// has to be one.
    #[inline]
    pub(crate) fn tenant_of(
        &self,
        request: &RequestParts<'_>,
    ) -> Result<Option<&str>, UnknownTenant> {
        match self.tenants() {
            None => Ok(None),
            Some(tenants) => self.find_tenant(tenants, request).map(Some),
        }
    }

    #[inline(never)]
    fn find_tenant(
        &self,
        tenants: &Tenants,
        request: &RequestParts<'_>,
    ) -> Result<&str, UnknownTenant> {
        let name = tenants.of(request).ok_or(UnknownTenant)?;
        self.issuer(&name).ok_or(UnknownTenant)
    }

    /// Whether requests belong to tenants.
    #[cfg(feature = "utoipa")]
    pub(crate) fn has_tenants(&self) -> bool {
        self.tenants().is_some()
    }

    /// Whether requests may belong to this issuer.
    #[cfg(feature = "utoipa")]
    pub(crate) fn may_have_tenant(&self, issuer: &str) -> bool {
        self.tenants()
            .is_none_or(|tenants| tenants.may_name(issuer))
    }

    fn issuer(&self, name: &str) -> Option<&str> {
        let mut names = self.config().issuer_names();
        names.find(|known| *known == name)
    }
}

/// The request belongs to nobody's tenant.
pub(crate) struct UnknownTenant;
