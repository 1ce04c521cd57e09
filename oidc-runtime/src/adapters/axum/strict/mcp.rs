//! MCP servers, whose guard declares who may call which tool.

use std::convert::Infallible;

use ::axum::BoxError;
use ::axum::body::{Bytes, HttpBody};
use ::axum::extract::Request;
use ::axum::http::Response;
use tower_service::Service;

use super::nested_path::nested;
use super::router::Router;
use crate::access::Registry;
use crate::adapters::axum::mcp::McpService;

impl<S> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Serves an MCP server behind its guard, [`Oidc::mcp`](crate::Oidc::mcp), at a path and everything
    /// below it. The access matrix lists the server and each tool.
    ///
    /// ```
    /// use axum::extract::Request;
    /// use axum::routing::any;
    /// use oidc::axum::Router;
    /// use oidc::{Oidc, Tools};
    ///
    /// #[oidc::policy(scopes = "notes:read")]
    /// struct Reader;
    ///
    /// #[oidc::policy(scopes = "notes:write")]
    /// struct Writer;
    ///
    /// fn app(oidc: &Oidc) -> Router<Oidc> {
    ///     // In an application, this is the service of an MCP library.
    ///     let server = any(async |_: Request| "");
    ///     let tools = Tools::new().with("delete_note", Writer);
    ///     Router::new()
    ///         .nest_mcp("/mcp", oidc.mcp(server, Reader, tools))
    ///         .merge(oidc::metadata!())
    /// }
    /// # let oidc = Oidc::builder().client_id("app").discovery_url("https://login.example.org");
    /// # let matrix = app(&oidc.build().unwrap()).access();
    /// # assert!(matrix.to_string().contains("/mcp tools/call delete_note"));
    /// ```
    ///
    /// # Panics
    /// As [`nest`](Self::nest) does.
    #[track_caller]
    pub fn nest_mcp<T, B>(mut self, path: &str, server: McpService<T>) -> Self
    where
        T: Service<Request, Response = Response<B>, Error = Infallible>,
        T: Clone + Send + Sync + 'static,
        T::Future: Send,
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let everything_below = nested(path, "/{*rest}");
        self.list(Registry::of_mcp::<T>(&server.layer, path, everything_below));
        self.add(::axum::Router::new().nest_service(path, server));
        self
    }
}
