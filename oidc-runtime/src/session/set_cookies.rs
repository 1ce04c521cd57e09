//! The `Set-Cookie` fields of a response that begins, renews or ends a session (RFC 6265 §4.1).

use cookie::time::Duration;
use cookie::{Cookie, SameSite};

use super::names::CookieNames;
use super::parts::Parts;

/// How browsers keep and send the cookies of a session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attributes {
    pub(crate) same_site: SameSite,
    /// In seconds; `None` until the browser is closed.
    pub(crate) max_age: Option<u32>,
}

/// The cookies of a session. `replaced` says whether the request had a second part, which is removed if
/// the session has only one now.
pub(crate) fn set(
    names: &CookieNames,
    attributes: Attributes,
    parts: Parts,
    replaced: bool,
) -> Vec<String> {
    let build = |name, value| cookie(names, name, value, attributes);
    let first = build(names.first(), parts.first.to_string());
    let second = match parts.second {
        Some(second) => Some(build(names.second(), second)),
        None => replaced.then(|| removal_of(names, names.second(), attributes.same_site)),
    };
    [Some(first), second].into_iter().flatten().collect()
}

/// Removes both cookies. Browsers ignore a removal without the attributes that a prefix requires.
pub(crate) fn removal(names: &CookieNames, same_site: SameSite) -> [String; 2] {
    [names.first(), names.second()].map(|name| removal_of(names, name, same_site))
}

fn removal_of(names: &CookieNames, name: &str, same_site: SameSite) -> String {
    let max_age = Some(0);
    let attributes = Attributes { same_site, max_age };
    cookie(names, name, String::new(), attributes)
}

fn cookie(names: &CookieNames, name: &str, value: String, attributes: Attributes) -> String {
    let mut cookie = Cookie::build((name, value))
        .http_only(true)
        .path("/")
        .same_site(attributes.same_site)
        .secure(names.secure());
    if let Some(seconds) = attributes.max_age {
        cookie = cookie.max_age(Duration::seconds(seconds.into()));
    }
    cookie.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(secure: bool) -> CookieNames {
        CookieNames::new("https://login", "shop", "https://shop", secure)
    }

    fn parts(second: Option<&str>) -> Parts {
        Parts {
            first: "v".into(),
            second: second.map(str::to_owned),
        }
    }

    #[test]
    fn attributes_are_those_of_the_settings() {
        let lax = Attributes {
            same_site: SameSite::Lax,
            max_age: None,
        };
        let strict = Attributes {
            same_site: SameSite::Strict,
            max_age: Some(28_800),
        };
        let (https, http) = (names(true), names(false));
        let name = https.first();
        let expected = format!("{name}=v; HttpOnly; SameSite=Lax; Secure; Path=/");
        assert_eq!(set(&https, lax, parts(None), false), [expected]);
        let expected =
            format!("{name}=v; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=28800");
        assert_eq!(set(&https, strict, parts(None), false), [expected]);
        let name = http.first();
        let expected = format!("{name}=v; HttpOnly; SameSite=Lax; Path=/");
        assert_eq!(set(&http, lax, parts(None), false), [expected]);
    }

    #[test]
    fn a_second_part_is_set_or_removed() {
        let attributes = Attributes {
            same_site: SameSite::Lax,
            max_age: Some(60),
        };
        let names = names(true);
        let (first, second) = (names.first(), names.second());
        let rest = "; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=";
        for replaced in [false, true] {
            let both = [format!("{first}=v{rest}60"), format!("{second}=w{rest}60")];
            assert_eq!(set(&names, attributes, parts(Some("w")), replaced), both);
        }
        let smaller = [format!("{first}=v{rest}60"), format!("{second}={rest}0")];
        assert_eq!(set(&names, attributes, parts(None), true), smaller);
    }

    #[test]
    fn both_parts_are_removed() {
        for (secure, same_site, rest) in [
            (true, SameSite::Lax, "SameSite=Lax; Secure; Path=/"),
            (true, SameSite::Strict, "SameSite=Strict; Secure; Path=/"),
            (false, SameSite::Lax, "SameSite=Lax; Path=/"),
        ] {
            let names = names(secure);
            let removal = removal(&names, same_site);
            let expected = [names.first(), names.second()]
                .map(|name| format!("{name}=; HttpOnly; {rest}; Max-Age=0"));
            assert_eq!(removal, expected);
        }
    }
}
