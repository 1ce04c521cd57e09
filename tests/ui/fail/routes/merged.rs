// The mistake is reported once, and not again for the type of the whole.
fn main() {
    let _ = axum::Router::<oidc::Oidc>::new().merge(oidc::routes!(prefix = "api"));
}
