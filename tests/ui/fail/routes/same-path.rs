fn main() {
    let _ = oidc::routes!(login = "/auth/v2/token");
}
