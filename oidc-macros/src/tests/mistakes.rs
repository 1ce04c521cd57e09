#[get("/")]
async fn list(user: IdToken) {}
::core::compile_error! {
    "unknown key `scope`; write `scopes = \"read write\"`"
}
::core::compile_error! {
    "unknown key `role`; write `roles = \"editor\"`"
}
