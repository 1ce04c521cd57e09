//! The macros, given arbitrary tokens: they report mistakes, they do not panic.
//!
//! A procedural macro crate exports nothing else, so its modules are compiled into this target.
#![no_main]

#[path = "../../oidc-macros/src/crate_path.rs"]
mod crate_path;
#[path = "../../oidc-macros/src/errors.rs"]
mod errors;
#[path = "../../oidc-macros/src/exports.rs"]
mod exports;
#[path = "../../oidc-macros/src/guard/mod.rs"]
mod guard;
#[path = "../../oidc-macros/src/handler.rs"]
mod handler;
#[path = "../../oidc-macros/src/routes/mod.rs"]
mod routes;
#[path = "../../oidc-macros/src/rules/mod.rs"]
mod rules;
#[path = "../../oidc-macros/src/scopes/mod.rs"]
mod scopes;
#[path = "../../oidc-macros/src/suggest.rs"]
mod suggest;
#[path = "../../oidc-macros/src/syntax/mod.rs"]
mod syntax;

use guard::Attribute;
use proc_macro2::TokenStream;

const HANDLER: &str = "async fn list(user: Principal, all: Option<Principal>) -> String { body }";
const STRUCT: &str = "pub struct Reader;";

libfuzzer_sys::fuzz_target!(|input: (u8, &str)| {
    let (macro_kind, text) = input;
    // The compiler, which parses first, has limits of its own for nesting.
    let nesting = text.bytes().filter(|byte| b"([{".contains(byte)).count();
    if nesting > 64 {
        return;
    }
    // An attribute's arguments, and the item below it if there is a line more.
    let (args, item) = text.split_once('\n').unwrap_or((text, ""));
    let Ok(args) = args.parse::<TokenStream>() else {
        return;
    };
    let Ok(item) = item.parse::<TokenStream>() else {
        return;
    };
    let item_or = |default: &str| {
        if item.is_empty() {
            default.parse().expect("tokens")
        } else {
            item.clone()
        }
    };
    let attribute = match macro_kind % 6 {
        0 => Attribute::Required,
        1 => Attribute::Optional,
        2 => Attribute::Public,
        3 => return drop(guard::policy(args, item_or(STRUCT))),
        4 => return drop(scopes::scopes(args)),
        _ => return drop(routes::routes(args)),
    };
    drop(guard::handler(attribute, args, item_or(HANDLER)));
});
