//! The rules of tools, with another attribute in the place of an MCP library's.

#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub)]
#![deny(private_interfaces, unnameable_types, unused_qualifications, unused_results)]
#![deny(single_use_lifetimes, dead_code)]

use std::fmt::Debug;

use oidc::{Principal, Tools};
use tracing::instrument as tool;

/// Registered scopes.
mod auth {
    oidc::scopes! {
        pub mod scope {
            READ = "notes:read",
            WRITE = "notes:write" implies READ,
        }
    }
}

#[oidc::policy(roles = "editor")]
struct Editor;

struct Notes;

#[oidc::tools]
impl Notes {
    const GREETING: &'static str = "notes";

    #[tool(skip_all)]
    #[oidc::required]
    async fn list(&self) -> &'static str {
        self.helper()
    }

    #[oidc::required(scopes("notes:write", auth::scope::READ), registry = crate::auth::scope, check = Self::is_owner)]
    #[tool(name = "delete_note", skip_all)]
    async fn delete(&self) {}

    #[tracing::instrument(skip_all)]
    fn helper(&self) -> &'static str {
        Self::GREETING
    }

    #[::oidc::required(policy = Editor)]
    #[tool(skip_all)]
    fn publish(&self) {}

    #[cfg(any())]
    #[tool]
    #[oidc::required(check = does_not_exist)]
    fn compiled_out(&self) {}

    fn is_owner(user: &Principal) -> bool {
        !user.subject().is_empty()
    }
}

mod generic {
    use super::*;
    use oidc::required;

    #[derive(Debug)]
    pub(crate) struct Store<'a, T>(pub(crate) &'a T);

    #[oidc::tools(fn = store_tools, crate = ::oidc)]
    impl<'a, T> Store<'a, T>
    where
        T: Debug,
    {
        #[tool(skip_all)]
        #[required(any(scopes = "read", claims(tier = "a|b")))]
        pub(crate) fn read(&self) -> &'a T {
            self.0
        }
    }
}

macro_rules! server {
    ($name:ident, $tool:literal, $($rules:tt)*) => {
        struct $name;

        #[oidc::tools]
        impl $name {
            #[tool(name = $tool)]
            #[oidc::required($($rules)*)]
            fn call() {}
        }
    };
}

server!(FromMacro, "from_macro", scopes = "read");

fn names(tools: &Tools) -> Vec<&str> {
    tools.names().collect()
}

fn main() {
    let _ = (Notes.list(), Notes.delete());
    Notes.publish();
    FromMacro::call();
    assert_eq!(generic::Store(&1).read(), &1);
    assert_eq!(names(&Notes::tools()), ["delete_note", "list", "publish"]);
    assert_eq!(names(&generic::Store::<u8>::store_tools()), ["read"]);
    assert_eq!(names(&FromMacro::tools()), ["from_macro"]);
}
