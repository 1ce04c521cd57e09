//! Redirects to addresses that only look like allowed ones are rejected.

use oidc::Oidc;
use oidc_devidp::{Endpoint, Tamper};

use super::{Browser, NATIVE, app, assert_error, location, parameter, with_browser};
use crate::support::bench::Bench;
use crate::support::servers::for_both;

const OWN: &str = "https://app.example/api/auth/v2/callback";
const CONFIGURED: &str = "https://app.example/after?tab=1";

/// Addresses that are allowed neither for codes nor after a logout.
const LOOK_ALIKES: [&str; 86] = [
    // Other hosts.
    "https://evil.example/api/auth/v2/callback",
    "https://app.example.evil.example/api/auth/v2/callback",
    "https://app.example@evil.example/api/auth/v2/callback",
    "https://app.example:pw@evil.example/api/auth/v2/callback",
    "https://app.example%40evil.example/api/auth/v2/callback",
    "https://app.example%2f@evil.example/api/auth/v2/callback",
    "https://app.example\\@evil.example/api/auth/v2/callback",
    "https://app.example\\.evil.example/api/auth/v2/callback",
    "https://app.example%00.evil.example/api/auth/v2/callback",
    "https://app.example#@evil.example/api/auth/v2/callback",
    "https://app.example?@evil.example/api/auth/v2/callback",
    "https://sub.app.example/api/auth/v2/callback",
    "https://appxexample/api/auth/v2/callback",
    "https://app.example./api/auth/v2/callback",
    "https://\u{430}pp.example/api/auth/v2/callback",
    "https://app\u{3002}example/api/auth/v2/callback",
    "https://evil.example/https://app.example/api/auth/v2/callback",
    // Other spellings of the own address.
    "http://app.example/api/auth/v2/callback",
    "HTTPS://app.example/api/auth/v2/callback",
    "https://APP.example/api/auth/v2/callback",
    "https://app.example:443/api/auth/v2/callback",
    "https://app.example:8443/api/auth/v2/callback",
    "https://user@app.example/api/auth/v2/callback",
    "https:/app.example/api/auth/v2/callback",
    "https:app.example/api/auth/v2/callback",
    "https:\\\\app.example/api/auth/v2/callback",
    "https:///app.example/api/auth/v2/callback",
    "https://app.example//api/auth/v2/callback",
    "https://app.example/api/auth/v2/callback/",
    "https://app.example/api/auth/v2/callback?code=1",
    "https://app.example/api/auth/v2/callback#code=1",
    "https://app.example/api/auth/v2/callback;x",
    "https://app.example/api/auth/v2/callback%00",
    "https://app.example/api/auth/v2/%63allback",
    "https://app.example/api/auth/v2/x/../callback",
    "https://app.example/API/auth/v2/callback",
    "https://app.example/auth/v2/callback",
    "https://app.example/after",
    "https://app.example/after?tab=2",
    "https://app.example/after?tab=1&next=2",
    " https://app.example/api/auth/v2/callback",
    "https://app.example/api/auth/v2/callback ",
    "https://app.example/api/auth/v2/callback\n",
    "https://app.example/api/auth/v2/callback\r\nset-cookie: a=b",
    // Other schemes.
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//http://localhost/",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "blob:https://app.example/1",
    "about:blank",
    "ftp://localhost/callback",
    "ws://localhost/callback",
    "https://localhost/callback",
    "example.app:/callback",
    // Lookalikes of the loopback interface.
    "http://localhost.evil.example/callback",
    "http://localhost@evil.example/callback",
    "http://localhost:80@evil.example/callback",
    "http://localhost%40evil.example/callback",
    "http://localhost\\@evil.example/callback",
    "http://localhost#@evil.example/callback",
    "http://evil.example#@localhost/callback",
    "http://evil.example\\@localhost/callback",
    "http://evil.example@localhost/callback",
    "http://localhost./callback",
    "http://LOCALHOST/callback",
    "http://\u{ff4c}ocalhost/callback",
    "http://localhost\u{200b}/callback",
    "http://localhost\t/callback",
    "http://localhost:99999/callback",
    "http://localhost:/callback",
    "http://localhost/callback#fragment",
    "http://localhost/\r\nset-cookie: a=b",
    "http:localhost/callback",
    "http:/localhost/callback",
    "http:\\\\localhost\\callback",
    "http://127.0.0.1.evil.example/callback",
    "http://127.0.0.1@evil.example/callback",
    "http://127.1/callback",
    "http://0177.0.0.1/callback",
    "http://0x7f.0.0.1/callback",
    "http://2130706433/callback",
    "http://0.0.0.0/callback",
    "http://128.0.0.1/callback",
    "http://[::1]@evil.example/callback",
    "http://[::2]/callback",
];

/// Paths that are not allowed after a logout.
const NO_LOCAL_PATHS: [&str; 33] = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "//evil.example/%2e%2e",
    "//localhost:3000/",
    "/\\evil.example",
    "/\\/evil.example",
    "/\\\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/%2fevil.example",
    "/%2F%2Fevil.example",
    "%2F%2Fevil.example",
    "/%5cevil.example",
    "/%5C%5Cevil.example",
    "/bye//evil.example",
    "/bye/..//evil.example",
    "/.//evil.example",
    "/../evil",
    "/bye/..",
    "/%2e%2e/evil",
    "/.%2E/evil",
    "/%2e/evil",
    "/\tevil.example",
    "/%09/evil.example",
    "/bye\r\nset-cookie: a=b",
    "/bye%0d%0aset-cookie:a=b",
    "/bye%00",
    "/\0bye",
    "/\u{2028}bye",
    "/\u{ff0f}evil.example",
    " /bye",
    "bye",
];

/// Behind a proxy, and with a further address.
fn public(bench: &Bench) -> Oidc {
    let builder = bench.builder().public_url("https://app.example");
    let builder = builder.allowed_redirect(CONFIGURED);
    builder.build().expect("the configuration is sound")
}

#[tokio::test]
async fn at_the_login() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || public(&bench),
        async |server| {
            let browser = Browser::new(server);
            for allowed in [OWN, CONFIGURED, NATIVE] {
                let url = browser.begin(allowed).await;
                assert_eq!(parameter(&url, "redirect_uri").as_deref(), Some(allowed));
            }
            for rejected in LOOK_ALIKES.iter().chain(&NO_LOCAL_PATHS) {
                let query = [("redirect_uri", *rejected)];
                let reply = browser.get("login", &query).await;
                assert_error(rejected, &reply, 400, "invalid_request");
                assert!(!reply.headers.contains_key("set-cookie"), "{rejected}");
                assert!(!reply.body.contains("evil"), "{reply:?}");
            }
        },
    )
    .await;
}

/// An application without native clients can disallow loopback addresses.
#[tokio::test]
async fn loopback_addresses_can_be_switched_off() {
    let bench = Bench::start().await;
    let local = "http://127.0.0.1:8000";
    let own = format!("{local}/api/auth/v2/callback");
    let oidc = || {
        let builder = bench.builder().public_url(local).loopback_redirects(false);
        let builder = builder.allowed_redirect("http://localhost:9000/cb");
        builder.build().expect("the configuration is sound")
    };
    for_both(app(), oidc, async |server| {
        let browser = Browser::new(server);
        for allowed in [&*own, "http://localhost:9000/cb"] {
            browser.begin(allowed).await;
        }
        for rejected in [
            NATIVE,
            "http://127.0.0.1:8000/signed-in",
            "http://localhost:9000/",
            "http://[::1]/callback",
            &*browser.callback(),
        ] {
            let query = [("redirect_uri", rejected)];
            let reply = browser.get("login", &query).await;
            assert_error(rejected, &reply, 400, "invalid_request");

            let form = [
                ("code", "c"),
                ("redirect_uri", rejected),
                ("code_verifier", "v"),
            ];
            let reply = browser.post("token", &form).await;
            assert_error(rejected, &reply, 400, "invalid_request");

            let query = [("post_logout_redirect_uri", rejected)];
            let reply = browser.get("logout", &query).await;
            assert_error(rejected, &reply, 400, "invalid_request");
        }
    })
    .await;
    assert_eq!(bench.idp.hits(Endpoint::Token), 0);
}

/// A code is not exchanged with a redirect URI that `login` would have rejected.
#[tokio::test]
async fn at_the_token_endpoint() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || public(&bench),
        async |server| {
            let browser = Browser::new(server);
            for rejected in LOOK_ALIKES.iter().chain(&NO_LOCAL_PATHS) {
                let form = [
                    ("code", "c"),
                    ("redirect_uri", *rejected),
                    ("code_verifier", "v"),
                ];
                let reply = browser.post("token", &form).await;
                assert_error(rejected, &reply, 400, "invalid_request");
            }
        },
    )
    .await;
    assert_eq!(bench.idp.hits(Endpoint::Token), 0);
}

/// With and without an end-session endpoint, and with and without a configured public URL.
#[tokio::test]
async fn after_a_logout() {
    for no_end_session in [false, true] {
        let bench = Bench::start().await;
        if no_end_session {
            bench.idp.tamper(Tamper::NoEndSession);
        }
        let configurations: [fn(&Bench) -> Oidc; 2] = [Bench::oidc, public];
        for oidc in configurations {
            for_both(
                app(),
                || oidc(&bench),
                async |server| {
                    let browser = Browser::new(server);
                    for rejected in LOOK_ALIKES.iter().chain(&NO_LOCAL_PATHS) {
                        let query = [("post_logout_redirect_uri", *rejected)];
                        let reply = browser.get("logout", &query).await;
                        assert_error(rejected, &reply, 400, "invalid_request");
                    }
                },
            )
            .await;
        }
    }
}

/// Queries as an attacker writes them, without the care of a library.
#[tokio::test]
async fn after_a_logout_in_raw_queries() {
    let bench = Bench::start().await;
    bench.idp.tamper(Tamper::NoEndSession);
    with_browser(&bench, async |browser| {
        for target in [
            "//evil.example",
            "/\\evil.example",
            "/%5Cevil.example",
            "%2f%2fevil.example",
            "%252f%252fevil.example",
            "/%252fevil.example",
            "/%255cevil.example",
            "/%0d%0aset-cookie:a=b",
            "/%250d%250aset-cookie:a=b",
            "/%E5%98%8D%E5%98%8Aset-cookie:a=b",
            "/%c0%af/evil.example",
            "/%ff",
            "https:evil.example",
            "%68ttps://evil.example",
            "/bye&post_logout_redirect_uri=//evil.example",
        ] {
            let query = format!("post_logout_redirect_uri={target}");
            let mut url = browser.url("logout");
            url.set_query(Some(&query));
            let reply = browser.open(url.as_str()).await;
            assert_error(target, &reply, 400, "invalid_request");
        }
        let bare = browser.get("logout", &[]).await;
        assert_eq!(location(&bare), "/");
    })
    .await;
}
