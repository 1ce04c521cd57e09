//! Client authentication (RFC 6749 §2.3).

use aws_lc_rs::constant_time;
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use super::oauth_error::OAuthError;
use super::params::Params;
use super::state::Provider;
use crate::config::Client;

struct Credentials {
    client_id: String,
    secret: Option<String>,
    over_http: bool,
}

impl Provider {
    /// The client that sent a request, once it is authenticated.
    pub(super) async fn authenticate(
        &self,
        headers: &HeaderMap,
        params: &Params,
    ) -> Result<Client, OAuthError> {
        let given = credentials(headers, params)?;
        let invalid = |text: &str| OAuthError::invalid_client(text, given.over_http);
        let client = self.client(&given.client_id).await;
        let client = client.map_err(|text| invalid(&text))?;
        match (&client.client_secret, &given.secret) {
            (None, None) => Ok(client),
            (Some(known), Some(sent)) if equal(known, sent) => Ok(client),
            (Some(_), Some(_)) => Err(invalid("wrong client secret")),
            (Some(_), None) => Err(invalid("the client has to authenticate")),
            (None, Some(_)) => Err(invalid("a public client has no secret")),
        }
    }
}

fn credentials(headers: &HeaderMap, params: &Params) -> Result<Credentials, OAuthError> {
    let in_body = params.get("client_secret").map(str::to_owned);
    let Some(header) = headers.get(header::AUTHORIZATION) else {
        let missing = || OAuthError::invalid_client("client_id is missing", false);
        let client_id = params.get("client_id").ok_or_else(missing)?.to_owned();
        return Ok(Credentials {
            client_id,
            secret: in_body,
            over_http: false,
        });
    };
    let malformed = || OAuthError::invalid_client("malformed Authorization header", true);
    let (client_id, secret) = header.to_str().ok().and_then(basic).ok_or_else(malformed)?;
    // RFC 6749 §2.3: not more than one method in each request.
    if in_body.is_some() {
        return Err(OAuthError::invalid_request(
            "two ways of client authentication",
        ));
    }
    if params
        .get("client_id")
        .is_some_and(|also| also != client_id)
    {
        return Err(OAuthError::invalid_request("two different clients"));
    }
    Ok(Credentials {
        client_id,
        secret: Some(secret).filter(|secret| !secret.is_empty()),
        over_http: true,
    })
}

/// RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (client_id, secret) = decoded.split_once(':')?;
    Some((form_decode(client_id)?, form_decode(secret)?))
}

fn form_decode(part: &str) -> Option<String> {
    if part.contains('&') {
        return None;
    }
    let pair = format!("={part}");
    let decoded = form_urlencoded::parse(pair.as_bytes())
        .next()?
        .1
        .into_owned();
    Some(decoded)
}

fn equal(known: &str, sent: &str) -> bool {
    constant_time::verify_slices_are_equal(known.as_bytes(), sent.as_bytes()).is_ok()
}
