#[oidc::public(reason = "load balancer")]
async fn health() {}

#[oidc::optional(policy = __oidc_policy_health)]
fn home() -> std::future::Ready<()> {
    std::future::ready(())
}

fn main() {}
