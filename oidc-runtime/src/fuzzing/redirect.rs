//! Compares the accepted redirect URIs with a grammar of the loopback ones.

use crate::config::RedirectRules;

const CONFIGURED: &str = "https://app.example/callback?a=b";
const OWN: &str = "https://own.example/callback";

/// Whether `uri` is accepted as a redirect URI.
///
/// # Panics
/// If an accepted one is neither exactly a configured address nor in the grammar of loopback
/// addresses, or if a plain loopback address is rejected.
pub fn redirect(uri: &[u8]) -> bool {
    let Ok(uri) = std::str::from_utf8(uri) else {
        return false;
    };
    let allowed = RedirectRules::new(vec![CONFIGURED.into()], true).allow(uri, Some(OWN));
    let known = uri == CONFIGURED || uri == OWN;
    match loopback(uri) {
        Loopback::No => assert_eq!(allowed, known, "{uri:?}"),
        Loopback::Plain => assert!(allowed, "{uri:?}"),
        // Paths with dots, unusual ports and the like may be rejected.
        Loopback::Odd => {}
    }
    allowed
}

enum Loopback {
    No,
    Odd,
    Plain,
}

/// `"http://" host [ ":" port ] [ ( "/" / "?" ) *( characters of paths and queries ) ]`
fn loopback(uri: &str) -> Loopback {
    let Some(rest) = uri.strip_prefix("http://") else {
        return Loopback::No;
    };
    let authority_end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(authority_end);
    let (host, port) = match authority.strip_prefix("[::1]") {
        Some(port) => (
            "[::1]",
            port.strip_prefix(':').or(port.is_empty().then_some("1")),
        ),
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, Some("1")),
        },
    };
    let is_number = |text: &str, limit: u32| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && text.parse::<u32>().is_ok_and(|number| number <= limit)
    };
    let is_address = host.strip_prefix("127.").is_some_and(|rest| {
        rest.split('.').count() == 3 && rest.split('.').all(|part| is_number(part, 255))
    });
    let known_host = host == "localhost" || host == "[::1]" || is_address;
    let known_port = port.is_some_and(|port| port.is_empty() || is_number(port, 65535));
    let is_uri_character =
        |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:/?%[]".contains(c);
    if !known_host || !known_port || !tail.chars().all(is_uri_character) {
        return Loopback::No;
    }
    let plain_host = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let plain_port =
        port.is_some_and(|port| !port.starts_with('0') && port != "80" && !port.is_empty());
    let plain_tail = tail.is_empty()
        || tail.starts_with('/') && tail.chars().all(|c| c.is_ascii_alphanumeric() || c == '/');
    if plain_host && plain_port && plain_tail {
        Loopback::Plain
    } else {
        Loopback::Odd
    }
}
