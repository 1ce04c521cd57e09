//! What a request gets that is not admitted: a page or a redirect in a browser, JSON in a program.

use serde_json::Value;

use crate::session_support::browser::{Fields, NAVIGATE};
use crate::session_support::jar::SetCookie;
use crate::session_support::site::setup;
use crate::sign_in::{location, with};
use crate::support::reply::Reply;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gets {
    /// To the login.
    Redirect,
    /// 401 with the address of the login.
    Login,
    /// The same, for the script that redirects the page.
    Htmx,
    /// 401 without it.
    Nothing,
}

const SIGN_IN_FOR_ME: &str = "/auth/v2/login?return_to=%2Fme";

#[track_caller]
fn assert_gets(case: &str, reply: &Reply, expected: Gets) {
    if expected == Gets::Redirect {
        assert_eq!(reply.status, 303, "{case}: {reply:?}");
        assert_eq!(location(reply), SIGN_IN_FOR_ME, "{case}");
        assert!(reply.headers["vary"] == "Cookie", "{case}: {reply:?}");
        assert_eq!(reply.headers["cache-control"], "no-store", "{case}");
        return;
    }
    assert_eq!(reply.status, 401, "{case}: {reply:?}");
    assert!(
        reply.challenge().starts_with("Bearer realm="),
        "{case}: {reply:?}"
    );
    let body: Value = serde_json::from_str(&reply.body).expect("JSON");
    let has_login = body["login"] == "/auth/v2/login";
    assert_eq!(has_login, expected != Gets::Nothing, "{case}: {reply:?}");
    let redirect = reply
        .headers
        .get("hx-redirect")
        .map(|value| value.to_str().expect("ASCII"));
    let expected = (expected == Gets::Htmx).then_some("/auth/v2/login");
    assert_eq!(redirect, expected, "{case}: {reply:?}");
}

const HTML: (&str, &str) = ("accept", "text/html,*/*;q=0.8");

/// Requests without a session, by what browsers send along.
const REQUESTS: [(&str, Fields<'_>, Gets); 16] = [
    ("a navigation", NAVIGATE, Gets::Redirect),
    ("an older browser", &[HTML], Gets::Redirect),
    (
        "XHTML",
        &[("accept", "application/xhtml+xml")],
        Gets::Redirect,
    ),
    (
        "no destination",
        &[("sec-fetch-mode", "navigate")],
        Gets::Redirect,
    ),
    ("anything", &[("accept", "*/*")], Gets::Login),
    ("nothing", &[], Gets::Login),
    ("JSON", &[("accept", "application/json")], Gets::Login),
    (
        "a script",
        &[HTML, ("x-requested-with", "XMLHttpRequest")],
        Gets::Login,
    ),
    (
        "fetch",
        &[
            HTML,
            ("sec-fetch-mode", "cors"),
            ("sec-fetch-dest", "empty"),
        ],
        Gets::Login,
    ),
    (
        "a frame",
        &[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")],
        Gets::Login,
    ),
    (
        "an image",
        &[("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")],
        Gets::Login,
    ),
    (
        "a prefetch",
        &[NAVIGATE[1], NAVIGATE[2], ("sec-purpose", "prefetch")],
        Gets::Login,
    ),
    (
        "a prerender",
        &[NAVIGATE[1], ("sec-purpose", "prefetch;prerender")],
        Gets::Login,
    ),
    (
        "htmx",
        &[("hx-request", "true"), ("sec-fetch-mode", "cors")],
        Gets::Htmx,
    ),
    (
        "htmx without metadata",
        &[("hx-request", "true"), HTML],
        Gets::Htmx,
    ),
    (
        "a wrong token",
        &[NAVIGATE[1], ("authorization", "Bearer x.y.z")],
        Gets::Nothing,
    ),
];

#[tokio::test]
async fn a_request_without_a_session() {
    setup()
        .run(async |site| {
            for (case, fields, expected) in REQUESTS {
                let reply = site.browser().get_with("/me", fields).await;
                assert_gets(case, &reply, expected);
                assert_eq!(SetCookie::all(&reply.headers).len(), 0, "{case}");
            }
        })
        .await;
}

/// The same with the cookie of a session that was not used for too long, which is removed.
#[tokio::test]
async fn a_request_with_a_dead_session() {
    setup()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            site.advance(1801);
            for (case, fields, expected) in REQUESTS {
                let reply = browser.copy().get_with("/me", fields).await;
                assert_gets(case, &reply, expected);
                let removed = SetCookie::all(&reply.headers);
                // With a token, nobody looks at the cookie.
                let parts = if expected == Gets::Nothing { 0 } else { 2 };
                assert_eq!(removed.len(), parts, "{case}: {removed:?}");
                assert!(
                    removed.iter().all(SetCookie::is_removal),
                    "{case}: {removed:?}"
                );
            }
        })
        .await;
}

/// The page to return to is the one that was asked for, with its query.
#[tokio::test]
async fn the_way_back() {
    setup()
        .run(async |site| {
            for (path, return_to) in [
                ("/me?a=b&c=%2Fd", "%2Fme%3Fa%3Db%26c%3D%252Fd"),
                ("/staff_only/room", "%2Fstaff_only%2Froom"),
                ("/pages/caf%C3%A9", "%2Fpages%2Fcaf%25C3%25A9"),
            ] {
                let reply = site.browser().open(path).await;
                assert_eq!(reply.status, 303, "{path}: {reply:?}");
                let expected = format!("/auth/v2/login?return_to={return_to}");
                assert_eq!(location(&reply), expected);
            }
        })
        .await;
}

/// Where signing in would not help, browsers get a page and programs JSON.
#[tokio::test]
async fn a_user_without_the_right() {
    setup()
        .run(async |site| {
            let browser = site.signed_in("bob").await;
            for path in ["/admin", "/staff_only/room", "/sales"] {
                let reply = browser.open(path).await;
                assert_eq!(reply.status, 403, "{path}: {reply:?}");
                assert_eq!(reply.headers["content-type"], "text/html; charset=utf-8");
                assert!(reply.body.contains("<h1>"), "{reply:?}");
                let reply = browser.get(path).await;
                assert_eq!(reply.status, 403, "{path}: {reply:?}");
                let body: Value = serde_json::from_str(&reply.body).expect("JSON");
                assert_eq!(body["error"], "access_denied");
                assert_eq!(body.get("login"), None, "{reply:?}");
            }
        })
        .await;
}

/// An application's own error page, with the reason.
#[tokio::test]
async fn an_error_page_of_the_application() {
    setup()
        .sessions(|sessions| sessions.error_path("/oops?from=oidc"))
        .run(async |site| {
            let browser = site.signed_in("bob").await;
            let reply = browser.open("/admin").await;
            assert_eq!(reply.status, 303, "{reply:?}");
            assert_eq!(location(&reply), "/oops?from=oidc&code=policy_denied");
            let reply = browser.open("/auth/v2/callback?code=x&state=forged").await;
            assert_eq!(reply.status, 303, "{reply:?}");
            assert_eq!(location(&reply), "/oops?from=oidc&code=state_forged");
            assert_eq!(browser.get("/admin").await.status, 403);
        })
        .await;
}

/// The page of a failed callback leads to another sign-in, to the same page if the state is authentic:
/// a callback cannot succeed twice.
#[tokio::test]
async fn a_failed_sign_in_can_be_tried_again() {
    setup()
        .run(async |shop| {
            let browser = shop.browser();
            let login = "/auth/v2/login?return_to=/me%3Fa%3D%2522%26b%3Dc";
            let authorization = browser.begin(login).await;
            let callback = shop.bench.idp.refuse_sign_in(&authorization);
            let forged = with(&callback, "state", Some("forged\"><script>"));
            let twice = format!("{callback}&state=another");
            for (callback, again) in [
                (
                    &callback,
                    "/auth/v2/login?return_to=%2Fme%3Fa%3D%2522%26b%3Dc",
                ),
                (&forged, "/auth/v2/login"),
                (&twice, "/auth/v2/login"),
            ] {
                let reply = browser.open(callback).await;
                assert!(reply.status == 400 || reply.status == 403, "{reply:?}");
                let link = format!("<a href=\"{again}\">Try again</a>");
                assert!(reply.body.contains(&link), "{reply:?}");
            }
            let reply = browser
                .open("/auth/v2/login?return_to=//evil.example")
                .await;
            assert!(reply.body.contains("<a href=\"\">"), "{reply:?}");
        })
        .await;
}
