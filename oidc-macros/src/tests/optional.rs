/// **Access:** everyone; the handler sees the user, if any; an invalid token is rejected.
async fn home(
    _: ::oidc::__private::Guard<
        ::oidc::__private::OptionalRejecting<::oidc::__private::Authenticated>,
    >,
    user: Option<Principal>,
) {}
