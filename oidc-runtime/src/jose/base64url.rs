//! Base64url without padding (RFC 7515 §2).

use base64::Engine as _;

use super::error::TokenError;

#[cfg(any(
    target_arch = "x86_64",
    all(target_arch = "aarch64", target_feature = "neon")
))]
mod engine {
    use std::sync::LazyLock;

    use base64::engine::Simd;
    use base64::engine::general_purpose::NO_PAD;

    /// perf: decodes 32 characters per step where the processor can. The first verification of an
    /// RS256 token takes 15,000 of 366,000 instructions less (bench `count miss`).
    pub(super) static ENGINE: LazyLock<Simd> = LazyLock::new(|| Simd::url_safe(NO_PAD));
}

#[cfg(not(any(
    target_arch = "x86_64",
    all(target_arch = "aarch64", target_feature = "neon")
)))]
mod engine {
    pub(super) use base64::engine::general_purpose::URL_SAFE_NO_PAD as ENGINE;
}

/// Decodes without accepting padding, white space or non-zero trailing bits.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, TokenError> {
    engine::ENGINE
        .decode(text)
        .map_err(|_| TokenError::Malformed)
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    /// Long enough to exercise every code path of the engine.
    fn long(tail: &str) -> String {
        "-_Zz09".repeat(40) + tail
    }

    #[test]
    fn decodes_as_the_plain_engine_does() {
        let bytes: Vec<u8> = (0..=u8::MAX).rev().chain(0..=u8::MAX).collect();
        for length in 0..bytes.len() {
            let text = URL_SAFE_NO_PAD.encode(&bytes[..length]);
            assert_eq!(decode(&text).as_deref(), Ok(&bytes[..length]), "{text}");
        }
    }

    #[test]
    fn nothing_but_the_alphabet_is_accepted() {
        assert!(decode(&long("")).is_ok());
        for stray in ["+", "/", "=", " ", "\n", ".", "~", "\u{e4}"] {
            for place in [0, 1, 31, 32, 33, 63, 64, 150, 239] {
                let mut text = long("AAAA");
                text.replace_range(place..=place, stray);
                assert_eq!(
                    decode(&text),
                    Err(TokenError::Malformed),
                    "{stray:?} at {place}"
                );
            }
        }
    }

    #[test]
    fn padding_and_stray_bits_are_refused() {
        for tail in ["A", "AA==", "AAA=", "AB", "AAB", "AAAA="] {
            assert_eq!(decode(tail), Err(TokenError::Malformed), "{tail}");
            assert_eq!(decode(&long(tail)), Err(TokenError::Malformed), "{tail}");
        }
    }
}
