//! An MCP server in an application that knows browsers by their sessions.

use actix_web::web;
use reqwest::Method;

use super::{METADATA, RESOURCE, call, field, json_of, on_actix, on_axum, token, tools};
use crate::session_support::app::{SIGN_IN, actix_handlers, axum_handlers};
use crate::session_support::browser::{Browser, Fields, NAVIGATE, SAME_ORIGIN};
use crate::session_support::site::{Place, Setup, setup};
use crate::support::reply::Reply;
use crate::support::servers::App;

const APP: App = App {
    axum: |oidc| {
        let server = oidc.mcp(axum::routing::any(on_axum), super::Reader, tools());
        let router = axum_handlers().merge(SIGN_IN);
        router.nest_service("/mcp", server).layer(oidc.sessions())
    },
    actix: |oidc, config| {
        let server = web::scope("/mcp").wrap(oidc.mcp_layer(super::Reader, tools()));
        let app = web::scope("").wrap(oidc.sessions()).service(SIGN_IN);
        let app = app.service(server.route("", web::to(on_actix)));
        config.service(app.configure(actix_handlers));
    },
};

fn shop() -> Setup {
    let none: [&str; 0] = [];
    let setup = setup().app(APP).places(&[Place::Cookie]);
    setup.client(move |client| client.resource(RESOURCE).requested_resources(none))
}

const HTMX: Fields<'_> = &[("hx-request", "true")];
const BASIC: Fields<'_> = &[("authorization", "Basic YTpi")];

async fn ask(browser: &Browser, method: Method, fields: Fields<'_>) -> Reply {
    let request = browser.request(method.clone(), "/mcp", fields);
    browser
        .send(if method == Method::POST {
            request.body(call("list_notes"))
        } else {
            request
        })
        .await
}

#[tokio::test]
async fn a_session_is_no_token() {
    shop()
        .run(async |site| {
            for browser in [site.browser(), site.signed_in("alice").await] {
                for method in [Method::GET, Method::POST] {
                    for fields in [&[][..], NAVIGATE, SAME_ORIGIN, HTMX, BASIC] {
                        let reply = ask(&browser, method.clone(), fields).await;
                        assert_eq!(reply.status, 401, "{method} {fields:?}: {reply:?}");
                        assert!(reply.challenge().contains(METADATA), "{reply:?}");
                        assert_eq!(field(&reply.headers, "content-type"), ["application/json"]);
                        assert!(json_of(&reply).get("login").is_none(), "{reply:?}");
                        assert!(!reply.headers.contains_key("hx-redirect"), "{reply:?}");
                    }
                }
            }
        })
        .await;
}

#[tokio::test]
async fn a_page_gets_no_page() {
    shop()
        .run(async |site| {
            let fields = [NAVIGATE, &[("origin", "https://evil.example")]].concat();
            let reply = ask(&site.browser(), Method::POST, &fields).await;
            assert_eq!(reply.status, 403, "{reply:?}");
            assert_eq!(json_of(&reply)["error"], "access_denied");
        })
        .await;
}

#[tokio::test]
async fn a_token_counts_beside_a_session() {
    shop()
        .run(async |site| {
            let browser = site.signed_in("alice").await;
            let (reader, other) = (
                token(&site.bench, "notes:read"),
                token(&site.bench, "other"),
            );
            for (token, status) in [(reader, 200), (other, 403)] {
                let bearer = format!("Bearer {token}");
                let fields = [NAVIGATE, &[("authorization", &*bearer)]].concat();
                let reply = ask(&browser, Method::POST, &fields).await;
                assert_eq!(reply.status, status, "{reply:?}");
                assert_eq!(field(&reply.headers, "content-type"), ["application/json"]);
            }
        })
        .await;
}
