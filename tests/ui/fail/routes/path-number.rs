fn main() {
    let _ = oidc::routes!(login = 3);
}
