//! What `#[oidc::tools]` expands to.

use expect_test::expect_file;
use proc_macro2::TokenStream;
use quote::quote;

use super::assert_expands;
use crate::tools::tools;

#[test]
fn rules_of_every_kind() {
    let block = quote! {
        #[tool_router]
        impl Notes {
            #![allow(clippy::unused_self)]
            const LIMIT: [u8; { 1 }] = [0];
            /// Lists the notes.
            #[tool]
            #[oidc::required]
            async fn list_notes(&self) -> String {
                not even a body
            }
            #[tool(description = "Deletes, if name = \"x\"", annotations(name = "no"), name = "delete_note")]
            #[required(scopes = "notes:write", any(roles = "editor", claims(tier = "a|b")))]
            #[instrument(skip_all)]
            pub async fn delete(&self) -> String {}
            #[rmcp::tool]
            #[auth::required(policy = policies::Reader)]
            fn named(&self) -> Wrapper<{ 1 }> {}
            fn helper(&self) {}
            invocation!();
        }
    };
    let expansion = tools(quote!(), block);
    // The body is copied blindly; here it would keep prettyplease from printing the rest.
    let expansion = expansion.to_string().replace("not even a body", "");
    assert_expands(
        expansion.parse().expect("tokens"),
        &expect_file!["tools.rs"],
    );
}

#[test]
fn conditions_and_parameters() {
    let block = quote! {
        #[cfg(feature = "mcp")]
        impl<'a, T: Store> Notes<'a, T>
        where
            T: Send,
        {
            #[cfg(unix,)]
            #[cfg(feature = "files")]
            #[tool]
            #[oidc::required(registry = crate::scope, scopes = "read")]
            async fn open(&self) {}
            #[cfg(not(unix))]
            #[tool(name = "open")]
            #[oidc::required]
            async fn open_elsewhere(&self) {}
        }
    };
    let expansion = tools(quote!(crate = ::auth, fn = note_tools), block);
    assert_expands(expansion, &expect_file!["tools_with_conditions.rs"]);
}

#[test]
fn the_block_survives_a_mistake() {
    let block = quote! {
        #[tool_router]
        impl Notes {
            #[tool]
            async fn list_notes(&self) {}
            #[tool]
            #[oidc::required(scope = "a")]
            async fn delete_note(&self) {}
        }
    };
    let expansion = tools(quote!(), block);
    assert_expands(expansion, &expect_file!["tools_with_mistakes.rs"]);
}

/// The messages of an expansion.
fn messages(expansion: &TokenStream) -> Vec<String> {
    let text = expansion.to_string();
    let messages = text.split("compile_error ! {").skip(1);
    messages
        .filter_map(|rest| Some(rest.split_once("\" }")?.0.trim().to_owned()))
        .collect()
}

#[test]
fn a_mistake_is_reported_once_with_the_remedy() {
    macro_rules! assert_message {
        ($([$($args:tt)*] { $($item:tt)* } => $expected:literal;)*) => {$({
            let found = messages(&tools(quote!($($args)*), quote!($($item)*)));
            let [message] = found.as_slice() else {
                panic!("{}: {found:#?}", stringify!($($item)*));
            };
            assert!(message.contains($expected), "{}: {message}", stringify!($($item)*));
        })*};
    }
    assert_message! {
        [] { impl N { #[tool] fn f() {} } }
            => "nothing says who may call the tool `f`; write `#[oidc::required]`";
        [] { impl N { #[tool] #[cfg_attr(unix, oidc::required)] fn f() {} } }
            => "nothing says who may call the tool `f`";
        [] { impl N { #[tool] #[oidc::optional] fn f() {} } }
            => "the base policy guards every request to an MCP server";
        [] { impl N { #[tool] #[oidc::public(reason = "x")] fn f() {} } }
            => "write `#[oidc::required]`";
        [] { impl N { #[tool] #[oidc::required] #[public] fn f() {} } }
            => "the base policy guards";
        [] { impl N { #[tool] #[oidc::required] #[oidc::required(roles = "a")] fn f() {} } }
            => "the tool already has `#[oidc::required]`";
        [] { impl N { #[tool] #[oidc::required] fn f() {} #[oidc::required] fn g() {} } }
            => "this function is no tool; add `#[tool]`";
        [] { impl N { #[tool] #[oidc::required = "a"] fn f() {} } }
            => "rules stand in parentheses";
        [] { impl N { #[tool] #[oidc::required(role = "a")] fn f() {} } }
            => "unknown key `role`";
        [] { impl N { #[tool] #[oidc::required(invalid = "reject")] fn f() {} } }
            => "`invalid` belongs to the top level of `#[oidc::optional]`";
        [] { impl N {
            #[tool] #[oidc::required] fn f() {}
            #[tool(name = "f")] #[oidc::required] fn g() {}
        } } => "two tools are called `f`; rename one";
        [] { impl N {
            #[cfg(unix)] #[tool] #[oidc::required] fn f() {}
            #[tool(name = "f")] #[oidc::required] fn g() {}
        } } => "two tools are called `f`";
        [] { impl N { #[tool(name = NAME)] #[oidc::required] fn f() {} } }
            => "the name of a tool with rules is a string";
        [] { impl N { #[tool] #[oidc::required] fn r#type() {} } }
            => "say what the tool is called: `#[tool(name = \\\"type\\\")]`";
        [] { impl N { #[tool] #[oidc::required] fn f() {} fn tools() {} } }
            => "`#[oidc::tools(fn = tools_with_rules)]`";
        [] { impl N { fn f() {} } } => "stands above the attribute of the MCP library";
        [] { impl Server for N { #[tool] #[oidc::required] fn f() {} } }
            => "write it on `impl Type { .. }`";
        [] { struct N { f: u8 } } => "belongs on the `impl` block of the tools";
        [] { struct N; } => "belongs on the `impl` block of the tools";
        [] { fn f() {} } => "belongs on the `impl` block of the tools";
        [scopes = "a"] { impl N { #[tool] #[oidc::required] fn f() {} } }
            => "`scopes` stands at each tool";
        ["a"] { impl N { #[tool] #[oidc::required] fn f() {} } }
            => "`#[oidc::tools]` takes no value";
        [fnn = a] { impl N { #[tool] #[oidc::required] fn f() {} } }
            => "did you mean `fn`";
        [fn = a, fn = b] { impl N { #[tool] #[oidc::required] fn f() {} } }
            => "`fn` is given twice; remove one";
        [fn = a::b] { impl N { #[tool] #[oidc::required] fn f() {} } }
            => "expected a name: `fn = admin_tools`";
        [fn] { impl N { #[tool] #[oidc::required] fn f() {} } }
            => "`fn` takes a value: `fn = admin_tools`";
        [crate = auth] { impl N { #[tool] #[oidc::required] fn f() {} } }
            => "the path must be absolute; write `crate = ::auth`";
    }
}

/// rmcp says that nothing is routed.
#[test]
fn an_empty_router_is_not_ours_to_report() {
    let block = quote!(
        #[tool_router(allow_empty)]
        impl Notes {}
    );
    assert!(messages(&tools(quote!(), block)).is_empty());
}
