//! Whatever a handler's signature may be, it stays.

use std::future::{Future, ready};

use axum::extract::FromRequestParts;
use axum::response::IntoResponse;
use axum::routing::get;
use oidc::Oidc;

struct Part;

impl<S: Sync> FromRequestParts<S> for Part {
    type Rejection = ();

    async fn from_request_parts(
        _: &mut axum::http::request::Parts,
        _: &S,
    ) -> Result<Self, Self::Rejection> {
        Ok(Self)
    }
}

#[oidc::required(scopes = "read")]
async fn generic<T>(_part: T) -> &'static str
where
    T: FromRequestParts<Oidc> + Send,
{
    "generic"
}

#[oidc::required(scopes = "read")]
pub(crate) async fn impl_trait(_part: impl FromRequestParts<Oidc> + Send) -> impl IntoResponse {
    "impl Trait"
}

#[oidc::required]
fn not_async() -> impl Future<Output = &'static str> {
    ready("not async")
}

#[oidc::required]
async fn question_mark(Part: Part) -> Result<String, String> {
    let number: u8 = "7".parse().map_err(|_| "not a number")?;
    if number > 8 {
        return Err(String::new());
    }
    Ok(number.to_string())
}

#[oidc::required]
#[rustfmt::skip]
async fn fifteen_arguments(
    _: Part, _: Part, _: Part, _: Part, _: Part, _: Part, _: Part, _: Part, _: Part, _: Part,
    _: Part, _: Part, _: Part, _: Part, _: Part,
) -> &'static str {
    "fifteen"
}

#[oidc::required(claims(type = "human"))]
async fn r#type() -> &'static str {
    "raw identifier"
}

mod nested {
    pub(super) mod deeper {
        #[oidc::required(scopes = "read")]
        pub(in super::super) async fn restricted() -> &'static str {
            "restricted"
        }
    }
}

fn main() {
    #[oidc::required(scopes = "read")]
    async fn inside_a_function() -> &'static str {
        #![allow(unused_variables)]
        let nothing = ();
        "inside"
    }

    let _: axum::Router<Oidc> = axum::Router::new()
        .route("/a", get(generic::<Part>))
        .route("/c", get(not_async))
        .route("/d", get(question_mark))
        .route("/e", get(fifteen_arguments))
        .route("/f", get(r#type))
        .route("/g", get(nested::deeper::restricted))
        .route("/h", get(inside_a_function));
}
