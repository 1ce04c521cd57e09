//! What a browser shows of a rejection: the library's page, or the application's own.

use crate::session_support::browser::Browser;
use crate::session_support::site::{Place, always_asked, setup};
use crate::sign_in::location;
use crate::support::reply::Reply;

const FORGED: &str = "/auth/v2/callback?code=x&state=forged";

/// Nobody stores it, frames it, or takes it for anything else than a page.
#[track_caller]
fn assert_page(case: &str, reply: &Reply, status: u16, code: &str) {
    assert_eq!(reply.status, status, "{case}: {reply:?}");
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ] {
        let fields: Vec<_> = reply.headers.get_all(name).iter().collect();
        assert_eq!(fields, [value], "{case}, {name}: {reply:?}");
    }
    for field in ["location", "set-cookie"] {
        let is_there = reply.headers.contains_key(field);
        assert!(!is_there, "{case}, {field}: {reply:?}");
    }
    let retries = reply.headers.contains_key("retry-after");
    assert_eq!(retries, status == 503, "{case}: {reply:?}");
    assert!(
        reply.body.starts_with("<!doctype html>"),
        "{case}: {reply:?}"
    );
    assert!(
        reply.body.contains(&format!("<code>{code}</code>")),
        "{case}"
    );
    for foreign in ["<script", "<style", "<img", "src=", "http"] {
        assert!(!reply.body.contains(foreign), "{case}: {reply:?}");
    }
}

#[tokio::test]
async fn the_pages_of_the_library() {
    setup()
        .sessions(always_asked)
        .run(async |site| {
            let browser = site.signed_in("bob").await;
            let page = browser.open("/admin").await;
            assert_page("a guard", &page, 403, "policy_denied");
            assert_eq!(page.headers["vary"], "Cookie");
            assert_page(
                "a layer",
                &browser.open("/staff_only/room").await,
                403,
                "policy_denied",
            );
            let reply = browser.open(FORGED).await;
            assert_page("a callback", &reply, 400, "state_forged");
            let reply = browser.open("/auth/v2/login?return_to=//evil").await;
            assert_page("a login", &reply, 400, "return_to_refused");
            if site.place == Place::Memory {
                site.store().fail(true);
                let reply = browser.open("/me").await;
                assert_page("an outage", &reply, 503, "store_unavailable");
                site.store().fail(false);
            }
        })
        .await;
}

/// Follows redirects from page to page, as a browser does that gives up after twenty.
async fn follow(browser: &Browser, path: &str) -> (usize, Reply) {
    let mut reply = browser.open(path).await;
    for followed in 0..20 {
        if reply.status != 303 {
            return (followed, reply);
        }
        reply = browser.open(&location(&reply)).await;
    }
    panic!("{path} leads in circles: {reply:?}");
}

/// The page may not be shown to whoever is sent there.
#[tokio::test]
async fn a_page_of_the_application_that_fails_itself() {
    for page in ["/admin", "/admin?from=oidc", "/staff_only/room"] {
        setup()
            .sessions(move |sessions| sessions.error_path(page))
            .run(async |site| {
                let browser = site.signed_in("bob").await;
                for path in ["/sales", FORGED] {
                    let (followed, reply) = follow(&browser, path).await;
                    assert_eq!(followed, 1, "{path}: {reply:?}");
                    assert_page(path, &reply, 403, "policy_denied");
                }
                let (followed, reply) = follow(&browser, page).await;
                assert_eq!(followed, 0, "{reply:?}");
                assert_page(page, &reply, 403, "policy_denied");
            })
            .await;
    }
}

/// Nor in an application whose proxy removes the start of its paths.
#[tokio::test]
async fn a_page_that_fails_below_a_path() {
    setup()
        .public("https://shop.example.org/shop")
        .places(&[Place::Cookie])
        .sessions(|sessions| sessions.error_path("/admin"))
        .run(async |site| {
            let browser = site.browser();
            let authorization = browser.begin("/shop/auth/v2/login").await;
            let reply = browser.finish(&authorization, "bob").await;
            assert_eq!(reply.status, 303, "{reply:?}");
            let (followed, reply) = follow(&browser, "/shop/sales").await;
            assert_eq!(followed, 1, "{reply:?}");
            assert_page("below", &reply, 403, "policy_denied");
        })
        .await;
}

/// A page that requires a user sends whoever has none to sign in, once.
#[tokio::test]
async fn a_page_of_the_application_that_requires_a_user() {
    setup()
        .places(&[Place::Cookie])
        .sessions(|sessions| sessions.error_path("/me"))
        .run(async |site| {
            let (followed, reply) = follow(&site.browser(), FORGED).await;
            assert_eq!((followed, reply.status), (2, 307), "{reply:?}");
            let provider = site.bench.idp.issuer();
            assert!(location(&reply).starts_with(provider), "{reply:?}");
        })
        .await;
}
