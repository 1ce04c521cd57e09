fn main() {
    let _ = oidc::routes!(logn = "/login");
}
