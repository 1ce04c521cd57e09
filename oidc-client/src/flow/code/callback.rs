//! What a request to the loopback port means.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use hyper::header::{HOST, HeaderMap};
use hyper::http::uri::Authority;
use hyper::{Method, StatusCode, Uri};
use oidc_runtime::for_client::Secret;

use crate::error::Error;
use crate::text::{error_code, printable};

/// How a sign-in ended.
pub(super) enum Outcome {
    Code(Secret),
    Refused(Error),
}

/// What a request is answered.
pub(super) enum Verdict {
    /// It ends the sign-in.
    Ends(Outcome),
    /// It is none of this sign-in.
    Foreign(StatusCode),
}

/// Decides about one request. Only one with the state of this sign-in ends it.
pub(super) fn judge(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    port: u16,
    state: &Secret,
) -> Verdict {
    if !is_for(headers, port)
        || !uri
            .authority()
            .is_none_or(|target| is_loopback(target, port))
    {
        // A page of another site that got its host name to point to this machine.
        return Verdict::Foreign(StatusCode::MISDIRECTED_REQUEST);
    }
    if uri.path() != "/callback" {
        return Verdict::Foreign(StatusCode::NOT_FOUND);
    }
    if method != Method::GET {
        return Verdict::Foreign(StatusCode::METHOD_NOT_ALLOWED);
    }
    answer(uri.query().unwrap_or_default(), state)
        .map_or(Verdict::Foreign(StatusCode::BAD_REQUEST), Verdict::Ends)
}

/// Whether the only `Host` is the loopback interface with this port.
fn is_for(headers: &HeaderMap, port: u16) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let only = hosts.next().filter(|_| hosts.next().is_none());
    let authority = only.and_then(|host| Authority::try_from(host.as_bytes()).ok());
    authority.is_some_and(|authority| is_loopback(&authority, port))
}

fn is_loopback(authority: &Authority, port: u16) -> bool {
    matches!(authority.host(), "localhost" | "127.0.0.1" | "[::1]")
        && authority.port_u16().unwrap_or(80) == port
        && !authority.as_str().contains('@')
}

/// The answer of the provider (RFC 6749 §4.1.2), if it is one to this sign-in. `iss` (RFC 9207) is left
/// to the application, which knows its provider.
fn answer(query: &str, state: &Secret) -> Option<Outcome> {
    let parameters: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let given = only(&parameters, "state").ok()??;
    verify_slices_are_equal(given.as_bytes(), state.expose().as_bytes()).ok()?;
    match (
        only(&parameters, "code").ok()?,
        only(&parameters, "error").ok()?,
    ) {
        (Some(code), None) if !code.is_empty() => Some(Outcome::Code(Secret::new(code))),
        (None, Some(error)) => {
            let description = only(&parameters, "error_description").ok()?;
            Some(Outcome::Refused(refusal(error, description)))
        }
        _ => None,
    }
}

type Parameters<'p> = [(std::borrow::Cow<'p, str>, std::borrow::Cow<'p, str>)];

/// A parameter that occurs more than once.
struct Repeated;

/// The value of a parameter, if there is one.
fn only<'p>(parameters: &'p Parameters<'_>, name: &str) -> Result<Option<&'p str>, Repeated> {
    let mut values = parameters.iter().filter(|(known, _)| known == name);
    let first = values.next().map(|(_, value)| &**value);
    match values.next() {
        None => Ok(first),
        Some(_) => Err(Repeated),
    }
}

fn refusal(error: &str, description: Option<&str>) -> Error {
    match error_code(error) {
        Some("access_denied") => Error::AccessDenied,
        Some("temporarily_unavailable" | "server_error") => {
            Error::Unavailable("the provider cannot sign anybody in at the moment".to_owned())
        }
        code => {
            let code = code.unwrap_or("error");
            let description = description.map(printable).filter(|text| !text.is_empty());
            Error::unusable(match description {
                Some(text) => format!("the provider refused the sign-in: {text} ({code})"),
                None => format!("the provider refused the sign-in: {code}"),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PORT: u16 = 53100;

    fn verdict(method: &Method, target: &str, hosts: &[&'static str]) -> Verdict {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, hyper::header::HeaderValue::from_static(host));
        }
        let uri: Uri = target.parse().expect("a target");
        judge(method, &uri, &headers, PORT, &Secret::new("s|t~"))
    }

    fn status(method: &Method, target: &str, hosts: &[&'static str]) -> Option<u16> {
        match verdict(method, target, hosts) {
            Verdict::Foreign(status) => Some(status.as_u16()),
            Verdict::Ends(_) => None,
        }
    }

    #[test]
    fn only_the_answer_to_this_sign_in_ends_it() {
        let host: &[&str] = &["localhost:53100"];
        let good = "/callback?code=c&state=s%7Ct~&iss=https%3A%2F%2Flogin.example";
        let cases: [(&Method, &str, &[&'static str], Option<u16>); 26] = [
            (&Method::GET, good, host, None),
            (&Method::GET, good, &["127.0.0.1:53100"], None),
            (&Method::GET, good, &["[::1]:53100"], None),
            (&Method::GET, "/callback?error=x&state=s|t~", host, None),
            (
                &Method::GET,
                "http://localhost:53100/callback?code=c&state=s%7Ct~",
                host,
                None,
            ),
            (
                &Method::GET,
                "http://evil.example/callback?code=c&state=s%7Ct~",
                host,
                Some(421),
            ),
            (&Method::GET, good, &[], Some(421)),
            (&Method::GET, good, &["localhost"], Some(421)),
            (&Method::GET, good, &["localhost:53101"], Some(421)),
            (&Method::GET, good, &["evil.example:53100"], Some(421)),
            (
                &Method::GET,
                good,
                &["evil.example@localhost:53100"],
                Some(421),
            ),
            (
                &Method::GET,
                good,
                &["localhost:53100", "localhost:53100"],
                Some(421),
            ),
            (&Method::GET, "/", host, Some(404)),
            (
                &Method::GET,
                "/callback/?code=c&state=s|t~",
                host,
                Some(404),
            ),
            (
                &Method::GET,
                "//callback?code=c&state=s|t~",
                host,
                Some(404),
            ),
            (&Method::GET, "/favicon.ico", host, Some(404)),
            (&Method::POST, good, host, Some(405)),
            (&Method::HEAD, good, host, Some(405)),
            (&Method::OPTIONS, good, host, Some(405)),
            (&Method::GET, "/callback", host, Some(400)),
            (&Method::GET, "/callback?code=c", host, Some(400)),
            (&Method::GET, "/callback?code=c&state=s", host, Some(400)),
            (
                &Method::GET,
                "/callback?code=c&state=s|t~&state=s|t~",
                host,
                Some(400),
            ),
            (
                &Method::GET,
                "/callback?code=c&code=d&state=s|t~",
                host,
                Some(400),
            ),
            (
                &Method::GET,
                "/callback?code=c&error=x&state=s|t~",
                host,
                Some(400),
            ),
            (&Method::GET, "/callback?code=&state=s|t~", host, Some(400)),
        ];
        for (method, target, hosts, expected) in cases {
            assert_eq!(
                status(method, target, hosts),
                expected,
                "{method} {target} {hosts:?}"
            );
        }
    }

    #[test]
    fn errors_of_the_provider_are_told_apart() {
        let error = |query: &str| {
            let target = format!("/callback?state=s|t~&{query}");
            match verdict(&Method::GET, &target, &["localhost:53100"]) {
                Verdict::Ends(Outcome::Refused(error)) => error,
                _ => panic!("no error: {query}"),
            }
        };
        assert!(matches!(error("error=access_denied"), Error::AccessDenied));
        assert!(error("error=server_error").is_temporary());
        let other = error("error=invalid_scope&error_description=no%20such%1B%20scope").to_string();
        assert!(other.ends_with("no such scope (invalid_scope)"), "{other}");
        assert!(error("error=%1B").to_string().ends_with(": error"));
    }
}
