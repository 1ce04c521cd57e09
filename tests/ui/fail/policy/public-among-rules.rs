#[oidc::public(reason = "load balancer")]
async fn health() {}

#[oidc::required(any(scopes = "read", policy = __oidc_policy_health))]
async fn list() {}

fn main() {}
