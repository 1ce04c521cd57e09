//! What the challenges of a protected resource say.

use oidc::Oidc;
use serde_json::json;

use super::{METADATA, RESOURCE, app, notes, post, token};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::for_both;

#[tokio::test]
async fn nobody_is_told_metadata_and_scopes() {
    let bench = Bench::start().await;
    let realm = bench.idp.client_id().to_owned();
    for_both(
        app(),
        || notes(&bench),
        async |server| {
            for (path, scope) in [
                ("/read", Some("notes:read")),
                ("/either", Some("notes:admin")),
                ("/mcp", Some("notes:read")),
                ("/admin", None),
                ("/who", None),
            ] {
                let reply = server.get(path, None).await;
                assert_eq!(reply.status, 401, "{path}");
                let scope = scope
                    .map(|scope| format!(", scope=\"{scope}\""))
                    .unwrap_or_default();
                let expected =
                    format!("Bearer realm=\"{realm}\"{scope}, resource_metadata=\"{METADATA}\"");
                assert_eq!(reply.challenge(), expected, "{path}");
            }
        },
    )
    .await;
}

#[tokio::test]
async fn a_bad_token_is_told_the_same_and_why() {
    let bench = Bench::start().await;
    let expired = bench
        .idp
        .token()
        .audience(RESOURCE)
        .expires_in(-3600)
        .mint();
    let elsewhere = bench
        .idp
        .token()
        .audience("https://notes.example/other")
        .mint();
    for_both(
        app(),
        || notes(&bench),
        async |server| {
            for (token, description) in [
                (&*expired, "the access token expired"),
                (&*elsewhere, "the access token is not valid"),
                ("x.y.z", "the access token is not valid"),
            ] {
                for path in ["/read", "/mcp"] {
                    let reply = server.get(path, token).await;
                    assert_eq!(reply.status, 401, "{path}: {reply:?}");
                    let challenge = reply.challenge();
                    let expected = format!(
                        "error=\"invalid_token\", error_description=\"{description}\", \
                     scope=\"notes:read\", resource_metadata=\"{METADATA}\""
                    );
                    assert!(challenge.ends_with(&expected), "{challenge}");
                }
            }
        },
    )
    .await;
}

#[tokio::test]
async fn the_first_sign_in_may_ask_for_more() {
    let bench = Bench::start().await;
    let reader = token(&bench, "notes:read");
    let oidc = || {
        let builder = bench.builder().resource(RESOURCE);
        let builder = builder.challenge_scopes("notes:read notes:write offline_access");
        builder.scope_prefix("api://notes/").build().expect("sound")
    };
    for_both(app(), oidc, async |server| {
        let challenge = server.get("/mcp", None).await.challenge();
        let asked = r#"scope="api://notes/notes:read api://notes/notes:write","#;
        assert!(challenge.contains(asked), "{challenge}");
        let challenge = server.get("/read", None).await.challenge();
        assert!(
            challenge.contains(r#"scope="api://notes/notes:read","#),
            "{challenge}"
        );
        let reply = Reply::of(post(server, &reader, super::call("delete_note"))).await;
        let challenge = reply.challenge();
        assert!(challenge.contains(asked), "{challenge}");
        assert_eq!(server.get("/read", &*reader).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn a_resource_is_an_audience() {
    let bench = Bench::start().await;
    let origin = || {
        bench
            .builder()
            .resource("https://notes.example")
            .build()
            .expect("sound")
    };
    let further = || {
        let builder = bench.builder().resource(RESOURCE);
        builder.audience("further").build().expect("sound")
    };
    let audiences: [(&dyn Fn() -> Oidc, &str, u16); 8] = [
        (&origin, "https://notes.example", 200),
        (&origin, "https://notes.example/", 200),
        (&origin, "https://notes.example//", 401),
        (&further, RESOURCE, 200),
        (&further, "further", 200),
        (&further, "https://notes.example/mcp/", 401),
        (&further, "https://NOTES.example/mcp", 401),
        (&further, bench.idp.client_id(), 401),
    ];
    for (oidc, audience, status) in audiences {
        let token = bench.idp.token().audience(audience).mint();
        for_both(app(), oidc, async |server| {
            let reply = server.get("/who", &*token).await;
            assert_eq!(reply.status, status, "{audience}: {reply:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn bound_tokens_are_bearer_tokens_behind_a_gateway_only() {
    let bench = Bench::start().await;
    let checked = || {
        let builder = bench.builder().resource(RESOURCE);
        let builder = builder.bound_tokens(oidc::BoundTokens::CheckedByGateway);
        builder.build().expect("sound")
    };
    let certificate = json!({ "x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2" });
    for (cnf, status) in [
        (certificate.clone(), 200),
        (
            json!({ "jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }),
            401,
        ),
        (json!({ "x5t#S256": "a", "jkt": "b" }), 401),
        (json!({}), 401),
        (json!(null), 401),
        (json!("x5t#S256"), 401),
    ] {
        let token = bench
            .idp
            .token()
            .audience(RESOURCE)
            .claim("cnf", cnf.clone());
        let token = token.mint();
        for_both(app(), checked, async |server| {
            let reply = server.get("/who", &*token).await;
            assert_eq!(reply.status, status, "{cnf}: {reply:?}");
        })
        .await;
        for_both(
            app(),
            || notes(&bench),
            async |server| {
                for path in ["/who", "/maybe"] {
                    assert_eq!(server.get(path, &*token).await.status, 401, "{path}: {cnf}");
                }
            },
        )
        .await;
    }
}

#[oidc::policy(scopes = "openid")]
struct SignedIn;

#[oidc::policy(any(roles = "staff", scopes = "notes"))]
struct Known;

/// Whichever rule denies a token, a client is told the scopes of all that have to hold.
#[tokio::test]
async fn a_refusal_names_the_scopes_of_all_rules() {
    let bench = Bench::start().await;
    let oidc = || {
        let builder = bench.builder().resource(RESOURCE);
        let builder = builder.require(SignedIn).require(Known);
        builder.build().expect("sound")
    };
    let token = |scope: &str| {
        let token = bench.idp.token().sub("bob").audience(RESOURCE);
        token.scope(scope).mint()
    };
    for (granted, tool, expected) in [
        ("other", "list_notes", "openid notes:read"),
        ("openid", "list_notes", "openid notes notes:read"),
        ("openid notes", "list_notes", "openid notes:read"),
        (
            "openid notes notes:read",
            "delete_note",
            "notes:read openid notes:write",
        ),
    ] {
        let token = token(granted);
        for_both(app(), oidc, async |server| {
            let reply = Reply::of(post(server, &token, super::call(tool))).await;
            assert_eq!(reply.status, 403, "{granted}: {reply:?}");
            let challenge = reply.challenge();
            let scope = format!("scope=\"{expected}\"");
            assert!(challenge.contains(&scope), "{granted}: {challenge}");
            if tool == "list_notes" {
                let challenge = server.get("/read", &*token).await.challenge();
                assert!(challenge.contains(&scope), "{granted}: {challenge}");
            }
        })
        .await;
    }
    let token = token("openid notes");
    for_both(app(), oidc, async |server| {
        let challenge = server.get("/admin", &*token).await.challenge();
        assert!(!challenge.contains("scope="), "{challenge}");
    })
    .await;
}
