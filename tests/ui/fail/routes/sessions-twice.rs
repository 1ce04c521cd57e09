fn main() {
    let _ = oidc::routes!(sessions, sessions);
}
