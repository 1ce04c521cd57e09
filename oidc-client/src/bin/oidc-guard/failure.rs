//! Why a command could not do its work.

use oidc_client::{Error, StoreError};

use crate::exit::Exit;

/// An error for the person at the terminal, or for the script that reads standard error.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// For scripts; it never changes.
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(exit: Exit, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            exit,
            code,
            message: message.into(),
        }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, "usage", message)
    }

    /// Nobody has signed in to this server.
    pub(crate) fn sign_in_required(address: &str, reason: &str) -> Self {
        let message = format!("{reason}; sign in first: oidc-guard login {address}");
        Self::new(Exit::SignInRequired, "sign_in_required", message)
    }

    /// Of a command about this server.
    pub(crate) fn at(address: &str) -> impl Fn(Error) -> Self {
        move |error| match error {
            Error::SignInRequired(reason) => Self::sign_in_required(address, &reason.to_string()),
            other => other.into(),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let (exit, code) = match &error {
            Error::Settings(_) => (Exit::Usage, "usage"),
            Error::SignInRequired(_) => (Exit::SignInRequired, "sign_in_required"),
            Error::AccessDenied => (Exit::Failure, "access_denied"),
            Error::TimedOut => (Exit::Failure, "timed_out"),
            Error::NoDeviceFlow => (Exit::Failure, "no_device_flow"),
            Error::NoFreePort(_) => (Exit::Failure, "no_free_port"),
            Error::Unavailable(_) => (Exit::Unreachable, "unavailable"),
            Error::Store(_) => (Exit::Failure, "store"),
            Error::Refused(_) => (Exit::Failure, "refused"),
            Error::Unusable(_) | _ => (Exit::Failure, "unusable"),
        };
        Self::new(exit, code, error.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Error::from(error).into()
    }
}
