//! The name that code which comes from py-oidc-auth has for the user works in every position, and
//! the attributes know it.

use actix_web::web;
use oidc::{IdToken, Oidc, Principal};

#[oidc::required(scopes = "read", check = employee)]
async fn me(user: IdToken) -> String {
    user.subject().to_owned()
}

#[oidc::optional]
async fn home(user: Option<oidc::IdToken>) -> String {
    user.map_or_else(|| "anonymous".to_owned(), |user| same_type(&user).to_owned())
}

fn employee(user: &IdToken) -> bool {
    user.email_verified()
}

fn same_type(user: &Principal) -> &str {
    user.subject()
}

fn main() {
    let _: axum::Router<Oidc> = axum::Router::new()
        .route("/me", axum::routing::get(me))
        .route("/", axum::routing::get(home));
    let _ = actix_web::App::new()
        .route("/me", web::get().to(me))
        .route("/", web::get().to(home));
}
