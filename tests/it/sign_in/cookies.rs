//! The cookies of sign-ins under way.

use reqwest::header::{COOKIE, HeaderValue};

use super::{Browser, app, kept, location, tokens};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::for_both;

/// Other applications of the host set cookies in whatever encoding.
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
