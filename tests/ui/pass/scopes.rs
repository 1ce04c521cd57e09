//! Registries of scopes, and everything that attributes take from them.

mod auth {
    oidc::scopes! {
        /// What tokens are granted.
        #[allow(dead_code)]
        pub mod scope {
            /// May read orders.
            READ = "orders:read",
            WRITE = "orders:write" implies READ,
            AUDIT = "audit",
            #[doc(alias = "root")]
            ADMIN = "https://example.org/admin" implies [WRITE, AUDIT],
        }
    }

    pub use scope::READ as MAY_READ;
}

oidc::scopes! {
    mod more { ONLY = "only" }
}

use auth::scope::{self, READ};

#[oidc::required(scopes(scope::READ, "openid", crate::auth::MAY_READ))]
async fn mixed() {}

#[oidc::required(scopes = READ)]
async fn imported() {}

#[oidc::required(scopes = [READ, "openid"], any(scopes = scope::WRITE, not(scopes(more::ONLY))))]
async fn nested() {}

#[oidc::required(registry = crate::auth::scope, any(scopes = "audit orders:read", scopes(scope::ADMIN)))]
async fn looked_up() {}

#[oidc::policy(scopes("orders:write"), registry = scope)]
struct Writer;

#[oidc::optional(policy = Writer, scopes = "only", registry = self::more, invalid = "reject")]
async fn optional(_user: Option<oidc::Principal>) {}

macro_rules! reader {
    ($name:ident, $scope:path, $text:literal, $registry:path) => {
        #[oidc::required(scopes($scope), any(scopes = $text), registry = $registry)]
        async fn $name() {}
    };
}

reader!(through_a_macro, crate::auth::scope::WRITE, "audit", crate::auth::scope);

const _: () = assert!(scope::READ.implied_by().len() == 2);

fn main() {
    let _ = Writer;
    assert_eq!(scope::AUDIT.implied_by(), ["https://example.org/admin"]);
    assert_eq!(scope::WRITE.to_string(), "orders:write");
}
