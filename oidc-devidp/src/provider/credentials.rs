//! What a request presents to authenticate its client (RFC 6749 §2.3, RFC 7521 §4.2).

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use super::oauth_error::OAuthError;
use super::params::Params;
use crate::config::AuthMethod;
use crate::jwt;

/// RFC 7523 §2.2.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub(super) struct Credentials {
    pub(super) client_id: String,
    pub(super) proof: Proof,
}

/// Not yet checked, and not shown by `Debug`.
pub(super) enum Proof {
    Basic(String),
    Post(String),
    Assertion(String),
    None,
}

impl Proof {
    pub(super) fn method(&self) -> AuthMethod {
        match self {
            Self::Basic(_) => AuthMethod::ClientSecretBasic,
            Self::Post(_) => AuthMethod::ClientSecretPost,
            Self::Assertion(_) => AuthMethod::PrivateKeyJwt,
            Self::None => AuthMethod::None,
        }
    }

    pub(super) fn is_over_http(&self) -> bool {
        matches!(self, Self::Basic(_))
    }
}

pub(super) fn credentials(headers: &HeaderMap, params: &Params) -> Result<Credentials, OAuthError> {
    let in_header: Vec<_> = headers.get_all(header::AUTHORIZATION).iter().collect();
    let secret = params.get("client_secret");
    let assertion = ["client_assertion", "client_assertion_type"];
    let has_assertion = assertion.iter().any(|name| params.get(name).is_some());
    let ways = in_header.len() + usize::from(secret.is_some()) + usize::from(has_assertion);
    // RFC 6749 §2.3: not more than one method in each request.
    if ways > 1 {
        return Err(OAuthError::invalid_request(
            "two ways of client authentication",
        ));
    }
    match (in_header.first(), secret) {
        (Some(header), _) => in_authorization(header, params),
        (None, Some(secret)) => Ok(Credentials {
            client_id: client_id(params)?,
            proof: Proof::Post(secret.to_owned()),
        }),
        (None, None) if has_assertion => in_assertion(params),
        (None, None) => Ok(Credentials {
            client_id: client_id(params)?,
            proof: Proof::None,
        }),
    }
}

fn client_id(params: &Params) -> Result<String, OAuthError> {
    let missing = || OAuthError::invalid_client("client_id is missing", false);
    params
        .get("client_id")
        .map(str::to_owned)
        .ok_or_else(missing)
}

fn in_authorization(header: &HeaderValue, params: &Params) -> Result<Credentials, OAuthError> {
    let malformed = || OAuthError::invalid_client("malformed Authorization header", true);
    let (client_id, secret) = header.to_str().ok().and_then(basic).ok_or_else(malformed)?;
    if params
        .get("client_id")
        .is_some_and(|also| also != client_id)
    {
        return Err(OAuthError::invalid_request("two different clients"));
    }
    Ok(Credentials {
        client_id,
        proof: Proof::Basic(secret),
    })
}

/// RFC 7521 §4.2: `client_id` may be left out, for the assertion names the client.
fn in_assertion(params: &Params) -> Result<Credentials, OAuthError> {
    let invalid = |text| OAuthError::invalid_client(text, false);
    if params.get("client_assertion_type") != Some(JWT_BEARER) {
        return Err(invalid("client_assertion_type is not that of a JWT"));
    }
    let assertion = params.get("client_assertion").unwrap_or_default();
    let jws = jwt::parse(assertion).ok_or_else(|| invalid("client_assertion is not a JWT"))?;
    let named = params.get("client_id").or(jws.claims["sub"].as_str());
    let client_id = named.ok_or_else(|| invalid("client_assertion has no sub"))?;
    Ok(Credentials {
        client_id: client_id.to_owned(),
        proof: Proof::Assertion(assertion.to_owned()),
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
