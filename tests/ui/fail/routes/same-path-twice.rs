fn main() {
    let _ = oidc::routes!(login = "/auth", logout = "/auth");
}
