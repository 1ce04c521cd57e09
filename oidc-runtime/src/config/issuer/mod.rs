//! The issuers whose tokens count: the client's own provider, and those that it trusts besides.

mod builder;
mod check;
mod env;
mod introspection;
mod provider;

use std::sync::Arc;

pub use builder::Issuer;
pub(super) use check::{Shared, check_trusted};
pub(super) use env::trusted_from_variables;
pub use introspection::Introspect;
pub(super) use introspection::IntrospectionBuilder;
pub(crate) use introspection::IntrospectionSettings;
pub(super) use introspection::prefix_problem;
pub(crate) use provider::ProviderSettings;
pub(super) use provider::WELL_KNOWN;

use crate::client_auth::ClientCredentials;
use crate::token::Trust;

/// The settings of one issuer.
#[derive(Clone, Debug)]
pub(crate) struct IssuerSettings {
    pub(crate) trust: Arc<Trust>,
    pub(crate) provider: ProviderSettings,
    /// One of these must be in `aud`; `None` accepts any audience.
    pub(crate) audiences: Option<Vec<String>>,
    /// One of these must have obtained the token; `None` accepts any application.
    pub(crate) authorized_parties: Option<Vec<String>>,
    /// Whether a token for the client id need not be marked as an access token.
    pub(crate) accept_unmarked_tokens: bool,
    pub(crate) introspection: IntrospectionSettings,
    /// As which client the issuer is asked.
    pub(crate) client_id: String,
    pub(crate) credentials: ClientCredentials,
}

impl IssuerSettings {
    pub(crate) fn introspects(&self) -> bool {
        self.introspection.mode != Introspect::Never
    }

    /// The same issuer, for tokens with one of these audiences.
    pub(crate) fn for_audiences(&self, audiences: &[String]) -> Self {
        Self {
            trust: Arc::new(self.trust.for_audiences(audiences)),
            audiences: Some(audiences.to_vec()),
            ..self.clone()
        }
    }
}
