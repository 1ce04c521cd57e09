//! Assertions by which clients authenticate with their keys (RFC 7523 §3).

use serde_json::Value;

use super::state::Provider;
use crate::config::Client;
use crate::endpoint::Endpoint;
use crate::jwt::{self, Jws};
use crate::sync::lock;

/// How many seconds ahead `exp` may be. Each `jti` is remembered as long.
const MAX_LIFETIME: u64 = 300;

/// RFC 7521 §5.2 recommends more, for JWTs that many know; what is no identifier only takes memory.
const MAX_ID: usize = 256;

impl Provider {
    /// Checks that this client made the assertion for us, a moment ago, and that it comes for the first
    /// time.
    pub(super) fn check_assertion(
        &self,
        client: &Client,
        assertion: &str,
    ) -> Result<(), &'static str> {
        let jws = jwt::parse(assertion).ok_or("the assertion is not a JWT")?;
        self.check_signature(client, &jws)?;
        let claims = &jws.claims;
        let client_id = client.client_id.as_str();
        if claims["iss"] != client_id || claims["sub"] != client_id {
            return Err("iss and sub of the assertion must be the client_id");
        }
        if !self.is_audience(&claims["aud"]) {
            return Err("aud of the assertion must be the issuer or the token endpoint");
        }
        let now = self.clock.seconds();
        let expires = check_times(claims, now)?;
        let id = claims["jti"].as_str().unwrap_or_default();
        if id.is_empty() || id.len() > MAX_ID {
            return Err("jti of the assertion must have 1 to 256 bytes");
        }
        let is_new = lock(&self.store).use_assertion(client_id, id, expires, now);
        is_new.then_some(()).ok_or("the assertion was used already")
    }

    fn check_signature(&self, client: &Client, jws: &Jws<'_>) -> Result<(), &'static str> {
        let mut algorithms = self.config.assertion_algorithms().iter();
        let algorithm = algorithms.find(|algorithm| jws.header["alg"] == algorithm.name());
        let algorithm = *algorithm.ok_or("alg of the assertion is not supported")?;
        // RFC 7515 §4.1.11: none is understood here.
        if jws.header.get("crit").is_some() {
            return Err("the assertion has critical header parameters");
        }
        let kid = jws.header["kid"].as_str();
        let mut keys = client.public_keys.iter().filter(|key| key.is_called(kid));
        let message = jws.message.as_bytes();
        keys.any(|key| key.verifies(algorithm, message, &jws.signature))
            .then_some(())
            .ok_or("no key of the client verifies the assertion")
    }

    /// One audience and no other: an assertion for several servers could be used by one at another.
    fn is_audience(&self, aud: &Value) -> bool {
        let only = match aud.as_array().map(Vec::as_slice) {
            Some([only]) => only,
            Some(_) => return false,
            None => aud,
        };
        let token_endpoint = format!("{}{}", self.base(), Endpoint::Token.path());
        *only == self.issuer.as_str() || *only == token_endpoint.as_str()
    }
}

/// Returns `exp`.
fn check_times(claims: &Value, now: u64) -> Result<u64, &'static str> {
    let exp = claims["exp"].as_u64();
    let exp = exp.ok_or("the assertion has no exp in whole seconds")?;
    if exp <= now {
        return Err("the assertion has expired");
    }
    if exp > now + MAX_LIFETIME {
        return Err("exp of the assertion must be at most 300 seconds ahead");
    }
    let begins = ["nbf", "iat"].map(|name| &claims[name]);
    let has_begun = |time: &Value| time.is_null() || time.as_u64().is_some_and(|time| time <= now);
    if begins.into_iter().all(has_begun) {
        Ok(exp)
    } else {
        Err("nbf and iat of the assertion must not be ahead")
    }
}
