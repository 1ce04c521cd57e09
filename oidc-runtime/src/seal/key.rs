//! Keys by purpose.

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};

use crate::secret::Secret;

/// A key from a configured secret, the purpose and the client; without a secret, a random one.
pub(super) fn derived_key(
    secret: Option<&Secret>,
    purpose: &str,
    client: &str,
) -> Result<[u8; 32], Unspecified> {
    // The first NUL ends the purpose, a constant without one, so that no other pair has this key.
    let info = [purpose.as_bytes(), b"\0", client.as_bytes()];
    let mut key = [0; 32];
    match secret {
        Some(secret) => Salt::new(HKDF_SHA256, &[])
            .extract(secret.expose().as_bytes())
            .expand(&info, HKDF_SHA256)?
            .fill(&mut key)?,
        None => aws_lc_rs::rand::fill(&mut key)?,
    }
    Ok(key)
}
