//! Requests to the application: limited in time and size, without redirects.

mod answer;
mod refusal;
mod token_answer;

use std::time::{Duration, SystemTime};

use oidc_runtime::for_client::{
    BodyError, HttpSettings, Secret, http_client, is_json, limited_body,
};
use reqwest::header::{ACCEPT, CONTENT_LENGTH, DATE, HeaderMap, LOCATION};
use reqwest::{Certificate, RequestBuilder};
use url::Url;

use crate::error::Error;
pub(crate) use answer::Answer;
pub use refusal::Refusal;
pub(crate) use token_answer::token;

/// The largest accepted response.
const MAX_BODY_BYTES: usize = 1024 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The only member of a form that is no secret.
const REDIRECT_URI: &str = "redirect_uri";

/// The HTTP client for one application.
#[derive(Clone, Debug)]
pub(crate) struct Http(reqwest::Client);

impl Http {
    /// `proxies` says whether those of the environment are used.
    pub(crate) fn new(
        timeout: Duration,
        root_certificates: Vec<Certificate>,
        proxies: bool,
    ) -> Result<Self, Error> {
        let client = http_client(HttpSettings {
            timeout,
            connect_timeout: CONNECT_TIMEOUT.min(timeout),
            root_certificates,
            proxies,
        });
        match client {
            Ok(client) => Ok(Self(client)),
            Err(error) => Err(Error::settings(format!("TLS cannot be set up: {error}"))),
        }
    }

    /// Fetches what may be a redirect, which is not followed.
    pub(crate) async fn get(&self, url: Url) -> Result<Answer, Error> {
        send(self.0.get(url), Vec::new()).await
    }

    pub(crate) async fn get_with_bearer(&self, url: Url, token: &str) -> Result<Answer, Error> {
        send(self.0.get(url).bearer_auth(token), vec![Secret::new(token)]).await
    }

    pub(crate) async fn post(&self, url: Url, form: &[(&str, &str)]) -> Result<Answer, Error> {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let length = body.len();
        let request = self.0.post(url).body(body);
        // Of an empty body it is left out otherwise, and some proxies insist on it (RFC 9110 §8.6).
        let request = request.header(CONTENT_LENGTH, length);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let secrets = form.iter().filter(|(name, _)| *name != REDIRECT_URI);
        send(
            request,
            secrets.map(|(_, value)| Secret::new(*value)).collect(),
        )
        .await
    }
}

/// The error never contains the URL, which may carry a state.
async fn send(request: RequestBuilder, secrets: Vec<Secret>) -> Result<Answer, Error> {
    let response = request.header(ACCEPT, "application/json").send().await;
    let mut response = response.map_err(|error| failure(&error))?;
    let headers = response.headers();
    let answer = Answer {
        status: response.status().as_u16(),
        location: location(headers),
        date: date(headers),
        is_json: is_json(headers),
        body: Vec::new(),
        secrets,
    };
    if answer.is_redirect() {
        return Ok(answer);
    }
    match limited_body(&mut response, MAX_BODY_BYTES).await {
        Ok(body) => Ok(Answer { body, ..answer }),
        Err(BodyError::TooLarge) => Err(Error::unusable(
            "the response of the application is larger than 1 MiB",
        )),
        Err(BodyError::Lost) => Err(Error::Unavailable(
            "the connection to the application was lost".to_owned(),
        )),
    }
}

fn failure(error: &reqwest::Error) -> Error {
    if error.is_builder() {
        return Error::unusable("the request to the application cannot be built");
    }
    let problem = if error.is_timeout() {
        "the application does not respond in time"
    } else if error.is_connect() {
        "the application cannot be reached"
    } else {
        "the connection to the application was lost"
    };
    Error::Unavailable(match cause(error) {
        Some(cause) => format!("{problem}: {cause}"),
        None => problem.to_owned(),
    })
}

/// The innermost cause, such as "connection refused", or a certificate that is not trusted.
fn cause(error: &reqwest::Error) -> Option<String> {
    let mut cause = std::error::Error::source(error)?;
    while let Some(next) = cause.source() {
        cause = next;
    }
    Some(crate::text::printable(&cause.to_string()))
}

/// The only one, if it is text.
fn location(headers: &HeaderMap) -> Option<String> {
    let mut all = headers.get_all(LOCATION).iter();
    let only = all.next().filter(|_| all.next().is_none())?;
    only.to_str().ok().map(str::to_owned)
}

fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()
}
