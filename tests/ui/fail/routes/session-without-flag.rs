fn main() {
    let _ = oidc::routes!(prefix = "/api", session = "/me");
}
