#[oidc::public(reason = "load balancer")]
async fn health() {}

fn main() {
    let oidc = oidc::Oidc::from_env().unwrap();
    let _ = oidc.layer(__oidc_policy_health);
}
