//! Applications that are not at the root of their host, and the deny-by-default routers.

use axum::Router;

use crate::session_support::app::{APP, SIGN_IN, actix_handlers, axum_handlers};
use crate::session_support::jar::SetCookie;
use crate::session_support::site::{Place, Site, setup};
use crate::sign_in::location;
use crate::support::servers::App;

/// Nested below `/shop`.
const NESTED: App = App {
    axum: |oidc| {
        let site = axum_handlers().merge(SIGN_IN);
        Router::new().nest("/shop", site).layer(oidc.sessions())
    },
    actix: |oidc, config| {
        let site = actix_web::web::scope("/shop").wrap(oidc.sessions());
        config.service(site.service(SIGN_IN).configure(actix_handlers));
    },
};

/// The way of a browser to a page, in an application below `/shop`.
async fn signs_in_below(site: &Site) {
    let browser = site.browser();
    let reply = browser.open("/shop/me").await;
    assert_eq!(reply.status, 303, "{reply:?}");
    let login = location(&reply);
    assert_eq!(login, "/shop/auth/v2/login?return_to=%2Fshop%2Fme");
    let authorization = browser.begin(&login).await;
    let reply = browser.finish(&authorization, "alice").await;
    assert_eq!(
        (reply.status, location(&reply).as_str()),
        (303, "/shop/me"),
        "{reply:?}"
    );
    let cookies = SetCookie::all(&reply.headers);
    assert!(
        cookies.iter().all(|cookie| cookie.has("path=/")),
        "{cookies:?}"
    );
    assert_eq!(browser.get("/shop/home").await.body, "alice");
    for path in ["/shop/auth/v2/logout", "/shop/auth/v2/session"] {
        let reply = browser
            .get(&format!("/shop/auth/v2/login?return_to={path}"))
            .await;
        assert_eq!(reply.status, 400, "{path}: {reply:?}");
    }
    let stranger = site.browser();
    let reply = stranger.get("/shop/auth/v2/session").await;
    assert!(
        reply.body.contains("\"login\":\"/shop/auth/v2/login\""),
        "{reply:?}"
    );
    let reply = stranger.get("/shop/me").await;
    assert!(
        reply.body.contains("\"login\":\"/shop/auth/v2/login\""),
        "{reply:?}"
    );
}

#[tokio::test]
async fn nested_in_a_router() {
    setup()
        .app(NESTED)
        .places(&[Place::Cookie])
        .sessions(|sessions| sessions.mounted_at("/shop"))
        .run(async |site| {
            signs_in_below(site).await;
            // Nobody chose a page, and the default one is a path of the host.
            let browser = site.browser();
            let authorization = browser.begin("/shop/auth/v2/login").await;
            let reply = browser.finish(&authorization, "alice").await;
            assert_eq!((reply.status, location(&reply).as_str()), (303, "/"));
        })
        .await;
}

/// The proxy takes `/shop` away, which browsers see and the application does not.
#[tokio::test]
async fn below_a_path_of_a_proxy() {
    setup()
        .public("https://shop.example.org/shop")
        .places(&[Place::Cookie])
        .run(async |site| {
            signs_in_below(site).await;
            let browser = site.browser();
            let authorization = browser.begin("/shop/auth/v2/login").await;
            let reply = browser.finish(&authorization, "alice").await;
            assert_eq!((reply.status, location(&reply).as_str()), (303, "/shop/"));
        })
        .await;
}

/// The deny-by-default routers, around which the layer is the same.
const STRICT: App = App {
    axum: |oidc| {
        use oidc::axum::{Router, get};
        let router = Router::new().route("/me", get(crate::session_support::app::me));
        let router = router
            .route("/home", get(crate::session_support::app::home))
            .merge(SIGN_IN);
        router.layer(oidc.sessions()).into()
    },
    actix: |oidc, config| {
        use oidc::actix::{get, scope};
        let scope = scope("")
            .route("/me", get().to(crate::session_support::app::me))
            .route("/home", get().to(crate::session_support::app::home))
            .service(SIGN_IN);
        config.service(scope.wrap(oidc.sessions()));
    },
};

#[tokio::test]
async fn in_routers_that_deny_by_default() {
    setup()
        .app(STRICT)
        .run(async |site| {
            let browser = site.browser();
            assert_eq!(browser.get("/home").await.body, "nobody");
            assert_eq!(browser.get("/me").await.status, 401);
            browser.sign_in("alice").await;
            assert_eq!(browser.get("/home").await.body, "alice");
            assert_eq!(browser.me().await["via"], "session");
            site.advance(1801);
            assert_eq!(browser.get("/home").await.body, "nobody");
            assert_eq!(browser.jar().session(), None);
        })
        .await;
}

/// Around each other, the layers send each cookie once.
const TWICE: App = App {
    axum: |oidc| (APP.axum)(oidc).layer(oidc.sessions()),
    actix: |oidc, config| {
        let outer = actix_web::web::scope("").wrap(oidc.sessions());
        config.service(outer.configure(|config| (APP.actix)(oidc, config)));
    },
};

#[tokio::test]
async fn in_two_layers() {
    setup()
        .app(TWICE)
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let reply = browser.get("/me").await;
            assert_eq!(reply.status, 200, "{reply:?}");
            assert_eq!(reply.headers.get_all("vary").iter().count(), 1, "{reply:?}");
            site.advance(1801);
            let reply = browser.get("/me").await;
            assert_eq!(SetCookie::all(&reply.headers).len(), 2, "{reply:?}");
        })
        .await;
}
