//! The metadata document (RFC 9728).

use oidc::Oidc;
use oidc_devidp::{Endpoint, Fault};
use reqwest::Method;
use serde_json::json;

use super::{RESOURCE, app, field, json_of, notes, token};
use crate::support::bench::Bench;
use crate::support::logs::Logs;
use crate::support::reply::Reply;
use crate::support::servers::{App, Framework, Server, for_both};

const PATH: &str = "/.well-known/oauth-protected-resource/mcp";
const SECOND: &str = "https://notes.example/admin/mcp";

#[tokio::test]
async fn it_names_resource_and_provider() {
    let bench = Bench::start().await;
    let issuer = bench.idp.issuer().to_owned();
    let oidc = || {
        let builder = bench.builder().resource(RESOURCE).resource_name("Notes");
        let builder = builder.resource_documentation("https://notes.example/docs");
        builder.build().expect("sound")
    };
    for_both(app(), oidc, async |server| {
        let request = server
            .request(Method::GET, PATH)
            .header("host", "evil.example");
        let reply = Reply::of(request.header("origin", "null")).await;
        assert_eq!(reply.status, 200);
        assert_eq!(field(&reply.headers, "content-type"), ["application/json"]);
        assert_eq!(field(&reply.headers, "access-control-allow-origin"), ["*"]);
        let expected = json!({
            "resource": RESOURCE,
            "authorization_servers": [issuer],
            "scopes_supported": ["notes:read"],
            "bearer_methods_supported": ["header"],
            "resource_name": "Notes",
            "resource_documentation": "https://notes.example/docs",
        });
        assert_eq!(json_of(&reply), expected);
        let head = Reply::of(server.request(Method::HEAD, PATH)).await;
        assert_eq!((head.status, &*head.body), (200, ""));
    })
    .await;
}

#[tokio::test]
async fn browsers_may_read_it() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || notes(&bench),
        async |server| {
            let preflight = server
                .request(Method::OPTIONS, PATH)
                .header("origin", "https://inspector.example")
                .header("access-control-request-method", "GET")
                .header("access-control-request-headers", "mcp-protocol-version");
            let reply = Reply::of(preflight).await;
            assert_eq!(reply.status, 204);
            assert_eq!(field(&reply.headers, "access-control-allow-origin"), ["*"]);
            assert_eq!(field(&reply.headers, "access-control-allow-headers"), ["*"]);
            let reply = Reply::of(server.request(Method::POST, PATH)).await;
            assert_eq!(reply.status, 405);
            assert_eq!(field(&reply.headers, "allow"), ["GET, HEAD, OPTIONS"]);
        },
    )
    .await;
}

#[tokio::test]
async fn other_paths_have_none() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || notes(&bench),
        async |server| {
            for path in [
                "/.well-known/oauth-protected-resource/mcp/",
                "/.well-known/oauth-protected-resource/MCP",
                "/.well-known/oauth-protected-resource/other",
                "/.well-known/oauth-protected-resource/m%63p",
                "/.well-known/oauth-protected-resource/mcp/more",
                "/.well-known/oauth-protected-resource/",
                "/.well-known/oauth-protected-resource",
            ] {
                assert_eq!(server.get(path, None).await.status, 404, "{path}");
            }
        },
    )
    .await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            assert_eq!(server.get(PATH, None).await.status, 404);
        },
    )
    .await;
}

#[tokio::test]
async fn without_a_provider_it_is_unavailable() {
    let bench = Bench::start().await;
    bench.idp.fault(Endpoint::Discovery, Fault::Status(500));
    for_both(
        app(),
        || notes(&bench),
        async |server| {
            let reply = server.get(PATH, None).await;
            assert_eq!(reply.status, 503);
            assert_eq!(field(&reply.headers, "retry-after").len(), 1);
        },
    )
    .await;
    let known = || {
        let builder = bench
            .builder()
            .resource(RESOURCE)
            .issuer("https://login.example");
        let builder = builder.jwks_uri("https://login.example/keys");
        builder.build().expect("sound")
    };
    for_both(app(), known, async |server| {
        let document = json_of(&server.get(PATH, None).await);
        assert_eq!(
            document["authorization_servers"],
            json!(["https://login.example"])
        );
    })
    .await;
}

#[tokio::test]
async fn each_resource_has_its_own() {
    let bench = Bench::start().await;
    let both = App {
        axum: |oidc| {
            let second = for_second(oidc);
            (app().axum)(oidc).nest_service(
                "/admin/mcp",
                second.mcp(
                    axum::routing::any(super::on_axum),
                    super::Writer,
                    oidc::NoTools,
                ),
            )
        },
        actix: |oidc, config| {
            let second = for_second(oidc);
            let scope = actix_web::web::scope("/admin/mcp");
            let scope = scope.wrap(second.mcp_layer(super::Writer, oidc::NoTools));
            config.service(scope.route("", actix_web::web::to(super::on_actix)));
            (app().actix)(oidc, config);
        },
    };
    let first = token(&bench, "notes:write");
    let other = bench
        .idp
        .token()
        .audience(SECOND)
        .scope("notes:write")
        .mint();
    for_both(
        both,
        || notes(&bench),
        async |server| {
            let path = "/.well-known/oauth-protected-resource/admin/mcp";
            let document = json_of(&server.get(path, None).await);
            assert_eq!(document["resource"], SECOND);
            assert_eq!(document["scopes_supported"], json!(["notes:write"]));
            let document = json_of(&server.get(PATH, None).await);
            assert_eq!(document["scopes_supported"], json!(["notes:read"]));
            for (path, token, status) in [
                ("/mcp", &first, 200),
                ("/mcp", &other, 401),
                ("/who", &other, 401),
                ("/admin/mcp", &other, 200),
                ("/admin/mcp", &first, 401),
                ("/admin/mcp", &first, 401),
            ] {
                let reply = server.get(path, &**token).await;
                assert_eq!(reply.status, status, "{path}: {reply:?}");
            }
            let challenge = server.get("/admin/mcp", None).await.challenge();
            let expected = "scope=\"notes:write\", resource_metadata=\
                        \"https://notes.example/.well-known/oauth-protected-resource/admin/mcp\"";
            assert!(challenge.ends_with(expected), "{challenge}");
        },
    )
    .await;
}

fn for_second(oidc: &Oidc) -> Oidc {
    let second = oidc.for_resource(SECOND);
    second.expect("an identifier")
}

#[test]
fn a_second_resource_has_to_be_one() {
    let oidc = Oidc::builder()
        .client_id("a")
        .discovery_url("https://login.example");
    let oidc = oidc.build().expect("sound");
    let error = oidc.for_resource("/admin/mcp").unwrap_err();
    assert_eq!(error.fields().collect::<Vec<_>>(), ["resource"]);
}

/// Their metadata would be at one path.
#[tokio::test]
async fn resources_differ_in_their_paths() {
    let oidc = notes(&Bench::start().await);
    for_second(&oidc);
    oidc.for_resource("https://other.example").expect("a path");
    for (identifier, other) in [
        ("https://other.example/mcp", RESOURCE),
        ("https://other.example/admin/mcp", SECOND),
        ("https://other.example/", "https://other.example"),
    ] {
        let error = oidc.for_resource(identifier).unwrap_err();
        assert_eq!(error.fields().collect::<Vec<_>>(), ["resource"]);
        assert!(error.to_string().contains(&format!("`{other}`")), "{error}");
    }
}

/// Neither the client's own resource nor another one loses what is known about it.
#[tokio::test]
async fn a_resource_is_described_once() {
    let bench = Bench::start().await;
    let oidc = || {
        let builder = bench.builder().resource(RESOURCE).resource_name("Notes");
        let builder = builder.challenge_scopes("notes:read notes:write");
        let builder = builder.resource_documentation("https://notes.example/docs");
        let oidc = builder.build().expect("sound");
        // What one handle notes, the next one keeps.
        let _ = for_second(&oidc).mcp_layer(super::Writer, oidc::NoTools);
        for_second(&oidc);
        oidc
    };
    let again = App {
        axum: |oidc| {
            let router = (app().axum)(oidc);
            let own = oidc.for_resource(RESOURCE).expect("the own one");
            let server = axum::routing::any(super::on_axum);
            router.nest_service("/again", own.mcp(server, super::Admin, oidc::NoTools))
        },
        actix: |oidc, config| {
            (app().actix)(oidc, config);
            let own = oidc.for_resource(RESOURCE).expect("the own one");
            let scope = actix_web::web::scope("/again");
            let scope = scope.wrap(own.mcp_layer(super::Admin, oidc::NoTools));
            config.service(scope.route("", actix_web::web::to(super::on_actix)));
        },
    };
    for_both(again, oidc, async |server| {
        let document = json_of(&server.get(PATH, None).await);
        assert_eq!(document["resource_name"], "Notes");
        let documentation = &document["resource_documentation"];
        assert_eq!(documentation, "https://notes.example/docs");
        assert_eq!(document["scopes_supported"], json!(["notes:read"]));
        let challenge = server.get("/again", None).await.challenge();
        let asked = r#"scope="notes:read notes:write""#;
        assert!(challenge.contains(asked), "{challenge}");
        let path = "/.well-known/oauth-protected-resource/admin/mcp";
        let document = json_of(&server.get(path, None).await);
        assert_eq!(document["scopes_supported"], json!(["notes:write"]));
    })
    .await;
}

const BELOW: App = App {
    axum: |_| axum::Router::new().nest("/api", oidc::metadata!().into()),
    actix: |_, config| {
        config.service(actix_web::web::scope("/api").service(oidc::metadata!()));
    },
};

/// Nobody can bring the line about, and so spoil it, where the metadata is where it should be.
#[tokio::test]
async fn metadata_at_another_path_is_logged_once() {
    let oidc = notes(&Bench::start().await);
    let strange = format!("/.well-known/oauth-protected-resource/x{PATH}");
    let (good, bad) = (PATH.to_owned(), format!("/api{PATH}"));
    for (framework, app, path, lines) in [
        (Framework::Axum, app(), &strange, 0),
        (Framework::Actix, app(), &strange, 0),
        (
            Framework::Actix,
            app(),
            &strange.replacen("/.", "/%2e", 1),
            0,
        ),
        (Framework::Axum, BELOW, &format!("/api{strange}"), 0),
        (Framework::Axum, BELOW, &bad, 1),
        (Framework::Axum, BELOW, &bad, 0),
        (Framework::Actix, BELOW, &good, 0),
    ] {
        let logs = Logs::default();
        let server = logs.listen(|| Server::on(framework, app, oidc.clone()));
        let reply = server.get(path, None).await;
        assert_eq!(reply.status, 404, "{path}: {reply:?}");
        let logged = logs.take();
        let about = logged.iter().filter(|line| line.field("expected") == PATH);
        assert_eq!(about.count(), lines, "{framework} {path}");
    }
}
