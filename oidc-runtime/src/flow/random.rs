//! Values that nobody can guess.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::error::FlowError;

/// 256 random bits in 43 characters that need no escaping anywhere.
pub(super) fn random() -> Result<String, FlowError> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| FlowError::NoRandomness)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
