//! The routers take every handler that carries one of the attributes: with any number of arguments,
//! generic over the state, or with layers around it.

use oidc::{Principal, Oidc};

#[oidc::policy(scopes = "read")]
struct Reader;

macro_rules! of_every_length {
    ($($name:ident($($argument:ty),*);)*) => {
        mod on_axum {
            use axum::extract::FromRef;
            use axum::http::Method;
            use oidc::Oidc;
            $(
                #[oidc::required]
                #[allow(clippy::too_many_arguments)]
                pub async fn $name($(_: $argument),*) {}
            )*
            pub fn all<S>() -> oidc::axum::Router<S>
            where
                S: Clone + Send + Sync + 'static,
                Oidc: FromRef<S>,
            {
                oidc::axum::Router::new()
                    $(.route(concat!("/", stringify!($name)), oidc::axum::get($name)))*
            }
        }
        mod on_actix {
            use actix_web::http::Method;
            $(
                #[oidc::required]
                #[allow(clippy::too_many_arguments)]
                pub async fn $name($(_: $argument),*) -> &'static str {
                    ""
                }
            )*
            pub fn all() -> oidc::actix::Scope {
                oidc::actix::scope("")
                    $(.route(concat!("/", stringify!($name)), oidc::actix::get().to($name)))*
            }
        }
    };
}

of_every_length! {
    none();
    one(String);
    two(Method, String);
    three(Method, Method, String);
    four(Method, Method, Method, String);
    five(Method, Method, Method, Method, String);
    six(Method, Method, Method, Method, Method, String);
    seven(Method, Method, Method, Method, Method, Method, String);
    eight(Method, Method, Method, Method, Method, Method, Method, String);
    nine(Method, Method, Method, Method, Method, Method, Method, Method, String);
    ten(Method, Method, Method, Method, Method, Method, Method, Method, Method, String);
    eleven(Method, Method, Method, Method, Method, Method, Method, Method, Method, Method, String);
    twelve(
        Method, Method, Method, Method, Method, Method, Method, Method, Method, Method, Method,
        String
    );
    thirteen(
        Method, Method, Method, Method, Method, Method, Method, Method, Method, Method, Method,
        Method, String
    );
    fourteen(
        Method, Method, Method, Method, Method, Method, Method, Method, Method, Method, Method,
        Method, Method, String
    );
    fifteen(
        Method, Method, Method, Method, Method, Method, Method, Method, Method, Method, Method,
        Method, Method, Method, String
    );
}

#[oidc::optional(policy = Reader)]
async fn named(_: Option<Principal>) -> &'static str {
    ""
}

#[oidc::public(reason = "a test")]
async fn open() -> &'static str {
    ""
}

fn layered(limit: axum::extract::DefaultBodyLimit) -> oidc::axum::Router<Oidc> {
    use axum::handler::Handler;
    use oidc::axum::{get, on};
    let filter = axum::routing::MethodFilter::PUT.or(axum::routing::MethodFilter::PATCH);
    oidc::axum::Router::new()
        .route("/layered", get(named.layer(limit)))
        .route("/several", on(filter, open).delete(open).fallback(named))
}

fn main() {
    let _ = layered;
    assert_eq!(on_axum::all::<Oidc>().access().routes.len(), 16);
    assert_eq!(on_actix::all().access().routes.len(), 16);
}
