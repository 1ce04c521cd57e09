use oidc::Principal;

#[oidc::public(reason = "landing page")]
async fn home(_user: Option<Principal>) {}

fn main() {}
