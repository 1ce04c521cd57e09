//! An error response of the provider, and what the log reports about it (RFC 6749 §5.2).

use crate::provider::Metadata;
use crate::telemetry;

/// OpenID Connect Core §9.
pub(super) const BASIC: &str = "client_secret_basic";

/// An error response, with what the log needs to explain it. Nothing in it is secret.
#[derive(Debug)]
pub(crate) struct TokenEndpointError {
    /// The status of the provider's response.
    pub(crate) status: u16,
    /// The provider's `error`, or what its status stands for.
    pub(crate) error: String,
    /// How this application authenticated to the provider.
    client_auth: &'static str,
    /// What the discovery document offers for that.
    auth_methods: Vec<String>,
    advice: Advice,
}

/// What the log says beside the code.
#[derive(Debug)]
pub(super) enum Advice {
    /// It is a matter between the user and the provider.
    Nothing,
    /// The application may be at fault, but users cause it as well.
    Hint(&'static str),
    /// The application is at fault.
    Remedy(&'static str),
}

impl TokenEndpointError {
    pub(super) fn new(
        status: u16,
        error: String,
        advice: Advice,
        has_secret: bool,
        metadata: &Metadata,
    ) -> Self {
        Self {
            status,
            error,
            client_auth: if has_secret { BASIC } else { "none" },
            auth_methods: metadata.token_endpoint_auth_methods.clone(),
            advice,
        }
    }

    /// One event, with the status that the client is told.
    pub(crate) fn report(&self, endpoint: &'static str, status: u16, code: &'static str) {
        telemetry::refused(code);
        macro_rules! event {
            ($level:ident, $($message:tt)+) => {
                tracing::$level!(
                    code,
                    status,
                    endpoint,
                    error = self.error,
                    provider_status = self.status,
                    client_auth = self.client_auth,
                    auth_methods_supported = ?self.auth_methods,
                    $($message)+
                )
            };
        }
        match self.advice {
            Advice::Nothing => event!(debug, "the provider refused a sign-in request"),
            Advice::Hint(hint) => event!(info, "the provider refused a sign-in request; {hint}"),
            Advice::Remedy(remedy) => {
                event!(
                    warn,
                    "the provider refused a request of this application: {remedy}"
                );
            }
        }
    }
}
