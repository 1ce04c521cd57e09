//! A policy over a whole subtree: a tower layer, an actix-web middleware.

use oidc::Principal;
use oidc_devidp::TokenBuilder;

use crate::support::bench::Bench;
use crate::support::reply::{Expected, anonymous, denied, invalid_token, needs_scope, ok};
use crate::support::servers::{App, Server, for_both};

#[oidc::policy(roles = "admin")]
struct Admin;

#[oidc::policy(scopes = "read")]
struct Reader;

async fn plain() -> &'static str {
    "inside"
}

async fn user(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::required(scopes = "write")]
async fn write(user: Principal) -> String {
    user.subject().to_owned()
}

#[oidc::optional]
async fn optional(user: Option<Principal>) -> String {
    user.map_or("nobody".to_owned(), |user| user.subject().to_owned())
}

#[oidc::public(reason = "stands below a layer all the same")]
async fn public() -> &'static str {
    "inside"
}

/// `/open` stands free, all below `/admin` demands the role, and below `/admin/read` the scope
/// on top of it.
const APP: App = App {
    axum: |oidc| {
        use axum::{Router, routing::get};
        let inner = Router::new()
            .route("/plain", get(plain))
            .route("/user", get(user));
        let area = Router::new()
            .route("/plain", get(plain))
            .route("/user", get(user))
            .route("/write", get(write))
            .route("/optional", get(optional))
            .route("/public", get(public))
            .nest("/read", inner.layer(oidc.layer(Reader)))
            .layer(oidc.layer(Admin));
        Router::new()
            .route("/open", get(plain))
            .nest("/admin", area)
    },
    actix: |oidc, config| {
        use actix_web::web::{get, scope};
        let inner = scope("/read").wrap(oidc.layer(Reader));
        let inner = inner
            .route("/plain", get().to(plain))
            .route("/user", get().to(user));
        let area = scope("/admin")
            .wrap(oidc.layer(Admin))
            .route("/plain", get().to(plain))
            .route("/user", get().to(user))
            .route("/write", get().to(write))
            .route("/optional", get().to(optional))
            .route("/public", get().to(public))
            .service(inner);
        config.route("/open", get().to(plain)).service(area);
    },
};

type Case = (
    &'static str,
    Option<fn(TokenBuilder) -> TokenBuilder>,
    Expected,
);

#[tokio::test]
async fn guard_everything_below() {
    let cases: [Case; 22] = [
        ("/open", None, ok("inside")),
        ("/open", Some(TokenBuilder::unsigned), ok("inside")),
        ("/admin/plain", None, anonymous()),
        ("/admin/plain", Some(|t| t), ok("inside")),
        ("/admin/plain", Some(|t| t.sub("bob")), denied()),
        (
            "/admin/plain",
            Some(TokenBuilder::unsigned),
            invalid_token(),
        ),
        ("/admin/user", None, anonymous()),
        ("/admin/user", Some(|t| t), ok("alice")),
        ("/admin/user", Some(|t| t.sub("bob")), denied()),
        ("/admin/write", Some(|t| t), needs_scope("write", "write")),
        ("/admin/write", Some(|t| t.scope("write")), ok("alice")),
        (
            "/admin/write",
            Some(|t| t.sub("bob").scope("write")),
            denied(),
        ),
        ("/admin/optional", None, anonymous()),
        ("/admin/optional", Some(|t| t), ok("alice")),
        ("/admin/public", None, anonymous()),
        ("/admin/public", Some(|t| t), ok("inside")),
        ("/admin/read/plain", None, anonymous()),
        (
            "/admin/read/plain",
            Some(|t| t),
            needs_scope("read", "read"),
        ),
        ("/admin/read/plain", Some(|t| t.scope("read")), ok("inside")),
        (
            "/admin/read/plain",
            Some(|t| t.sub("bob").scope("read")),
            denied(),
        ),
        ("/admin/read/user", Some(|t| t.scope("read")), ok("alice")),
        (
            "/admin/read/user",
            Some(|t| t.expires_in(-60)),
            invalid_token(),
        ),
    ];
    let bench = Bench::start().await;
    // Without the cache, what a layer found out has to reach the extractors by the request.
    for cache_bytes in [0, 1 << 20] {
        let oidc = || {
            bench
                .builder()
                .token_cache_bytes(cache_bytes)
                .build()
                .expect("sound")
        };
        for_both(APP, oidc, async |server| {
            for (index, (path, token, expected)) in cases.iter().enumerate() {
                let token = token.map(|change| change(bench.idp.token()).mint());
                let reply = server.get(path, token.as_deref()).await;
                reply.assert(&format!("case {index}, {path}"), expected);
            }
        })
        .await;
    }
}

/// A layer brings its own client; extractors below it do not, and report it.
#[tokio::test]
async fn layer_needs_no_app_data() {
    let bench = Bench::start().await;
    let server = Server::actix_without_client(APP, bench.oidc());
    let good = bench.good_token();
    server
        .get("/admin/plain", None)
        .await
        .assert("anonymous", &anonymous());
    server
        .get("/admin/plain", good.as_str())
        .await
        .assert("good", &ok("inside"));
    assert_eq!(server.get("/admin/user", good.as_str()).await.status, 500);
}
