use oidc::IdToken;

#[oidc::public(reason = "landing page")]
async fn home(_user: Option<IdToken>) {}

fn main() {}
