use oidc::Claims;

#[oidc::optional(scopes = "read")]
async fn home(_claims: Claims<()>) {}

fn main() {}
