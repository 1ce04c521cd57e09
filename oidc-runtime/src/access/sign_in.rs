//! The sign-in endpoints of `oidc::routes!` in the access matrix.

use super::matrix::RouteEntry;
use super::registry::Registry;
use crate::policy::GuardRule;
use crate::policy::RuleTree;
use crate::routes::{Endpoint, Routes};

impl From<Routes> for Registry {
    fn from(routes: Routes) -> Self {
        let routes = routes.served().flat_map(|route| {
            let access = match reason(route.endpoint) {
                Some(reason) => GuardRule::Public {
                    reason: reason.to_owned(),
                },
                None => GuardRule::Required(RuleTree::authenticated()),
            };
            let entry = move |method| RouteEntry::of(method, access.clone(), "oidc::routes!");
            route
                .methods()
                .map(move |method| entry(method).at(route.path))
        });
        Self {
            routes: routes.collect(),
        }
    }
}

/// Why an endpoint is public; `None` if it demands a token.
fn reason(endpoint: Endpoint) -> Option<&'static str> {
    match endpoint {
        Endpoint::Login => Some("signing in starts here"),
        Endpoint::Callback => Some("the provider sends the browser back here"),
        Endpoint::Token => Some("a code or a refresh token is exchanged here"),
        Endpoint::Device => Some("signing in on another device starts here"),
        Endpoint::Logout => Some("signing out needs no valid token"),
        Endpoint::Userinfo => None,
        Endpoint::Jwks => Some("the provider reads the public key of this application here"),
        Endpoint::Session => Some("the browser asks here whether it is signed in"),
        Endpoint::BackchannelLogout => Some("the provider ends sessions here"),
        Endpoint::FrontchannelLogout => Some("the provider ends sessions here, in the browser"),
    }
}
