fn main() {
    let _ = oidc::routes!(device);
}
