//! Tables of routes as applications.

use actix_web::HttpResponse;
use axum::response::{IntoResponse, Response};
use oidc::{Oidc, Principal};

use super::tables::{Guard, Route, Table};

/// Whether a handler sees a user, as a status, which a response to `HEAD` has as well.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Seen(pub(super) u16);

impl Seen {
    pub(super) const OPEN: Self = Self(200);
    pub(super) const NOBODY: Self = Self(202);
    pub(super) const USER: Self = Self(203);

    fn of(user: Option<Principal>) -> Self {
        user.map_or(Self::NOBODY, |_| Self::USER)
    }
}

impl IntoResponse for Seen {
    fn into_response(self) -> Response {
        let status = axum::http::StatusCode::from_u16(self.0);
        status.expect("a status").into_response()
    }
}

impl actix_web::Responder for Seen {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _: &actix_web::HttpRequest) -> HttpResponse {
        let status = actix_web::http::StatusCode::from_u16(self.0);
        HttpResponse::new(status.expect("a status"))
    }
}

#[oidc::policy(scopes = "read")]
struct ReaderOnly;

#[oidc::public(reason = "a test")]
async fn open() -> Seen {
    Seen::OPEN
}

#[oidc::optional]
async fn maybe(user: Option<Principal>) -> Seen {
    Seen::of(user)
}

#[oidc::optional(invalid = "reject")]
async fn maybe_valid(user: Option<Principal>) -> Seen {
    Seen::of(user)
}

#[oidc::required]
async fn user() -> Seen {
    Seen::USER
}

#[oidc::required(scopes = "read")]
async fn reader() -> Seen {
    Seen::USER
}

#[oidc::required(scopes = "read write")]
async fn editor() -> Seen {
    Seen::USER
}

/// The expression with the handler of the guard in it.
macro_rules! with_handler {
    ($guard:expr, |$handler:ident| $use:expr) => {
        with_handler!($guard, $handler, $use, Open open, Maybe maybe, MaybeValid maybe_valid,
            User user, Reader reader, Editor editor)
    };
    ($guard:expr, $handler:ident, $use:expr, $($kind:ident $function:ident),*) => {
        match $guard {
            $(Guard::$kind => {
                let $handler = $function;
                $use
            })*
        }
    };
}

pub(super) fn on_axum(table: &Table, oidc: &Oidc) -> oidc::axum::Router<Oidc> {
    use oidc::axum::{MethodRouter, Router, any, get, head, post};
    let on = |route: &Route| -> MethodRouter<Oidc> {
        with_handler!(route.guard, |handler| match route.method {
            "GET" => get(handler),
            "HEAD" => head(handler),
            "POST" => post(handler),
            _ => any(handler),
        })
    };
    // A method of a path has one handler.
    let router = |routes: &[Route]| {
        let mut known = Vec::new();
        let mut router = Router::new();
        for route in routes {
            if !known.contains(&(route.method, route.path)) {
                known.push((route.method, route.path));
                router = router.route(route.path, on(route));
            }
        }
        router
    };
    let mut nested = router(&table.nested);
    if table.is_protected {
        nested = nested.protect(oidc.layer(ReaderOnly));
    }
    if let Some(guard) = table.nested_fallback {
        nested = with_handler!(guard, |handler| nested.fallback(handler));
    }
    let mut app = router(&table.routes).nest("/a", nested);
    if table.has_service {
        let service = axum::Router::new().fallback(async || Seen::OPEN);
        app = app.nest_service_unguarded("/s", service, "a test");
    }
    match table.fallback {
        Some(guard) => with_handler!(guard, |handler| app.fallback(handler)),
        None => app,
    }
}

pub(super) fn on_actix(table: &Table, oidc: &Oidc) -> oidc::actix::Scope {
    use oidc::actix::scope;
    let nested = with_fallback(scope("/a"), table.nested_fallback);
    let nested = with_routes(nested, &table.nested);
    let (first, last) = table.routes.split_at(table.routes.len() / 2);
    let app = with_fallback(scope(""), table.fallback);
    let app = with_routes(app, first);
    let mut app = if table.is_protected {
        app.service(nested.protect(oidc.layer(ReaderOnly)))
    } else {
        app.service(nested)
    };
    if table.has_service {
        let service = actix_web::web::resource("{rest}*").to(async || Seen::OPEN);
        app = app.service_unguarded("/s", service, "a test");
    }
    with_routes(app, last)
}

fn with_fallback(scope: oidc::actix::Scope, fallback: Option<Guard>) -> oidc::actix::Scope {
    let any = oidc::actix::any();
    match fallback {
        Some(guard) => with_handler!(guard, |handler| scope.default_service(any.to(handler))),
        None => scope,
    }
}

fn with_routes(scope: oidc::actix::Scope, routes: &[Route]) -> oidc::actix::Scope {
    use oidc::actix::{any, get, head, post, resource};
    let on = |route: &Route| -> oidc::actix::Route {
        with_handler!(route.guard, |handler| match route.method {
            "GET" => get().to(handler),
            "HEAD" => head().to(handler),
            "POST" => post().to(handler),
            _ => any().to(handler),
        })
    };
    let together = |one: &Route, next: &Route| next.is_joined && one.path == next.path;
    let resources = routes.chunk_by(together);
    resources.fold(scope, |scope, routes| match routes {
        [route] => scope.route(route.path, on(route)),
        routes => {
            let resource = resource(routes[0].path);
            let resource = routes
                .iter()
                .fold(resource, |all, route| all.route(on(route)));
            scope.service(resource)
        }
    })
}
