//! Why the server rejects a token, in plain sentences. The code is the server's; the sentence for it
//! compares the token with the settings.

mod application;
mod audience;
mod claims;
mod issuer;
mod kind;
mod shape;
mod signature;
#[cfg(test)]
mod tests;
mod time;

use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;

use super::expected::{Expected, Issuer};
use super::reading::Reading;

/// A reason with its remedy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Reason {
    /// The code in the server's log.
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) fix: String,
}

/// A sentence and what to do.
type Words = (String, String);

/// What is known about a token and about the server.
pub(crate) struct Case<'c> {
    pub(crate) token: &'c Reading,
    pub(crate) expected: &'c Expected,
    pub(crate) now: SystemTime,
}

impl Case<'_> {
    /// Who is said to have issued the token, if the server accepts that one; else its own provider.
    fn issuer(&self) -> &Issuer {
        self.expected.issuer(self.token.text("iss"))
    }

    fn now_seconds(&self) -> f64 {
        self.now
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs_f64()
    }

    /// The sentence for the code of the server's rejection.
    pub(crate) fn explain(&self, code: &str) -> Reason {
        let (message, fix) = match code {
            "token_expired" => time::expired(self),
            "token_not_yet_valid" => time::not_yet_valid(self),
            "token_issued_in_future" => time::issued_in_future(self),
            "audience_mismatch" => audience::explain(self),
            "issuer_mismatch" => issuer::mismatch(self),
            "issuer_denied" => issuer::denied(self),
            "azp_mismatch" => application::explain(self),
            "not_an_access_token" => kind::other(self),
            "typ_not_allowed" => kind::type_of_header(self),
            "token_bound" => kind::bound(self),
            "claims_malformed" => claims::explain(self),
            "alg_not_allowed" => signature::algorithm(self),
            "kid_unknown" => signature::unknown_key(self),
            "kid_missing" => signature::no_key(),
            "signature_invalid" => signature::invalid(self),
            "header_unsupported" => signature::extension(self),
            "token_malformed" => shape::malformed(self),
            "token_encrypted" => shape::encrypted(),
            "token_too_large" => shape::too_large(self),
            "credentials_malformed" => shape::characters(),
            "token_inactive" => shape::inactive(self),
            "provider_unavailable" => issuer::unavailable(self),
            "introspection_failed"
            | "introspection_unauthorized"
            | "client_assertion_unavailable" => issuer::unanswered(self, code),
            other => (
                format!("the server rejects it with `{other}`"),
                "look the code up in the chapter on operations of the guide".to_owned(),
            ),
        };
        Reason {
            code: code.to_owned(),
            message,
            fix,
        }
    }

    /// What else the server would reject the token for, once the reason with this code is mended.
    pub(crate) fn further(&self, code: &str) -> Vec<Reason> {
        let found = [
            ("issuer_mismatch", issuer::differs(self)),
            ("audience_mismatch", audience::differs(self)),
            ("azp_mismatch", application::differs(self)),
            ("token_bound", kind::is_bound(self)),
            ("token_expired", time::is_expired(self)),
            ("token_not_yet_valid", time::is_early(self)),
        ];
        let others = found
            .into_iter()
            .filter(|(other, differs)| *differs && *other != code);
        others.map(|(other, _)| self.explain(other)).collect()
    }
}
