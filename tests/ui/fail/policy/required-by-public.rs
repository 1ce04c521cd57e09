#[oidc::public(reason = "load balancer")]
async fn health() {}

#[oidc::required(policy = __oidc_policy_health)]
async fn list() {}

fn main() {}
