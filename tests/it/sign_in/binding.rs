//! Which sign-ins are bound to the browser that began them, and where they may end.

use axum::Router;
use oidc::Oidc;
use oidc_devidp::{Client, DevIdp, Endpoint};
use reqwest::Method;
use reqwest::header::HOST;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Browser, Landing, NATIVE, app, assert_error, location, parameter, tokens, with};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::{App, Server, for_both};

const PUBLIC: &str = "https://app.example";
const OWN: &str = "https://app.example/api/auth/v2/callback";
const PAGE: &str = "https://app.example/signed-in";
const ELSEWHERE: &str = "https://other.example/api/auth/v2/callback";
/// Another application's port, with the path of the callback.
const IMITATION: &str = "http://localhost:1/api/auth/v2/callback";

async fn public_bench() -> Bench {
    let client = Client::new("oidc-guard-dev").any_loopback_redirect();
    let uris = [OWN, PAGE, ELSEWHERE].into_iter();
    Bench::with(DevIdp::builder().client(uris.fold(client, Client::redirect_uri))).await
}

fn public(bench: &Bench, public_url: &str) -> Oidc {
    let builder = bench.builder().public_url(public_url);
    let builder = builder.allowed_redirect(PAGE).allowed_redirect(ELSEWHERE);
    builder.build().expect("the configuration is sound")
}

/// What the name of the cookie begins with that `login` sets, if it sets one.
async fn cookie_prefix(server: &Server, redirect_uri: &str) -> Option<&'static str> {
    let query = [("redirect_uri", redirect_uri)];
    let reply = Browser::new(server).get("login", &query).await;
    assert_eq!(reply.status, 307, "{redirect_uri}: {reply:?}");
    let cookie = reply.headers.get("set-cookie")?.to_str().expect("ASCII");
    let prefix = ["oidc-sign-in-", "__Host-oidc-sign-in-"]
        .into_iter()
        .find(|prefix| cookie.starts_with(prefix));
    let secure = cookie.contains("; Secure");
    assert_eq!(secure, prefix == Some("__Host-oidc-sign-in-"), "{cookie}");
    Some(prefix.expect("a name that is known"))
}

#[tokio::test]
async fn what_returns_to_the_public_address_is_bound() {
    let bench = public_bench().await;
    let (plain, host) = (Some("oidc-sign-in-"), Some("__Host-oidc-sign-in-"));
    for (public_url, redirect_uri, expected) in [
        (PUBLIC, OWN, host),
        (PUBLIC, PAGE, host),
        (PUBLIC, ELSEWHERE, None),
        (PUBLIC, NATIVE, None),
        (PUBLIC, IMITATION, None),
        ("https://other.example/below/", ELSEWHERE, host),
        (
            "http://127.0.0.1:8000",
            "http://127.0.0.1:8000/api/auth/v2/callback",
            plain,
        ),
        (
            "http://127.0.0.1:8000",
            "http://127.0.0.1:8000/signed-in",
            plain,
        ),
        (
            "http://127.0.0.1:8000",
            "http://127.0.0.1:53100/callback",
            None,
        ),
        ("http://127.0.0.1:8000", NATIVE, None),
        ("http://localhost:8000", NATIVE, None),
    ] {
        for_both(
            app(),
            || public(&bench, public_url),
            async |server| {
                let found = cookie_prefix(server, redirect_uri).await;
                assert_eq!(found, expected, "{redirect_uri} of {public_url}");
            },
        )
        .await;
    }
}

#[tokio::test]
async fn without_a_public_address_the_request_s_host_counts() {
    let bench = public_bench().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let browser = Browser::new(server);
            let other_port = format!("http://127.0.0.1:{}/signed-in", server.address.port() ^ 1);
            for (redirect_uri, bound) in [
                (browser.callback(), true),
                (browser.page(), true),
                (IMITATION.to_owned(), true),
                (other_port, false),
                (NATIVE.to_owned(), false),
            ] {
                let found = cookie_prefix(server, &redirect_uri).await;
                assert_eq!(found.is_some(), bound, "{redirect_uri}");
            }
        },
    )
    .await;
}

/// An attacker who reads the address of the redirect has the code and the state, but not the
/// cookie.
#[tokio::test]
async fn a_page_s_sign_in_needs_its_browser() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let (browser, thief) = (Browser::new(server), Browser::new(server));
            let page = browser.page();
            let landing = browser.sign_in(&bench.idp, &page).await;
            thief.begin(&page).await;
            bench.idp.reset_hits();
            let landing = Landing::read(&landing, &page);
            let form = landing.form();
            let reply = thief.post("token", &form).await;
            assert_error("another browser", &reply, 400, "invalid_request");
            assert_eq!(bench.idp.hits(Endpoint::Token), 0);

            let reply = browser.post("token", &form).await;
            tokens(&reply);
            let cookie = reply.headers["set-cookie"].to_str().expect("ASCII");
            assert!(cookie.contains("Max-Age=0"), "{cookie}");
            let again = browser.post("token", &form).await;
            assert_error("replayed", &again, 400, "invalid_request");
        },
    )
    .await;
}

/// A sign-in that began under another name of the application is not bound, and so not taken
/// where it would have to be.
#[tokio::test]
async fn binding_is_not_avoided_by_another_host() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let (attacker, victim) = (Browser::new(server), Browser::new(server));
            let page = victim.page();
            let request = attacker.request(Method::GET, "login");
            let request = request.query(&[("redirect_uri", &page)]);
            let reply = Reply::of(request.header(HOST, "elsewhere.example")).await;
            assert!(!reply.headers.contains_key("set-cookie"), "{reply:?}");

            let landing = bench.idp.sign_in(&location(&reply), "bob");
            let landing = Landing::read(&landing, &page);
            bench.idp.reset_hits();
            let reply = victim.post("token", &landing.form()).await;
            assert_error("not bound", &reply, 400, "invalid_request");
            assert_eq!(bench.idp.hits(Endpoint::Token), 0);
        },
    )
    .await;
}

/// The same with the address of a proxy in front. This browser keeps secure cookies for the
/// loopback interface.
#[tokio::test]
async fn behind_a_proxy_a_page_s_sign_in_needs_its_browser() {
    let bench = public_bench().await;
    for_both(
        app(),
        || public(&bench, PUBLIC),
        async |server| {
            let (browser, thief) = (Browser::new(server), Browser::new(server));
            let landing = browser.sign_in(&bench.idp, PAGE).await;
            let landing = Landing::read(&landing, PAGE);
            bench.idp.reset_hits();
            let reply = thief.post("token", &landing.form()).await;
            assert_error("another browser", &reply, 400, "invalid_request");
            assert_eq!(bench.idp.hits(Endpoint::Token), 0);
            tokens(&browser.post("token", &landing.form()).await);
        },
    )
    .await;
}

/// The target of a request may name the host itself, as that of HTTP/2 does; then `Host` is
/// ignored (RFC 9112 §3.2.2).
#[tokio::test]
async fn the_target_names_the_host() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let address = server.address;
            let page = format!("http://{address}/signed-in");
            for (target, host, bound) in [
                ("", address.to_string(), true),
                ("", "elsewhere.example".to_owned(), false),
                ("", String::new(), false),
                ("", "\u{e9}\\@:x".to_owned(), false),
                (
                    &*format!("http://{address}"),
                    "elsewhere.example".to_owned(),
                    true,
                ),
                ("http://elsewhere.example", address.to_string(), false),
            ] {
                let head = format!(
                    "GET {target}/api/auth/v2/login?redirect_uri={page} HTTP/1.1\r\n\
                     Host: {host}\r\nConnection: close\r\n\r\n"
                );
                let reply = response_to(server, &head).await;
                assert!(reply.contains(" 307 "), "{head}{reply}");
                assert_eq!(reply.contains("oidc-sign-in-"), bound, "{head}{reply}");
            }
        },
    )
    .await;
}

async fn response_to(server: &Server, head: &str) -> String {
    let mut stream = TcpStream::connect(server.address)
        .await
        .expect("a connection");
    let sent = stream.write_all(head.as_bytes()).await;
    sent.expect("the head is sent");
    let mut response = String::new();
    let read = stream.read_to_string(&mut response).await;
    read.expect("a response");
    response
}

/// The callback of one application in two places.
fn twice() -> App {
    App {
        axum: |_| {
            Router::new()
                .nest("/api", oidc::routes!().into())
                .nest("/second", oidc::routes!().into())
        },
        actix: |_, config| {
            config
                .service(actix_web::web::scope("/api").service(oidc::routes!()))
                .service(actix_web::web::scope("/second").service(oidc::routes!()));
        },
    }
}

#[tokio::test]
async fn the_callback_takes_only_its_own_sign_ins() {
    let bench = Bench::start().await;
    for_both(
        twice(),
        || bench.oidc(),
        async |server| {
            let browser = Browser::new(server);
            let (login, callback) = (browser.url("login").to_string(), browser.callback());
            let second = |url: &str| url.replace("/api/", "/second/");
            for (login, redirect_uri) in [
                (login.clone(), browser.page()),
                (second(&login), second(&callback)),
            ] {
                let begun = with(&login, "redirect_uri", Some(&redirect_uri));
                let begun = location(&browser.open(&begun).await);
                let landing = bench.idp.sign_in(&begun, "alice");
                bench.idp.reset_hits();
                let moved = landing.replace(&redirect_uri, &callback);
                let reply = browser.open(&moved).await;
                assert_error(&redirect_uri, &reply, 400, "invalid_request");
                assert_eq!(bench.idp.hits(Endpoint::Token), 0, "{redirect_uri}");
            }
        },
    )
    .await;
}

/// A cookie without its prefix can be planted by a neighbouring host, so that no sign-in which
/// began without may end at the callback.
#[tokio::test]
async fn behind_a_proxy_the_callback_takes_only_its_own_sign_ins() {
    let bench = public_bench().await;
    for_both(
        app(),
        || public(&bench, PUBLIC),
        async |server| {
            let browser = Browser::new(server);
            for (redirect_uri, accepted) in [
                (OWN, true),
                (PAGE, false),
                (ELSEWHERE, false),
                (IMITATION, false),
                (NATIVE, false),
            ] {
                let landing = browser.sign_in(&bench.idp, redirect_uri).await;
                let arrived = ["code", "state", "iss"]
                    .into_iter()
                    .fold(browser.callback(), |url, name| {
                        with(&url, name, parameter(&landing, name).as_deref())
                    });
                bench.idp.reset_hits();
                let reply = browser.open(&arrived).await;
                if accepted {
                    tokens(&reply);
                } else {
                    assert_error(redirect_uri, &reply, 400, "invalid_request");
                    assert_eq!(bench.idp.hits(Endpoint::Token), 0, "{redirect_uri}");
                }
            }
        },
    )
    .await;
}

/// Native applications bring the code without the browser's cookies, wherever this one runs.
#[tokio::test]
async fn native_clients_need_no_browser() {
    let bench = Bench::start().await;
    for public_url in [None, Some(PUBLIC), Some("http://localhost:8000")] {
        let oidc = || match public_url {
            Some(public_url) => public(&bench, public_url),
            None => bench.oidc(),
        };
        for_both(app(), oidc, async |server| {
            let (browser, client) = (Browser::new(server), Browser::new(server));
            let landing = browser.sign_in(&bench.idp, NATIVE).await;
            let landing = Landing::read(&landing, NATIVE);
            tokens(&client.post("token", &landing.form()).await);
        })
        .await;
    }
}
