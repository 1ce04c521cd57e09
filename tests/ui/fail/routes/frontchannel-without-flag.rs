fn main() {
    let _ = oidc::routes!(frontchannel_logout = None);
}
