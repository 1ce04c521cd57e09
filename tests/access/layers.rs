//! A guard among the ordinary layers of a router panics at start-up, because the matrix would not
//! list it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::apps::client;
use crate::handlers::{Admin, me};

/// The message of the panic, if there is one.
fn panic_of<T>(build: impl FnOnce() -> T) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(|| drop(build()))).err()?;
    panic.downcast_ref::<&str>().map(|text| (*text).to_owned())
}

#[track_caller]
fn assert_panics<T>(case: &str, build: impl FnOnce() -> T) {
    let message = panic_of(build).unwrap_or_else(|| panic!("{case} is accepted"));
    assert!(message.contains(".protect(oidc.layer(..))"), "{message}");
    assert!(message.contains("access matrix"), "{message}");
}

#[test]
fn on_axum() {
    use axum::handler::Handler as _;
    use axum::middleware::from_fn;
    use oidc::axum::{MethodRouter, Router, get};
    use tower_layer::{Identity, Stack, layer_fn};

    let oidc = client();
    let routes = || Router::<oidc::Oidc>::new().route("/", get(me));
    let route = || -> MethodRouter<oidc::Oidc> { get(me) };
    let guard = || oidc.layer(Admin);
    assert_panics("Router::layer", || routes().layer(guard()));
    assert_panics("Router::route_layer", || routes().route_layer(guard()));
    assert_panics("MethodRouter::layer", || route().layer(guard()));
    assert_panics("MethodRouter::route_layer", || route().route_layer(guard()));
    assert_panics("several layers", || routes().layer((guard(),)));
    assert_panics("a stack of layers", || {
        routes().layer(Stack::new(
            Identity::new(),
            Stack::new(guard(), Identity::new()),
        ))
    });
    assert_panics("a layer that makes one", || {
        let guard = guard();
        routes().layer(layer_fn(move |route| {
            tower_layer::Layer::layer(&guard, route)
        }))
    });
    assert_panics("a layer of a handler", || {
        get::<_, _, oidc::Oidc>(me.layer(guard()))
    });
    assert_panics("a layer of a fallback", || {
        routes().fallback(me.layer(guard()))
    });

    let other = || from_fn(async |request, next: axum::middleware::Next| next.run(request).await);
    let accepted = || {
        let route = route().protect(guard()).layer(other());
        let routes = Router::new().route("/", route.route_layer(other()));
        routes.protect(guard()).layer(other()).route_layer(other())
    };
    assert_eq!(panic_of(accepted), None);
}

#[test]
fn on_actix() {
    use actix_web::middleware::{Compat, Condition, NormalizePath};
    use oidc::actix::{get, resource, scope};

    let oidc = client();
    let guard = || oidc.layer(Admin);
    assert_panics("Scope::wrap", || scope("").wrap(guard()));
    assert_panics("Resource::wrap", || resource("/").wrap(guard()));
    assert_panics("Route::wrap", || get().to(me).wrap(guard()));
    assert_panics("a condition", || {
        scope("").wrap(Condition::new(true, Compat::new(guard())))
    });

    let other = || Compat::new(NormalizePath::trim());
    let accepted = || {
        let route = get().to(me).protect(guard()).wrap(other());
        let resource = resource("/").route(route).protect(guard()).wrap(other());
        scope("").service(resource).protect(guard()).wrap(other())
    };
    assert_eq!(panic_of(accepted), None);
}
