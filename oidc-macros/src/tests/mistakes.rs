#[get("/")]
async fn list(
    _: ::oidc::__private::Guard<::oidc::__private::Unsatisfiable>,
    user: Principal,
) {}
::core::compile_error! {
    "unknown key `scope`; write `scopes = \"read write\"`"
}
::core::compile_error! {
    "unknown key `role`; write `roles = \"editor\"`"
}
