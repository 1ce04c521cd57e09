//! A session is a user of the client's own provider, whatever else the client trusts.

use std::sync::{Arc, OnceLock};

use actix_web::web;
use oidc::Issuer;
use oidc_devidp::DevIdp;

use super::{AUDIENCE, issuer_denied};
use crate::session_support::app::SIGN_IN;
use crate::session_support::site::setup;
use crate::support::reply::{Reply, ok};
use crate::support::servers::{App, guarded_app};

fn guarded() -> App {
    guarded_app!(
        open(),
        own(issuer = "own"),
        partner(issuer = "partner"),
        both(issuer("own", "partner")),
        own_session(issuer = "own", via = "session"),
        partner_session(issuer = "partner", via = "session"),
        gold(any(
            claims(tier = "gold"),
            all(issuer = "partner", via = "session")
        )),
    )
}

const APP: App = App {
    axum: |oidc| {
        let router = (guarded().axum)(oidc).merge(SIGN_IN);
        router.layer(oidc.sessions())
    },
    actix: |oidc, config| {
        let scope = web::scope("").wrap(oidc.sessions()).service(SIGN_IN);
        config.service(scope.configure(|config| (guarded().actix)(oidc, config)));
    },
};

#[tokio::test]
async fn are_of_the_own_provider() {
    let partner = Arc::<OnceLock<String>>::default();
    let url = Arc::clone(&partner);
    let setup = setup()
        .app(APP)
        .idp(|idp| idp.also("partner", DevIdp::builder()))
        .client(move |client| {
            let url = url.get().expect("the provider runs");
            client.trust("partner", Issuer::at(url).audience(AUDIENCE))
        });
    let world = setup.start().await;
    let provider = world.bench.idp.other("partner");
    partner.set(provider.discovery_url()).expect("set once");
    let token = provider.token().sub("bob").audience(AUDIENCE).mint();
    world
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            for round in ["fresh", "cached"] {
                for (path, status) in [
                    ("/open", 200),
                    ("/own", 200),
                    ("/both", 200),
                    ("/own_session", 200),
                    ("/partner", 403),
                    ("/partner_session", 403),
                    ("/gold", 403),
                ] {
                    let reply = browser.get(path).await;
                    assert_eq!(reply.status, status, "{path}, {round}: {reply:?}");
                }
            }
            // A bearer token beside the cookie is somebody else's.
            for (path, expected) in [
                ("/partner", ok("bob")),
                ("/both", ok("bob")),
                ("/own", issuer_denied()),
                ("/open", issuer_denied()),
            ] {
                let request = browser.request(reqwest::Method::GET, path, &[]);
                let cookies = browser.jar().field().expect("a session");
                let request = request.header("cookie", cookies).bearer_auth(&token);
                Reply::of(request).await.assert(path, &expected);
            }
            let reply = site.server.get("/partner_session", token.as_str()).await;
            assert_eq!(reply.status, 401, "{reply:?}");
        })
        .await;
}
