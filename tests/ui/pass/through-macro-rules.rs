//! Attributes and `routes!` in the output of other macros, whose fragments arrive in groups.

#[doc(hidden)]
pub mod prelude {
    pub use oidc as auth;
}

macro_rules! handler {
    ($vis:vis $name:ident, $scope:literal, $group:expr, $policy:path, $check:path, $ty:ty, $body:block) => {
        #[oidc::required(
            crate = $crate::prelude::auth,
            scopes = $scope,
            claims(groups = $group),
            any(policy = $policy, check = $check),
        )]
        $vis async fn $name(_argument: $ty) -> &'static str $body
    };
}

macro_rules! named {
    ($name:ident, $policy:ident) => {
        #[oidc::required(policy = $policy)]
        async fn $name() -> &'static str {
            "named"
        }
    };
}

macro_rules! routes_below {
    ($prefix:literal) => {
        $crate::prelude::auth::routes!(prefix = $prefix, login = "/sign-in")
    };
}

#[oidc::policy(roles = "reader")]
pub struct Reader;

fn office_hours(_user: &oidc::Principal) -> bool {
    true
}

handler!(pub list, "read", "admin", self::Reader, self::office_hours, oidc::Principal, { "list" });
named!(show, Reader);

fn main() {
    let _ = axum::Router::<oidc::Oidc>::new()
        .route("/", axum::routing::get(list))
        .route("/show", axum::routing::get(show))
        .merge(routes_below!("/api"));
}
