//! An error response of the provider (RFC 6749 §5.2), and its log event.

use crate::provider::Metadata;
use crate::telemetry;

/// An error response, with the context that the log event needs. It contains no secrets.
#[derive(Debug)]
pub(crate) struct TokenEndpointError {
    /// The status of the provider's response.
    pub(crate) status: u16,
    /// The provider's `error`, or the code that its status implies.
    pub(crate) error: String,
    /// Whether the provider said so in the form of §5.2, rather than a proxy in front of it.
    #[cfg_attr(
        not(feature = "sessions"),
        expect(dead_code, reason = "only sessions end by it")
    )]
    pub(crate) is_stated: bool,
    /// How this application authenticated to the provider.
    client_auth: &'static str,
    /// The authentication methods that the discovery document lists.
    auth_methods: Vec<String>,
    advice: Advice,
}

/// Advice for the operator in the log event.
#[derive(Debug)]
pub(super) enum Advice {
    /// None: the user or the provider caused the error.
    Nothing,
    /// The configuration may be wrong, but users can cause the error as well.
    Hint(&'static str),
    /// The configuration is wrong.
    Remedy(&'static str),
}

impl TokenEndpointError {
    pub(super) fn new(
        status: u16,
        error: String,
        is_stated: bool,
        advice: Advice,
        client_auth: &'static str,
        metadata: &Metadata,
    ) -> Self {
        Self {
            status,
            error,
            is_stated,
            client_auth,
            auth_methods: metadata.token_endpoint_auth_methods.clone(),
            advice,
        }
    }

    /// Logs one event; `status` is the one of the response to the client.
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
            Advice::Nothing => event!(debug, "the provider rejected a sign-in request"),
            Advice::Hint(hint) => event!(info, "the provider rejected a sign-in request; {hint}"),
            Advice::Remedy(remedy) => {
                event!(
                    warn,
                    "the provider rejected a request of this application: {remedy}"
                );
            }
        }
    }
}
