use oidc::optional;

#[oidc::required]
#[optional]
async fn list() {}

fn main() {}
