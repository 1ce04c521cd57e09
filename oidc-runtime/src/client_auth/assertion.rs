//! Assertions that a client signs with its own key (RFC 7523 §3).

use aws_lc_rs::error::Unspecified;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use super::key::ClientKeyPair;
use crate::clock::UnixSeconds;
use crate::jose::Algorithm;
use crate::random::random;
use crate::secret::Secret;

/// How long an assertion is valid, in seconds.
const LIFETIME: UnixSeconds = 60;

/// What an assertion says.
pub(crate) struct Assertion<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) audience: &'a str,
    pub(crate) issued_at: UnixSeconds,
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    typ: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
}

/// `aud` is one string: a list invites providers to accept an assertion for another one
/// (RFC 7523 §3, item 3). There is no `nbf`, which would fail at providers whose clock is behind.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: UnixSeconds,
    exp: UnixSeconds,
    jti: String,
}

impl Assertion<'_> {
    /// Signs it for a provider that accepts these algorithms, or does not say.
    pub(crate) fn sign(
        &self,
        key: &ClientKeyPair,
        accepted: Option<&[Algorithm]>,
    ) -> Result<Secret, Unspecified> {
        let algorithm = key.algorithm(accepted);
        let header = Header {
            alg: algorithm.name(),
            typ: "JWT",
            kid: key.id.as_deref(),
        };
        let claims = Claims {
            iss: self.client_id,
            sub: self.client_id,
            aud: self.audience,
            iat: self.issued_at,
            exp: self.issued_at.saturating_add(LIFETIME),
            jti: random()?,
        };
        let message = format!("{}.{}", encoded(&header)?, encoded(&claims)?);
        let signature = key.sign(algorithm, message.as_bytes())?;
        let signature = URL_SAFE_NO_PAD.encode(signature);
        Ok(Secret::new(format!("{message}.{signature}")))
    }
}

fn encoded(part: &impl Serialize) -> Result<String, Unspecified> {
    let json = serde_json::to_vec(part).map_err(|_| Unspecified)?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}
