//! The guide: how to use the library, in chapters.
//!
//! | chapter | about |
//! |---|---|
//! | [getting started on axum](getting_started_axum), [on actix-web](getting_started_actix) | from an empty program to a protected route |
//! | [rules] | who may call a handler |
//! | [deny by default](deny_by_default) | strict routers, the access matrix, `policy.lock` |
//! | [sign-in](sign_in) | the endpoints of `oidc::routes!` |
//! | [client authentication](client_authentication) | secrets, keys and assertions for the provider |
//! | [server-rendered applications](server_rendered) | browser sessions: pages, forms, signing out, stores |
//! | [single-page applications](single_page_app) | the same for pages that call an API |
//! | [MCP servers](mcp) | tools with rules of their own, for clients that sign in by themselves |
//! | [proxies and instances](proxies_and_instances) | the public address, several instances, CORS |
//! | [several providers](several_providers) | whose tokens are let in where, tenants, outages |
//! | [opaque tokens](opaque_tokens) | asking the issuer: what is remembered, who is asked, failures |
//! | [providers] | the exact settings of seven providers |
//! | [error responses](error_responses) | what rejected requests get, and bodies of your own |
//! | [layers and extractors](layers_and_extractors) | where a guard runs, and several clients |
//! | [browser APIs](browser_apis) | WebSocket, server-sent events, images, downloads |
//! | [testing] | of handlers, and with the embedded provider |
//! | [the command line](command_line) | sign in from a terminal, explain tokens, check providers |
//! | [operations] | health, logs, metrics, reason codes |
//! | [from py-oidc-auth](from_py_oidc_auth) | what is called what |
//! | [troubleshooting] | by the text of an error |

#![expect(
    clippy::test_attr_in_doctest,
    reason = "the chapters show tests of an application"
)]

macro_rules! chapters {
    ($($name:ident: $file:literal,)*) => {
        $(
            #[doc = include_str!(concat!("../docs/guide/", $file))]
            pub mod $name {}
        )*
    };
}

chapters! {
    getting_started_axum: "getting_started_axum.md",
    getting_started_actix: "getting_started_actix.md",
    rules: "rules.md",
    deny_by_default: "deny_by_default.md",
    sign_in: "sign_in.md",
    client_authentication: "client_authentication.md",
    server_rendered: "server_rendered.md",
    single_page_app: "single_page_app.md",
    mcp: "mcp.md",
    proxies_and_instances: "proxies_and_instances.md",
    several_providers: "several_providers.md",
    opaque_tokens: "opaque_tokens.md",
    error_responses: "error_responses.md",
    layers_and_extractors: "layers_and_extractors.md",
    browser_apis: "browser_apis.md",
    testing: "testing.md",
    command_line: "command_line.md",
    operations: "operations.md",
    from_py_oidc_auth: "from_py_oidc_auth.md",
    troubleshooting: "troubleshooting.md",
}

#[doc = include_str!("../docs/guide/providers/overview.md")]
pub mod providers {
    chapters! {
        keycloak: "providers/keycloak.md",
        entra_id: "providers/entra_id.md",
        auth0: "providers/auth0.md",
        okta: "providers/okta.md",
        google: "providers/google.md",
        zitadel: "providers/zitadel.md",
        authentik: "providers/authentik.md",
    }
}
