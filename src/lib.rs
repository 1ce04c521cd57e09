#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]

// Generated code names this crate by an absolute path, in its own tests too.
extern crate self as oidc;

pub use oidc_macros::{optional, policy, public, required};
pub use oidc_runtime::policy::{Policy, PolicySpec};
pub use oidc_runtime::{
    Algorithm, BearerToken, Builder, Claims, Clock, ConfigError, Health, IdToken, Oidc, Rejection,
    RequestParts, TokenError, Unavailable,
};

/// What generated code may name. No part of the public interface: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use oidc_runtime::Guard;
    pub use oidc_runtime::policy::{
        Access, CheckFn, Invalid, Location, Optional, OptionalRejecting, Policy, PolicySpec, Rule,
        Scalar,
    };
}
