//! Whose token a URL gets.

use url::Url;

use crate::exit::Exit;
use crate::failure::Failure;

/// The address, of those that somebody has signed in to, that a URL belongs to: one of the same origin, by
/// the longest path. A token goes nowhere else. The `chosen` one is in the form of those.
///
/// # Errors
/// If there is none, or several fit equally.
pub(super) fn of<'a>(
    url: &Url,
    signed_in: &'a [String],
    chosen: Option<&str>,
) -> Result<&'a str, Failure> {
    let origin = url.origin().ascii_serialization();
    let mut fitting: Vec<_> = signed_in
        .iter()
        .filter(|address| is_at(address, url))
        .collect();
    if let Some(chosen) = chosen {
        fitting.retain(|address| *address == chosen);
        if fitting.is_empty() && !is_at(chosen, url) {
            return Err(refused(&format!(
                "{origin} is not the host of {chosen}: it gets no token of it"
            )));
        }
    }
    let covering = |address: &&&String| covers(address, url);
    let longest = fitting
        .iter()
        .filter(covering)
        .max_by_key(|address| address.len());
    match (longest, fitting.as_slice()) {
        (Some(address), _) | (None, [address]) => Ok(address),
        (None, []) => Err(Failure::sign_in_required(
            chosen.unwrap_or(&origin),
            &format!("nobody has signed in at {origin}, so it gets no token"),
        )),
        (None, _) => Err(refused(&format!(
            "there are several servers at {origin}: name one with --server"
        ))),
    }
}

fn refused(message: &str) -> Failure {
    Failure::new(Exit::Usage, "wrong_server", message)
}

fn is_at(address: &str, url: &Url) -> bool {
    Url::parse(address).is_ok_and(|address| address.origin() == url.origin())
}

/// Whether the path of the URL is below that of the address.
fn covers(address: &str, url: &Url) -> bool {
    let Ok(address) = Url::parse(address) else {
        return false;
    };
    let prefix = address.path().trim_end_matches('/');
    let rest = url.path().strip_prefix(prefix);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(url: &str, signed_in: &[&str], chosen: Option<&str>) -> Result<String, &'static str> {
        let signed_in: Vec<_> = signed_in.iter().map(|one| (*one).to_owned()).collect();
        let url = Url::parse(url).expect("a URL");
        of(&url, &signed_in, chosen)
            .map(str::to_owned)
            .map_err(|failure| failure.code)
    }

    #[test]
    fn a_token_goes_to_the_host_it_was_obtained_at_and_nowhere_else() {
        let one = &["https://a.example/api"][..];
        let two = &[
            "https://a.example/api",
            "https://a.example/api/v2",
            "https://b.example",
        ][..];
        let not_here = Err("sign_in_required");
        for (url, signed_in, chosen, expected) in [
            (
                "https://a.example/api/x",
                one,
                None,
                Ok("https://a.example/api"),
            ),
            (
                "https://a.example/other",
                one,
                None,
                Ok("https://a.example/api"),
            ),
            (
                "https://a.example/api/v2/x",
                two,
                None,
                Ok("https://a.example/api/v2"),
            ),
            (
                "https://a.example/api/v20",
                two,
                None,
                Ok("https://a.example/api"),
            ),
            ("https://a.example/other", two, None, Err("wrong_server")),
            (
                "https://a.example/other",
                two,
                Some("https://a.example/api"),
                Ok("https://a.example/api"),
            ),
            (
                "https://b.example/",
                two,
                Some("https://a.example/api"),
                Err("wrong_server"),
            ),
            (
                "https://evil.example/",
                two,
                Some("https://a.example/api"),
                Err("wrong_server"),
            ),
            (
                "https://a.example/",
                two,
                Some("https://a.example/new"),
                not_here,
            ),
            ("http://a.example/api", one, None, not_here),
            ("https://a.example:8443/api", one, None, not_here),
            ("https://a.example.evil.example/api", one, None, not_here),
            ("https://x.a.example/api", one, None, not_here),
            ("https://a.example@evil.example/api", one, None, not_here),
            ("https://c.example/", &[], None, not_here),
        ] {
            let expected = expected.map(str::to_owned);
            assert_eq!(owner(url, signed_in, chosen), expected, "{url} {chosen:?}");
        }
    }
}
