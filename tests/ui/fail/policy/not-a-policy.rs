struct Reader;

#[oidc::required(policy = Reader)]
fn list() {}

fn main() {}
