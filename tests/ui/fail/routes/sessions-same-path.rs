fn main() {
    let _ = oidc::routes!(sessions, session = "/auth/v2/login");
}
