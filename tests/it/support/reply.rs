//! The response of an application, and the expected one.

use reqwest::RequestBuilder;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::Value;

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the application responds");
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await.expect("the body is text"),
        }
    }

    /// # Panics
    ///
    /// If the response is another one; the message names `case`.
    pub(crate) fn assert(&self, case: &str, expected: &Expected) {
        if let Err(problem) = self.check(expected) {
            panic!("{case}: {problem}");
        }
    }

    /// Compares with `expected`, and with the form that every rejection has to have.
    pub(crate) fn check(&self, expected: &Expected) -> Result<(), String> {
        let complain = |what: &str| Err(format!("{what}\n    expected {expected:?}\n    {self:?}"));
        if self.status != expected.status {
            return complain("another status");
        }
        if !expected.body.iter().all(|part| self.body.contains(part)) {
            return complain("another body");
        }
        let challenge = self.challenge();
        if !expected
            .challenge
            .iter()
            .all(|part| challenge.contains(part))
        {
            return complain("another challenge");
        }
        match self.status {
            200 if challenge.is_empty() => Ok(()),
            200 => complain("a challenge beside success"),
            _ => match self.malformation(expected.error) {
                Some(problem) => complain(problem),
                None => Ok(()),
            },
        }
    }

    /// The value of `WWW-Authenticate`, or nothing.
    pub(crate) fn challenge(&self) -> String {
        let fields: Vec<_> = self.headers.get_all(WWW_AUTHENTICATE).iter().collect();
        assert!(fields.len() <= 1, "several challenges: {fields:?}");
        let challenge = fields.first().map(|field| field.to_str());
        challenge.map_or("", |text| text.expect("ASCII")).to_owned()
    }

    /// What is missing in this rejection and required of all.
    fn malformation(&self, error: Option<&str>) -> Option<&'static str> {
        if self
            .headers
            .get(CONTENT_TYPE)
            .is_none_or(|value| value != "application/json")
        {
            return Some("the content type is not JSON");
        }
        let Ok(body) = serde_json::from_str::<Value>(&self.body) else {
            return Some("the body is not JSON");
        };
        if body["detail"] != body["error_description"] || body["detail"].as_str().is_none() {
            return Some("no sentence, or two");
        }
        if body["error"].as_str() != error {
            return Some("another error");
        }
        let challenge = self.challenge();
        if self.status >= 500 {
            let pause = self.headers.get(RETRY_AFTER).map(|value| value.to_str());
            let waits = pause.is_some_and(|text| {
                text.is_ok_and(|text| text.parse::<u64>().is_ok_and(|seconds| seconds > 0))
            });
            return (!challenge.is_empty() || waits != (self.status == 503))
                .then_some("a challenge, or another Retry-After");
        }
        let named = error.is_some_and(|error| challenge.contains(&format!("error=\"{error}\"")));
        (!challenge.starts_with("Bearer realm=\"") || named != challenge.contains("error="))
            .then_some("the challenge is not of the form of RFC 6750")
    }
}

/// The response that a case requires.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    status: u16,
    error: Option<&'static str>,
    challenge: Vec<String>,
    body: Vec<&'static str>,
}

/// 200 with this in the body.
pub(crate) fn ok(part: &'static str) -> Expected {
    Expected {
        body: vec![part],
        ..rejection(200, None)
    }
}

/// 401 of a request without credentials, which has no error code.
pub(crate) fn anonymous() -> Expected {
    Expected {
        body: vec!["not authenticated"],
        ..rejection(401, None)
    }
}

/// 401 of a token that is not genuine, or not for us.
pub(crate) fn invalid_token() -> Expected {
    rejection(401, Some("invalid_token"))
}

/// 400 of credentials that are none.
pub(crate) fn malformed() -> Expected {
    rejection(400, Some("invalid_request"))
}

/// 403 of a genuine token without these scopes; the challenge names all that the route needs.
pub(crate) fn needs_scope(needed: &str, missing: &'static str) -> Expected {
    Expected {
        challenge: vec![format!(", scope=\"{needed}\"")],
        body: vec![missing],
        ..rejection(403, Some("insufficient_scope"))
    }
}

/// 403 of a genuine token that a rule about claims or a check denies.
pub(crate) fn denied() -> Expected {
    rejection(403, Some("access_denied"))
}

/// 401 that requires another authentication (RFC 9470 §3).
pub(crate) fn step_up(parameters: &[&str]) -> Expected {
    Expected {
        challenge: parameters.iter().map(|&part| part.to_owned()).collect(),
        ..rejection(401, Some("insufficient_user_authentication"))
    }
}

/// 401 of a genuine token where none helps.
pub(crate) fn session_required() -> Expected {
    let description = "a browser session is required";
    Expected {
        challenge: vec![format!("error_description=\"{description}\"")],
        body: vec![description],
        ..rejection(401, Some("invalid_token"))
    }
}

/// 503 while the provider is needed and unreachable.
pub(crate) fn unavailable() -> Expected {
    rejection(503, Some("temporarily_unavailable"))
}

/// Any other rejection.
pub(crate) fn rejection(status: u16, error: Option<&'static str>) -> Expected {
    Expected {
        status,
        error,
        challenge: Vec::new(),
        body: Vec::new(),
    }
}
