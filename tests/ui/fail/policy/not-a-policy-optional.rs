struct Reader;

#[oidc::optional(policy = Reader)]
async fn list() {}

fn main() {}
