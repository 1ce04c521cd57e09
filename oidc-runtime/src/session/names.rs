//! The names of the session cookies.

use std::fmt::Write as _;

use aws_lc_rs::digest::{Context, SHA256};
use memchr::memmem::Finder;

/// Browsers accept a cookie with this prefix only from the host itself, over https, and not from
/// scripts. Those that do not know it treat it as `__Host-`, with the first two guarantees.
const HOST_PREFIX: &str = "__Host-Http-oidc-";
/// Without the prefix, for the loopback interface: it requires https.
const PLAIN_PREFIX: &str = "oidc-session-";
/// How much of the hash is part of the name.
const HASH_BYTES: usize = 4;

/// The names of the one or two cookies of a session. Two applications on one host, or two ports of
/// it, have different ones.
#[derive(Clone, Debug)]
pub(crate) struct CookieNames {
    first: String,
    second: String,
    secure: bool,
    finder: Finder<'static>,
}

impl CookieNames {
    /// `origin` is where browsers see the application, and `secure` whether that is https.
    pub(crate) fn new(discovery_url: &str, client_id: &str, origin: &str, secure: bool) -> Self {
        let prefix = if secure { HOST_PREFIX } else { PLAIN_PREFIX };
        let first = format!("{prefix}{}", hash([discovery_url, client_id, origin]));
        Self {
            second: format!("{first}.1"),
            secure,
            finder: Finder::new(first.as_bytes()).into_owned(),
            first,
        }
    }

    /// The name of the cookie, or of the first of two.
    pub(crate) fn first(&self) -> &str {
        &self.first
    }

    /// The name of the second cookie of a session that does not fit into one: `.1` follows the name of
    /// the first.
    pub(crate) fn second(&self) -> &str {
        &self.second
    }

    /// Whether browsers return the cookies over https only.
    pub(crate) fn secure(&self) -> bool {
        self.secure
    }

    /// Searches for the name of the first cookie.
    pub(super) fn finder(&self) -> &Finder<'static> {
        &self.finder
    }
}

/// Each part follows its length, so that no others have this hash.
fn hash(parts: [&str; 3]) -> String {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    let mut text = String::new();
    for byte in &context.finish().as_ref()[..HASH_BYTES] {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_prefix_and_a_hash() {
        for (secure, prefix) in [(true, "__Host-Http-oidc-"), (false, "oidc-session-")] {
            let names = CookieNames::new("https://login", "shop", "https://shop", secure);
            let hash = names.first().strip_prefix(prefix).unwrap();
            let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            assert!(hash.len() == 8 && hash.bytes().all(is_hex), "{hash}");
            assert_eq!(names.second(), format!("{}.1", names.first()));
            assert_eq!(names.secure(), secure);
        }
    }

    #[test]
    fn every_application_has_its_own() {
        let name = |parts: [&str; 3]| {
            let names = CookieNames::new(parts[0], parts[1], parts[2], false);
            names.first().to_owned()
        };
        let own = name(["https://login", "shop", "http://localhost:8000"]);
        assert_eq!(
            own,
            name(["https://login", "shop", "http://localhost:8000"])
        );
        for other in [
            ["https://login2", "shop", "http://localhost:8000"],
            ["https://login", "shop2", "http://localhost:8000"],
            ["https://login", "shop", "http://localhost:8001"],
            ["https://logins", "hop", "http://localhost:8000"],
            ["https://login", "shophttp://", "localhost:8000"],
        ] {
            assert_ne!(own, name(other), "{other:?}");
        }
    }
}
