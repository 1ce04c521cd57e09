//! Finds the private key in a PEM file.

use rustls_pki_types::pem::{PemObject as _, SectionKind};

/// How an encrypted key begins (RFC 7468 §11).
const ENCRYPTED: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----";

/// The DER form of the only PKCS#8 private key in the text (RFC 7468 §10); the error describes what
/// there is instead.
pub(super) fn pkcs8(pem: &str) -> Result<Vec<u8>, &'static str> {
    if pem.contains(ENCRYPTED) {
        return Err("is encrypted; only keys without a passphrase can be used");
    }
    let sections: Vec<(SectionKind, Vec<u8>)> = PemSections::pem_slice_iter(pem.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|_| "is not a well-formed PEM file")?;
    let has = |kind| sections.iter().any(|(found, _)| *found == kind);
    let is_older = has(SectionKind::RsaPrivateKey) || has(SectionKind::EcPrivateKey);
    let is_public = has(SectionKind::PublicKey) || has(SectionKind::Certificate);
    let mut keys = sections
        .into_iter()
        .filter(|(kind, _)| *kind == SectionKind::PrivateKey);
    match (keys.next(), keys.next()) {
        (Some((_, der)), None) => Ok(der),
        (Some(_), Some(_)) => Err("contains several private keys"),
        (None, _) if is_older => {
            Err("is not in the format PKCS#8; convert it with `openssl pkcs8 -topk8 -nocrypt`")
        }
        (None, _) if is_public => Err("contains no private key, only a public one"),
        (None, _) => Err("contains no PEM-encoded private key"),
    }
}

type PemSections = (SectionKind, Vec<u8>);

#[cfg(test)]
mod tests {
    use super::*;

    fn section(label: &str) -> String {
        format!("-----BEGIN {label}-----\nAQID\n-----END {label}-----\n")
    }

    #[test]
    fn one_private_key() {
        let key = section("PRIVATE KEY");
        for pem in [
            key.clone(),
            format!("a comment\n{key}"),
            format!("{}{key}", section("CERTIFICATE")),
        ] {
            assert_eq!(pkcs8(&pem), Ok(vec![1, 2, 3]), "{pem}");
        }
    }

    #[test]
    fn anything_else_is_described() {
        let key = section("PRIVATE KEY");
        for (pem, problem) in [
            (section("ENCRYPTED PRIVATE KEY"), "is encrypted"),
            (section("RSA PRIVATE KEY"), "PKCS#8"),
            (section("EC PRIVATE KEY"), "PKCS#8"),
            (section("PUBLIC KEY"), "only a public one"),
            (section("CERTIFICATE"), "only a public one"),
            (format!("{key}{key}"), "several"),
            (String::new(), "no PEM-encoded private key"),
            ("garbage".to_owned(), "no PEM-encoded private key"),
            (key.replace("AQID", "A?ID"), "well-formed"),
            (key.replace("END", "FIN"), "well-formed"),
        ] {
            let found = pkcs8(&pem).unwrap_err();
            assert!(found.contains(problem), "{pem}: {found}");
        }
    }
}
