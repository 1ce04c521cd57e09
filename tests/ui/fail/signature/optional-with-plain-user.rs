use oidc::Principal;

#[oidc::optional]
async fn home(_user: Principal) {}

fn main() {}
