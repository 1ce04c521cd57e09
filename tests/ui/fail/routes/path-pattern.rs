fn main() {
    let _ = oidc::routes!(login = "/{tenant}/login");
}
