//! Tools in the access matrix and in `policy.lock`.

use axum::routing::any;
use oidc::access::{AccessMatrix, LockError};
use oidc::{NoTools, Oidc, Tools};

use super::{Admin, AnyUser, Reader, Writer, notes, on_actix, on_axum, tools};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::{App, for_both};

fn router(oidc: &Oidc, tools: Tools) -> oidc::axum::Router<Oidc> {
    oidc::axum::Router::new()
        .nest_mcp("/mcp", oidc.mcp(any(on_axum), Reader, tools))
        .merge(oidc::metadata!())
}

fn scope(oidc: &Oidc, tools: Tools) -> oidc::actix::Scope {
    let server = actix_web::web::resource("").route(actix_web::web::to(on_actix));
    oidc::actix::scope("")
        .mcp("/mcp", oidc.mcp_layer(Reader, tools), server)
        .service(oidc::metadata!())
}

fn matrices(oidc: &Oidc, tools: &Tools) -> [AccessMatrix; 2] {
    [
        router(oidc, tools.clone()).access(),
        scope(oidc, tools.clone()).access(),
    ]
}

#[tokio::test]
async fn each_tool_has_a_row_with_its_whole_rule() {
    let oidc = notes(&Bench::start().await);
    for matrix in matrices(&oidc, &tools().unknown(Writer)) {
        let table = matrix.to_string();
        for (tool, rule) in [
            ("list_notes", "required"),
            ("delete_note", "notes:write"),
            ("purge", "roles = \"admin\""),
            ("(any other tool)", "notes:write"),
        ] {
            let start = format!("mcp     /mcp tools/call {tool} ");
            let line = table.lines().find(|line| line.starts_with(&start));
            let line = line.unwrap_or_else(|| panic!("{tool}: {table}"));
            assert!(line.contains("notes:read") && line.contains(rule), "{line}");
        }
        let metadata = "/.well-known/oauth-protected-resource";
        assert!(table.contains(metadata), "{table}");
    }
}

#[tokio::test]
async fn a_weaker_rule_is_reported() {
    let oidc = notes(&Bench::start().await);
    let strict = matrices(&oidc, &tools());
    let without_delete = || {
        Tools::new()
            .with("list_notes", AnyUser)
            .with("purge", Admin)
    };
    for (tools, is_weaker) in [
        (tools().with("delete_note", AnyUser), true),
        (without_delete().unknown(AnyUser), true),
        (without_delete().and(NoTools), true),
        (tools().and(NoTools), false),
        (without_delete().unknown(Writer), false),
        (without_delete(), false),
        (tools().with("another", AnyUser), false),
    ] {
        for (strict, now) in strict.iter().zip(matrices(&oidc, &tools)) {
            let compared = now.compare_lock(&strict.to_lock());
            let found = matches!(compared, Err(LockError::Loosened(_)));
            assert_eq!(found, is_weaker, "{now}");
        }
    }
}

#[tokio::test]
async fn strict_routers_serve_the_same() {
    let bench = Bench::start().await;
    let writer = super::token(&bench, "notes:write");
    let reader = super::token(&bench, "notes:read");
    let app = App {
        axum: |oidc| router(oidc, tools()).into(),
        actix: |oidc, config| {
            config.service(scope(oidc, tools()));
        },
    };
    for_both(
        app,
        || notes(&bench),
        async |server| {
            for (token, status) in [(&writer, 200), (&reader, 403)] {
                let request = super::post(server, token, super::call("delete_note"));
                assert_eq!(Reply::of(request).await.status, status);
            }
            assert_eq!(server.get("/mcp", None).await.status, 401);
            let path = "/.well-known/oauth-protected-resource/mcp";
            assert_eq!(server.get(path, None).await.status, 200);
        },
    )
    .await;
}

/// Without rules per tool, or without the guard, the base policy or nothing is left of them.
#[tokio::test]
async fn a_server_without_rules_is_weaker() {
    let oidc = notes(&Bench::start().await);
    let strict = matrices(&oidc, &tools());
    let open =
        oidc::axum::Router::<Oidc>::new().nest_service_unguarded("/mcp", any(on_axum), "test");
    let guarded = oidc::axum::Router::<Oidc>::new()
        .nest_service_unguarded("/mcp", any(on_axum), "guarded by a layer")
        .protect(oidc.layer(Reader));
    let [on_axum, on_actix] = matrices(&oidc, &NoTools.into());
    for (before, now) in [
        (&strict[0], on_axum),
        (&strict[1], on_actix),
        (&strict[0], open.access()),
        (&strict[0], guarded.access()),
    ] {
        let compared = now.compare_lock(&before.to_lock());
        let Err(LockError::Loosened(routes)) = compared else {
            panic!("{now}");
        };
        assert!(!routes.is_empty());
    }
}
