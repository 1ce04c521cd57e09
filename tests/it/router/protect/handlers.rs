//! Handlers that respond with their names, which are unique.

macro_rules! handlers {
    ($([$($attribute:tt)*] $name:ident)*) => {
        $(
            #[$($attribute)*]
            pub(super) async fn $name() -> &'static str {
                stringify!($name)
            }
        )*
    };
}

handlers! {
    [oidc::public(reason = "a test")] h00
    [oidc::optional] h01
    [oidc::required] h02
    [oidc::required(scopes = "read")] h03
    [oidc::required(scopes = "write")] h04
    [oidc::public(reason = "a test")] h05
    [oidc::optional] h06
    [oidc::required] h07
    [oidc::required(scopes = "read")] h08
    [oidc::required(scopes = "write")] h09
    [oidc::public(reason = "a test")] h10
    [oidc::optional] h11
    [oidc::required] h12
    [oidc::required(scopes = "read")] h13
    [oidc::required(scopes = "write")] h14
    [oidc::public(reason = "a test")] h15
    [oidc::optional] h16
    [oidc::required] h17
    [oidc::required(scopes = "read")] h18
    [oidc::required(scopes = "write")] h19
    [oidc::public(reason = "a test")] h20
    [oidc::optional] h21
    [oidc::required] h22
    [oidc::required(scopes = "read")] h23
}

pub(super) const HANDLERS: usize = 24;

/// The expression with the handler of an index in it.
macro_rules! with_handler {
    ($index:expr, |$handler:ident| $use:expr) => {
        with_handler!($index, $handler, $use, 0 h00, 1 h01, 2 h02, 3 h03, 4 h04, 5 h05, 6 h06, 7 h07, 8 h08, 9 h09, 10 h10, 11 h11, 12 h12, 13 h13, 14 h14, 15 h15, 16 h16, 17 h17, 18 h18, 19 h19, 20 h20, 21 h21, 22 h22, 23 h23)
    };
    ($index:expr, $handler:ident, $use:expr, $($number:literal $name:ident),*) => {
        match $index {
            $($number => {
                let $handler = super::handlers::$name;
                $use
            })*
            other => panic!("there is no handler {other}"),
        }
    };
}
pub(super) use with_handler;
