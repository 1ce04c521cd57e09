/// **Access:** everyone; the handler sees users with `policy = Reader`.
async fn home(
    _: ::oidc::__private::Guard<::oidc::__private::Optional<Reader>>,
    user: Option<Principal>,
) {}
