fn main() {
    let _ = oidc::routes!("/api");
}
