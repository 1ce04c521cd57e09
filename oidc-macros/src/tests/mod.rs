//! What the macros expand to.

mod hostile;
mod mcp;

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use quote::quote;

use crate::guard::{self, Attribute};
use crate::{routes, scopes};

#[track_caller]
fn assert_expands(tokens: TokenStream, expected: &ExpectFile) {
    let file = syn::parse2(tokens).expect("the expansion consists of items");
    expected.assert_eq(&prettyplease::unparse(&file));
}

#[test]
fn required() {
    let expansion = guard::handler(
        Attribute::Required,
        quote!(
            scopes = "orders:read",
            claims(groups = "admin", level = [-1, 2])
        ),
        quote! {
            /// Lists the orders.
            #[get("/orders")]
            pub(crate) async fn r#list<T: Send>(State(db): State<Db>) -> impl Responder
            where
                T: Sync,
            {
                not even a body
            }
        },
    );
    // The body is copied blindly; here it would keep prettyplease from printing the rest.
    let expansion = expansion.to_string().replace("not even a body", "");
    assert_expands(
        expansion.parse().expect("tokens"),
        &expect_file!["required.rs"],
    );
}

#[test]
fn required_without_rules() {
    let handler = quote!(
        pub async fn me(user: Principal) -> String {
            user.subject()
        }
    );
    let expansion = guard::handler(Attribute::Required, quote!(), handler);
    assert_expands(expansion, &expect_file!["required_without_rules.rs"]);
}

#[test]
fn every_rule() {
    let args = quote! {
        any(
            scopes("read", "write"),
            roles = ["editor", "author"],
            all(acr("gold"), max_age = "15m"),
        ),
        not(all(claims(
            realm_access.roles = "banned",
            resource_access."my-api".type = true,
            "https://example.org/tenant" = ["a", "b"],
        ))),
        check = checks::office_hours,
        policy = Reader,
        any(via = "bearer", not(via = "session")),
        any(issuer = "own", issuer("partner", "staff")),
    };
    let expansion = guard::handler(
        Attribute::Required,
        args,
        quote!(
            async fn f() {}
        ),
    );
    assert_expands(expansion, &expect_file!["every_rule.rs"]);
}

/// The documentation of a handler has its rules as the access matrix does.
#[test]
fn rules_are_printed_as_the_runtime_prints_them() {
    macro_rules! assert_agree {
        ($(($($rules:tt)*))*) => {$({
            #[oidc::policy($($rules)*)]
            struct Documented;
            let printed = <Documented as oidc::Policy>::SPEC.to_string();
            let handler = quote!(async fn f() {});
            let expansion = guard::handler(Attribute::Required, quote!($($rules)*), handler);
            let rules = printed.trim_start_matches("required(").trim_end_matches(')');
            let text = expansion.to_string().replace("\\\"", "\"");
            assert!(text.contains(&format!("`{rules}")), "{printed}: {text}");
        })*};
    }
    assert_agree! {
        (max_age = "1s")
        (max_age = "59s")
        (max_age = "60s")
        (max_age = "61s")
        (max_age = "900s")
        (max_age = "15m")
        (max_age = "90m")
        (max_age = "3600s")
        (max_age = "24h")
        (max_age = "25h")
        (max_age = "2d")
        (via = "bearer")
        (any(via = "session", max_age = "5m"))
        (issuer = "partner")
        (issuer("own", "partner"), not(issuer = ["staff"]))
        (scopes = "read write", roles = ["editor", "author"])
        (any(acr = "gold", not(claims(realm_access.roles = ["banned", "gone"]))))
    }
}

#[test]
fn required_by_name() {
    let args = quote!(policy = policies::Reader, crate = crate::auth);
    let expansion = guard::handler(
        Attribute::Required,
        args,
        quote!(
            async fn list(db: Db) {}
        ),
    );
    assert_expands(expansion, &expect_file!["required_by_name.rs"]);
}

#[test]
fn optional() {
    let handler = quote!(
        async fn home(user: Option<Principal>) {}
    );
    let expansion = guard::handler(Attribute::Optional, quote!(invalid = "reject"), handler);
    assert_expands(expansion, &expect_file!["optional.rs"]);
}

#[test]
fn optional_by_name() {
    let handler = quote!(
        async fn home(user: Option<Principal>) {}
    );
    let expansion = guard::handler(Attribute::Optional, quote!(policy = Reader), handler);
    assert_expands(expansion, &expect_file!["optional_by_name.rs"]);
}

#[test]
fn public() {
    let args = quote!(reason = "the *load balancer* asks", crate = ::auth);
    let expansion = guard::handler(
        Attribute::Public,
        args,
        quote!(
            async fn healthz() {}
        ),
    );
    assert_expands(expansion, &expect_file!["public.rs"]);
}

#[test]
fn policy() {
    let structure = quote! {
        /// Reads orders.
        #[derive(Debug)]
        pub struct Reader;
    };
    let expansion = guard::policy(quote!(roles("reader", "admin")), structure);
    assert_expands(expansion, &expect_file!["policy.rs"]);
}

#[test]
fn routes() {
    let expansion =
        routes::routes(quote!(crate prefix = "/api", login = "/sign-in", device = None));
    let item = quote!(const _: () = #expansion;);
    assert_expands(item, &expect_file!["routes.rs"]);
}

#[test]
fn routes_with_sessions() {
    let args = quote!(crate sessions, prefix = "/api", session = "/me", backchannel_logout = None);
    let expansion = routes::routes(args);
    let item = quote!(const _: () = #expansion;);
    assert_expands(item, &expect_file!["routes_with_sessions.rs"]);
}

#[test]
fn scopes() {
    let registry = quote! {
        crate
        pub mod scope {
            /// May read.
            READ = "read",
            WRITE = "write" implies READ,
            ADMIN = "admin" implies WRITE,
        }
    };
    assert_expands(scopes::scopes(registry), &expect_file!["scopes.rs"]);
}

#[test]
fn registered_scopes() {
    let args = quote!(scopes("read", scope::WRITE), registry = crate::auth::scope);
    let handler = quote!(
        async fn f() {}
    );
    let expansion = guard::handler(Attribute::Required, args, handler);
    assert_expands(expansion, &expect_file!["registered_scopes.rs"]);
}

#[test]
fn the_handler_survives_a_mistake() {
    let handler = quote! {
        #[get("/")]
        async fn list(user: Principal) {}
    };
    let expansion = guard::handler(
        Attribute::Required,
        quote!(scope = "a", role = "b"),
        handler,
    );
    assert_expands(expansion, &expect_file!["mistakes.rs"]);
}
