fn main() {
    let _ = oidc::routes!(callback = "/callback?a=b");
}
