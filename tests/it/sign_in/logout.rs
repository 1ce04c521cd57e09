use oidc_devidp::Tamper;

use super::{Browser, app, location, parameter, with_browser};
use crate::support::bench::Bench;
use crate::support::servers::for_both;

const HOME: &str = "http://localhost:3000/bye";

#[tokio::test]
async fn passes_to_the_provider_what_is_given() {
    let bench = Bench::start().await;
    with_browser(&bench, async |browser| {
        let bare = location(&browser.get("logout", &[]).await);
        assert!(bare.starts_with(bench.idp.issuer()), "{bare}");
        assert_eq!(
            parameter(&bare, "client_id").as_deref(),
            Some(bench.idp.client_id())
        );
        for name in ["post_logout_redirect_uri", "id_token_hint", "state"] {
            assert_eq!(parameter(&bare, name), None, "{name}");
        }
        let given = [
            ("post_logout_redirect_uri", HOME),
            ("id_token_hint", "a.b.c"),
            ("state", "s&t"),
        ];
        let url = location(&browser.get("logout", &given).await);
        for (name, value) in given {
            assert_eq!(parameter(&url, name).as_deref(), Some(value), "{name}");
        }
        let url = location(
            &browser
                .get("logout", &[("post_logout_redirect_uri", "/bye")])
                .await,
        );
        assert_eq!(
            parameter(&url, "post_logout_redirect_uri"),
            None,
            "no provider knows it"
        );
    })
    .await;
}

#[tokio::test]
async fn a_provider_without_logout() {
    let bench = Bench::start().await;
    bench.idp.tamper(Tamper::NoEndSession);
    with_browser(&bench, async |browser| {
        for (target, lands) in [("", "/"), ("/bye", "/bye"), (HOME, HOME)] {
            let query = [("post_logout_redirect_uri", target)];
            let reply = browser.get("logout", &query).await;
            assert_eq!((reply.status, location(&reply).as_str()), (307, lands));
        }
    })
    .await;
    let oidc = || {
        bench
            .builder()
            .public_url("https://app.example/base/")
            .build()
            .expect("sound")
    };
    for_both(app(), oidc, async |server| {
        let query = [("post_logout_redirect_uri", "/bye")];
        let reply = Browser::new(server).get("logout", &query).await;
        assert_eq!(location(&reply), "https://app.example/base/bye");
    })
    .await;
}
