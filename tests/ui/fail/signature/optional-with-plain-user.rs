use oidc::IdToken;

#[oidc::optional]
async fn home(_user: IdToken) {}

fn main() {}
