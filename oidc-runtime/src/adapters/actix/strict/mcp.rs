//! MCP servers, whose guard declares who may call which tool.

use actix_web::Error;
use actix_web::dev::{HttpServiceFactory, ServiceFactory, ServiceRequest};
use actix_web::web;

use super::joined_path::joined;
use super::scope::Scope;
use crate::access::Registry;
use crate::mcp::McpLayer;

impl<T> Scope<actix_web::Scope<T>>
where
    T: ServiceFactory<ServiceRequest, Config = (), Error = Error, InitError = ()>,
{
    /// Serves an MCP server at a path and everything below it, behind its guard,
    /// [`Oidc::mcp_layer`](crate::Oidc::mcp_layer). The access matrix lists the server and each tool.
    ///
    /// ```
    /// use actix_web::web;
    /// use oidc::actix::{Scope, scope};
    /// use oidc::{Oidc, Tools};
    ///
    /// #[oidc::policy(scopes = "notes:read")]
    /// struct Reader;
    ///
    /// #[oidc::policy(scopes = "notes:write")]
    /// struct Writer;
    ///
    /// fn api(oidc: &Oidc) -> Scope {
    ///     // In an application, this is the scope of an MCP library.
    ///     let server = web::resource("").to(async || "");
    ///     let tools = Tools::new().with("delete_note", Writer);
    ///     scope("/api").mcp("/mcp", oidc.mcp_layer(Reader, tools), server)
    /// }
    /// # let oidc = Oidc::builder().client_id("app").discovery_url("https://login.example.org");
    /// # let matrix = api(&oidc.build().unwrap()).access();
    /// # assert!(matrix.to_string().contains("/api/mcp tools/call delete_note"));
    /// ```
    pub fn mcp<F>(mut self, path: &str, guard: McpLayer, server: F) -> Self
    where
        F: HttpServiceFactory + 'static,
    {
        let path = joined("", path);
        let everything_below = format!("{path}/{{rest}}*");
        self.routes
            .extend(Registry::of_mcp::<F>(&guard, &path, everything_below));
        let guarded = web::scope(&path).service(server).wrap(guard);
        self.inner = self.inner.service(guarded);
        self
    }
}
