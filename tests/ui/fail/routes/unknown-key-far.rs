fn main() {
    let _ = oidc::routes!(banana = "/login");
}
