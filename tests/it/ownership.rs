//! Checks that decide by the route's parameters, the application's state, and extensions.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::dev::Service as _;
use actix_web::{HttpMessage as _, web};
use axum::extract::{FromRef, Path};
use axum::routing::get;
use axum::{Extension, Router};
use oidc::{Oidc, Principal, RequestParts};
use tower_layer::Layer as _;
use tracing::Level;

use crate::support::bench::Bench;
use crate::support::logs::Logs;
use crate::support::reply::{Expected, anonymous, denied, ok};
use crate::support::servers::Server;

#[derive(Clone)]
struct AppState {
    oidc: Oidc,
    owners: Arc<HashMap<u64, &'static str>>,
}

impl FromRef<AppState> for Oidc {
    fn from_ref(state: &AppState) -> Self {
        state.oidc.clone()
    }
}

impl AppState {
    fn new(oidc: Oidc) -> Self {
        let owners = Arc::new(HashMap::from([(7, "alice"), (8, "bob")]));
        Self { oidc, owners }
    }
}

#[derive(Clone)]
struct Tenant(&'static str);

struct Unknown;

async fn is_self(user: &Principal, request: &RequestParts<'_>) -> bool {
    let named = request.path_param("user");
    tokio::task::yield_now().await;
    named == request.path_param("user") && named.as_deref() == Some(user.subject())
}

fn is_self_now(user: &Principal, request: &RequestParts<'_>) -> bool {
    request.path_param("user").as_deref() == Some(user.subject())
}

fn owns_order_now(user: &Principal, request: &RequestParts<'_>) -> bool {
    let id = request.path_param("id").and_then(|id| id.parse().ok());
    let owners = request.state::<AppState>().map(|state| &state.owners);
    id.zip(owners)
        .is_some_and(|(id, owners)| owners.get::<u64>(&id) == Some(&user.subject()))
}

async fn owns_order(user: &Principal, request: &RequestParts<'_>) -> bool {
    let id = request.path_param("id").and_then(|id| id.parse().ok());
    let (Some(id), Some(state)) = (id, request.state::<AppState>()) else {
        return false;
    };
    tokio::task::yield_now().await;
    state.owners.get::<u64>(&id) == Some(&user.subject())
}

async fn is_of_tenant(_: &Principal, request: &RequestParts<'_>) -> bool {
    request
        .extension()
        .is_some_and(|Tenant(tenant)| tenant == "a")
}

async fn misspelt(_: &Principal, request: &RequestParts<'_>) -> bool {
    request.path_param("usr").is_some()
}

async fn of_unknown_state(_: &Principal, request: &RequestParts<'_>) -> bool {
    request.state::<Unknown>().is_some()
}

async fn has_state(_: &Principal, request: &RequestParts<'_>) -> bool {
    request.state::<AppState>().is_some()
}

#[oidc::policy(check = is_self)]
struct IsSelf;

#[oidc::policy(check = has_state)]
struct HasState;

#[oidc::required(check = owns_order)]
async fn order() -> &'static str {
    "order"
}

#[oidc::required(check = owns_order_now)]
async fn order_now() -> &'static str {
    "order"
}

#[oidc::required(check = is_self_now)]
async fn settings() -> &'static str {
    "settings"
}

#[oidc::required(check = is_of_tenant)]
async fn tenant() -> &'static str {
    "tenant"
}

#[oidc::required(check = misspelt)]
async fn typo() -> &'static str {
    "typo"
}

#[oidc::required(check = of_unknown_state)]
async fn stateless() -> &'static str {
    "stateless"
}

async fn unguarded(user: Principal) -> String {
    user.subject().to_owned()
}

async fn plain() -> &'static str {
    "inside"
}

/// Responds with the parameter as its framework's `Path` has it.
mod profile {
    use super::{Path, is_self, web};

    #[oidc::required(check = is_self)]
    pub(super) async fn axum(Path(user): Path<String>) -> String {
        user
    }

    #[oidc::required(check = is_self)]
    pub(super) async fn actix(user: web::Path<String>) -> String {
        user.into_inner()
    }

    #[oidc::required(check = is_self)]
    pub(super) async fn axum_of_team(Path((_, user)): Path<(String, String)>) -> String {
        user
    }

    #[oidc::required(check = is_self)]
    pub(super) async fn actix_of_team(path: web::Path<(String, String)>) -> String {
        path.into_inner().1
    }
}

fn router(oidc: &Oidc) -> Router {
    let members = Router::new().route("/members/{user}", get(profile::axum_of_team));
    let inside = Router::new().route("/{user}", get(plain));
    let outside = Router::<()>::new().route("/{user}", get(plain));
    Router::new()
        .route("/users/{user}", get(profile::axum))
        .nest("/teams/{team}", members)
        .nest(
            "/friends/{user}",
            Router::new().route("/settings/{user}", get(settings)),
        )
        .route("/orders/{id}", get(order))
        .route("/orders/{id}/now", get(order_now))
        .route("/settings/{user}", get(settings))
        .route("/tenant", get(tenant))
        .route("/tenant/a", get(tenant).layer(Extension(Tenant("a"))))
        .route("/tenant/b", get(tenant).layer(Extension(Tenant("b"))))
        .route("/typo/{user}", get(typo))
        .route("/stateless", get(stateless))
        .route("/unguarded", get(unguarded))
        .nest("/inside", inside.route_layer(oidc.layer(IsSelf)))
        .nest_service("/outside", oidc.layer(IsSelf).layer(outside))
        .with_state(AppState::new(oidc.clone()))
}

fn tenant_of(
    name: &'static str,
) -> actix_web::Scope<
    impl actix_web::dev::ServiceFactory<
        actix_web::dev::ServiceRequest,
        Config = (),
        Response = actix_web::dev::ServiceResponse,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let scope = web::scope(name).route("", web::get().to(tenant));
    scope.wrap_fn(move |request, next| {
        request.extensions_mut().insert(Tenant(&name[1..]));
        next.call(request)
    })
}

fn configure(oidc: &Oidc, config: &mut web::ServiceConfig) {
    let members =
        web::scope("/teams/{team}").route("/members/{user}", web::get().to(profile::actix_of_team));
    let inside = web::resource("/{user}").get(plain);
    let outside = web::scope("/outside").route("/{user}", web::get().to(plain));
    config
        .app_data(oidc.clone())
        .route("/users/{user}", web::get().to(profile::actix))
        .service(members)
        .service(web::scope("/friends/{user}").route("/settings/{user}", web::get().to(settings)))
        .route("/orders/{id}", web::get().to(order))
        .route("/orders/{id}/now", web::get().to(order_now))
        .route("/settings/{user}", web::get().to(settings))
        .route("/tenant", web::get().to(tenant))
        .service(
            web::scope("/tenant")
                .service(tenant_of("/a"))
                .service(tenant_of("/b")),
        )
        .route("/typo/{user}", web::get().to(typo))
        .route("/stateless", web::get().to(stateless))
        .route("/unguarded", web::get().to(unguarded))
        .service(web::scope("/inside").service(inside.wrap(oidc.layer(IsSelf))))
        .service(outside.wrap(oidc.layer(IsSelf)));
}

/// An application on each framework; on actix-web, one with each kind of state.
fn servers(oidc: impl Fn() -> Oidc) -> [Server; 3] {
    let [of_axum, plain, shared] = [(); 3].map(|()| oidc());
    [
        Server::axum_of(move || router(&of_axum)),
        Server::actix_of(move |config| {
            config.app_data(AppState::new(plain.clone()));
            configure(&plain, config);
        }),
        Server::actix_of(move |config| {
            config.app_data(web::Data::new(AppState::new(shared.clone())));
            configure(&shared, config);
        }),
    ]
}

fn cases() -> Vec<(&'static str, Option<&'static str>, Expected)> {
    vec![
        ("/users/alice", None, anonymous()),
        ("/users/alice", Some("alice"), ok("alice")),
        ("/users/alice", Some("bob"), denied()),
        ("/users/%61lice", Some("alice"), ok("alice")),
        ("/users/%61lice", Some("%61lice"), denied()),
        ("/users/%2561lice", Some("%61lice"), ok("%61lice")),
        ("/users/%2561lice", Some("alice"), denied()),
        ("/users/al%2Fice", Some("al/ice"), ok("al/ice")),
        ("/users/al%20ice", Some("al ice"), ok("al ice")),
        ("/users/al+ice", Some("al+ice"), ok("al+ice")),
        ("/users/al%2Bice", Some("al+ice"), ok("al+ice")),
        ("/users/%C3%A4", Some("\u{e4}"), ok("\u{e4}")),
        ("/users/%FF", Some("alice"), denied()),
        ("/users/%FF", Some("\u{fffd}"), denied()),
        ("/users/alice?user=bob", Some("bob"), denied()),
        ("/teams/red/members/alice", Some("alice"), ok("alice")),
        ("/teams/red/members/%61lice", Some("alice"), ok("alice")),
        ("/teams/alice/members/red", Some("alice"), denied()),
        ("/friends/alice/settings/bob", Some("alice"), denied()),
        ("/friends/bob/settings/alice", Some("alice"), denied()),
        ("/friends/alice/settings/alice", Some("alice"), denied()),
        ("/orders/7", Some("alice"), ok("order")),
        ("/orders/07", Some("alice"), ok("order")),
        ("/orders/8", Some("alice"), denied()),
        ("/orders/8", Some("bob"), ok("order")),
        ("/orders/9", Some("alice"), denied()),
        ("/orders/x", Some("alice"), denied()),
        ("/orders/7/now", Some("alice"), ok("order")),
        ("/orders/8/now", Some("alice"), denied()),
        ("/orders/x/now", Some("alice"), denied()),
        ("/settings/alice", None, anonymous()),
        ("/settings/alice", Some("alice"), ok("settings")),
        ("/settings/%61lice", Some("alice"), ok("settings")),
        ("/settings/alice", Some("bob"), denied()),
        ("/tenant", Some("alice"), denied()),
        ("/tenant/a", Some("alice"), ok("tenant")),
        ("/tenant/b", Some("alice"), denied()),
        ("/typo/alice", Some("alice"), denied()),
        ("/stateless", Some("alice"), denied()),
        ("/inside/alice", Some("alice"), ok("inside")),
        ("/inside/alice", Some("bob"), denied()),
        ("/outside/alice", Some("alice"), denied()),
    ]
}

/// What the application has forgotten is denied, and each mistake is logged once.
#[tokio::test]
async fn decides() {
    let bench = Bench::start().await;
    let logs = Logs::default();
    for server in logs.listen(|| servers(|| bench.oidc())) {
        for (path, user, expected) in cases() {
            let token = user.map(|user| bench.idp.token().sub(user).mint());
            let reply = server.get(path, token.as_deref()).await;
            let case = format!("{path} by {user:?} on {}", server.framework);
            reply.assert(&case, &expected);
        }
    }
    let lines = logs.take();
    let errors = lines.iter().filter(|line| line.level == Some(Level::ERROR));
    let named = errors.map(|line| format!("{}{}", line.field("parameter"), line.field("state")));
    let named: Vec<_> = named.collect();
    // Once repeated, once unknown to a layer around the router.
    assert_eq!(named, ["user", "usr", "it::ownership::Unknown", "user"]);
}

/// Without an attribute, the extractors apply the global policies.
#[tokio::test]
async fn extractors_show_the_state_as_well() {
    let bench = Bench::start().await;
    let oidc = || bench.builder().require(HasState).build().expect("sound");
    for server in servers(oidc) {
        let reply = server.get("/unguarded", bench.good_token().as_str()).await;
        reply.assert("unguarded", &ok("alice"));
    }
}
