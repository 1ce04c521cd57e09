//! A response of the application.

use std::time::SystemTime;

use oidc_runtime::for_client::{Secret, object};
use serde_json::{Map, Value};

use super::refusal::Refusal;
use crate::error::Error;

/// A complete response. It has no `Debug`, because it may contain tokens.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    /// When the application sent it, by its own clock.
    pub(crate) date: Option<SystemTime>,
    pub(crate) is_json: bool,
    pub(crate) body: Vec<u8>,
    /// What was sent, and must not be shown if it comes back.
    pub(crate) secrets: Vec<Secret>,
}

impl Answer {
    pub(crate) fn is_redirect(&self) -> bool {
        (300..400).contains(&self.status)
    }

    /// The JSON object of a successful response.
    pub(crate) fn json(&self) -> Result<Map<String, Value>, Error> {
        if self.status != 200 {
            return Err(self.error());
        }
        if !self.is_json {
            return Err(Error::unusable(
                "the response of the application is not JSON: is the address right, with its path?",
            ));
        }
        object(&self.body).ok_or_else(|| {
            Error::unusable("the response of the application is no JSON object with unique members")
        })
    }

    /// The error in it, as far as there is one.
    pub(crate) fn refusal(&self) -> Refusal {
        let json = self.is_json.then_some(&*self.body);
        Refusal::new(self.status, json, &self.secrets)
    }

    /// What a response other than the expected one means.
    pub(crate) fn error(&self) -> Error {
        let refusal = self.refusal();
        match self.status {
            200..300 => Error::unusable(format!(
                "the answer of the application is not the expected one (status {}): is the address right, with \
                 its path?",
                self.status
            )),
            300..400 => Error::unusable(
                "the application redirects to another address, which is not followed",
            ),
            404 | 405 if refusal.code().is_none() => Error::unusable(format!(
                "the application has no such endpoint (status {}): is the address right, with its \
                 path?",
                self.status
            )),
            429 | 500.. => Error::Unavailable(format!("the application is in trouble: {refusal}")),
            _ => Error::Refused(refusal),
        }
    }
}
