//! Which requests are guarded, case by case.

use axum::body::Body;
use axum::http::Request;
use oidc::Oidc;
use oidc::axum::{Router, any, get};
use reqwest::Method;
use tower_service::Service as _;

use crate::router::{Admin, me, open};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::{App, Server, for_both};

/// Set by a layer outside of the guards.
const OUTSIDE: &str = "x-outside";

const APP: App = App {
    axum: |oidc| {
        let page = axum::Router::new().route("/page", axum::routing::get(async || "page"));
        let set = async |request, next: axum::middleware::Next| {
            let mut response: axum::response::Response = next.run(request).await;
            let value = "yes".parse().expect("a value");
            response.headers_mut().insert(OUTSIDE, value);
            response
        };
        let nested = Router::new().route("/route", get(open));
        let with_fallback = Router::new().fallback(open);
        let admin = Router::new()
            .route("/before", get(open))
            .protect(oidc.layer(Admin))
            .route("/after", get(open))
            .nest("/nested", nested)
            .nest("/with-fallback", with_fallback)
            .nest_service_unguarded("/docs", page, "a test")
            .layer(axum::middleware::from_fn(set));
        let fallback = Router::new().protect(oidc.layer(Admin)).fallback(open);
        Router::new()
            .nest("/admin", admin)
            .nest("/fallback", fallback)
            .route("/open", any(open))
            .into()
    },
    actix: |oidc, config| {
        use oidc::actix::{any, resource, scope};
        let page = actix_web::web::resource("/page").to(async || "page");
        let set = actix_web::middleware::DefaultHeaders::new().add((OUTSIDE, "yes"));
        let nested = scope("/nested").service(resource("/route").get(open));
        let with_fallback = scope("/with-fallback").default_service(any().to(open));
        let admin = scope("/admin")
            .service(resource("/before").get(open))
            .protect(oidc.layer(Admin))
            .service(resource("/after").get(open))
            .service(nested)
            .service(with_fallback)
            .service_unguarded("/docs", page, "a test")
            .wrap(set);
        let fallback = scope("/fallback")
            .protect(oidc.layer(Admin))
            .default_service(any().to(open));
        let app = scope("")
            .service(admin)
            .service(fallback)
            .route("/open", any().to(open));
        config.service(app);
    },
};

#[tokio::test]
async fn everything_in_a_router_is_guarded() {
    let bench = Bench::start().await;
    for_both(
        APP,
        || bench.oidc(),
        async |server| {
            for (method, path, anonymous, admin) in [
                (Method::GET, "/admin/before", 401, 200),
                (Method::GET, "/admin/after", 401, 200),
                (Method::GET, "/admin/nested/route", 401, 200),
                (Method::GET, "/admin/with-fallback/any", 401, 200),
                (Method::GET, "/admin/docs/page", 401, 200),
                (Method::GET, "/admin/docs/unknown", 401, 404),
                (Method::GET, "/admin", 401, 404),
                (Method::GET, "/admin/", 401, 404),
                (Method::GET, "/admin/nested/", 401, 404),
                (Method::GET, "/admin/unknown", 401, 404),
                (Method::GET, "/admin/nested/unknown", 401, 404),
                (Method::PUT, "/admin/before", 401, 405),
                (Method::PUT, "/admin/after", 401, 405),
                (Method::GET, "/fallback", 401, 200),
                (Method::GET, "/fallback/any", 401, 200),
                (Method::GET, "/open", 200, 200),
                (Method::GET, "/unknown", 404, 404),
            ] {
                let case = format!("{method} {path}");
                let reply = Reply::of(server.request(method.clone(), path)).await;
                assert_eq!(reply.status, anonymous, "{case} without a token");
                let is_outside = reply.headers.contains_key(OUTSIDE);
                let below = path.starts_with("/admin/before") || path == "/admin/unknown";
                assert!(is_outside || !below, "{case}: {reply:?}");
                let request = server.request(method, path).bearer_auth(bench.good_token());
                assert_eq!(Reply::of(request).await.status, admin, "{case} as an admin");
            }
        },
    )
    .await;
}

/// The status of a request without a token.
async fn anonymous(router: Router<Oidc>, oidc: &Oidc, path: &str) -> u16 {
    let mut router = router.with_state(oidc.clone());
    let request = Request::get(path).body(Body::empty());
    let Ok(response) = router.call(request.expect("a request")).await;
    response.status().as_u16()
}

fn paths(router: &Router<Oidc>) -> Vec<String> {
    let rows = router.access().routes.into_iter();
    rows.map(|row| row.path).collect()
}

#[tokio::test]
async fn what_is_merged_is_guarded_alone() {
    let bench = Bench::start().await;
    let oidc = bench.oidc();
    let protected = |path| {
        let router = Router::new().route(path, get(open));
        router.protect(oidc.layer(Admin))
    };
    let plain = || Router::new().route("/open", get(open));
    let merged: [(&str, Router<Oidc>); 3] = [
        ("into a plain one", plain().merge(protected("/a"))),
        (
            "several",
            plain().merge(protected("/a")).merge(protected("/b")),
        ),
        (
            "reset",
            plain().merge(protected("/a").fallback(me)).reset_fallback(),
        ),
    ];
    for (case, router) in merged {
        for (path, expected) in [("/a", 401), ("/open", 200), ("/unknown", 404)] {
            assert_eq!(
                anonymous(router.clone(), &oidc, path).await,
                expected,
                "{case}: {path}"
            );
        }
    }
    let outer = protected("/a").merge(plain());
    for (path, expected) in [("/a", 401), ("/open", 401), ("/unknown", 401)] {
        assert_eq!(
            anonymous(outer.clone(), &oidc, path).await,
            expected,
            "a plain one: {path}"
        );
    }
    let with_fallback = plain().merge(protected("/a").fallback(open));
    assert_eq!(anonymous(with_fallback, &oidc, "/unknown").await, 401);
}

/// Several routers may be nested at one path.
#[tokio::test]
async fn of_several_at_one_path_the_fallback_serves_the_rest() {
    let bench = Bench::start().await;
    let oidc = bench.oidc();
    let protected = |path| {
        let router = Router::new().route(path, get(open));
        router.protect(oidc.layer(Admin))
    };
    let both = Router::new()
        .nest("/api", protected("/a"))
        .nest("/api", protected("/b"));
    assert_eq!(paths(&both), ["/api/a", "/api/b", "/api/{*fallback}"]);
    assert_eq!(anonymous(both, &oidc, "/api/unknown").await, 401);
    let with_fallback = Router::new()
        .nest("/{x}", protected("/a"))
        .nest("/{y}", Router::new().route("/b", get(open)).fallback(open));
    assert_eq!(
        paths(&with_fallback),
        ["/{x}/a", "/{y}/b", "/{y}/{*fallback}"]
    );
    assert_eq!(anonymous(with_fallback, &oidc, "/api/unknown").await, 200);
}

/// On actix-web, the first one serves all requests.
#[tokio::test]
async fn of_several_scopes_at_one_path_the_first_serves_the_rest() {
    use oidc::actix::{get, scope};
    let bench = Bench::start().await;
    let protected = |oidc: &Oidc| {
        let scope = scope("/api").route("/a", get().to(open));
        scope.protect(oidc.layer(Admin))
    };
    let plain = || scope("/api").route("/b", get().to(open));
    let oidc = bench.oidc();
    let protected_first = Server::actix_of(move |config| {
        let app = scope("").service(protected(&oidc)).service(plain());
        config.app_data(oidc.clone()).service(app);
    });
    let oidc = bench.oidc();
    let plain_first = Server::actix_of(move |config| {
        let app = scope("").service(plain()).service(protected(&oidc));
        config.app_data(oidc.clone()).service(app);
    });
    for (path, behind_protected, behind_plain) in [
        ("/api/a", 401, 404),
        ("/api/b", 401, 200),
        ("/api/unknown", 401, 404),
    ] {
        let reply = protected_first.get(path, None).await;
        assert_eq!(reply.status, behind_protected, "{path}");
        let reply = plain_first.get(path, None).await;
        assert_eq!(reply.status, behind_plain, "{path}");
    }
}

/// A fallback and a guarded 404 are kept below a router that has neither.
#[tokio::test]
async fn nested_fallbacks_stay() {
    let bench = Bench::start().await;
    let oidc = bench.oidc();
    for (inner, expected) in [
        (Router::new().fallback(me), 401),
        (Router::new().protect(oidc.layer(Admin)), 401),
        (Router::new().fallback(open), 200),
        (Router::new(), 404),
    ] {
        let between = Router::new().nest("/v1", inner);
        let router = Router::new().nest("/{tenant}", between);
        assert_eq!(anonymous(router, &oidc, "/a/v1/unknown").await, expected);
    }
}

/// Fallbacks below a parameter see the parameter as their only one.
#[tokio::test]
async fn fallbacks_see_the_parameters_of_their_path() {
    use axum::extract::{OriginalUri, Path};
    #[oidc::public(reason = "a test")]
    async fn tenant(Path(tenant): Path<String>, uri: axum::http::Uri, full: OriginalUri) -> String {
        format!("{tenant} {uri} {}", full.0)
    }
    let bench = Bench::start().await;
    let oidc = bench.oidc();
    let router = Router::new()
        .nest("/{tenant}", Router::new().fallback(tenant))
        .nest("/guarded", Router::new().protect(oidc.layer(Admin)))
        .fallback(me);
    assert_eq!(anonymous(router.clone(), &oidc, "/guarded/b").await, 401);
    assert_eq!(anonymous(router.clone(), &oidc, "/").await, 401);
    let request = Request::get("/a/b?c").body(Body::empty());
    let mut router = router.with_state(oidc);
    let Ok(response) = router.call(request.expect("a request")).await;
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
    assert_eq!(body.expect("a body"), "a /b?c /a/b?c");
}

/// `axum::serve` takes the router as it is.
#[tokio::test]
async fn a_router_is_served() {
    let bench = Bench::start().await;
    let oidc = bench.oidc();
    let router = Router::new()
        .protect(oidc.layer(Admin))
        .route("/", get(open));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let serving = tokio::spawn(async { axum::serve(listener, router.with_state(oidc)).await });
    let client = reqwest::Client::new();
    assert_eq!(Reply::of(client.get(&url)).await.status, 401);
    let admin = client.get(&url).bearer_auth(bench.good_token());
    assert_eq!(Reply::of(admin).await.status, 200);
    serving.abort();
}
