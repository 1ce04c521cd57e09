//! Unguessable values.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

// RFC 8628 §6.1: no vowels, so that no words appear, and nothing that looks alike.
const USER_CODE_ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// A value with 256 bits of randomness, for codes, tokens and cookies.
pub(crate) fn token() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// An identifier with 128 bits of randomness, in hexadecimal.
pub(crate) fn id() -> String {
    format!("{:032x}", u128::from_be_bytes(bytes()))
}

/// A code that users can type, such as `BCDF-GHJK`.
pub(crate) fn user_code() -> String {
    let letter = |byte: &u8| char::from(USER_CODE_ALPHABET[usize::from(*byte) % 20]);
    let letters: String = bytes::<8>().iter().map(letter).collect();
    let (left, right) = letters.split_at(4);
    format!("{left}-{right}")
}

fn bytes<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    aws_lc_rs::rand::fill(&mut out).expect("the system's random number generator works");
    out
}
