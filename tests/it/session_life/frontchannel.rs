//! The provider signs users out in frames of their browser (OpenID Connect Front-Channel Logout 1.0).
//! Nothing of it is signed.

use oidc_devidp::Endpoint;
use reqwest::Url;

use crate::session_support::site::{Site, renewing};
use crate::support::reply::Reply;

/// The frame has no cookies: browsers do not send them to a frame on another site.
async fn frame(site: &Site, query: &[(&str, &str)]) -> Reply {
    let url = Url::parse_with_params("http://x/auth/v2/frontchannel-logout", query);
    let url = url.expect("a URL");
    let query = url.query().unwrap_or_default();
    site.server
        .get(&format!("{}?{query}", url.path()), None)
        .await
}

#[tokio::test]
async fn a_session_of_the_provider_ends() {
    renewing()
        .run(async |site| {
            let issuer = site.bench.idp.issuer();
            for with_issuer in [true, false] {
                let (here, there) = (site.signed_in("alice").await, site.signed_in("alice").await);
                let sid = here.sid().await;
                let issuer = ("iss", issuer);
                let query = [issuer, ("sid", &*sid)];
                let reply = frame(site, if with_issuer { &query } else { &query[1..] }).await;
                assert_eq!((reply.status, &*reply.body), (200, ""), "{reply:?}");
                assert_eq!(reply.headers["cache-control"], "no-store");
                let policy = format!("frame-ancestors {}", site.bench.idp.issuer());
                assert_eq!(reply.headers["content-security-policy"], *policy);
                assert!(!reply.headers.contains_key("x-frame-options"), "{reply:?}");
                assert_eq!((here.status().await, there.status().await), (401, 200));
            }
            assert_eq!(site.bench.idp.hits(Endpoint::Revocation), 0);
        })
        .await;
}

#[tokio::test]
async fn anything_else_ends_nothing() {
    renewing()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let sid = browser.sid().await;
            let issuer = site.bench.idp.issuer();
            let foreign = format!("{issuer}/");
            for query in [
                &[][..],
                &[("iss", issuer)],
                &[("iss", issuer), ("sid", "")],
                &[("iss", issuer), ("sid", "another")],
                &[("iss", "https://another.example"), ("sid", &sid)],
                &[("iss", &foreign), ("sid", &sid)],
                &[("iss", issuer), ("sid", &sid), ("sid", &sid)],
                &[("iss", issuer), ("iss", issuer), ("sid", &sid)],
            ] {
                let reply = frame(site, query).await;
                assert!(matches!(reply.status, 200 | 400), "{query:?}: {reply:?}");
                assert_eq!(browser.status().await, 200, "{query:?}");
            }
        })
        .await;
}
