//! Arbitrary arguments: mistakes are reported, nothing panics.

use proc_macro2::TokenStream;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use quote::quote;

use crate::guard::{self, Attribute};
use crate::{routes, scopes, tools};

const PIECES: &[&str] = &[
    "scopes",
    "claims",
    "roles",
    "any",
    "all",
    "not",
    "acr",
    "max_age",
    "check",
    "policy",
    "crate",
    "reason",
    "invalid",
    "prefix",
    "login",
    "None",
    "realm_access",
    "registry",
    "mod",
    "READ",
    "implies",
    "r#type",
    "=",
    "==",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ".",
    "::",
    "-",
    "\"read\"",
    "\"read write\"",
    "\"15m\"",
    "\"\"",
    "\"99999999999999999999d\"",
    "\"/api\"",
    "\"reject\"",
    "true",
    "1",
    "-1",
    "1.5",
    "1_u8",
    "'a'",
    "99999999999999999999",
    "b\"x\"",
    "Self",
    "path::to",
    "::path",
    "Vec<u8>",
    "|x| x",
    "#",
    "$",
    "name",
    "tool",
    "oidc::required",
    "fn",
    "impl",
    "async fn list(&self)",
    ";",
];
const HANDLER: &str = "async fn list(user: Principal, all: Option<Principal>) -> String { body }";
const STRUCT: &str = "pub struct Reader;";
const TOOLS: &str = "impl Notes { #[tool] #[oidc::required] async fn list(&self) {} }";

fn expand(kind: u8, args: TokenStream) -> TokenStream {
    let item = |text: &str| text.parse().expect("tokens");
    match kind % 9 {
        0 => guard::handler(Attribute::Required, args, item(HANDLER)),
        1 => guard::handler(Attribute::Optional, args, item(HANDLER)),
        2 => guard::handler(Attribute::Public, args, item(HANDLER)),
        3 => guard::policy(args, item(STRUCT)),
        4 => scopes::scopes(args),
        5 => tools::tools(args, item(TOOLS)),
        6 => tools::tools(TokenStream::new(), quote!(impl Notes { #args })),
        7 => tools::tools(TokenStream::new(), ruled(&args)),
        _ => routes::routes(args),
    }
}

fn ruled(args: &TokenStream) -> TokenStream {
    quote! {
        impl Notes {
            #[tool(#args)]
            #[oidc::required(#args)]
            async fn list(&self) {}
        }
    }
}

#[test]
fn arguments_do_not_make_a_macro_panic() {
    let config = ProptestConfig {
        cases: 20_000,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let pieces = vec(proptest::sample::select(PIECES), 0..14);
    let parsed = std::cell::Cell::new(0);
    let outcome = TestRunner::new(config).run(&(any::<u8>(), pieces), |(kind, pieces)| {
        // Tokens are what a macro gets: the compiler has balanced the delimiters.
        if let Ok(args) = pieces.join(" ").parse() {
            parsed.set(parsed.get() + 1);
            assert!(!expand(kind, args).is_empty());
        }
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    assert!(
        parsed.get() > 2_000,
        "only {} inputs were tokens",
        parsed.get()
    );
}
