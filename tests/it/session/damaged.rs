//! Cookies that are no session: changed, cut, from elsewhere, doubled.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use reqwest::header::COOKIE;

use crate::session_support::browser::Browser;
use crate::session_support::jar::SetCookie;
use crate::session_support::site::{Site, setup};
use crate::support::reply::Reply;

/// Sends `Cookie` fields of one's own.
async fn send(browser: &Browser, path: &str, fields: &[String]) -> Reply {
    let request = browser.request(Method::GET, path, &[]);
    let request = fields
        .iter()
        .fold(request, |request, field| request.header(COOKIE, field));
    Reply::of(request).await
}

/// Such cookies are nobody, are removed, and are an error nowhere.
async fn assert_is_no_session(site: &Site, case: &str, name: &str, fields: &[String]) {
    let browser = site.browser();
    let reply = send(&browser, "/me", fields).await;
    assert_eq!(reply.status, 401, "{case}: {reply:?}");
    assert!(
        reply.body.contains("not authenticated"),
        "{case}: {reply:?}"
    );
    let reply = send(&browser, "/home", fields).await;
    assert_eq!(
        (reply.status, reply.body.as_str()),
        (200, "nobody"),
        "{case}"
    );
    let reply = send(&browser, "/auth/v2/session", fields).await;
    assert_eq!(reply.status, 200, "{case}: {reply:?}");
    assert!(
        reply.body.contains("\"authenticated\":false"),
        "{case}: {reply:?}"
    );
    let removed = SetCookie::all(&reply.headers);
    assert!(
        removed.iter().all(SetCookie::is_removal),
        "{case}: {removed:?}"
    );
    let names: Vec<_> = removed.iter().map(|cookie| cookie.name.as_str()).collect();
    assert_eq!(names, [name, &format!("{name}.1")], "{case}");
}

/// The same value with another character at this place.
fn changed(value: &str, at: usize) -> String {
    let mut bytes = value.as_bytes().to_vec();
    bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
    String::from_utf8(bytes).expect("ASCII")
}

/// The same value with its bytes changed, behind the prefix.
fn repacked(value: &str, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let (prefix, sealed) = value.split_once('.').expect("a prefix");
    let mut bytes = URL_SAFE_NO_PAD.decode(sealed).expect("base64url");
    change(&mut bytes);
    format!("{prefix}.{}", URL_SAFE_NO_PAD.encode(bytes))
}

#[tokio::test]
async fn what_was_not_sealed_here_is_no_session() {
    setup()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let (name, value) = browser.session_cookie();
            let length = value.len();
            let mut values = vec![
                ("empty", String::new()),
                ("a word", "x".to_owned()),
                ("only a prefix", "1.".to_owned()),
                ("garbage", "1.%00;<script>".replace(';', "")),
                ("not ASCII", "1.caf\u{e9}".to_owned()),
                ("quoted", format!("\"{value}\"")),
                ("extended", format!("{value}A")),
                ("padded", format!("{value}=")),
                ("without its prefix", value[2..].to_owned()),
                ("with another prefix", format!("2.{}", &value[2..])),
                ("of a newer form", format!("9.{}", &value[2..])),
                ("of two parts", format!("2.ABCDEFGH.{}", &value[2..])),
                (
                    "of a newer format",
                    repacked(&value, |bytes| bytes[0] ^= 0x80),
                ),
                ("of format zero", repacked(&value, |bytes| bytes[0] = 0)),
                (
                    "one byte short",
                    repacked(&value, |bytes| bytes.truncate(bytes.len() - 1)),
                ),
                ("one byte long", repacked(&value, |bytes| bytes.push(0))),
                ("half", value[..length / 2].to_owned()),
                ("very long", format!("1.{}", "A".repeat(6000))),
            ];
            values.extend(
                (2..length)
                    .step_by(7)
                    .map(|at| ("changed", changed(&value, at))),
            );
            // A cookie with a store begins with a random byte, which may be zero.
            values.retain(|(_, other)| *other != value);
            for (case, value) in values {
                let field = format!("{name}={value}");
                assert_is_no_session(site, &format!("{case}: {value}"), &name, &[field]).await;
            }
            // The real one still is.
            assert_eq!(browser.get("/me").await.status, 200);
        })
        .await;
}

/// One cookie twice: another host of the domain may have set one of them.
#[tokio::test]
async fn a_cookie_that_comes_twice_is_no_session() {
    setup()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let (name, value) = browser.session_cookie();
            for fields in [
                vec![format!("{name}={value}; {name}={value}")],
                vec![format!("{name}={value}"), format!("{name}={value}")],
                vec![format!("{name}={value}; {name}=x")],
                vec![format!("{name}=x; {name}={value}")],
                vec![format!("{name}=; {name}={value}")],
                vec![format!("a=b; {name}={value}; c=d; {name}=x; e=f")],
            ] {
                assert_is_no_session(site, &format!("{fields:?}"), &name, &fields).await;
            }
            // Others beside it do no harm.
            for fields in [
                vec![format!("a=b; {name}={value}")],
                vec![format!("a=b;{name}={value};c=d")],
                vec![
                    "a=b".to_owned(),
                    format!("{name}={value}"),
                    "c=d".to_owned(),
                ],
                vec![format!("x{name}=y; {name}={value}; {name}x=z")],
                vec![format!("a={name}=x; {name}={value}")],
                vec![format!("{name}={value};;")],
                vec!["\u{e9}=\u{e9}".to_owned(), format!("{name}={value}")],
            ] {
                let reply = send(&browser, "/me", &fields).await;
                assert_eq!(reply.status, 200, "{fields:?}: {reply:?}");
            }
        })
        .await;
}

/// The sessions of another application, which has another key or client, are not ours.
#[tokio::test]
async fn foreign_sessions() {
    setup()
        .run(async |site| {
            let other =
                site.another_with(|sessions| sessions.key("another key of thirty-two characters"));
            let browser = other.signed_in("alice").await;
            let (name, value) = browser.session_cookie();
            let fields = [format!("{name}={value}")];
            assert_is_no_session(site, "of another key", &name, &fields).await;
            // Under another name it does not open, though the key is the same.
            let own = site.browser();
            own.sign_in("alice").await;
            let value = own.jar().session().expect("a session").to_owned();
            let fields = [format!("oidc-session-00000000={value}")];
            let reply = send(&own, "/me", &fields).await;
            assert_eq!(reply.status, 401, "{reply:?}");
        })
        .await;
}
