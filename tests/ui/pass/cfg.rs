//! A handler that is configured away takes its policy with it.

#[oidc::required(scopes = "read")]
#[cfg(any())]
async fn list() -> &'static str {
    "never"
}

#[cfg(not(any()))]
#[oidc::required(scopes = "read")]
async fn list() -> &'static str {
    "always"
}

#[oidc::required(scopes = "read")]
async fn arguments(#[cfg(any())] _never: Missing, _user: oidc::Principal) -> &'static str {
    "arguments"
}

fn main() {
    let _: axum::Router<oidc::Oidc> = axum::Router::new()
        .route("/", axum::routing::get(list))
        .route("/arguments", axum::routing::get(arguments));
}
