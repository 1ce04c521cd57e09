//! Whose token a URL gets.

use url::Url;

use crate::exit::Exit;
use crate::failure::Failure;

/// The addresses that cover a URL, the longest path first. A token goes nowhere else than to its origin.
pub(super) fn candidates(url: &Url) -> Vec<String> {
    let origin = url.origin().ascii_serialization();
    let path = url.path().trim_end_matches('/');
    let ends = path
        .match_indices('/')
        .map(|(at, _)| at)
        .chain([path.len()]);
    let mut addresses: Vec<_> = ends
        .map(|end| format!("{origin}{}", &path[..end]))
        .collect();
    addresses.reverse();
    addresses
}

/// Of those that somebody has signed in to, the only one at the origin of a URL that none covers.
///
/// # Errors
/// If there is none, or several are there.
pub(super) fn only(url: &Url, signed_in: Vec<String>) -> Result<String, Failure> {
    let origin = url.origin().ascii_serialization();
    let mut there = signed_in.into_iter().filter(|address| is_at(address, url));
    match (there.next(), there.next()) {
        (Some(address), None) => Ok(address),
        (None, _) => Err(Failure::sign_in_required(
            &origin,
            &format!("nobody has signed in at {origin}, so it gets no token"),
        )),
        (Some(_), Some(_)) => Err(refused(&format!(
            "there are several servers at {origin}: name one with --server"
        ))),
    }
}

/// The address that somebody has chosen, if it is at the origin of the URL.
///
/// # Errors
/// If it is elsewhere.
pub(super) fn chosen(url: &Url, address: &str) -> Result<String, Failure> {
    if is_at(address, url) {
        return Ok(address.to_owned());
    }
    let origin = url.origin().ascii_serialization();
    Err(refused(&format!(
        "{origin} is not the host of {address}: it gets no token of it"
    )))
}

fn refused(message: &str) -> Failure {
    Failure::new(Exit::Usage, "wrong_server", message)
}

fn is_at(address: &str, url: &Url) -> bool {
    Url::parse(address).is_ok_and(|address| address.origin() == url.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    const API: &str = "https://a.example/api";

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn the_longest_path_comes_first() {
        let cases = [
            ("https://a.example", &["https://a.example"][..]),
            ("https://A.example:443/", &["https://a.example"]),
            (
                "https://a.example/api/v20/?x=/y#/z",
                &["https://a.example/api/v20", API, "https://a.example"],
            ),
            (
                "http://a.example:8080/x//y",
                &[
                    "http://a.example:8080/x//y",
                    "http://a.example:8080/x/",
                    "http://a.example:8080/x",
                    "http://a.example:8080",
                ],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(candidates(&url(text)), expected, "{text}");
        }
    }

    #[test]
    fn a_token_goes_to_the_host_it_was_obtained_at_and_nowhere_else() {
        let elsewhere = [
            "http://a.example/api",
            "https://a.example:8443/api",
            "https://a.example.evil.example/api",
            "https://x.a.example/api",
            "https://a.example@evil.example/api",
        ];
        for text in elsewhere {
            let failure = only(&url(text), vec![API.to_owned()]).expect_err(text);
            assert_eq!(failure.code, "sign_in_required", "{text}");
            let failure = chosen(&url(text), API).expect_err(text);
            assert_eq!(failure.code, "wrong_server", "{text}");
            assert!(!candidates(&url(text)).contains(&API.to_owned()), "{text}");
        }
        let other = url("https://a.example/other");
        assert!(chosen(&other, API).is_ok_and(|address| address == API));
        assert!(only(&other, vec![API.to_owned()]).is_ok_and(|address| address == API));
        let two = vec![API.to_owned(), "https://a.example/api/v2".to_owned()];
        let failure = only(&other, two).expect_err("it is ambiguous");
        assert_eq!(failure.code, "wrong_server");
    }
}
