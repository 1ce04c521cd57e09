#[oidc::public(reason = "load balancer")]
async fn health() {}

#[oidc::optional(policy = __oidc_policy_health)]
async fn home() {}

fn main() {}
