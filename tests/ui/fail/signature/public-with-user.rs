use oidc::Principal;

#[oidc::public(reason = "landing page")]
async fn home(_user: Principal) {}

fn main() {}
