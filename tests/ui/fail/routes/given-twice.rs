fn main() {
    let _ = oidc::routes!(login = "/a", login = "/b");
}
