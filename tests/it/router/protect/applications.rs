//! The parts as applications.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use oidc::Oidc;

use super::handlers::with_handler;
use super::parts::{Layer, Part, Resource, Step};

#[oidc::policy(scopes = "read")]
struct Reader;

#[oidc::policy(scopes = "write")]
struct Writer;

pub(super) fn on_axum(part: &Part, oidc: &Oidc) -> oidc::axum::Router<Oidc> {
    use oidc::axum::Router;
    part.steps
        .iter()
        .fold(Router::new(), |router, step| match step {
            Step::Route(resource) => router.route(&resource.path, axum_route(resource, oidc)),
            Step::Protect(Layer::Reader) => router.protect(oidc.layer(Reader)),
            Step::Protect(Layer::Writer) => router.protect(oidc.layer(Writer)),
            Step::Nest(path, part) => router.nest(path, on_axum(part, oidc)),
            Step::Merge(part) => router.merge(on_axum(part, oidc)),
            Step::Fallback(handler) => with_handler!(*handler, |handler| router.fallback(handler)),
            Step::Service(path) => {
                let service = axum::Router::new().fallback(async || "service");
                router.nest_service_unguarded(path, service, "a test")
            }
            Step::Layer => {
                use axum::middleware::{Next, from_fn};
                router.layer(from_fn(async |request, next: Next| next.run(request).await))
            }
            Step::ResetFallback => router.reset_fallback(),
        })
}

fn axum_route(resource: &Resource, oidc: &Oidc) -> oidc::axum::MethodRouter<Oidc> {
    let route = with_handler!(resource.get, |handler| oidc::axum::get(handler));
    let route = match resource.layer {
        Some(Layer::Reader) => route.protect(oidc.layer(Reader)),
        Some(Layer::Writer) => route.protect(oidc.layer(Writer)),
        None => route,
    };
    with_handler!(resource.post, |handler| route.post(handler))
}

pub(super) fn on_actix(part: &Part, oidc: &Oidc) -> oidc::actix::Scope {
    let scope = oidc::actix::scope("");
    // The whole application is one scope, whose guard would change its type.
    let step = Step::Nest(String::new(), part.clone());
    actix_step(scope, &step, oidc)
}

fn actix_step<T, B>(
    scope: oidc::actix::Scope<actix_web::Scope<T>>,
    step: &Step,
    oidc: &Oidc,
) -> oidc::actix::Scope<actix_web::Scope<T>>
where
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = actix_web::Error,
            InitError = (),
        > + 'static,
    B: MessageBody + 'static,
{
    match step {
        Step::Route(resource) => actix_resource(scope, resource, oidc),
        Step::Nest(path, part) => {
            let nested = oidc::actix::scope(path);
            let is_guard = |step: &Step| matches!(step, Step::Protect(_));
            let Some(place) = part.steps.iter().position(is_guard) else {
                return scope.service(actix_steps(nested, &part.steps, oidc));
            };
            let nested = actix_steps(nested, &part.steps[..place], oidc);
            let later = &part.steps[place + 1..];
            if matches!(part.steps[place], Step::Protect(Layer::Reader)) {
                let nested = nested.protect(oidc.layer(Reader));
                scope.service(actix_steps(nested, later, oidc))
            } else {
                let nested = nested.protect(oidc.layer(Writer));
                scope.service(actix_steps(nested, later, oidc))
            }
        }
        Step::Fallback(handler) => with_handler!(*handler, |handler| {
            scope.default_service(oidc::actix::any().to(handler))
        }),
        Step::Service(path) => {
            let service = actix_web::web::resource("{rest}*").to(async || "service");
            scope.service_unguarded(path, service, "a test")
        }
        Step::Protect(_) | Step::Merge(_) | Step::Layer | Step::ResetFallback => {
            panic!("{step:?} is not made for actix-web")
        }
    }
}

fn actix_steps<T, B>(
    scope: oidc::actix::Scope<actix_web::Scope<T>>,
    steps: &[Step],
    oidc: &Oidc,
) -> oidc::actix::Scope<actix_web::Scope<T>>
where
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = actix_web::Error,
            InitError = (),
        > + 'static,
    B: MessageBody + 'static,
{
    let steps = steps.iter();
    steps.fold(scope, |scope, step| actix_step(scope, step, oidc))
}

fn actix_resource<T, B>(
    scope: oidc::actix::Scope<actix_web::Scope<T>>,
    resource: &Resource,
    oidc: &Oidc,
) -> oidc::actix::Scope<actix_web::Scope<T>>
where
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = actix_web::Error,
            InitError = (),
        > + 'static,
    B: MessageBody + 'static,
{
    let here = oidc::actix::resource(&resource.path);
    let here = with_handler!(resource.get, |handler| here.get(handler));
    macro_rules! post_on {
        ($here:expr) => {
            with_handler!(resource.post, |handler| scope.service($here.post(handler)))
        };
    }
    match resource.layer {
        Some(Layer::Reader) => post_on!(here.protect(oidc.layer(Reader))),
        Some(Layer::Writer) => post_on!(here.protect(oidc.layer(Writer))),
        None => post_on!(here),
    }
}
