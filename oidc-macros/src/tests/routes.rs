const _: () = crate::__private::Routes::new(crate::__private::RoutePaths {
    login: ::core::option::Option::Some("/api/sign-in"),
    callback: ::core::option::Option::Some("/api/auth/v2/callback"),
    token: ::core::option::Option::Some("/api/auth/v2/token"),
    device: ::core::option::Option::None,
    logout: ::core::option::Option::Some("/api/auth/v2/logout"),
    userinfo: ::core::option::Option::Some("/api/auth/v2/userinfo"),
    jwks: ::core::option::Option::None,
    session: ::core::option::Option::None,
    backchannel_logout: ::core::option::Option::None,
    frontchannel_logout: ::core::option::Option::None,
    sessions: false,
});
