fn main() {
    let _ = oidc::routes!(login = Some("/login"));
}
