struct Reader;

#[oidc::optional(policy = Reader)]
fn list() {}

fn main() {}
