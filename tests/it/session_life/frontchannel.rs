//! The provider signs users out in frames of their browser (OpenID Connect Front-Channel Logout 1.0).
//! Nothing of it is signed.

use oidc_devidp::Endpoint;
use reqwest::{Method, Url};
use tokio::task::JoinSet;

use crate::session_support::site::{Place, Site, renewing};
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

/// More sessions of the provider than an instance remembers.
const MANY: usize = 10_100;

/// Anybody may send them. What the provider has signed stays in force.
#[tokio::test]
async fn a_flood_displaces_no_signed_logout() {
    renewing()
        .places(&[Place::Cookie])
        .run(async |site| {
            let (gone, alive) = (site.signed_in("alice").await, site.signed_in("alice").await);
            let everywhere = site.signed_in("bob").await;
            let idp = &site.bench.idp;
            let by_sid = idp.logout_token().sid(&gone.sid().await);
            for token in [by_sid, idp.logout_token().sub("bob")] {
                let path = "/auth/v2/backchannel-logout";
                let request = site.server.request(Method::POST, path);
                let form = [("logout_token", token.mint())];
                assert_eq!(Reply::of(request.form(&form)).await.status, 200);
            }
            flood(site).await;
            assert_eq!(gone.peek().await, 401);
            assert_eq!(everywhere.peek().await, 401);
            assert_eq!(alive.status().await, 200);
        })
        .await;
}

/// Sends logouts of sessions that do not exist.
async fn flood(site: &Site) {
    const SENDERS: usize = 50;
    let mut senders = JoinSet::new();
    for first in 0..SENDERS {
        let (client, address) = (site.http.clone(), site.server.address);
        senders.spawn(async move {
            for number in (first..MANY).step_by(SENDERS) {
                let path = "auth/v2/frontchannel-logout";
                let url = format!("http://{address}/{path}?sid=made-up-{number}");
                let reply = client.get(url).send().await.expect("a response");
                assert_eq!(reply.status(), 200);
            }
        });
    }
    senders.join_all().await;
}
