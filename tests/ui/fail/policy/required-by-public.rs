#[oidc::public(reason = "load balancer")]
async fn health() {}

#[oidc::required(policy = __oidc_policy_health)]
fn list() -> std::future::Ready<()> {
    std::future::ready(())
}

fn main() {}
