//! Sign-ins without any interaction (`prompt=none`, OpenID Connect Core §3.1.2.1).

use crate::session_support::jar::SetCookie;
use crate::session_support::site::{HTTPS, Site, setup};
use crate::sign_in::{location, parameter};
use crate::support::reply::Reply;

/// The way back from a provider that does not know the browser.
fn unknown(site: &Site, authorization: &str, error: &str) -> String {
    let state = parameter(authorization, "state").expect("it is sent");
    let issuer = site.bench.idp.issuer();
    let callback = format!("{HTTPS}/auth/v2/callback");
    let pairs = [("error", error), ("state", &state), ("iss", issuer)];
    reqwest::Url::parse_with_params(&callback, pairs)
        .expect("a URL")
        .into()
}

#[tokio::test]
async fn who_is_signed_in_at_the_provider_gets_a_session() {
    setup()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let sid = browser.me().await["claims"]["sid"]
                .as_str()
                .expect("a sid")
                .to_owned();
            let other = site.browser();
            let authorization = other
                .begin("/auth/v2/login?silent=true&return_to=/me")
                .await;
            let callback = site.bench.idp.sign_in_again(&authorization, &sid);
            let reply = other.open(&callback).await;
            assert_eq!((reply.status, location(&reply).as_str()), (303, "/me"));
            assert_eq!(other.me().await["claims"]["sid"], sid.as_str());
        })
        .await;
}

/// Who is not goes on without one, and is left alone for a minute.
#[tokio::test]
async fn who_is_not_goes_on_without() {
    setup()
        .run(async |site| {
            let browser = site.browser();
            let login = "/auth/v2/login?silent=true&return_to=/home";
            let authorization = browser.begin(login).await;
            let reply = browser
                .open(&unknown(site, &authorization, "login_required"))
                .await;
            assert_eq!((reply.status, location(&reply).as_str()), (303, "/home"));
            let pause = SetCookie::all(&reply.headers);
            let pause = pause.iter().find(|cookie| cookie.max_age() == Some(60));
            let pause = pause.expect("a pause of a minute").clone();
            assert!(pause.has("httponly") && pause.has("secure") && pause.has("path=/"));
            assert_eq!(browser.jar().session(), None);
            assert!(!browser.is_signed_in().await);

            let reply = browser.open(login).await;
            assert_eq!((reply.status, location(&reply).as_str()), (303, "/home"));
            // A user may still sign in, and the pause ends by itself.
            browser.begin("/auth/v2/login").await;
            browser.jar().remove(&pause.name);
            browser.begin(login).await;
        })
        .await;
}

/// Other errors, and errors of sign-ins that were not silent, are errors.
#[tokio::test]
async fn other_errors_are_shown() {
    setup()
        .run(async |site| {
            for (login, error) in [
                ("/auth/v2/login?silent=true", "server_error"),
                ("/auth/v2/login?silent=true", "access_denied"),
                ("/auth/v2/login", "login_required"),
                ("/auth/v2/login", "access_denied"),
            ] {
                let browser = site.browser();
                let authorization = browser.begin(login).await;
                let callback = unknown(site, &authorization, error);
                let reply: Reply = browser.get(&callback).await;
                assert_eq!(reply.status, 400, "{login} {error}: {reply:?}");
                assert!(reply.body.contains(error), "{login} {error}: {reply:?}");
                assert_eq!(browser.jar().session(), None, "{login} {error}");
                // A silent sign-in may be tried again.
                browser.begin(login).await;
            }
        })
        .await;
}
