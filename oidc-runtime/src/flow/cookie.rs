//! Binds a sign-in to the browser that began it, against login CSRF (RFC 6749 §10.12).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use url::Url;

use super::error::FlowError;
use super::random::random;
use super::state::{LIFETIME, SignIn, StateError};

/// What the cookie's name begins with. Browsers take a name with the other prefix only from the
/// host itself over https, so that no subdomain can set it.
const NAME: &str = "oidc-sign-in-";
const HOST_NAME: &str = "__Host-oidc-sign-in-";
/// How much of the hash is part of the name, so that two tabs can sign in side by side.
const NAME_HASH_BYTES: usize = 12;

/// A new cookie and the hash of its value.
pub(super) struct Binding {
    pub(super) set_cookie: String,
    pub(super) hash: String,
}

impl Binding {
    pub(super) fn new(redirect_uri: &str) -> Result<Self, FlowError> {
        let value = random()?;
        let hash = hash(&value);
        let cookie = cookie(redirect_uri, &hash, value);
        Ok(Self {
            set_cookie: cookie.to_string(),
            hash,
        })
    }
}

/// Checks that the browser that began the sign-in sends this request. `headers` are the values
/// of `Cookie`.
pub(super) fn check<'h>(
    sign_in: &SignIn,
    headers: impl Iterator<Item = &'h [u8]>,
) -> Result<(), StateError> {
    let bound_to = sign_in.browser.as_ref().ok_or(StateError::OtherBrowser)?;
    let name = name(&sign_in.redirect_uri, bound_to);
    let cookie = parse(headers).find(|cookie| cookie.name() == name);
    let found = hash(cookie.ok_or(StateError::OtherBrowser)?.value());
    verify_slices_are_equal(found.as_bytes(), bound_to.as_bytes())
        .map_err(|_| StateError::OtherBrowser)
}

/// The cookies of a request. Each is read by itself: what other applications of the host set may
/// be in any encoding.
fn parse<'h>(headers: impl Iterator<Item = &'h [u8]>) -> impl Iterator<Item = Cookie<'h>> {
    headers
        .flat_map(|header| header.split(|byte| *byte == b';'))
        .filter_map(|pair| Cookie::parse(std::str::from_utf8(pair).ok()?).ok())
}

/// The `Set-Cookie` that removes the cookie of a sign-in.
pub(super) fn removal(sign_in: &SignIn) -> Option<String> {
    let mut cookie = cookie(
        &sign_in.redirect_uri,
        sign_in.browser.as_ref()?,
        String::new(),
    );
    cookie.set_max_age(Duration::ZERO);
    Some(cookie.to_string())
}

fn cookie(redirect_uri: &str, hash: &str, value: String) -> Cookie<'static> {
    Cookie::build((name(redirect_uri, hash), value))
        .http_only(true)
        .max_age(Duration::seconds(LIFETIME))
        .path("/")
        // The provider's redirect is a top-level navigation, so `Lax` lets the cookie come along.
        .same_site(SameSite::Lax)
        .secure(is_https(redirect_uri))
        .build()
}

fn name(redirect_uri: &str, hash: &str) -> String {
    let prefix = if is_https(redirect_uri) {
        HOST_NAME
    } else {
        NAME
    };
    let suffix = hash.get(..NAME_HASH_BYTES).unwrap_or(hash);
    format!("{prefix}{suffix}")
}

/// Over plain http browsers keep no secure cookies. What is bound has the origin of the
/// application, so the scheme is that of its public address.
fn is_https(redirect_uri: &str) -> bool {
    Url::parse(redirect_uri).is_ok_and(|url| url.scheme() == "https")
}

fn hash(value: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, value.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign_in(redirect_uri: &str, browser: Option<String>) -> SignIn {
        SignIn {
            redirect_uri: redirect_uri.into(),
            verifier: String::new(),
            nonce: String::new(),
            scope: String::new(),
            issued_at: 0,
            browser,
        }
    }

    fn sent(set_cookie: &str) -> &str {
        set_cookie.split(';').next().unwrap()
    }

    #[test]
    fn only_the_browser_that_began() {
        let uri = "https://app.example/auth/v2/callback";
        let (own, other) = (Binding::new(uri).unwrap(), Binding::new(uri).unwrap());
        let bound = sign_in(uri, Some(own.hash));
        let both = format!(
            "a=b; {}; {}",
            sent(&other.set_cookie),
            sent(&own.set_cookie)
        );
        assert_eq!(check(&bound, [both.as_bytes()].into_iter()), Ok(()));
        for cookies in [
            "",
            "a=b",
            "=;;",
            sent(&other.set_cookie),
            &format!("{}x", sent(&own.set_cookie)),
            &format!("x{}", sent(&own.set_cookie)),
        ] {
            let found = check(&bound, [cookies.as_bytes()].into_iter());
            assert_eq!(found, Err(StateError::OtherBrowser), "{cookies}");
        }
        let unbound = check(&sign_in(uri, None), [both.as_bytes()].into_iter());
        assert_eq!(unbound, Err(StateError::OtherBrowser));
    }

    #[test]
    fn secure_except_over_plain_http() {
        let secure = Binding::new("https://app.example/callback")
            .unwrap()
            .set_cookie;
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
        let plain = Binding::new("http://localhost:8000/callback")
            .unwrap()
            .set_cookie;
        assert!(
            !plain.contains("Secure") && !plain.starts_with("__Host-"),
            "{plain}"
        );
    }
}
