//! Other origins on the host of the application: another port, another name for it.

use crate::session_support::browser::{NAVIGATE, SAME_ORIGIN};
use crate::session_support::site::{HTTP, Place, setup};
use crate::sign_in::{location, parameter};

/// The application is at `http://127.0.0.1:8000`.
const NEIGHBOURS: [&str; 12] = [
    "http://127.0.0.1:8001/",
    "http://127.0.0.1/",
    "https://127.0.0.1:8000/",
    "http://localhost:8000/",
    "http://[::1]:8000/",
    "http://127.0.0.1:8000.evil.example/",
    "http://127.0.0.1:8000@evil.example/",
    "//127.0.0.1:8001/",
    "//127.0.0.1:8000/",
    "/\\127.0.0.1:8001/",
    "\\\\127.0.0.1:8001/",
    ":8001/",
];

fn with(path: &str, name: &str, value: &str) -> String {
    let url = reqwest::Url::parse_with_params("http://x/", [(name, value)]).expect("a URL");
    format!("{path}?{}", url.query().expect("a parameter"))
}

#[tokio::test]
async fn no_link_leads_to_them() {
    setup()
        .public(HTTP)
        .places(&[Place::Cookie])
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let fields = [NAVIGATE, SAME_ORIGIN].concat();
            for target in NEIGHBOURS {
                for (path, name) in [
                    ("/auth/v2/login", "return_to"),
                    ("/auth/v2/login", "target_link_uri"),
                    ("/auth/v2/logout", "return_to"),
                ] {
                    let reply = browser.get_with(&with(path, name, target), &fields).await;
                    assert_eq!(reply.status, 400, "{path} {name} {target}: {reply:?}");
                    for field in ["location", "set-cookie"] {
                        assert!(!reply.headers.contains_key(field), "{target}: {reply:?}");
                    }
                }
            }
            assert!(browser.is_signed_in().await);
        })
        .await;
}

/// A form that was sent without a session leads back to where it was, unless that is elsewhere.
#[tokio::test]
async fn no_form_leads_back_to_them() {
    setup()
        .public(HTTP)
        .places(&[Place::Cookie])
        .run(async |site| {
            let own = format!("{HTTP}/pages/form");
            let own = [(own.as_str(), "/pages/form")];
            let others = NEIGHBOURS.map(|neighbour| (neighbour, "/"));
            for (referer, expected) in own.into_iter().chain(others) {
                let fields = [NAVIGATE, SAME_ORIGIN, &[("referer", referer)]].concat();
                let reply = site.browser().post_with("/act", &fields).await;
                assert_eq!(reply.status, 303, "{referer}: {reply:?}");
                let login = format!("{HTTP}{}", location(&reply));
                let return_to = parameter(&login, "return_to");
                assert_eq!(return_to.as_deref(), Some(expected), "{referer}");
            }
        })
        .await;
}
