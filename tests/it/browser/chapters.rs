//! The programs of the guide, as their chapters print them: `build.rs` takes them from there.

/// The chapter "Server-rendered applications", on axum.
#[expect(
    dead_code,
    reason = "the tests do what `main` does, on ports of their own"
)]
pub(super) mod server_rendered_axum {
    include!(concat!(env!("OUT_DIR"), "/server_rendered_axum.rs"));

    pub(in super::super) const ROUTES: Routes = SIGN_IN;

    pub(in super::super) fn router(oidc: Oidc) -> axum::Router {
        app(oidc).into()
    }
}

/// The same chapter on actix-web.
pub(super) mod server_rendered_actix {
    include!(concat!(env!("OUT_DIR"), "/server_rendered_actix.rs"));

    pub(in super::super) fn configure(config: &mut ServiceConfig) {
        routes(config);
    }
}

/// The chapter "Single-page applications", on axum.
pub(super) mod single_page_app_axum {
    include!(concat!(env!("OUT_DIR"), "/single_page_app_axum.rs"));

    pub(in super::super) const ROUTES: Routes = SIGN_IN;

    pub(in super::super) fn router(oidc: Oidc) -> Router {
        let page = async || axum::response::Html(super::PAGE);
        app(oidc).route("/", get(page))
    }
}

/// The same chapter on actix-web.
pub(super) mod single_page_app_actix {
    use web::Html;

    include!(concat!(env!("OUT_DIR"), "/single_page_app_actix.rs"));

    pub(in super::super) fn configure(config: &mut ServiceConfig) {
        routes(config);
        config.route("/", web::get().to(async || Html::new(super::PAGE)));
    }
}

/// The program of the page is the chapter's, too.
const PAGE: &str = concat!(
    "<!doctype html><title>Orders</title><p id=\"user\"></p><script>",
    include_str!(concat!(env!("OUT_DIR"), "/single_page_app.js")),
    "start()</script>"
);
