use std::time::Duration;

use oidc_devidp::{Endpoint, Tamper};
use reqwest::Method;

use super::{Browser, NATIVE, app, assert_error, parameter, tokens, with, with_browser};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::for_both;

#[tokio::test]
async fn hands_out_tokens_once() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let landing = browser.sign_in(&bench.idp, &browser.callback()).await;
        let reply = browser.open(&landing).await;
        let cookie = reply.headers["set-cookie"]
            .to_str()
            .expect("ASCII")
            .to_owned();
        assert!(cookie.contains("Max-Age=0"), "{cookie}");
        tokens(&reply);

        let again = browser.open(&landing).await;
        assert_error("replayed", &again, 400, "invalid_request");
    })
    .await;
}

#[tokio::test]
async fn two_tabs() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let one = browser.sign_in(&bench.idp, &browser.callback()).await;
        let other = browser.sign_in(&bench.idp, &browser.callback()).await;
        tokens(&browser.open(&one).await);
        tokens(&browser.open(&other).await);
    })
    .await;
}

/// Variations of the address to which the provider returns the browser.
type Change = fn(&str) -> String;

#[tokio::test]
async fn what_is_rejected() {
    let bench = Bench::start().await;
    let changes: [(&str, Change); 9] = [
        ("no code", |url| with(url, "code", None)),
        ("empty code", |url| with(url, "code", Some(""))),
        ("no state", |url| with(url, "state", None)),
        ("empty state", |url| with(url, "state", Some(""))),
        ("forged state", |url| with(url, "state", Some("AAAA"))),
        ("longer state", |url| {
            let state = parameter(url, "state").expect("a state");
            with(url, "state", Some(&format!("{state}A")))
        }),
        ("two codes", |url| format!("{url}&code=other")),
        ("no iss", |url| with(url, "iss", None)),
        ("other iss", |url| {
            with(url, "iss", Some("https://evil.example"))
        }),
    ];
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            for (case, change) in changes {
                let browser = Browser::new(server);
                let landing = browser.sign_in(&bench.idp, &browser.callback()).await;
                bench.idp.reset_hits();
                let reply = browser.open(&change(&landing)).await;
                assert_error(case, &reply, 400, "invalid_request");
                assert_eq!(bench.idp.hits(Endpoint::Token), 0, "{case}");
                tokens(&browser.open(&landing).await);
            }
        },
    )
    .await;
}

#[tokio::test]
async fn only_the_browser_that_began() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let (browser, victim) = (Browser::new(server), Browser::new(server));
            let landing = browser.sign_in(&bench.idp, &browser.callback()).await;
            victim.begin(&victim.callback()).await;
            let reply = victim.open(&landing).await;
            assert_error("another browser", &reply, 400, "invalid_request");

            let native = browser.sign_in(&bench.idp, NATIVE).await;
            let moved = native.replace(NATIVE, &browser.callback());
            let reply = browser.open(&moved).await;
            assert_error("a sign-in for elsewhere", &reply, 400, "invalid_request");
        },
    )
    .await;
}

#[tokio::test]
async fn too_late() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let landing = browser.begin(&browser.callback()).await;
        bench.advance(Duration::from_secs(300));
        let landing = bench.idp.sign_in(&landing, "alice");
        let reply = browser.open(&landing).await;
        assert_error("expired", &reply, 400, "invalid_request");
    })
    .await;
}

#[tokio::test]
async fn the_user_declines() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let landing = bench
            .idp
            .refuse_sign_in(&browser.begin(&browser.callback()).await);
        assert_error(
            "refused",
            &browser.open(&landing).await,
            400,
            "access_denied",
        );

        let markup = "<script>alert(1)</script>\r\n\u{202e}";
        let landing = with(&landing, "error_description", Some(markup));
        let reply = browser.open(&landing).await;
        assert_error("markup", &reply, 400, "access_denied");
        assert!(!reply.body.contains("<script"), "{reply:?}");

        let reply = browser.open(&with(&landing, "error", Some(markup))).await;
        assert_error("markup for a code", &reply, 400, "invalid_request");
        let reply = browser
            .open(&with(&landing, "iss", Some("https://evil.example")))
            .await;
        assert_error("another provider", &reply, 400, "invalid_request");
    })
    .await;
}

/// The response mode is configured at the provider, so the response names the right one.
#[tokio::test]
async fn form_post_names_the_required_response_mode() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let callback = browser.callback();
        let landing = browser.sign_in(&bench.idp, &callback).await;
        bench.idp.reset_hits();
        let get = |name| parameter(&landing, name).expect("a code and a state");
        let form = [("code", &*get("code")), ("state", &*get("state"))];
        let reply = browser.post("callback", &form).await;
        assert_error("form_post", &reply, 405, "invalid_request");
        assert_eq!(reply.headers["allow"], "GET");
        assert!(reply.body.contains("response_mode=query"), "{reply:?}");
        assert_eq!(bench.idp.hits(Endpoint::Token), 0);

        let reply = Reply::of(browser.request(Method::PUT, "callback")).await;
        assert!(!reply.body.contains("response_mode"), "{reply:?}");
        let reply = Reply::of(browser.request(Method::POST, "login")).await;
        assert!(!reply.body.contains("response_mode"), "{reply:?}");
    })
    .await;
}

#[tokio::test]
async fn responses_that_the_provider_tampered_with() {
    for tamper in [
        Tamper::CallbackWrongIss,
        Tamper::CallbackNoIss,
        Tamper::CallbackNoState,
        Tamper::CallbackWrongState,
    ] {
        let bench = Bench::start().await;
        bench.idp.tamper(tamper);
        for_both(
            app(),
            || bench.oidc(),
            async |server| {
                let browser = Browser::new(server);
                let landing = browser.sign_in(&bench.idp, &browser.callback()).await;
                let reply = browser.open(&landing).await;
                assert_error(&format!("{tamper:?}"), &reply, 400, "invalid_request");
                assert_eq!(bench.idp.hits(Endpoint::Token), 0);
            },
        )
        .await;
    }
}
