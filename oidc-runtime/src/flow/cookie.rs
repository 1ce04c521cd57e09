//! Binds a sign-in to the browser that began it, against login CSRF (RFC 6749 §10.12).

use std::iter;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::error::Unspecified;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use url::Url;

use super::state::{SignIn, StateError};
use crate::clock::UnixSeconds;
use crate::random::random;

/// Prefixes of the cookie's name. Browsers accept `__Host-` only from the host itself over https,
/// so that no subdomain can set such a cookie.
const NAME: &str = "oidc-sign-in-";
const HOST_NAME: &str = "__Host-oidc-sign-in-";
/// How much of the hash is part of the name, so that two tabs can sign in at the same time.
const NAME_HASH_BYTES: usize = 12;
/// How many sign-ins a browser may have in progress. A page that redirects to the login repeatedly
/// would otherwise grow the `Cookie` field beyond the limits of servers, and evict other cookies.
const MAX_BEGUN: usize = 8;
/// How many cookies one response removes, because proxies limit the size of its header. It is
/// usually one; more if logins ran concurrently.
const MAX_REMOVED: usize = 16;

/// The cookie of a new sign-in, and the hash of its value.
pub(super) struct Binding {
    /// `Set-Cookie` values: the cookie, and the removal of surplus ones.
    pub(super) set_cookies: Vec<String>,
    pub(super) hash: String,
}

impl Binding {
    /// `headers` are the values of the request's `Cookie` fields.
    pub(super) fn new<'h>(
        redirect_uri: &str,
        lifetime: UnixSeconds,
        headers: impl Iterator<Item = &'h [u8]>,
    ) -> Result<Self, Unspecified> {
        let prefix = prefix(redirect_uri);
        let mut begun: Vec<_> = parse(headers)
            .filter(|cookie| cookie.name().starts_with(prefix))
            .map(|cookie| (number(cookie.value()), cookie.name().to_owned()))
            .collect();
        begun.sort_unstable();
        let last = begun.last().map_or(0, |(number, _)| *number);
        let value = format!("{}.{}", last.saturating_add(1), random()?);
        let hash = hash(&value);

        let surplus = (begun.len() + 1).saturating_sub(MAX_BEGUN).min(MAX_REMOVED);
        let oldest = begun.into_iter().take(surplus);
        let new = cookie(name(redirect_uri, &hash), value, lifetime).to_string();
        Ok(Self {
            set_cookies: iter::once(new)
                .chain(oldest.map(|(_, name)| removal_of(name)))
                .collect(),
            hash,
        })
    }
}

/// Checks that this request comes from the browser that began the sign-in. `headers` are the values
/// of its `Cookie` fields.
pub(super) fn check<'h>(
    sign_in: &SignIn,
    headers: impl Iterator<Item = &'h [u8]>,
) -> Result<(), StateError> {
    let bound_to = sign_in
        .browser
        .as_ref()
        .ok_or(StateError::BrowserMismatch)?;
    let name = name(&sign_in.redirect_uri, bound_to);
    let cookie = parse(headers).find(|cookie| cookie.name() == name);
    let found = hash(cookie.ok_or(StateError::BrowserMismatch)?.value());
    verify_slices_are_equal(found.as_bytes(), bound_to.as_bytes())
        .map_err(|_| StateError::BrowserMismatch)
}

/// The `Set-Cookie` that removes the cookie of a sign-in.
pub(super) fn removal(sign_in: &SignIn) -> Option<String> {
    let bound_to = sign_in.browser.as_ref()?;
    Some(removal_of(name(&sign_in.redirect_uri, bound_to)))
}

fn removal_of(name: String) -> String {
    cookie(name, String::new(), 0).to_string()
}

/// The cookies of a request. Each is parsed separately, because other applications on the host may
/// set cookies in any encoding.
fn parse<'h>(headers: impl Iterator<Item = &'h [u8]>) -> impl Iterator<Item = Cookie<'h>> {
    headers
        .flat_map(|header| header.split(|byte| *byte == b';'))
        .filter_map(|pair| Cookie::parse(std::str::from_utf8(pair).ok()?).ok())
}

fn cookie(name: String, value: String, lifetime: UnixSeconds) -> Cookie<'static> {
    let secure = name.starts_with(HOST_NAME);
    Cookie::build((name, value))
        .http_only(true)
        .max_age(Duration::seconds(lifetime))
        .path("/")
        // The provider's redirect is a top-level navigation, with which browsers send `Lax`
        // cookies.
        .same_site(SameSite::Lax)
        .secure(secure)
        .build()
}

fn name(redirect_uri: &str, hash: &str) -> String {
    let suffix = hash.get(..NAME_HASH_BYTES).unwrap_or(hash);
    format!("{}{suffix}", prefix(redirect_uri))
}

/// Browsers do not store secure cookies over plain http. A sign-in is bound only if its redirect
/// URI is on the application's own origin, so it has the scheme of the application.
fn prefix(redirect_uri: &str) -> &'static str {
    match Url::parse(redirect_uri) {
        Ok(url) if url.scheme() == "https" => HOST_NAME,
        _ => NAME,
    }
}

/// Values begin with a number that counts the sign-ins of a browser, so that the oldest can be
/// found without a clock. A value without a number counts as the oldest.
fn number(value: &str) -> u64 {
    let number = value.split_once('.').map(|(number, _)| number.parse());
    number.and_then(Result::ok).unwrap_or_default()
}

fn hash(value: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, value.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::state::LIFETIME;
    use crate::protocol::Proof;

    fn sign_in(redirect_uri: &str, browser: Option<String>) -> SignIn {
        SignIn {
            redirect_uri: redirect_uri.into(),
            proof: Proof::Verifier(String::new()),
            nonce: String::new(),
            scope: String::new(),
            issued_at: 0,
            browser,
        }
    }

    fn begin(uri: &str, cookies: &str) -> Binding {
        Binding::new(uri, LIFETIME, iter::once(cookies.as_bytes())).unwrap()
    }

    fn sent(binding: &Binding) -> &str {
        binding.set_cookies[0].split(';').next().unwrap()
    }

    #[test]
    fn only_the_browser_that_began_the_sign_in_is_accepted() {
        let uri = "https://app.example/auth/v2/callback";
        let (own, other) = (begin(uri, ""), begin(uri, ""));
        let bound = sign_in(uri, Some(own.hash.clone()));
        let both = format!("a=b; {}; {}", sent(&other), sent(&own));
        assert_eq!(check(&bound, iter::once(both.as_bytes())), Ok(()));
        for cookies in [
            "",
            "a=b",
            "=;;",
            sent(&other),
            &format!("{}x", sent(&own)),
            &format!("x{}", sent(&own)),
        ] {
            let found = check(&bound, iter::once(cookies.as_bytes()));
            assert_eq!(found, Err(StateError::BrowserMismatch), "{cookies}");
        }
        let unbound = check(&sign_in(uri, None), iter::once(both.as_bytes()));
        assert_eq!(unbound, Err(StateError::BrowserMismatch));
    }

    #[test]
    fn secure_except_over_plain_http() {
        let secure = &begin("https://app.example/callback", "").set_cookies[0];
        assert!(secure.starts_with("__Host-"), "{secure}");
        for attribute in [
            "; Secure",
            "; HttpOnly",
            "; SameSite=Lax",
            "; Path=/",
            "; Max-Age=300",
        ] {
            assert!(secure.contains(attribute), "{secure} lacks {attribute}");
        }
        let plain = &begin("http://localhost:8000/callback", "").set_cookies[0];
        assert!(
            !plain.contains("Secure") && !plain.starts_with("__Host-"),
            "{plain}"
        );
    }

    /// Browsers ignore a removal without the attributes that the prefix requires. Cookies without
    /// the prefix, which a sibling domain may have set, do not count towards the limit.
    #[test]
    fn the_oldest_cookie_of_its_kind_is_removed() {
        let (uri, mut cookies) = ("https://app.example/callback", String::new());
        for _ in 0..MAX_BEGUN {
            let begun = begin(uri, &cookies);
            assert_eq!(begun.set_cookies.len(), 1);
            cookies = format!("oidc-sign-in-x=999.y; {cookies}; {}", sent(&begun));
        }
        let begun = begin(uri, &cookies);
        let [_, removal] = begun.set_cookies.as_slice() else {
            panic!("expected one removal: {:?}", begun.set_cookies);
        };
        let (name, attributes) = removal.split_once('=').unwrap();
        assert!(cookies.contains(&format!("{name}=1.")), "{cookies}");
        assert_eq!(
            attributes,
            "; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"
        );
    }

    #[test]
    fn malformed_numbers_count_as_zero() {
        for (value, expected) in [
            ("7.x", 7),
            ("18446744073709551615.x", u64::MAX),
            ("18446744073709551616.x", 0),
            ("", 0),
            (".", 0),
            ("7", 0),
            ("-7.x", 0),
            ("\u{663}.x", 0),
        ] {
            assert_eq!(number(value), expected, "{value}");
        }
        let last = begin("http://localhost/", "oidc-sign-in-x=18446744073709551615.y");
        assert!(sent(&last).contains("=18446744073709551615."));
    }
}
