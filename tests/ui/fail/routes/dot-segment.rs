fn main() {
    let _ = oidc::routes!(token = "/../token");
}
