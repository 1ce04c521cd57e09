//! Ed25519 public keys of small order, for which signatures can be forged.
//!
//! RFC 8032 does not require verifiers to reject them. For a point of small order there are
//! signatures, made without a private key, that verify for one message in a few.

/// The ordinates of the eight points whose order divides the cofactor, little-endian, without
/// the sign: 0, 1, -1, and two of order 8; and 0 and 1 again, written as p and p + 1.
const ORDINATES: [[u8; 32]; 7] = [
    [0; 32],
    one(),
    all_ones_but(0xec),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
    all_ones_but(0xed),
    all_ones_but(0xee),
];

/// Whether an encoded point (RFC 8032 §5.1.2) has small order.
pub(super) fn has_small_order(point: &[u8]) -> bool {
    let Some((last, rest)) = point.split_last() else {
        return false;
    };
    ORDINATES
        .iter()
        .any(|ordinate| ordinate[..31] == *rest && ordinate[31] == last & 0x7f)
}

const fn one() -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[0] = 1;
    bytes
}

/// A number close to p = 2^255 - 19.
const fn all_ones_but(first: u8) -> [u8; 32] {
    let mut bytes = [0xff; 32];
    bytes[0] = first;
    bytes[31] = 0x7f;
    bytes
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::super::jwk::{Key, Unusable};
    use super::*;
    use crate::jose::Algorithm;

    fn read(point: &[u8]) -> Result<Key, Unusable> {
        let x = URL_SAFE_NO_PAD.encode(point);
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": x});
        Key::new(&jwk, &[Algorithm::EdDsa])
    }

    #[test]
    fn keys_of_small_order_are_weak() {
        for ordinate in ORDINATES {
            for sign in [0, 0x80] {
                let mut point = ordinate;
                point[31] |= sign;
                assert_eq!(read(&point).err(), Some(Unusable::Weak), "{point:x?}");
            }
        }
    }

    /// Why it matters: these bytes were made without a private key.
    #[test]
    fn signatures_for_them_can_be_forged() {
        use aws_lc_rs::signature::{ED25519, ParsedPublicKey};

        let identity = ORDINATES[1];
        let key = ParsedPublicKey::new(&ED25519, identity).expect("a key to aws-lc");
        let forged = [identity, [0; 32]].concat();
        assert!(key.verify_sig(b"any message", &forged).is_ok());
    }

    #[test]
    fn other_keys_are_not() {
        // RFC 8037 appendix A.2.
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let point = URL_SAFE_NO_PAD.decode(x).expect("base64url");
        assert!(read(&point).is_ok());
        assert!(!has_small_order(&[]));
    }
}
