//! The macros work where nothing is called `oidc`.

use auth::optional as tool;

/// Where others find the crate.
pub mod prelude {
    pub use auth;
}

/// A policy of the renamed crate.
#[auth::policy(roles = "reader", crate = ::auth)]
#[derive(Debug)]
pub struct Reader;

/// Renamed in `Cargo.toml`.
#[auth::required(crate = ::auth, scopes = "read", claims(level = 3), check = office_hours)]
pub async fn list(_user: auth::Principal) -> &'static str {
    "list"
}

/// Found through a re-export.
#[prelude::auth::optional(crate = crate::prelude::auth, policy = Reader)]
pub async fn home(_user: Option<auth::Principal>) -> &'static str {
    "home"
}

/// Open under another name.
#[auth::public(crate = ::auth, reason = "health check")]
pub async fn healthz() -> &'static str {
    "ok"
}

/// An MCP server. Another attribute is called `tool` here.
#[derive(Debug)]
pub struct Notes;

#[auth::tools(crate = ::auth)]
impl Notes {
    /// Found as the server's tool.
    #[tool(crate = ::auth)]
    #[auth::required(scopes = "read", not(check = office_hours))]
    #[expect(clippy::unused_async, reason = "a handler is an `async fn`")]
    pub async fn list() -> &'static str {
        "notes"
    }
}

fn office_hours(_user: &auth::Principal) -> bool {
    true
}

/// All of it on axum.
pub fn on_axum() -> axum::Router<auth::Oidc> {
    axum::Router::new()
        .route("/", axum::routing::get(home))
        .route("/list", axum::routing::get(list))
        .route("/healthz", axum::routing::get(healthz))
        .merge(auth::routes!(prefix = "/api"))
}

/// All of it on actix-web.
pub fn on_actix(config: &mut actix_web::web::ServiceConfig) {
    config
        .route("/", actix_web::web::get().to(home))
        .route("/list", actix_web::web::get().to(list))
        .route("/healthz", actix_web::web::get().to(healthz))
        .service(prelude::auth::routes!(prefix = "/api"));
}

#[cfg(test)]
mod tests {
    #[test]
    fn everything_is_routed() {
        assert!(super::on_axum().has_routes());
        let _ = actix_web::App::new().configure(super::on_actix);
    }

    #[test]
    fn tools_are_listed() {
        assert!(super::Notes::tools().names().eq(["list"]));
    }
}
