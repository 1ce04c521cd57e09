//! The cookies of sign-ins in progress.

use std::sync::Arc;

use oidc_devidp::Endpoint;
use reqwest::Method;
use reqwest::cookie::{CookieStore, Jar};
use reqwest::header::{COOKIE, HeaderValue};

use super::{Browser, Landing, app, assert_error, kept, location, tokens};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::for_both;

/// How many sign-ins one browser may have begun.
const MOST: usize = 8;

/// A page may redirect a browser to the login repeatedly: that must exceed neither this
/// application's header limits nor the browser's limit of cookies.
#[tokio::test]
async fn pile_up_to_eight() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let jar = Arc::new(Jar::default());
            let browser = Browser::with_jar(server, Arc::clone(&jar));
            let url = browser.url("login");
            jar.add_cookie_str("theme=dark", &url);
            let count = || {
                let cookies = jar.cookies(&url).expect("cookies");
                let cookies = cookies.to_str().expect("ASCII").to_owned();
                assert!(cookies.contains("theme=dark"), "{cookies}");
                cookies.matches("oidc-sign-in-").count()
            };
            let mut begun = Vec::new();
            for number in 1..=30 {
                let redirect_uri = match number % 2 {
                    0 => browser.callback(),
                    _ => browser.page(),
                };
                begun.push(browser.begin(&redirect_uri).await);
                assert_eq!(count(), number.min(MOST));
            }
            let landings = begun.iter().map(|url| bench.idp.sign_in(url, "alice"));
            let landings: Vec<_> = landings.collect();
            bench.idp.reset_hits();
            let oldest = Landing::read(&landings[20], &browser.page());
            let reply = browser.post("token", &oldest.form()).await;
            assert_error("the oldest is gone", &reply, 400, "invalid_request");
            assert_eq!(bench.idp.hits(Endpoint::Token), 0);

            tokens(&browser.open(&landings[29]).await);
            let page = Landing::read(&landings[22], &browser.page());
            tokens(&browser.post("token", &page.form()).await);
            assert_eq!(count(), MOST - 2);
        },
    )
    .await;
}

/// Cookies of an earlier version, or set by hand. Proxies limit the header
/// of a response, so that it does not remove all at once.
#[tokio::test]
async fn of_unknown_age_go_first() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let browser = Browser::new(server);
            let page = [("redirect_uri", &*browser.page())];
            let known = kept(&browser.get("login", &page).await);
            let odd = ["", "value", "x.y", "-1.z", "99999999999999999999.z", "1"];
            let odd = odd.iter().cycle().take(40).enumerate();
            let odd = odd.map(|(index, value)| format!("; oidc-sign-in-{index}={value}"));
            let others = "; __Host-oidc-sign-in-a=1.b; theme=dark";
            let header = format!("{known}{}{others}", odd.collect::<String>());

            let request = browser.request(Method::GET, "login").query(&page);
            let reply = Reply::of(request.header(COOKIE, header)).await;
            assert_eq!(reply.status, 307, "{reply:?}");
            let (removed, set): (Vec<_>, Vec<_>) = reply
                .headers
                .get_all("set-cookie")
                .iter()
                .map(|cookie| cookie.to_str().expect("ASCII"))
                .partition(|cookie| cookie.contains("Max-Age=0"));
            assert_eq!((removed.len(), set.len()), (16, 1), "{removed:?} {set:?}");
            let (name, _) = known.split_once('=').expect("a name");
            for cookie in removed {
                assert!(cookie.starts_with("oidc-sign-in-"), "{cookie}");
                assert!(!cookie.starts_with(name), "{cookie}");
                assert!(cookie.contains("; Path=/"), "{cookie}");
            }
        },
    )
    .await;
}

/// Other applications on the host set cookies in any encoding.
#[tokio::test]
async fn are_found_beside_odd_ones() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            for (before, after) in [
                (&b"latin=caf\xe9; "[..], &b""[..]),
                (b"", b"; latin=caf\xe9"),
                (b"\xff\xfe=\xff; ;;=; ", b"; \x80"),
                (b"a=b;", b";c=\"d"),
            ] {
                let browser = Browser::new(server);
                let callback = browser.callback();
                let begun = browser.get("login", &[("redirect_uri", &callback)]).await;
                let landing = bench.idp.sign_in(&location(&begun), "alice");
                let cookies = [before, kept(&begun).as_bytes(), after].concat();
                let cookies = HeaderValue::from_bytes(&cookies).expect("a header value");
                let request = browser.client.get(&landing).header(COOKIE, cookies);
                tokens(&Reply::of(request).await);
            }
        },
    )
    .await;
}
